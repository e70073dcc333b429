// Prices: an unknown name is found and settled, its plan is what is done, and everything has its way back.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { choose, confirm } from "./bring";
import { at, test, type Desk } from "./desk";
import { fixture } from "./outlay";

type Report = { spend: string; at_least: boolean };

const month = (desk: Desk) => desk.outlay<Report>("report", "month", "2026-08");
const dialog = (page: Page) => page.getByRole("dialog");
const toastOf = (page: Page, text: string | RegExp) =>
  page.getByRole("group", { name: "Message" }).filter({ hasText: text });

/** A line of an OpenAI usage export, of one day. */
function day(from: string, to: string, counts: string): string {
  const times = [from, to].map((each) => Date.parse(each) / 1000);
  return `${times.join(",")},${from},${to},proj,2.0,user,key,reasoner-9,False,default,${counts}`;
}

/** An export of two days with a model that nobody knows. */
function unknown(desk: Desk): string {
  const path = join(desk.folder, "completions_usage.csv");
  const [header = ""] = readFileSync(fixture("openai_usage/columns_24.csv"), "utf8").split("\n");
  const lines = [
    header,
    day(
      "2026-08-20T00:00:00+00:00",
      "2026-08-21T00:00:00+00:00",
      "1000000.0,2000.0,0.0,1000000.0,1000000.0,2000.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0",
    ),
    day(
      "2026-08-21T00:00:00+00:00",
      "2026-08-22T00:00:00+00:00",
      "500000.0,1000.0,0.0,500000.0,500000.0,1000.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0",
    ),
  ];
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

test("an unknown model is imported, found, priced, and undo brings “at least” back", async ({ desk }) => {
  const page = await desk.lay("plain").open("#/imports?view=review");
  await choose(page, unknown(desk));
  await confirm(page);
  const before = month(desk);
  expect(before.at_least).toBe(true);

  await page.getByRole("link", { name: "Set a price" }).click();
  const queue = at(page, "Without a price");
  await queue.getByText("2 rows").first().waitFor();
  await queue.getByRole("button", { name: "Set price…" }).click();
  await dialog(page).getByText("Name at least one rate.").waitFor();
  await dialog(page).getByLabel("Input", { exact: true }).fill("3");
  await dialog(page).getByLabel("Output", { exact: true }).fill("15");
  await dialog(page)
    .getByText(/^2 rows get another price: \$0\.00 → /)
    .waitFor();
  const august = dialog(page).getByRole("row", { name: /^August 2026/ });
  const [now = "", then = ""] = await august.getByRole("cell").allTextContents();
  expect([now.includes("at least"), then.includes("at least")]).toEqual([true, false]);
  await dialog(page).getByRole("button", { name: "Apply" }).click();
  await dialog(page).waitFor({ state: "hidden" });

  await queue.getByText("Every row has a price.").waitFor();
  const after = month(desk);
  expect(after.at_least).toBe(false);
  await toastOf(page, "2 rows got another price.").getByRole("button", { name: "Undo" }).click();
  await queue.getByRole("button", { name: "Set price…" }).waitFor();
  expect(month(desk)).toEqual(before);
  await at(page, "Priced anew")
    .getByRole("button", { name: /^Redo / })
    .click();
  await queue.getByText("Every row has a price.").waitFor();
  expect(month(desk)).toEqual(after);
});

test("a suggestion only fills the form; free and ignored are said and taken back", async ({ desk }) => {
  desk.lay("plain");
  const call = ["--type", "chat", "--provider", "openai", "--input", "1000000", "--output", "80"];
  desk.outlay("log", ...call, "--model", "gpt-4o-mni", "--at", "2026-08-24T10:00:00Z");
  const page = await desk.open("");
  await page.getByRole("link", { name: "1 row unpriced" }).click();
  await page.getByRole("heading", { name: "Prices", level: 1 }).waitFor();
  const queue = at(page, "Without a price");
  const before = month(desk);
  await queue.getByRole("button", { name: "openai/gpt-4o-mini" }).click();
  await expect
    .poll(() => dialog(page).getByLabel("Model of the price book").inputValue())
    .toBe("openai/gpt-4o-mini");
  await dialog(page)
    .getByText(/^Now input \$0\.15/)
    .waitFor();
  await dialog(page).getByText("1 row gets another price").waitFor();
  await page.keyboard.press("Escape");
  expect(month(desk), "looking changes nothing").toEqual(before);

  await queue.getByRole("button", { name: "Ignore" }).click();
  await dialog(page).getByText("No row gets another price. 1 row stays without a price.").waitFor();
  await dialog(page).getByRole("button", { name: "Apply" }).click();
  await queue.getByText("No row waits for a price").waitFor();
  await toastOf(page, "Kept.").getByRole("button", { name: "Undo" }).click();
  await queue.getByText(/^1 row of 1 name wait/).waitFor();

  await queue.getByRole("button", { name: "Free" }).click();
  await dialog(page).getByText("1 row gets another price: $0.00 → $0.00").waitFor();
  await dialog(page)
    .getByRole("row", { name: /^August 2026/ })
    .getByText("at least")
    .waitFor();
  await dialog(page).getByRole("button", { name: "Apply" }).click();
  await queue.getByText("Every row has a price.").waitFor();
  expect(month(desk)).toMatchObject({ spend: before.spend, at_least: false });
});

test("rows get a price that came to be known", async ({ desk }) => {
  desk.lay("plain");
  const call = ["--type", "chat", "--provider", "acme", "--input", "1000000", "--output", "80"];
  desk.outlay("log", ...call, "--model", "reasoner-9", "--at", "2026-08-24T10:00:00Z");
  desk.outlay("prices", "set", "acme/reasoner-9", "in=3", "out=15", "--reprice", "nothing", "--yes");
  const page = await desk.open("#/prices");
  const queue = at(page, "Without a price");
  await queue.getByText("A price of acme/reasoner-9 is known by now.").waitFor();
  await queue.getByRole("button", { name: "Price the rows…" }).click();
  await dialog(page).getByText("1 row gets another price: $0.00 → $3.00 (+$3.00).").waitFor();
  await dialog(page).getByRole("button", { name: "Apply" }).click();
  await queue.getByText("Every row has a price.").waitFor();
  expect(month(desk).at_least).toBe(false);
});

test("a plan of a ledger that changed is made anew, and own prices go to a file and come back", async ({
  desk,
}) => {
  desk.expects(/400 \(Bad Request\).*\/api\/plan_prices/);
  desk.lay("plain");
  const page = await desk.open("#/prices");
  const own = at(page, "Your own prices");
  await own.getByText(/^None: the price book decides/).waitFor();
  await own.getByRole("button", { name: "New price…" }).press("Enter");
  await dialog(page).getByText("Discount or markup", { exact: true }).click();
  await dialog(page).getByLabel("Provider, as sources write it").fill("openai");
  await dialog(page).getByLabel("How much of the list price is paid").fill("nine tenths");
  await dialog(page)
    .getByText(/is no factor/)
    .waitFor();
  await dialog(page).getByLabel("How much of the list price is paid").fill("0.9");
  await dialog(page).getByText("Every row of that name").click();
  await dialog(page)
    .getByText(/^\d+ rows get another price/)
    .waitFor();
  const told = await dialog(page)
    .getByText(/get another price/)
    .textContent();
  const call = [
    "--type",
    "chat",
    "--provider",
    "openai",
    "--model",
    "gpt-4o",
    "--input",
    "9000000",
    "--output",
    "9",
  ];
  desk.outlay("log", ...call, "--at", "2026-08-24T10:00:00Z");
  await expect
    .poll(() =>
      dialog(page)
        .getByText(/get another price/)
        .textContent(),
    )
    .not.toBe(told);
  await dialog(page).getByRole("button", { name: "Apply" }).click();
  await own
    .getByRole("row", { name: /^openai, all models/ })
    .getByText("0.9 of the list price")
    .waitFor();
  await at(page, "Priced anew").getByText("openai: 0.9 of the list price").waitFor();

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    own.getByRole("button", { name: "Save as a file…" }).click(),
  ]);
  const path = join(desk.folder, "mine.json");
  await download.saveAs(path);
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ schema: "outlay.prices/1" });

  await own.getByRole("button", { name: "Remove openai, all models…" }).click();
  await dialog(page).getByText("No row gets another price.").waitFor();
  await dialog(page).getByRole("button", { name: "Apply" }).click();
  await own.getByText(/^None: the price book decides/).waitFor();

  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    own.getByRole("button", { name: "From a file…" }).click(),
  ]);
  await chooser.setFiles(path);
  await dialog(page).getByText("openai, all models: 0.9 of the list price").waitFor();
  await dialog(page).getByRole("button", { name: "Apply" }).click();
  await own.getByText("0.9 of the list price").waitFor();
});

test("the price book is looked up from the address, by words, and after a slip", async ({ desk }) => {
  const page = await desk.lay("empty").open("#/prices");
  await page.getByText("Every row has a price.").waitFor();
  await page.getByRole("link", { name: "Price book" }).click();
  const search = page.getByLabel("Provider and model");
  await search.fill("anthropic opus-4-6");
  await page.getByText("anthropic/claude-opus-4-6", { exact: true }).click();
  await page.getByRole("table", { name: "Prices of anthropic/claude-opus-4-6", exact: true }).waitFor();
  await search.fill("gpt-4o-mni");
  await page.getByText("No name holds these words. Like them are:").waitFor();
  await search.fill("zzzz-qqqq");
  await page.getByText("The price book has no model of that name.").waitFor();
  expect(page.url()).toContain("#/prices?view=book&find=zzzz-qqqq");
});
