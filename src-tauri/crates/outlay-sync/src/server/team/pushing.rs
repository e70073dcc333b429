//! Rows on their way to the server: stored where their keys are free, and else compared with what is there.

use std::collections::{HashMap, HashSet};

use outlay_ledger::sync::{AuthorityRow, BudgetRow, Generation, ImportRow, PriceRow, VoidRow};
use uuid::Uuid;

use super::cells::{Cells, Parameters};
use super::small::OnServer;
use super::{Team, counter, generations, members, reading};
use crate::remote::{Bump, Bumped, Verdict};
use crate::rows::LedgerRow;
use crate::server::failure::Failure;
use crate::table::{Row, Table};

pub(super) fn push(
    team: &Team,
    table: Table,
    rows: &[LedgerRow],
    bump: Option<Bump>,
) -> Result<Bumped<Vec<Uuid>>, Failure> {
    let mut parameters = counter::parameters(bump);
    let statement = match table {
        Table::Generations => {
            generations::add(&mut parameters, &generations_of(rows))?;
            generations::INSERT
        }
        Table::ImportMembers => {
            members::add(&mut parameters, &members::pairs(rows));
            members::INSERT
        }
        Table::Imports => add_small::<ImportRow>(&mut parameters, rows),
        Table::Voids => add_small::<VoidRow>(&mut parameters, rows),
        Table::Authorities => add_small::<AuthorityRow>(&mut parameters, rows),
        Table::Prices => add_small::<PriceRow>(&mut parameters, rows),
        Table::Budgets => add_small::<BudgetRow>(&mut parameters, rows),
    };
    let row = team.row(statement, &parameters.borrowed())?;
    let mut cells = Cells::of(&row);
    Ok(Bumped { found: counter::found(&mut cells)?, done: cells.next()? })
}

fn generations_of<'r>(rows: &'r [LedgerRow]) -> Vec<&'r Generation> {
    let generation =
        |row: &'r LedgerRow| if let LedgerRow::Generation(row) = row { Some(&**row) } else { None };
    rows.iter().filter_map(generation).collect()
}

fn add_small<'r, R: OnServer + 'r>(parameters: &mut Parameters<'r>, rows: &'r [LedgerRow]) -> &'static str {
    R::add(parameters, &rows.iter().filter_map(R::of).collect::<Vec<_>>());
    R::INSERT
}

pub(super) fn judge(team: &Team, table: Table, rows: &[LedgerRow]) -> Result<Vec<Verdict>, Failure> {
    if table == Table::ImportMembers {
        return judge_members(team, rows);
    }
    let keys: Vec<Uuid> = rows.iter().map(|row| row.id().key).collect();
    let there = reading::of_keys(team, table, &keys)?;
    let there: HashMap<Uuid, LedgerRow> = there.into_iter().map(|row| (row.id().key, row)).collect();
    let verdict = |row: &LedgerRow| match there.get(&row.id().key) {
        None => Verdict::Hidden,
        Some(there) if row.says_the_same(there) => Verdict::Known,
        Some(_) => Verdict::Different,
    };
    Ok(rows.iter().map(verdict).collect())
}

fn judge_members(team: &Team, rows: &[LedgerRow]) -> Result<Vec<Verdict>, Failure> {
    let shown: HashSet<(Uuid, Uuid)> = reading::shown(team, &members::pairs(rows))?.into_iter().collect();
    let verdict = |pair: &(Uuid, Uuid)| if shown.contains(pair) { Verdict::Known } else { Verdict::Hidden };
    Ok(members::pairs(rows).iter().map(verdict).collect())
}
