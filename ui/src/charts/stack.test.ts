import { expect, test } from "vitest";
import type { Daily, OverviewDay } from "../bindings";
import { EDGE, HEIGHT, isGap, layout } from "./stack";

const day = (number: number, spend: string, parts: string[]) =>
  ({
    day: `2026-06-0${number}`,
    spend,
    parts,
    previous: null,
    future: false,
    has_data: true,
    partial: false,
  }) as OverviewDay;
const days = [day(1, "10", ["6", "4"]), day(2, "5", ["6", "-1"]), day(3, "0", ["0", "0"])];
const daily = { series: [{ model: "a", slot: 2, spend: "12" }], other_models: 1, days } as Daily;
const placed = layout(daily, 320);

test("a column ends at its sum, and what has no slot is one of the others", () => {
  const [first, second] = placed.parts(days[0]!);
  expect(second?.top).toBeCloseTo(placed.y(10));
  expect(first?.top).toBeCloseTo(placed.y(6));
  expect([first?.slot, second?.slot]).toEqual([2, undefined]);
});

test("a refund and a zero have no height", () => {
  expect(placed.parts(days[1]!)[1]?.height).toBe(0);
  expect(placed.parts(days[2]!).map((part) => part.height)).toEqual([0, 0]);
});

test("the axis begins at zero, at the bottom", () => expect(placed.y(0)).toBe(HEIGHT - EDGE.bottom));

test("a place leads to its day, and outside to none", () => {
  expect(days.map((each) => placed.columnAt(placed.middle(each)))).toEqual([0, 1, 2]);
  expect([placed.columnAt(0), placed.columnAt(5000)]).toEqual([undefined, undefined]);
});

test("a month without spend still has an axis", () => {
  const empty = layout({ ...daily, days: [days[2]!] }, 320);
  expect(empty.y.domain()).toEqual([0, 1]);
});

test("days to come are no gaps", () => {
  expect(isGap({ ...days[0]!, has_data: false })).toBe(true);
  expect(isGap({ ...days[0]!, partial: true })).toBe(true);
  expect(isGap({ ...days[0]!, has_data: false, future: true })).toBe(false);
});
