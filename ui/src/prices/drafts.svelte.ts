// What was typed about a price and not yet set. It stays when its form is closed or another screen is looked at, and
// goes when it was set or given up.
import type { Typed } from "./rules";

const drafts: Record<string, Typed | undefined> = $state({});

export const draftOf = (key: string): Typed | undefined => drafts[key];

export function keepDraft(key: string, typed: Typed | undefined): void {
  drafts[key] = typed;
}
