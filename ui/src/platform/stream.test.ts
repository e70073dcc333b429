import { expect, test } from "vitest";
import { eventsOf } from "./stream";

test.each([
  ['data: {"type":"ledger_changed"}', [{ type: "ledger_changed" }]],
  ['event: message\ndata:{"type":"navigate","to":"#/calls"}', [{ type: "navigate", to: "#/calls" }]],
  [": still here", []],
  ["", []],
])("%j", (block, expected) => expect(eventsOf(block)).toEqual(expected));
