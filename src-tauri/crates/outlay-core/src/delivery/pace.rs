//! How often the desktop notifies: what comes slowly one by one, what comes fast as one.

use super::DIGEST_ABOVE;
use crate::instant::Instant;

/// The time within which no more than [`DIGEST_ABOVE`] alerts are shown one by one, in microseconds.
pub const PERIOD: i64 = 10 * 60_000_000;

/// A notification that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// When.
    pub at: Instant,
    /// How many alerts it told of.
    pub alerts: usize,
}

/// How what waits is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Showing {
    /// One by one.
    Each,
    /// All as one.
    Digest,
    /// Not before this instant.
    Later(Instant),
}

/// How `waiting` alerts are shown after those of the last minutes: more than three in ten minutes are told as one,
/// and such a digest comes once in ten minutes.
pub fn showing(waiting: usize, shown: &[Shown], now: Instant) -> Showing {
    let age = |one: &&Shown| now.micros() - one.at.micros();
    let recent = || shown.iter().filter(|one| (0..PERIOD).contains(&age(one)));
    let told: usize = recent().map(|one| one.alerts).sum();
    if waiting + told <= DIGEST_ABOVE {
        return Showing::Each;
    }
    let digests = recent().filter(|one| one.alerts > 1).map(|one| one.at.micros()).max();
    digests.map_or(Showing::Digest, |at| Showing::Later(Instant::from_micros(at + PERIOD)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(number: i64) -> Instant {
        Instant::from_micros(number * PERIOD / 10)
    }

    #[track_caller]
    fn check(waiting: usize, shown: &[(i64, usize)], expected: Showing) {
        let shown: Vec<Shown> = shown.iter().map(|&(at, alerts)| Shown { at: minute(at), alerts }).collect();
        assert_eq!(showing(waiting, &shown, minute(100)), expected, "{waiting} after {shown:?}");
    }

    #[test]
    fn a_storm_is_one_notification_in_ten_minutes() {
        check(3, &[], Showing::Each);
        check(4, &[], Showing::Digest);
        check(1, &[(95, 1), (96, 1)], Showing::Each);
        check(1, &[(95, 1), (96, 1), (97, 1)], Showing::Digest);
        check(1, &[(90, 1), (96, 1), (97, 1)], Showing::Each);
        check(1, &[(97, 2000)], Showing::Later(minute(107)));
        check(900, &[(90, 2000)], Showing::Digest);
        // Shown after a present that was set back.
        check(3, &[(101, 2000)], Showing::Each);
    }
}
