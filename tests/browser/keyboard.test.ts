import type { Page } from "playwright-core";
import { expect } from "vitest";
import { showsExactly } from "./bring";
import { exactly, test } from "./desk";
import { fixture } from "./outlay";
import { Team } from "./team";

/** Presses Tab until what is focused has this name, as it would be spoken. */
async function tabTo(page: Page, role: "button" | "link" | "textbox", name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name }).first();
  await wanted.waitFor();
  for (let presses = 0; presses < 80; presses++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      const ring = await wanted.evaluate((element) => getComputedStyle(element).outlineStyle);
      expect(ring, `the focus is seen on ${name}`).not.toBe("none");
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${role} ${name}`);
}

test("from the first look to the first figure, its rows and back, without a mouse", async ({ desk }) => {
  const page = await desk.open();
  await page.getByRole("heading", { name: "Drop a usage file here" }).waitFor();
  await tabTo(page, "button", "Choose files…");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
  await chooser.setFiles(fixture("openrouter_log/every_case.csv"));
  await tabTo(page, "button", "Import the good rows");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "What was done" }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("What was done");
  await tabTo(page, "link", "View August 2026");
  await page.keyboard.press("Enter");
  const { spend } = desk.outlay<{ spend: string }>("report", "month");
  await showsExactly(page, /^Month to date/, exactly(spend));
  await tabTo(page, "link", /^Month to date/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Calls", level: 1 }).waitFor();
  const row = page.locator("button[data-row='0']");
  await row.waitFor();
  await tabTo(page, "button", new RegExp(`^${(await row.innerText()).trim()}$`));
  const calls = page.url();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog");
  await drawer.getByText("every_case.csv").waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "hidden" });
  // The drawer had a place of its own; another step back while that one is being left is none.
  await page.waitForURL(calls);
  await page.keyboard.press("Alt+ArrowLeft");
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
});

test("the shortcuts lead to every screen, and to the list of themselves", async ({ desk }) => {
  const page = await desk.lay("full").open();
  const screens = [
    ["2", "Calls"],
    ["3", "Budgets"],
    ["4", "Alerts"],
    ["5", "Imports"],
    ["7", "Prices"],
    [",", "Settings"],
    ["1", "Overview"],
  ] as const;
  for (const [key, title] of screens) {
    await page.keyboard.press(`Control+${key}`);
    await page.getByRole("heading", { name: title, level: 1 }).waitFor();
    await expect.poll(() => page.title()).toMatch(new RegExp(`^(\\(\\d+\\) )?${title} – Outlay$`));
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(title);
  }
  await page.keyboard.press("F1");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Control+o")]);
  await page.reload();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the screen" });
  expect(await skip.evaluate((element) => element === document.activeElement)).toBe(true);
});

test("a team is found, joined and synced with, without a mouse", async ({ desk }) => {
  const team = new Team().setUp(desk.lay("plain"));
  const page = await desk.open("#/settings?section=sharing");
  await tabTo(page, "link", "Share with a team…");
  await page.keyboard.press("Enter");
  await tabTo(page, "textbox", "Address of the database");
  await page.keyboard.type(team.address());
  await tabTo(page, "button", "Test");
  await page.keyboard.press("Enter");
  await page.getByText("Every step passed.").waitFor();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Sync now" }).waitFor();
  await tabTo(page, "button", "Sync now");
  await page.keyboard.press("Enter");
  await page.getByText(/rows pushed\.$/).waitFor();
  await page.keyboard.press("Control+1");
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  await page.keyboard.press("Control+6");
  await page.getByRole("heading", { name: "Sync", level: 1 }).waitFor();
});

test("a message that goes away gives the focus back", async ({ desk }) => {
  const page = await desk.lay("full").open("#/imports");
  const change = page.getByRole("button", { name: /^(Undo|Redo) every_case\.csv…$/ });
  await change.click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByRole("button", { name: "Redo", exact: true }).press("Enter");
  await page.getByText("every_case.csv counts again.").waitFor();
  await expect.poll(() => change.evaluate((button) => button === document.activeElement)).toBe(true);
});
