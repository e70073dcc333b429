//! Calls in the shape of OpenRouter's activity export: one row per generation, newest first, twelve
//! months, about four in five with cached tokens.

use std::io::{self, Write};

use chrono::{DateTime, NaiveDate};

use crate::random::{Random, scramble};
use crate::working_hours::WorkingHours;

/// The columns, in the order of OpenRouter's own file.
pub const HEADER: &str = "generation_id,created_at,cost_total,cost_web_search,cost_cache,cost_file_processing,\
byok_usage_inference,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,\
variant,cancelled,streamed,user,finish_reason_raw,finish_reason_normalized,generation_time_ms,\
time_to_first_token_ms,app_name,api_key_name,api_key_disabled";

/// A model with its prices in micro-dollars per million tokens.
#[derive(Debug, Clone, Copy)]
struct Model {
    slug: &'static str,
    host: &'static str,
    input: u64,
    cached: u64,
    output: u64,
}

const fn model(slug: &'static str, host: &'static str, input: u64, cached: u64, output: u64) -> Model {
    Model { slug, host, input, cached, output }
}

const MODELS: [Model; 8] = [
    model("anthropic/claude-4.5-sonnet-20250929", "Anthropic", 3_000_000, 300_000, 15_000_000),
    model("openai/gpt-5-mini-2025-08-07", "OpenAI", 250_000, 25_000, 2_000_000),
    model("google/gemini-2.5-flash", "Google", 300_000, 30_000, 2_500_000),
    model("openai/gpt-5-2025-08-07", "Azure", 1_250_000, 125_000, 10_000_000),
    model("anthropic/claude-4.5-haiku-20251001", "Amazon Bedrock", 1_000_000, 100_000, 5_000_000),
    model("deepseek/deepseek-chat-v3.1", "DeepInfra", 200_000, 100_000, 800_000),
    model("qwen/qwen3-coder-480b-a35b-07-25", "Fireworks", 450_000, 450_000, 1_800_000),
    model("mistralai/mistral-medium-3.1", "Mistral", 400_000, 400_000, 2_000_000),
];
const APPS: [&str; 5] = ["Support Desk", "Code Review", "Search", "Night Batch", ""];
const KEYS: [&str; 3] = ["production", "staging", "laptop"];

/// Calls of twelve months, each of them made alone from the seed and its number.
#[derive(Debug)]
pub struct Calls {
    count: u32,
    seed: u64,
    hours: WorkingHours,
}

/// One call.
#[derive(Debug)]
pub struct Call {
    /// A number that no other call of the seed has.
    pub key: u64,
    /// Microseconds since 1970, whole milliseconds.
    pub created_at: i64,
    /// Input, cached tokens included.
    pub prompt: u64,
    /// The part of `prompt` that was read from a cache.
    pub cached: u64,
    /// Output, reasoning included.
    pub completion: u64,
    /// The part of `completion` that was reasoning.
    pub reasoning: u64,
    /// Money out, in micro-dollars.
    pub cost: u64,
    /// What the cache saved, in micro-dollars.
    pub saved: u64,
    /// From request to last token, in milliseconds.
    pub duration: u64,
    /// Whether the caller hung up; such a call cost nothing.
    pub cancelled: bool,
    /// The application's place among five; the last has no name.
    pub app: usize,
    api_key: &'static str,
    model: Model,
}

impl Calls {
    /// `count` calls that end with August 2026.
    pub fn new(count: u32, seed: u64) -> Self {
        Self::until(NaiveDate::from_ymd_opt(2026, 8, 31).unwrap_or_default(), count, seed)
    }

    /// `count` calls of the twelve months that end with a day.
    pub fn until(last_day: NaiveDate, count: u32, seed: u64) -> Self {
        Self { count, seed, hours: WorkingHours::until(last_day, 365) }
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The call number `index`; 0 is the newest.
    pub fn call(&self, index: u32) -> Call {
        let index = u64::from(index);
        let mut random = Random::of_row(self.seed, index);
        let oldest_first = u64::from(self.count) - 1 - index;
        let micros = self.hours.instant(oldest_first, u64::from(self.count), random.number());
        let model = random.choose(&MODELS);
        let prompt = 200 + random.mostly_small(180_000);
        let cached = if random.chance(80) { random.below(prompt) } else { 0 };
        let completion = 1 + random.mostly_small(16_000);
        let cancelled = random.chance(2);
        let charged = u64::from(!cancelled);
        let dear = (prompt - cached) * model.input + cached * model.cached + completion * model.output;
        Call {
            key: scramble(self.seed.wrapping_add(index)),
            created_at: micros / 1000 * 1000,
            prompt,
            cached,
            completion,
            reasoning: if random.chance(30) { random.below(completion) } else { 0 },
            cost: charged * (dear / 1_000_000),
            saved: charged * (cached * (model.input - model.cached) / 1_000_000),
            duration: 300 + completion * (5 + random.below(20)),
            cancelled,
            app: random.below(APPS.len() as u64) as usize,
            api_key: random.choose(&KEYS),
            model,
        }
    }
}

impl Call {
    /// The model as OpenRouter writes it.
    pub fn model(&self) -> &'static str {
        self.model.slug
    }

    /// Writes the row in the order of [`HEADER`].
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let time = DateTime::from_timestamp_micros(self.created_at).unwrap_or_default();
        let epoch = self.created_at.div_euclid(1_000_000);
        let (whole, part) = (self.cost / 1_000_000, self.cost % 1_000_000);
        write!(
            out,
            "gen-{epoch}-{},{},{whole}.{part:06},,",
            self.suffix(),
            time.format("%Y-%m-%d %H:%M:%S%.3f")
        )?;
        if self.saved > 0 {
            write!(out, "-{}.{:06}", self.saved / 1_000_000, self.saved % 1_000_000)?;
        }
        let Self { prompt, completion, reasoning, cached, cancelled, duration, .. } = self;
        let Model { slug, host, .. } = self.model;
        let finish = if *cancelled { "," } else { "completed,stop" };
        writeln!(
            out,
            ",,0,{prompt},{completion},{reasoning},{cached},{slug},{host},standard,{cancelled},true,,{finish},\
             {duration},{},{},{},false",
            duration / 4,
            APPS[self.app],
            self.api_key
        )
    }

    /// Twenty letters and digits: the key, which makes them unique, and what looks like more of it.
    fn suffix(&self) -> String {
        const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut text = String::with_capacity(20);
        for (mut number, length) in [(self.key, 11), (scramble(!self.key), 9)] {
            for _ in 0..length {
                text.push(char::from(DIGITS[(number % 62) as usize]));
                number /= 62;
            }
        }
        text
    }
}

/// Writes the export: the header, and the calls in the given order.
///
/// # Errors
/// Those of `out`.
pub fn write_csv(
    calls: &Calls,
    order: impl IntoIterator<Item = u32>,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "{HEADER}")?;
    order.into_iter().try_for_each(|index| calls.call(index).write(out))?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::random::shuffled;

    fn export(count: u32, order: impl IntoIterator<Item = u32>) -> String {
        let mut out = Vec::new();
        write_csv(&Calls::new(count, 1), order, &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_seed_is_a_file() {
        insta::assert_snapshot!(export(3, 0..3), @"
    generation_id,created_at,cost_total,cost_web_search,cost_cache,cost_file_processing,byok_usage_inference,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,cancelled,streamed,user,finish_reason_raw,finish_reason_normalized,generation_time_ms,time_to_first_token_ms,app_name,api_key_name,api_key_disabled
    gen-1785502318-fCXYOvERoQ7Wk8EbOjZv,2026-07-31 12:51:58.444,0.010939,,-0.001047,,0,20874,2290,0,3881,google/gemini-2.5-flash,Google,standard,false,true,,completed,stop,20910,5227,Support Desk,production,false
    gen-1769275855-yzWBmfmN6sItK32lBjIi,2026-01-24 17:30:55.281,0.035265,,-0.019311,,0,25406,2282,541,17166,openai/gpt-5-2025-08-07,Azure,standard,false,true,,completed,stop,29966,7491,,production,false
    gen-1761419391-kDv5ahIDQb20g0ST57l1,2025-10-25 19:09:51.669,0.018027,,-0.000240,,0,21686,6423,2801,1068,openai/gpt-5-mini-2025-08-07,OpenAI,standard,false,true,,completed,stop,148029,37007,Search,production,false
    ");
    }

    #[test]
    fn newest_first_and_no_id_twice() {
        let text = export(20_000, 0..20_000);
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        assert!(rows.iter().all(|row| row.len() == HEADER.split(',').count()));
        let times: Vec<&str> = rows[1..].iter().map(|row| row[1]).collect();
        assert!(times.is_sorted_by(|newer, older| newer >= older));
        assert_eq!(rows.iter().map(|row| row[0]).collect::<HashSet<_>>().len(), 20_001);
        assert!(times[0].starts_with("2026-08-31") && times[19_999].starts_with("2025-09-01"));
    }

    #[test]
    fn another_order_has_the_same_rows() {
        let (ordered, other) = (export(500, 0..500), export(500, shuffled(500, 9)));
        assert_ne!(ordered, other);
        assert_eq!(ordered.lines().collect::<HashSet<_>>(), other.lines().collect::<HashSet<_>>());
    }
}
