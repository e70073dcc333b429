//! Imported files: the history, and undo and redo of one of them.
//!
//! How a file is planned and committed stands in `import`.

use std::collections::BTreeSet;

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Day, Month};
use outlay_core::report::Count;
use outlay_ledger::{Action, LedgerError, Reader, Writer};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::alerts::{self, Happened};
use crate::app::{App, Nothing};
use crate::error::{ApiError, AppError};

/// One import.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct ImportById {
    /// Its id, or at least four characters of its end.
    pub id: String,
}

/// Which import to undo or redo, and why.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct UndoRequest {
    /// Its id, or at least four characters of its end.
    pub id: String,
    /// Why, for the history.
    #[serde(default)]
    pub reason: Option<String>,
    /// The plan that was shown. Without it, whatever the plan would be is done.
    #[serde(default)]
    pub plan_id: Option<String>,
}

/// An imported file.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Import {
    /// Its id.
    pub id: String,
    /// The file's name.
    pub file_name: String,
    /// The kind of source.
    pub source: String,
    /// Who bills it.
    pub provider: String,
    /// The account at the provider.
    pub account: String,
    /// When the provider made the file, as well as known.
    pub as_of: Instant,
    /// When it was imported.
    pub imported_at: Instant,
    /// The first UTC day that it covers.
    pub first_day: Option<Day>,
    /// The last UTC day that it covers.
    pub last_day: Option<Day>,
    /// Rows that the ledger did not have.
    pub new: Count,
    /// Rows that it had.
    pub known: Count,
    /// Rows that it had with other values.
    pub restated: Count,
    /// Rows that could not be read.
    pub quarantined: Count,
    /// Buckets without usage.
    pub empty: Count,
    /// Rows that are not usage, or older than what counts.
    pub ignored: Count,
    /// What was assumed when reading it.
    pub notes: Vec<String>,
    /// Whether it is undone.
    pub undone: bool,
    /// The member who imported it; null where that was the owner.
    pub by: Option<String>,
}

/// The history of imports.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Imports {
    /// `outlay.imports/1`.
    pub schema: &'static str,
    /// The newest first.
    pub imports: Vec<Import>,
}

/// One imported file.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ImportShown {
    /// `outlay.imports-show/1`.
    pub schema: &'static str,
    /// The import.
    pub import: Import,
    /// Money out of the rows that it brought, as far as they count now: nothing once it is undone or restated.
    pub spend: Money,
    /// The true sum is at least this: rows that it brought have no price.
    pub at_least: bool,
}

/// What an undo or redo did, or would do.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Undone {
    /// `outlay.undo/1`.
    pub schema: &'static str,
    /// Names the plan: the import and the state of the ledger.
    pub plan_id: String,
    /// The import, as it is afterwards.
    pub import: Import,
    /// Rows of the import that count afterwards; after an undo, other files contain them too.
    pub rows_counting: Count,
    /// Spend of the import's UTC days before.
    pub spend_before: Money,
    /// And after.
    pub spend_after: Money,
    /// The true sums are at least these: rows of these days that count before or after have no price.
    pub at_least: bool,
    /// The same by UTC month.
    pub months: Vec<MonthChange>,
}

/// Spend of a UTC month, as far as a file covers it, before and after.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct MonthChange {
    /// The month.
    pub month: Month,
    /// Before.
    pub spend_before: Money,
    /// After.
    pub spend_after: Money,
    /// The true sums are at least these.
    pub at_least: bool,
}

/// Imported files, the newest first.
///
/// # Errors
/// Those of the ledger.
pub fn list(app: &App, _request: Nothing) -> Result<Imports, ApiError> {
    app.read(|reader| {
        let imports = reader.imports()?.into_iter().map(Import::from).collect();
        Ok(Imports { schema: "outlay.imports/1", imports })
    })
}

/// One imported file.
///
/// # Errors
/// No such import.
pub fn get(app: &App, request: ImportById) -> Result<ImportShown, ApiError> {
    app.read(|reader| {
        let id = find(reader, &request.id)?;
        let (spend, at_least) = reader.spend_of_import(id)?;
        let import = reader.import(id)?.into();
        Ok(ImportShown { schema: "outlay.imports-show/1", import, spend, at_least })
    })
}

/// What undoing an import would change.
///
/// # Errors
/// No such import, it is already undone, or another member's.
pub fn plan_undo(app: &App, request: ImportById) -> Result<Undone, ApiError> {
    plan(app, &request, Action::Void)
}

/// What taking an undo back would change.
///
/// # Errors
/// No such import, it is not undone, or another member's.
pub fn plan_redo(app: &App, request: ImportById) -> Result<Undone, ApiError> {
    plan(app, &request, Action::Restore)
}

fn plan(app: &App, request: &ImportById, action: Action) -> Result<Undone, ApiError> {
    // Known first, so that planning on a missing ledger does not create one.
    let id = app.read(|reader| find(reader, &request.id))?;
    app.write_much(|writer| change(app, &writer, id, action, ""))
}

/// Undoes an import: its rows no longer count, unless another file contains them too.
///
/// # Errors
/// No such import, it is already undone, or another member's; the ledger changed since the plan.
pub fn undo(app: &App, request: UndoRequest) -> Result<Undone, ApiError> {
    void(app, request, Action::Void)
}

/// Takes an undo back.
///
/// # Errors
/// No such import, it is not undone, or another member's; the ledger changed since the plan.
pub fn redo(app: &App, request: UndoRequest) -> Result<Undone, ApiError> {
    void(app, request, Action::Restore)
}

fn void(app: &App, request: UndoRequest, action: Action) -> Result<Undone, ApiError> {
    let id = app.read(|reader| find(reader, &request.id))?;
    let reason = request.reason.unwrap_or_default();
    app.write_much(|writer| {
        let undone = change(app, &writer, id, action, &reason)?;
        if request.plan_id.is_some_and(|shown| shown != undone.plan_id) {
            return Err(AppError::PlanChanged { what: "the ledger" });
        }
        let happened = match action {
            Action::Void => Happened::Undone(id),
            Action::Restore => Happened::Redone(id),
        };
        alerts::evaluate(app, &writer, happened)?;
        writer.commit()?;
        Ok(undone)
    })
}

/// Voids or restores an import in a transaction that the caller keeps or drops.
fn change(
    app: &App,
    writer: &Writer<'_>,
    id: Uuid,
    action: Action,
    reason: &str,
) -> Result<Undone, AppError> {
    let days = |import: &outlay_ledger::Import| import.days.unwrap_or((0, -1));
    let import = writer.reader().import(id)?;
    may_be_undone(writer, &import)?;
    let before = writer.reader().months_without_price(days(&import))?;
    let outcome = writer.void_import(id, action, reason, app.now())?;
    let mut at_least = writer.reader().months_without_price(days(&outcome.import))?;
    at_least.extend(before);
    let plan_id = format!("{}-{id}", writer.identity().revision);
    Ok(Undone::of(outcome, plan_id, &at_least))
}

/// In a team an import is undone and redone by who imported it: the server takes it from nobody else.
fn may_be_undone(writer: &Writer<'_>, import: &outlay_ledger::Import) -> Result<(), AppError> {
    match &import.by {
        Some(member) if !writer.reader().remotes()?.is_empty() => {
            Err(AppError::ImportOfAnother { file: import.file_name.clone(), member: member.clone() })
        }
        _ => Ok(()),
    }
}

/// How much of an id's end names it: ids made in the same minute begin alike.
const SHORTEST: usize = 4;

/// The one import whose id is this, or ends so.
pub(crate) fn find(reader: &Reader<'_>, id: &str) -> Result<Uuid, AppError> {
    if let Ok(id) = Uuid::try_parse(id) {
        return Ok(reader.import(id)?.id);
    }
    check_end(id)?;
    let end = id.to_lowercase();
    let imports = reader.imports()?;
    let mut matching =
        imports.iter().map(|import| import.id).filter(|known| known.to_string().ends_with(&end));
    let (kind, text) = ("import", id.to_owned());
    match (matching.next(), matching.next()) {
        (Some(found), None) => Ok(found),
        (Some(_), Some(_)) => Err(LedgerError::Ambiguous { kind, id: text }.into()),
        (None, _) => Err(LedgerError::NotFound { kind, id: text }.into()),
    }
}

/// Refuses the end of an id that is too short to mean anything.
pub(crate) fn check_end(id: &str) -> Result<(), AppError> {
    if id.len() >= SHORTEST {
        return Ok(());
    }
    let problem = format!("is `{id}`: it takes a whole id, or at least {SHORTEST} characters of its end");
    Err(AppError::Field { field: "id", problem })
}

impl From<outlay_ledger::Import> for Import {
    fn from(import: outlay_ledger::Import) -> Self {
        let day = |number: i64| i32::try_from(number).ok().map(Day::from_number);
        Self {
            id: import.id.to_string(),
            file_name: import.file_name,
            source: import.source,
            provider: import.provider,
            account: import.account,
            as_of: import.as_of,
            imported_at: import.imported_at,
            first_day: import.days.and_then(|(first, _)| day(first)),
            last_day: import.days.and_then(|(_, last)| day(last)),
            new: Count(import.rows_new),
            known: Count(import.rows_known),
            restated: Count(import.rows_restated),
            quarantined: Count(import.rows_quarantined),
            empty: Count(import.rows_empty),
            ignored: Count(import.rows_ignored),
            notes: import.notes,
            undone: import.undone,
            by: import.by,
        }
    }
}

impl Undone {
    fn of(outcome: outlay_ledger::UndoOutcome, plan_id: String, at_least: &BTreeSet<Month>) -> Self {
        let change = |month: outlay_ledger::MonthChange| MonthChange {
            month: month.month,
            spend_before: month.before,
            spend_after: month.after,
            at_least: at_least.contains(&month.month),
        };
        Self {
            schema: "outlay.undo/1",
            plan_id,
            import: outcome.import.into(),
            rows_counting: Count(outcome.rows_counting),
            spend_before: outcome.spend_before,
            spend_after: outcome.spend_after,
            at_least: !at_least.is_empty(),
            months: outcome.months.into_iter().map(change).collect(),
        }
    }
}
