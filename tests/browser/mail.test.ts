// Mail about alerts, from the terminal and the server as they are to a real mail server on loopback.
import { existsSync } from "node:fs";
import { expect } from "vitest";
import {
  minutes,
  PASSWORD,
  PostOffice,
  refusal,
  test,
  USER,
  type Letter,
  type Terminal,
} from "./post_office";

const now = minutes(0);

/** A confirmed cap of 10 dollars, and a server that takes mail. */
async function ready(terminal: Terminal): Promise<PostOffice> {
  const office = await terminal.office();
  await terminal.ok(now, "config", "set", "monthly_ai_cap_usd", "10");
  await terminal.setMail(office.port, "none");
  return office;
}

/** Answers a sender or a recipient with a refusal. */
function refuses(code: number, words: string) {
  return (_: unknown, __: unknown, answer: (error?: Error) => void) => answer(refusal(code, words));
}

/** Noon of a day so many days ago. */
function day(ago: number): string {
  return minutes(-ago * 24 * 60 - 180);
}

function header(letter: Letter | undefined, name: string): string | undefined {
  const head = letter?.text.split("\r\n\r\n")[0] ?? "";
  const line = head.replaceAll(/\r\n[ \t]+/g, " ").split("\r\n");
  return line
    .find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    ?.slice(name.length + 1)
    .trim();
}

test("a warning sends no mail; the cap that is reached sends one, once", async ({ terminal }) => {
  const office = await ready(terminal);
  await terminal.spend("8.10");
  expect(await terminal.log()).toEqual([]);
  await terminal.ok(now, "mail", "send");
  const reminded = await terminal.run(
    now,
    "log",
    ..."--type chat --model gpt-5 --input 1 --output 1 --cost 2.32".split(" "),
  );
  expect(reminded.stderr).toContain("1 alert waits to be mailed");
  expect(office.letters, "the call itself opens no network").toEqual([]);
  await terminal.ok(now, "mail", "send");
  await terminal.ok(now, "mail", "send");
  await terminal.ok(minutes(90), "alerts", "check");
  await terminal.spend("1");
  await terminal.ok(minutes(2000), "mail", "send");
  expect(office.letters.length).toBe(1);
  const [letter] = office.letters;
  expect(letter).toMatchObject({ from: USER, to: ["books@example.com"] });
  expect(header(letter, "Subject")).toBe("Outlay: cap reached: $10.42 of $10.00");
  expect(header(letter, "Auto-Submitted")).toBe("auto-generated");
  expect(header(letter, "Content-Type")).toMatch(/^text\/plain/);
  const { alerts } = JSON.parse(await terminal.ok(now, "--json", "alerts", "list"));
  const { id } = alerts.find(
    ({ alert_type }: { alert_type: string }) => alert_type === "monthly_cap_reached",
  );
  expect(header(letter, "Message-ID")).toBe(`<${id}@example.com>`);
  expect(letter?.text).toContain("August 2026: $10.42 spent, $0.42 over the cap of $10.00 (104 %).");
  expect(letter?.text).toContain("outlay config set monthly_ai_cap_usd");
  expect(await terminal.log()).toMatchObject([{ state: "sent", attempts: 1 }]);
});

test("nothing is sent while mail is not set up, or the cap is nobody's, or mail is not wanted", async ({
  terminal,
}) => {
  await terminal.spend("12");
  expect(await terminal.run(now, "mail", "send")).toMatchObject({ code: 1 });
  const office = await terminal.office();
  await terminal.setMail(office.port, "none");
  await terminal.spend("12");
  await terminal.ok(now, "config", "set", "email_on_high", "false");
  await terminal.ok(now, "config", "set", "monthly_ai_cap_usd", "10");
  await terminal.ok(now, "mail", "send");
  expect([await terminal.log(), office.letters]).toEqual([[], []]);
});

test("the server sends by itself, also what another program raises", async ({ terminal }) => {
  const office = await ready(terminal);
  const { child, ended } = terminal.start(now, ["--json", "serve"]);
  await new Promise((listening) => child.stdout?.once("data", listening));
  await terminal.spend("12");
  await office.arrived(1);
  child.kill("SIGINT");
  await ended;
  await terminal.ok(now, "mail", "send");
  expect(office.letters.length).toBe(1);
});

test("what finds no server waits, and goes out when it is due", async ({ terminal }) => {
  const office = await ready(terminal);
  await office.close();
  await terminal.spend("12");
  const refused = await terminal.run(now, "mail", "send");
  expect(refused).toMatchObject({ code: 69 });
  expect(refused.stdout).toContain(`nobody listens at 127.0.0.1, port ${office.port}`);
  expect(refused.stderr).toContain("465 for `tls`");
  expect(await terminal.log()).toMatchObject([{ state: "waiting", next_try: "2026-08-25T15:01:00.000000Z" }]);
  const again = await terminal.office({}, office.port);
  terminal.start(minutes(2), ["serve"]);
  await again.arrived(1);
  expect(header(again.letters[0], "Subject")).toBe("Outlay: cap reached: $12.00 of $10.00");
});

test("a wrong password is asked once, and waits for another", async ({ terminal }) => {
  const office = await ready(terminal);
  await terminal.spend("12");
  terminal.environment = { OUTLAY_SMTP_PASSWORD: "wrong" };
  const refused = await terminal.run(now, "mail", "send");
  expect(refused.code).toBe(69);
  expect(refused.stdout).toContain("Username and Password not accepted");
  expect(await terminal.log()).toMatchObject([{ state: "held" }]);
  expect(await terminal.ok(now, "mail", "show")).toContain("held");
  const { child } = terminal.start(minutes(3), ["--json", "serve"]);
  await new Promise((listening) => child.stdout?.once("data", listening));
  await terminal.spend("1", "2026-08-25T14:30:00Z");
  expect(office.logins).toBe(1);
  terminal.environment = { OUTLAY_SMTP_PASSWORD: PASSWORD };
  await terminal.setMail(office.port, "none");
  await terminal.run(now, "mail", "send");
  expect(office.letters.length).toBe(1);
});

test("a certificate is trusted if its authority is, and only for its name", async ({ terminal }) => {
  const { authority } = terminal;
  await terminal.ok(now, "config", "set", "monthly_ai_cap_usd", "10");
  const trust = { OUTLAY_SMTP_PASSWORD: PASSWORD, SSL_CERT_FILE: authority.file };
  const own = authority.issue("127.0.0.1");
  const cases = [
    {
      issued: own,
      secure: true,
      environment: { OUTLAY_SMTP_PASSWORD: PASSWORD },
      says: "nobody whom this machine trusts",
    },
    {
      issued: own,
      secure: false,
      environment: { OUTLAY_SMTP_PASSWORD: PASSWORD },
      says: "nobody whom this machine trusts",
    },
    { issued: authority.issue("mail.example.com"), secure: true, environment: trust, says: "another name" },
    { issued: authority.issue("127.0.0.1", -1), secure: true, environment: trust, says: "not valid now" },
    { issued: own, secure: true, environment: trust, says: "sent to books@example.com" },
    { issued: own, secure: false, environment: trust, says: "sent to books@example.com" },
  ];
  for (const { issued, secure, environment, says } of cases) {
    const office = await terminal.office({ secure, ...issued, allowInsecureAuth: false });
    terminal.environment = environment;
    await terminal.setMail(office.port, secure ? "tls" : "starttls");
    const { code, stdout, stderr } = await terminal.run(now, "mail", "test");
    expect(stdout + stderr).toContain(says);
    const goes = says.startsWith("sent");
    expect([code, office.logins, office.letters.length]).toEqual(goes ? [0, 1, 1] : [69, 0, 0]);
  }
});

test("a port that speaks otherwise is told so, and nothing is said to it", async ({ terminal }) => {
  const open = await terminal.office();
  const closed = await terminal.office({ secure: true, ...terminal.authority.issue("127.0.0.1") });
  const cases = [
    { port: open.port, security: "tls", says: "does not speak TLS from the beginning" },
    { port: open.port, security: "starttls", says: "offers no STARTTLS" },
    { port: closed.port, security: "starttls", says: "did not answer within" },
  ];
  for (const { port, security, says } of cases) {
    await terminal.setMail(port, security);
    const { code, stderr } = await terminal.run(now, "mail", "test");
    expect([code, stderr]).toEqual([69, expect.stringContaining(says)]);
  }
  expect([open.logins, closed.logins]).toEqual([0, 0]);
  await terminal.setMail(465, "tls", "no-such-host.invalid");
  const { stderr } = await terminal.run(now, "mail", "test");
  expect(stderr).toContain("the mail server no-such-host.invalid, port 465, is not found");
});

test("a refusal for good is given up with the server's words, one for now is tried again", async ({
  terminal,
}) => {
  await ready(terminal);
  await terminal.spend("12");
  const strict = await terminal.office({ onRcptTo: refuses(550, "5.1.1 No such person here") });
  await terminal.setMail(strict.port, "none");
  expect(await terminal.run(now, "mail", "send")).toMatchObject({ code: 69 });
  const [given] = await terminal.log();
  expect(given).toMatchObject({ state: "failed" });
  expect(given?.reply).toContain("550 5.1.1 No such person here");
  const busy = await terminal.office({ onMailFrom: refuses(451, "4.7.1 Greylisted, come back") });
  await terminal.setMail(busy.port, "none");
  expect(await terminal.run(now, "mail", "send")).toMatchObject({ code: 69 });
  const [waits] = await terminal.log();
  expect(waits, "other settings try again what is still open").toMatchObject({ state: "waiting" });
  expect(waits?.reply).toContain("451 4.7.1 Greylisted, come back");
  const good = await terminal.office();
  await terminal.setMail(good.port, "none");
  await terminal.ok(now, "mail", "send");
  expect(good.letters.length).toBe(1);
});

test("a program that is killed while it sends: the same mail comes again", async ({ terminal }) => {
  let silent = true;
  const office = await terminal.office({ silent: () => silent });
  await terminal.ok(now, "config", "set", "monthly_ai_cap_usd", "10");
  await terminal.setMail(office.port, "none");
  await terminal.spend("12");
  const { child, ended } = terminal.start(now, ["mail", "send"]);
  await office.arrived(1);
  child.kill("SIGKILL");
  await ended;
  silent = false;
  await terminal.ok(minutes(1), "mail", "send");
  expect(office.letters.length, "whoever claimed it may still live").toBe(1);
  await terminal.ok(minutes(6), "mail", "send");
  const [first, second, ...more] = office.letters.map((letter) => header(letter, "Message-ID"));
  expect([second, more]).toEqual([first, []]);
  expect(await terminal.log()).toMatchObject([{ state: "sent", attempts: 2 }]);
});

test("two programs at once send one mail", async ({ terminal }) => {
  const office = await ready(terminal);
  await terminal.spend("12");
  const runs = await Promise.all([1, 2, 3, 4].map(() => terminal.run(now, "mail", "send")));
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(office.letters.length).toBe(1);
});

test("more than three alerts go in one mail", async ({ terminal }) => {
  const office = await ready(terminal);
  await terminal.ok(now, "config", "set", "monthly_ai_cap_usd", "60");
  for (let ago = 31; ago > 3; ago -= 1) await terminal.spend("1", day(ago));
  for (const ago of [3, 2, 1, 0]) await terminal.spend("20", day(ago));
  await terminal.ok(now, "mail", "send");
  expect(office.letters.map((letter) => header(letter, "Subject"))).toEqual([
    "Outlay: 5 alerts, cap reached: $61.00 of $60.00",
  ]);
  const states = (await terminal.log()).map(({ state }) => state);
  expect(states).toEqual(["sent", "sent", "sent", "sent", "sent"]);
});

test("what is over before it was sent is not sent", async ({ terminal }) => {
  const office = await ready(terminal);
  await terminal.spend("12");
  await terminal.ok(now, "config", "set", "monthly_ai_cap_usd", "100");
  await terminal.ok(now, "mail", "send");
  expect(office.letters).toEqual([]);
  expect(await terminal.log()).toMatchObject([{ state: "over" }]);
  expect(await terminal.ok(now, "mail", "log")).toContain("over before it was sent");
});

test("a password that no keychain takes is kept nowhere", async ({ terminal }) => {
  terminal.environment = { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" };
  const set =
    "mail set --host smtp.example.com --user-name ada --from ada@example.com --password-stdin".split(" ");
  const refused = await terminal.start(now, set, `${PASSWORD}\n`).ended;
  expect([refused.code, refused.stderr]).toEqual([69, expect.stringContaining("OUTLAY_SMTP_PASSWORD")]);
  expect(existsSync(`${terminal.folder}/outlay.db`), "nothing was set up").toBe(false);
});
