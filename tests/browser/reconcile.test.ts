import { expect } from "vitest";
import { billed } from "./bills";
import { at, dollars, test, type Desk } from "./desk";

const spend = (desk: Desk) => desk.outlay<{ spend: string }>("report", "month", "2026-08").spend;

test("without a cost export it is said what to import", async ({ desk }) => {
  const page = await desk.lay("plain").open("#/prices?view=reconcile");
  await page.getByRole("heading", { name: "Nothing to reconcile yet" }).waitFor();
  await page.getByRole("button", { name: "Import files…" }).waitFor();
});

test("both sides stand day by day with what parts them, and by name", async ({ desk }) => {
  billed(desk);
  const page = await desk.open("#/prices?view=reconcile");
  const card = at(page, "Anthropic, account default");
  const day = (name: string) => card.getByRole("row", { name: new RegExp(`^${name}`) });
  await day("Aug 20").getByText("Agrees").waitFor();
  await day("Aug 21").getByText("1 line for web_search, which is no tokens: $1.10.").waitFor();
  await day("Aug 22").getByText("A batch costs half: $1.50 of it is billed so.").waitFor();
  await day("Aug 23").getByText("No cost export for Aug 23.").waitFor();
  await day("Aug 20").getByRole("button", { name: "Aug 20 by model" }).click();
  await card
    .getByRole("row", { name: /^Claude Haiku 4\.5/ })
    .getByText("Agrees")
    .waitFor();
  await card.getByText("Keys", { exact: true }).click();
  await card.getByRole("row", { name: /^desk/ }).waitFor();
  expect(page.url()).toContain("by=key");
});

test("a day leads to its rows, those that do not count included", async ({ desk }) => {
  billed(desk);
  const page = await desk.open("#/prices?view=reconcile");
  await at(page, "Anthropic, account default").getByRole("link", { name: "Aug 21" }).click();
  await expect.poll(() => page.url()).toContain("provider=anthropic");
  await page.getByText("Claude Haiku 4.5").first().waitFor();
  await page.getByText("claude-haiku-4-5-20251001").first().waitFor();
});

test("the other side counts after a look, and no total holds both", async ({ desk }) => {
  billed(desk);
  const page = await desk.open("#/prices?view=reconcile");
  const card = at(page, "Anthropic, account default");
  expect(spend(desk)).toBe("12.1");
  await card.getByText("billed counts").waitFor();
  await card.getByRole("button", { name: /^Count what usage comes to…/ }).click();
  const dialog = page.getByRole("dialog", { name: "What usage comes to counts?" });
  const month = dialog.getByRole("row", { name: /^August 2026/ });
  await month.getByText(dollars("12.1")).waitFor();
  await month.getByText(dollars("12.5")).waitFor();
  expect(spend(desk), "a look changes nothing").toBe("12.1");
  await dialog.getByRole("button", { name: "Let it count" }).click();
  await page.getByText("What usage comes to counts from now on.").waitFor();
  await card.getByText("computed counts").waitFor();
  expect(spend(desk)).toBe("12.5");
  await card.getByRole("button", { name: /^Count what is billed…/ }).click();
  const back = page.getByRole("dialog", { name: "What is billed counts?" });
  await back.getByRole("button", { name: "Let it count" }).click();
  await card.getByText("billed counts").waitFor();
  expect(spend(desk)).toBe("12.1");
});
