// Server-sent events, read by fetch so that the request carries its key. A lost stream is opened again, at growing
// distances, and told: what was missed meanwhile is unknown.
import { authorization } from "./session";
import type { HostEvent, Stop } from "./types";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

export function stream(entered: Promise<void>, listener: (event: HostEvent) => void): Stop {
  const stop = new AbortController();
  void (async () => {
    await entered;
    let lost = false;
    for (let wait = FIRST_WAIT; !stop.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      const opened = () => {
        if (lost) listener({ type: "connection", lost: false });
        lost = false;
        wait = FIRST_WAIT;
      };
      const refused = await read(stop.signal, opened, listener);
      // A host that has started again has another key: it is back, and says so to whoever asks.
      if (refused) opened();
      if (refused || stop.signal.aborted) return;
      if (!lost) listener({ type: "connection", lost: true });
      lost = true;
      await pause(wait, stop.signal);
    }
  })();
  return () => stop.abort();
}

/** Reads until the stream ends; true when the host will not have this tab, and asking again is of no use. */
async function read(signal: AbortSignal, opened: () => void, listener: (event: HostEvent) => void) {
  try {
    const response = await fetch("/events", { headers: authorization(), signal });
    if (response.status === 401 || response.status === 403) return true;
    if (!response.ok || !response.body) return false;
    opened();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) for (const event of eventsOf(block)) listener(event);
    }
  } catch {
    return false;
  }
}

/** The event of a block of lines; none for a comment that only keeps the line open. */
export function eventsOf(block: string): HostEvent[] {
  const data = block
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trimStart())
    .join("\n");
  return data ? [JSON.parse(data) as HostEvent] : [];
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
