// What is done to prices, each with its way back.
import type { PricePlan, RepricingShown } from "../bindings";
import { said } from "../data/words";
import { toast } from "../parts/toasts.svelte";
import { asFailure, platform } from "../platform";
import { doneWords } from "./rules";

/** Says what a change did, and gives the way back. */
export function tellDone(plan: PricePlan): void {
  const isBack = plan.repricing !== null || plan.back.length > 0;
  toast(doneWords(plan), isBack ? { label: "Undo", run: () => void takeBack(plan) } : undefined);
}

async function takeBack({ repricing, back }: PricePlan): Promise<void> {
  if (repricing) return undo({ id: repricing });
  await telling(async () => {
    await platform.call("set_prices", { prices: back, apply: "nothing" });
    toast("Prices are as they were.");
  });
}

export async function undo({ id }: Pick<RepricingShown, "id">): Promise<void> {
  await telling(async () => {
    const { label } = await platform.call("undo_repricing", { id });
    toast(`Undone: ${label}.`, { label: "Redo", run: () => void redo({ id }) });
  });
}

export async function redo({ id }: Pick<RepricingShown, "id">): Promise<void> {
  await telling(async () => {
    const { label } = await platform.call("redo_repricing", { id });
    toast(`Done again: ${label}.`, { label: "Undo", run: () => void undo({ id }) });
  });
}

/** Saves own prices as a file. */
export async function saveFile(): Promise<void> {
  await telling(async () => {
    const isSaved = await platform.save("prices.json", exported);
    if (isSaved) toast("Your prices are saved as a file.");
  });
}

export async function copyFile(): Promise<void> {
  await telling(async () => {
    await navigator.clipboard.writeText(await exported(null));
    toast("Copied.");
  });
}

const exported = async (path: string | null): Promise<string> =>
  `${JSON.stringify(await platform.call("export_prices", { path }), null, 2)}\n`;

export async function telling(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    toast(said(asFailure(thrown)));
  }
}
