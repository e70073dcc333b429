import { expect } from "vitest";
import { choose, figures } from "./bring";
import { test } from "./desk";
import { fixture } from "./outlay";

test("the first look says what to do, where everything stays, and asks for the zone", async ({ desk }) => {
  const page = await desk.lay("empty").open();
  await page.getByRole("heading", { name: "Drop a usage file here" }).waitFor();
  await page.getByText(desk.folder).waitFor();
  await page.getByRole("button", { name: "Try with sample data" }).waitFor();
  await page.getByRole("button", { name: "Use Europe/Berlin" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").getByText("Days are counted in Europe/Berlin.").waitFor();
  expect(desk.outlay<{ time_zone: string }>("settings").time_zone).toBe("Europe/Berlin");
  for (const provider of ["OpenAI", "Anthropic", "OpenRouter", "Cursor"]) {
    await page.getByText(provider, { exact: true }).click();
    await page
      .getByText(/Export/)
      .locator("visible=true")
      .first()
      .waitFor();
  }
});

test("sample data comes and goes with one click each, and never mixes with one's own", async ({ desk }) => {
  const page = await desk.lay("empty").open();
  await page.getByRole("button", { name: "Try with sample data" }).click();
  await page.getByRole("note").getByText("Sample data.").waitFor();
  await page.getByRole("link", { name: /^Month to date \$\d/ }).waitFor();
  expect(desk.outlay<{ spend: string }>("status").spend).toBe("0");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("heading", { name: "Drop a usage file here" }).waitFor();
  // A file of one's own sends the sample away.
  await page.getByRole("button", { name: "Try with sample data" }).click();
  await page.getByRole("note").getByText("Sample data.").waitFor();
  await choose(page, fixture("openrouter_log/every_case.csv"));
  await page.getByRole("status").getByText("The sample data is gone").waitFor();
  expect(await figures(page)).toMatchObject({ Known: "0" });
  expect(await page.getByRole("note").count()).toBe(0);
});

test("every screen of an empty ledger says what will be there", async ({ desk }) => {
  const page = await desk.lay("empty").open("#/calls");
  await page.getByRole("heading", { name: "No rows yet" }).waitFor();
  await page.goto(page.url().replace("calls", "overview?month=2026-07"));
  await page.getByRole("heading", { name: "Drop a usage file here" }).waitFor();
});

test("the first row that comes from elsewhere opens the month", async ({ desk }) => {
  const page = await desk.lay("empty").open();
  await page.getByRole("heading", { name: "Drop a usage file here" }).waitFor();
  const call = ["--type", "chat", "--provider", "openai", "--input", "1200", "--output", "300"];
  desk.outlay("log", ...call, "--model", "house-model", "--cost", "0.25");
  await page.getByRole("link", { name: /^Month to date \$0\.25/ }).waitFor();
  await page.getByText("needs 7 days of history").waitFor();
});
