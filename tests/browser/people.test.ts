import type { Page } from "playwright-core";
import { expect } from "vitest";
import { exactly, test, type Desk } from "./desk";
import { Team } from "./team";

type Month = { spend: string; by_member: { user: string; spend: string }[] };

const month = (desk: Desk, user: string) => desk.outlay<Month>("--user", user, "report", "month").spend;

/** The month's figure to the last digit. */
const shown = (page: Page) =>
  page
    .getByRole("link", { name: /^Month to date/ })
    .locator("[title]")
    .getAttribute("title");

test("one's own month, the team's and one person's, by a choice that the address keeps", async ({ desk }) => {
  new Team().join(desk.lay("plain")).meet(desk, "Grace", "0.375");
  const [mine, hers, all] = [desk.outlay<Month>("report", "month").spend, "0.375", month(desk, "all")];
  const page = await desk.open();
  const whose = page.getByLabel("Whose figures");
  await expect.poll(() => shown(page)).toBe(exactly(mine));
  expect(await whose.locator("option").allInnerTexts()).toEqual(["Me", "Team", "Grace"]);
  expect(await page.getByRole("heading", { name: "By member" }).count()).toBe(0);

  await whose.selectOption("Team");
  await expect.poll(() => shown(page)).toBe(exactly(all));
  expect(page.url()).toMatch(/#\/overview\?user=all$/);
  // Nobody's cap is what several people spend.
  expect(await page.getByRole("heading", { name: "Set a monthly budget" }).count()).toBe(0);
  const members = page.getByRole("table", { name: "By member" });
  await members.getByRole("row", { name: /^Me / }).waitFor();
  const machines = page.getByRole("table", { name: "By machine" });
  await machines.getByRole("row", { name: /^Grace, machine [0-9a-f]{6} \$0\.38/ }).waitFor();
  await machines.getByRole("row", { name: /^This machine / }).waitFor();

  await members.getByRole("link", { name: "Grace" }).click();
  await page.locator("button[data-row='0']").waitFor();
  expect(page.url()).toMatch(/user=Grace/);
  expect(await page.locator("button[data-row]").count()).toBe(1);
  await whose.selectOption("Me");
  await expect.poll(() => page.locator("button[data-row]").count()).toBeGreaterThan(1);
  await page.goBack();
  await expect.poll(() => whose.inputValue()).toBe("Grace");
  await page.goBack();
  await expect.poll(() => shown(page)).toBe(exactly(all));
  await whose.selectOption("Grace");
  await expect.poll(() => shown(page)).toBe(exactly(hers));
  await page.getByRole("button", { name: /^Previous month/ }).click();
  await page.getByRole("heading", { name: /^Nothing from/ }).waitFor();
  expect(page.url()).toMatch(/user=Grace/);
});

test("who is alone is not asked whose figures", async ({ desk }) => {
  const page = await desk.lay("plain").open();
  await expect.poll(() => shown(page)).not.toBeNull();
  expect(await page.getByLabel("Whose figures").count()).toBe(0);
  expect(await page.getByRole("heading", { name: "By machine" }).count()).toBe(0);
});
