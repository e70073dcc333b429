// The ways in which a person brings a file to the page.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { fixture } from "./outlay";

/** A copy of a fixture in a folder, with a row at its end that nobody can read. */
export function spoiled(name: string, folder: string): string {
  const path = join(folder, basename(name));
  copyFileSync(fixture(name), path);
  const text = readFileSync(path, "utf8").replace(/\r?\n*$/, "\n");
  writeFileSync(path, `${text}so,no\n`);
  return path;
}

export async function choose(page: Page, files: string | string[]): Promise<void> {
  const button = page.getByRole("button", { name: /^(Import…|Choose files…)$/ }).first();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button.click()]);
  await chooser.setFiles(files);
}

/** Holds a file over the page, as from a file manager, and lets it go once `before` is done. */
export async function drop(page: Page, path: string, before = () => {}): Promise<void> {
  await page.evaluate(() => {
    const input = Object.assign(document.createElement("input"), {
      type: "file",
      id: "dragged",
      hidden: true,
    });
    document.body.append(input);
  });
  await page.locator("#dragged").setInputFiles(path);
  const transfer = await page.evaluateHandle(() => {
    const input = document.querySelector<HTMLInputElement>("#dragged")!;
    const made = new DataTransfer();
    for (const file of input.files ?? []) made.items.add(file);
    input.remove();
    return made;
  });
  await page.dispatchEvent("main", "dragover", { dataTransfer: transfer });
  await page.getByText("Let go to review").waitFor();
  before();
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
  await page.getByText("Let go to review").waitFor({ state: "detached" });
}

/** Pastes a text by the keyboard, whatever has the focus. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press("Control+v");
}

/** What the review says of its file: "New" and the other figures. */
export async function figures(page: Page): Promise<Record<string, string>> {
  await page.getByRole("heading", { name: "What would change" }).waitFor();
  await page.getByRole("term").filter({ hasText: "Cannot be read" }).waitFor();
  return page
    .locator("dl")
    .first()
    .evaluate((list) =>
      Object.fromEntries(
        [...list.querySelectorAll("dt")].map((term) => [
          term.innerText,
          (term.nextElementSibling as HTMLElement).innerText.trim(),
        ]),
      ),
    );
}

/** Confirms the review that is on screen. */
export async function confirm(
  page: Page,
  name: string | RegExp = /^Import( the good rows)?$/,
): Promise<void> {
  await page.getByRole("button", { name }).click();
  await page.getByRole("heading", { name: "What was done" }).waitFor();
}

/** An amount is on the overview, to the last digit. */
export async function showsExactly(page: Page, label: string | RegExp, amount: string): Promise<void> {
  const figure = page.getByRole("link", { name: label }).locator("[title]");
  await expect.poll(() => figure.getAttribute("title")).toBe(amount);
}

/** How a file comes to the page. */
export type Way = keyof typeof bring;
export const bring = {
  chosen: (page: Page, file: string) => choose(page, file),
  dropped: drop,
  pasted: (page: Page, file: string) => paste(page, readFileSync(file, "utf8")),
};
