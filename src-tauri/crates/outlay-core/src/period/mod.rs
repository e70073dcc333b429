//! Calendar periods: days and months of one time zone, and the day a row belongs to.
//!
//! Instants are UTC; a day is what a person calls a day. Days of one zone partition time, whatever
//! its clocks do: a day begins at its first instant and lasts until the next one begins. The clock
//! itself is never read here: `now` is a parameter everywhere.

use thiserror::Error;

mod day;
mod month;
mod placement;
mod zone;

pub use day::{Day, Weekday};
pub use month::{Month, StartDay};
pub use placement::{Placer, place, quarter_hour};
pub use zone::Zone;

/// Why a text is no period, or no zone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PeriodError {
    /// The text is no calendar day.
    #[error("`{0}` is not a day (write it as 2026-06-19)")]
    NotADay(String),
    /// The text is no calendar month.
    #[error("`{0}` is not a month (write it as 2026-06)")]
    NotAMonth(String),
    /// The zone is not in the IANA database.
    #[error("`{name}` is not a time zone{}", did_you_mean(.near))]
    UnknownZone {
        /// What was given.
        name: String,
        /// Names that look like it, the most alike first.
        near: Vec<String>,
    },
    /// A budget month can only start on a day that every month has.
    #[error("a budget month starts on a day from 1 to 28, not on {0}")]
    StartDay(u32),
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() {
        return " (write an IANA name such as Europe/Berlin or UTC)".to_owned();
    }
    format!("; did you mean {}?", near.join(" or "))
}
