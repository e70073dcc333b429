import { expect } from "vitest";
import { at, test } from "./desk";
import { PASSWORD, PostOffice, USER } from "./post_office";

test("mail is off until it is set up; a test mail goes out, and what was sent is listed", async ({
  desk,
}) => {
  const office = await new PostOffice().open();
  try {
    const page = await desk.lay("watched").open("#/settings?section=privacy");
    await page.getByText("Outlay makes no network request.").waitFor();
    await page.getByRole("link", { name: "Notifications" }).first().click();
    await page.getByText("Only Outlay's own window can show notifications.").waitFor();
    await page.getByLabel("Mail server").fill("127.0.0.1");
    await page.getByLabel("Port").fill(String(office.port));
    await page.getByLabel("Security").selectOption("none");
    await page.getByLabel("From").fill(USER);
    await page.getByLabel("To", { exact: true }).fill("books@example.com");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("no password needed").waitFor();
    await page.getByRole("button", { name: "Send a test mail" }).click();
    await page.getByText(/^A test mail went to books@example\.com/).waitFor();
    expect(office.letters).toMatchObject([{ from: USER, to: ["books@example.com"] }]);
    await page.getByRole("link", { name: "Privacy" }).click();
    await page.getByText("One network feature is on: mail.").waitFor();
    await page.getByRole("link", { name: "Change it" }).click();
    await page.getByRole("button", { name: "Turn mail off" }).click();
    await page.getByText("Mail is off: the server and its password are forgotten.").waitFor();
    await page.getByLabel("Mail server").waitFor();
  } finally {
    await office.close();
  }
});

test("what no server took waits with its words, and is sent when asked", async ({ desk }) => {
  const gone = await new PostOffice().open();
  const { port } = gone;
  await gone.close();
  const server = ["--host", "127.0.0.1", "--port", String(port), "--security", "none", "--from", USER];
  desk.lay("watched").outlay("mail", "set", ...server);
  const budget = ["--model", "gpt-5-mini", "--amount", "1", "--block", "--below-spend"];
  desk.outlay("budget", "set", "Small models", ...budget);
  const page = await desk.open("#/settings?section=notifications");
  const outbox = at(page, "Outbox");
  await outbox.getByText("waits", { exact: true }).waitFor();
  const office = await new PostOffice().open(port);
  try {
    await outbox.getByRole("button", { name: "Send now" }).click();
    await outbox.getByText("sent", { exact: true }).waitFor();
    await expect.poll(() => office.letters.length).toBe(1);
    await outbox.getByRole("link", { name: "Limit reached" }).click();
    const drawer = page.getByRole("dialog", { name: "Limit reached" });
    await drawer.getByText("E-mail", { exact: false }).first().waitFor();
    await drawer.getByText("sent", { exact: true }).waitFor();
  } finally {
    await office.close();
  }
});

test("what cannot be is refused beside its field; a password is in no answer and on no page", async ({
  desk,
}) => {
  desk.expects(/400|409|422|500|502|503/);
  const page = await desk.lay("plain").open("#/settings?section=notifications");
  const answers: Promise<string>[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/api/")) answers.push(response.text().catch(() => ""));
  });
  await page.getByLabel("Mail server").fill("https://smtp.example.com");
  await page.getByLabel("From").fill(USER);
  await page.getByLabel("User name").fill(USER);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => page.getByLabel("Mail server").getAttribute("aria-invalid")).toBe("true");
  await page.getByLabel("Mail server").fill("smtp.example.com");
  await page.getByLabel("Port").fill("99999");
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => page.getByLabel("Port").getAttribute("aria-invalid")).toBe("true");
  await page.getByLabel("Port").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  // Where there is no keychain, the core says so, and nothing is kept; where there is one, it has the password.
  await page
    .getByText("password kept in the keychain")
    .or(page.getByText(/keychain/i).and(page.locator("[role='alert'] *")))
    .first()
    .waitFor();
  expect((await Promise.all(answers)).join("\n")).not.toContain(PASSWORD);
  expect(await page.locator("body").innerText()).not.toContain(PASSWORD);
});

test("from when on the desktop notifies is chosen here, and is the terminal's", async ({ desk }) => {
  const page = await desk.lay("plain").open("#/settings?section=notifications");
  await page.getByLabel("Icon beside the clock").selectOption("no_amounts");
  await page.getByText("Saved: the icon beside the clock.").waitFor();
  expect(desk.outlay<{ tray: string }>("settings").tray).toBe("no_amounts");
  await page.getByLabel("Notify of alerts").selectOption("medium");
  await page.getByText("Saved: when the desktop notifies.").waitFor();
  expect(desk.outlay<{ notify_from: string }>("settings").notify_from).toBe("medium");
});
