// Taking an import back, and bringing it back: done, and said with the way to the contrary.
import { toast } from "../parts/toasts.svelte";
import { asFailure, platform } from "../platform";

/** Undoes an import. With a plan it is done only as the plan says. Says whether it was done. */
export async function takeBack(id: string, name: string): Promise<boolean> {
  return tried(async () => {
    await platform.call("undo_import", { id });
    toast(`${name} is undone: its rows no longer count.`, {
      label: "Redo",
      run: () => void bringBack(id, name),
    });
  });
}

export async function bringBack(id: string, name: string): Promise<boolean> {
  return tried(async () => {
    await platform.call("redo_import", { id });
    toast(`${name} counts again.`, { label: "Undo", run: () => void takeBack(id, name) });
  });
}

async function tried(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (thrown) {
    const { message, hint } = asFailure(thrown);
    toast(`${message}. ${hint}`);
    return false;
  }
}
