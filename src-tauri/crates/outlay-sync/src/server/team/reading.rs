//! What somebody is shown: the keys of a bucket, and rows by their keys.

use outlay_ledger::sync::{AuthorityRow, BudgetRow, ImportRow, PriceRow, VoidRow};
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::cells::{Cells, Compacted, Parameters, beginning};
use super::small::OnServer;
use super::{Team, generations, members};
use crate::rows::LedgerRow;
use crate::server::failure::Failure;
use crate::table::{Bucket, Scope, Table};

/// Of days: one's own rows, and those that an import of one's own contains.
/// One stretch of time, which the index serves; joined with the days, the whole table would be read for each.
const KEYS_OF_DAYS: &str = "SELECT outlay.utc_day(g.created_at), g.id FROM public.ai_generations g
    WHERE g.created_at >= $2 AND g.created_at < $3 AND outlay.utc_day(g.created_at) = ANY ($4)
        AND ($1 OR g.user_id = (SELECT outlay.my_user()) OR EXISTS (SELECT FROM outlay.import_members m
            WHERE m.generation_id = g.id AND m.user_id = (SELECT outlay.my_user())))";

/// The keys of several buckets: of days in one statement.
pub(super) fn keys_of(
    team: &Team,
    table: Table,
    buckets: &[Bucket],
    scope: Scope,
) -> Result<Vec<(Bucket, Uuid)>, Failure> {
    if table == Table::Generations {
        return keys_of_days(team, buckets, scope);
    }
    let mut all = Vec::new();
    for &bucket in buckets {
        all.extend(keys(team, table, bucket, scope)?.into_iter().map(|key| (bucket, key)));
    }
    Ok(all)
}

fn keys_of_days(team: &Team, buckets: &[Bucket], scope: Scope) -> Result<Vec<(Bucket, Uuid)>, Failure> {
    let day = |bucket: &Bucket| if let Bucket::Day(day) = bucket { i32::try_from(*day).ok() } else { None };
    let days: Vec<i32> = buckets.iter().filter_map(day).collect();
    let Some((first, last)) = days.iter().min().zip(days.iter().max()) else { return Ok(Vec::new()) };
    let mut parameters = Parameters::default();
    parameters.one(Type::BOOL, scope == Scope::Team);
    parameters.one(Type::TIMESTAMPTZ, beginning(i64::from(*first)));
    parameters.one(Type::TIMESTAMPTZ, beginning(i64::from(*last) + 1));
    parameters.one(Type::INT4_ARRAY, days);
    let key = |row| {
        let mut cells = Cells::of(row);
        Ok((Bucket::Day(cells.next::<i32>()?.into()), cells.next()?))
    };
    team.query(KEYS_OF_DAYS, &parameters.borrowed())?.iter().map(key).collect()
}

/// All generations of days that lie side by side.
pub(super) fn of_days(
    parameters: &mut Parameters<'_>,
    (first, last): (i64, i64),
    scope: Scope,
) -> &'static str {
    parameters.one(Type::BOOL, scope == Scope::Team);
    parameters.one(Type::TIMESTAMPTZ, beginning(first));
    parameters.one(Type::TIMESTAMPTZ, beginning(last + 1));
    generations::SELECT_OF_DAYS
}

pub(super) fn keys(team: &Team, table: Table, bucket: Bucket, scope: Scope) -> Result<Vec<Uuid>, Failure> {
    let of_team = scope == Scope::Team;
    let of_team = (&of_team as _, Type::BOOL);
    let small = |statement| team.query(statement, std::slice::from_ref(&of_team));
    let rows = match (table, bucket) {
        (Table::Generations, Bucket::Day(_)) => {
            return Ok(keys_of_days(team, &[bucket], scope)?.into_iter().map(|(_, key)| key).collect());
        }
        (Table::ImportMembers, Bucket::Import(import)) => {
            team.query(members::KEYS, &[of_team, (&import, Type::UUID)])?
        }
        (Table::Imports, Bucket::Whole) => small(ImportRow::KEYS)?,
        (Table::Voids, Bucket::Whole) => small(VoidRow::KEYS)?,
        (Table::Authorities, Bucket::Whole) => small(AuthorityRow::KEYS)?,
        (Table::Prices, Bucket::Whole) => small(PriceRow::KEYS)?,
        (Table::Budgets, Bucket::Whole) => small(BudgetRow::KEYS)?,
        // No table has buckets of another kind.
        (_, Bucket::Day(_) | Bucket::Import(_) | Bucket::Whole) => Vec::new(),
    };
    rows.iter().map(|row| Cells::of(row).next()).collect()
}

pub(super) fn rows(
    team: &Team,
    table: Table,
    bucket: Bucket,
    keys: &[Uuid],
) -> Result<Vec<LedgerRow>, Failure> {
    let Bucket::Import(import) = bucket else { return of_keys(team, table, keys) };
    let pairs: Vec<_> = keys.iter().map(|key| (import, *key)).collect();
    let member = |(import, generation)| LedgerRow::Member { import, generation };
    Ok(shown(team, &pairs)?.into_iter().map(member).collect())
}

/// The rows of a table with some keys; pairs have none that is theirs alone.
pub(super) fn of_keys(team: &Team, table: Table, keys: &[Uuid]) -> Result<Vec<LedgerRow>, Failure> {
    match table {
        Table::Generations => {
            let rows = team.query(generations::SELECT, &[(&keys, Type::UUID_ARRAY)])?;
            let mut json = Compacted::default();
            rows.iter().map(|row| taken(row, &mut json)).collect()
        }
        Table::ImportMembers => Ok(Vec::new()),
        Table::Imports => small::<ImportRow>(team, keys),
        Table::Voids => small::<VoidRow>(team, keys),
        Table::Authorities => small::<AuthorityRow>(team, keys),
        Table::Prices => small::<PriceRow>(team, keys),
        Table::Budgets => small::<BudgetRow>(team, keys),
    }
}

/// A generation as it travels.
pub(super) fn taken(row: &Row, json: &mut Compacted) -> Result<LedgerRow, Failure> {
    Ok(LedgerRow::Generation(Box::new(generations::read(row, json)?)))
}

fn small<R: OnServer>(team: &Team, keys: &[Uuid]) -> Result<Vec<LedgerRow>, Failure> {
    let rows = team.query(R::ROWS, &[(&keys, Type::UUID_ARRAY)])?;
    rows.iter().map(|row| Ok(R::taken(row)?.travelling())).collect()
}

/// Those of some pairs of import and row that are there.
pub(super) fn shown(team: &Team, pairs: &[(Uuid, Uuid)]) -> Result<Vec<(Uuid, Uuid)>, Failure> {
    let mut parameters = Parameters::default();
    members::add(&mut parameters, pairs);
    let rows = team.query(members::SHOWN, &parameters.borrowed())?;
    let pair = |row| {
        let mut cells = Cells::of(row);
        Ok((cells.next()?, cells.next()?))
    };
    rows.iter().map(pair).collect()
}
