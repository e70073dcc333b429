// What was typed about a budget and not yet saved. It stays when its form is closed or another screen is looked at,
// and goes when it was saved or given up.
import type { Typed } from "./words";

const drafts: Record<string, Typed | undefined> = $state({});

/** What was typed about a budget; undefined when nothing was. */
export const draftOf = (key: string): Typed | undefined => drafts[key];

export function keepDraft(key: string, typed: Typed | undefined): void {
  drafts[key] = typed;
}
