//! Import: plan it, look at it, do exactly that.
//!
//! A plan is the import itself in a transaction that is rolled back; a commit is the same run, kept,
//! if its plan id is the one that was shown. So nothing needs to be stored between the two, and a file
//! or a ledger that changed in between is noticed.

mod file;
mod mapping;
mod plan;
mod request;
mod response;
mod review;
mod reviewer;
mod stream;
mod table;
mod words;

pub use file::FileError;
pub(crate) use plan::commit;
pub use plan::{commit_import, plan_import};
pub use request::{DaysChoice, FileAnswers, ImportRequest};
pub use response::{
    CurrencyEntry, ImportPlan, LooksOlder, MonthEntry, Need, OverlapEntry, PlannedFile, QuestionEntry,
    SourceEntry,
};
pub use review::{
    ChangedField, DatesZone, FileLayout, FileReview, RejectGroup, RejectedRow, ReviewedRestatement,
    ReviewedRow, RowVerdict, StatedValues, UnpricedModel, Warning,
};
pub use table::{
    CostChoices, NearestExport, TableColumn, TableDescription, TableRequest, TableTarget, describe_table,
};
