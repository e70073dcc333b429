// What was typed and not yet saved, by setting. It stays when figures are asked for anew, and when another screen is
// looked at meanwhile; it goes when it was saved or given up.
const drafts: Record<string, string | undefined> = $state({});

export class Draft {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** What was typed; undefined when nothing was. */
  get text(): string | undefined {
    return drafts[this.#key];
  }

  set text(text: string | undefined) {
    drafts[this.#key] = text;
  }
}
