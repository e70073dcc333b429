// What is said of a bill that is held against usage: verdicts as words, sides, and days.
import type { BillSide, Counts, Verdict } from "../bindings";
import { format } from "../data/format";
import { counted } from "../data/words";
import type { Tone } from "../parts/Chip.svelte";

export type Said = { tone: Tone; word: string; sentence: string };

export const SIDES: Record<BillSide, string> = { billed: "What is billed", usage: "What usage comes to" };
export const COUNTS: Record<Counts, string> = {
  billed: "billed",
  usage: "computed",
  mixed: "each for a part",
  neither: "—",
};
export const CHOICES: Record<BillSide, string> = {
  billed: "Count what is billed…",
  usage: "Count what usage comes to…",
};
/** Who could speak in place of who does. */
export const OTHERS: Record<Counts, BillSide[]> = {
  billed: ["usage"],
  usage: ["billed"],
  mixed: ["billed", "usage"],
  neither: [],
};
const EXPORTS: Record<BillSide, string> = { billed: "cost export", usage: "usage export" };

/** Whether two sides agree, and if not, why. */
export function said(verdict: Verdict): Said {
  switch (verdict.kind) {
    case "agrees":
      return { tone: "ok", word: "Agrees", sentence: "" };
    case "open_day":
      return { tone: "info", word: "Open", sentence: open(verdict) };
    case "missing_source":
      return { tone: "warn", word: "Missing", sentence: missing(verdict) };
    case "not_named":
      return { tone: "warn", word: "One side", sentence: `The ${EXPORTS[verdict.side]} does not name it.` };
    case "unknown":
      return { tone: "danger", word: "Differs", sentence: "None of the known causes explains it." };
    default:
      return { tone: "warn", word: "Differs", sentence: cause(verdict) };
  }
}

type Of<Kind extends Verdict["kind"]> = Extract<Verdict, { kind: Kind }>;

function open({ from, to, exported }: Of<"open_day">): string {
  const days = span(from, to);
  return exported
    ? `The export of ${days} was made on ${format.instantIso(exported, "UTC")} UTC, before the end.`
    : `${days} is not over yet.`;
}

function missing({ side, from, to, covered }: Of<"missing_source">): string {
  const days = span(from, to);
  return covered ? `The ${EXPORTS[side]} has no rows for ${days}.` : `No ${EXPORTS[side]} for ${days}.`;
}

type Cause = Exclude<Verdict, Of<"agrees" | "open_day" | "missing_source" | "not_named" | "unknown">>;

function cause(verdict: Cause): string {
  switch (verdict.kind) {
    case "credits":
      return `${number(verdict.lines, "credit")} of ${format.money(verdict.cost)}.`;
    case "fees":
      return `${number(verdict.lines, "line")} for ${verdict.names.join(", ")}, which is no tokens: ${format.money(verdict.cost)}.`;
    case "fees_and_credits":
      return `Fees of ${format.money(verdict.fees)} and credits of ${format.money(verdict.credits)}.`;
    case "batch":
      return /^0(\.0+)?$/.test(verdict.cost)
        ? "Computed is about twice as much: a batch, or a discount of half."
        : `A batch costs half: ${format.money(verdict.cost)} of it is billed so.`;
    case "rounding":
      return `The export rounds to cents: ${number(verdict.lines, "line")}.`;
    case "unpriced":
      return `${number(verdict.rows, "row")} without a price (${number(verdict.tokens, "token")}).`;
    case "guessed":
      return `${number(verdict.rows, "row")} at a guessed price, ${format.money(verdict.cost)}${verdict.guess ? `: ${verdict.guess}` : ""}.`;
    case "several":
      return `${number(verdict.parts, "part")} of it, each for a reason of its own.`;
    case "price_change":
      return `A price changed on ${format.day(verdict.since)}.`;
  }
}

const number = (count: number, noun: string): string => counted(format.count(count), noun);

const span = (from: string, to: string): string => (from === to ? format.day(from) : format.days(from, to));
