// Where a password is, in words. The password itself never comes to the page.
import type { PasswordState } from "../bindings";
import type { Tone } from "../parts/Chip.svelte";

export const passwordWords: Record<PasswordState, { tone: Tone; words: string }> = {
  not_needed: { tone: "neutral", words: "no password needed" },
  keychain: { tone: "ok", words: "password kept in the keychain" },
  environment: { tone: "ok", words: "password from the environment" },
  password_file: { tone: "ok", words: "password from the password file" },
  missing: { tone: "danger", words: "password is missing" },
  unavailable: { tone: "danger", words: "the keychain cannot be asked" },
};
