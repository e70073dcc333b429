//! `outlay log`: one call, recorded by hand or by a script.

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  $ outlay log --type chat --model gpt-5 --provider openai --input 1200 --output 300
  $ outlay log --type agent --model claude-sonnet-4-5 --provider anthropic --application shop \\
      --input 52000 --cached 48000 --output 900 --duration-ms 8200
  $ outlay log --type image --model house-model --input 1 --output 1 --cost 0.04 --at 2026-06-19T08:30:00Z --json";

/// Record one call by hand.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Log {
    /// What kind of generation: chat, agent, embedding, or a word of your own
    #[arg(long = "type", value_name = "TYPE")]
    generation_type: String,
    /// The model, as the provider writes it
    #[arg(long)]
    model: String,
    /// Who bills it; found by the model's name without
    #[arg(long)]
    provider: Option<String>,
    /// What it was for
    #[arg(long, value_name = "NAME")]
    application: Option<String>,
    /// All input tokens, those read from or written to a cache included
    #[arg(long, value_name = "N")]
    input: i64,
    /// All output tokens, reasoning included
    #[arg(long, value_name = "N")]
    output: i64,
    /// Of the input: read from a cache
    #[arg(long, value_name = "N", default_value_t = 0)]
    cached: i64,
    /// Of the input: written to a cache
    #[arg(long, value_name = "N", default_value_t = 0)]
    cache_write: i64,
    /// Of the cache writes: with the longer lifetime
    #[arg(long, value_name = "N", default_value_t = 0)]
    cache_write_long: i64,
    /// Of the output: reasoning
    #[arg(long, value_name = "N", default_value_t = 0)]
    reasoning: i64,
    /// The service tier, where it changes the price
    #[arg(long, value_name = "TIER")]
    service_tier: Option<String>,
    /// It was run as a batch
    #[arg(long)]
    batch: bool,
    /// What it cost, in dollars; computed from the price book without
    #[arg(long, value_name = "USD")]
    cost: Option<String>,
    /// How long it took, in milliseconds
    #[arg(long, value_name = "N")]
    duration_ms: Option<i64>,
    /// The error it ended in
    #[arg(long, value_name = "TEXT")]
    error: Option<String>,
    /// What came in; secrets are taken out, then it is cut
    #[arg(long, value_name = "TEXT")]
    input_summary: Option<String>,
    /// What came out; secrets are taken out, then it is cut
    #[arg(long, value_name = "TEXT")]
    output_summary: Option<String>,
    /// When; now without
    #[arg(long, value_name = "RFC3339")]
    at: Option<String>,
}
