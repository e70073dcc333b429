// Figures as a person reads them. Amounts come as decimal strings and go to Intl as such, which formats them exactly;
// nothing is added or rounded here that Intl does not do for display. Days are keys of the core, not moments.
export type Format = ReturnType<typeof formats>;

/** Formats of a locale; the system's when absent. The calendar is always the one that the ledger counts in. */
export function formats(locale?: string) {
  const number = (options: Intl.NumberFormatOptions) => {
    const made = new Intl.NumberFormat(locale, options);
    // The types do not know yet that a decimal string of any length is taken exactly.
    return (value: string | number) => made.format(value as number).replace("-", "−");
  };
  const date = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { calendar: "gregory", ...options });
  const dollars = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" } as const;
  const cents = number(dollars);
  const short = number({ ...dollars, trailingZeroDisplay: "stripIfInteger" } as Intl.NumberFormatOptions);
  const whole = number({ ...dollars, maximumFractionDigits: 0 });
  const call = number({
    ...dollars,
    minimumFractionDigits: 6,
    maximumFractionDigits: 6,
    minimumSignificantDigits: 4,
    maximumSignificantDigits: 4,
    roundingPriority: "morePrecision",
  } as Intl.NumberFormatOptions);
  const exact = number({ ...dollars, maximumFractionDigits: 9 });
  // No sum of the ledger has more than twenty places, nor do older engines.
  const written = (places: number) =>
    number({ ...dollars, minimumFractionDigits: Math.min(places, 20), maximumFractionDigits: 20 });
  const factor = number({ maximumFractionDigits: 9 });
  const percent = number({ style: "percent", maximumFractionDigits: 0 });
  const percentTenths = number({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const times = number({ maximumFractionDigits: 1 });
  const count = number({});
  const compact = number({ notation: "compact", maximumFractionDigits: 2 });
  const megabytes = number({ style: "unit", unit: "megabyte", maximumFractionDigits: 1 });
  const dayShort = date({ day: "numeric", month: "short", timeZone: "UTC" });
  const dayLong = date({ weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const monthLong = date({ month: "long", year: "numeric", timeZone: "UTC" });
  const monthShort = date({ month: "short", timeZone: "UTC" });
  const monthName = date({ month: "long", timeZone: "UTC" });
  const moment = kept((zone) => date({ dateStyle: "medium", timeStyle: "short", timeZone: zone }));

  return {
    /** In tables and charts: cents. */
    money: cents,
    /** In cards: no cents from ten thousand on, and never a tiny amount as zero. */
    moneyCard: (value: string) =>
      tiny(value) ? `< ${cents("0.01")}` : size(value) >= 10_000 ? whole(value) : cents(value),
    /** Of one call: six decimals, so that a column is read by its point, and four digits that count where it is tiny. */
    moneyCall: call,
    /** To the last digit that the ledger keeps. */
    moneyExact: exact,
    /** Every digit of an amount that was not rounded yet, with as many places as its column has. */
    moneyWritten: (value: string, places: number) => written(places)(value),
    /** How many times, to the last digit. */
    factor,
    /** On an axis and a line: cents only where there are any. */
    moneyShort: short,
    /** A share: `0.5483` is 55 %. */
    percent,
    /** The same to a tenth: `-0.0246` is −2.5 %. */
    percentTenths,
    /** A change: `0.21` is ▲ 21 %. */
    change: (value: string) =>
      `${Number(value) > 0 ? "▲" : Number(value) < 0 ? "▼" : "—"} ${percent(value.replace(/^-/, ""))}`,
    /** How many times: `3.1000` is 3.1×. */
    times: (value: string) => `${times(value)}×`,
    count,
    /** 1.24 M; the full number belongs beside it, on focus. */
    compact,
    /** 19 Jun */
    day: (day: string) => dayShort.format(new Date(`${day}T00:00:00Z`)),
    /** 1–19 May */
    days: (first: string, last: string) =>
      dayShort.formatRange(new Date(`${first}T00:00:00Z`), new Date(`${last}T00:00:00Z`)),
    dayLong: (day: string) => dayLong.format(new Date(`${day}T00:00:00Z`)),
    /** The number of the day in its month, as an axis has it. */
    dayOfMonth: (day: string) => count(Number(day.slice(8))),
    /** June 2026 */
    month: (month: string) => monthLong.format(new Date(`${month}-01T00:00:00Z`)),
    monthShort: (month: string) => monthShort.format(new Date(`${month}-01T00:00:00Z`)),
    monthName: (month: string) => monthName.format(new Date(`${month}-01T00:00:00Z`)),
    /** A moment in the ledger's zone; the system's when absent. */
    instant: (instant: string, zone?: string) => moment(zone).format(new Date(instant)),
    /** The same as tables have it: 2026-06-19 17:42. */
    instantIso: (instant: string, zone?: string) => iso(zone).format(new Date(instant)),
    milliseconds: number({ style: "unit", unit: "millisecond" }),
    /** A length in bytes, in megabytes. */
    size: (bytes: number) => megabytes(bytes / 1_000_000),
  };
}

export const format = formats();

/** Sweden writes dates as ISO 8601 does. */
const iso = kept(
  (zone) => new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: zone }),
);

/** Makes each format once: that is slow, and lists have many rows. */
function kept(make: (zone?: string) => Intl.DateTimeFormat) {
  const made = new Map<string | undefined, Intl.DateTimeFormat>();
  return (zone?: string) => {
    const format = made.get(zone) ?? make(zone);
    made.set(zone, format);
    return format;
  };
}

/** Only to choose a format by: no figure comes of it. */
function size(value: string): number {
  return Math.abs(Number(value));
}

function tiny(value: string): boolean {
  return size(value) > 0 && size(value) < 0.01;
}
