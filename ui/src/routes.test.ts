import { expect, test } from "vitest";
import { href, parse, type Route } from "./routes";

const routes: Route[] = [
  { screen: "overview" },
  { screen: "overview", month: "2026-05" },
  { screen: "calls", model: "gpt-5 & friends=1", order: "costliest" },
  { screen: "budgets", edit: "new" },
  { screen: "alerts", view: "resolved", type: "daily_spike" },
  { screen: "imports", view: "quarantine" },
  { screen: "prices", view: "reconcile", month: "2026-06", by: "model" },
  { screen: "prices", say: "rates", provider: "acme", model: "lab/reasoner 9" },
  { screen: "sync" },
  { screen: "settings" },
];

test.each(routes)("an address and back: %o", (route) => expect(parse(href(route))).toEqual(route));

test("what nobody wrote leads to the overview, and unknown keys are dropped", () => {
  expect(parse("")).toEqual({ screen: "overview" });
  expect(parse("#/nonsense?x=1")).toEqual({ screen: "overview" });
  expect(parse("#/calls?__proto__=1&model=a")).toEqual({ screen: "calls", model: "a" });
});
