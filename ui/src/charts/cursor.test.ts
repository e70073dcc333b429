import { expect, test } from "vitest";
import { moved, WHOLE } from "./cursor";

test.each([
  ["the first day from outside", undefined, "ArrowRight", { column: 0, row: WHOLE }],
  ["the last day from outside", undefined, "ArrowLeft", { column: 29, row: WHOLE }],
  ["a day on", { column: 3, row: 1 }, "ArrowRight", { column: 4, row: 1 }],
  ["not beyond the last day", { column: 29, row: 0 }, "ArrowRight", { column: 29, row: 0 }],
  ["not before the first", { column: 0, row: 0 }, "ArrowLeft", { column: 0, row: 0 }],
  ["from the whole day into its first series", { column: 3, row: WHOLE }, "ArrowUp", { column: 3, row: 0 }],
  ["not above the last series", { column: 3, row: 5 }, "ArrowUp", { column: 3, row: 5 }],
  ["back to the whole day", { column: 3, row: 0 }, "ArrowDown", { column: 3, row: WHOLE }],
  ["home", { column: 3, row: 2 }, "Home", { column: 0, row: 2 }],
  ["end", { column: 3, row: 2 }, "End", { column: 29, row: 2 }],
  ["any other key", { column: 3, row: 2 }, "x", undefined],
])("%s", (_, from, key, expected) => expect(moved(from, key, 30, 6)).toEqual(expected));

test("an empty chart leads nowhere", () => expect(moved(undefined, "ArrowRight", 0, 0)).toBeUndefined());
