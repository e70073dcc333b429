//! What the server holds in a few numbers: the digests of all tables, in one statement, and what counts.

use std::collections::BTreeMap;

use outlay_core::money::Money;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::cells::{Cells, Parameters};
use super::{Team, only};
use crate::digest::{Digest, Digests};
use crate::look::Look;
use crate::remote::{Asked, Counted};
use crate::server::failure::Failure;
use crate::table::{Bucket, Scope, Table};

/// Sums are of 48 bits each, so they may outgrow 64.
const DIGESTS: &str = "SELECT of_table, day, import_id, row_count, (key_sum % 18446744073709551616)::text
    FROM outlay.digests($1, $2) WHERE row_count > 0";

const COUNTED: &str = "SELECT rows, cost_nanos::bigint FROM outlay.counted($1)";

pub(super) fn of_all(parameters: &mut Parameters<'_>, look: Look, scope: Scope) -> &'static str {
    let since = match look {
        Look::Since(day) => Some(i32::try_from(day).unwrap_or(0)),
        Look::All => None,
    };
    parameters.one(Type::BOOL, scope == Scope::Team);
    parameters.one(Type::INT4, since);
    DIGESTS
}

pub(super) fn of_what_counts(parameters: &mut Parameters<'_>, scope: Scope) -> &'static str {
    parameters.one(Type::BOOL, scope == Scope::Team);
    COUNTED
}

pub(super) fn all(team: &mut Team, look: Look, scope: Scope) -> Result<BTreeMap<Table, Digests>, Failure> {
    let rows = team.answer(Asked::Digests(look, scope))?.few();
    let mut all: BTreeMap<Table, Digests> = BTreeMap::new();
    for row in &rows {
        let mut cells = Cells::of(row);
        let name: &str = cells.next()?;
        let (day, import): (Option<i32>, Option<Uuid>) = (cells.next()?, cells.next()?);
        let count = u64::try_from(cells.next::<i64>()?).unwrap_or(0);
        let part = Digest { count, sum: cells.word()? };
        let mut add = |table, bucket| add(all.entry(table).or_default().entry(bucket).or_default(), part);
        match Table::ALL.into_iter().find(|table| table.as_str() == name) {
            Some(Table::Generations) => {
                add(Table::Generations, Bucket::Day(day.unwrap_or_default().into()));
                // The rows say themselves which import they are of.
                import.into_iter().for_each(|import| add(Table::ImportMembers, Bucket::Import(import)));
            }
            Some(Table::ImportMembers) => {
                import.into_iter().for_each(|import| add(Table::ImportMembers, Bucket::Import(import)));
            }
            Some(table) => add(table, Bucket::Whole),
            None => {
                return Err(Failure::Unintelligible { reason: format!("digests of a table {name:?}") });
            }
        }
    }
    Ok(all)
}

fn add(digest: &mut Digest, part: Digest) {
    digest.count += part.count;
    digest.sum = digest.sum.wrapping_add(part.sum);
}

pub(super) fn counted(team: &mut Team, scope: Scope) -> Result<Counted, Failure> {
    let row = only(team.answer(Asked::Counted(scope))?.few())?;
    let mut cells = Cells::of(&row);
    let rows = u64::try_from(cells.next::<i64>()?).unwrap_or(0);
    Ok(Counted { rows, spend: Money::from_nanos(cells.next()?) })
}
