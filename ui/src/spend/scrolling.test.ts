import { describe, expect, test } from "vitest";
import { inSight, led, nearsEnd, showing } from "./scrolling";

describe("rows in the page", () => {
  test.each([
    { top: 0, rows: 0, expected: { first: 0, end: 0 } },
    { top: 0, rows: 5, expected: { first: 0, end: 5 } },
    { top: 0, rows: 1000, expected: { first: 0, end: 20 } },
    { top: 3200, rows: 1000, expected: { first: 90, end: 120 } },
    { top: 32_000, rows: 5, expected: { first: 4, end: 5 } },
  ])("$rows rows at $top", ({ top, rows, expected }) => expect(inSight(top, 320, rows)).toEqual(expected));
});

describe("keys", () => {
  test.each([
    ["ArrowDown", 5, 6],
    ["ArrowDown", 99, 99],
    ["ArrowUp", 0, 0],
    ["PageDown", 5, 14],
    ["PageUp", 5, 0],
    ["Home", 50, 0],
    ["End", 50, 99],
    ["Tab", 50, undefined],
  ] as const)("%s from %i", (key, from, expected) => expect(led(key, from, 320, 100)).toBe(expected));
});

test.each([
  { row: 5, top: 0, expected: 0 },
  { row: 2, top: 320, expected: 64 },
  { row: 9, top: 0, expected: 32 },
])("row $row is brought into sight", ({ row, top, expected }) =>
  expect(showing(row, top, 320)).toBe(expected),
);

test("more is asked for before the end", () => {
  expect(nearsEnd(0, 320, 200)).toBe(false);
  expect(nearsEnd(5500, 320, 200)).toBe(true);
});
