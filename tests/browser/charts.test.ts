import { expect } from "vitest";
import { at, dollars, test } from "./desk";

type Report = { spend: string; daily: { day: string; spend: string }[] };

const CHARTS = ["Spend per day by model", "Against the cap"];

test("every chart has its sentence, and a table with the same figures", async ({ desk }) => {
  const page = await desk.lay("full").open();
  const { spend, daily } = desk.outlay<Report>("report", "month");
  await at(page, CHARTS[0]!)
    .getByText(`Aug 1 – 25: at least ${dollars(spend)}, highest Aug 18`)
    .waitFor();
  await at(page, CHARTS[1]!)
    .getByText(/^\d+% of \$50 used\..*Likely month-end/)
    .waitFor();
  for (const title of CHARTS) {
    const chart = at(page, title);
    await chart.getByRole("button", { name: "View as table" }).click();
    const table = chart.getByRole("table", { name: title });
    await table.getByRole("row").nth(25).waitFor();
    const today = await table.getByRole("row").filter({ hasText: "2026-08-25" }).innerText();
    const known = title === CHARTS[0] ? daily.find(({ day }) => day === "2026-08-25")?.spend : spend;
    expect(today, title).toContain(dollars(known ?? ""));
    await chart.getByRole("button", { name: "View as chart" }).click();
    await chart.getByRole("application").waitFor();
  }
});

test("a table of a chart is sorted by its heads", async ({ desk }) => {
  const page = await desk.lay("full").open();
  const chart = at(page, CHARTS[0]!);
  await chart.getByRole("button", { name: "View as table" }).click();
  await chart.getByRole("button", { name: "Total" }).click();
  const head = chart.getByRole("columnheader", { name: "Total" });
  expect(await head.getAttribute("aria-sort")).toBe("descending");
  expect(await chart.getByRole("row").nth(1).innerText()).toContain("2026-08-18");
});

test("every chart is read with the arrow keys, and spoken", async ({ desk }) => {
  const page = await desk.lay("full").open();
  for (const title of CHARTS) {
    const chart = at(page, title);
    const plot = chart.getByRole("application", { name: title });
    const said = chart.locator("[aria-live]");
    await plot.press("Home");
    await said.getByText("Sat, August 1, 2026: $").waitFor();
    await plot.press("ArrowRight");
    await said.getByText("Sun, August 2, 2026: $").waitFor();
    await plot.press("End");
    await said.getByText(/^Mon, August 31, 2026: (to come|likely)/).waitFor();
    await plot.press("Escape");
    await expect.poll(() => said.textContent()).toBe("");
  }
  const plot = at(page, CHARTS[0]!).getByRole("application");
  await plot.press("Home");
  await plot.press("ArrowUp");
  await at(page, CHARTS[0]!)
    .locator("[aria-live]")
    .getByText(/^gpt-5, Sat, August 1, 2026: \$/)
    .waitFor();
  await plot.press("t");
  await at(page, CHARTS[0]!).getByRole("table").waitFor();
});

test("a day of a chart leads to its calls, a bar to those of its model", async ({ desk }) => {
  const page = await desk.lay("full").open();
  const plot = at(page, CHARTS[0]!).getByRole("application");
  await plot.press("Home");
  await plot.press("Enter");
  await page.getByRole("heading", { name: "Calls", level: 1 }).waitFor();
  expect(page.url()).toContain("from=2026-08-01&to=2026-08-01");
  await page.getByText("From day: 2026-08-01").waitFor();
  await page.goBack();
  await at(page, "By model").getByRole("link", { name: "gpt-5", exact: true }).click();
  await page.getByText("Model: gpt-5", { exact: true }).waitFor();
  await page.getByText("August 2026", { exact: true }).waitFor();
  await page.getByRole("region", { name: "Rows" }).locator("td[title='gpt-5']").nth(5).waitFor();
});

test("a click on a day does as Enter does", async ({ desk }) => {
  const page = await desk.lay("full").open();
  const plot = at(page, CHARTS[0]!).getByRole("application");
  const box = (await plot.boundingBox())!;
  await plot.hover({ position: { x: box.width * 0.57, y: box.height / 2 } });
  await plot.getByText(/^\w+, August 1\d, 2026$/).waitFor();
  await plot.click({ position: { x: box.width * 0.57, y: box.height / 2 } });
  await page.waitForURL(/#\/calls\?from=2026-08-1\d&to=2026-08-1\d/);
});
