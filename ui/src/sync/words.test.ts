import { expect, test } from "vitest";
import type { SyncFailed, Synced, SyncVerified, Team } from "../bindings";
import { answerOf, clashTitle, facts, ran, remark, standing, valueWords, verifiedWords } from "./words";

const calm: Team = {
  address: "postgres://ada@db.example.org/spend",
  host: "db.example.org",
  login: "ada",
  tier: "universal",
  member: "Ada",
  reads_all: true,
  connected_at: "2026-08-01T10:00:00Z",
  synced_at: "2026-08-25T14:00:00Z",
  verified_at: null,
  waiting: 0,
  quarantined: 0,
  missing: 0,
  conflicts: 0,
  rows_of_others: 0,
  sends_summaries: false,
  background: false,
  next_at: null,
  password: "keychain",
  password_problem: null,
  clock_ahead_seconds: null,
  clock_warning: null,
  adopted: null,
  failure: null,
  sentence: "Synced 1 hour ago: nothing waits",
};
const offline: SyncFailed = {
  at: "2026-08-25T14:00:00Z",
  message: "nobody answers",
  hint: "",
  code: "unavailable",
  needs_person: false,
};

test.each<[Partial<Team>, string | undefined, string]>([
  [{}, undefined, "ok in order"],
  [{ waiting: 1 }, "1 row waiting to be synced", "ok in order"],
  [{ waiting: 214, failure: offline }, "Working offline, 214 rows waiting", "info offline"],
  [{ failure: { ...offline, needs_person: true } }, "! Sync has stopped", "warn needs you"],
  [{ waiting: 3, conflicts: 1, failure: offline }, "! Sync has questions", "warn needs you"],
  [{ missing: 1 }, "! Sync has questions", "warn needs you"],
  [{ password: "missing" }, undefined, "ok in order"],
  [{ password: "missing", background: true }, "! Sync lacks its password", "warn needs you"],
  [{ synced_at: null }, undefined, "info new"],
])("what is said of %o", (changed, expected, mark) => {
  const team = { ...calm, ...changed };
  const left = remark(team);
  expect(left && `${left.isUrgent ? "! " : ""}${left.words}`).toBe(expected);
  const { tone, words } = standing(team);
  expect(`${tone} ${words}`).toBe(mark);
});

const of = (changed: Partial<Team>) => Object.fromEntries(facts({ ...calm, ...changed }, "Europe/Berlin"));

test("facts name who is read and when, and the clock only where it is off", () => {
  expect(of({})).toMatchObject({ Server: "db.example.org", "Read here": "everybody's rows" });
  expect(of({})["Last verified"]).toBe("never");
  expect(of({ member: null })["Read here"]).toBe("told by the first sync");
  expect(of({ clock_ahead_seconds: 59 }).Clock).toBeUndefined();
  expect(of({ clock_ahead_seconds: -3600 }).Clock).toBe("3,600 seconds behind the server's");
  expect(of({ next_at: "2026-08-25T15:00:00Z" })["Next sync"]).toBeUndefined();
});

const nothing: Synced = {
  schema: "outlay.sync/1",
  tier: "universal",
  pushed: 0,
  pulled: 0,
  known: 0,
  conflicts: 0,
  quarantined: 0,
  verified: null,
  missing: 0,
  pushed_again: 0,
  alerts: 0,
  records: 0,
  waiting: 0,
  compared: "recent",
  host: "db.example.org",
  notices: [],
};

test.each<[Partial<Synced>, string[]]>([
  [{}, ["Nothing was new on either side"]],
  [{ pushed: 1, pulled: 1204, alerts: 2 }, ["1 row pushed", "1,204 rows pulled", "2 alerts brought in line"]],
  [{ waiting: 2 }, ["Nothing was new on either side", "2 rows still waiting"]],
])("what %o says", (changed, expected) => expect(ran({ ...nothing, ...changed })).toEqual(expected));

test("a comparison names both sides where they differ, to the last digit", () => {
  const same: SyncVerified = {
    schema: "outlay.sync-verify/1",
    identical: true,
    sums_compared: true,
    rows: 1204,
    spend: "109.664999999",
    rows_there: 1204,
    spend_there: "109.664999999",
    sync: nothing,
  };
  expect(verifiedWords(same)).toBe("Verified identical: 1,204 rows, $109.664999999");
  expect(verifiedWords({ ...same, sums_compared: false })).toMatch(/^Verified identical, row by row: /);
  expect(verifiedWords({ ...same, identical: false, rows_there: 1, spend_there: "0.5" })).toBe(
    "Not identical: 1,204 rows, $109.664999999 here; 1 row, $0.50 on the server",
  );
});

test.each([
  ["monthly_ai_cap_usd", "50", "$50.00"],
  ["monthly_ai_cap_usd", '"62.5"', "$62.50"],
  ["block_on_cap", "true", "on"],
  ["alert_threshold_pct", "80", "80 %"],
  ["storage_limit_bytes", "null", "nothing"],
  ["storage_limit_bytes", "none", "nothing"],
  ["storage_limit_bytes", "1000000", "1,000,000 bytes"],
  ["name", '"Website"', "Website"],
  ["content", '{"cost":"1"}', '{"cost":"1"}'],
])("%s as %s reads %s", (what, value, expected) => expect(valueWords({ what }, value)).toBe(expected));

test("a clash says what it is about, also where the words are not known", () => {
  expect(clashTitle({ kind: "cost_config", what: "monthly_ai_cap_usd" })).toBe("Limits: monthly cap");
  expect(clashTitle({ kind: "moons", what: "phase" })).toBe("moons: phase");
});

test("an adopted table says what it is", () => {
  const adopted = { table: "public.ai_generations", me: "user_2x", writes: false };
  expect(facts({ ...calm, adopted }, "UTC").slice(2, 5)).toEqual([
    ["Table", "public.ai_generations"],
    ["You are", "user_2x"],
    ["Written there", "nothing"],
  ]);
});

test.each([
  ["--table", "app.ai_generations", { table: "app.ai_generations" }],
  ["--user-column", "owner_id", { user_column: "owner_id" }],
  ["--cached", "apart", { cached: "apart" }],
  ["--me", "user_2x", { me: "user_2x" }],
])("%s is answered", (flag, value, expected) => {
  expect(answerOf(flag, value)).toEqual(expected);
});
