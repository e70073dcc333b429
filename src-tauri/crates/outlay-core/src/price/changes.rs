//! What newer versions of the book say otherwise than older ones: written with each book, told to those who use the
//! models. Prices of rows do not follow it; that is asked for.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::instant::Instant;
use crate::money::Money;

static TEXT: &str = include_str!("changes.json");

/// A price that a version of the book says otherwise than the version before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateChange {
    /// Whose price list.
    pub provider: String,
    /// Which model.
    pub model: String,
    /// For which variant; empty: for calls without any.
    pub variant: String,
    /// From which instant on; `None`: for all time before the first price that begins.
    pub from: Option<Instant>,
    /// Dollars per million of the units that changed, before; `None`: it was not sold so.
    pub old: Option<BTreeMap<String, Money>>,
    /// And after.
    pub new: Option<BTreeMap<String, Money>>,
}

/// A change as `make_book.py` writes it.
#[derive(Debug, Clone, Deserialize)]
struct ChangeForm {
    since: String,
    version: String,
    provider: String,
    model: String,
    variant: String,
    from: Option<String>,
    old: Option<BTreeMap<String, Money>>,
    new: Option<BTreeMap<String, Money>>,
}

/// What the embedded book says otherwise than the version that somebody knew.
pub fn changes_since(version: &str) -> Vec<RateChange> {
    static ALL: LazyLock<Vec<ChangeForm>> =
        LazyLock::new(|| serde_json::from_str(TEXT).expect("the embedded changes are read by the tests"));
    joined(ALL.iter().filter(|change| change.since.as_str() >= version))
}

/// Changes of several versions as one: what was known first, and what is known last.
fn joined<'c>(changes: impl Iterator<Item = &'c ChangeForm>) -> Vec<RateChange> {
    let mut sorted: Vec<&ChangeForm> = changes.collect();
    sorted.sort_by(|one, other| one.version.cmp(&other.version));
    let mut found: BTreeMap<_, RateChange> = BTreeMap::new();
    for change in sorted {
        let key = (&change.provider, &change.model, &change.variant, &change.from);
        let next = RateChange {
            provider: change.provider.clone(),
            model: change.model.clone(),
            variant: change.variant.clone(),
            from: change.from.as_deref().and_then(instant),
            old: change.old.clone(),
            new: change.new.clone(),
        };
        found.entry(key).and_modify(|known| known.then(&next)).or_insert(next);
    }
    found.into_values().filter(|change| change.old != change.new).collect()
}

impl RateChange {
    /// Units that only the earlier change named stand as it left them.
    fn then(&mut self, next: &Self) {
        let merge = |first: &Option<BTreeMap<String, Money>>, last: &Option<BTreeMap<String, Money>>| {
            let (first, last) = (first.clone()?, last.clone()?);
            Some(first.into_iter().chain(last).collect::<BTreeMap<_, _>>())
        };
        self.old = merge(&next.old, &self.old);
        self.new = merge(&self.new, &next.new);
        if let (Some(old), Some(new)) = (&mut self.old, &mut self.new) {
            let is_same = |unit: &String, rate: &Money| new.get(unit) == Some(rate);
            let back: Vec<String> =
                old.iter().filter(|(unit, rate)| is_same(unit, rate)).map(|(unit, _)| unit.clone()).collect();
            for unit in back {
                old.remove(&unit);
                new.remove(&unit);
            }
        }
    }
}

fn instant(text: &str) -> Option<Instant> {
    if text.len() == 10 { Instant::parse(&format!("{text}T00:00:00Z")) } else { Instant::parse(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(since: &str, version: &str, old: &str, new: &str) -> ChangeForm {
        let form = format!(
            r#"{{"since":"{since}","version":"{version}","provider":"acme","model":"m","variant":"",
            "from":"2026-12-01","old":{old},"new":{new}}}"#
        );
        serde_json::from_str(&form).expect("a change")
    }

    #[track_caller]
    fn check(changes: &[ChangeForm], expected: &str) {
        let rates = |rates: Option<BTreeMap<String, Money>>| {
            let pairs = rates.map(|rates| rates.into_iter().map(|(unit, rate)| format!("{unit} {rate}")));
            pairs.map_or("none".to_owned(), |pairs| pairs.collect::<Vec<_>>().join(" "))
        };
        let told = joined(changes.iter()).into_iter();
        let told: Vec<_> = told.map(|one| format!("{} to {}", rates(one.old), rates(one.new))).collect();
        assert_eq!(told.join("; "), expected);
    }

    #[test]
    fn several_versions_are_one_change() {
        let first = change("a", "b", r#"{"in":"3"}"#, r#"{"in":"2"}"#);
        check(std::slice::from_ref(&first), "in 3 to in 2");
        let second = change("b", "c", r#"{"in":"2","out":"9"}"#, r#"{"in":"1","out":"8"}"#);
        check(&[first.clone(), second], "in 3 out 9 to in 1 out 8");
        let back = change("b", "c", r#"{"in":"2"}"#, r#"{"in":"3"}"#);
        check(&[first.clone(), back], "");
        check(&[first, change("b", "c", r#"{"in":"2"}"#, "null")], "in 3 to none");
    }

    #[test]
    fn the_embedded_changes_can_be_read() {
        assert!(changes_since("9999").is_empty());
        let _ = changes_since("");
    }
}
