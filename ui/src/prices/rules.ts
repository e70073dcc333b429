// Prices of one's own in words, and what a form about one asks of the core. Nothing is computed here.
import type { Applies, OwnPriceShown, PricePlan, PriceRule, PriceToSet } from "../bindings";
import { format } from "../data/format";
import { counted } from "../data/words";

/** Units in the order in which they are read; what is not here is shown as it is. */
const UNITS: Record<string, string> = {
  in: "input",
  read: "cached input",
  write: "cache write",
  long: "longer cache write",
  out: "output",
  reasoning: "reasoning",
  requests: "requests",
};
const ORDER = Object.keys(UNITS);
/** Those that most prices have, and those on demand. */
export const USUAL_UNITS = ["in", "read", "write", "out"];
export const RARE_UNITS = ["long", "reasoning", "requests"];

export const unitName = (unit: string): string => UNITS[unit] ?? unit.replaceAll("_", " ");

const place = (unit: string): number => (ORDER.includes(unit) ? ORDER.indexOf(unit) : ORDER.length);

/** "input $3.00 · output $15.00" */
export function rateWords(rates: Record<string, string>): string {
  return Object.entries(rates)
    .toSorted(([one], [other]) => place(one) - place(other) || one.localeCompare(other))
    .map(([unit, rate]) => `${unitName(unit)} ${format.moneyExact(rate)}`)
    .join(" · ");
}

/** The rates of tokens alone; all of what is sold without them. */
export function tokenRates(rates: Record<string, string>): string {
  const ofTokens = Object.entries(rates).filter(([unit]) => ORDER.includes(unit));
  return rateWords(ofTokens.length > 0 ? Object.fromEntries(ofTokens) : rates);
}

/** As sources write it; without a model it is all of the provider's. */
export type Name = { provider: string; model?: string };

export const nameOf = ({ provider, model }: Name): string =>
  model ? `${provider}/${model}` : `${provider}, all models`;

/** A day of price lists, which count in UTC. */
export function since(from: string | null | undefined): string {
  if (!from) return "always";
  return /T00:00:00(\.0+)?Z$/.test(from) ? from.slice(0, 10) : format.instantIso(from, "UTC");
}

export function ruleWords(rule: PriceRule): string {
  switch (rule.says) {
    case "rates":
      return `${rule.variant ? `${rule.variant}: ` : ""}${rateWords(rule.per_million)} per million`;
    case "same_as":
      return `the same as ${nameOf({ provider: rule.as_provider, model: rule.as_model })}`;
    case "free":
      return "free";
    case "ignored":
      return "left without a price";
    case "factor":
      return `${rule.times} of the list price`;
    case "withdrawn":
      return "withdrawn";
  }
}

/** A sum, and whether the true one may be above it. */
export const atLeast = (amount: string, isLeast: boolean): string =>
  `${isLeast ? "at least " : ""}${format.money(amount)}`;

/** A difference with its sign. */
export const signed = (amount: string): string =>
  `${/^-|^0(\.0+)?$/.test(amount) ? "" : "+"}${format.money(amount)}`;

const rowsOf = (count: number, [one, several]: [string, string]): string =>
  `${counted(format.count(count), "row")} ${count === 1 ? one : several}`;

/** What a plan does to rows, as sentences. */
export function planWords({
  rows,
  spend_before,
  spend_after,
  difference,
  unpriced_after,
}: PricePlan): string {
  const left = unpriced_after > 0 ? ` ${rowsOf(unpriced_after, ["stays", "stay"])} without a price.` : "";
  if (rows === 0) return `No row gets another price.${left}`;
  const change = `${format.money(spend_before)} → ${format.money(spend_after)} (${signed(difference)})`;
  return `${rowsOf(rows, ["gets", "get"])} another price: ${change}.${left}`;
}

export const doneWords = ({ rows, prices }: PricePlan): string =>
  rows > 0
    ? `${counted(format.count(rows), "row")} got another price.`
    : prices.length > 0
      ? "Kept. No row got another price."
      : "No row got another price.";

export const APPLIES: Record<Applies, string> = {
  nothing: "Only what comes",
  unpriced: "Rows without a price",
  everything: "Every row of that name",
};

/** What is said of a name. */
export type Kind = Exclude<PriceRule["says"], "withdrawn">;
export const KINDS: Record<Kind, string> = {
  same_as: "Same as…",
  rates: "Set price",
  free: "Free",
  ignored: "Ignore",
  factor: "Discount or markup",
};

/** What is typed about a price. */
export type Typed = {
  provider: string;
  model: string;
  says: Kind;
  /** `provider/model` of the price book. */
  as: string;
  rates: Record<string, string>;
  /** A unit by its own name. */
  other: string;
  otherRate: string;
  variant: string;
  /** A day. */
  from: string;
  times: string;
  apply: Applies;
};

export const BLANK: Typed = {
  provider: "",
  model: "",
  says: "rates",
  as: "",
  rates: {},
  other: "",
  otherRate: "",
  variant: "",
  from: "",
  times: "",
  apply: "unpriced",
};

/** The price that is asked for; undefined while something is missing. */
export function priceOf(typed: Typed): PriceToSet | undefined {
  const [provider, model] = [typed.provider.trim(), typed.model.trim()];
  const rule = ruleOf(typed);
  if (!rule || !provider || (!model && rule.says !== "factor")) return undefined;
  return { provider, model, from: typed.from ? `${typed.from}T00:00:00Z` : null, ...rule };
}

function ruleOf(typed: Typed): PriceRule | undefined {
  switch (typed.says) {
    case "rates":
      return ratesOf(typed);
    case "same_as": {
      const [, provider, model] = /^\s*([^/]*?)\s*\/\s*(.+?)\s*$/.exec(typed.as) ?? [];
      return model ? { says: "same_as", as_provider: provider ?? "", as_model: model } : undefined;
    }
    case "factor":
      return typed.times.trim() ? { says: "factor", times: typed.times.trim() } : undefined;
    default:
      return { says: typed.says };
  }
}

function ratesOf({ rates, other, otherRate, variant }: Typed): PriceRule | undefined {
  const typed = [...Object.entries(rates), [other.trim(), otherRate]] as [string, string][];
  const said = typed.flatMap(([unit, rate]) => {
    const dollars = rate.trim().replace(/^\$/, "");
    return unit && dollars ? [[unit, dollars]] : [];
  });
  if (said.length === 0) return undefined;
  return { says: "rates", variant: variant.trim() || null, per_million: Object.fromEntries(said) };
}

/** An own price, to be said otherwise. */
export function typedFrom(price: OwnPriceShown): Typed {
  const { provider, model, from } = price;
  const typed: Typed = {
    ...BLANK,
    provider,
    model: model ?? "",
    from: from?.slice(0, 10) ?? "",
    apply: "nothing",
  };
  switch (price.says) {
    case "rates":
      return { ...typed, rates: price.per_million as Record<string, string>, variant: price.variant ?? "" };
    case "same_as":
      return { ...typed, says: "same_as", as: `${price.as_provider}/${price.as_model}` };
    case "factor":
      return { ...typed, says: "factor", times: price.times };
    case "withdrawn":
      return typed;
    default:
      return { ...typed, says: price.says };
  }
}

/** What is said so that a price holds no longer. */
export function withdrawn(price: OwnPriceShown): PriceToSet {
  const { provider, model, from } = price;
  const what =
    price.says === "factor" ? "factor" : { price: price.says === "rates" ? (price.variant ?? "") : "" };
  return { provider, model, from: from ?? null, says: "withdrawn", what: what as "factor" };
}
