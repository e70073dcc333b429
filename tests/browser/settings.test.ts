import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { at, exactly, test } from "./desk";

const INSTEAD = "Pacific/Auckland";

test("another time zone moves the days, and the terminal counts as the page does", async ({ desk }) => {
  const page = await desk.lay("full").open("#/settings");
  const zone = page.getByLabel("Time zone");
  expect(await zone.inputValue()).toBe("Europe/Berlin");
  await zone.fill(INSTEAD);
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText(`Days are counted in ${INSTEAD}.`).waitFor();
  expect(desk.outlay<{ time_zone: string }>("settings").time_zone).toBe(INSTEAD);
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await page.getByText(`(${INSTEAD} days)`).waitFor();
  const report = desk.outlay<{ time_zone: string; spend: string }>("report", "month");
  expect(report.time_zone).toBe(INSTEAD);
  const figure = page.getByRole("link", { name: /^Month to date/ }).locator("[title]");
  await expect.poll(() => figure.getAttribute("title")).toBe(exactly(report.spend));
});

test("a zone that is none is refused beside its field, and what was typed stays", async ({ desk }) => {
  desk.expects(/400|422/);
  const page = await desk.lay("full").open("#/settings?section=general");
  const zone = page.getByLabel("Time zone");
  await zone.fill("Middle/Earth");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/Middle\/Earth/).waitFor();
  await expect.poll(() => zone.getAttribute("aria-invalid")).toBe("true");
  await page.getByRole("link", { name: "Limits" }).click();
  await page.getByRole("link", { name: "General" }).click();
  expect(await zone.inputValue()).toBe("Middle/Earth");
  await page.getByRole("button", { name: "Discard" }).click();
  expect(await zone.inputValue()).toBe("Europe/Berlin");
});

test("colours are chosen, and kept by the device", async ({ desk }) => {
  const page = await desk.lay("plain").open("#/settings?section=appearance");
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await colour();
  await page.getByText("Dark", { exact: true }).click();
  await expect.poll(colour).not.toBe(light);
  await page.reload();
  await page.getByText("Dark", { exact: true }).waitFor();
  await expect.poll(colour).not.toBe(light);
  await page.getByText("As the system", { exact: true }).click();
  await expect.poll(colour).toBe(light);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(colour).not.toBe(light);
});

test("the ledger is copied, its rows are written, and it is checked", async ({ desk }) => {
  desk.expects(/40\d|422/);
  const page = await desk.lay("full").open("#/settings?section=data");
  const copy = join(desk.folder, "copy.db");
  for (const expected of ["● Written to", "▲"]) {
    await page.getByLabel("Copy the ledger to").fill(copy);
    await page.getByRole("button", { name: "Back up" }).click();
    await at(page, "Back up")
      .getByText(new RegExp(`^${expected}.*copy\\.db`))
      .waitFor();
  }
  expect(existsSync(copy)).toBe(true);
  const rows = join(desk.folder, "rows.csv");
  await page.getByLabel("Write every row that counts to").fill(rows);
  await page.getByRole("button", { name: "Export" }).click();
  const written = await at(page, "Export rows")
    .getByText(/rows written to/)
    .innerText();
  const lines = readFileSync(rows, "utf8").trimEnd().split("\n").length - 1;
  expect(written).toContain(`${lines.toLocaleString("en-US")} rows written to ${rows}; together $`);
  await page.getByRole("button", { name: "Check the ledger" }).click();
  await at(page, "Check")
    .getByText(/^\d[\d,]* rows, \d+ checks$|rows, \d+ checks/)
    .waitFor();
  expect(await at(page, "Check").getByText("Bad", { exact: true }).count()).toBe(0);
});

test("every section has its address, and what it cannot read it says in its own place", async ({ desk }) => {
  desk.expects(/500/);
  const page = await desk.lay("plain").open("#/settings");
  const failed = { code: "storage", message: "The disk answers with an error.", hint: "" };
  await page.route("**/api/get_cost_config", (route) => route.fulfill({ status: 500, json: failed }));
  const alert = page.getByRole("alert").getByText(failed.message);
  for (const section of [
    "General",
    "Appearance",
    "Limits",
    "Notifications",
    "Data",
    "Sharing",
    "Privacy",
    "Keyboard",
    "About",
  ]) {
    await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: section }).click();
    const heading = page.getByRole("region", { name: section }).getByRole("heading").first();
    const asks = ["Limits", "Notifications"].includes(section);
    await (asks ? alert : heading).waitFor();
    expect(await alert.count(), section).toBe(asks ? 1 : 0);
  }
  await page.reload();
  await page
    .getByRole("region", { name: "About" })
    .getByText(/^\d+\.\d+\.\d+/)
    .waitFor();
});
