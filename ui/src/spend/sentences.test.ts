import { expect, test } from "vitest";
import type { AgainstCap, CapCard, CapMark, Projection } from "../bindings";
import { format } from "../data/format";
import { capSentence, dailySentence } from "./sentences";

const cap = { cap: "200", confirmed: true, used: "0.5483" } as CapCard;
const projection = { likely: "171.26", low: "156.96", high: "193.26" } as Projection;
const mark = (of: Partial<CapMark>): AgainstCap => ({
  days: [],
  marks: [{ percent: 100, amount: "200", reached_on: null, likely_on: null, earliest_on: null, ...of }],
});
const used = `${format.percent("0.5483")} of $200 used.`;
const likely = " Likely month-end $171.26, between $156.96 and $193.26.";

test.each([
  ["under the cap", cap, mark({}), projection, used + likely],
  ["without a projection", cap, mark({}), null, used],
  [
    "likely to pass it",
    cap,
    mark({ likely_on: "2026-06-26", earliest_on: "2026-06-24" }),
    projection,
    `${used} Cap reached about ${format.day("2026-06-26")}; earliest ${format.day("2026-06-24")}.${likely}`,
  ],
  [
    "past it",
    cap,
    mark({ reached_on: "2026-06-13" }),
    null,
    `${used} The cap was reached on ${format.day("2026-06-13")}.`,
  ],
  ["without a cap", { ...cap, confirmed: false }, mark({}), projection, `No cap is set.${likely}`],
])("%s", (_, card, way, heading, expected) => expect(capSentence(card, way, heading)).toBe(expected));

test("a month in a sentence", () => {
  const said = { first_day: "2026-06-01", last_day: "2026-06-19", spend: "109.66", at_least: true };
  const days = format.days(said.first_day, said.last_day);
  expect(dailySentence({ ...said, highest: null, mostly: null })).toBe(`${days}: at least $109.66.`);
  const highest = { day: "2026-06-13", spend: "11.62" };
  const mostly = { model: "gpt-5.6", share: "0.4" };
  expect(dailySentence({ ...said, at_least: false, highest, mostly })).toBe(
    `${days}: $109.66, highest ${format.day("2026-06-13")} with $11.62, mostly gpt-5.6 (${format.percent("0.4")}).`,
  );
  expect(dailySentence(null)).toBe("No day of this month has begun.");
});
