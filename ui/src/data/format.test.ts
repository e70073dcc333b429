import { describe, expect, test } from "vitest";
import { formats } from "./format";

const english = formats("en-GB");
const german = formats("de-DE");

describe("money", () => {
  test.each([
    [english.money("109.664999999"), "$109.66"],
    [english.money("-3.5"), "−$3.50"],
    [english.money("9007199254740993.01"), "$9,007,199,254,740,993.01"],
    [english.moneyCard("0.004"), "< $0.01"],
    [english.moneyCard("0"), "$0.00"],
    [english.moneyCard("12345.67"), "$12,346"],
    [english.moneyCall("0.000123456"), "$0.0001235"],
    [english.moneyCall("1.234567"), "$1.234567"],
    [english.moneyCall("0.5"), "$0.500000"],
    [english.moneyCall("0.00515"), "$0.005150"],
    [english.moneyCall("0"), "$0.000000"],
    [english.moneyExact("0.000000001"), "$0.000000001"],
    [english.moneyWritten("0.00000000000123456789", 20), "$0.00000000000123456789"],
    [english.moneyWritten("0.5", 4), "$0.5000"],
    [english.moneyShort(15), "$15"],
    [english.moneyShort("2.5"), "$2.50"],
    [german.money("1234.5"), "1.234,50\u00a0$"],
  ])("%s", (shown, expected) => expect(shown).toBe(expected));
});

describe("shares, counts and days", () => {
  test.each([
    [english.percent("0.5483"), "55%"],
    [english.change("0.21"), "▲ 21%"],
    [english.change("-0.12"), "▼ 12%"],
    [english.change("0"), "— 0%"],
    [english.count(1243508), "1,243,508"],
    [formats("en-US").compact(1243508), "1.24M"],
    [english.day("2026-06-19"), "19 Jun"],
    [english.days("2026-05-01", "2026-05-19").replaceAll(/\s?–\s?/g, "–"), "1–19 May"],
    [english.times("3.1000"), "3.1×"],
    [english.dayOfMonth("2026-06-05"), "5"],
    [english.month("2026-06"), "June 2026"],
    [formats("ar-SA").month("2026-06").includes("٢٠٢٦") || formats("ar-SA").month("2026-06"), true],
  ])("%s", (shown, expected) => expect(shown).toBe(expected));
});

test("a moment is shown in the ledger's zone", () => {
  expect(english.instant("2026-06-19T15:42:00Z", "Europe/Berlin")).toContain("17:42");
});
