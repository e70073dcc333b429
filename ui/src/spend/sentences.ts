// The charts of a month in a sentence. Every figure in it is the core's; only the words are made here.
import type { CapCard, AgainstCap, DailySentence, Pace, Projection } from "../bindings";
import { format } from "../data/format";

/** "1–19 Jun: at least $109.66, highest 13 Jun with $11.62, mostly gpt-5.6 (40%)." */
export function dailySentence(said: DailySentence | null): string {
  if (!said) return "No day of this month has begun.";
  const sum = `${said.at_least ? "at least " : ""}${format.money(said.spend)}`;
  const highest = said.highest
    ? `, highest ${format.day(said.highest.day)} with ${format.money(said.highest.spend)}`
    : "";
  const mostly = said.mostly ? `, mostly ${said.mostly.model} (${format.percent(said.mostly.share)})` : "";
  return `${format.days(said.first_day, said.last_day)}: ${sum}${highest}${mostly}.`;
}

/** Where the month stands between nothing and its cap, and when it is likely to pass which part of it. Of another's
    month, or everybody's, nobody here says whether there is a cap. */
export function capSentence(
  cap: CapCard,
  way: AgainstCap,
  projection: Projection | null,
  isMine = true,
): string {
  const likely =
    projection?.likely && projection.low && projection.high
      ? ` Likely month-end ${format.money(projection.likely)}, between ${format.money(projection.low)} and ${format.money(projection.high)}.`
      : "";
  if (!cap.confirmed) return `${isMine ? "No cap is set." : ""}${likely}`.trim();
  const used = `${format.percent(cap.used)} of ${format.moneyShort(cap.cap)} used.`;
  const whole = way.marks.at(-1);
  const crossing = whole?.reached_on
    ? ` The cap was reached on ${format.day(whole.reached_on)}.`
    : whole?.likely_on
      ? ` Cap reached about ${format.day(whole.likely_on)}${whole.earliest_on ? `; earliest ${format.day(whole.earliest_on)}` : ""}.`
      : "";
  return `${used}${crossing}${likely}`;
}

export const paceWords: Record<Pace, { tone: "ok" | "warn" | "danger"; words: string }> = {
  under: { tone: "ok", words: "under pace" },
  on_pace: { tone: "ok", words: "on pace" },
  ahead: { tone: "warn", words: "ahead of pace" },
  over: { tone: "danger", words: "over the cap" },
};
