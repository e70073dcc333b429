// Where an item of the window's menu leads: to a screen by its address, or to what a key would do.
import { chooseAndBringIn } from "../data/incoming.svelte";
import type { Keys } from "./keys";

export function lead(to: string, { help, refresh }: Pick<Keys, "help" | "refresh">): void {
  const commands: Record<string, () => void> = {
    "#back": () => history.back(),
    "#forward": () => history.forward(),
    "#import": () => void chooseAndBringIn(),
    "#refresh": refresh,
    "#shortcuts": help,
  };
  const act = commands[to] ?? (() => (location.hash = to));
  act();
}
