import { expect } from "vitest";
import type { Page } from "playwright-core";
import { test } from "./desk";

type Rules = { rules: { rule: string; on: boolean; sensitivity: string | null }[] };
type Alerts = { alerts: { id: string; alert_type: string }[]; unresolved: number; snoozed: number };

const rule = (page: Page, name: string) =>
  page.locator("li").filter({ has: page.getByRole("heading", { name, exact: true }) });

test("a sensitivity shows what it would have told before it is saved", async ({ desk }) => {
  const page = await desk.lay("watched").open("#/alerts?view=rules");
  const spike = rule(page, "Spike");
  const past = spike.getByText(/^Would (not )?have fired/);
  const before = await past.innerText();
  const told = (sensitivity: string) =>
    desk.outlay<{ sentence: string }>(
      "alerts",
      "rules",
      "preview",
      "daily_spike",
      "--sensitivity",
      sensitivity,
    ).sentence;
  expect(before).toBe(told("usual"));
  await spike.getByLabel("Sensitivity").selectOption("only_large");
  await spike.getByText(told("only_large")).waitFor();
  await spike.getByText("at least $20.00").waitFor();
  const saved = () =>
    desk.outlay<Rules>("alerts", "rules").rules.find((each) => each.rule === "daily_spike")?.sensitivity;
  expect(saved(), "nothing is saved yet").toBe("usual");
  await spike.getByRole("button", { name: "Discard" }).click();
  await spike.getByText(before).waitFor();
  await spike.getByLabel("Sensitivity").selectOption("sensitive");
  await spike.getByText(told("sensitive")).waitFor();
  await spike.getByText(/^What it would have told/).click();
  await spike
    .getByText(/above the usual/)
    .first()
    .waitFor();
  await spike.getByRole("button", { name: "Save" }).click();
  await page
    .getByText(
      "Spike: saved. What it told is not told again; only a limit that was left and is passed again is.",
    )
    .waitFor();
  expect(saved()).toBe("sensitive");
  expect(await spike.getByRole("button", { name: "Save" }).count()).toBe(0);
});

test("an amount is looked back at as it is typed, and refused beside its field", async ({ desk }) => {
  desk.expects(/400|422/);
  const page = await desk.lay("watched").open("#/alerts?view=rules");
  const call = rule(page, "Expensive call");
  await call.getByLabel("More than, in US dollars").fill("5");
  await call.getByText("A single call costs more than $5.00.").waitFor();
  await call.getByText(/^Would have fired once in the last 90 days: 24 Aug\.$/).waitFor();
  await call.getByLabel("More than, in US dollars").fill("none");
  await call.getByText(/takes an amount in dollars/).waitFor();
  await expect
    .poll(() => call.getByLabel("More than, in US dollars").getAttribute("aria-invalid"))
    .toBe("true");
  await call.getByLabel("More than, in US dollars").fill("4");
  await page.keyboard.press("Enter");
  await page.getByText(/^Expensive call: saved\./).waitFor();
  expect(desk.outlay<{ single_call_alert: string }>("config").single_call_alert).toBe("4");
});

test("a rule is turned off by the keyboard, and what it told stays", async ({ desk }) => {
  const page = await desk.lay("watched").open("#/alerts");
  await page.getByRole("link", { name: "Rules" }).focus();
  await page.keyboard.press("Enter");
  const switched = page.getByRole("switch", { name: "Limit reached: On" });
  await switched.focus();
  await page.keyboard.press("Space");
  await page
    .getByText(/^Limit reached: It tells nothing any more. \d alerts? of it (is|are) unresolved/)
    .waitFor();
  await page.getByRole("switch", { name: "Limit reached: Off" }).waitFor();
  const { rules } = desk.outlay<Rules>("alerts", "rules");
  const off = rules.filter((each) => !each.on).map((each) => each.rule);
  expect(off).toEqual(["monthly_cap_reached", "new_model", "unpriced_rows"]);
  const { alerts } = desk.outlay<Alerts>("alerts", "list");
  expect(alerts.map((each) => each.alert_type)).toContain("monthly_cap_reached");
  await rule(page, "Limit reached")
    .getByRole("link", { name: /unresolved/ })
    .click();
  await page.getByRole("heading", { name: "Limit reached" }).first().waitFor();
});

test("an alert leads to its rule, whose address is its own", async ({ desk }) => {
  const page = await desk.lay("watched").open("#/alerts");
  await page.getByRole("link", { name: "Spike", exact: true }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Edit the rule" }).click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Spike");
  expect(new URL(page.url()).hash).toBe("#/alerts?view=rules&rule=daily_spike");
  await page.reload();
  await rule(page, "Spike")
    .getByText(/^Would/)
    .waitFor();
  await page.goBack();
  await page.getByRole("dialog").waitFor();
});

test("rules that cannot be read say so, and so does one that cannot look back", async ({ desk }) => {
  desk.expects(/500/);
  const page = await desk.lay("plain").open("#/alerts?view=rules");
  await rule(page, "Storage").getByText("The ledger does not remember what it takes to look back.").waitFor();
  const failed = { code: "storage", message: "The disk answers with an error.", hint: "" };
  await page.route("**/api/preview_rule", (route) => route.fulfill({ status: 500, json: failed }));
  await page.reload();
  await rule(page, "Spike").getByText(failed.message).waitFor();
  await page.route("**/api/list_rules", (route) => route.fulfill({ status: 500, json: failed }));
  await page.reload();
  await page.getByRole("alert").getByText("Could not read the rules").waitFor();
});

test("on an empty ledger nothing is known to look back at", async ({ desk }) => {
  const page = await desk.open("#/alerts?view=rules");
  await rule(page, "Spike").getByText("Nothing is known yet that could be looked back at.").waitFor();
});

test("a snoozed alert leaves the list and the badge, and can be woken", async ({ desk }) => {
  const page = await desk.lay("watched").open("#/alerts");
  const { unresolved } = desk.outlay<Alerts>("alerts", "list");
  await page.getByRole("button", { name: /^Snooze today: Expensive call/ }).click();
  await page.getByText("“Expensive call” is snoozed.").waitFor();
  await page.getByRole("link", { name: `Alerts ${unresolved - 1} unresolved` }).waitFor();
  await expect.poll(() => page.title()).toBe(`(${unresolved - 1}) Alerts – Outlay`);
  await page.getByRole("button", { name: "Wake it" }).click();
  await page.getByRole("link", { name: `Alerts ${unresolved} unresolved` }).waitFor();
  await page.getByRole("link", { name: "Expensive call", exact: true }).click();
  const drawer = page.getByRole("dialog", { name: "Expensive call" });
  await drawer.getByLabel("Snooze").selectOption("1w");
  await drawer.getByLabel(/^Why/).fill("the invoice comes on Friday");
  await drawer.getByRole("button", { name: "Snooze" }).click();
  await drawer.waitFor({ state: "hidden" });
  await page.getByRole("link", { name: "Snoozed (1)" }).click();
  const row = page.locator("main li").filter({ hasText: "Expensive call" });
  await row.getByText("snoozed until Sep 1, 2026, 12:00 AM").waitFor();
  await row.getByText("Snoozed because: the invoice comes on Friday").waitFor();
  expect(desk.outlay<Alerts>("alerts", "list").snoozed).toBe(1);
  await row.getByRole("button", { name: /^Wake/ }).click();
  await page.getByRole("heading", { name: "No alert is snoozed" }).waitFor();
});

test("quiet hours are set and turned off, and a pause begins and ends", async ({ desk }) => {
  desk.expects(/400|422/);
  const page = await desk.lay("watched").open("#/settings?section=notifications");
  const kept = () => desk.outlay<{ quiet_hours: string | null }>("settings").quiet_hours;
  await page.getByLabel("Beginning at").fill("22:00");
  await page.getByLabel("until", { exact: true }).fill("22:00");
  await page.getByRole("group", { name: "Quiet hours" }).getByRole("button", { name: "Save" }).click();
  await page.getByText(/takes two times of a day that differ/).waitFor();
  await page.getByLabel("until", { exact: true }).fill("07:30");
  await page.getByRole("group", { name: "Quiet hours" }).getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved: the quiet hours.").waitFor();
  expect(kept()).toBe("22:00-07:30");
  await page.getByRole("group", { name: "Quiet hours" }).getByRole("button", { name: "Turn off" }).click();
  await page.getByText(/^None are set\./).waitFor();
  expect(kept()).toBe(null);
  await page.getByRole("button", { name: "Pause notifications for 1 hour" }).click();
  await page.getByText("Paused until Aug 25, 2026, 6:00 PM.").waitFor();
  await page.getByRole("button", { name: "Go on with notifications" }).click();
  await page.getByRole("button", { name: "Pause notifications for 1 hour" }).waitFor();
});
