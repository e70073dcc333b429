// What is done to alerts. None of it has a way back: a resolved alert stays as it was resolved.
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
