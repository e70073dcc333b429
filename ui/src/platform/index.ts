// The one place that decides between window and browser. The rest of the page imports `platform` and knows neither.
import { browser } from "./browser";
import { desktop } from "./desktop";
import type { Platform } from "./types";

export const platform: Platform = "__TAURI_INTERNALS__" in window ? desktop() : browser();

export { asFailure } from "./types";
export type * from "./types";
