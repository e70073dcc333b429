// Who hears what the host tells. One stream is shared by all; the page decides elsewhere what an event means.
import { platform, type HostEvent, type Stop } from "../platform";

type Kind = HostEvent["type"];
type Of<K extends Kind> = Extract<HostEvent, { type: K }>;

const listeners = new Set<(event: HostEvent) => void>();
let stop: Stop | undefined;

/** Hears events of one kind until stopped. */
export function on<K extends Kind>(kind: K, listener: (event: Of<K>) => void): Stop {
  const hear = (event: HostEvent) => {
    if (event.type === kind) listener(event as Of<K>);
  };
  listeners.add(hear);
  stop ??= platform.listen((event) => {
    for (const each of listeners) each(event);
  });
  return () => {
    listeners.delete(hear);
    if (listeners.size > 0) return;
    stop?.();
    stop = undefined;
  };
}
