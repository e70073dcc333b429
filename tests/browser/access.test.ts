import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { billed } from "./bills";
import { choose, confirm, figures } from "./bring";
import { test, type Desk, type Ledger } from "./desk";
import { fixture } from "./outlay";
import { Team } from "./team";

declare const axe: { run(options: object): Promise<AxeResults> };

const require = createRequire(new URL("../../ui/package.json", import.meta.url));
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds wrong in the page as it stands. */
async function found(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((runOnly) => axe.run({ runOnly }), RULES);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
}

type State = { name: string; reach: (page: Page) => Promise<unknown> };
type Screen = {
  name: string;
  ledger: Ledger;
  place: string;
  states: State[];
  /** What is done before its first page. */
  before?: (desk: Desk) => unknown;
};

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole("heading", { name }).first().waitFor();
const section = (key: string, title: string): State => ({
  name: title,
  reach: async (page) => {
    await page.goto(page.url().replace(/#.*/, `#/settings?section=${key}`));
    await page.getByRole("region", { name: title }).getByRole("heading").first().waitFor();
  },
});

const SCREENS: Screen[] = [
  {
    name: "the first run",
    ledger: "empty",
    place: "",
    states: [{ name: "as it is", reach: heading(/^Drop a usage/) }],
  },
  {
    name: "empty screens",
    ledger: "empty",
    place: "#/calls",
    states: [
      { name: "calls", reach: heading("No rows yet") },
      {
        name: "imports",
        reach: (page) =>
          page.keyboard.press("Control+5").then(() => heading("No file was imported yet")(page)),
      },
    ],
  },
  {
    name: "the overview",
    ledger: "full",
    place: "",
    states: [
      { name: "as it is", reach: heading("Against the cap") },
      {
        name: "with a dialog",
        reach: async (page) => {
          await page.getByRole("button", { name: /^Month-end, likely/ }).click();
          await page.getByRole("dialog").waitFor();
        },
      },
      {
        name: "with tables for charts",
        reach: async (page) => {
          await page.keyboard.press("Escape");
          const asTable = page.getByRole("button", { name: "View as table" });
          while ((await asTable.count()) > 0) await asTable.first().press("Enter");
        },
      },
      {
        name: "a month that is over",
        reach: async (page) => {
          await page.getByRole("button", { name: /^Previous month/ }).click();
          await page.getByRole("link", { name: /^July 2026/ }).waitFor();
        },
      },
    ],
  },
  {
    name: "calls",
    ledger: "full",
    place: "#/calls",
    states: [
      { name: "as they are", reach: (page) => page.locator("button[data-row='0']").waitFor() },
      {
        name: "with the drawer",
        reach: async (page) => {
          await page.locator("button[data-row='0']").click();
          await page.getByRole("dialog").getByText("Fingerprint").waitFor();
        },
      },
      {
        name: "with the shortcuts",
        reach: async (page) => {
          await page.keyboard.press("Escape");
          await page.keyboard.press("F1");
          await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
        },
      },
    ],
  },
  {
    name: "imports",
    ledger: "full",
    place: "#/imports",
    states: [
      {
        name: "the history",
        reach: (page) => page.getByRole("button", { name: "every_case.csv", exact: true }).waitFor(),
      },
      {
        name: "an import",
        reach: async (page) => {
          await page.getByRole("button", { name: "every_case.csv", exact: true }).click();
          await page.getByRole("dialog").getByText("Rows that cannot be read").waitFor();
        },
      },
      {
        name: "the question before an undo",
        reach: async (page) => {
          await page.keyboard.press("Escape");
          await page.getByRole("button", { name: "Undo every_case.csv…" }).click();
          await page
            .getByRole("dialog")
            .getByRole("row", { name: /August 2026/ })
            .waitFor();
        },
      },
      {
        name: "the quarantine",
        reach: async (page) => {
          await page.keyboard.press("Escape");
          await page.getByRole("link", { name: "Quarantine", exact: true }).click();
          await page.getByText("€0.5").first().waitFor();
        },
      },
    ],
  },
  {
    name: "a review",
    ledger: "plain",
    place: "#/imports?view=review",
    states: [
      { name: "before any file", reach: heading("Drop usage files anywhere on this page") },
      {
        name: "a mapping",
        reach: async (page) => {
          await choose(page, fixture("mapped/proxy.csv"));
          await page.getByLabel("Which model is").waitFor();
        },
      },
      {
        name: "what would change",
        reach: async (page) => {
          await page.getByRole("button", { name: "Leave this file out" }).click();
          await choose(page, fixture("openrouter_log/every_case.csv"));
          await figures(page);
        },
      },
      {
        name: "rows that cannot be read",
        reach: async (page) => {
          await page.getByText("Cannot be read", { exact: true }).last().click();
          await page.getByText("€0.5").first().waitFor();
        },
      },
      { name: "what was done", reach: (page) => confirm(page) },
    ],
  },
  {
    name: "reconcile",
    ledger: "plain",
    place: "#/prices?view=reconcile",
    before: billed,
    states: [
      {
        name: "both sides of a bill",
        reach: (page) => page.getByRole("button", { name: "Aug 20 by model" }).click(),
      },
      {
        name: "the question before another side counts",
        reach: async (page) => {
          await page.getByRole("button", { name: /^Count what usage comes to…/ }).click();
          await page
            .getByRole("dialog")
            .getByRole("row", { name: /August 2026/ })
            .waitFor();
        },
      },
    ],
  },
  {
    name: "budgets",
    ledger: "watched",
    place: "#/budgets",
    states: [
      { name: "as they are", reach: heading("Chat models") },
      {
        name: "the form of a new one",
        reach: async (page) => {
          await page.getByRole("button", { name: "New budget…" }).click();
          await page.getByLabel("Name").fill("Experiments");
          await page.getByLabel("Provider", { exact: true }).fill("openai");
          await page.getByLabel("What a month may cost").fill("1");
          await page.getByText(/^You have already spent/).waitFor();
        },
      },
    ],
  },
  {
    name: "prices",
    ledger: "full",
    place: "#/prices",
    before: (desk) => desk.outlay("prices", "factor", "openai", "0.9", "--reprice", "everything", "--yes"),
    states: [
      { name: "as they are", reach: heading("somebody/house-model-1") },
      {
        name: "the form about a name",
        reach: async (page) => {
          await page.getByRole("button", { name: "Set price…" }).click();
          await page.getByRole("button", { name: "More rates, or a variant" }).click();
          await page.getByLabel("Input", { exact: true }).fill("3");
          await page.getByLabel("Output", { exact: true }).fill("15");
          await page.getByText(/^1 row gets another price/).waitFor();
        },
      },
      {
        name: "the price book",
        reach: async (page) => {
          await page.keyboard.press("Escape");
          await page.getByRole("link", { name: "Price book" }).click();
          await page.getByLabel("Provider and model").fill("openai gpt-4o");
          await page.getByText("openai/gpt-4o", { exact: true }).click();
        },
      },
    ],
  },
  {
    name: "no budgets and no alerts",
    ledger: "empty",
    place: "#/budgets",
    states: [
      { name: "budgets", reach: heading("No budget is set yet") },
      {
        name: "alerts",
        reach: (page) => page.keyboard.press("Control+4").then(() => heading(/^Nothing unusual/)(page)),
      },
      {
        name: "snoozed alerts",
        reach: async (page) => {
          await page.getByRole("link", { name: /^Snoozed/ }).click();
          await heading("No alert is snoozed")(page);
        },
      },
    ],
  },
  {
    name: "alerts",
    ledger: "watched",
    place: "#/alerts",
    states: [
      { name: "the inbox", reach: heading("Limit reached") },
      {
        name: "a spike",
        reach: async (page) => {
          await page.getByRole("link", { name: "Spike", exact: true }).click();
          await page.getByRole("dialog").getByText("View as table").waitFor();
        },
      },
      {
        name: "the question before many are resolved",
        reach: async (page) => {
          await page.keyboard.press("Escape");
          await page.getByRole("button", { name: /^Resolve \d+ shown…$/ }).click();
          await page.getByText("This cannot be undone").waitFor();
        },
      },
      {
        name: "a snoozed alert",
        reach: async (page) => {
          await page.keyboard.press("Escape");
          await page.getByRole("button", { name: /^Snooze today: Spike/ }).click();
          await page.getByRole("link", { name: /^Snoozed/ }).click();
          await page.getByText(/^snoozed until/).waitFor();
        },
      },
      {
        name: "the rules",
        reach: async (page) => {
          await page.getByRole("link", { name: "Rules" }).click();
          await page
            .getByText(/^What it would have told/)
            .first()
            .click();
          const of = page.locator("li").filter({ has: page.getByRole("heading", { name: "Spike" }) });
          await of.getByLabel("Sensitivity").selectOption("only_large");
          await page.getByRole("button", { name: "Save" }).waitFor();
        },
      },
    ],
  },
  {
    name: "sync without a team",
    ledger: "plain",
    place: "#/sync",
    states: [
      { name: "the way to one", reach: heading("Share one ledger") },
      {
        name: "a trial that fails",
        reach: async (page) => {
          await page.getByLabel("Address of the database").fill("postgres://ada@127.0.0.1:1/spend");
          await page.getByRole("button", { name: "Test" }).click();
          await page.getByText("It stops at: network.").waitFor();
        },
      },
    ],
  },
  {
    name: "sync with a team",
    ledger: "plain",
    place: "#/sync",
    before: (desk) => new Team().join(desk),
    states: [
      {
        name: "what was verified",
        reach: async (page) => {
          await page.getByRole("button", { name: "Verify" }).click();
          await page.getByText(/^Verified identical: /).waitFor();
        },
      },
      {
        name: "its members",
        reach: async (page) => {
          await page.getByRole("button", { name: "Show the members" }).click();
          await page.getByRole("row", { name: /^Ada/ }).waitFor();
        },
      },
      {
        name: "the form of a new one",
        reach: async (page) => {
          await page.getByRole("button", { name: "Add a member…" }).click();
          await page.getByRole("dialog").getByLabel("Name in the team").waitFor();
        },
      },
      {
        name: "the question before it is left",
        reach: async (page) => {
          await page.keyboard.press("Escape");
          await page.getByRole("button", { name: "Leave the team…" }).click();
          await page.getByRole("dialog").getByText("Your own rows stay here").waitFor();
        },
      },
    ],
  },
  {
    name: "settings",
    ledger: "full",
    place: "#/settings",
    states: [
      section("general", "General"),
      section("appearance", "Appearance"),
      section("cap", "Limits"),
      section("notifications", "Notifications"),
      section("data", "Data"),
      section("sharing", "Sharing"),
      section("privacy", "Privacy"),
      section("keyboard", "Keyboard"),
      section("about", "About"),
    ],
  },
];

for (const colorScheme of ["light", "dark"] as const)
  for (const { name: screen, ledger, place, states, before } of SCREENS)
    test(`axe finds nothing in ${screen}, ${colorScheme}`, async ({ desk }) => {
      desk.lay(ledger);
      await before?.(desk);
      const page = await desk.open(place, { colorScheme });
      for (const { name, reach } of states) {
        await reach(page);
        expect.soft(await found(page), name).toEqual([]);
      }
    });

/** What is there once a screen is. */
const CONTENT: Record<string, string> = {
  overview: "text=Needs attention",
  calls: "button[data-row='0']",
  imports: "button:text-is('every_case.csv')",
  "imports?view=quarantine": "text=€0.5",
  "settings?section=cap": "text=A single call is expensive from",
  "settings?section=notifications": "text=Mail server",
  budgets: "text=See the calls",
  "prices?view=reconcile": "button:text('by model')",
  alerts: "button:text-is('Resolve')",
  "alerts?view=rules": "text=/^Would/",
  sync: "text=Of other members, here",
  prices: "text=somebody/house-model-1",
  "prices?say=rates&provider=somebody&model=house-model-1": "text=Name at least one rate.",
  "prices?view=book&find=openai": "text=/models; the first/",
};

test("nothing is cut off or overlaps sideways, down to the width of a telephone", async ({ desk }) => {
  new Team().join(desk.lay("full"));
  billed(desk);
  for (const width of [1280, 900, 720, 320]) {
    const page = await desk.open("", { viewport: { width, height: 800 } });
    for (const place of Object.keys(CONTENT)) {
      await page.goto(page.url().replace(/#.*|$/, `#/${place}`));
      await page
        .locator(CONTENT[place] ?? "")
        .first()
        .waitFor();
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect.soft(beyond, `${place} at ${width}`).toBeLessThanOrEqual(0);
    }
    await page.context().close();
  }
});
