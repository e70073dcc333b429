// What is done to alerts. A resolved alert stays as it was resolved; one that is snoozed can be woken.
import type { Alert } from "../bindings";
import { format } from "../data/format";
import { counted, said } from "../data/words";
import { toast } from "../parts/toasts.svelte";
import { asFailure, platform } from "../platform";
import { typeWords } from "./words";

/** Resolves alerts, and says so; false when one could not be. */
export async function resolve(alerts: Alert[]): Promise<boolean> {
  try {
    for (const { id } of alerts) await platform.call("resolve_alert", { id });
    const [only] = alerts;
    const which =
      alerts.length === 1 && only
        ? `“${typeWords[only.alert_type]}” is`
        : `${counted(format.count(alerts.length), "alert")} are`;
    toast(`${which} resolved.`);
    return true;
  } catch (thrown) {
    toast(said(asFailure(thrown)));
    return false;
  }
}

/** Leaves an alert alone for a while, and says so, with the way back; false when it could not be. */
export async function snooze(alert: Alert, until: string, reason?: string): Promise<boolean> {
  try {
    await platform.call("snooze_alert", { id: alert.id, until, reason: reason || null });
    toast(`“${typeWords[alert.alert_type]}” is snoozed.`, { label: "Wake it", run: () => void wake(alert) });
    return true;
  } catch (thrown) {
    toast(said(asFailure(thrown)));
    return false;
  }
}

/** Ends a snooze, and says so. */
export async function wake(alert: Alert): Promise<boolean> {
  try {
    await platform.call("wake_alert", { id: alert.id });
    toast(`“${typeWords[alert.alert_type]}” is open again.`);
    return true;
  } catch (thrown) {
    toast(said(asFailure(thrown)));
    return false;
  }
}
