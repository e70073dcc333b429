// The terminal of a folder, and its server: the programs as they are, at a time that stands still.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The present of every test: a Tuesday, late enough in its month for a projection. */
export const NOW = "2026-08-25T15:00:00Z";

const program = process.env.OUTLAY_TERMINAL ?? "";

/** What a program is told besides its words. */
export type Environment = Record<string, string>;

/** What `outlay` answers in a folder. */
export function outlay(folder: string, ...words: string[]): unknown {
  return outlayIn({}, folder, ...words);
}

/** The same in an environment. */
export function outlayIn(environment: Environment, folder: string, ...words: string[]): unknown {
  return JSON.parse(run(["--data-dir", folder, "--now", NOW, ...words], environment));
}

/** Makes the ledger of sample data, and tells its file. */
export function sampleLedger(home: string): string {
  run(["--sample", "--now", NOW, "status"], { HOME: home, XDG_DATA_HOME: home });
  return `${home}/dev.outlay.desktop.sample/outlay.db`;
}

/** A file of the project's fixtures. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

export type Server = {
  /** `http://127.0.0.1:PORT` */
  address: string;
  /** Opens one session. */
  link: string;
  /** What the link is traded for. */
  token: string;
  stop(): Promise<void>;
};

/** Serves a folder; on a free port without one. */
export async function serve(folder: string, port = 0, environment: Environment = {}): Promise<Server> {
  const words = ["--data-dir", folder, "--now", NOW, "--json", "serve", "--port", String(port)];
  const env = { ...process.env, ...environment };
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"], env });
  const { address, link, token_file } = await announced(child);
  const token = readFileSync(token_file, "utf8");
  const stop = async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGINT");
    await ended;
  };
  return { address: address.replace(/\/$/, ""), link, token, stop };
}

type Announcement = { address: string; link: string; token_file: string };

async function announced(child: ChildProcess): Promise<Announcement> {
  let said = "";
  for await (const part of child.stdout ?? []) {
    said += String(part);
    if (said.trimEnd().endsWith("}")) return JSON.parse(said) as Announcement;
  }
  throw new Error(`outlay serve ended before it listened: ${said}`);
}

function run(words: string[], environment: Environment = {}): string {
  return execFileSync(program, [...words, "--json", "--no-input", "--quiet"], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
}
