//! Exports of made-up calls of the last three months, in the shape of two providers' files.
//!
//! A day's calls follow from its date alone, so that a later sample contains an earlier one and brings
//! only what is new. They are imported like anyone's files; nothing here knows the ledger.

use std::fmt::Write as _;

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Day, Zone};

/// Days that a sample holds.
const DAYS: i32 = 92;

/// A model as `OpenRouter` names it, who serves it, and nano-dollars per token in and out.
type Model = (&'static str, &'static str, i64, i64);

const MODELS: [Model; 4] = [
    ("anthropic/claude-sonnet-4.5", "Anthropic", 3_000, 15_000),
    ("openai/gpt-5-mini", "OpenAI", 250, 2_000),
    ("google/gemini-2.5-flash", "Google", 300, 2_500),
    ("anthropic/claude-haiku-4.5", "Anthropic", 1_000, 5_000),
];

const MILLIS_PER_DAY: i64 = 86_400_000;

/// `OpenRouter`'s log up to `now`: one row per call.
pub(super) fn openrouter_log(now: Instant) -> String {
    let mut file = String::from(
        "generation_id,created_at,cost_total,cost_web_search,cost_cache,cost_file_processing,byok_usage_inference,\
         tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,\
         cancelled,streamed,user,finish_reason_raw,finish_reason_normalized,generation_time_ms,\
         time_to_first_token_ms,app_name,api_key_name,api_key_disabled\n",
    );
    for day in days(now) {
        let mut chance = Chance::of(day, 1);
        for number in 0..calls_of(day, &mut chance) {
            let row = call(day, number, &mut chance);
            if row.created_at <= now {
                file.push_str(&row.line);
            }
        }
    }
    file
}

struct Call {
    created_at: Instant,
    line: String,
}

fn call(day: Day, number: i64, chance: &mut Chance) -> Call {
    let (model, served_by, price_in, price_out) = picked(chance);
    let app = ["support-bot", "code-review", "search"]
        [usize::from(chance.below(3) == 0) + usize::from(number % 2 == 0)];
    let (prompt, completion) = (4_000 + chance.below(90_000), 150 + chance.below(1_850));
    let cached = prompt * chance.below(70) / 100;
    let nanos = (prompt - cached) * price_in + cached * price_in / 10 + completion * price_out;
    // The provider bills whole micro-dollars.
    let cost = Money::from_nanos(nanos / 1_000 * 1_000);
    // Working hours, in UTC.
    let millis = i64::from(day.number()) * MILLIS_PER_DAY + 25_200_000 + chance.below(36_000_000);
    let created_at = Instant::from_micros(millis * 1_000);
    let time = created_at.to_utc().format("%Y-%m-%d %H:%M:%S%.3f");
    let duration = 800 + completion * 9;
    let line = format!(
        "gen-{}-sample{number:04},{time},{cost},,,,0,{prompt},{completion},0,{cached},{model},{served_by},standard,\
         false,true,,stop,stop,{duration},600,{app},sample,false\n",
        millis / 1_000
    );
    Call { created_at, line }
}

/// The small model is called most, the large one costs most.
fn picked(chance: &mut Chance) -> Model {
    match chance.below(20) {
        0..4 => MODELS[0],
        4..12 => MODELS[1],
        12..17 => MODELS[2],
        _ => MODELS[3],
    }
}

/// `OpenAI`'s usage export of the complete days before `now`: a row per day and model.
pub(super) fn openai_usage(now: Instant) -> String {
    let mut file = String::from(
        "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,\
         batch,service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens\n",
    );
    for day in days(now).filter(|day| *day < utc_day(now)) {
        let mut chance = Chance::of(day, 2);
        let calls = calls_of(day, &mut chance) * 4;
        for (model, part) in [("gpt-5", 1), ("gpt-5-mini", 3)] {
            let calls = calls * part;
            let input = calls * (3_000 + chance.below(2_000));
            let (cached, output) = (input * chance.below(50) / 100, calls * (200 + chance.below(200)));
            let start = i64::from(day.number()) * 86_400;
            let (end, uncached) = (start + 86_400, input - cached);
            let (from, to) = (midnight(day), midnight(day.next()));
            let _ = writeln!(
                file,
                "{start},{end},{from},{to},proj_sample,{calls},,,{model},false,default,{input},{output},{cached},{uncached}"
            );
        }
    }
    file
}

fn midnight(day: Day) -> String {
    format!("{day}T00:00:00+00:00")
}

fn days(now: Instant) -> impl Iterator<Item = Day> {
    let today = utc_day(now);
    today.plus(1 - DAYS).through(today)
}

pub(super) fn utc_day(instant: Instant) -> Day {
    Zone::UTC.day_of(instant)
}

/// Working days are busy, weekends are not, and once in a while a loop runs away.
fn calls_of(day: Day, chance: &mut Chance) -> i64 {
    let usual = if day.is_weekend() { 4 + chance.below(4) } else { 16 + chance.below(10) };
    if day.number().rem_euclid(37) == 0 { usual * 4 } else { usual }
}

/// Numbers that look like chance and follow from a day.
struct Chance(u64);

impl Chance {
    fn of(day: Day, stream: u64) -> Self {
        Self(u64::from(day.number().unsigned_abs()) << 8 | stream)
    }

    /// From 0 up to `limit`, which is not included: `SplitMix64`.
    fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        i64::try_from(mixed % limit.unsigned_abs().max(1)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_sample_contains_the_earlier_one() {
        let at = |text: &str| Instant::parse(text).expect("an instant");
        let (earlier, later) = (at("2026-06-19T12:00:00Z"), at("2026-06-20T12:00:00Z"));
        let lines = |file: String| file.lines().map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
        let first_days = ["2026-03-20"];
        let since = |file: String| {
            let is_dropped = |line: &String| first_days.iter().any(|day| line.contains(day));
            lines(file)
                .into_iter()
                .filter(|line| !is_dropped(line))
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert!(since(openrouter_log(earlier)).is_subset(&lines(openrouter_log(later))));
        assert!(since(openai_usage(earlier)).is_subset(&lines(openai_usage(later))));
    }
}
