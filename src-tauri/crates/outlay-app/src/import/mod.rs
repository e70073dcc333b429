//! Import: plan it, look at it, do exactly that.
//!
//! A plan is the import itself in a transaction that is rolled back; a commit is the same run, kept,
//! if its plan id is the one that was shown. So nothing needs to be stored between the two, and a file
//! or a ledger that changed in between is noticed.

mod file;
mod mapping;
mod plan;
mod response;
mod stream;
mod words;

pub use file::FileError;
pub use plan::{DaysChoice, ImportRequest, commit_import, plan_import};

pub use response::{
    CurrencyEntry, ImportPlan, LooksOlder, MonthEntry, OverlapEntry, PlannedFile, QuestionEntry, SourceEntry,
};
