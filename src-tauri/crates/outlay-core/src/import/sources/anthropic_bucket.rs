//! What Anthropic's two console exports share: their buckets, and the spellings of the dimensions that
//! later headers added.

use crate::import::context::Context;
use crate::import::table::{Column, Header, Read, Row};
use crate::instant::{Instant, MICROS_PER_DAY};

const MICROS_PER_HOUR: i64 = 3_600_000_000;

/// The columns that both exports have, by name.
pub(crate) struct Dimensions {
    date: Column,
    pub(crate) key: Column,
    pub(crate) workspace: Column,
    usage_type: Column,
    context_window: Column,
    inference_geo: Column,
    speed: Column,
}

/// A row's dimensions, one spelling for each meaning; blank where the header or the row is silent.
pub(crate) struct Dimension<'a> {
    pub(crate) key: &'a str,
    pub(crate) workspace: &'a str,
    pub(crate) usage_type: String,
    pub(crate) context: String,
    pub(crate) region: String,
    pub(crate) speed: String,
}

impl Dimensions {
    pub(crate) fn new(header: &Header) -> Self {
        let column = |name| header.column(name);
        Self {
            date: column("usage_date_utc"),
            key: column("api_key"),
            workspace: column("workspace"),
            usage_type: column("usage_type"),
            context_window: column("context_window"),
            inference_geo: column("inference_geo"),
            speed: column("speed"),
        }
    }

    /// A day, or an hour if the export is of a single day and shows the time.
    pub(crate) fn bucket(&self, row: &Row<'_>, context: &mut Context) -> Read<(Instant, Instant)> {
        let start = row.instant(&self.date, &mut context.dates)?;
        let length = if row.raw(&self.date).contains(':') { MICROS_PER_HOUR } else { MICROS_PER_DAY };
        Ok((start, Instant::from_micros(start.micros() + length)))
    }

    pub(crate) fn read<'a>(&self, row: &Row<'a>) -> Dimension<'a> {
        let word = |column, silent: &[&str]| {
            let word = row.text(column).to_lowercase();
            if silent.contains(&word.as_str()) { String::new() } else { word }
        };
        Dimension {
            key: row.text(&self.key),
            workspace: row.text(&self.workspace),
            usage_type: word(&self.usage_type, &[]),
            context: context_tier(row.text(&self.context_window)),
            region: word(&self.inference_geo, &["global", "not_available"]),
            speed: word(&self.speed, &["standard", "not_available"]),
        }
    }
}

impl Dimension<'_> {
    /// The smallest prompt of the context tier, where the tier is a known one.
    pub(crate) fn context_from(&self) -> Option<u32> {
        self.context.parse().ok()
    }

    /// A word, unless it is blank.
    pub(crate) fn named(word: &str) -> Option<String> {
        (!word.is_empty()).then(|| word.to_owned())
    }
}

/// `≤ 200k`, its mojibake and `0-200k` are tier `0`; `> 200k` and `200k-1M` are `200000`; others stay.
fn context_tier(text: &str) -> String {
    let bare: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let size = bare.trim_start_matches(|c: char| !c.is_ascii_digit());
    let sign = &bare[..bare.len() - size.len()];
    match (sign, size) {
        ("", "" | "200k") if bare.is_empty() => String::new(),
        (">" | ">=" | "≥", "200k") | (_, "200k-1m") => "200000".into(),
        ("≤" | "<=" | "<" | "â‰¤", "200k") | (_, "0-200k") => "0".into(),
        _ if bare == "not_available" => String::new(),
        _ => bare,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, tier: &str) {
        assert_eq!(context_tier(text), tier, "reading {text}");
    }

    #[test]
    fn every_spelling_of_a_tier_is_one() {
        check("≤ 200k", "0");
        check("â‰¤ 200k", "0");
        check("0-200k", "0");
        check("> 200k", "200000");
        check("200k-1M", "200000");
        check("", "");
        check("not_available", "");
        check("≤ 1M", "≤1m");
    }
}
