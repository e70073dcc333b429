// What an import is about, in words for a person: kinds of files, columns, faults. A key that is not here is shown
// as it is.
import type { ChangedField, DateOrder, Field } from "../bindings";
import { format } from "../data/format";

const SOURCES: Record<string, string> = {
  "openai-usage-csv": "OpenAI usage",
  "openai-cost-csv": "OpenAI costs",
  "openai-empty-csv": "OpenAI, no usage",
  "anthropic-tokens-csv": "Anthropic tokens",
  "anthropic-cost-csv": "Anthropic costs",
  "openrouter-log-csv": "OpenRouter log",
  "openrouter-activity-csv": "OpenRouter activity",
  "cursor-usage-csv": "Cursor usage",
  "mapped-csv": "Mapped table",
  manual: "Recorded by hand",
};

export const FIELDS: Record<Field, string> = {
  created_at: "Time",
  period_end: "End of the bucket",
  model: "Model",
  input_tokens: "Input tokens",
  output_tokens: "Output tokens",
  cached_tokens: "Tokens read from a cache",
  cache_write_tokens: "Tokens written to a cache",
  cache_write_long_tokens: "Tokens written for longer",
  reasoning_tokens: "Reasoning tokens",
  cost: "Cost",
  currency: "Currency",
  id: "Id of the call",
  provider: "Provider",
  generation_type: "Type",
  project: "Project",
  user: "User",
  api_key: "Key",
  request_count: "Number of calls",
  duration_ms: "Duration in ms",
  error: "Error",
  service_tier: "Service tier",
  batch: "Batch",
};

/** Each fault by the repair that it needs. */
const FAULTS: Record<string, string> = {
  cell_count: "Too few or too many cells",
  truncated: "The file ends in the middle of the row",
  too_long: "Too long for a row",
  open_quote: "A quote is not closed",
  nul: "Damaged: a zero byte",
  blank: "A cell is blank that must not be",
  count: "Not a whole number",
  negative: "Below zero",
  token_total: "Token counts contradict each other",
  amount: "Not an amount of money",
  currency: "Not in US dollars",
  date: "Not a date",
  date_range: "A date out of range",
  flag: "Neither yes nor no",
  unknown_word: "An unknown word that decides about money",
};

export const CHANGED: Record<ChangedField, string> = {
  requests: "Calls",
  tokens_input: "In",
  tokens_output: "Out",
  cached_tokens: "Cached",
  cost: "Cost",
  basis: "Basis",
  content: "Something else",
};

export const ORDERS: Record<DateOrder, string> = { month_first: "Month first", day_first: "Day first" };

export const sourceName = (key: string): string => SOURCES[key] ?? key;
export const faultName = (kind: string): string => FAULTS[kind] ?? kind;

/** The last part of a path. */
export const fileName = (path: string): string => path.split(/[/\\]/).at(-1) || path;

/** The days that a file covers; a day may be all of them. */
export function span(first: string | null, last: string | null): string {
  return first && last ? format.days(first, last) : "—";
}

/** A sum, and whether the true one may be above it. */
export const sum = (amount: string, atLeast: boolean): string =>
  `${atLeast ? "≥ " : ""}${format.money(amount)}`;

const DELIMITERS: Record<string, string> = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" };
export const delimiterName = (delimiter: string): string => DELIMITERS[delimiter] ?? delimiter;

const MIDNIGHT = /T00:00:00(\.0+)?Z$/;

/** When a row is: a bucket of whole UTC days has a date and no time. */
export function dayOrTime(
  row: { created_at: string; period_end?: string | null },
  zone: string | undefined,
): string {
  const isDay = MIDNIGHT.test(row.created_at) && (!row.period_end || MIDNIGHT.test(row.period_end));
  return isDay && row.period_end !== null
    ? row.created_at.slice(0, 10)
    : format.instantIso(row.created_at, zone);
}
