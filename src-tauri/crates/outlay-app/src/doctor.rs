//! Is the ledger sound? Checks of the file, and of what is derived from its rows.

use outlay_core::report::Count;
use outlay_ledger::Findings;
use serde::{Deserialize, Serialize};

use crate::alerts::{self, Happened};
use crate::app::App;
use crate::error::{ApiError, AppError, Code};

/// What to do besides looking.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct DoctorRequest {
    /// Restore what is derived from the rows, where it differs.
    pub rebuild: bool,
}

/// The state of the ledger.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Health {
    /// `outlay.doctor/1`.
    pub schema: &'static str,
    /// The ledger's file.
    pub ledger: String,
    /// Whether every check was made and is good, or was made good.
    pub healthy: bool,
    /// The worst of the checks: bad before unchecked, unchecked before restored.
    pub state: Outcome,
    /// Whether totals differ from what the rows say, which `rebuild` restores.
    pub restorable: bool,
    /// How many rows the ledger has.
    pub rows: Count,
    /// Each check.
    pub checks: Vec<Check>,
}

/// One check.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Check {
    /// What was checked, in words.
    pub name: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found, or why it could not be checked, in words.
    pub findings: Vec<String>,
}

/// How a check ended, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing is wrong.
    Good,
    /// Something was wrong and is restored.
    Restored,
    /// It could not be checked.
    Unchecked,
    /// Something is wrong.
    Bad,
}

const PAGES: &str = "the file can be opened, and its pages are sound";
const ROWS: &str = "every row points to something";
const TOTALS: &str = "totals are what the rows say";

/// Checks the ledger, and restores what is derived from its rows when asked to.
///
/// # Errors
/// There is no ledger.
pub fn examine(app: &App, request: DoctorRequest) -> Result<Health, ApiError> {
    // A path that cannot be looked at is not one where nothing lies.
    if matches!(app.ledger_path().try_exists(), Ok(false)) {
        return Err(AppError::NothingYet(app.ledger_path()).into());
    }
    let (rows, checks) = match file(app) {
        Err(error) if error.code == Code::Refused => return Err(error),
        Ok(file) => (
            file.rows,
            vec![found(PAGES, file.integrity), found(ROWS, file.foreign_keys), totals(app, &request)],
        ),
        // What cannot be opened is what a doctor is asked about.
        Err(error) => (0, vec![found(PAGES, vec![error.message, error.hint])]),
    };
    let state = checks.iter().map(|check| check.outcome).max().unwrap_or(Outcome::Unchecked);
    Ok(Health {
        schema: "outlay.doctor/1",
        ledger: app.ledger_path().display().to_string(),
        healthy: state <= Outcome::Restored,
        state,
        restorable: checks.iter().any(|check| check.name == TOTALS && check.outcome == Outcome::Bad),
        rows: Count(rows),
        checks,
    })
}

/// What SQLite finds, read-only: a look creates no ledger.
fn file(app: &App) -> Result<Findings, ApiError> {
    let path = app.ledger_path();
    let open = app.open_to_look(None).map_err(AppError::from)?;
    let checked = open.read(|reader| reader.check_file()).map_err(|error| error.about(&path));
    Ok(checked.map_err(AppError::from)?)
}

/// Recomputes the totals from the rows. A ledger that cannot be written to is still worth looking at.
fn totals(app: &App, request: &DoctorRequest) -> Check {
    let recomputed = app.write_much(|mut writer| {
        let zone = writer.identity().zone;
        let differences = writer.rebuild(zone)?;
        if request.rebuild && !differences.is_empty() {
            // What the restored totals say may be news.
            alerts::evaluate(app, &writer, Happened::NoRows)?;
            writer.commit()?;
        }
        Ok(differences)
    });
    match recomputed {
        Ok(findings) if request.rebuild && !findings.is_empty() => {
            Check { name: TOTALS, outcome: Outcome::Restored, findings }
        }
        Ok(findings) => found(TOTALS, findings),
        Err(error) => Check { name: TOTALS, outcome: Outcome::Unchecked, findings: vec![error.message] },
    }
}

fn found(name: &'static str, findings: Vec<String>) -> Check {
    let outcome = if findings.is_empty() { Outcome::Good } else { Outcome::Bad };
    Check { name, outcome, findings }
}
