//! What is special where the other side is another program's table: only rows that count go there, and what it says of rows
//! that are here is compared one by one, for nobody keeps it from being changed.

use std::collections::HashMap;

use outlay_core::money::Money;
use outlay_ledger::sync::{ADOPTED, Generation, NewStanding, SyncConflict};
use uuid::Uuid;

use super::names::Names;
use super::{Done, Machine, arriving};
use crate::local::Aside;
use crate::rows::LedgerRow;
use crate::table::{Row as _, RowId, Standing, Table};

/// What a comparison of rows with those that are here came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reviewed {
    /// Rows that were compared.
    pub rows: u64,
    /// What they come to here.
    pub here: Money,
    /// What they come to there.
    pub there: Money,
    /// Rows that say something else than here: what is here holds.
    pub disputed: u64,
    /// Rows that were not here.
    pub new: u64,
}

/// A row of a table that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsideRow {
    /// Its id there.
    pub key: String,
    /// Why not, as a sentence about it.
    pub why: String,
    /// What it says, in JSON.
    pub row: String,
}

impl Machine<'_> {
    /// Keeps rows that cannot be taken where a person can see them, and says how many nobody was told of before.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn set_aside(&mut self, rows: Vec<AsideRow>) -> Done<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        let (remote, now) = (self.remote, self.now);
        let writer = self.ledger.writer()?;
        let before = writer.reader().sync_conflicts(remote)?.len();
        for AsideRow { key, why, row } in rows {
            let here = serde_json::Value::String(why).to_string();
            let (kind, what) = (Table::Generations.as_str().to_owned(), arriving::REFUSED.to_owned());
            let noted = SyncConflict { number: 0, remote, kind, key, what, here, there: row, at: now };
            writer.note_conflict(&noted)?;
        }
        let after = writer.reader().sync_conflicts(remote)?.len();
        writer.commit_aside()?;
        Ok(after.saturating_sub(before) as u64)
    }

    pub(super) fn is_adopted(&self) -> Done<bool> {
        self.read(|reader| Ok(reader.remote(self.remote)?.mapping != "{}"))
    }

    /// Rows that do not count are not offered: the table has no way to say so.
    pub(super) fn keep_back(&mut self, table: Table, most: usize) -> Done<()> {
        loop {
            let uncounted = self.read(|reader| {
                Ok(reader.uncounted_among(&reader.waiting_rows(self.remote, table, most)?)?)
            })?;
            if uncounted.is_empty() || table != Table::Generations {
                return Ok(());
            }
            let unseen = uncounted.into_iter().map(|row| standing(row, Standing::Unseen));
            let writer = self.ledger.writer()?;
            writer.stand(self.remote, &unseen.collect::<Vec<_>>())?;
            writer.commit_aside()?;
        }
    }

    /// Compares rows that were read from the table with those that are here, and takes those that are not. A row that
    /// says something else is noted, and what is here holds. `agrees` says of two rows whether they say the same.
    ///
    /// # Errors
    /// Those of the ledger; nothing of these rows is noted then.
    pub fn review(
        &mut self,
        rows: Vec<LedgerRow>,
        agrees: impl Fn(&Generation, &Generation) -> bool,
    ) -> Done<Reviewed> {
        let (remote, now) = (self.remote, self.now);
        let writer = self.ledger.writer()?;
        let Some(member) = writer.reader().remote(remote)?.state.member else {
            return Ok(Reviewed::default());
        };
        let names = Names { owner: writer.identity().owner.clone(), member: member.user };
        let keys: Vec<Uuid> = rows.iter().filter_map(of_generation).map(|row| row.id).collect();
        let here = writer.reader().generation_rows(&keys)?;
        let here: HashMap<Uuid, Generation> = here.into_iter().map(|row| (row.id, row)).collect();
        let mut reviewed = Reviewed::default();
        let (mut disputed, mut rest) = (Vec::new(), Vec::new());
        for row in rows {
            let Some(there) = of_generation(&row) else {
                rest.push(row);
                continue;
            };
            reviewed.rows += 1;
            reviewed.there = sum(reviewed.there, there.cost);
            match here.get(&there.id) {
                Some(here) if agrees(here, there) => reviewed.here = sum(reviewed.here, there.cost),
                Some(here) => {
                    reviewed.here = sum(reviewed.here, here.cost);
                    reviewed.disputed += 1;
                    match &*here.source {
                        ADOPTED => rest.push(row),
                        _ => disputed.push(standing(row.id(), Standing::Disputed)),
                    }
                }
                None => {
                    reviewed.here = sum(reviewed.here, there.cost);
                    reviewed.new += 1;
                    rest.push(row);
                }
            }
        }
        if disputed.is_empty() && !rest.iter().any(|row| of_generation(row).is_some()) {
            return Ok(reviewed);
        }
        let aside: Aside = arriving::take(&writer, remote, &names, rest, now)?;
        arriving::note_disputed(&writer, remote, &disputed, now)?;
        writer.stand(remote, &disputed)?;
        reviewed.new = reviewed.new.saturating_sub(aside.refused);
        if reviewed.new > 0 {
            writer.commit()?
        } else {
            writer.commit_aside()?
        }
        Ok(reviewed)
    }
}

const fn standing(row: RowId, standing: Standing) -> NewStanding {
    NewStanding { row, standing, reason: None }
}

fn of_generation(row: &LedgerRow) -> Option<&Generation> {
    if let LedgerRow::Generation(row) = row { Some(row) } else { None }
}

fn sum(one: Money, other: Money) -> Money {
    Money::from_nanos(one.nanos().saturating_add(other.nanos()))
}
