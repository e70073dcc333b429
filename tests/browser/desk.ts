// What a test works with: a folder of its own, its server, and pages of a browser that may not complain.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { expect, inject, test as plain } from "vitest";
import { outlayIn, serve, type Environment, type Server } from "./outlay";

export type Ledger = "empty" | "plain" | "full" | "watched";
export type Looks = { colorScheme?: "light" | "dark"; viewport?: { width: number; height: number } };

export const test = plain.extend<{ browser: Browser; desk: Desk }>({
  browser: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const browser = await chromium.launch({ executablePath: process.env.OUTLAY_BROWSER ?? "" });
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],
  desk: async ({ browser, task }, use) => {
    const desk = new Desk(browser);
    await use(desk);
    if (task.result?.state === "fail") await desk.tell(task.name);
    await desk.clear();
    expect(desk.complaints, "what the browser complained of").toEqual([]);
  },
});

export class Desk {
  /** What the console, the content security policy and uncaught errors said. */
  readonly complaints: string[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), "outlay-desk-"));
  server: Server | undefined;
  /** What the programs of this folder are told besides; before the first page. */
  environment: Environment = {};
  readonly #browser: Browser;
  readonly #expected: RegExp[] = [];
  readonly #pages: Page[] = [];
  /** What the pages asked of the server and were answered, for a test that failed. */
  readonly #traffic: string[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Puts a filled ledger in place; before the first page. */
  lay(ledger: Ledger): this {
    cpSync(join(inject("ledgers"), ledger), this.folder, { recursive: true });
    return this;
  }

  /** What the terminal answers beside the page. */
  outlay<T = never>(...words: string[]): T {
    return outlayIn(this.environment, this.folder, ...words) as T;
  }

  /** Complaints that belong to the test. */
  expects(...patterns: RegExp[]): void {
    this.#expected.push(...patterns);
  }

  /** A page of a browser that is let in, at a place like `#/calls`. */
  async open(
    place = "",
    looks: Looks = {},
    /** What is done to it before it is shown. */
    alter: (page: Page) => Promise<unknown> = async () => {},
  ): Promise<Page> {
    this.server ??= await serve(this.folder, 0, this.environment);
    const { address, token } = this.server;
    const page = await this.blank(looks);
    await page.addInitScript(
      (key) => sessionStorage.getItem("outlay.token") ?? sessionStorage.setItem("outlay.token", key),
      token,
    );
    await alter(page);
    await page.goto(`${address}/${place}`);
    return page;
  }

  /** A page of a browser that knows nothing yet. */
  async blank(looks: Looks = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      locale: "en-US",
      timezoneId: "Europe/Berlin",
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
      ...looks,
    });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    this.#pages.push(page);
    this.#listen(page);
    return page;
  }

  /** Shows what was on the screens of a test that failed. */
  async tell(name: string): Promise<void> {
    process.stderr.write(
      `\nWhat was asked last before “${name}” failed:\n${this.#traffic.slice(-24).join("\n")}\n`,
    );
    for (const page of this.#pages) {
      const text = await page.locator("body").ariaSnapshot({ timeout: 1000 }).catch(String);
      process.stderr.write(`\nOn screen when “${name}” failed, at ${page.url()}:\n${text}\n`);
    }
  }

  async clear(): Promise<void> {
    // A page asks until it is closed: an answer that is altered on its way may come to nobody.
    const calm = { behavior: "ignoreErrors" } as const;
    await Promise.all(this.#pages.map((page) => page.isClosed() || page.unrouteAll(calm)));
    await Promise.all(this.#pages.map((page) => page.context().close()));
    await this.server?.stop();
    rmSync(this.folder, { recursive: true });
  }

  #listen(page: Page) {
    const note = (text: string) => {
      if (!this.#expected.some((pattern) => pattern.test(text))) this.complaints.push(text);
    };
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) note(`${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => note(String(error.stack ?? error)));
    const heard = (what: string) => (of: { url(): string }) => {
      if (/\/(api|events|files|session)/.test(of.url()))
        this.#traffic.push(`${new Date().toISOString()} ${what} ${of.url()}`);
    };
    page.on("request", heard("asked"));
    page.on("response", heard("answered"));
    page.on("requestfinished", heard("complete"));
    page.on("requestfailed", heard("failed"));
    // From the beginning, so that no dialog of the browser's own opens where a test waits for one.
    page.on("filechooser", () => {});
    page.on("crash", () => note("the page crashed"));
  }
}

/** The card, chart or section of a screen that has this heading. */
export function at(page: Page, title: string): Locator {
  return page
    .locator("section, figure")
    .filter({ has: page.getByRole("heading", { name: title, exact: true }) });
}

const cents = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const digits = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 9,
});

/** An amount as a person reads it: to the cent. */
export const dollars = (amount: string) => cents.format(amount as unknown as number);
/** An amount to the last digit that the ledger keeps. */
export const exactly = (amount: string) => digits.format(amount as unknown as number).replace("-", "−");
