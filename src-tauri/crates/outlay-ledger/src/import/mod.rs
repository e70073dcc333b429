//! Bringing a file's facts into the book, inside one transaction.
//!
//! The caller parses and prices; here a fact is found new, known or restated, overlaps are named and
//! settled, and the rollups follow. A plan is this very run, rolled back; a commit is the same run,
//! kept: so what was shown is what is done.

pub mod ingest;
mod finish;
mod missing;
mod neighbours;
mod overlap;
mod undo;

pub use finish::{Answers, FileFacts, ImportOutcome, MonthChange, Question};
pub use overlap::Overlap;
pub use undo::{UndoOutcome, VoidRequest};
