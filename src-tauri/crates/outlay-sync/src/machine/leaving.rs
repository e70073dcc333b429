//! Rows on their way out: as many as a statement should carry, called as the team calls them, and without what does not
//! leave this machine.

use outlay_ledger::Reader;
use outlay_ledger::sync::{
    AuthorityRow, BudgetRow, Generation, ImportRow, PriceRow, RowId, SmallRow, SyncRemote, VoidRow,
};
use uuid::Uuid;

use super::Done;
use super::names::Names;
use crate::rows::LedgerRow;
use crate::table::{Bucket, Table};

/// What the rows of a statement come to at most, in bytes; a larger row goes alone.
const MOST_BYTES: usize = 4 << 20;
/// What a row is besides its texts, roughly.
const PLAIN_BYTES: usize = 250;
/// So many calls are read before it is seen how large they are.
const READ_AT_ONCE: usize = 500;

/// Waiting rows of a table.
pub(super) fn rows(
    reader: &Reader<'_>,
    remote: &SyncRemote,
    names: &Names,
    table: Table,
    most: usize,
) -> Done<Vec<LedgerRow>> {
    let ids = reader.waiting_rows(remote.number, table, most)?;
    let rows = match table {
        Table::Generations => generations(reader, remote.sends_summaries, &ids)?,
        Table::ImportMembers => ids.iter().filter_map(member).collect(),
        Table::Imports => small::<ImportRow>(reader, &ids, |row| LedgerRow::Import(Box::new(row)))?,
        Table::Voids => small::<VoidRow>(reader, &ids, LedgerRow::Void)?,
        Table::Authorities => small::<AuthorityRow>(reader, &ids, |row| LedgerRow::Authority(Box::new(row)))?,
        Table::Prices => small::<PriceRow>(reader, &ids, LedgerRow::Price)?,
        Table::Budgets => small::<BudgetRow>(reader, &ids, LedgerRow::Budget)?,
    };
    Ok(rows.into_iter().map(|row| names.of_team(row)).collect())
}

fn member(id: &RowId) -> Option<LedgerRow> {
    match id.bucket {
        Bucket::Import(import) => Some(LedgerRow::Member { import, generation: id.key }),
        Bucket::Day(_) | Bucket::Whole => None,
    }
}

fn generations(reader: &Reader<'_>, sends_summaries: bool, ids: &[RowId]) -> Done<Vec<LedgerRow>> {
    let mut rows = Vec::with_capacity(ids.len());
    let mut bytes = 0;
    for ids in ids.chunks(READ_AT_ONCE) {
        let keys: Vec<Uuid> = ids.iter().map(|id| id.key).collect();
        for mut row in reader.generation_rows(&keys)? {
            if !sends_summaries {
                (row.input_summary, row.output_summary) = (None, None);
            }
            bytes += size(&row);
            if bytes > MOST_BYTES && !rows.is_empty() {
                return Ok(rows);
            }
            rows.push(LedgerRow::Generation(Box::new(row)));
        }
    }
    Ok(rows)
}

fn size(row: &Generation) -> usize {
    let texts = [&row.source_key, &row.price_note, &row.variant, &row.labels];
    let some = [&row.other_units, &row.error, &row.input_summary, &row.output_summary];
    let some = some.into_iter().flatten();
    PLAIN_BYTES + texts.into_iter().chain(some).map(String::len).sum::<usize>()
}

fn small<R: SmallRow>(
    reader: &Reader<'_>,
    ids: &[RowId],
    row: impl Fn(R) -> LedgerRow,
) -> Done<Vec<LedgerRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<Uuid> = ids.iter().map(|id| id.key).collect();
    Ok(reader.small_rows::<R>(Some(&keys))?.into_iter().map(row).collect())
}
