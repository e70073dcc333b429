import { expect, test } from "vitest";
import type { Generation } from "../bindings";
import { aggregateWord, asLine, cost, leftOut, when } from "./calls";

const call = {
  created_at: "2026-06-19T15:42:10.123Z",
  period_end: null,
  provider: "openai",
  model_used: "gpt-5",
  generation_type: "chat",
  application: null,
  tokens_input: 1200,
  tokens_output: 34,
  cost: "0.0012",
  basis: "billed",
  source: "openai-usage-csv",
  file_name: null,
  money_left_out: false,
  usage_left_out: false,
  left_out_reason: null,
} as Generation;
const of = (changes: Partial<Generation>) => ({ ...call, ...changes });

test.each([
  ["a call", {}, undefined],
  ["a day", { created_at: "2026-06-19T00:00:00Z", period_end: "2026-06-20T00:00:00Z" }, "daily total"],
  [
    "a day with decimals",
    { created_at: "2026-06-19T00:00:00.000000Z", period_end: "2026-06-20T00:00:00Z" },
    "daily total",
  ],
  ["an hour", { created_at: "2026-06-19T13:00:00Z", period_end: "2026-06-19T14:00:00Z" }, "hour total"],
  ["a minute", { created_at: "2026-06-19T13:00:00Z", period_end: "2026-06-19T13:01:00Z" }, "total"],
])("%s", (_, changes, expected) => expect(aggregateWord(of(changes))).toBe(expected));

test("a call is shown in the ledger's zone, a daily total as its UTC date", () => {
  expect(when(call, "Europe/Berlin")).toBe("2026-06-19 17:42");
  const day = of({ created_at: "2026-06-19T00:00:00Z", period_end: "2026-06-20T00:00:00Z" });
  expect(when(day, "America/New_York")).toBe("2026-06-19");
});

test("a row without a price has no amount", () => {
  expect(cost(of({ basis: "unpriced", cost: "0" }))).toBe("—");
  expect(asLine(of({ basis: "unpriced", cost: "0" }))).toContain("34\t\tUnpriced");
});

test.each([
  [false, false, undefined],
  [true, false, "Money not counted: another source speaks"],
  [false, true, "Tokens not counted: another source speaks"],
  [true, true, "Not counted: another source speaks"],
])("left out: money %s, usage %s", (money_left_out, usage_left_out, expected) =>
  expect(leftOut(of({ money_left_out, usage_left_out, left_out_reason: "another source speaks" }))).toBe(
    expected,
  ),
);
