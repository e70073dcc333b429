import { expect } from "vitest";
import { at, dollars, exactly, test } from "./desk";

type Report = { spend: string; by_model: { model: string; spend: string }[] };

test("the month's total is the terminal's, to the last digit", async ({ desk }) => {
  const page = await desk.lay("full").open();
  for (const month of ["2026-08", "2026-07"]) {
    await page.goto(`${page.url().split("#")[0]}#/overview?month=${month}`);
    const report = desk.outlay<Report>("report", "month", month);
    const card = page.getByRole("link", { name: month === "2026-08" ? /^Month to date/ : /^July 2026/ });
    const exact = await card.locator("[title]").getAttribute("title");
    expect(exact).toBe(exactly(report.spend));
    for (const { model, spend } of report.by_model.slice(0, 6)) {
      const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: model, exact: true }) });
      expect(await row.locator("td [title^='$']").getAttribute("title"), model).toBe(exactly(spend));
    }
  }
});

test("a month back, this month again, and what Back makes of it", async ({ desk }) => {
  const page = await desk.lay("full").open();
  const shown = page.getByRole("status").filter({ hasText: /^[A-Z][a-z]+ 2026$/ });
  await shown.getByText("August 2026").waitFor();
  await page.getByRole("button", { name: "Previous month, July 2026" }).click();
  await shown.getByText("July 2026").waitFor();
  expect(page.url()).toContain("#/overview?month=2026-07");
  await page.getByRole("button", { name: "Previous month, June 2026" }).waitFor();
  // The keyboard stays where it is while the month is asked for.
  await page.keyboard.press("ArrowLeft");
  await shown.getByText("June 2026").waitFor();
  await page.goBack();
  await shown.getByText("July 2026").waitFor();
  await page.getByText("This month", { exact: true }).click();
  await shown.getByText("August 2026").waitFor();
  await page.getByText("Last month", { exact: true }).click();
  await shown.getByText("July 2026").waitFor();
  await page.reload();
  await shown.getByText("July 2026").waitFor();
  await page.goBack();
  await shown.getByText("August 2026").waitFor();
});

test("a month without rows leads to the nearest that has some", async ({ desk }) => {
  const page = await desk.lay("full").open("#/overview?month=2026-01");
  await page.getByRole("heading", { name: /^Nothing from Jan 1/ }).waitFor();
  await page.getByRole("button", { name: "Go to May 2026" }).click();
  await page.getByRole("link", { name: /^May 2026/ }).waitFor();
  expect(page.url()).toContain("month=2026-05");
});

test("a cap is set from a suggestion, and what the terminal makes of it is shown at once", async ({
  desk,
}) => {
  const page = await desk.lay("plain").open();
  await at(page, "As it adds up")
    .getByText(/^No cap is set\./)
    .waitFor();
  const suggestion = at(page, "Set a monthly budget").getByRole("button", { name: /last month$/ });
  const amount = (await suggestion.locator("strong").textContent()) ?? "";
  await suggestion.click();
  await page.getByRole("status").getByText(`The monthly cap is ${amount}.`).waitFor();
  const cap = desk.outlay<{ monthly_ai_cap_usd: string }>("config").monthly_ai_cap_usd;
  expect(amount).toBe(dollars(cap));
  await at(page, "Against the cap")
    .getByText(/^\d+% of \$\d/)
    .waitFor();
  desk.outlay("config", "set", "monthly_ai_cap_usd", "80");
  await at(page, "Against the cap")
    .getByText(/^\d+% of \$80 used\./)
    .waitFor();
});

test("the month's end explains itself, and closes where it was opened", async ({ desk }) => {
  const page = await desk.lay("full").open();
  const card = page.getByRole("button", { name: /^Month-end, likely/ });
  await card.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  expect(await card.evaluate((element) => element === document.activeElement)).toBe(true);
});

test("what needs attention leads to its rows", async ({ desk }) => {
  const page = await desk.lay("full").open();
  const attention = at(page, "Needs attention");
  await attention.getByText("1 row without a price").waitFor();
  await attention.getByText(/13 rows could not be read/).waitFor();
  await attention.getByRole("link", { name: "See the rows" }).click();
  await page
    .getByRole("button", { name: /house-model-1|24|Aug/ })
    .first()
    .waitFor();
  await page.getByText("1 row", { exact: true }).waitFor();
});
