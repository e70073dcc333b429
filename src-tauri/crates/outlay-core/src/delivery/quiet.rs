//! When the desktop shows no notification: in quiet hours of the day, and while a person has paused it.
//!
//! Nothing is lost: what comes meanwhile is told afterwards, as one. Mail is not held back: what is urgent enough for
//! mail goes out at once.

use std::fmt;
use std::str::FromStr;

use crate::instant::{Instant, MICROS_PER_DAY};
use crate::period::{Day, Zone};
use crate::text::{UnknownWord, serde_as_text};

const HOUR: u16 = 60;
const DAY: u16 = 24 * HOUR;

/// Hours of every day, over midnight or not: `22:00-07:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, specta::Type)]
#[specta(transparent)]
pub struct QuietHours(#[specta(type = String)] Span);

/// Minutes of a day, counted from midnight: the first, and the first after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: u16,
    to: u16,
}

serde_as_text!(QuietHours);

/// Until when a person wants to see nothing, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// When it began.
    pub since: Instant,
    /// When it is over.
    pub until: Instant,
}

/// When nothing is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hush {
    /// Hours of every day.
    pub hours: Option<QuietHours>,
    /// A pause that a person began.
    pub pause: Option<Pause>,
}

impl Hush {
    /// When what comes at an instant is shown, if that is later: a pause may end in a quiet hour.
    pub fn until(&self, at: Instant, zone: Zone) -> Option<Instant> {
        let ends = |at| {
            let hours = self.hours.and_then(|hours| hours.until(at, zone));
            hours.max(self.pause.and_then(|pause| pause.until(at)))
        };
        // Quiet hours, a pause and the hours of the next day: more cannot follow one another.
        let first = ends(at)?;
        let second = ends(first).unwrap_or(first);
        Some(ends(second).unwrap_or(second))
    }
}

impl Pause {
    /// The longest, in microseconds: beyond it nobody remembers that nothing is shown.
    pub const LONGEST: i64 = MICROS_PER_DAY;

    /// A clock that was set back ends a pause rather than make it longer.
    fn until(self, at: Instant) -> Option<Instant> {
        (self.since..self.until).contains(&at).then_some(self.until)
    }
}

impl QuietHours {
    /// When the quiet time that holds an instant is over; `None` outside of it.
    fn until(self, at: Instant, zone: Zone) -> Option<Instant> {
        let today = zone.day_of(at);
        let spans = [today.previous(), today].map(|day| self.on(day, zone));
        spans.into_iter().find(|(from, to)| (*from..*to).contains(&at)).map(|(_, to)| to)
    }

    /// Those that begin on a day.
    fn on(self, day: Day, zone: Zone) -> (Instant, Instant) {
        let Self(Span { from, to }) = self;
        let last = if to <= from { day.next() } else { day };
        (zone.minute_of(day, from), zone.minute_of(last, to))
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Span { from, to }) = self;
        let [from, to] = [from, to].map(|minute| format!("{:02}:{:02}", minute / HOUR, minute % HOUR));
        write!(formatter, "{from}-{to}")
    }
}

impl FromStr for QuietHours {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (from, to) = text.split_once('-')?;
            let (from, to) = (minute(from)?, minute(to)?);
            (from != to).then_some(Self(Span { from, to }))
        };
        let expected = "two times of a day that differ, such as 22:00-07:00";
        let refused = || UnknownWord {
            what: "range of quiet hours",
            text: text.to_owned(),
            expected: expected.to_owned(),
        };
        read().ok_or_else(refused)
    }
}

impl fmt::Display for Pause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.since, self.until)
    }
}

impl FromStr for Pause {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = text.split_once('/').and_then(|(since, until)| {
            Some(Self { since: Instant::parse(since)?, until: Instant::parse(until)? })
        });
        let expected = "two instants".to_owned();
        read.ok_or_else(|| UnknownWord { what: "pause", text: text.to_owned(), expected })
    }
}

/// `22:00`, `7:30`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let is_short =
        |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let (hour, minute): (u16, u16) = (is_short(hour) && minute.len() == 2 && is_short(minute))
        .then(|| Some((hour.parse().ok()?, minute.parse().ok()?)))
        .flatten()?;
    let whole = hour * HOUR + minute;
    (minute < HOUR && whole < DAY).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Instant {
        Instant::parse(text).expect("an instant")
    }

    #[track_caller]
    fn check(hours: &str, at: &str, expected: Option<&str>) {
        check_in("Europe/Berlin", hours, at, expected);
    }

    #[track_caller]
    fn check_in(zone: &str, hours: &str, at: &str, expected: Option<&str>) {
        let hush = Hush { hours: Some(hours.parse().expect("hours")), pause: None };
        let until = hush.until(instant(at), zone.parse().expect("a zone"));
        assert_eq!(until, expected.map(instant), "{hours} at {at}");
    }

    #[test]
    fn quiet_hours_go_over_midnight() {
        let night = "22:00-07:00";
        check(night, "2026-06-19T19:59:59Z", None);
        check(night, "2026-06-19T20:00:00Z", Some("2026-06-20T05:00:00Z"));
        check(night, "2026-06-20T04:59:59Z", Some("2026-06-20T05:00:00Z"));
        check(night, "2026-06-20T05:00:00Z", None);
        check("12:30-13:15", "2026-06-20T11:00:00Z", Some("2026-06-20T11:15:00Z"));
        check("12:30-13:15", "2026-06-20T11:15:00Z", None);
    }

    #[test]
    fn days_of_23_and_25_hours_are_as_quiet_as_the_clock_says() {
        // In the night to 29 March the clock skips an hour, in the night to 25 October it shows one twice.
        check("22:00-07:00", "2026-03-28T21:00:00Z", Some("2026-03-29T05:00:00Z"));
        check("22:00-07:00", "2026-10-24T20:00:00Z", Some("2026-10-25T06:00:00Z"));
        check("02:30-04:00", "2026-03-29T01:00:00Z", Some("2026-03-29T02:00:00Z"));
        check("02:10-02:50", "2026-03-29T01:00:00Z", None);
        check("02:30-04:00", "2026-10-25T01:15:00Z", Some("2026-10-25T03:00:00Z"));
        check_in("Australia/Lord_Howe", "23:00-02:15", "2026-04-04T14:00:00Z", Some("2026-04-04T15:45:00Z"));
    }

    #[test]
    fn a_pause_that_ends_in_a_quiet_hour_goes_on() {
        let pause = Pause { since: instant("2026-06-19T19:30:00Z"), until: instant("2026-06-19T20:30:00Z") };
        let hush = Hush { hours: Some("22:00-07:00".parse().expect("hours")), pause: Some(pause) };
        let until = |at| hush.until(instant(at), "Europe/Berlin".parse().expect("a zone"));
        assert_eq!(until("2026-06-19T19:29:00Z"), None);
        assert_eq!(until("2026-06-19T19:30:00Z"), Some(instant("2026-06-20T05:00:00Z")));
        let alone = Hush { hours: None, ..hush };
        assert_eq!(alone.until(instant("2026-06-19T20:30:00Z"), Zone::UTC), None);
        assert_eq!(pause.to_string().parse(), Ok(pause));
        assert_eq!(Hush::default().until(instant("2026-06-19T20:30:00Z"), Zone::UTC), None);
    }

    #[test]
    fn hours_are_written_as_a_clock_shows_them() {
        for (text, expected) in
            [("22:00-07:00", "22:00-07:00"), ("7:05 - 9:30", "07:05-09:30"), ("0:00-23:59", "00:00-23:59")]
        {
            assert_eq!(text.parse::<QuietHours>().expect("hours").to_string(), expected);
        }
        for wrong in
            ["", "22:00", "22-7", "24:00-07:00", "22:60-07:00", "07:00-07:00", "-1:00-07:00", "22:0-07:00"]
        {
            assert!(wrong.parse::<QuietHours>().is_err(), "{wrong}");
        }
    }
}
