// The ledger's keys in words for a person. A key that is not here is shown as it is: sources bring new ones.
import type { CostBasis } from "../bindings";

const PROVIDERS: Record<string, string> = {
  openai: "OpenAI",
  anthropic: "Anthropic",
  openrouter: "OpenRouter",
  cursor: "Cursor",
  google: "Google",
  mistral: "Mistral",
  xai: "xAI",
  unknown: "Unknown provider",
};

const TYPES: Record<string, string> = {
  chat: "Chat",
  embedding: "Embeddings",
  image: "Images",
  audio: "Audio",
  moderation: "Moderation",
  completion: "Completions",
};

const BASES: Record<CostBasis, { word: string; meaning: string }> = {
  billed: { word: "Billed", meaning: "The provider's own figure." },
  computed: { word: "Computed", meaning: "Tokens times the price in force when the call was made." },
  estimated: { word: "Estimated", meaning: "A figure at list price, or a price applied with a guess." },
  included: { word: "Included", meaning: "Covered by a plan: no money out." },
  free: { word: "Free", meaning: "Not charged." },
  unpriced: { word: "Unpriced", meaning: "No price is known; every total with this row says “at least”." },
};

export const providerName = (key: string): string => PROVIDERS[key] ?? key;

export const typeName = (key: string): string => TYPES[key] ?? key;

export const basisWord = (basis: CostBasis): string => BASES[basis].word;
export const basisMeaning = (basis: CostBasis): string => BASES[basis].meaning;

/** "1 row", "14 rows": English plurals, whose rule is regular for every noun used here. */
export const counted = (shown: string, noun: string): string => `${shown} ${noun}${shown === "1" ? "" : "s"}`;

/** What went wrong and what to do, as sentences for a place beside a field. */
export const said = ({ message, hint }: { message: string; hint: string }): string =>
  `${/[.?!]$/.test(message) ? message : `${message}.`} ${hint}`.trim();

export const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
/** A shortcut as its keyboard has it: `⌘1` or `Ctrl+1`. */
export const shortcut = (key: string): string => (isApple ? `⌘${key}` : `Ctrl+${key}`);
