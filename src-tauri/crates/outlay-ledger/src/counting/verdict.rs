//! Of the rows of one fact, the one that counts.
//!
//! Pure: the caller says which rows are live and through which import. Authorities between sources
//! come afterwards and only concern the row that wins here.

use outlay_core::identity::Fingerprint;
use rustc_hash::FxHashMap;

use super::Reason;

/// A row of a fact, as far as the rule needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) id: [u8; 16],
    pub(crate) fingerprint: Fingerprint,
    /// The row itself was voided.
    pub(crate) voided: bool,
    /// Recorded by hand, so live without an import.
    pub(crate) by_hand: bool,
    /// The newest live import that contains the row: its `as_of` and its id.
    pub(crate) import: Option<(i64, [u8; 16])>,
    pub(crate) cost_nanos: i64,
    pub(crate) tokens: i64,
    /// Set on a re-pricing that was asked for.
    pub(crate) priced_at: Option<i64>,
    /// Begins with the version of the price book.
    pub(crate) price_id: String,
}

/// Why each row does not count; `None` for the one that does. At most one row of a fact counts.
pub(crate) fn verdicts(rows: &[Candidate]) -> Vec<Option<Reason>> {
    let contents = contents(rows);
    let winner = contents.iter().filter_map(|(&print, content)| Some((content.rank()?, print))).max();
    rows.iter()
        .map(|row| match (winner, &contents[&row.fingerprint]) {
            (_, _) if row.voided => Some(Reason::Voided),
            (Some((_, print)), content) if print == row.fingerprint => {
                let counts = content.pricing.is_some_and(|pricing| pricing.id == row.id);
                (!counts).then_some(Reason::Repriced)
            }
            (Some(_), content) if content.rank().is_some() => Some(Reason::Restated),
            _ => Some(Reason::Voided),
        })
        .collect()
}

/// What is known of one content of the fact.
#[derive(Default)]
struct Content<'a> {
    /// The newest live import that contains it; recorded by hand is newer than any.
    live: Option<(i64, [u8; 16])>,
    /// The pricing of it that counts: one that was asked for before the first, a later before an earlier
    /// one; of first pricings the newer book's.
    pricing: Option<&'a Candidate>,
}

/// What decides between contents: `as_of`, then cost, tokens and import id.
type Rank = (i64, i64, i64, [u8; 16]);

impl Content<'_> {
    /// `None`: nothing live contains it.
    fn rank(&self) -> Option<Rank> {
        let ((as_of, import), pricing) = self.live.zip(self.pricing)?;
        Some((as_of, pricing.cost_nanos, pricing.tokens, import))
    }
}

fn contents(rows: &[Candidate]) -> FxHashMap<Fingerprint, Content<'_>> {
    let mut contents: FxHashMap<Fingerprint, Content<'_>> = FxHashMap::default();
    for row in rows {
        let content = contents.entry(row.fingerprint).or_default();
        if row.voided {
            continue;
        }
        let live = if row.by_hand { Some((i64::MAX, [0xFF; 16])) } else { row.import };
        content.live = content.live.max(live);
        let order = |row: &Candidate| (row.priced_at, row.price_id.clone(), row.id);
        if content.pricing.is_none_or(|best| order(best) < order(row)) {
            content.pricing = Some(row);
        }
    }
    contents
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: u8, content: u8, as_of: Option<i64>) -> Candidate {
        Candidate {
            id: [id; 16],
            fingerprint: Fingerprint([content; 16]),
            voided: false,
            by_hand: false,
            import: as_of.map(|as_of| (as_of, [7; 16])),
            cost_nanos: i64::from(content),
            tokens: 0,
            priced_at: None,
            price_id: String::new(),
        }
    }

    #[track_caller]
    fn check(rows: &[Candidate], expected: &[Option<Reason>]) {
        assert_eq!(verdicts(rows), expected);
    }

    #[test]
    fn the_newest_export_speaks() {
        check(&[row(1, 1, Some(10)), row(2, 2, Some(20))], &[Some(Reason::Restated), None]);
        check(&[row(1, 9, Some(20)), row(2, 2, Some(10))], &[None, Some(Reason::Restated)]);
    }

    #[test]
    fn at_the_same_instant_the_greater_cost_speaks() {
        check(&[row(1, 5, Some(10)), row(2, 2, Some(10))], &[None, Some(Reason::Restated)]);
    }

    #[test]
    fn undoing_the_newer_export_brings_the_older_content_back() {
        check(&[row(1, 1, Some(10)), row(2, 2, None)], &[None, Some(Reason::Voided)]);
        check(&[row(1, 1, None), row(2, 2, None)], &[Some(Reason::Voided), Some(Reason::Voided)]);
    }

    #[test]
    fn a_price_that_was_asked_for_survives_the_next_export() {
        let first = row(1, 1, Some(10));
        let asked = Candidate { priced_at: Some(5), import: None, ..row(2, 1, None) };
        let newer_book = Candidate { price_id: "2027/x".into(), ..row(3, 1, Some(30)) };
        check(&[first, asked, newer_book], &[Some(Reason::Repriced), None, Some(Reason::Repriced)]);
    }

    #[test]
    fn of_two_first_pricings_the_newer_book_speaks() {
        let older = Candidate { price_id: "2026/x".into(), ..row(9, 1, Some(10)) };
        let newer = Candidate { price_id: "2027/x".into(), ..row(3, 1, Some(10)) };
        check(&[older, newer], &[Some(Reason::Repriced), None]);
    }
}
