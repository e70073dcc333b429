import { expect, test } from "vitest";
import type { AppliedPrice, Reckoning } from "../bindings";
import { priceFields, written } from "./explained";

const price: AppliedPrice = {
  id: "2026-11-23/openai/gpt-5@any",
  model: "openai/gpt-5",
  valid_from: null,
  source: "genai-prices 0.2.3",
  part: null,
  variant: null,
  name_steps: [],
  supposed: [],
  disagreement: null,
};
const line = (name: string, count: number, per_million: string, amount: string) => ({
  unit: name.toLowerCase(),
  name,
  count,
  per_million,
  amount,
});
const sum: Reckoning = {
  lines: [line("Uncached input", 1201, "0.25", "0.00030025"), line("Output", 3, "2", "0.000006")],
  listed: null,
  factors: [],
  exact: "0.00030625",
  cost: "0.00030625",
  price,
};

test("a column of amounts is read by its point", () => {
  expect(written(sum)).toEqual({
    lines: [
      { name: "Uncached input", count: "1,201", rate: "$0.25", amount: "$0.00030025" },
      { name: "Output", count: "3", rate: "$2.00", amount: "$0.00000600" },
    ],
    below: [{ name: "Sum", amount: "$0.00030625" }],
  });
});

test("factors stand between the list and the sum, and what was rounded says so", () => {
  const factors = [{ name: "What you pay of it, as you said", times: "0.85" }];
  const told = written({ ...sum, listed: "0.00030625", factors, exact: "0.0002603125", cost: "0.000260313" });
  expect(told.below).toEqual([
    { name: "At list price", amount: "$0.0003062500" },
    { name: "What you pay of it, as you said", amount: "× 0.85" },
    { name: "Sum", amount: "$0.0002603125" },
    { name: "Rounded", amount: "$0.0002603130" },
  ]);
});

test("no digit of a sum is lost", () => {
  const exact = "0.00000000000123456789";
  expect(written({ ...sum, exact }).below[0]?.amount).toBe(`$${exact}`);
});

test("a price says what is known of it, and nothing of what is not", () => {
  expect(priceFields(price).map(([word]) => word)).toEqual([
    "Price",
    "Model of the list",
    "Valid since",
    "Source",
  ]);
  const since = (valid_from: string) => priceFields({ ...price, valid_from })[2];
  expect(since("2026-08-21T00:00:00.000000Z")?.[1]).toContain("August 21, 2026");
  expect(since("2026-03-13T19:13:40.000000Z")?.[1]).toMatch(/7:13\sPM UTC$/);
});
