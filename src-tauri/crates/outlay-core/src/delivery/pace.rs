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

/// What waits to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToShow {
    /// How many alerts.
    pub alerts: usize,
    /// Whether some of them came while nothing was shown.
    pub held: bool,
}

/// How what waits is shown after the alerts of the last minutes: more than three in ten minutes are told as one, so is
/// what waits once a quiet time is over, and a digest comes once in ten minutes.
pub fn showing(waiting: ToShow, shown: &[Shown], now: Instant) -> Showing {
    let age = |one: &&Shown| now.micros() - one.at.micros();
    let recent = || shown.iter().filter(|one| (0..PERIOD).contains(&age(one)));
    let told: usize = recent().map(|one| one.alerts).sum();
    if waiting.alerts + told <= DIGEST_ABOVE && !(waiting.held && waiting.alerts > 1) {
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
        let waiting = ToShow { alerts: waiting, held: false };
        assert_eq!(showing(waiting, &shown, minute(100)), expected, "{waiting:?} after {shown:?}");
    }

    #[test]
    fn what_came_in_a_quiet_time_is_told_as_one() {
        let held = |alerts| showing(ToShow { alerts, held: true }, &[], minute(100));
        assert_eq!(held(1), Showing::Each);
        assert_eq!(held(2), Showing::Digest);
        let digest = [Shown { at: minute(97), alerts: 5 }];
        let later = showing(ToShow { alerts: 2, held: true }, &digest, minute(100));
        assert_eq!(later, Showing::Later(minute(107)));
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
