// The pictures of the screens in docs/screens: `cargo xtask screenshots` takes them anew. They show made-up data of a
// day that stands still, so that they differ only when the page does.
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { choose, figures } from "./bring";
import { test, type Ledger } from "./desk";
import { fixture } from "./outlay";

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
};

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole("heading", { name }).first().waitFor();
const row = (page: Page) => page.locator("button[data-row='0']").waitFor();

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
  { name: "calls", ledger: "full", place: "#/calls?order=costliest", ready: row },
  {
    name: "call",
    ledger: "full",
    place: "#/calls?order=costliest",
    async ready(page) {
      await row(page);
      await page.locator("button[data-row='0']").click();
      await page
        .getByRole("dialog")
        .getByText("How it was priced")
        .or(page.getByText("Fingerprint"))
        .first()
        .waitFor();
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

for (const { name, ledger, place, ready, highest = HIGHEST } of PICTURES)
  test(name, async ({ desk }) => {
    desk.lay(ledger);
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await desk.open(place, { colorScheme });
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
