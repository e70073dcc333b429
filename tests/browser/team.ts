// A team's server: a database of its own on the PostgreSQL of the test run, and a way to it that can be cut.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Desk } from "./desk";
import { outlayIn } from "./outlay";

const CALL = "--type chat --provider openai --model house-model --input 1200 --output 300".split(" ");

export class Team {
  readonly database: string;
  readonly password: string;
  readonly #server: URL;

  constructor() {
    const { OUTLAY_TEST_POSTGRES: server } = process.env;
    if (!server)
      throw new Error("OUTLAY_TEST_POSTGRES names no server; `cargo xtask postgres COMMAND` lends one");
    this.#server = new URL(server);
    this.password = this.#server.password;
    this.database = `page_${randomBytes(6).toString("hex")}`;
    this.#run("postgres", `CREATE DATABASE ${this.database}`);
  }

  get port(): string {
    return this.#server.port;
  }

  /** Where it is, for a login; for the one that may do everything without. */
  address(login = this.#server.username, port = this.port): string {
    return `postgres://${login}@127.0.0.1:${port}/${this.database}`;
  }

  /** A login that may nothing but log in, and its password. */
  login(): { name: string; password: string } {
    const name = `login_${randomBytes(6).toString("hex")}`;
    const password = randomBytes(12).toString("hex");
    this.run(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
    return { name, password };
  }

  /** What the database answers its administrator. */
  run(sql: string): string {
    return this.#run(this.database, sql);
  }

  /** Sets the team's ledger up by the terminal of a desk, whose programs know the password from then on. */
  setUp(desk: Desk): this {
    desk.environment = { OUTLAY_SYNC_PASSWORD: this.password };
    desk.outlay("sync", "init", this.address(), "--name", "Ada");
    return this;
  }

  /** And connects the desk's ledger to it. */
  join(desk: Desk): this {
    this.setUp(desk);
    desk.outlay("sync", "connect", this.address());
    return this;
  }

  /** Somebody joins who recorded calls on a machine of theirs, and the desk's ledger pulls them. */
  meet(desk: Desk, who: string, ...costs: string[]): this {
    const { name, password } = this.login();
    desk.outlay("sync", "members", "add", name, "--name", who);
    const other = mkdtempSync(join(tmpdir(), "outlay-other-"));
    const theirs = (...words: string[]) => outlayIn({ OUTLAY_SYNC_PASSWORD: password }, other, ...words);
    try {
      for (const cost of costs) theirs("log", ...CALL, "--cost", cost);
      theirs("sync", "connect", this.address(name));
      theirs("sync", "run");
      desk.outlay("sync", "run");
    } finally {
      rmSync(other, { recursive: true });
    }
    return this;
  }

  #run(database: string, sql: string): string {
    const { hostname, port, username, password } = this.#server;
    const words = [
      "-qAtX",
      "-v",
      "ON_ERROR_STOP=1",
      "-h",
      hostname,
      "-p",
      port,
      "-U",
      username,
      "-d",
      database,
    ];
    const env = { ...process.env, PGPASSWORD: password, PGOPTIONS: "-c client_min_messages=error" };
    return execFileSync("psql", words, { input: sql, encoding: "utf8", env });
  }
}

/** A way to a port of this machine, until it is cut. */
export class Way {
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  constructor(to: string) {
    this.#server = createServer((from) => {
      const onward = connect(Number(to), "127.0.0.1");
      for (const socket of [from, onward]) {
        this.#open.add(socket);
        // Whoever hears of a cut tells it by an error of its own.
        socket.on("error", () => socket.destroy());
      }
      from.pipe(onward).pipe(from);
    });
  }

  async open(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return String((this.#server.address() as AddressInfo).port);
  }

  /** From now on nobody listens there. */
  cut(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }
}
