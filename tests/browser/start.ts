// Before all tests: what they stand on is there, and the ledgers that they copy are filled once.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { fixture, outlay, sampleLedger } from "./outlay";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder with a folder for each ledger. */
    ledgers: string;
  }
}

export default function start(project: TestProject) {
  for (const name of ["OUTLAY_TERMINAL", "OUTLAY_BROWSER"]) {
    const path = process.env[name];
    if (!path || !existsSync(path)) throw new Error(`${name} names no program; \`cargo xtask test\` sets it`);
  }
  const folder = mkdtempSync(join(tmpdir(), "outlay-ledgers-"));
  project.provide("ledgers", folder);
  fill(folder);
  return () => rmSync(folder, { recursive: true });
}

/** Nothing; three months of made-up calls; these with a cap and what the banners speak of; and with budgets and alerts. */
function fill(folder: string) {
  const [empty = "", plain = "", full = "", watched = ""] = ["empty", "plain", "full", "watched"].map(
    (name) => join(folder, name),
  );
  for (const each of [empty, plain, full, watched]) mkdirSync(each, { mode: 0o700 });
  copyFileSync(sampleLedger(join(folder, "sample")), join(plain, "outlay.db"));
  outlay(plain, "settings", "set", "time_zone", "Europe/Berlin");
  copyFileSync(join(plain, "outlay.db"), join(full, "outlay.db"));
  outlay(full, "config", "set", "monthly_ai_cap_usd", "50");
  outlay(full, "import", fixture("openrouter_log/every_case.csv"), "--yes");
  const call = ["--type", "chat", "--provider", "somebody", "--input", "1200", "--output", "80"];
  outlay(full, "log", ...call, "--model", "house-model-1", "--at", "2026-08-24T10:00:00Z");
  watch(plain, watched);
}

/** A cap, a budget of a provider that is near its end, one of a model that is spent, a spike and a costly call. */
function watch(plain: string, watched: string) {
  copyFileSync(join(plain, "outlay.db"), join(watched, "outlay.db"));
  outlay(watched, "config", "set", "monthly_ai_cap_usd", "60");
  const call = ["--type", "chat", "--provider", "anthropic", "--model", "claude-sonnet-4-5"];
  outlay(
    watched,
    "log",
    ...call,
    "--input",
    "1200",
    "--output",
    "80",
    "--cost",
    "9.5",
    "--at",
    "2026-08-24T10:00:00Z",
  );
  outlay(watched, "budget", "set", "Work at Anthropic", "--provider", "anthropic", "--amount", "11.5");
  outlay(
    watched,
    "budget",
    "set",
    "Chat models",
    "--model",
    "gpt-5",
    "--amount",
    "5",
    "--block",
    "--below-spend",
  );
  outlay(watched, "budget", "reserve", "--provider", "anthropic", "--amount", "1.5", "--ttl", "2h");
}
