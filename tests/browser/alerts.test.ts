import { expect } from "vitest";
import { at, test } from "./desk";

type Alerts = {
  alerts: { id: string; alert_type: string; resolution: string | null; expected: string | null }[];
};

test("alerts are counted aloud, resolved, and listed with how they ended", async ({ desk }) => {
  const page = await desk.lay("watched").open("#/alerts");
  const { length } = desk.outlay<Alerts>("alerts", "list").alerts;
  await page.getByRole("link", { name: `Alerts ${length} unresolved` }).waitFor();
  await expect.poll(() => page.title()).toBe(`(${length}) Alerts – Outlay`);
  await page.getByRole("button", { name: /^Resolve Expensive call/ }).click();
  await page.getByText("“Expensive call” is resolved.").waitFor();
  await page.getByRole("link", { name: `Alerts ${length - 1} unresolved` }).waitFor();
  await page.getByRole("link", { name: "Resolved", exact: true }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Expensive call" });
  await row.getByText("resolved: seen").waitFor();
});

test("a spike shows its month and its calls, and why it was expected is kept", async ({ desk }) => {
  desk.expects(/400|409|422/);
  const page = await desk.lay("watched").open("#/alerts");
  await page.getByRole("link", { name: "Spike", exact: true }).click();
  const drawer = page.getByRole("dialog", { name: "Spike" });
  await drawer
    .getByText(/above the usual/)
    .first()
    .waitFor();
  await drawer.getByRole("heading", { name: "August 2026" }).waitFor();
  await drawer.getByText("It was told here only.").waitFor();
  expect(await drawer.getByRole("link", { name: "See the day's calls" }).getAttribute("href")).toBe(
    "#/calls?order=costliest&from=2026-08-24&to=2026-08-24",
  );
  await drawer.getByRole("button", { name: "Expected", exact: true }).click();
  const reason = drawer.getByLabel("Expected? Say why");
  await expect.poll(() => reason.getAttribute("aria-invalid")).toBe("true");
  await reason.fill("A load test");
  await drawer.getByRole("button", { name: "Expected", exact: true }).click();
  await drawer.waitFor({ state: "hidden" });
  const { alerts } = desk.outlay<Alerts>("alerts", "list", "--all");
  expect(alerts).toContainEqual(
    expect.objectContaining({
      alert_type: "daily_spike",
      resolution: "acknowledged",
      expected: "A load test",
    }),
  );
  await page.goto(page.url().replace(/#.*/, "#/alerts?view=resolved"));
  await page.getByText("resolved: expected").waitFor();
});

test("of one kind only these are listed, and all of them are resolved after a question", async ({ desk }) => {
  desk.lay("watched");
  desk.outlay("budget", "set", "Sonnet", "--model", "claude-sonnet-4-5", "--amount", "5", "--below-spend");
  const page = await desk.open("#/alerts?type=monthly_cap_reached");
  const rows = page.locator("main li");
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByRole("button", { name: "Resolve 2 shown…" }).click();
  const question = page.getByRole("dialog", { name: "Resolve 2 alerts?" });
  await question.getByRole("button", { name: "Leave them" }).click();
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByRole("button", { name: "Resolve 2 shown…" }).click();
  await question.getByRole("button", { name: "Resolve them" }).click();
  await page.getByText("2 alerts are resolved.").waitFor();
  await page.getByRole("heading", { name: "No open alert of this kind" }).waitFor();
  await page.getByRole("link", { name: "Show all kinds" }).click();
  await page.getByRole("heading", { name: "Near the limit" }).waitFor();
  const { alerts } = desk.outlay<Alerts>("alerts", "list");
  expect(alerts.filter((each) => each.alert_type === "monthly_cap_reached")).toEqual([]);
});

test("the overview leads to an alert, and by the keyboard it is resolved and Back leads back", async ({
  desk,
}) => {
  const page = await desk.lay("watched").open();
  const details = at(page, "Needs attention").getByRole("link", { name: "Details" }).first();
  await details.focus();
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog");
  await drawer.getByText("Expected, at most").waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "hidden" });
  await page.getByRole("heading", { name: "Alerts", level: 1 }).waitFor();
  const before = desk.outlay<Alerts>("alerts", "list").alerts.length;
  await page
    .getByRole("button", { name: /^Resolve / })
    .nth(1)
    .press("Enter");
  await expect.poll(() => desk.outlay<Alerts>("alerts", "list").alerts.length).toBe(before - 1);
});

test("where nothing is unusual, it says what watches", async ({ desk }) => {
  const page = await desk.open("#/alerts");
  await page.getByRole("heading", { name: "Nothing unusual so far" }).waitFor();
  await page.getByText(/^8 rules are watching: near the limit, /).waitFor();
  expect(await page.title()).toBe("Alerts – Outlay");
});

test("the window asks once whether the desktop shall notify", async ({ desk }) => {
  const page = await desk.lay("watched").open("#/imports");
  await page.getByRole("link", { name: /unresolved/ }).waitFor();
  const question = page.getByRole("group", { name: "Notifications" });
  expect(await question.count(), "a browser cannot notify").toBe(0);
  // What the window's own host would say.
  await page.route("**/api/get_settings", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), notifies: true } });
  });
  await page.reload();
  await question.getByRole("button", { name: "No, only here" }).click();
  await question.waitFor({ state: "detached" });
  expect(desk.outlay<{ notify_from: string }>("settings").notify_from).toBe("off");
  await page.reload();
  await page.getByRole("link", { name: /unresolved/ }).waitFor();
  expect(await question.count()).toBe(0);
});
