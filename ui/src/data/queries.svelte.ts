// What is on screen, and that it stays true: a query asks a command, keeps the last answer while it asks again, and
// asks again when its request or the ledger changes. Nothing is computed here.
import { untrack } from "svelte";
import {
  asFailure,
  platform,
  type CommandName,
  type Failure,
  type Request,
  type Response,
} from "../platform";
import { on } from "./events";

/** Answers of the screens visited last, so that going back shows figures at once; at the start, the host's first. */
const remembered = new Map<string, unknown>(Object.entries(platform.firstAnswers));
const REMEMBERED = 24;

export class Query<Name extends CommandName> {
  /** The last answer; it may belong to the request before while `loading`. */
  data = $state.raw<Response<Name>>();
  /** Why there is no answer to this request. */
  error = $state.raw<Failure>();
  loading = $state(true);
  #asked = 0;
  /** Which request `data` answers. */
  #answered = "";
  readonly #name: Name;
  readonly #input: () => Request<Name> | undefined;

  constructor(name: Name, input: () => Request<Name> | undefined) {
    this.#name = name;
    this.#input = input;
    // Drawn at once, without a moment of nothing.
    untrack(() => this.#recall(input()));
  }

  /** Asks now. A slower answer to an earlier request is dropped. */
  retry = async (): Promise<void> => {
    const turn = ++this.#asked;
    const input = this.#input();
    if (!input) return;
    const key = this.#key(input);
    untrack(() => {
      this.#recall(input);
      this.loading = true;
    });
    try {
      const answer = await platform.call(this.#name, input);
      if (turn !== this.#asked) return;
      remember(key, answer);
      this.#take(key, answer);
    } catch (thrown) {
      if (turn !== this.#asked) return;
      this.error = asFailure(thrown);
      // Figures of another request must not stand beside this one's failure.
      if (this.#answered !== key) this.data = undefined;
    }
    this.loading = false;
  };

  #recall(input: Request<Name> | undefined) {
    if (!input) return;
    const key = this.#key(input);
    const before = remembered.get(key) as Response<Name> | undefined;
    if (before) this.#take(key, before);
  }

  #key(input: Request<Name>): string {
    return `${this.#name} ${JSON.stringify(input)}`;
  }

  #take(key: string, answer: Response<Name>) {
    // The same again is not drawn again: what is asked at every change is mostly as it was.
    const isNews = key !== this.#answered || JSON.stringify(answer) !== JSON.stringify(this.data);
    this.#answered = key;
    if (isNews) this.data = answer;
    this.error = undefined;
  }
}

/** A query that lives as long as the component that makes it. Without a request it asks nothing. */
export function query<Name extends CommandName>(
  name: Name,
  input: () => Request<Name> | undefined,
): Query<Name> {
  const made = new Query(name, input);
  $effect(() => void made.retry());
  $effect(() => onLedgerChange(() => void made.retry()));
  return made;
}

/** Hears that figures may have changed: the ledger did, or nobody knows after a lost connection. */
export function onLedgerChange(listener: () => void): () => void {
  const forgetting = () => {
    remembered.clear();
    listener();
  };
  const stops = [
    on("ledger_changed", forgetting),
    on("connection", ({ lost }) => {
      if (!lost) forgetting();
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

function remember(key: string, answer: unknown) {
  remembered.delete(key);
  remembered.set(key, answer);
  const oldest = remembered.keys().next().value;
  if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
}
