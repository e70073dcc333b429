// Alerts in words. What they say of figures is the core's sentence.
import type { Alert, AlertType, Delivery, DeliveryState, Resolution, Severity } from "../bindings";
import type { Tone } from "../parts/Chip.svelte";
import type { Route } from "../routes";

export const severityWords: Record<Severity, { tone: Exclude<Tone, "neutral" | "ok">; words: string }> = {
  low: { tone: "info", words: "low" },
  medium: { tone: "warn", words: "medium" },
  high: { tone: "danger", words: "high" },
  critical: { tone: "danger", words: "critical" },
};

export const typeWords: Record<AlertType, string> = {
  monthly_cap_warning: "Near the limit",
  monthly_cap_reached: "Limit reached",
  forecast_over_cap: "Heading over the limit",
  daily_spike: "Spike",
  single_call_high: "Expensive call",
  storage_warning: "Storage",
  bandwidth_warning: "Sync traffic",
  source_stale: "Source is late",
  backfill_summary: "Older rows came in",
  new_model: "New model",
  unpriced_rows: "Calls without a price",
};

const RESOLUTIONS: Record<Resolution, string> = {
  acknowledged: "seen",
  cap_increased: "limit raised",
  auto_resolved: "over by itself",
};

export const endWords = ({ resolution, expected }: Alert): string =>
  expected ? "expected" : resolution ? RESOLUTIONS[resolution] : "open";

const STATES: Record<DeliveryState, string> = {
  waiting: "waits",
  held: "waits for other settings",
  sent: "sent",
  failed: "failed",
  over: "not sent: over before that",
};

export const deliveryTones: Record<DeliveryState, Tone> = {
  waiting: "info",
  held: "warn",
  sent: "ok",
  failed: "danger",
  over: "neutral",
};

export const deliveryWords = ({ channel, state }: Delivery): string =>
  channel === "desktop" && state === "sent" ? "shown" : STATES[state];

/** In which list an alert stands. */
export const listOf = ({ resolved, snoozed_until }: Alert): "open" | "snoozed" | "resolved" =>
  resolved ? "resolved" : snoozed_until ? "snoozed" : "open";

/** How long an alert can be left alone, by the core's words. */
export const SNOOZES = [
  { until: "1h", words: "For 1 hour" },
  { until: "tomorrow", words: "Until tomorrow" },
  { until: "1w", words: "For a week" },
];

/** Where what a rule measures against is set, if that is elsewhere. */
export function ruleWay(rule: AlertType): { words: string; to: Route } | undefined {
  switch (rule) {
    case "monthly_cap_warning":
    case "monthly_cap_reached":
    case "forecast_over_cap":
      return { words: "Amounts and percentages stand with the budgets", to: { screen: "budgets" } };
    case "storage_warning":
    case "bandwidth_warning":
      return { words: "Its limit stands in Settings", to: { screen: "settings", section: "cap" } };
    default:
      return undefined;
  }
}

/** Where what an alert is about can be seen. */
export function waysFrom({ alert_type: type, subject, money }: Alert): { words: string; to: Route }[] {
  const { day, month, provider, model, call } = subject;
  const costliest = { screen: "calls", order: "costliest" } as const;
  if (type === "unpriced_rows")
    return [
      { words: "Set a price", to: { screen: "prices" } },
      { words: "See them", to: { screen: "calls", month: month ?? undefined, unpriced: "yes" } },
    ];
  if (type === "new_model")
    return [{ words: "See its calls", to: { ...costliest, any_name_of: model ?? undefined } }];
  if (day) return [{ words: "See the day's calls", to: { ...costliest, from: day, to: day } }];
  if (month)
    return [
      {
        words: "See the calls",
        to: { ...costliest, month, provider: provider ?? undefined, any_name_of: model ?? undefined },
      },
      { words: "See the budgets", to: { screen: "budgets" } },
    ];
  if (call) return [{ words: "See the call", to: { screen: "calls", call } }];
  if (type === "single_call_high" && money)
    return [{ words: "See calls of at least this", to: { ...costliest, at_least: money.actual } }];
  if (subject.import) return [{ words: "See the import", to: { screen: "imports", import: subject.import } }];
  if (type === "source_stale") return [{ words: "See the imports", to: { screen: "imports" } }];
  if (type === "storage_warning" || type === "bandwidth_warning")
    return [{ words: "See its limit", to: { screen: "settings", section: "cap" } }];
  return [];
}
