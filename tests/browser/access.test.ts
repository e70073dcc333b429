import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { test } from "./desk";

declare const axe: { run(options: object): Promise<AxeResults> };

const require = createRequire(new URL("../../ui/package.json", import.meta.url));
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds wrong in the page as it stands. */
async function found(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((runOnly) => axe.run({ runOnly }), RULES);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on the overview, ${colorScheme}`, async ({ desk }) => {
    const page = await desk.lay("full").open("", { colorScheme });
    await page.getByRole("link", { name: /^Month to date/ }).waitFor();
    expect(await found(page)).toEqual([]);
    await page.getByRole("button", { name: /^Month-end, likely/ }).click();
    await page.getByRole("dialog").waitFor();
    expect(await found(page), "with a dialog").toEqual([]);
    await page.keyboard.press("Escape");
    const asTable = page.getByRole("button", { name: "View as table" });
    while ((await asTable.count()) > 0) await asTable.first().press("Enter");
    expect(await found(page), "with tables for charts").toEqual([]);
    await page.goto(page.url().replace(/#.*|$/, "#/overview?month=2026-07"));
    await page.getByRole("link", { name: /^July 2026/ }).waitFor();
    expect(await found(page), "a month that is over").toEqual([]);
  });

  test(`axe finds nothing in calls, ${colorScheme}`, async ({ desk }) => {
    const page = await desk.lay("full").open("#/calls", { colorScheme });
    await page.getByRole("row").nth(1).waitFor();
    expect(await found(page)).toEqual([]);
    await page.getByRole("row").nth(1).getByRole("button").click();
    await page.getByRole("dialog").waitFor();
    expect(await found(page), "with the drawer").toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("F1");
    await page.getByRole("dialog").waitFor();
    expect(await found(page), "with the shortcuts").toEqual([]);
  });
}
