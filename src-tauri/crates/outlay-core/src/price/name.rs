//! The declared ways in which a model's name may be written differently from the book.
//!
//! A form is only ever taken if the book has exactly that name; nothing here knows the book, and
//! nothing is ever taken because it looks alike.

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

/// One declared difference between a name and the book's, as it is recorded on the row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Normalisation {
    /// A display name with spaces: `Claude Haiku 4.5`.
    DisplayName,
    /// A provider's name before the model's (`anthropic/`, `anthropic.`) was dropped.
    ProviderPrefix(String),
    /// A region before the name (`us.`) was dropped.
    RegionPrefix(String),
    /// A context marker (`[1m]`) was dropped.
    ContextMarker(String),
    /// A provider's own revision (`-v1:0`) was dropped.
    Revision(String),
    /// A date was rewritten (`-20260709` as `-2026-07-09`, or the other way).
    DateForm,
    /// A date (`-2026-07-09`, `-20260709`, `@20260709`) was dropped.
    Date(String),
    /// An effort (`-high`) was dropped.
    Effort(String),
    /// Points were read as hyphens: `claude-opus-4.6` is `claude-opus-4-6`.
    Points,
    /// No provider was named, or one that sells the models of others: this is the maker.
    Maker(&'static str),
}

impl fmt::Display for Normalisation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DisplayName => formatter.write_str("display name"),
            Self::ProviderPrefix(text)
            | Self::RegionPrefix(text)
            | Self::ContextMarker(text)
            | Self::Revision(text)
            | Self::Date(text)
            | Self::Effort(text) => write!(formatter, "without {text}"),
            Self::DateForm => formatter.write_str("date rewritten"),
            Self::Points => formatter.write_str("points as hyphens"),
            Self::Maker(provider) => write!(formatter, "as {provider} sells it"),
        }
    }
}

/// A way to write a name, with what was changed to reach it.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) text: String,
    pub(super) steps: Vec<Normalisation>,
}

impl Form {
    /// How much was changed: a date that is only rewritten is less than one that is dropped.
    pub(super) fn weight(&self) -> usize {
        self.steps.iter().map(|step| if *step == Normalisation::DateForm { 1 } else { 2 }).sum()
    }

    fn then(&self, text: impl Into<String>, step: Normalisation) -> Self {
        let steps = self.steps.iter().cloned().chain([step]).collect();
        Self { text: text.into(), steps }
    }
}

/// The name itself, in lower case and without spaces.
pub(super) fn plain(name: &str) -> Form {
    let lower = name.trim().to_lowercase();
    if !lower.contains(|sign: char| sign.is_whitespace() || "()".contains(sign)) {
        return Form { text: lower, steps: Vec::new() };
    }
    let words: Vec<&str> = lower.split(|sign: char| sign.is_whitespace() || "()".contains(sign)).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    Form { text: words.join("-"), steps: vec![Normalisation::DisplayName] }
}

/// All forms of a name, those with the least changed first. `is_own` says whether a text before `/` or
/// `.` names the provider itself or one whose models it sells.
pub(super) fn forms(name: &Form, is_own: &dyn Fn(&str) -> bool) -> Vec<Form> {
    let mut found: Vec<Form> = Vec::new();
    for prefixed in without_prefixes(name, is_own) {
        for form in without_suffixes(&prefixed) {
            let points = form.text.starts_with("claude-") && form.text.contains('.');
            let hyphens = points.then(|| form.then(form.text.replace('.', "-"), Normalisation::Points));
            found.push(form);
            found.extend(hyphens);
        }
    }
    found.sort_by_key(Form::weight);
    found
}

fn without_prefixes(name: &Form, is_own: &dyn Fn(&str) -> bool) -> Vec<Form> {
    const REGIONS: [&str; 7] = ["us", "eu", "apac", "jp", "au", "ca", "us-gov"];
    let mut found = vec![name.clone()];
    while let Some(last) = found.last() {
        let slash = last.text.split_once('/').filter(|(prefix, _)| is_own(prefix));
        let point = last.text.split_once('.');
        let region = point.filter(|(prefix, _)| REGIONS.contains(prefix));
        let next = if let Some((prefix, rest)) = slash {
            last.then(rest, Normalisation::ProviderPrefix(format!("{prefix}/")))
        } else if let Some((prefix, rest)) = region {
            last.then(rest, Normalisation::RegionPrefix(format!("{prefix}.")))
        } else if let Some((prefix, rest)) = point.filter(|(prefix, _)| is_own(prefix)) {
            last.then(rest, Normalisation::ProviderPrefix(format!("{prefix}.")))
        } else {
            break;
        };
        found.push(next);
    }
    found
}

fn without_suffixes(name: &Form) -> Vec<Form> {
    let mut found = vec![name.clone()];
    let mut last = name.clone();
    while let Some((rest, step)) = suffix(&last.text) {
        if matches!(step, Normalisation::Date(_)) {
            found.extend(other_date(&last.text).map(|text| last.then(text, Normalisation::DateForm)));
        }
        last = last.then(rest, step);
        found.push(last.clone());
    }
    found
}

static CONTEXT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[\d+[km]\]$"));
static REVISION: LazyLock<Regex> = LazyLock::new(|| pattern(r"-v(?:\d+:\d+|1)$"));
static DATE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[-@](20\d\d)(-?)(0[1-9]|1[0-2])(-?)(0[1-9]|[12]\d|3[01])$"));
/// Only families whose efforts are known to cost the same per token.
static EFFORT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:gpt-|o[134]\b|claude-|grok-|gemini-).*(-(?:minimal|low|medium|high|xhigh))$|^claude-.*(-thinking)$",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file")
}

/// The name without its last declared suffix.
fn suffix(name: &str) -> Option<(&str, Normalisation)> {
    let cut = |found: regex::Match<'_>| (&name[..found.start()], found.as_str().to_owned());
    if let Some((rest, text)) = CONTEXT.find(name).map(cut) {
        return Some((rest, Normalisation::ContextMarker(text)));
    }
    if let Some((rest, text)) = REVISION.find(name).map(cut) {
        return Some((rest, Normalisation::Revision(text)));
    }
    let date = DATE.captures(name).filter(|parts| parts[2] == parts[4]);
    if let Some((rest, text)) = date.and_then(|parts| parts.get(0)).map(cut) {
        return Some((rest, Normalisation::Date(text)));
    }
    let effort = EFFORT.captures(name).and_then(|parts| parts.get(1).or(parts.get(2)));
    effort.map(cut).map(|(rest, text)| (rest, Normalisation::Effort(text)))
}

/// A name without the date of a snapshot, whatever stands before or after it; `None` for one without a date.
pub(super) fn undated(name: &str) -> Option<String> {
    let mut rest = plain(name).text;
    loop {
        let (shorter, step) = suffix(&rest)?;
        let is_date = matches!(step, Normalisation::Date(_));
        rest = shorter.to_owned();
        if is_date {
            return Some(rest);
        }
    }
}

/// The same name with its date in the other of the two usual forms.
fn other_date(name: &str) -> Option<String> {
    let parts = DATE.captures(name)?;
    let hyphen = if parts[2].is_empty() { "-" } else { "" };
    let rest = &name[..parts.get(0)?.start()];
    Some(format!("{rest}-{}{hyphen}{}{hyphen}{}", &parts[1], &parts[3], &parts[5]))
}
