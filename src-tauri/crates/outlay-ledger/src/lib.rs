//! The book: one SQLite file, append-only.
//!
//! This crate stores facts, decides which of them count, and keeps the rollups that every total is
//! read from. It knows SQL and nothing of files to import, of Postgres or of screens. It reads no
//! clock: `now` is always a parameter.

mod counting;
mod error;
mod generations;
mod handle;
mod import;
mod interning;
mod open;
pub mod private;
mod repricing;
mod rollup;
pub mod sync;
mod tables;
mod verify;

pub use error::LedgerError;
pub use generations::Costing;
pub use handle::{Identity, Ledger, Reader, Writer};
pub use import::{
    Answers, Choice, Chosen, DaysAnswer, FileFacts, Found, ImportOutcome, Ingest, Missing, MonthChange,
    Origin, Overlap, Question, Restated, RestatedFact, Review, SourceSum, StatedRow, UndoOutcome, Verdict,
};
pub use open::{Access, Birth, LATEST_SCHEMA};
pub use repricing::{PricedRow, Pricing, Repriceable, Repriced, Repricing, RepricingUndo};
pub use tables::alerts::{Alert, AlertCount, AlertScope, Snooze};
pub use tables::applications::Application;
pub use tables::budgets::NamedBudget;
pub use tables::calls::{Days, Filter, GenerationRow, OfApplication, Order, Page};
pub use tables::costly_calls::Came;
pub use tables::deliveries::{Claim, Delivery, DeliveryOutcome};
pub use tables::imports::Import;
pub use tables::log::{Call, DEFAULT_ACCOUNT, MANUAL};
pub use tables::measured::Measured;
pub use tables::quarantine::{Quarantined, Unreadable};
pub use tables::raises::Raise;
pub use tables::reservations::{Ended, Reservation};
pub use tables::sources::Settled;
pub use tables::tallies::Whose;
pub use tables::unpriced::UnpricedName;
pub use tables::voids::Action;
pub use verify::Findings;
