import { expect, test } from "vitest";
import type { Alert, AlertSubject, AlertType } from "../bindings";
import { href } from "../routes";
import { endWords, waysFrom } from "./words";

const nothing = { day: null, month: null, provider: null, model: null, call: null, import: null };

const alert = (alert_type: AlertType, subject: Partial<AlertSubject>, actual?: string) =>
  ({
    alert_type,
    subject: { ...nothing, ...subject },
    money: actual ? { threshold: "1", actual, impact: "1", impact_share: null } : null,
  }) as Alert;

test.each([
  [alert("daily_spike", { day: "2026-08-13" }), ["#/calls?order=costliest&from=2026-08-13&to=2026-08-13"]],
  [
    alert("monthly_cap_reached", { month: "2026-08", model: "gpt-5" }),
    ["#/calls?order=costliest&month=2026-08&any_name_of=gpt-5", "#/budgets"],
  ],
  [alert("single_call_high", { call: "an-id" }), ["#/calls?call=an-id"]],
  [alert("single_call_high", {}, "2.5"), ["#/calls?order=costliest&at_least=2.5"]],
  [alert("backfill_summary", { import: "an-id" }), ["#/imports?import=an-id"]],
  [alert("source_stale", {}), ["#/imports"]],
  [alert("new_model", { model: "gpt-6" }), ["#/calls?order=costliest&any_name_of=gpt-6"]],
  [alert("unpriced_rows", { month: "2026-08" }), ["#/prices", "#/calls?month=2026-08&unpriced=yes"]],
])("%# leads to what it is about", (of, expected) =>
  expect(waysFrom(of).map(({ to }) => href(to))).toEqual(expected),
);

test("an alert that was foreseen says so, however it is resolved", () => {
  expect(endWords({ resolution: "acknowledged", expected: "a load test" } as Alert)).toBe("expected");
  expect(endWords({ resolution: "acknowledged", expected: null } as Alert)).toBe("seen");
});
