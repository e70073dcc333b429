import { expect } from "vitest";
import { serve } from "./outlay";
import { test } from "./desk";

test("the link opens one session, and takes its code out of the address", async ({ desk }) => {
  const server = (desk.lay("full").server = await serve(desk.folder));
  const page = await desk.blank();
  await page.goto(server.link);
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
  expect(page.url()).toBe(`${server.address}/`);
  expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
  await page.reload();
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
  const requests = await page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => name),
  );
  expect(requests.filter((address) => address.includes(server.token))).toEqual([]);
});

test("a link used twice is refused in words, and the first tab goes on", async ({ desk }) => {
  desk.expects(/40[13]/);
  const server = (desk.lay("full").server = await serve(desk.folder));
  const [first, second] = [await desk.blank(), await desk.blank()];
  await first.goto(server.link);
  await first.getByRole("link", { name: /^Month to date/ }).waitFor();
  await second.goto(server.link);
  const refusal = second.getByRole("alert");
  await refusal.getByText("This tab is not let in").waitFor();
  await refusal.getByText("Open the link that “outlay serve” prints; it works once.").waitFor();
  await first.getByRole("link", { name: "Calls", exact: true }).click();
  await first.getByRole("row").nth(1).waitFor();
});

test("the link opened again in its own tab still shows the ledger", async ({ desk }) => {
  desk.expects(/40[13]/);
  const server = (desk.lay("full").server = await serve(desk.folder));
  const page = await desk.blank();
  await page.goto(server.link);
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
  await page.goto(server.link);
  await page.waitForURL((url) => url.hash === "");
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
});

test("a tab without a key says how to get one, on every screen", async ({ desk }) => {
  desk.expects(/401/);
  const server = (desk.lay("full").server = await serve(desk.folder));
  const page = await desk.blank();
  for (const screen of ["overview", "calls"]) {
    await page.goto(`${server.address}/#/${screen}`);
    await page.getByRole("alert").getByText("This tab has no key to the ledger.").waitFor();
  }
});

test("what one tab changes, the other shows", async ({ desk }) => {
  const [one, other] = [await desk.lay("plain").open(), await desk.open("#/calls?model=house-model-9")];
  await other.getByRole("heading", { name: "No row matches" }).waitFor();
  const set = one.getByRole("button", { name: /last month$/ });
  const third = await desk.open();
  await set.click();
  await third.getByRole("heading", { name: "Against the cap" }).waitFor();
  const call = ["--type", "chat", "--provider", "x", "--input", "1", "--output", "1", "--cost", "0.5"];
  desk.outlay("log", ...call, "--model", "house-model-9");
  await other.getByText("1 row", { exact: true }).waitFor();
});
