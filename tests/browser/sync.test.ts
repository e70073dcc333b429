import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { at, exactly, test } from "./desk";
import { outlayIn } from "./outlay";
import { Team, Way } from "./team";

type Status = { team: { background: boolean; waiting: number; sends_summaries: boolean } | null };

async function fill(page: Page, address: string, password = ""): Promise<void> {
  await page.getByLabel("Address of the database").fill(address);
  await page.getByLabel("Password of the login").fill(password);
}

const link = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name, exact: true });

/** Each step of a trial with what became of it. */
const steps = (page: Page) =>
  page
    .getByRole("list", { name: "Steps" })
    .getByRole("listitem")
    .evaluateAll((all) =>
      all.map((each) => [...each.children].slice(0, 2).map((part) => part.textContent?.trim())),
    );

test("a ledger belongs to nobody else until it is connected; the settings lead there", async ({ desk }) => {
  const page = await desk.lay("plain").open("#/settings?section=sharing");
  await page.getByText("this ledger is on this machine alone").waitFor();
  expect(await link(page, "Sync").count()).toBe(0);
  await page.getByRole("link", { name: "Share with a team…" }).click();
  await page.getByRole("heading", { name: "Sync", level: 1 }).waitFor();
  const leaves = at(page, "What leaves this machine");
  await leaves.getByText("Would be sent to the team's server").waitFor();
  await leaves.getByText("Summaries").waitFor();
  await page.goto(page.url().replace(/#.*/, "#/settings?section=privacy"));
  await page.getByText("Outlay makes no network request.").waitFor();
});

test("a trial shows its steps up to the one that fails, and an address that is none is refused", async ({
  desk,
}) => {
  desk.expects(/400/);
  const page = await desk.lay("plain").open("#/sync");
  const way = new Way("1");
  const port = await way.open();
  way.cut();
  await fill(page, `postgres://ada@127.0.0.1:${port}/spend`);
  await page.getByRole("button", { name: "Test" }).click();
  await page.getByText("It stops at: network.").waitFor();
  await page.getByText(`Nobody listens at 127.0.0.1, port ${port}`).waitFor();
  expect(await steps(page)).toEqual([
    ["Name", "● passed"],
    ["Network", "▲ failed"],
    ["Encryption", "not tried"],
    ["Login", "not tried"],
    ["Database", "not tried"],
    ["Rights", "not tried"],
  ]);
  await fill(page, "https://example.com");
  await page.getByRole("button", { name: "Connect" }).click();
  const address = page.getByLabel("Address of the database");
  await expect.poll(() => address.getAttribute("aria-invalid")).toBe("true");
});

test("an empty database is set up and connected; a password is in no answer and on no page", async ({
  desk,
}) => {
  desk.expects(/40\d/);
  const team = new Team();
  const page = await desk.lay("plain").open("#/sync");
  const answers: Promise<string>[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/api/")) answers.push(response.text().catch(() => ""));
  });
  await fill(page, team.address(), team.password);
  // Connecting finds nothing there, and shows how far it came.
  await page.getByRole("button", { name: "Connect" }).click();
  await page.getByRole("heading", { name: "This database is empty: set it up" }).waitFor();
  await page.getByLabel("Name of that member").fill("Ada");
  await page.getByRole("button", { name: "Set it up" }).click();
  await page.getByText("Ada is its first member").waitFor();
  await page.getByText("Every step passed.").waitFor();
  await page.getByRole("button", { name: "Connect" }).click();
  await page.getByRole("button", { name: "Sync now" }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Sync");
  await link(page, "Overview").click();
  await page.getByRole("link", { name: /rows waiting to be synced$/ }).click();
  await page.getByRole("heading", { name: "The team at 127.0.0.1" }).waitFor();
  expect((await Promise.all(answers)).join("\n")).not.toContain(team.password);
  expect(await page.locator("body").innerText()).not.toContain(team.password);
  await page.goto(page.url().replace(/#.*/, "#/settings?section=privacy"));
  await page.getByText("One network feature is on: sync with a team.").waitFor();
});

test("a login that may not set up gets the text for somebody who may, and it does", async ({ desk }) => {
  desk.expects(/40\d/);
  const team = new Team();
  const { name, password } = team.login();
  const page = await desk.lay("plain").open("#/sync");
  await fill(page, team.address(name), password);
  await page.getByRole("button", { name: "Test" }).click();
  await page.getByText("It stops at: rights.").waitFor();
  await page.getByRole("button", { name: "Set it up" }).click();
  await page.getByRole("group", { name: "For an administrator" }).waitFor();
  const sql = await page.getByRole("region", { name: "SQL" }).innerText();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy the SQL" }).click();
  await page.getByText("The SQL is copied.").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(sql);
  team.run(sql);
  await page.getByRole("button", { name: "Test" }).click();
  await page.getByText("Every step passed.").waitFor();
  await page.getByRole("button", { name: "Connect" }).click();
  await page.getByRole("button", { name: "Sync now" }).waitFor();
});

test("what is recorded on two machines is on both after a sync, and verified to the last digit", async ({
  desk,
}) => {
  const team = new Team().join(desk.lay("plain"));
  const other = mkdtempSync(join(tmpdir(), "outlay-other-"));
  try {
    const elsewhere = (...words: string[]) => outlayIn(desk.environment, other, ...words);
    const call = "--type chat --provider openai --model house-model --input 1200 --output 300 --cost 0.25";
    elsewhere("log", ...call.split(" "));
    elsewhere("sync", "connect", team.address());
    elsewhere("sync", "run");
    const page = await desk.open("#/sync");
    await page.getByRole("button", { name: "Sync now" }).click();
    await page.getByText("1 row pulled.").waitFor();
    await page.getByRole("button", { name: "Verify" }).click();
    const said = page.getByText(/^Verified identical: /);
    await said.waitFor();
    elsewhere("sync", "run");
    const there = elsewhere("sync", "verify") as { identical: boolean; rows: number; spend: string };
    expect(there.identical).toBe(true);
    expect(await said.innerText()).toBe(
      `Verified identical: ${there.rows.toLocaleString("en-US")} rows, ${exactly(there.spend)}`,
    );
    expect(await page.getByRole("link", { name: /rows? waiting/ }).count()).toBe(0);
  } finally {
    rmSync(other, { recursive: true });
  }
});

test("without a way to the server it works offline, quietly, and says so everywhere", async ({ desk }) => {
  desk.expects(/502/);
  const team = new Team().setUp(desk.lay("plain"));
  const way = new Way(team.port);
  const page = await desk.open("#/sync");
  await fill(page, team.address(undefined, await way.open()));
  await page.getByRole("button", { name: "Connect" }).click();
  await page.getByRole("button", { name: "Sync now" }).waitFor();
  way.cut();
  await page.getByRole("button", { name: "Sync now" }).click();
  await page.getByText(/Nobody listens at 127\.0\.0\.1/i).waitFor();
  await page.getByText(/^Working offline: /).waitFor();
  expect(await page.getByRole("dialog").count()).toBe(0);
  await link(page, "Calls").click();
  await page.getByRole("link", { name: /^Working offline, [\d,]+ rows waiting$/ }).waitFor();
  await page.locator("button[data-row='0']").waitFor();
});

test("one way only: what waits is pushed, and nothing comes", async ({ desk }) => {
  new Team().join(desk.lay("plain"));
  const page = await desk.open("#/sync");
  const row = page
    .getByRole("term")
    .filter({ hasText: /^Waiting$/ })
    .locator("+ dd");
  await expect.poll(() => row.innerText()).not.toBe("0 rows");
  await page.getByText("One way only").click();
  await page.getByRole("button", { name: "Push only" }).click();
  await page.getByText(/rows pushed\.$/).waitFor();
  await expect.poll(() => row.innerText()).toBe("0 rows");
});

test("a password that is nowhere is asked for, and used", async ({ desk }) => {
  desk.expects(/40\d|502/);
  const team = new Team().join(desk.lay("plain"));
  // The server that starts now does not know it.
  desk.environment = { PGPASSFILE: join(desk.folder, "none") };
  const page = await desk.open("#/sync");
  await page.getByRole("button", { name: "Sync now" }).click();
  const field = page.getByLabel(/^Password of .* at 127\.0\.0\.1$/);
  await field.fill(team.password);
  await page.getByRole("button", { name: "Use it" }).click();
  await field.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Sync now" }).click();
  await page.getByText(/rows pushed\.$/).waitFor();
});

test("members come and go; who may not let them in is told who may", async ({ desk }) => {
  const team = new Team().join(desk.lay("plain"));
  const { name, password } = team.login();
  const page = await desk.open("#/sync");
  await page.getByRole("button", { name: "Add a member…" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a member" });
  await dialog.getByLabel("Login on the server").fill(name);
  await dialog.getByLabel("Name in the team").fill("Grace");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  const grace = page.getByRole("row", { name: /^Grace/ });
  await grace.getByText("read own rows, write own").waitFor();
  await page.getByRole("row", { name: /^Ada you/ }).waitFor();
  await page.getByRole("button", { name: "Take Grace out…" }).click();
  const question = page.getByRole("dialog", { name: "Take Grace out of the team?" });
  await question.getByRole("button", { name: "Take out" }).click();
  await grace.waitFor({ state: "detached" });
  // As Grace, who is let in again and administers nothing.
  await page.context().close();
  await desk.server?.stop();
  desk.server = undefined;
  desk.outlay("sync", "members", "add", name, "--name", "Grace");
  desk.outlay("sync", "leave", "--keep");
  desk.environment = { OUTLAY_SYNC_PASSWORD: password };
  desk.outlay("sync", "connect", team.address(name));
  const hers = await desk.open("#/sync");
  await hers.getByRole("button", { name: "Add a member…" }).click();
  await hers.getByLabel("Login on the server").fill("someone_else");
  await hers.getByRole("dialog").getByRole("button", { name: "Add", exact: true }).click();
  await hers.getByRole("group", { name: "For an administrator" }).waitFor();
  expect(await hers.getByRole("region", { name: "SQL" }).innerText()).toContain("someone_else");
});

test("nothing happens by itself until it is turned on, and the terminal knows it", async ({ desk }) => {
  new Team().join(desk.lay("plain"));
  const page = await desk.open("#/sync");
  const status = () => desk.outlay<Status>("sync", "status").team;
  const background = page.getByLabel("Sync in the background");
  expect(await background.isChecked()).toBe(false);
  await background.check();
  await page.getByText("Outlay syncs by itself.").waitFor();
  await expect.poll(() => status()?.waiting, { timeout: 30_000 }).toBe(0);
  await background.uncheck();
  await page.getByText("Paused: Outlay syncs when you ask.").waitFor();
  await page.getByLabel("Send summaries").check();
  await page.getByText("Summaries go out with the next sync.").waitFor();
  expect(status()).toMatchObject({ background: false, sends_summaries: true });
});

test("leaving says what stays where, and takes sync out of sight", async ({ desk }) => {
  new Team().join(desk.lay("plain"));
  const before = desk.outlay<{ spend: string }>("report", "month").spend;
  const page = await desk.open("#/sync");
  await page.getByRole("button", { name: "Leave the team…" }).click();
  const dialog = page.getByRole("dialog", { name: "Leave the team at 127.0.0.1?" });
  await dialog.getByText(/that wait/).waitFor();
  await dialog.getByRole("button", { name: "Stay" }).click();
  await page.getByRole("button", { name: "Leave the team…" }).click();
  await dialog.getByRole("button", { name: "Leave the team" }).click();
  await page.getByRole("heading", { name: "Share one ledger" }).waitFor();
  expect(await link(page, "Sync").count()).toBe(0);
  expect(desk.outlay<Status>("sync", "status").team).toBeNull();
  expect(desk.outlay<{ spend: string }>("report", "month").spend).toBe(before);
});

test("a cap that two machines changed apart is asked about, and the answer reaches the other", async ({
  desk,
}) => {
  const team = new Team().join(desk.lay("plain"));
  const other = mkdtempSync(join(tmpdir(), "outlay-other-"));
  type Config = { monthly_ai_cap_usd: string };
  try {
    const elsewhere = <T>(...words: string[]) => outlayIn(desk.environment, other, ...words) as T;
    const cap = () => elsewhere<Config>("config").monthly_ai_cap_usd;
    desk.outlay("config", "set", "monthly_ai_cap_usd", "40");
    desk.outlay("sync", "run");
    elsewhere("sync", "connect", team.address());
    elsewhere("sync", "run");
    expect(cap()).toBe("40");
    // Both change it, and the other one syncs first.
    elsewhere("config", "set", "monthly_ai_cap_usd", "62.5");
    desk.outlay("config", "set", "monthly_ai_cap_usd", "50");
    elsewhere("sync", "run");
    const page = await desk.open("#/sync");
    await page.getByRole("button", { name: "Sync now" }).click();
    await page.getByText("1 value that both sides say differently.").waitFor();
    await link(page, "Overview").click();
    await page.getByRole("link", { name: "Sync has questions" }).click();
    const clash = page.getByRole("group", { name: "Limits: monthly cap" });
    expect(await clash.locator("dl").innerText()).toMatch(
      /This machine\s+\$50\.00\s+The server\s+○?\s*holds\s+\$62\.50/,
    );
    expect(desk.outlay<Config>("config").monthly_ai_cap_usd).toBe("62.5");
    await clash.getByRole("button", { name: "Use mine" }).click();
    await page.getByText("It holds here now, and goes out with the next sync.").waitFor();
    await clash.waitFor({ state: "detached" });
    expect(desk.outlay<Config>("config").monthly_ai_cap_usd).toBe("50");
    await page.getByRole("button", { name: "Sync now" }).click();
    await page.getByText("1 record of caps and names brought in line.").waitFor();
    expect(await page.getByRole("link", { name: "Sync has questions" }).count()).toBe(0);
    elsewhere("sync", "run");
    expect(cap()).toBe("50");
  } finally {
    rmSync(other, { recursive: true });
  }
});

test("a clock that is off is told, with what to do", async ({ desk }) => {
  new Team().join(desk.lay("plain"));
  const page = await desk.open("#/sync");
  await page.getByRole("button", { name: "Sync now" }).click();
  // The tests' present stands still, and the server's does not.
  await page.getByText(/^At the last sync this machine's clock was \d+ days behind the server's/).waitFor();
});

const CLASH = {
  number: 1,
  kind: "cost_config",
  key: "ada",
  what: "monthly_ai_cap_usd",
  mine: "50",
  theirs: "62.5",
  holds: "theirs",
  can_be_changed: true,
  at: "2026-08-25T14:00:00Z",
};
const row = (standing: string, key: string, reason: string) => ({
  table: "generations",
  key,
  standing,
  reason,
});
const OPEN = {
  schema: "outlay.sync-questions/1",
  clashes: [CLASH, { ...CLASH, number: 2, kind: "imports", what: "content", can_be_changed: false }],
  aside: [row("refused", "a-row", "it violates a rule of theirs"), row("missing", "another-row", "")],
};

test("what sync could not decide stands side by side, and is answered", async ({ desk }) => {
  new Team().join(desk.lay("plain"));
  const page = await desk.open();
  await link(page, "Sync").waitFor();
  let open = OPEN;
  const asked: unknown[] = [];
  await page.route("**/api/get_sync_status", async (route) => {
    const response = await route.fetch();
    const { team, ...rest } = (await response.json()) as Status;
    const missing = open.aside.filter(({ standing }) => standing === "missing").length;
    const quarantined = open.aside.length - missing;
    await route.fulfill({
      json: { ...rest, team: { ...team, conflicts: open.clashes.length, quarantined, missing } },
    });
  });
  await page.route("**/api/list_sync_questions", (route) => route.fulfill({ json: open }));
  await page.route(/\/api\/(settle_sync_clash|answer_sync_aside)$/, (route) => {
    const answer = route.request().postDataJSON() as { number?: number; answer?: string };
    asked.push(answer);
    if (answer.number === 1) open = { ...OPEN, clashes: OPEN.clashes.slice(1) };
    if (answer.answer === "accept_loss") open = { ...OPEN, clashes: [], aside: [] };
    return route.fulfill({ json: open });
  });
  await page.reload();
  await page.getByRole("link", { name: "Sync has questions" }).click();
  const cap = page.getByRole("group", { name: "Limits: monthly cap" });
  expect(await cap.locator("dl").innerText()).toMatch(
    /This machine\s+\$50\.00\s+The server\s+○?\s*holds\s+\$62\.50/,
  );
  await cap.getByRole("button", { name: "Use mine" }).click();
  await page.getByText("It holds here now, and goes out with the next sync.").waitFor();
  await cap.waitFor({ state: "detached" });
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent))
    .toBe("What sync could not decide");
  await page.getByRole("button", { name: "Seen" }).click();
  await page.getByText("it violates a rule of theirs").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  const waits = page.getByText("They wait again, and go out with the next sync.");
  await waits.waitFor();
  await page.getByRole("button", { name: "Restore: push them again" }).click();
  await waits.nth(1).waitFor();
  await page.getByRole("button", { name: "Accept: keep them here only" }).click();
  await page.getByRole("heading", { name: "What sync could not decide" }).waitFor({ state: "detached" });
  expect(asked).toEqual([
    { number: 1, holds: "mine" },
    { number: 2, holds: "theirs" },
    { answer: "try_again" },
    { answer: "restore" },
    { answer: "accept_loss" },
  ]);
});
