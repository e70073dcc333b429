import { expect, test } from "vitest";
import type { Verdict } from "../bindings";
import { said } from "./words";

const days = { from: "2026-05-03", to: "2026-05-05" };
const day = { from: "2026-05-03", to: "2026-05-03" };
const verdicts: [Verdict, string][] = [
  [{ kind: "agrees" }, "Agrees"],
  [{ kind: "open_day", ...day, exported: null }, "Open: May 3 is not over yet."],
  [
    { kind: "open_day", ...day, exported: "2026-05-03T18:00:00Z" },
    "Open: The export of May 3 was made on 2026-05-03 18:00 UTC, before the end.",
  ],
  [
    { kind: "missing_source", side: "usage", ...days, covered: false },
    "Missing: No usage export for May 3 – 5.",
  ],
  [
    { kind: "missing_source", side: "billed", ...day, covered: true },
    "Missing: The cost export has no rows for May 3.",
  ],
  [{ kind: "not_named", side: "billed" }, "One side: The cost export does not name it."],
  [{ kind: "credits", lines: 2, cost: "-3.5" }, "Differs: 2 credits of −$3.50."],
  [
    { kind: "fees", lines: 1, cost: "1.1", names: ["web_search"] },
    "Differs: 1 line for web_search, which is no tokens: $1.10.",
  ],
  [{ kind: "fees_and_credits", fees: "2", credits: "-1" }, "Differs: Fees of $2.00 and credits of −$1.00."],
  [{ kind: "batch", cost: "1.5" }, "Differs: A batch costs half: $1.50 of it is billed so."],
  [{ kind: "batch", cost: "0" }, "Differs: Computed is about twice as much: a batch, or a discount of half."],
  [{ kind: "rounding", lines: 40 }, "Differs: The export rounds to cents: 40 lines."],
  [{ kind: "unpriced", rows: 1, tokens: 41000 }, "Differs: 1 row without a price (41,000 tokens)."],
  [
    { kind: "guessed", rows: 2, cost: "4", guess: "cache writes at the short lifetime's rate" },
    "Differs: 2 rows at a guessed price, $4.00: cache writes at the short lifetime's rate.",
  ],
  [{ kind: "price_change", since: "2026-05-04" }, "Differs: A price changed on May 4."],
  [{ kind: "several", parts: 2 }, "Differs: 2 parts of it, each for a reason of its own."],
  [{ kind: "unknown" }, "Differs: None of the known causes explains it."],
];

test.each(verdicts)("%o is said as it is", (verdict, expected) => {
  const { word, sentence } = said(verdict);
  const plain = (sentence ? `${word}: ${sentence}` : word).replaceAll(/[\u2009\u202f]/g, " ");
  expect(plain).toBe(expected);
});
