// What the rows of each import come to now. The core reads an import's rows for that, so one is asked after another:
// whatever else is asked meanwhile waits for one import, not for all.
import { onLedgerChange } from "../data/queries.svelte";
import { asFailure, platform, type Failure, type Response } from "../platform";

export type Sum = { of: Response<"get_import"> } | { failure: Failure };

/** Kept for the next look at the history, which then shows them at once. */
let known = $state.raw<Record<string, Sum>>({});

/** The sums of these imports by id, as they come, for as long as the component lives. */
export function sums(ids: () => string[]): { readonly known: Record<string, Sum> } {
  let turn = 0;

  async function ask(wanted: string[]) {
    const mine = ++turn;
    for (const id of wanted) {
      const sum = await one(id);
      if (mine !== turn) return;
      known = { ...known, [id]: sum };
    }
  }

  $effect(() => {
    void ask(ids());
    return () => void turn++;
  });
  $effect(() => onLedgerChange(() => void ask(ids())));
  return {
    get known() {
      return known;
    },
  };
}

async function one(id: string): Promise<Sum> {
  try {
    return { of: await platform.call("get_import", { id }) };
  } catch (thrown) {
    return { failure: asFailure(thrown) };
  }
}
