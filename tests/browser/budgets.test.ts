import { expect } from "vitest";
import { at, dollars, test } from "./desk";

type Listed = {
  budgets: { name: string; amount: string; mode: string; state: string; confirmed: boolean }[];
};
type Alerts = { alerts: { alert_type: string; message: string }[] };

test("a cap is chosen where there is none, is the terminal's, and stands on the overview", async ({
  desk,
}) => {
  desk.expects(/400|409|422/);
  const page = await desk.lay("plain").open();
  await page.getByRole("link", { name: "Another…" }).click();
  const form = page.getByRole("dialog", { name: "Edit Monthly cap" });
  const amount = form.getByLabel("What a month may cost");
  await amount.fill("-5");
  await expect.poll(() => amount.getAttribute("aria-invalid")).toBe("true");
  await amount.fill("123.45");
  await form.getByText(/once August spend reaches \$123\.45/).waitFor();
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved: Monthly cap.").waitFor();
  expect(desk.outlay<{ monthly_ai_cap_usd: string }>("config").monthly_ai_cap_usd).toBe("123.45");
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await at(page, "Against the cap")
    .getByText(/of \$123\.45 used/)
    .waitFor();
});

test("a default cap is called so, and below the spend it is confirmed in words", async ({ desk }) => {
  desk.expects(/409/);
  const page = await desk.lay("plain").open("#/budgets");
  const cap = at(page, "Monthly cap");
  await cap.getByText("default, not confirmed").waitFor();
  await cap.getByRole("button", { name: "Confirm $10" }).click();
  const form = page.getByRole("dialog", { name: "Edit Monthly cap" });
  const { spend } = desk.outlay<{ spend: string }>("report", "month");
  await form.getByText(`You have already spent ${dollars(spend)}. Saving blocks now.`).waitFor();
  const confirm = form.getByRole("button", { name: "Confirm" });
  expect(await confirm.isDisabled()).toBe(true);
  await form.getByRole("checkbox", { name: /save it below/ }).check();
  await confirm.click();
  await cap.getByText("reached", { exact: true }).waitFor();
  expect(desk.outlay<Listed>("budget", "list").budgets[0]).toMatchObject({ amount: "10", confirmed: true });
});

test("with nothing spent a default cap is confirmed by one click", async ({ desk }) => {
  const page = await desk.open("#/budgets");
  await page.getByRole("heading", { name: "No budget is set yet" }).waitFor();
  await page.getByRole("button", { name: "Confirm $10" }).click();
  await at(page, "Monthly cap").getByText("within", { exact: true }).waitFor();
  expect(desk.outlay<Listed>("budget", "list").budgets[0]).toMatchObject({ confirmed: true });
});

test("a budget is made, says what it does, is refused beside its field, edited, deleted and brought back", async ({
  desk,
}) => {
  desk.expects(/400|409|422/);
  const page = await desk.lay("watched").open("#/budgets");
  await page.getByRole("button", { name: "New budget…" }).click();
  const form = page.getByRole("dialog", { name: "New budget" });
  await form.getByLabel("Name").fill("All");
  await form.getByLabel("Provider", { exact: true }).fill("openai");
  await form.getByLabel("What a month may cost").fill("100");
  await form.getByText(/is that of the monthly cap/).waitFor();
  expect(await form.getByLabel("Name").getAttribute("aria-invalid")).toBe("true");
  await form.getByLabel("Name").fill("Open models");
  await form
    .getByText(/^Tells you when August spend for calls of provider openai reaches \$100\.00/)
    .waitFor();
  await form.getByText("The monthly cap of $60.00 is reached before it.").waitFor();
  await form.getByText("Block at 100%", { exact: true }).click();
  await form.getByText(/Calls made straight to a provider cannot be stopped\./).waitFor();
  await form.getByLabel("Warn at").fill("101");
  await expect.poll(() => form.getByLabel("Warn at").getAttribute("aria-invalid")).toBe("true");
  // What was typed stays when the form is closed.
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "New budget…" }).click();
  expect(await form.getByLabel("Name").inputValue()).toBe("Open models");
  await form.getByLabel("Warn at").fill("50");
  await form.getByRole("button", { name: "Save" }).click();
  const card = at(page, "Open models");
  await card.getByText("Block at 100%, warning at 50%").waitFor();
  expect(desk.outlay<Listed>("budget", "list").budgets).toContainEqual(
    expect.objectContaining({ name: "Open models", amount: "100", mode: "block" }),
  );

  await card.getByRole("link", { name: "Edit Open models" }).click();
  const edit = page.getByRole("dialog", { name: "Edit Open models" });
  await edit.getByLabel("What a month may cost").fill("90");
  await edit.getByRole("button", { name: "Save" }).click();
  await card.getByText("left of $90").waitFor();
  await page.getByRole("button", { name: "Undo" }).last().click();
  await card.getByText("left of $100").waitFor();
  await card.getByText("History", { exact: true }).click();
  await card.getByText(/Open models: \$90\.00/).waitFor();

  await card.getByRole("button", { name: "Delete Open models" }).click();
  await page.getByText("Open models is deleted.").waitFor();
  await card.waitFor({ state: "detached" });
  expect(desk.outlay<Listed>("budget", "list").budgets.map(({ name }) => name)).not.toContain("Open models");
  await page
    .getByRole("group", { name: "Message" })
    .filter({ hasText: "is deleted" })
    .getByRole("button", { name: "Undo" })
    .click();
  await card.getByText("left of $100").waitFor();
  // It is the same budget: its history goes on.
  await card.getByText("History", { exact: true }).click();
  await card.getByText("deleted", { exact: false }).waitFor();
});

test("a limit that is reached is told, is over when it is raised, and is told again", async ({ desk }) => {
  const page = await desk.lay("watched").open("#/budgets");
  const card = at(page, "Chat models");
  await card.getByText("reached on Aug 13").waitFor();
  const raise = async (amount: string) => {
    await card.getByRole("link", { name: "Edit Chat models" }).click();
    const form = page.getByRole("dialog", { name: "Edit Chat models" });
    await form.getByLabel("What a month may cost").fill(amount);
    await form.getByText(new RegExp(`reaches \\$${amount}\\.00`)).waitFor();
    if (amount === "6") await form.getByRole("checkbox", { name: /save it below/ }).check();
    await form.getByRole("button", { name: "Save" }).click();
    await form.waitFor({ state: "hidden" });
  };
  const reached = () =>
    desk
      .outlay<Alerts>("alerts", "list")
      .alerts.filter(
        (each) => each.alert_type === "monthly_cap_reached" && each.message.includes("Chat models"),
      ).length;
  expect(reached()).toBe(1);
  await raise("50");
  await card.getByText("within", { exact: true }).waitFor();
  await expect.poll(reached).toBe(0);
  await raise("6");
  await card.getByText("reached", { exact: true }).waitFor();
  await expect.poll(reached).toBe(1);
});

test("a budget is made by the keyboard alone", async ({ desk }) => {
  const page = await desk.lay("watched").open();
  await page.keyboard.press("Control+3");
  const add = page.getByRole("button", { name: "New budget…" });
  await add.waitFor();
  for (let step = 0; step < 20; step += 1) {
    await page.keyboard.press("Tab");
    if (await add.evaluate((button) => button === document.activeElement)) break;
  }
  await page.keyboard.press("Enter");
  const form = page.getByRole("dialog", { name: "New budget" });
  const name = form.getByLabel("Name");
  await name.waitFor();
  for (let step = 0; step < 5; step += 1) {
    if (await name.evaluate((input) => input === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type("Keys");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Tab");
  await page.keyboard.type("gpt-5-mini");
  await page.keyboard.press("Tab");
  await page.keyboard.type("30");
  await form.getByText(/calls of model gpt-5-mini reaches \$30\.00/).waitFor();
  await page.keyboard.press("Enter");
  await at(page, "Keys").getByText("Notify only, warning at 80%").waitFor();
  // The focus is back where it came from.
  await expect.poll(() => add.evaluate((button) => button === document.activeElement)).toBe(true);
});

test("a budget is raised for its month alone, says so, and is taken back", async ({ desk }) => {
  desk.expects(/400|409|422/);
  const page = await desk.lay("watched").open("#/budgets");
  const cap = at(page, "Monthly cap");
  await cap.getByRole("button", { name: "Raise Monthly cap for this month" }).click();
  const form = page.getByRole("dialog", { name: "Raise Monthly cap for August only" });
  await form.getByLabel("What August may cost").fill("50");
  await form.getByLabel("Why").fill("the release");
  await form.getByRole("button", { name: "Raise" }).click();
  await form.getByText("every month may cost $60.00 already").waitFor();
  await form.getByLabel("What August may cost").fill("90");
  await form.getByRole("button", { name: "Raise" }).click();
  await page.getByText("Monthly cap: August may cost $90.").waitFor();
  await cap.getByText("raised from $60 for August").waitFor();
  await cap.getByText(/Raised from \$60\.00 to \$90\.00 for August alone\./).waitFor();
  await cap.getByText("History").click();
  await cap.getByText(/raised to \$90\.00 for August 2026 only: the release/).waitFor();
  expect(desk.outlay<Listed>("budget", "list").budgets[0]).toMatchObject({ amount: "90" });
  // What is edited is what every month may cost.
  await cap.getByRole("link", { name: "Edit Monthly cap" }).click();
  const edit = page.getByRole("dialog", { name: "Edit Monthly cap" });
  expect(await edit.getByLabel("What a month may cost").inputValue()).toBe("60");
  await page.keyboard.press("Escape");
  await cap.getByRole("button", { name: "Raise Monthly cap for this month" }).click();
  await form.getByLabel("Why").fill("it came earlier");
  await form.getByRole("button", { name: "Back to $60" }).click();
  await page.getByText("Monthly cap: August may cost $60 again.").waitFor();
  expect(desk.outlay<Listed>("budget", "list").budgets[0]).toMatchObject({ amount: "60" });
});

test("a dry run says what would be told and where, and tells nothing", async ({ desk }) => {
  desk.expects(/409/);
  const page = await desk.lay("watched").open("#/budgets");
  const before = desk.outlay<Alerts>("alerts", "list", "--all").alerts.length;
  await page.getByRole("button", { name: "Try Monthly cap" }).click();
  const dialog = page.getByRole("dialog", { name: "Try Monthly cap" });
  await dialog.getByRole("button", { name: "Simulate 80%" }).click();
  await dialog.getByText(/August 2026: \$48\.00 spent, 80 % of the cap of \$60\.00/).waitFor();
  await dialog.getByText("No mail: it is not set up").waitFor();
  await dialog.getByRole("button", { name: "Simulate 100%" }).click();
  await dialog.getByText("The gate would refuse another call.").waitFor();
  await dialog.getByText("Limit reached").waitFor();
  await dialog.getByRole("button", { name: "Show a test notification" }).click();
  await dialog.getByText(/this program shows no notifications/).waitFor();
  expect(desk.outlay<Alerts>("alerts", "list", "--all").alerts.length).toBe(before);
});
