import { expect } from "vitest";
import type { Explanation, Generation } from "../../ui/src/bindings";
import type { Page } from "playwright-core";
import { at, test, type Desk } from "./desk";

/** The newest row with a cost that rests on this, of those that the terminal lists. */
function rowOf(desk: Desk, basis: Generation["basis"], ...among: string[]): Generation {
  const { calls } = desk.outlay<{ calls: Generation[] }>("calls", ...among, "--limit", "50");
  return calls.find((row) => row.basis === basis && row.tokens_input > 0)!;
}

/** An amount as it is shown, without what only makes a column straight. */
const digits = (shown: string) => shown.replace(/[$,]/g, "").replace(/\.?0+$/, "");

async function isTold(page: Page, told: Explanation) {
  const drawer = page.getByRole("dialog");
  const sum = drawer.getByRole("table", { name: "How the cost comes about" });
  await sum.waitFor();
  const { lines, exact, price } = told.arithmetic!;
  for (const line of lines) {
    const cells = sum.getByRole("row").filter({ hasText: line.name }).getByRole("cell");
    const [count, rate, amount] = await cells.allInnerTexts();
    expect(count?.replaceAll(",", ""), line.name).toBe(String(line.count));
    expect([digits(rate!), digits(amount!)], line.name).toEqual([line.per_million, line.amount]);
  }
  const total = sum.getByRole("row").filter({ hasText: /^Sum/ }).getByRole("cell");
  expect(digits(await total.innerText())).toBe(exact);
  const text = await drawer.innerText();
  for (const said of [told.because, told.now!.says, told.origin.says, price.id, price.source])
    expect(text).toContain(said);
}

test("a call explains its cost as the terminal does, to the last digit", async ({ desk }) => {
  desk.lay("full");
  const row = rowOf(desk, "computed", "--provider", "openai");
  const page = await desk.open(`#/calls?call=${row.id}`);
  await isTold(page, desk.outlay<Explanation>("explain", row.id.slice(-8)));
  await page.getByRole("dialog").getByRole("link", { name: "See the import" }).click();
  await page.waitForURL((url) => url.hash.includes(`import=${row.import_id}`));
});

test("a call that was billed says so, and what the price book makes of it on demand", async ({ desk }) => {
  desk.lay("full");
  const row = rowOf(desk, "billed", "--provider", "openrouter");
  const told = desk.outlay<Explanation>("explain", row.id);
  const page = await desk.open(`#/calls?call=${row.id}`);
  const why = page.getByRole("region", { name: "Why this cost" });
  await why.getByText(told.because).waitFor();
  await why.getByText(told.instead!.says).waitFor();
  const sum = why.getByRole("table");
  expect(await sum.isVisible()).toBe(false);
  await why.getByText("How that comes about").click();
  await sum.waitFor();
});

test("a call without a price says why it has none", async ({ desk }) => {
  desk.lay("full");
  const row = rowOf(desk, "unpriced", "--unpriced");
  const page = await desk.open(`#/calls?call=${row.id}`);
  await page.getByText(/^No cost is known: no prices of the provider `somebody`/).waitFor();
  expect(await page.getByRole("dialog").getByRole("table").count()).toBe(0);
});

test("every figure of the overview is two steps from the arithmetic behind it", async ({ desk }) => {
  const page = await desk.lay("full").open();
  const explained = async (what: string) => {
    await page.waitForURL((url) => url.hash.startsWith("#/calls"));
    await page.locator("button[data-row='0']").click();
    await page.getByRole("region", { name: "Why this cost" }).getByText(/\.$/).first().waitFor();
    expect(page.url(), what).toContain("call=");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByRole("link", { name: /^Month to date/ }).waitFor();
  };
  const links = [
    page.getByRole("link", { name: /^Month to date/ }),
    page.getByRole("link", { name: /vs .*\(\$/ }),
    page.getByRole("link", { name: /^Today/ }),
    ...["By model", "By type"].map((title) => at(page, title).getByRole("row").nth(1).getByRole("link")),
    at(page, "Needs attention").getByRole("link", { name: "See the rows" }),
  ];
  for (const link of links) {
    await link.click();
    await explained(String(link));
  }
  await page.getByRole("button", { name: /^Month-end, likely/ }).click();
  await page.getByRole("dialog").getByRole("link").click();
  await explained("the likely end of the month");
  for (const [title, cell] of [
    ["Spend per day by model", 1],
    ["Spend per day by model", 2],
    ["Against the cap", 1],
  ] as const) {
    const chart = page.getByRole("figure", { name: title });
    await chart.getByRole("button", { name: "View as table" }).click();
    await chart.getByRole("row").nth(2).getByRole("cell").nth(cell).getByRole("link").click();
    await explained(`${title}, cell ${cell}`);
  }
});
