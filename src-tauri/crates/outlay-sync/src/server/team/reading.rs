//! What somebody is shown: the keys of a bucket, and rows by their keys.

use outlay_ledger::sync::{AuthorityRow, BudgetRow, ImportRow, PriceRow, VoidRow};
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::cells::{Cells, Parameters, beginning};
use super::small::OnServer;
use super::{Team, generations, members};
use crate::rows::LedgerRow;
use crate::server::failure::Failure;
use crate::table::{Bucket, Scope, Table};

/// Of a day: one's own rows, and those that an import of one's own contains.
const KEYS_OF_DAY: &str = "SELECT g.id FROM public.ai_generations g
    WHERE g.created_at >= $2 AND g.created_at < $3 AND ($1 OR g.user_id = (SELECT outlay.my_user()) OR EXISTS (
        SELECT FROM outlay.import_members m WHERE m.generation_id = g.id AND m.user_id = (SELECT outlay.my_user())))";

pub(super) fn keys(team: &Team, table: Table, bucket: Bucket, scope: Scope) -> Result<Vec<Uuid>, Failure> {
    let of_team = scope == Scope::Team;
    let of_team = (&of_team as _, Type::BOOL);
    let small = |statement| team.query(statement, std::slice::from_ref(&of_team));
    let rows = match (table, bucket) {
        (Table::Generations, Bucket::Day(day)) => {
            let (from, until) = (beginning(day), beginning(day + 1));
            let times = [(&from as _, Type::TIMESTAMPTZ), (&until as _, Type::TIMESTAMPTZ)];
            team.query(KEYS_OF_DAY, &[&[of_team][..], &times[..]].concat())?
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
            let generation = |row| Ok(LedgerRow::Generation(Box::new(generations::read(row)?)));
            rows.iter().map(generation).collect()
        }
        Table::ImportMembers => Ok(Vec::new()),
        Table::Imports => small::<ImportRow>(team, keys),
        Table::Voids => small::<VoidRow>(team, keys),
        Table::Authorities => small::<AuthorityRow>(team, keys),
        Table::Prices => small::<PriceRow>(team, keys),
        Table::Budgets => small::<BudgetRow>(team, keys),
    }
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
