//! Another answer about whose money counts: that of the cost export, or what usage comes to.
//!
//! An answer is added for the days on which both have rows, and only for those: where one is silent, the other speaks
//! anyway. The earlier answer stays and is no longer the latest, so answering the other way undoes it.

use std::collections::BTreeSet;

use outlay_core::instant::Instant;
use outlay_core::report::reconcile::BillSide;
use uuid::Uuid;

use super::finish::recount_ranges;
use super::overlap::{self, Asked, Overlap, SourceSum};
use crate::counting::authority::Authorities;
use crate::counting::containment::Containment;
use crate::counting::recount::ids_of_days;
use crate::error::LedgerError;
use crate::handle::Writer;

/// Whose money shall count.
#[derive(Debug, Clone)]
pub struct Choice<'a> {
    /// Who bills it.
    pub provider: &'a str,
    /// The accounts that are one.
    pub accounts: &'a BTreeSet<String>,
    /// First and last UTC day.
    pub days: (i64, i64),
    /// The side that speaks.
    pub side: BillSide,
}

/// What a choice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chosen {
    /// First and last UTC day on which both sides have rows; `None` where there is no such day.
    pub days: Option<(i64, i64)>,
    /// How many such days there are.
    pub both: i64,
    /// On how many of them another source speaks from now on.
    pub changed: i64,
    /// Between these ids lies every row that counts otherwise.
    pub ids: Option<(Uuid, Uuid)>,
}

impl Writer<'_> {
    /// Lets one side speak for the money of every day on which both have rows.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn choose(&self, choice: &Choice<'_>, now: Instant) -> Result<Chosen, LedgerError> {
        let providers = BTreeSet::from([choice.provider.to_owned()]);
        let named = choice.accounts.iter().find(|name| *name != overlap::UNNAMED);
        let account = named.map_or(overlap::UNNAMED, String::as_str);
        let asked = Asked { writer: self, providers: &providers, source: "", account };
        let answers = Authorities::load(&self.transaction)?;
        let containment = Containment::load(&self.transaction)?;
        let mut chosen = Chosen::default();
        let mut overlaps: Vec<Overlap> = Vec::new();
        for (day, mut sources) in overlap::by_day(&asked, choice.provider, choice.days)? {
            sources.retain(|sum| choice.accounts.contains(&sum.account));
            let Some(money) = speaker(choice.side, &sources) else { continue };
            let before = overlap::propose(choice.provider, day, sources, |account, covers| {
                answers.of_account(choice.provider, account)?.speaker(day, covers, &containment)
            });
            chosen.note(day);
            if before.settled_before && before.money == money.0 {
                continue;
            }
            chosen.changed += 1;
            let speaker_accounts = (money.1, before.speaker_accounts.1.clone());
            let overlap = Overlap { money: money.0, speaker_accounts, settled_before: false, ..before };
            match overlaps.last_mut().filter(|previous| previous.continues(&overlap)) {
                Some(previous) => previous.extend(overlap),
                None => overlaps.push(overlap),
            }
        }
        for overlap in &overlaps {
            overlap::store(&asked, overlap, now)?;
        }
        let ranges: Vec<_> =
            overlaps.iter().map(|overlap| ids_of_days(overlap.days.0, overlap.days.1)).collect();
        recount_ranges(self, &ranges)?;
        let bounds = ranges.first().zip(ranges.last());
        chosen.ids = bounds.map(|(first, last)| (Uuid::from_bytes(first.0), Uuid::from_bytes(last.1)));
        Ok(chosen)
    }
}

/// The source and account that speak for a side, where the other has rows, too.
fn speaker(side: BillSide, sources: &[SourceSum]) -> Option<(String, String)> {
    let of = |side: BillSide| sources.iter().filter(move |sum| sum.is_bill == (side == BillSide::Billed));
    of(side.other()).next()?;
    overlap::best_for_money(of(side))
}

impl Chosen {
    fn note(&mut self, day: i64) {
        self.both += 1;
        self.days = Some(self.days.map_or((day, day), |(first, _)| (first, day)));
    }
}
