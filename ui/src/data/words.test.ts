import { expect, test } from "vitest";
import { said } from "./words";

test.each([
  ["a.db is there already", "Choose another name.", "a.db is there already. Choose another name."],
  [
    "`Europe/Berln` is not a time zone; did you mean Europe/Berlin?",
    "",
    "`Europe/Berln` is not a time zone; did you mean Europe/Berlin?",
  ],
  ["Outlay does not answer.", "Start it again.", "Outlay does not answer. Start it again."],
])("%s", (message, hint, expected) => expect(said({ message, hint })).toBe(expected));
