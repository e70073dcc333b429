import { expect, test } from "vitest";
import type { BudgetStanding } from "../bindings";
import { again, blamed, NEW, requestOf, stateOf, typedFrom, type Typed } from "./words";

const typed: Typed = { ...NEW, name: "CI", of: "openai", amount: " 50 ", warn: "80" };

test.each([
  [
    typed,
    null,
    false,
    { id: null, name: "CI", provider: "openai", amount: "50", mode: "notify", warn_at_pct: 80 },
  ],
  [
    { ...typed, kind: "model", of: "gpt-5", mode: "block" } as Typed,
    "an-id",
    false,
    { id: "an-id", name: "CI", model: "gpt-5", amount: "50", mode: "block", warn_at_pct: 80 },
  ],
  [typed, null, true, { name: "All", amount: "50", mode: "notify", warn_at_pct: 80 }],
  [{ ...typed, warn: "8.5" }, null, true, { name: "All", amount: "50", mode: "notify", warn_at_pct: 0 }],
] as const)("what is typed becomes a request", (form, id, isCap, expected) =>
  expect(requestOf(form, id, isCap)).toEqual(expected),
);

test.each([
  ["`amount` is -5: it takes more than 0", "amount"],
  ["CI is of calls of provider openai already", undefined],
])("%s", (message, field) => expect(blamed(message)).toBe(field));

test.each([
  ["ok", "4", "within"],
  ["over", "10", "reached"],
  ["over", "4", "nothing left"],
] as const)("%s with %s of 10 spent is %s", (state, spent, words) =>
  expect(stateOf({ state, spent, amount: "10" } as BudgetStanding).words).toBe(words),
);

test("what is edited and brought back is what every month may cost", () => {
  const raised = { name: "CI", scope: { model: "m" }, amount: "20", raised_from: "10" } as BudgetStanding;
  expect([typedFrom(raised).amount, again(raised).amount]).toEqual(["10", "10"]);
  expect(typedFrom({ ...raised, raised_from: null }).amount).toBe("20");
});
