// The shortcuts that hold everywhere. Single letters are not among them: they belong to text and to screen readers.
import { chooseAndBringIn } from "../data/incoming.svelte";
import { platform } from "../platform";
import { go, type Screen } from "../routes";

export type Keys = { places: { key: string; screen: Screen }[]; help: () => void; refresh: () => void };

/** Does what a key stands for; the browser's own meaning of it then does not hold. */
export function press(event: KeyboardEvent, { places, help, refresh }: Keys): void {
  const act = actionOf(event, places, help, refresh);
  if (!act) return;
  event.preventDefault();
  act();
}

function actionOf(event: KeyboardEvent, places: Keys["places"], help: () => void, refresh: () => void) {
  const { key, altKey, shiftKey } = event;
  const held = event.ctrlKey || event.metaKey;
  if (key === "F1") return help;
  if (altKey && !held && !isText(event.target)) {
    if (key === "ArrowLeft") return () => history.back();
    if (key === "ArrowRight") return () => history.forward();
  }
  // The window never loads itself anew; it asks the ledger again. A browser does what its user expects.
  if (platform.kind === "desktop" && (key === "F5" || (held && key === "r"))) return refresh;
  if (!held || altKey || shiftKey) return undefined;
  if (key === "[") return () => history.back();
  if (key === "]") return () => history.forward();
  if (key === "/") return help;
  if (key === "o") return () => void chooseAndBringIn();
  const place = places.find((each) => each.key === key);
  return place && (() => go({ screen: place.screen }));
}

/** Whether what is typed there is text, which shortcuts leave alone. */
export function isText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))
  );
}
