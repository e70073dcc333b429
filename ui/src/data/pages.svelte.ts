// A long list, page by page, each beginning after the last row of the one before. What was loaded stays for the way
// back, until the ledger changes.
import { untrack } from "svelte";
import type { Generation, ListRequest } from "../bindings";
import { asFailure, platform, type Failure } from "../platform";
import { onLedgerChange } from "./queries.svelte";

type Kept = { rows: Generation[]; next: string | null; scroll: number };
const PAGE = 200;
const LARGEST_PAGE = 10_000;
const kept = new Map<string, Kept>();
const KEPT = 6;

export class Pages {
  rows = $state.raw<Generation[]>([]);
  /** Whether there are rows below those that are loaded. */
  hasMore = $state(false);
  loading = $state(true);
  error = $state.raw<Failure>();
  /** Where the list was left, in pixels from its top. */
  scroll = 0;
  #next: string | null = null;
  #turn = 0;
  #request: ListRequest = {};
  #key = "";

  /** Shows another selection from its beginning, or as it was left. */
  show(request: ListRequest): void {
    this.leave();
    this.#request = request;
    this.#key = JSON.stringify(request);
    const before = kept.get(this.#key);
    this.scroll = before?.scroll ?? 0;
    if (before) this.#take(before.rows, before.next);
    else void this.#load(PAGE, null, []);
  }

  /** Keeps what is loaded for the way back. */
  leave(): void {
    if (!this.#key || this.rows.length === 0) return;
    kept.delete(this.#key);
    kept.set(this.#key, { rows: this.rows, next: this.#next, scroll: this.scroll });
    const oldest = kept.keys().next().value;
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  }

  more(): void {
    if (!this.loading && !this.error && this.#next) void this.#load(PAGE, this.#next, this.rows);
  }

  /** Loads what is on screen anew, without losing the place. */
  again = (): void => {
    kept.clear();
    void this.#load(Math.min(Math.max(PAGE, this.rows.length), LARGEST_PAGE), null, []);
  };

  async #load(limit: number, after: string | null, before: Generation[]) {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const page = await platform.call("list_generations", { ...this.#request, limit, after });
      if (turn === this.#turn) this.#take([...before, ...page.calls], page.next);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = asFailure(thrown);
      this.loading = false;
    }
  }

  #take(rows: Generation[], next: string | null) {
    this.#turn += 1;
    this.rows = rows;
    this.#next = next;
    this.hasMore = next !== null;
    this.error = undefined;
    this.loading = false;
  }
}

/** Pages that live as long as the component that makes them. Without a request they wait. */
export function pages(request: () => ListRequest | undefined): Pages {
  const made = new Pages();
  $effect(() => {
    const wanted = request();
    // What is shown must not decide what is asked for.
    if (wanted) untrack(() => made.show(wanted));
  });
  $effect(() => onLedgerChange(made.again));
  $effect(() => () => made.leave());
  return made;
}
