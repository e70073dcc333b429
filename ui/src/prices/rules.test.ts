import { expect, test } from "vitest";
import type { OwnPriceShown, PricePlan, PriceRule } from "../bindings";
import { BLANK, doneWords, planWords, priceOf, ruleWords, since, typedFrom, withdrawn } from "./rules";

test.each<[PriceRule, string]>([
  [
    { says: "rates", variant: "batch", per_million: { web_searches: "10000", out: "15", in: "0.075" } },
    "batch: input $0.075 · output $15.00 · web searches $10,000.00 per million",
  ],
  [{ says: "same_as", as_provider: "openai", as_model: "gpt-4o" }, "the same as openai/gpt-4o"],
  [{ says: "free" }, "free"],
  [{ says: "factor", times: "0.9" }, "0.9 of the list price"],
])("a rule in words", (rule, words) => expect(ruleWords(rule)).toBe(words));

test.each([
  [null, "always"],
  ["2026-06-01T00:00:00Z", "2026-06-01"],
  ["2026-06-01T16:00:00Z", "2026-06-01 16:00"],
])("from %s is %s", (from, words) => expect(since(from)).toBe(words));

const plan = {
  rows: 2,
  spend_before: "0",
  spend_after: "3.015009",
  difference: "3.015009",
  unpriced_after: 1,
  prices: [{}],
} as PricePlan;

test("what a plan does to rows", () => {
  expect(planWords(plan)).toBe(
    "2 rows get another price: $0.00 → $3.02 (+$3.02). 1 row stays without a price.",
  );
  const less = { ...plan, rows: 1, difference: "-0.25", unpriced_after: 0 };
  expect(planWords(less)).toBe("1 row gets another price: $0.00 → $3.02 (−$0.25).");
  expect(planWords({ ...plan, rows: 0, unpriced_after: 0 })).toBe("No row gets another price.");
  expect([doneWords(plan), doneWords({ ...plan, rows: 0 })]).toEqual([
    "2 rows got another price.",
    "Kept. No row got another price.",
  ]);
});

const typed = { ...BLANK, provider: " acme ", model: "reasoner-9" };
const named = { provider: "acme", model: "reasoner-9", from: null };

test("what is typed becomes a price", () => {
  const rates = { ...typed, rates: { in: " $3 ", out: "", read: "0.3" }, other: "images", otherRate: "9" };
  expect(priceOf({ ...rates, variant: " ", from: "2026-06-01" })).toEqual({
    ...named,
    from: "2026-06-01T00:00:00Z",
    says: "rates",
    variant: null,
    per_million: { in: "3", read: "0.3", images: "9" },
  });
  expect(priceOf({ ...typed, says: "same_as", as: " meta / llama/4 " })).toEqual({
    ...named,
    says: "same_as",
    as_provider: "meta",
    as_model: "llama/4",
  });
  expect(priceOf({ ...typed, says: "factor", model: "", times: " 0.9 " })).toEqual({
    ...named,
    model: "",
    says: "factor",
    times: "0.9",
  });
});

test("what is missing is asked for", () => {
  const nothing = [
    typed,
    { ...typed, says: "same_as", as: "gpt-4o" },
    { ...typed, says: "factor" },
    { ...typed, says: "free", model: " " },
    { ...typed, says: "free", provider: "" },
  ] as const;
  expect(nothing.map((each) => priceOf(each))).toEqual(nothing.map(() => undefined));
});

test("an own price is edited and withdrawn as what it is", () => {
  const of = (rule: PriceRule) =>
    ({ ...named, from: "2026-06-01T00:00:00Z", id: "an-id", set_at: "", ...rule }) as OwnPriceShown;
  const batch = of({ says: "rates", variant: "batch", per_million: { in: "1" } });
  expect(priceOf(typedFrom(batch))).toEqual({
    ...named,
    from: "2026-06-01T00:00:00Z",
    says: "rates",
    variant: "batch",
    per_million: { in: "1" },
  });
  expect(withdrawn(batch)).toMatchObject({ says: "withdrawn", what: { price: "batch" } });
  expect(withdrawn(of({ says: "factor", times: "0.9" }))).toMatchObject({ what: "factor" });
  expect(withdrawn(of({ says: "free" }))).toMatchObject({ what: { price: "" } });
});
