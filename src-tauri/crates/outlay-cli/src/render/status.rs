//! The month in a line, and the first words that a new user reads.

use std::path::Path;

use outlay_app::status::Status;
use owo_colors::OwoColorize as _;

use super::amount::{money, share, total};
use super::days::{minute, month_name};

/// `June 2026: $109.66 of $200.00 (55 %), newest data 2026-06-19 15:41`.
pub(crate) fn line(status: &Status, sample: bool) -> String {
    let spend = total(status.spend, status.at_least, status.about);
    let spend = spend.bold();
    let cap = match status.cap_confirmed {
        true => format!(" of {} ({})", money(status.cap), share(status.spend.nanos(), status.cap.nanos())),
        false => format!(", default cap {}", money(status.cap)),
    };
    let newest = match status.newest {
        Some(newest) => format!("newest data {}", minute(newest, status.time_zone)),
        None => "no data yet".to_owned(),
    };
    let sample = if sample { "Sample data: " } else { "" };
    format!("{sample}{}: {spend}{cap}, {newest}", month_name(status.month))
}

/// How to begin with an empty ledger.
pub(crate) fn beginning(ledger: &Path) -> String {
    let title = "The ledger is empty".bold().to_string();
    format!(
        "{title} ({})

Bring in an export of your provider. The plan is shown first, nothing is written before you agree:

  outlay import FILE

Where the exports are:

  OpenAI      platform.openai.com, Usage, Export
  Anthropic   platform.claude.com, Usage and Cost, Export
  OpenRouter  openrouter.ai, Activity, Export
  Cursor      cursor.com, Dashboard, Usage, Export CSV

Or look around on sample data, which never mixes with yours:

  outlay --sample",
        ledger.display()
    )
}
