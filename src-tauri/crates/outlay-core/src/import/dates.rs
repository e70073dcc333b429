//! Cells to instants: ISO in every spelling that exports have, epochs, and `M/D/YY` or `D/M/YY`.
//!
//! A date with slashes is only read once the file has shown, or the person has said, which part is
//! the month. Time without a zone is UTC, as every source states.

use serde::{Deserialize, Serialize};

use crate::instant::{Instant, MICROS_PER_DAY};

/// Which of the first two parts of a date with slashes is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `6/19/26`
    MonthFirst,
    /// `19/6/26`
    DayFirst,
}

/// Why a text is not an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateFault {
    NotADate,
    /// Before 1970 or after 9999.
    Outside,
    /// It has two readings, and the order is not known yet.
    Undecided,
}

/// Reads the dates of one file and remembers the order that it has shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DateReader {
    order: Option<DateOrder>,
    undecided: bool,
    latest: Option<Instant>,
}

impl DateReader {
    pub(crate) const fn new(order: Option<DateOrder>) -> Self {
        Self { order, undecided: false, latest: None }
    }

    /// Whether a date since the last call waits for the order.
    pub(crate) const fn take_undecided(&mut self) -> bool {
        std::mem::replace(&mut self.undecided, false)
    }

    /// The order that was given or shown.
    pub(crate) const fn order(&self) -> Option<DateOrder> {
        self.order
    }

    /// The date that was read last since this was asked last.
    pub(crate) const fn take_latest(&mut self) -> Option<Instant> {
        self.latest.take()
    }

    /// Reads a date, with or without a time of day.
    pub(crate) fn read(&mut self, text: &str) -> Result<Instant, DateFault> {
        let bytes = text.as_bytes();
        let micros = match iso(bytes) {
            Some(micros) => Some(micros),
            None => match epoch(bytes) {
                Some(micros) => Some(micros),
                None => self.slashed(bytes)?,
            },
        };
        let instant = Instant::from_micros(micros.ok_or(DateFault::NotADate)?);
        if !instant.is_storable() {
            return Err(DateFault::Outside);
        }
        self.latest = Some(instant);
        Ok(instant)
    }

    /// `6/19/26`, `19/06/2026 14:05`, `19.6.2026`, with the order that the file shows.
    fn slashed(&mut self, bytes: &[u8]) -> Result<Option<i64>, DateFault> {
        let Some(Slashed { first, second, year, rest, dotted }) = Slashed::cut(bytes) else {
            return Ok(None);
        };
        let Some(time) = time_and_zone(rest) else {
            return Ok(None);
        };
        let order = match self.order {
            _ if dotted => DateOrder::DayFirst,
            Some(order) => order,
            None if first == second => DateOrder::DayFirst,
            None if first > 12 && second <= 12 => *self.order.insert(DateOrder::DayFirst),
            None if second > 12 && first <= 12 => *self.order.insert(DateOrder::MonthFirst),
            None if first > 12 => return Ok(None),
            None => {
                self.undecided = true;
                return Err(DateFault::Undecided);
            }
        };
        let (month, day) = match order {
            DateOrder::MonthFirst => (first, second),
            DateOrder::DayFirst => (second, first),
        };
        Ok(days(year, month, day).map(|days| days * MICROS_PER_DAY + time))
    }
}

/// Whether a text is a day, or the midnight that a day became when it was saved.
pub(crate) fn is_day(text: &str) -> bool {
    let read = |order| DateReader::new(Some(order)).read(text).ok();
    let read = read(DateOrder::MonthFirst).or_else(|| read(DateOrder::DayFirst));
    read.is_some_and(|instant| instant.micros() % MICROS_PER_DAY == 0)
}

/// The two readings of an undecided date, for the error that shows them.
pub(crate) fn both_readings(text: &str) -> [String; 2] {
    [DateOrder::MonthFirst, DateOrder::DayFirst].map(|order| {
        let read = DateReader::new(Some(order)).read(text);
        read.map_or_else(|_| "no date".into(), |instant| instant.to_utc().format("%Y-%m-%d").to_string())
    })
}

/// The instant that a line before the header gives as the time of the export, if it is exact to the
/// second: `Generated at 2026-09-02 10:11:12 UTC`.
pub(crate) fn stated_instant(line: &str) -> Option<Instant> {
    let lower = line.to_lowercase();
    if !["export", "generated", "created"].iter().any(|word| lower.contains(word)) {
        return None;
    }
    let words: Vec<&str> =
        line.split(|c: char| c.is_whitespace() || c == ',' || c == ';' || c == '"').collect();
    let singly = words.iter().map(|&word| word.to_owned());
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    let to_the_second = |text: &String| text.matches(':').count() >= 2;
    let read = |text: String| DateReader::new(None).read(&text).ok();
    singly.chain(pairs).filter(to_the_second).find_map(read)
}

/// The parts of a date with slashes.
struct Slashed<'a> {
    first: i64,
    second: i64,
    year: i64,
    rest: &'a [u8],
    dotted: bool,
}

impl<'a> Slashed<'a> {
    fn cut(bytes: &'a [u8]) -> Option<Self> {
        let (first, rest) = number(bytes, 1, 2)?;
        let (&mark, rest) = rest.split_first()?;
        let (second, rest) = number(rest, 1, 2)?;
        let (&again, rest) = rest.split_first()?;
        let (year, after) = number(rest, 2, 4)?;
        let year = match rest.len() - after.len() {
            2 => 2000 + year,
            4 => year,
            _ => return None,
        };
        let marks = mark == again && b"/-.".contains(&mark);
        marks.then_some(Self { first, second, year, rest: after, dotted: mark == b'.' })
    }
}

/// `2026-08-24`, `2026/08/24 22:00`, `2026-08-24T22:00:08.247Z`, `2026-08-24 22:00:08 UTC`, ...
fn iso(bytes: &[u8]) -> Option<i64> {
    let (year, rest) = number(bytes, 4, 4)?;
    let (&mark, rest) = rest.split_first()?;
    let (month, rest) = number(rest, 1, 2)?;
    let (&again, rest) = rest.split_first()?;
    let (day, rest) = number(rest, 1, 2)?;
    if mark != again || !b"-/".contains(&mark) {
        return None;
    }
    Some(days(year, month, day)? * MICROS_PER_DAY + time_and_zone(rest)?)
}

/// Seconds (up to 11 digits), milliseconds (14) or microseconds (17) since 1970.
fn epoch(bytes: &[u8]) -> Option<i64> {
    let whole = bytes.iter().position(|&byte| byte == b'.').unwrap_or(bytes.len());
    let (value, rest) = number(&bytes[..whole], 9, 17)?;
    let fraction = bytes.get(whole + 1..).unwrap_or_default();
    if !rest.is_empty() || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    match whole {
        ..=11 => Some(value * 1_000_000 + if fraction.is_empty() { 0 } else { micros(fraction) }),
        12..=14 => Some(value * 1000),
        _ => Some(value),
    }
}

/// What follows a date, in microseconds: nothing, or a time with or without a zone.
fn time_and_zone(rest: &[u8]) -> Option<i64> {
    let Some((&mark, mut rest)) = rest.split_first() else {
        return Some(0);
    };
    if mark == b',' {
        rest = rest.strip_prefix(b" ")?;
    } else if !b"T t".contains(&mark) {
        return None;
    }
    let (hour, rest) = number(rest, 1, 2)?;
    let (minute, mut rest) = number(rest.strip_prefix(b":")?, 2, 2)?;
    let (mut second, mut fraction) = (0, 0);
    if let Some(after) = rest.strip_prefix(b":") {
        (second, rest) = number(after, 2, 2)?;
        if let [b'.' | b',', after @ ..] = rest {
            let length = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            fraction = micros(after.get(..length).filter(|digits| !digits.is_empty())?);
            rest = &after[length..];
        }
    }
    let (hour, rest) = half_day(hour, rest)?;
    // A leap second has no place of its own in UTC microseconds: it is the next second.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = hour * 3600 + minute * 60 + second - offset(rest)?;
    Some(seconds * 1_000_000 + fraction)
}

/// The hour of a day of 24, if `AM` or `PM` follows.
fn half_day(hour: i64, rest: &[u8]) -> Option<(i64, &[u8])> {
    let bare = rest.strip_prefix(b" ").unwrap_or(rest);
    let later = match bare.first_chunk::<2>().map(|word| word.to_ascii_uppercase()).as_deref() {
        Some(b"AM") => 0,
        Some(b"PM") => 12,
        _ => return Some((hour, rest)),
    };
    (1..=12).contains(&hour).then(|| (hour % 12 + later, &bare[2..]))
}

/// A zone's distance from UTC in seconds: nothing, `Z`, `UTC`, `+02:00`, `-0700`.
fn offset(rest: &[u8]) -> Option<i64> {
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let (sign, digits) = match rest {
        b"" | b"Z" | b"z" | b"UTC" | b"GMT" => return Some(0),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, rest) = number(digits, 2, 2)?;
    let minutes = match rest {
        b"" => 0,
        _ => match number(rest.strip_prefix(b":").unwrap_or(rest), 2, 2)? {
            (minutes, b"") => minutes,
            _ => return None,
        },
    };
    (hours <= 18 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

/// The number of `least` to `most` digits at the beginning, and the rest.
fn number(bytes: &[u8], least: usize, most: usize) -> Option<(i64, &[u8])> {
    let length = bytes.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    if length < least {
        return None;
    }
    let value = bytes[..length].iter().fold(0, |sum: i64, byte| sum * 10 + i64::from(byte - b'0'));
    Some((value, &bytes[length..]))
}

/// The digits of a fraction as microseconds; further digits are cut.
fn micros(fraction: &[u8]) -> i64 {
    (0..6).fold(0, |sum, place| sum * 10 + fraction.get(place).map_or(0, |byte| i64::from(byte - b'0')))
}

/// Days since 1970-01-01 of a day of the calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    const BEFORE_MONTH: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = *BEFORE_MONTH.get(usize::try_from(month - 1).ok()?)?;
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    let years = year - 1;
    let leap_days = years / 4 - years / 100 + years / 400;
    let of_year = before + day - 1 + i64::from(leap && month > 2);
    // Day 719,162 counted from year 1 is 1970-01-01.
    Some(years * 365 + leap_days + of_year - 719_162)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = DateReader::new(None).read(text).map(|instant| instant.to_string());
        assert_eq!(read.as_deref(), Ok(expected), "reading {text}");
    }

    #[test]
    fn reads_what_exports_print() {
        check("2026-08-31", "2026-08-31T00:00:00.000000Z");
        check("2025-12-04 10:00", "2025-12-04T10:00:00.000000Z");
        check("2026-08-24 22:00:08.247", "2026-08-24T22:00:08.247000Z");
        check("2026-01-06T16:00:38.2251234Z", "2026-01-06T16:00:38.225123Z");
        check("2026-08-31T00:00:00+02:00", "2026-08-30T22:00:00.000000Z");
        check("2026-09-01 00:00:00 UTC", "2026-09-01T00:00:00.000000Z");
        check("1788134400", "2026-08-31T00:00:00.000000Z");
        check("1788134400.0", "2026-08-31T00:00:00.000000Z");
        check("1788134400123", "2026-08-31T00:00:00.123000Z");
        check("5/29/26", "2026-05-29T00:00:00.000000Z");
        check("29/5/2026 14:05", "2026-05-29T14:05:00.000000Z");
        check("5/29/2026 2:05:06 PM", "2026-05-29T14:05:06.000000Z");
        check("5/29/2026, 12:05 AM", "2026-05-29T00:05:00.000000Z");
        check("03.04.2026", "2026-04-03T00:00:00.000000Z");
        check("4/4/26", "2026-04-04T00:00:00.000000Z");
        check("2024-02-29", "2024-02-29T00:00:00.000000Z");
    }

    #[track_caller]
    fn refuse(text: &str, fault: DateFault) {
        assert_eq!(DateReader::new(None).read(text), Err(fault), "reading {text}");
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in
            ["", "yesterday", "2026-02-29", "2026-13-01", "13/13/26", "2026-08-31T25:00", "00:08.2", "1"]
        {
            refuse(text, DateFault::NotADate);
        }
        refuse("1969-12-31", DateFault::Outside);
        refuse("0001-01-01", DateFault::Outside);
        refuse("6/7/26", DateFault::Undecided);
    }

    #[test]
    fn one_decisive_date_decides_the_file() {
        let mut dates = DateReader::new(None);
        assert_eq!(dates.read("6/7/26"), Err(DateFault::Undecided));
        assert!(dates.read("6/19/26").is_ok());
        assert_eq!(
            dates.read("6/7/26").map(|instant| instant.to_string()),
            Ok("2026-06-07T00:00:00.000000Z".into())
        );
        assert_eq!(dates.read("19/6/26"), Err(DateFault::NotADate));
        assert_eq!(both_readings("6/7/26"), ["2026-06-07", "2026-07-06"]);
    }

    #[test]
    fn an_export_may_state_its_time() {
        let stated = |line| stated_instant(line).map(|instant| instant.to_string());
        let expected = Some("2026-09-02T10:11:12.000000Z".to_owned());
        assert_eq!(stated("Generated at 2026-09-02 10:11:12 UTC"), expected);
        assert_eq!(stated("exported,2026-09-02T10:11:12Z,by amy"), expected);
        assert_eq!(stated("Exported on 2026-09-02"), None, "a day is no instant");
        assert_eq!(stated("Range 2026-09-02 10:11:12"), None, "a range is no time of export");
    }

    #[test]
    fn days_agree_with_the_calendar() {
        for (year, month, day) in [(1970, 1, 1), (2000, 2, 29), (2026, 12, 31), (9999, 12, 31), (1900, 3, 1)]
        {
            let date = chrono::NaiveDate::from_ymd_opt(year, month, day).unwrap();
            let expected = (date - chrono::NaiveDate::default()).num_days();
            assert_eq!(days(i64::from(year), i64::from(month), i64::from(day)), Some(expected));
        }
    }
}
