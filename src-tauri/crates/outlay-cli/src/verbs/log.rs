//! `outlay log`: one call, recorded by hand or by a script.

use clap::Args;

use outlay_app::generations::{self, LogRequest};
use outlay_app::report::Count;

use crate::failure::Failure;
use crate::render;
use crate::session::{Session, instant, parsed};

const EXAMPLES: &str = "\
Examples:
  $ outlay log --type chat --model gpt-5 --provider openai \\
      --input 1200 --output 300
  $ outlay log --type agent --model claude-sonnet-4-5 --provider anthropic \\
      --application shop --input 52000 --cached 48000 --output 900
  $ outlay log --type image --model house-model --input 1 --output 1 \\
      --cost 0.04 --at 2026-06-19T08:30:00Z --json";

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
    /// All input tokens, those read from or written to a cache included
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    input: i64,
    /// All output tokens, reasoning included
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    output: i64,
    /// What it cost, in dollars; computed from the price book without
    #[arg(long, value_name = "USD", allow_hyphen_values = true)]
    cost: Option<String>,
    #[command(flatten)]
    details: CallDetails,
}

/// What may be said of a call beside its type, model, tokens and cost.
#[derive(Debug, Args)]
pub(crate) struct CallDetails {
    /// Who bills it, such as openai; `unknown` without
    #[arg(long)]
    provider: Option<String>,
    /// What it was for
    #[arg(long, value_name = "NAME")]
    application: Option<String>,
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

/// What must be said of a call.
pub(crate) struct CallFigures {
    pub(crate) generation_type: String,
    pub(crate) model: String,
    pub(crate) input: i64,
    pub(crate) output: i64,
    pub(crate) cost: Option<String>,
}

impl Log {
    /// Records the call and prints it.
    ///
    /// # Errors
    /// An amount or an instant that is none, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let names_provider = self.details.provider.is_some();
        let shown = generations::log(&session.app, self.request(session)?)?;
        session.printer.show(&shown, render::calls::logged)?;
        let is_unpriced = shown.call.basis.as_str() == "unpriced";
        session.printer.hint(match is_unpriced && !names_provider {
            true => "with `--provider NAME`, such as openai, the price book is asked",
            false => "`outlay status` shows where the month stands",
        });
        Ok(())
    }

    fn request(self, session: &Session) -> Result<LogRequest, Failure> {
        let Self { generation_type, model, input, output, cost, details } = self;
        details.request(session, CallFigures { generation_type, model, input, output, cost })
    }
}

impl CallDetails {
    /// The call with these figures.
    ///
    /// # Errors
    /// An amount or an instant that is none.
    pub(crate) fn request(self, session: &Session, figures: CallFigures) -> Result<LogRequest, Failure> {
        Ok(LogRequest {
            generation_type: figures.generation_type,
            model: figures.model,
            provider: self.provider,
            application: self.application,
            tokens_input: Count(figures.input),
            tokens_output: Count(figures.output),
            cached_tokens: Count(self.cached),
            cache_write_tokens: Count(self.cache_write),
            cache_write_long_tokens: Count(self.cache_write_long),
            reasoning_tokens: Count(self.reasoning),
            service_tier: self.service_tier,
            batch: self.batch,
            cost: figures.cost.as_deref().map(parsed).transpose()?,
            duration_ms: self.duration_ms.map(Count),
            error: self.error,
            input_summary: self.input_summary,
            output_summary: self.output_summary,
            at: self.at.as_deref().map(instant).transpose()?,
            user: session.user.clone(),
        })
    }
}
