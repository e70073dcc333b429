//! What a check of the ledger found.

use outlay_app::doctor::{Health, Outcome};
use owo_colors::OwoColorize as _;

use super::amount::counted;

/// One line per check, with what was found below it.
pub(crate) fn health(health: &Health) -> String {
    let mut lines = vec![format!("{} ({})", health.ledger, counted(health.rows.0, "row", "rows"))];
    for check in &health.checks {
        let outcome = match check.outcome {
            Outcome::Good => "good".green().to_string(),
            Outcome::Bad => "BAD".red().to_string(),
            Outcome::Restored => "restored".yellow().to_string(),
            Outcome::Unchecked => "not checked".yellow().to_string(),
        };
        lines.push(format!("  {}: {outcome}", check.name));
        lines.extend(check.findings.iter().map(|finding| format!("    {finding}")));
    }
    lines.join("\n")
}
