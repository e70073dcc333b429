//! Bringing a file's facts into the book, inside one transaction.
//!
//! The caller parses and prices; here a fact is found new, known or restated, overlaps are named and
//! settled, and the rollups follow. A plan is this very run, rolled back; a commit is the same run,
//! kept: so what was shown is what is done.

mod choosing;
mod finish;
mod index;
pub(crate) mod ingest;
mod missing;
pub(crate) mod neighbours;
mod older;
pub(crate) mod overlap;
pub(crate) mod review;
pub(crate) mod runs;
mod undo;

pub use choosing::{Choice, Chosen};
pub use finish::{Answers, DaysAnswer, FileFacts, ImportOutcome, MonthChange, Question};
pub(crate) use finish::{recount_all, recount_ranges};
pub use ingest::{Found, Ingest, Origin};
pub use missing::Missing;
pub use older::Restated;
pub use overlap::{Overlap, SourceSum};
pub use review::{RestatedFact, Review, StatedRow, Verdict};
pub use undo::UndoOutcome;
