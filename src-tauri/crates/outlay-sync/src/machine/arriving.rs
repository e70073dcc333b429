//! Rows on their way in: sorted by table, handed to the ledger, and what did not become part of it kept where a person
//! can see it.

use std::collections::BTreeMap;

use outlay_core::instant::Instant;
use outlay_ledger::sync::{
    Arrival, Arriving, AuthorityRow, BudgetRow, Conflict, Generation, ImportRow, NewStanding, PriceRow,
    RowId, SmallRow, SyncConflict, VoidRow,
};
use outlay_ledger::{Reader, Writer};
use serde::Serialize;
use uuid::Uuid;

use super::Done;
use super::names::Names;
use crate::local::Aside;
use crate::rows::LedgerRow;
use crate::table::{Standing, Table};

/// Two contents under one key.
const CONTENT: &str = "content";
/// A row that no ledger takes.
pub(super) const REFUSED: &str = "refused";
/// What a side says that cannot be shown.
const UNKNOWN: &str = "null";

#[derive(Default)]
struct Sorted {
    generations: Vec<Generation>,
    imports: Vec<ImportRow>,
    members: BTreeMap<Uuid, Vec<Uuid>>,
    voids: Vec<VoidRow>,
    authorities: Vec<AuthorityRow>,
    prices: Vec<PriceRow>,
    budgets: Vec<BudgetRow>,
}

/// Takes pulled rows in.
pub(super) fn take(
    writer: &Writer<'_>,
    remote: i64,
    names: &Names,
    rows: Vec<LedgerRow>,
    now: Instant,
) -> Done<Aside> {
    let mut sorted = Sorted::default();
    rows.into_iter().for_each(|row| sorted.add(names.of_here(row)));
    let mut beside = Beside { writer, remote, now, aside: Aside::default() };
    beside.small(sorted.imports)?;
    let arrival = writer.pull_generations(sorted.generations)?;
    beside.keep(arrival, |row| RowId::generation(row.id))?;
    for (import, rows) in sorted.members {
        writer.pull_members(import, &rows)?;
    }
    beside.small(sorted.voids)?;
    beside.small(sorted.authorities)?;
    beside.small(sorted.prices)?;
    beside.small(sorted.budgets)?;
    Ok(beside.aside)
}

impl Sorted {
    fn add(&mut self, row: LedgerRow) {
        match row {
            LedgerRow::Generation(row) => self.generations.push(*row),
            LedgerRow::Import(row) => self.imports.push(*row),
            LedgerRow::Member { import, generation } => {
                self.members.entry(import).or_default().push(generation);
            }
            LedgerRow::Void(row) => self.voids.push(row),
            LedgerRow::Authority(row) => self.authorities.push(*row),
            LedgerRow::Price(row) => self.prices.push(row),
            LedgerRow::Budget(row) => self.budgets.push(row),
        }
    }
}

/// Keeps what does not become part of the ledger.
struct Beside<'w> {
    writer: &'w Writer<'w>,
    remote: i64,
    now: Instant,
    aside: Aside,
}

impl Beside<'_> {
    fn small<R: Arriving + Serialize>(&mut self, rows: Vec<R>) -> Done<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let arrival = self.writer.pull_small(&rows)?;
        self.keep(arrival, SmallRow::name)
    }

    fn keep<R: Serialize>(&mut self, arrival: Arrival<R>, name: impl Fn(&R) -> RowId) -> Done<()> {
        let mut standings = Vec::new();
        for Conflict { here, there } in &arrival.conflicts {
            let row = name(there);
            self.note(&row, CONTENT, (json(here), json(there)))?;
            standings.push(NewStanding { row, standing: Standing::Disputed, reason: None });
        }
        for (there, refusal) in &arrival.refused {
            self.note(&name(there), REFUSED, (json(&refusal.to_string()), json(there)))?;
        }
        self.aside.disputed += arrival.conflicts.len() as u64;
        self.aside.refused += arrival.refused.len() as u64;
        Ok(self.writer.stand(self.remote, &standings)?)
    }

    fn note(&self, row: &RowId, what: &str, (here, there): (String, String)) -> Done<()> {
        let conflict = SyncConflict {
            number: 0,
            remote: self.remote,
            kind: row.table.as_str().to_owned(),
            key: row.key.to_string(),
            what: what.to_owned(),
            here,
            there,
            at: self.now,
        };
        Ok(self.writer.note_conflict(&conflict)?)
    }
}

/// Notes the rows of which the server holds another content that was not shown.
pub(super) fn note_disputed(
    writer: &Writer<'_>,
    remote: i64,
    standings: &[NewStanding],
    now: Instant,
) -> Done<()> {
    let beside = Beside { writer, remote, now, aside: Aside::default() };
    for new in standings.iter().filter(|new| new.standing == Standing::Disputed) {
        let here = content(&writer.reader(), &new.row)?;
        beside.note(&new.row, CONTENT, (here, UNKNOWN.to_owned()))?;
    }
    Ok(())
}

/// What this ledger says of a row.
fn content(reader: &Reader<'_>, row: &RowId) -> Done<String> {
    fn small<R: SmallRow + Serialize>(reader: &Reader<'_>, key: Uuid) -> Done<String> {
        Ok(reader.small_rows::<R>(Some(&[key]))?.first().map_or_else(|| UNKNOWN.to_owned(), json))
    }
    match row.table {
        Table::Generations => {
            Ok(reader.generation_rows(&[row.key])?.first().map_or_else(|| UNKNOWN.to_owned(), json))
        }
        Table::Imports => small::<ImportRow>(reader, row.key),
        Table::ImportMembers => Ok(UNKNOWN.to_owned()),
        Table::Voids => small::<VoidRow>(reader, row.key),
        Table::Authorities => small::<AuthorityRow>(reader, row.key),
        Table::Prices => small::<PriceRow>(reader, row.key),
        Table::Budgets => small::<BudgetRow>(reader, row.key),
    }
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| UNKNOWN.to_owned())
}
