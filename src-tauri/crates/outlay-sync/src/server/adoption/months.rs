//! The imports that bring adopted rows: one for each UTC month, the same whoever makes it and whenever.

use std::fmt;

use chrono::{Datelike as _, Months, NaiveDate};
use outlay_core::instant::Instant;
use outlay_ledger::sync::{ImportRow, ids_of_days};
use uuid::Uuid;

use crate::adoption::ADOPTED;

/// A UTC month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month(NaiveDate);

impl Month {
    /// The month of an instant.
    pub(super) fn of(at: Instant) -> Self {
        let day = at.to_utc().date_naive();
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Its first and last day, counted from 1970.
    pub(super) fn days(self) -> (i64, i64) {
        let day = |date: NaiveDate| date.signed_duration_since(NaiveDate::default()).num_days();
        let next = self.0.checked_add_months(Months::new(1)).unwrap_or(self.0);
        (day(self.0), day(next) - 1)
    }

    /// The id of the import that brings its rows from a table.
    pub(super) fn import(self, place: Uuid) -> Uuid {
        Uuid::new_v5(&place, self.to_string().as_bytes())
    }

    /// That import, as it is made now.
    pub(super) fn row(self, place: Uuid, file_name: String, user: &str, now: Instant) -> ImportRow {
        let (first, last) = self.days();
        let (first_id, last_id) = ids_of_days(first, last);
        let mut file_hash = [0; 32];
        file_hash[..16].copy_from_slice(self.import(place).as_bytes());
        ImportRow {
            id: self.import(place),
            user_id: user.to_owned(),
            device_id: Uuid::nil(),
            file_name,
            file_hash,
            file_bytes: 0,
            source: ADOPTED.to_owned(),
            provider: String::new(),
            account: "default".to_owned(),
            as_of: now,
            imported_at: now,
            days: Some((first, last)),
            ids: Some((Uuid::from_bytes(first_id), Uuid::from_bytes(last_id))),
            found: [0; 6],
            notes: "[]".to_owned(),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.format("%Y-%m"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_its_days() {
        let month = Month::of(Instant::parse("2026-02-28T23:59:59.999999Z").expect("an instant"));
        assert_eq!(month.to_string(), "2026-02");
        assert_eq!(month.days(), (20_485, 20_512));
        assert_eq!(month, Month::of(Instant::parse("2026-02-01T00:00:00Z").expect("an instant")));
    }
}
