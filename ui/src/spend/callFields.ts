// Every field of a row under a plain name, in the groups in which a person asks about them.
import type { Generation } from "../bindings";
import { format } from "../data/format";
import { basisMeaning, basisWord, providerName, typeName } from "../data/words";
import { aggregateWord } from "./calls";

type Line = [word: string, value: string | null | undefined];
export type FieldGroup = { title: string; lines: [word: string, value: string][] };

/** What is known about a row; what is not, is not listed. */
export function grouped(of: Generation, zone: string | undefined): FieldGroup[] {
  const moment = (instant: string | null) => instant && format.instant(instant, zone);
  // A total of whole days is one of UTC days: in another zone its bounds would read like hours.
  const bound = (instant: string | null) =>
    instant && aggregateWord(of) === "daily total"
      ? `${format.instant(instant, "UTC")} UTC`
      : moment(instant);
  const groups: { title: string; lines: Line[] }[] = [
    {
      title: "What it cost",
      lines: [
        ["Cost", of.basis === "unpriced" ? "unknown" : format.moneyExact(of.cost)],
        ["Rests on", `${basisWord(of.basis)}. ${basisMeaning(of.basis)}`],
        ["Exactness", of.cost_exact ? null : "Read from a binary float: about this"],
        ["Value at list price", of.list_value && format.moneyExact(of.list_value)],
        ["Price applied", of.price_id],
        ["How it was priced", of.price_note],
        ["Priced anew", moment(of.priced_at)],
      ],
    },
    {
      title: "Tokens",
      lines: [
        ["In, all", format.count(of.tokens_input)],
        ["of these read from a cache", some(of.cached_tokens)],
        ["of these written to a cache", some(of.cache_write_tokens)],
        ["with the longer lifetime", some(of.cache_write_long_tokens)],
        ["Out, all", format.count(of.tokens_output)],
        ["of these reasoning", some(of.reasoning_tokens)],
        ["Other units", of.other_units && pairs(of.other_units)],
        ["Requests", of.request_count === null ? "unknown" : format.count(of.request_count)],
      ],
    },
    {
      title: "What it was",
      lines: [
        [aggregateWord(of) ? "From" : "When", bound(of.created_at)],
        ["Until", bound(of.period_end)],
        ["Model", of.model_used],
        ["Type", typeName(of.generation_type)],
        ["Provider", providerName(of.provider)],
        ["Account", of.account],
        ["Application", of.application?.name],
        ["User", of.user_id],
        ["Service tier", of.service_tier],
        ["Batch", of.batch ? "yes" : null],
        ["Variant", pairs(of.variant)],
        ["Took", of.duration_ms === null ? null : format.milliseconds(of.duration_ms)],
        ["Error", of.error],
        ["Came in", of.input_summary],
        ["Came out", of.output_summary],
        ["Labels", pairs(of.labels)],
      ],
    },
    {
      title: "Where it comes from",
      lines: [
        ["Source", of.source],
        ["File", of.file_name],
        ["Line", of.source_line === null ? null : format.count(of.source_line)],
        ["Key at the source", of.source_key],
        ["Import", of.import_id],
        ["Id", of.id],
        ["Fingerprint", of.fingerprint],
      ],
    },
  ];
  return groups.map(({ title, lines }) => ({ title, lines: lines.filter(isKnown) }));
}

function isKnown(line: Line): line is [string, string] {
  return Boolean(line[1]);
}

/** A count that is worth a line. */
function some(count: number): string | null {
  return count === 0 ? null : format.count(count);
}

/** A JSON object as words; as it is when it is none. */
function pairs(json: string): string | null {
  try {
    const entries = Object.entries(JSON.parse(json) as Record<string, unknown>);
    return entries.map(([key, value]) => `${key}: ${String(value)}`).join(", ") || null;
  } catch {
    return json;
  }
}
