// A row of the ledger in words: what it is, what it cost, and as text to be copied. The shape of its moments tells a
// bucket of days from one of hours; nothing is reckoned.
import type { Generation } from "../bindings";
import { format } from "../data/format";
import { basisWord, providerName, typeName } from "../data/words";

const MIDNIGHT = /T00:00:00(\.0+)?Z$/;
const FULL_HOUR = /:00:00(\.0+)?Z$/;

/** What an aggregate is called; nothing for a call. */
export function aggregateWord(row: Generation): string | undefined {
  if (row.period_end === null) return undefined;
  const both = (shape: RegExp) => shape.test(row.created_at) && shape.test(row.period_end ?? "");
  return both(MIDNIGHT) ? "daily total" : both(FULL_HOUR) ? "hour total" : "total";
}

/** When a row is: a bucket of whole UTC days has a date and no time. */
export function when(row: Generation, zone: string | undefined): string {
  return aggregateWord(row) === "daily total"
    ? row.created_at.slice(0, 10)
    : format.instantIso(row.created_at, zone);
}

/** The amount as the list shows it; a row without a price has none. */
export function cost(row: Generation): string {
  return row.basis === "unpriced" ? "—" : format.moneyCall(row.cost);
}

/** Why a row, or a part of it, is in no sum. */
export function leftOut(row: Generation): string | undefined {
  if (!row.money_left_out && !row.usage_left_out) return undefined;
  const part =
    row.money_left_out && row.usage_left_out
      ? "Not counted"
      : row.money_left_out
        ? "Money not counted"
        : "Tokens not counted";
  return row.left_out_reason ? `${part}: ${row.left_out_reason}` : part;
}

/** A row as a line of a table, to be pasted into a spreadsheet. */
export function asLine(row: Generation): string {
  return [
    row.created_at,
    row.period_end ?? "",
    providerName(row.provider),
    row.model_used,
    typeName(row.generation_type),
    row.application?.name ?? "",
    row.tokens_input,
    row.tokens_output,
    row.basis === "unpriced" ? "" : row.cost,
    basisWord(row.basis),
    row.file_name ?? row.source,
  ].join("\t");
}
