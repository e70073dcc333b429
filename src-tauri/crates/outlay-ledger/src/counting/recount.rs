//! Applies a change of verdicts: reads the rows of some ranges of ids, decides anew which count, and
//! writes the differences to `left_out` and to the rollups.
//!
//! Everything that can change what counts (an import, its undo, a void, an answer) comes here.

use outlay_core::identity::{Fingerprint, same_fact_prefix};
use outlay_core::instant::MICROS_PER_DAY;
use outlay_core::period::Zone;
use rusqlite::{Connection, Row};
use rustc_hash::FxHashMap;

use super::authority::{AskedFact, Authorities};
use super::containment::Containment;
use super::verdict::{Candidate, verdicts};
use super::{LeftOut, Reason};
use crate::error::LedgerError;
use crate::interning::Dimensions;
use crate::rollup::{Deltas, Numbers};

/// A range of ids, both ends included.
pub(crate) type IdRange = ([u8; 16], [u8; 16]);

/// What decides, and where the differences go.
pub(crate) struct Recount<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) containment: &'a Containment,
    pub(crate) authorities: &'a Authorities,
    pub(crate) dimensions: &'a mut Dimensions,
    pub(crate) deltas: Deltas,
    /// The derived tables are empty: nothing counts yet.
    from_nothing: bool,
    /// What of a dimension's rows of a UTC day is left out because another source speaks.
    silenced: FxHashMap<(i64, i64), Option<LeftOut>>,
}

/// A stored row with what is left out of it now.
struct Stored {
    candidate: Candidate,
    source_key: String,
    brought_by: Option<i64>,
    numbers: Numbers,
    now: Option<LeftOut>,
}

impl<'a> Recount<'a> {
    /// Reads imports, voids and answers as they stand on the connection.
    pub(crate) fn new(
        connection: &'a Connection,
        containment: &'a Containment,
        authorities: &'a Authorities,
        dimensions: &'a mut Dimensions,
        zone: Zone,
    ) -> Self {
        Self {
            connection,
            containment,
            authorities,
            dimensions,
            deltas: Deltas::new(zone),
            from_nothing: false,
            silenced: FxHashMap::default(),
        }
    }

    /// The same over empty derived tables, to which every row that counts is added.
    pub(crate) fn from_nothing(
        connection: &'a Connection,
        containment: &'a Containment,
        authorities: &'a Authorities,
        dimensions: &'a mut Dimensions,
        zone: Zone,
    ) -> Self {
        Self { from_nothing: true, ..Self::new(connection, containment, authorities, dimensions, zone) }
    }

    /// Decides anew for all facts whose rows lie in the range. The range must hold whole facts.
    pub(crate) fn range(&mut self, (first, last): IdRange) -> Result<(), LedgerError> {
        let sql = format!(
            "SELECT g.id, g.fingerprint, g.import_number, g.priced_at, g.source_key, t.price_id,
                o.money, o.usage, o.reason, {}
             FROM generations g JOIN details t ON t.id = g.detail_id LEFT JOIN left_out o ON o.id = g.id
             WHERE g.id BETWEEN ?1 AND ?2 ORDER BY g.id",
            Numbers::COLUMNS
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query((first, last))?;
        let mut neighbours: Vec<Stored> = Vec::new();
        while let Some(row) = rows.next()? {
            let stored = self.read(row)?;
            let belongs = neighbours
                .first()
                .is_none_or(|first| same_fact_prefix(&first.candidate.id, &stored.candidate.id));
            if !belongs {
                self.decide(std::mem::take(&mut neighbours))?;
            }
            neighbours.push(stored);
        }
        self.decide(neighbours)
    }

    fn read(&self, row: &Row<'_>) -> Result<Stored, LedgerError> {
        let id: [u8; 16] = row.get(0)?;
        let brought_by: Option<i64> = row.get(2)?;
        let numbers = Numbers::from_row(row, 9)?;
        let candidate = Candidate {
            id,
            fingerprint: Fingerprint(row.get(1)?),
            voided: self.containment.is_row_voided(&id),
            by_hand: brought_by.is_none(),
            import: brought_by.and_then(|number| self.containment.newest_live(number, &id)),
            cost_nanos: numbers.cost_nanos,
            tokens: numbers.tokens_input + numbers.tokens_output,
            priced_at: row.get(3)?,
            price_id: row.get(5)?,
        };
        let now = match row.get::<_, Option<String>>(8)? {
            None => None,
            Some(word) => {
                let reason = Reason::from_stored(&word)
                    .ok_or(LedgerError::Unreadable { what: "reason", value: word })?;
                Some(LeftOut { money: row.get(6)?, usage: row.get(7)?, reason })
            }
        };
        Ok(Stored { candidate, source_key: row.get(4)?, brought_by, numbers, now })
    }

    /// Decides for rows with one prefix: almost always one fact, but a hash alone decides nothing.
    fn decide(&mut self, mut neighbours: Vec<Stored>) -> Result<(), LedgerError> {
        while let Some(first) = neighbours.first() {
            let key = first.source_key.clone();
            let (fact, others): (Vec<_>, Vec<_>) =
                neighbours.into_iter().partition(|row| row.source_key == key);
            let candidates: Vec<_> = fact.iter().map(|row| row.candidate.clone()).collect();
            for (row, reason) in fact.iter().zip(verdicts(&candidates)) {
                let then = match reason {
                    Some(reason) => Some(LeftOut::whole(reason)),
                    None => self.spoken_for(row, &fact)?,
                };
                self.settle(row, then)?;
            }
            neighbours = others;
        }
        Ok(())
    }

    fn settle(&mut self, row: &Stored, then: Option<LeftOut>) -> Result<(), LedgerError> {
        if then == row.now && !self.from_nothing {
            return Ok(());
        }
        if !self.from_nothing {
            self.deltas.subtract(self.connection, self.dimensions, &row.numbers, row.now)?;
        }
        self.deltas.add(self.connection, self.dimensions, &row.numbers, then)?;
        if then == row.now { Ok(()) } else { write_left_out(self.connection, &row.candidate.id, then) }
    }

    /// What of the row that would count is left out because somebody else speaks for it.
    fn spoken_for(&mut self, row: &Stored, fact: &[Stored]) -> Result<Option<LeftOut>, LedgerError> {
        let Some(brought_by) = row.brought_by else { return Ok(None) };
        let utc_day = row.numbers.created_at.micros().div_euclid(MICROS_PER_DAY);
        let dimension = self.dimensions.get(self.connection, row.numbers.dimension)?;
        let Some(answers) = self.authorities.of_account(&dimension.provider, &dimension.account) else {
            return Ok(None);
        };
        let rows: Vec<_> = fact.iter().filter_map(|row| Some((row.brought_by?, row.candidate.id))).collect();
        let asked = AskedFact {
            source: &dimension.source,
            generation_type: &dimension.generation_type,
            utc_day,
            winner: (brought_by, row.candidate.id),
            rows: &rows,
        };
        if answers.replaced(&asked, self.containment) {
            return Ok(Some(LeftOut::whole(Reason::Replaced)));
        }
        let key = (row.numbers.dimension, utc_day);
        let silenced = || answers.silenced(&dimension.source, utc_day, self.containment);
        Ok(*self.silenced.entry(key).or_insert_with(silenced))
    }

    /// Writes the differences to the rollups.
    pub(crate) fn finish(mut self) -> Result<(), LedgerError> {
        self.deltas.write(self.connection)
    }
}

/// Stores what of a row is left out, or that nothing is.
fn write_left_out(
    connection: &Connection,
    id: &[u8; 16],
    left_out: Option<LeftOut>,
) -> Result<(), LedgerError> {
    match left_out {
        None => connection.prepare_cached("DELETE FROM left_out WHERE id = ?1")?.execute([id])?,
        Some(LeftOut { money, usage, reason }) => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO left_out (id, money, usage, reason) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((id, money, usage, reason.as_str()))?,
    };
    Ok(())
}

/// The ids that rows of some UTC days can have, both days included.
pub fn ids_of_days(first_day: i64, last_day: i64) -> IdRange {
    let bound = |day: i64, fill: u8| {
        let millis = (day * (MICROS_PER_DAY / 1000)).max(0) as u64;
        let mut id = [fill; 16];
        id[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        id
    };
    let first = bound(first_day, 0);
    // The last id before the next day begins.
    let next = u128::from_be_bytes(bound(last_day + 1, 0));
    (first, next.saturating_sub(1).to_be_bytes())
}
