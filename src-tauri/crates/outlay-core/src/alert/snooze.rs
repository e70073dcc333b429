//! How long an alert is left alone: until a time that a person names. Then it comes back by itself.
//!
//! A snooze is of this machine and travels nowhere; what it is kept in is the ledger's matter.

use thiserror::Error;

use crate::instant::{Instant, MICROS_PER_DAY};
use crate::period::{Day, Zone};

/// The longest snooze, in days: what is left alone for longer is resolved.
const LONGEST_DAYS: i64 = 366;

const HOUR: i64 = MICROS_PER_DAY / 24;

/// Why that is no time to snooze until.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SnoozeFault {
    /// It is no time.
    #[error(
        "`until` takes 1h, tomorrow, 1w, a number of hours, days or weeks such as 4h, 3d and 2w, a day or an instant, \
         not `{0}`"
    )]
    NoTime(String),
    /// It lies in the past.
    #[error("`until` takes a time to come, not `{0}`")]
    Past(String),
    /// It is too far away.
    #[error("`until` takes a time within {LONGEST_DAYS} days, not `{0}`")]
    TooFar(String),
}

/// Until when a text says, at `now` in a zone: `1h` and hours from now; `tomorrow`, days and weeks to where such a day
/// begins; a day, to where it begins; an instant.
///
/// # Errors
/// [`SnoozeFault`].
pub fn snoozed_until(text: &str, now: Instant, zone: Zone) -> Result<Instant, SnoozeFault> {
    let until = time(text, now, zone).ok_or_else(|| SnoozeFault::NoTime(text.to_owned()))?;
    match until.micros() - now.micros() {
        ..=0 => Err(SnoozeFault::Past(text.to_owned())),
        left if left > LONGEST_DAYS * MICROS_PER_DAY => Err(SnoozeFault::TooFar(text.to_owned())),
        _ => Ok(until),
    }
}

fn time(text: &str, now: Instant, zone: Zone) -> Option<Instant> {
    let number = |unit: char| text.strip_suffix(unit)?.parse::<u16>().ok();
    let in_days = |days: u16| zone.start_of(zone.day_of(now).plus(i32::from(days)));
    if text == "tomorrow" {
        return Some(in_days(1));
    }
    let hours = number('h').map(|hours| Instant::from_micros(now.micros() + i64::from(hours) * HOUR));
    let days = number('d').or_else(|| number('w').and_then(|weeks| weeks.checked_mul(7))).map(in_days);
    let day = || text.parse::<Day>().ok().map(|day| zone.start_of(day));
    hours.or(days).or_else(day).or_else(|| Instant::parse(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(now: &str, text: &str, expected: &str) {
        let zone = "Europe/Berlin".parse().expect("a zone");
        let until = snoozed_until(text, Instant::parse(now).expect("an instant"), zone);
        let expected =
            Instant::parse(expected).map_or_else(|| expected.to_owned(), |until| until.to_string());
        assert_eq!(until.map_or_else(|fault| fault.to_string(), |until| until.to_string()), expected);
    }

    #[test]
    fn a_snooze_ends_where_its_day_begins() {
        let noon = "2026-06-19T10:00:00Z";
        check(noon, "1h", "2026-06-19T11:00:00Z");
        check(noon, "tomorrow", "2026-06-19T22:00:00Z");
        check(noon, "1w", "2026-06-25T22:00:00Z");
        check(noon, "3d", "2026-06-21T22:00:00Z");
        check(noon, "2026-07-01", "2026-06-30T22:00:00Z");
        check(noon, "2026-06-20T08:00:00Z", "2026-06-20T08:00:00Z");
        // The clock is set back that night, and forward in March.
        check("2026-10-24T10:00:00Z", "2d", "2026-10-25T23:00:00Z");
        check("2026-03-28T10:00:00Z", "2d", "2026-03-29T22:00:00Z");
    }

    #[test]
    fn what_is_over_or_too_far_is_refused() {
        let noon = "2026-06-19T10:00:00Z";
        check(noon, "0h", "`until` takes a time to come, not `0h`");
        check(noon, "2026-06-19", "`until` takes a time to come, not `2026-06-19`");
        check(noon, "54w", "`until` takes a time within 366 days, not `54w`");
        for wrong in ["", "soon", "-1h", "1", "65535w"] {
            let expected = "`until` takes 1h, tomorrow, 1w, a number of hours, days or weeks such as 4h, 3d and 2w, a day or an instant, not";
            check(noon, wrong, &format!("{expected} `{wrong}`"));
        }
    }
}
