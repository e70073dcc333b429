// What is done to budgets from cards and messages, each with its way back.
import type { BudgetStanding, SetBudgetRequest } from "../bindings";
import { said } from "../data/words";
import { toast } from "../parts/toasts.svelte";
import { asFailure, platform } from "../platform";
import { again, titleOf } from "./words";

/** Says that a budget is kept, and gives the way back to what it was. */
export function tellKept(name: string, was: BudgetStanding | undefined): void {
  const isBack = was && was.confirmed;
  toast(
    `Saved: ${name}.`,
    isBack ? { label: "Undo", run: () => void bringBack(again(was), name) } : undefined,
  );
}

export async function remove(budget: BudgetStanding): Promise<void> {
  const name = titleOf(budget);
  await telling(async () => {
    await platform.call("remove_budget", { budget: budget.id ?? budget.name });
    toast(`${name} is deleted.`, { label: "Undo", run: () => void bringBack(again(budget), name) });
  });
}

async function bringBack(request: SetBudgetRequest, name: string): Promise<void> {
  await telling(async () => {
    await platform.call("set_budget", request);
    toast(`${name} is as it was.`);
  });
}

async function telling(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    toast(said(asFailure(thrown)));
  }
}
