// Files that were brought to the page, from wherever: dropped, chosen, pasted, or handed over by a second start. They
// wait here until the review takes them; nothing is read or written before.
import { toast } from "../parts/toasts.svelte";
import { asFailure, platform, type Failure } from "../platform";
import { go } from "../routes";

type Incoming = { paths: string[]; failure: Failure | undefined };
export const incoming: Incoming = $state({ paths: [], failure: undefined });

/** Leads the files to their review, which is always of the person's own ledger: sample data makes room. */
export async function bringIn(paths: string[]): Promise<void> {
  if (paths.length === 0) return;
  try {
    const { sample_removable } = await platform.call("get_settings", {});
    if (sample_removable) {
      await platform.call("remove_sample", {});
      toast("The sample data is gone: your files go into your own ledger.");
    }
  } catch (thrown) {
    return turnAway(thrown);
  }
  incoming.paths = [...incoming.paths, ...paths];
  incoming.failure = undefined;
  go({ screen: "imports", view: "review" });
}

/** Leads to the review, which says why a file did not arrive there. */
export function turnAway(thrown: unknown): void {
  incoming.failure = asFailure(thrown);
  go({ screen: "imports", view: "review" });
}

/** The files that wait; from then on they are the review's. */
export function takeIncoming(): string[] {
  const { paths } = incoming;
  incoming.paths = [];
  return paths;
}

export async function chooseAndBringIn(): Promise<void> {
  try {
    await bringIn(await platform.chooseFiles());
  } catch (thrown) {
    turnAway(thrown);
  }
}

/** What was pasted outside of a text field: files, or the text of a table. */
export async function bringInPasted(clipboard: DataTransfer): Promise<void> {
  const files = [...clipboard.files];
  const text = clipboard.getData("text/plain");
  const pasted = files.length > 0 || !text ? files : [new File([text], "pasted.csv")];
  try {
    await bringIn(await Promise.all(pasted.map((file) => platform.holdFile(file, file.name))));
  } catch (thrown) {
    turnAway(thrown);
  }
}
