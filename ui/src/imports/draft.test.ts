import { expect, test } from "vitest";
import type { TableDescription } from "../bindings";
import { assigned, missing, pairs, suggested } from "./draft";

const table: TableDescription = {
  schema: "outlay.table/1",
  source: null,
  header_line: 1,
  columns: [
    { name: "When", values: ["2026-06-18"], target: "created_at", guessed: true },
    { name: "Price", values: ["0,25"], target: "cost", guessed: true },
    { name: "Colour", values: ["red"], target: null, guessed: false },
  ],
  constants: {},
  targets: [],
  needed: [["created_at"], ["model"], ["input_tokens", "output_tokens", "cost"]],
  missing: [["model"]],
  remembered: false,
  choices: {
    input_tokens_are: "include_cached",
    cost_is: "billed",
    cost_in: "dollars",
    date_order: null,
    decimal: "comma",
  },
  nearest: null,
};

test("a text for all rows stands for a column that is needed", () => {
  const draft = suggested(table);
  expect(missing(table, draft)).toEqual([["model"]]);
  expect(missing(table, { ...draft, constants: { model: " " } })).toEqual([["model"]]);
  expect(missing(table, { ...draft, constants: { model: "gpt-5.6" } })).toEqual([]);
});

test("a meaning belongs to one column", () => {
  const draft = assigned(suggested(table), 2, "cost");
  expect(draft.columns).toEqual(["created_at", null, "cost"]);
  expect(assigned(draft, 0, null).columns).toEqual([null, null, "cost"]);
});

test("pairs say columns, texts and choices; a column goes before a text", () => {
  const draft = { ...suggested(table), constants: { provider: " acme ", cost: "1", model: "" } };
  expect(pairs(table, draft)).toEqual([
    "created_at=When",
    "cost=Price",
    "provider:=acme",
    "input_tokens_are=include_cached",
    "cost_is=billed",
    "cost_in=dollars",
    "decimal=comma",
  ]);
});
