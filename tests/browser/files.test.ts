import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { choose, confirm, drop, figures, paste } from "./bring";
import { test } from "./desk";
import { fixture, serve } from "./outlay";

const LOG = fixture("openrouter_log/every_case.csv");

test("what is no table is named, and the next file is taken instead", async ({ desk }) => {
  const page = await desk.open();
  const cases: [name: string, text: string][] = [
    ["login.csv", "<!doctype html><html><body>Sign in</body></html>"],
    ["empty.csv", ""],
    ["bytes.csv", "\u0000\u0001\u0002\u0003".repeat(64)],
    ["header.csv", "generation_id,created_at,cost_total\n"],
  ];
  const isRead = async (name: string) => {
    await page.getByRole("heading", { name, exact: true }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).waitFor({ state: "detached" });
    await page
      .getByText(/It cannot be imported\.|Which column is what\?/)
      .first()
      .waitFor();
  };
  for (const [name, text] of cases) {
    const path = join(desk.folder, name);
    writeFileSync(path, text);
    await choose(page, path);
    await isRead(name);
  }
  await page.getByRole("button", { name: "Import nothing" }).click();
  await page.keyboard.press("Control+3");
  await paste(page, "just a sentence");
  await isRead("pasted.csv");
  await choose(page, LOG);
  expect(await figures(page)).toMatchObject({ New: "6" });
});

test("a file that went away before it was read is named, and so is a folder", async ({ desk }) => {
  desk.expects(/ERR_|NotFoundError/);
  const page = await desk.lay("plain").open();
  const path = join(desk.folder, "gone.csv");
  writeFileSync(path, "a,b\n1,2\n");
  await drop(page, path, () => rmSync(path));
  await page
    .getByRole("alert")
    .getByText("“gone.csv” cannot be read: it is a folder, or it is no longer there.")
    .waitFor();
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
});

test("a folder is refused by the reader, too", async ({ desk }) => {
  const server = (desk.server = await serve(desk.folder));
  const folder = join(desk.folder, "folder.csv");
  mkdirSync(folder);
  const answer = await fetch(`${server.address}/api/plan_import`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    body: JSON.stringify({ files: [folder] }),
  });
  expect(await answer.json()).toMatchObject({ code: "unreadable_input", message: `${folder} is a folder` });
});

test("a file of two gigabytes is refused at once", async ({ desk }) => {
  desk.expects(/413|ERR_/);
  const page = await desk.lay("plain").open();
  const path = join(desk.folder, "large.csv");
  writeFileSync(path, "");
  truncateSync(path, 2_100_000_000);
  const start = performance.now();
  await choose(page, path);
  await page
    .getByRole("alert")
    .getByText(/large\.csv.* is longer than/)
    .waitFor();
  expect(performance.now() - start).toBeLessThan(10_000);
});

test("a file that changed or went between review and import is refused, and the ledger is as before", async ({
  desk,
}) => {
  desk.expects(/40\d|422/);
  desk.lay("plain");
  const before = desk.outlay("report", "month");
  const page = await desk.open();
  const held = () => {
    const folder = readdirSync(desk.folder, { recursive: true, encoding: "utf8" });
    return join(
      desk.folder,
      folder.find((name) => name.endsWith("every_case.csv"))!,
    );
  };
  for (const spoil of [
    (path: string) => writeFileSync(path, "a,b\n1,2\n", { flag: "a" }),
    (path: string) => rmSync(path),
  ]) {
    await choose(page, LOG);
    await figures(page);
    spoil(held());
    await page.getByRole("button", { name: "Import the good rows" }).click();
    await page.getByRole("alert").getByText("Nothing was imported").waitFor();
    expect(desk.outlay("report", "month")).toEqual(before);
    await page.getByRole("button", { name: "Import nothing" }).click();
  }
});

test("a ledger that changed between review and import is reviewed again", async ({ desk }) => {
  desk.expects(/40\d|422/);
  const page = await desk.lay("plain").open();
  await choose(page, LOG);
  await figures(page);
  desk.outlay("import", LOG, "--yes");
  await page.getByRole("button", { name: "Import the good rows" }).click();
  await page.getByText("Nothing was imported").waitFor();
  await page.getByRole("button", { name: "Review again" }).click();
  await page.getByText("These very bytes are in the ledger already").waitFor();
});

test("a review waits while something else is looked up, and is lost by no Back", async ({ desk }) => {
  const page = await desk.lay("plain").open();
  await choose(page, LOG);
  await figures(page);
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await page.getByRole("link", { name: /^Month to date/ }).waitFor();
  await page.goBack();
  expect(await figures(page)).toMatchObject({ New: "6" });
  await page.getByRole("button", { name: "Back", exact: true }).click();
  await page.getByRole("heading", { name: "Which files?" }).waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await figures(page);
  await confirm(page);
});

test("a lost connection during an import says so, and the import is tried again", async ({ desk }) => {
  desk.expects(/ERR_/);
  const page = await desk.lay("plain").open();
  await choose(page, LOG);
  await figures(page);
  await page.route("**/api/commit_import", (route) => route.abort());
  await page.getByRole("button", { name: "Import the good rows" }).click();
  await page.getByRole("alert").getByText("Outlay does not answer.").waitFor();
  await page.unroute("**/api/commit_import");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "What was done" }).waitFor();
});
