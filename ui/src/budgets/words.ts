// Budgets in words, and what a form about one asks of the core. Nothing is computed here.
import type {
  BudgetMode,
  BudgetScope,
  BudgetStanding,
  BudgetState,
  BudgetVersion,
  SetBudgetRequest,
} from "../bindings";
import { format } from "../data/format";
import { providerName } from "../data/words";
import type { Tone } from "../parts/Chip.svelte";
import type { Route } from "../routes";

/** What the monthly cap is called among the budgets. */
export const CAP = "All";

const STATES: Record<BudgetState, { tone: Tone; words: string }> = {
  none: { tone: "info", words: "default, not confirmed" },
  ok: { tone: "ok", words: "within" },
  warn: { tone: "warn", words: "past its warning" },
  over: { tone: "danger", words: "reached" },
};

/** How far it is used. What is reserved can leave nothing of a limit that is not reached. */
export const stateOf = ({ state, ...of }: BudgetStanding): { tone: Tone; words: string } =>
  state === "over" && !isReached(of) ? { tone: "danger", words: "nothing left" } : STATES[state];

// Only to choose a word by.
const isReached = ({ spent, amount }: Pick<BudgetStanding, "spent" | "amount">): boolean =>
  Number(spent) >= Number(amount);

export const modeWords: Record<BudgetMode, string> = { notify: "Notify only", block: "Block at 100%" };

export const titleOf = ({ id, name }: Pick<BudgetStanding, "id" | "name">): string =>
  id === null && name === CAP ? "Monthly cap" : name;

/** The month of a budget by its name. */
export const monthOf = ({ period }: BudgetStanding): string => format.monthName(period.start.slice(0, 7));

export const scopeWords = ({ provider, model }: BudgetScope): string =>
  provider ? `Calls of ${providerName(provider)}` : model ? `Calls of ${model}` : "All calls";

/** The calls of a budget's month. */
export const callsOf = ({ scope, period }: BudgetStanding): Route => ({
  screen: "calls",
  month: period.start.slice(0, 7),
  provider: scope.provider ?? undefined,
  // A budget covers a model under all of its names.
  any_name_of: scope.model ?? undefined,
  order: "costliest",
});

/** When it was reached, or is likely to be. */
export function reachedWords({ reached_on: day, ...of }: BudgetStanding): string | undefined {
  if (!day) return undefined;
  return `${isReached(of) ? "reached on" : "reached about"} ${format.day(day)}`;
}

/** What is typed about a budget. */
export type Typed = {
  name: string;
  kind: "provider" | "model";
  of: string;
  amount: string;
  mode: BudgetMode;
  warn: string;
};

export const NEW: Typed = { name: "", kind: "provider", of: "", amount: "", mode: "notify", warn: "80" };

/** What every month may cost, whatever this one was raised to. */
const usual = (of: BudgetStanding | BudgetVersion): string =>
  ("raised_from" in of ? of.raised_from : null) ?? of.amount;

export function typedFrom(of: BudgetStanding): Typed {
  const { name, scope, mode, warn_at_pct: warn } = of;
  const kind = scope.model ? "model" : "provider";
  return { name, kind, of: scope.provider ?? scope.model ?? "", amount: usual(of), mode, warn: String(warn) };
}

/** What is asked for; of the cap, whose name is its own, without what only others have. */
export function requestOf(typed: Typed, id: string | null, isCap: boolean): SetBudgetRequest {
  const figures = {
    amount: typed.amount.trim(),
    mode: typed.mode,
    // What is no whole number is refused by the core, in words.
    warn_at_pct: /^\d{1,9}$/.test(typed.warn.trim()) ? Number(typed.warn) : 0,
  };
  if (isCap) return { name: CAP, ...figures };
  return { id, name: typed.name, [typed.kind]: typed.of, ...figures };
}

/** A budget as it was, to be kept again. */
export function again(was: BudgetStanding | BudgetVersion): SetBudgetRequest {
  const { id, name, scope, mode, warn_at_pct } = was;
  return { id, name, ...scope, amount: usual(was), mode, warn_at_pct, confirm_below_spend: true };
}

/** The field that a refusal names first, between backticks. */
export const blamed = (message: string): string | undefined => /^`(\w+)`/.exec(message)?.[1];
