// A sum as one would write it by hand, and what its price is, in the reader's figures. Nothing is reckoned here: every
// amount is the core's; how many digits stand behind a point is read off its text.
import type { AppliedPrice, Reckoning } from "../bindings";
import { format } from "../data/format";

export type SumLine = { name: string; count: string; rate: string; amount: string };
export type Written = { lines: SumLine[]; below: { name: string; amount: string }[] };

/** The lines, and below them what they come to. */
export function written(sum: Reckoning): Written {
  const amounts = [...sum.lines.map((line) => line.amount), sum.listed ?? "", sum.exact, sum.cost];
  const places = Math.max(2, ...amounts.map(decimals));
  const money = (amount: string) => format.moneyWritten(amount, places);
  return {
    lines: sum.lines.map((line) => ({
      name: line.name,
      count: format.count(line.count),
      rate: format.moneyExact(line.per_million),
      amount: money(line.amount),
    })),
    below: [
      ...(sum.listed === null ? [] : [{ name: "At list price", amount: money(sum.listed) }]),
      ...sum.factors.map(({ name, times }) => ({ name, amount: `× ${format.factor(times)}` })),
      { name: "Sum", amount: money(sum.exact) },
      ...(sum.exact === sum.cost ? [] : [{ name: "Rounded", amount: money(sum.cost) }]),
    ],
  };
}

/** What is known of a price, under plain names. */
export function priceFields(price: AppliedPrice): [word: string, value: string][] {
  const fields: [string, string | null][] = [
    ["Price", price.id],
    ["Model of the list", price.model],
    ["Variant", price.variant],
    ["Which rates", price.part],
    ["Valid since", price.valid_from ? day(price.valid_from) : "as far back as is known"],
    ["Source", price.source],
    ["How the name was read", price.name_steps.join(" ")],
    ["Supposed", price.supposed.join(" ")],
    ["Disputed", price.disagreement],
  ];
  return fields.filter((field): field is [string, string] => Boolean(field[1]));
}

/** Price lists count in UTC days. */
function day(instant: string): string {
  return /T00:00:00(\.0+)?Z$/.test(instant)
    ? format.dayLong(instant.slice(0, 10))
    : `${format.instant(instant, "UTC")} UTC`;
}

function decimals(amount: string): number {
  return amount.split(".")[1]?.length ?? 0;
}
