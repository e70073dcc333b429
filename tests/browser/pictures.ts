// The pictures of the screens in docs/screens: `cargo xtask screenshots` takes them anew. They show made-up data of a
// day that stands still, so that they differ only when the page does.
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { billed } from "./bills";
import { choose, figures } from "./bring";
import { test, type Desk, type Ledger } from "./desk";
import { fixture, NOW } from "./outlay";
import { Team } from "./team";

const FOLDER = fileURLToPath(new URL("../../docs/screens/", import.meta.url));
/** What a person reads in place of the folder that exists only for the picture. */
const HOME = "/home/me/.local/share/dev.outlay.desktop";

/** What is below does not make a picture clearer. */
const HIGHEST = 1100;
type Picture = {
  name: string;
  ledger: Ledger;
  place: string;
  ready: (page: Page) => Promise<unknown>;
  highest?: number;
  /** What is done before its first page, and to a page before it is shown. */
  before?: (desk: Desk) => unknown;
  alter?: (page: Page) => Promise<unknown>;
};

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole("heading", { name }).first().waitFor();
const row = (page: Page) => page.locator("button[data-row='0']").waitFor();

/** A team's server as people have one: elsewhere, and with a clock that goes as this machine's does. */
async function elsewhere(page: Page, open = {}) {
  await page.route("**/api/get_sync_status", async (route) => {
    const answer = (await (await route.fetch()).json()) as { team: object | null };
    const told = { host: "db.example.org", clock_ahead_seconds: null, clock_warning: null, verified_at: NOW };
    await route.fulfill({ json: { ...answer, team: { ...answer.team, ...told, ...open } } });
  });
  await page.route("**/api/verify_sync", async (route) => {
    const answer = (await (await route.fetch()).json()) as { sync: object };
    await route.fulfill({ json: { ...answer, sync: { ...answer.sync, notices: [] } } });
  });
}

/** The same, with machines whose ids are the same every time. */
async function ofATeam(page: Page) {
  await elsewhere(page);
  await page.route("**/api/report_month", async (route) => {
    const answer = await (await route.fetch()).text();
    await route.fulfill({ body: answer.replace(/machine [0-9a-f]{6}/g, "machine 4f2a1c") });
  });
}

/** A ledger whose owner settles prices: one was taken back and said otherwise, two names wait. */
function settling(desk: Desk) {
  const call = ["--type", "chat", "--at", "2026-08-24T10:00:00Z", "--input", "1200000", "--output", "80000"];
  desk.outlay("log", ...call, "--provider", "openai", "--model", "gpt-4o-mni");
  desk.outlay("log", ...call, "--provider", "acme", "--model", "reasoner-9");
  desk.outlay("prices", "free", "acme/reasoner-9", "--yes");
  desk.outlay("prices", "undo");
  desk.outlay("prices", "set", "acme/reasoner-9", "in=3", "read=0.3", "out=15", "--yes");
  desk.outlay("prices", "factor", "openai", "0.95", "--from", "2026-08-01", "--reprice", "nothing", "--yes");
}

/** A newer price book than the one that was known. */
async function newerBook(page: Page) {
  const change = {
    variant: null,
    from: "2026-08-15T00:00:00Z",
    old: { in: "1.25", out: "10" },
    new: { in: "1", out: "8" },
  };
  await page.route("**/api/list_price_changes", (route) =>
    route.fulfill({
      json: {
        schema: "outlay.price-changes/1",
        since: "2026-06-30",
        version: "2026-08-20",
        effect: "-0.418",
        names: [{ provider: "openai", model: "gpt-5", changes: [change], rows: 240, effect: "-0.418" }],
      },
    }),
  );
}

/** A cap that both sides changed, and a row that the server does not take. */
async function questions(page: Page) {
  await elsewhere(page, { conflicts: 1, quarantined: 1 });
  const clash = { number: 1, kind: "cost_config", key: "ada", what: "monthly_ai_cap_usd" };
  const sides = { mine: "50", theirs: "62.5", holds: "theirs", can_be_changed: true, at: NOW };
  const key = "019c8f3e-7c00-7a51-8a3e-5d1f0c9b2a44";
  const reason = "new row violates check constraint “spend_since_2025”";
  await page.route("**/api/list_sync_questions", (route) =>
    route.fulfill({
      json: {
        schema: "outlay.sync-questions/1",
        clashes: [{ ...clash, ...sides }],
        aside: [{ table: "generations", key, standing: "refused", reason }],
      },
    }),
  );
}

const PICTURES: Picture[] = [
  { name: "first-run", ledger: "empty", place: "", ready: heading(/^Drop a usage file/) },
  { name: "calls-empty", ledger: "empty", place: "#/calls", ready: heading("No rows yet") },
  { name: "imports-empty", ledger: "empty", place: "#/imports", ready: heading("No file was imported yet") },
  { name: "overview", ledger: "full", place: "", ready: heading("Needs attention") },
  { name: "overview-no-cap", ledger: "plain", place: "", ready: heading("Set a monthly budget") },
  {
    name: "overview-nothing",
    ledger: "full",
    place: "#/overview?month=2026-01",
    ready: heading(/^Nothing from/),
  },
  {
    name: "overview-team",
    ledger: "full",
    place: "#/overview?user=all",
    before: (desk) => new Team().join(desk).meet(desk, "Grace", "3.5", "7.25", "0.4"),
    alter: ofATeam,
    ready: heading("By machine"),
    highest: 1400,
  },
  { name: "calls", ledger: "full", place: "#/calls?order=costliest", ready: row },
  {
    name: "call",
    ledger: "full",
    place: "#/calls?order=costliest&basis=computed",
    async ready(page) {
      await row(page);
      await page.locator("button[data-row='0']").click();
      await page.getByRole("dialog").getByText("Fingerprint").waitFor();
      await page.getByRole("table", { name: "How the cost comes about" }).waitFor();
    },
  },
  {
    name: "calls-no-match",
    ledger: "full",
    place: "#/calls?model=nothing",
    ready: heading("No row matches"),
  },
  {
    name: "imports",
    ledger: "full",
    place: "#/imports",
    ready: (page) => page.getByRole("button", { name: "every_case.csv", exact: true }).waitFor(),
  },
  {
    name: "imports-map",
    ledger: "plain",
    place: "#/imports?view=review",
    async ready(page) {
      await choose(page, fixture("mapped/proxy.csv"));
      await page.getByLabel("Which model is").waitFor();
    },
  },
  {
    name: "imports-review",
    ledger: "plain",
    place: "#/imports?view=review",
    async ready(page) {
      await choose(page, fixture("openrouter_log/every_case.csv"));
      await figures(page);
    },
  },
  {
    name: "imports-quarantine",
    ledger: "full",
    place: "#/imports?view=quarantine",
    ready: heading("Rows that could not be read"),
    highest: 700,
  },
  {
    name: "reconcile",
    ledger: "plain",
    place: "#/prices?view=reconcile",
    before: billed,
    ready: (page) => page.getByRole("button", { name: "Aug 20 by model" }).click(),
  },
  {
    name: "reconcile-empty",
    ledger: "plain",
    place: "#/prices?view=reconcile",
    ready: heading("Nothing to reconcile yet"),
    highest: 700,
  },
  { name: "budgets", ledger: "watched", place: "#/budgets", ready: heading("Chat models") },
  { name: "budgets-empty", ledger: "plain", place: "#/budgets", ready: heading("Set a monthly budget") },
  {
    name: "budget-form",
    ledger: "watched",
    place: "#/budgets?edit=new",
    async ready(page) {
      await page.getByLabel("Name").fill("Experiments");
      await page.getByLabel("Provider", { exact: true }).fill("openai");
      await page.getByLabel("What a month may cost").fill("1");
      await page.getByText("Block at 100%", { exact: true }).last().click();
      await page.getByText(/^You have already spent/).waitFor();
    },
  },
  { name: "alerts", ledger: "watched", place: "#/alerts", ready: heading("Limit reached") },
  {
    name: "alerts-rules",
    ledger: "watched",
    place: "#/alerts?view=rules",
    async ready(page) {
      const spike = page.locator("li").filter({ has: page.getByRole("heading", { name: "Spike" }) });
      await spike.getByLabel("Sensitivity").selectOption("only_large");
      await spike.getByText("at least $20.00").waitFor();
      await page.getByText("Looking back…").first().waitFor({ state: "detached" });
    },
    highest: 1500,
  },
  {
    name: "alerts-snoozed",
    ledger: "watched",
    place: "#/alerts",
    async ready(page) {
      // The second picture is of the same ledger.
      const snooze = page.getByRole("button", { name: /^Snooze today: Spike/ });
      await page.getByRole("heading", { name: "Limit reached" }).waitFor();
      if (await snooze.isVisible()) await snooze.click();
      await page.getByRole("link", { name: "Snoozed (1)" }).click();
      await page.getByText(/^snoozed until/).waitFor();
    },
  },
  { name: "alerts-empty", ledger: "empty", place: "#/alerts", ready: heading(/^Nothing unusual/) },
  {
    name: "alert",
    ledger: "watched",
    place: "#/alerts",
    async ready(page) {
      await page.getByRole("link", { name: "Spike", exact: true }).click();
      await page.getByRole("dialog").getByText("View as table").waitFor();
    },
  },
  {
    name: "prices",
    ledger: "full",
    place: "#/prices",
    before: settling,
    async ready(page) {
      await page.getByRole("heading", { name: "openai/gpt-4o-mni" }).waitFor();
      await page.getByRole("row", { name: /^openai, all models/ }).waitFor();
      await page.getByRole("heading", { name: "Priced anew" }).waitFor();
    },
    highest: 1400,
  },
  {
    name: "prices-form",
    ledger: "full",
    place: "#/prices",
    before: settling,
    async ready(page) {
      const name = page
        .locator("li")
        .filter({ has: page.getByRole("heading", { name: "openai/gpt-4o-mni" }) });
      await name.getByRole("button", { name: "openai/gpt-4o-mini" }).click();
      await page.getByText(/^1 row gets another price/).waitFor();
      await page.getByText(/^Now input/).waitFor();
    },
  },
  {
    name: "prices-changed",
    ledger: "plain",
    place: "#/prices",
    alter: newerBook,
    ready: heading("Changed in the price book"),
  },
  {
    name: "prices-book",
    ledger: "plain",
    place: "#/prices?view=book&find=openai%20gpt-4o",
    async ready(page) {
      await page.getByText("openai/gpt-4o", { exact: true }).click();
      await page.getByRole("table", { name: "Prices of openai/gpt-4o", exact: true }).waitFor();
    },
  },
  {
    name: "prices-empty",
    ledger: "empty",
    place: "#/prices",
    async ready(page) {
      await page.getByText("Every row has a price.").waitFor();
      await page.getByText(/^None: the price book decides/).waitFor();
    },
  },
  {
    name: "sync",
    ledger: "full",
    place: "#/sync",
    before: (desk) => new Team().join(desk),
    alter: elsewhere,
    async ready(page) {
      await page.getByRole("button", { name: "Verify" }).click();
      await page.getByText(/^Verified identical: /).waitFor();
      await page.getByRole("button", { name: "Show the members" }).click();
      await page.getByRole("row", { name: /^Ada/ }).waitFor();
    },
  },
  {
    name: "sync-questions",
    ledger: "full",
    place: "#/sync",
    before(desk) {
      new Team().join(desk);
      desk.outlay("sync", "run");
    },
    alter: questions,
    ready: heading("What sync could not decide"),
  },
  {
    name: "sync-without-a-team",
    ledger: "full",
    place: "#/sync",
    async ready(page) {
      await page.getByLabel("Address of the database").fill("postgres://ada@127.0.0.1:1/spend");
      await page.getByRole("button", { name: "Test" }).click();
      await page.getByText("It stops at: network.").waitFor();
    },
  },
  { name: "settings", ledger: "full", place: "#/settings?section=general", ready: heading("Amounts") },
  {
    name: "settings-limits",
    ledger: "full",
    place: "#/settings?section=cap",
    ready: heading("Other limits"),
  },
  {
    name: "settings-notifications",
    ledger: "watched",
    place: "#/settings?section=notifications",
    ready: heading("Outbox"),
  },
];

for (const { name, ledger, place, ready, highest = HIGHEST, before, alter } of PICTURES)
  test(name, async ({ desk }) => {
    desk.lay(ledger);
    await before?.(desk);
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await desk.open(place, { colorScheme }, alter);
      await ready(page);
      await page.evaluate(rename, [desk.folder, HOME] as const);
      await page.mouse.move(0, 0);
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width: 1280, height: Math.min(height, highest) });
      await page.screenshot({ path: `${FOLDER}${name}-${colorScheme}.png`, caret: "hide" });
      await page.context().close();
    }
  });

/** Writes another folder wherever one is read. */
function rename([from, to]: readonly [string, string]) {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode as Text;
    if (text.data.includes(from)) text.data = text.data.replaceAll(from, to);
  }
}
