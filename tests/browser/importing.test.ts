import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { ImportPlan } from "../../ui/src/bindings";
import { bring, choose, confirm, drop, figures, showsExactly, spoiled, type Way } from "./bring";
import { at, exactly, test, type Desk } from "./desk";
import { fixture, outlay } from "./outlay";

type Month = { month: string; spend: string };
/** What the terminal would do with the same file, in a ledger of its own. */
function terminals(desk: Desk, file: string, ...words: string[]) {
  const folder = join(desk.folder, "terminal");
  const plan = outlay(folder, "import", file, "--yes", ...words) as ImportPlan;
  const month = plan.files[0]!.last_day!.slice(0, 7);
  return { file: plan.files[0]!, month: outlay(folder, "report", "month", month) as Month };
}

const NAMES = new Intl.DateTimeFormat("en-US", { month: "long", year: "numeric", timeZone: "UTC" });
const monthName = (month: string) => NAMES.format(new Date(`${month}-01T00:00:00Z`));

/** The review, the import and the month that follows say what the terminal says. */
async function isImported(page: Page, desk: Desk, { file, month }: ReturnType<typeof terminals>) {
  expect(await figures(page)).toMatchObject({
    New: String(file.new),
    Known: "0",
    Restated: "0",
    "Cannot be read": String(file.quarantined),
  });
  await page.getByText("Cannot be read", { exact: true }).last().click();
  await page.getByText("so,no").waitFor();
  await confirm(page, "Import the good rows");
  await page
    .getByText(`${file.quarantined} row${file.quarantined === 1 ? "" : "s"} could not be read.`)
    .waitFor();
  await page.getByRole("link", { name: `View ${monthName(month.month)}` }).click();
  await showsExactly(page, new RegExp(`^(Month to date|${monthName(month.month)})`), exactly(month.spend));
  expect(desk.outlay("report", "month", month.month)).toEqual(month);
}

const SOURCES: [fixture: string, way: Way][] = [
  ["openai_usage/columns_24.csv", "chosen"],
  ["openai_cost/columns_17.csv", "dropped"],
  ["anthropic_tokens/v2_days.csv", "pasted"],
  ["anthropic_cost/columns_14.csv", "chosen"],
  ["openrouter_log/every_case.csv", "dropped"],
  ["openrouter_activity/days.csv", "pasted"],
  ["cursor/v1_every_kind.csv", "chosen"],
];

test.for(SOURCES)("%s with a bad row, %s", async ([name, way], { desk }) => {
  const file = spoiled(name, desk.folder);
  const expected = terminals(desk, file);
  const page = await desk.open();
  await page.getByRole("heading", { name: "Drop a usage file here" }).waitFor();
  await bring[way](page, file);
  await isImported(page, desk, expected);
});

test("a table of no known export is mapped once", async ({ desk }) => {
  const file = spoiled("mapped/proxy.csv", desk.folder);
  const columns = {
    When: "created_at",
    "Which model": "model",
    Prompt: "input_tokens",
    Cached: "cached_tokens",
    Answer: "output_tokens",
    Price: "cost",
    Money: "currency",
    Team: "project",
  };
  const pairs = Object.entries(columns).map(([column, field]) => `${field}=${column}`);
  const expected = terminals(desk, file, ...[...pairs, "provider:=Proxy"].flatMap((pair) => ["--map", pair]));
  const page = await desk.open();
  await choose(page, file);
  await page.getByRole("heading", { name: "Which column is what?" }).waitFor();
  for (const [column, field] of Object.entries(columns))
    await page.getByLabel(`${column} is`).selectOption(field);
  await page.getByLabel("Provider").fill("Proxy");
  await page.getByText("All that is needed is there.").waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await isImported(page, desk, expected);
  // The next of its kind is known, and so are its rows.
  await drop(page, file);
  await page.getByText("These very bytes are in the ledger already").waitFor();
});

test("the same file again brings nothing, and several files go in together", async ({ desk }) => {
  const page = await desk.open();
  const files = [fixture("openrouter_activity/days.csv"), fixture("cursor/v0.csv")];
  await choose(page, files);
  await page.getByRole("table", { name: "Files" }).getByText("goes in").nth(1).waitFor();
  await confirm(page, "Import 2 files");
  await choose(page, files[0]!);
  await page.getByText("These very bytes are in the ledger already").waitFor();
  expect(await page.getByRole("button", { name: "Import", exact: true }).isDisabled()).toBe(true);
});

test("an import is undone and redone, from its end and from the history", async ({ desk }) => {
  desk.lay("plain");
  const spent = () => desk.outlay<Month>("report", "month").spend;
  const before = spent();
  const page = await desk.open();
  await choose(page, fixture("openrouter_log/every_case.csv"));
  await figures(page);
  await confirm(page);
  const after = spent();
  expect(after).not.toBe(before);
  await page.getByRole("button", { name: "Undo the import of every_case.csv" }).click();
  await page.getByText("every_case.csv is undone: its rows no longer count.").waitFor();
  expect(spent()).toBe(before);
  await page.getByRole("button", { name: "Redo", exact: true }).click();
  await page.getByText("every_case.csv counts again.").waitFor();
  expect(spent()).toBe(after);
  await page.getByRole("link", { name: "History" }).first().click();
  for (const [word, expected] of [
    ["Undo", before],
    ["Redo", after],
  ] as const) {
    await page.getByRole("button", { name: `${word} every_case.csv…` }).click();
    const dialog = page.getByRole("dialog", { name: `${word} every_case.csv?` });
    await dialog.getByRole("row", { name: /August 2026/ }).waitFor();
    await dialog.getByRole("button", { name: word, exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(spent()).toBe(expected);
    await page.getByRole("link", { name: "Overview", exact: true }).click();
    await showsExactly(page, /^Month to date/, exactly(expected));
    await page.getByRole("link", { name: "Imports", exact: true }).click();
  }
});

test("the history opens an import, whose rows and bad rows are a step away", async ({ desk }) => {
  const page = await desk.lay("full").open("#/imports");
  await at(page, "Which days are covered").getByRole("button", { name: "View as table" }).click();
  await at(page, "Which days are covered").getByRole("row").nth(1).waitFor();
  await page.getByRole("button", { name: "every_case.csv", exact: true }).click();
  const drawer = page.getByRole("dialog", { name: "every_case.csv" });
  await drawer.getByText("Rows that cannot be read").waitFor();
  await page.reload();
  await drawer.getByRole("link", { name: "See its rows" }).click();
  await page.getByText("6 rows", { exact: true }).waitFor();
  await page.goBack();
  await drawer.getByRole("link", { name: "See what could not be read" }).click();
  await page.getByText("€0.5", { exact: false }).first().waitFor();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export as CSV" }).click();
  const text = readFileSync(await (await saved).path(), "utf8");
  expect(text.trimEnd().split("\n").length).toBe(14);
});
