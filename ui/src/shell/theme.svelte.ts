// Light or dark: the system's, as the host tells it, or the person's choice, which this device remembers.
import { platform, type Theme } from "../platform";

export type ThemeChoice = "system" | Theme;
const KEY = "outlay.theme";

export const theme = $state({ choice: read() });
let system: Theme = "light";

/** Follows the system from now on, unless a choice was made. */
export function followTheme(): void {
  apply();
  platform.onTheme((told) => {
    system = told;
    apply();
  });
}

export function chooseTheme(choice: ThemeChoice): void {
  theme.choice = choice;
  localStorage.setItem(KEY, choice);
  apply();
}

function apply() {
  document.documentElement.dataset.theme = theme.choice === "system" ? system : theme.choice;
}

function read(): ThemeChoice {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}
