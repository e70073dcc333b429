// A mail server on loopback, with certificates of its own authority, and the terminal that sends to it.
import { spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import forge from "node-forge";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { expect, test as plain } from "vitest";

export const PASSWORD = "correct-horse-7e1b";
export const USER = "ada@example.com";

/** The present of these tests, some minutes on. */
export function minutes(later: number): string {
  return new Date(Date.parse("2026-08-25T15:00:00Z") + later * 60_000).toISOString();
}

type Issued = { key: string; cert: string };

/** Signs certificates; what trusts it is in `file`. */
export class Authority {
  readonly file: string;
  readonly #keys = pair();
  readonly #name = [{ name: "commonName", value: "Outlay's tests" }];

  constructor(folder: string) {
    const { privateKey, publicKey } = this.#keys;
    const root = named(publicKey, this.#name, this.#name, [{ name: "basicConstraints", cA: true }]);
    root.sign(privateKey, forge.md.sha256.create());
    this.file = join(folder, "authority.pem");
    writeFileSync(this.file, forge.pki.certificateToPem(root));
  }

  /** A certificate for a name or address that ends in some days. */
  issue(host: string, days = 30): Issued {
    const { privateKey, publicKey } = pair();
    const isAddress = /^[0-9.]+$/.test(host);
    const altNames = [isAddress ? { type: 7, ip: host } : { type: 2, value: host }];
    const subject = [{ name: "commonName", value: host }];
    const leaf = named(publicKey, subject, this.#name, [{ name: "subjectAltName", altNames }], days);
    leaf.sign(this.#keys.privateKey, forge.md.sha256.create());
    return { key: forge.pki.privateKeyToPem(privateKey), cert: forge.pki.certificateToPem(leaf) };
  }
}

function pair() {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const secret = forge.pki.privateKeyFromPem(privateKey);
  return { privateKey: secret, publicKey: forge.pki.setRsaPublicKey(secret.n, secret.e) };
}

function named(
  key: forge.pki.PublicKey,
  subject: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
  extensions: object[],
  days = 30,
): forge.pki.Certificate {
  const made = forge.pki.createCertificate();
  made.publicKey = key;
  made.serialNumber = "01" + forge.util.bytesToHex(forge.random.getBytesSync(8));
  made.validity.notBefore = new Date(Date.now() - 40 * 86_400_000);
  made.validity.notAfter = new Date(Date.now() + days * 86_400_000);
  made.setSubject(subject);
  made.setIssuer(issuer);
  made.setExtensions(extensions);
  return made;
}

export type Letter = { from: string; to: string[]; text: string };

/** Takes letters, or refuses them. */
export class PostOffice {
  readonly letters: Letter[] = [];
  /** Programs whose arguments held the password while they logged in. */
  readonly loose: string[] = [];
  /** How often the arguments of a program that sends were among those that were looked at. */
  senders = 0;
  logins = 0;
  port = 0;
  readonly #server: SMTPServer;
  readonly #arrivals: (() => void)[] = [];

  constructor(options: SMTPServerOptions & { silent?: () => boolean } = {}) {
    const { silent, ...others } = options;
    this.#server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      disabledCommands: others.key ? [] : ["STARTTLS"],
      closeTimeout: 100,
      onAuth: ({ username, password }, _session, answer) => {
        this.logins += 1;
        const lines = commandLines();
        this.senders += lines.filter((line) => line.includes("--data-dir")).length;
        this.loose.push(...lines.filter((line) => line.includes(PASSWORD)));
        const fits = username === USER && password === PASSWORD;
        if (fits) answer(null, { user: username });
        else answer(refusal(535, "5.7.8 Username and Password not accepted"));
      },
      onData: (stream, session, answer) => {
        const parts: Buffer[] = [];
        stream.on("data", (part: Buffer) => parts.push(part));
        stream.on("end", () => {
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom ? mailFrom.address : "";
          const to = rcptTo.map(({ address }) => address);
          this.letters.push({ from, to, text: Buffer.concat(parts).toString("utf8") });
          this.#arrivals.splice(0).forEach((tell) => tell());
          if (!silent?.()) answer();
        });
      },
      ...others,
    });
    this.#server.on("error", () => {});
  }

  async open(port = 0): Promise<this> {
    await new Promise<void>((ready) => this.#server.listen(port, "127.0.0.1", ready));
    const address = this.#server.server.address();
    this.port = typeof address === "object" && address ? address.port : 0;
    return this;
  }

  close(): Promise<void> {
    return new Promise((closed) => this.#server.close(() => closed()));
  }

  /** Waits until so many letters have come. */
  async arrived(count: number): Promise<void> {
    while (this.letters.length < count) await new Promise<void>((tell) => this.#arrivals.push(tell));
  }
}

/** An error that the server tells in these words. */
export function refusal(responseCode: number, words: string): Error {
  return Object.assign(new Error(words), { responseCode });
}

/** The arguments of every program that runs. */
function commandLines(): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine);
}

function commandLine(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8");
  } catch {
    // It has ended since.
    return "";
  }
}

export type Run = { code: number | null; stdout: string; stderr: string };

/** A data folder and the terminal on it. */
export class Terminal {
  readonly folder = mkdtempSync(join(tmpdir(), "outlay-mail-"));
  readonly home = mkdtempSync(join(tmpdir(), "outlay-home-"));
  readonly authority = new Authority(this.home);
  environment: Record<string, string> = { OUTLAY_SMTP_PASSWORD: PASSWORD };
  /** Everything that was printed. */
  said = "";
  readonly #offices: PostOffice[] = [];
  readonly #running: ChildProcess[] = [];

  async office(options?: ConstructorParameters<typeof PostOffice>[0], port?: number): Promise<PostOffice> {
    const office = await new PostOffice(options).open(port);
    this.#offices.push(office);
    return office;
  }

  /** Starts the terminal; its output is kept. */
  start(now: string, words: string[], input = ""): { child: ChildProcess; ended: Promise<Run> } {
    const environment = {
      PATH: process.env.PATH,
      HOME: this.home,
      TZ: "UTC",
      USER: "ada",
      ...this.environment,
    };
    const all = ["--data-dir", this.folder, "--now", now, "--no-input", ...words];
    const child = spawn(process.env.OUTLAY_TERMINAL ?? "", all, { env: environment });
    this.#running.push(child);
    const run: Run = { code: null, stdout: "", stderr: "" };
    child.stdout.on("data", (part) => (run.stdout += String(part)));
    child.stderr.on("data", (part) => (run.stderr += String(part)));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const ended = once(child, "close").then(([code]) => {
      this.said += run.stdout + run.stderr;
      return { ...run, code: code as number | null };
    });
    return { child, ended };
  }

  run(now: string, ...words: string[]): Promise<Run> {
    return this.start(now, words).ended;
  }

  /** What must work. */
  async ok(now: string, ...words: string[]): Promise<string> {
    const run = await this.run(now, ...words);
    expect(run, words.join(" ")).toMatchObject({ code: 0 });
    return run.stdout;
  }

  /** Mail by a server, with a name to log in by unless it is said to be empty. */
  async setMail(port: number, security: string, host = "127.0.0.1", user = USER): Promise<string> {
    const server = ["--host", host, "--port", String(port), "--security", security];
    const name = user ? ["--user-name", user] : [];
    return this.ok(
      minutes(0),
      "mail",
      "set",
      ...server,
      ...name,
      "--from",
      USER,
      "--to",
      "books@example.com",
    );
  }

  spend(dollars: string, at = "2026-08-25T14:00:00Z", now = minutes(0)): Promise<string> {
    const call = [
      "--type",
      "chat",
      "--provider",
      "openai",
      "--model",
      "gpt-5",
      "--input",
      "1",
      "--output",
      "1",
    ];
    return this.ok(now, "log", ...call, "--cost", dollars, "--at", at);
  }

  /** What became of each mail, the newest first. */
  async log(now = minutes(0)): Promise<{ state: string; reply: string | null; attempts: number }[]> {
    const { deliveries } = JSON.parse(await this.ok(now, "--json", "mail", "log"));
    return deliveries;
  }

  /** The files in the data folder that hold the password. */
  leaks(): string[] {
    const files = readdirSync(this.folder, { recursive: true }).map((name) =>
      join(this.folder, String(name)),
    );
    return files.filter((path) => statSync(path).isFile() && readFileSync(path).includes(PASSWORD));
  }

  async clear(): Promise<void> {
    for (const child of this.#running.filter((child) => child.exitCode === null && !child.signalCode)) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    for (const office of this.#offices) await office.close();
    expect(this.said.includes(PASSWORD), "the password was printed").toBe(false);
    expect(this.leaks(), "files with the password").toEqual([]);
    expect(
      this.#offices.flatMap(({ loose }) => loose),
      "arguments with the password",
    ).toEqual([]);
    const unseen = this.#offices.filter(({ logins, senders }) => senders < logins);
    expect(process.platform === "linux" ? unseen.length : 0, "arguments were not looked at").toBe(0);
    for (const folder of [this.folder, this.home]) rmSync(folder, { recursive: true });
  }
}

export const test = plain.extend<{ terminal: Terminal }>({
  // oxlint-disable-next-line no-empty-pattern
  terminal: async ({}, use) => {
    const terminal = new Terminal();
    await use(terminal);
    await terminal.clear();
  },
});
