import { expect } from "vitest";
import type { Generation } from "../../ui/src/bindings";
import { exactly, test } from "./desk";

test("a row opens with every field that the ledger holds of it", async ({ desk }) => {
  desk.lay("full");
  const page = await desk.open("#/calls?order=costliest");
  const { calls } = desk.outlay<{ calls: Generation[] }>("calls", "--top", "1");
  const row = calls[0]!;
  await page.getByRole("row").nth(1).getByRole("button").click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("heading", { level: 2 }).waitFor();
  const text = await drawer.innerText();
  for (const value of [
    row.model_used,
    row.id,
    row.fingerprint,
    row.source_key,
    row.source,
    row.file_name,
    row.import_id,
  ])
    expect(text, String(value)).toContain(String(value));
  expect(text).toContain(exactly(row.cost));
  expect(page.url()).toContain(`call=${row.id}`);
  await page.reload();
  await drawer.getByText(row.id).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL((url) => !url.hash.includes("call="));
  await drawer.waitFor({ state: "hidden" });
});

test("the list is walked with the arrow keys, row by row, into the drawer and back", async ({ desk }) => {
  const page = await desk.lay("full").open("#/calls");
  const first = page.getByRole("row").nth(1).getByRole("button");
  await first.focus();
  for (let step = 0; step < 60; step++) await page.keyboard.press("ArrowDown");
  const at = page.locator("button[data-row='60']");
  await at.waitFor();
  expect(await at.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  expect(await at.evaluate((element) => element === document.activeElement)).toBe(true);
});

test("a filter is added and taken away, and the address tells", async ({ desk }) => {
  const page = await desk.lay("full").open("#/calls");
  await page.keyboard.press("Control+f");
  await page.getByLabel("Filter by").selectOption("Model");
  await page.getByLabel("Model", { exact: true }).fill("house-model-1");
  await page.keyboard.press("Enter");
  await page.getByText("1 row", { exact: true }).waitFor();
  expect(page.url()).toContain("model=house-model-1");
  await page.reload();
  await page.getByText("1 row", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Take away Model: house-model-1" }).click();
  await page.getByText(/rows, more below$/).waitFor();
  await page.goBack();
  await page.getByText("1 row", { exact: true }).waitFor();
});

test("filters that nothing fits say so and are cleared", async ({ desk }) => {
  const page = await desk.lay("full").open("#/calls?model=nothing-like-it&provider=openai");
  await page.getByRole("heading", { name: "No row matches" }).waitFor();
  await page.getByRole("button", { name: "Clear the last filter" }).click();
  await page.waitForURL((url) => !url.hash.includes("provider="));
  await page.getByRole("button", { name: "Clear the last filter" }).click();
  await page.getByText(/rows, more below$/).waitFor();
});

test("scrolling to the end brings every row once, and the way back keeps the place", async ({ desk }) => {
  const page = await desk.lay("full").open("#/calls?provider=openrouter&from=2026-08-01&to=2026-08-25");
  const among = ["--provider", "openrouter", "--from", "2026-08-01", "--to", "2026-08-25", "--limit", "5000"];
  const { calls } = desk.outlay<{ calls: unknown[] }>("calls", ...among);
  expect(calls.length).toBeGreaterThan(400);
  await page.locator("button[data-row='0']").focus();
  const count = page.getByText(/^[\d,]+ rows(, more below)?$/);
  await expect
    .poll(
      async () => {
        await page.keyboard.press("End");
        return count.textContent();
      },
      { timeout: 20_000 },
    )
    .toBe(`${calls.length} rows`);
  await page.keyboard.press("End");
  const last = page.locator(`button[data-row='${calls.length - 1}']`);
  await last.waitFor();
  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
  await page.goBack();
  await last.waitFor();
  expect(await count.textContent()).toBe(`${calls.length} rows`);
});
