import { expect } from "vitest";
import { serve } from "./outlay";
import { at, test } from "./desk";

const FAILED = {
  code: "storage",
  message: "The disk answers with an error.",
  hint: "Try it on another disk.",
};

test("a command that fails takes its own card, and the rest of the screen goes on", async ({ desk }) => {
  desk.expects(/500/);
  const page = await desk.lay("full").open();
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
  await page.route("**/api/list_generations", (route) => route.fulfill({ status: 500, json: FAILED }));
  await page.getByRole("link", { name: "Calls", exact: true }).click();
  const failure = page.getByRole("alert");
  await failure.getByText("Could not list the rows").waitFor();
  await failure.getByText(FAILED.message).waitFor();
  await failure.getByText(FAILED.hint).waitFor();
  await page.getByText("1 row unpriced").waitFor();
  await page.unroute("**/api/list_generations");
  await failure.getByRole("button", { name: "Retry" }).click();
  await page.getByText(/rows, more below$/).waitFor();
  expect(await failure.count()).toBe(0);
});

test("a month that cannot be computed says so in its place, and can be tried again", async ({ desk }) => {
  desk.expects(/500/);
  const page = await desk.blank();
  const server = (desk.lay("full").server = await serve(desk.folder));
  await page.route("**/api/overview", (route) => route.fulfill({ status: 500, json: FAILED }));
  await page.goto(server.link);
  await page.getByRole("alert").getByText("Could not compute this month").waitFor();
  await page.getByRole("link", { name: "Calls", exact: true }).click();
  await page.getByRole("row").nth(1).waitFor();
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await page.unroute("**/api/overview");
  await page.getByRole("button", { name: "Retry" }).click();
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
});

test("an action that fails leaves the figures, and says why", async ({ desk }) => {
  desk.expects(/500/);
  const page = await desk.lay("plain").open();
  await page.route("**/api/set_cost_config", (route) => route.fulfill({ status: 500, json: FAILED }));
  await page.getByRole("button", { name: /last month$/ }).click();
  await page.getByRole("status").getByText(FAILED.message).waitFor();
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
});

test("a server that goes away is said, and found again when it is back", async ({ desk }) => {
  desk.expects(/ERR_|401/);
  const page = await desk.lay("full").open();
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
  const port = Number(new URL(desk.server!.address).port);
  await desk.server!.stop();
  await page.getByText("The connection to Outlay is lost.").waitFor();
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
  await page.getByRole("link", { name: "Calls", exact: true }).click();
  await page.getByRole("alert").getByText("Outlay does not answer.").waitFor();
  // Another start has another key, and its link is opened in this very tab.
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  desk.server = await serve(desk.folder, port);
  await page.getByRole("alert").getByText("This tab is not let in").waitFor();
  expect(await page.getByText("The connection to Outlay is lost.").count()).toBe(0);
  await page.goto(desk.server.link);
  await page.waitForURL((url) => url.hash === "");
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
});

test("a stream that breaks is taken up again, with what happened meanwhile", async ({ desk }) => {
  desk.expects(/ERR_/);
  const page = await desk.lay("full").open();
  await at(page, "Against the cap")
    .getByText(/of \$50 used/)
    .waitFor();
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  desk.outlay("config", "set", "monthly_ai_cap_usd", "75");
  await at(page, "Against the cap")
    .getByText(/of \$75 used/)
    .waitFor();
});
