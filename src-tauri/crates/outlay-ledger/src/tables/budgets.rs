//! Named budgets, version by version, and what their calls cost. The monthly cap is in `cost_config`.

use std::collections::BTreeMap;

use outlay_core::budget::{Budget, BudgetMode, Scope};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Day, Month};
use outlay_core::report::Headline;
use rusqlite::{Row, params};
use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};
use crate::sync::names::{RowId, Table};
use crate::sync::outbox;
use crate::sync::rows::BudgetRow;

/// A version of a named budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedBudget {
    /// The budget's id, the same in all versions.
    pub id: Uuid,
    /// From 1; the greatest speaks.
    pub revision: i64,
    /// What it says.
    pub budget: Budget,
    /// Whether this version removes it.
    pub removed: bool,
    /// When it was kept.
    pub at: Instant,
}

const COLUMNS: &str =
    "SELECT b.id, b.revision, b.name, b.provider, b.model, b.amount_nanos, b.mode, b.warn_at_pct, b.removed, b.at,
        (SELECT r.amount_nanos FROM budget_raises r WHERE r.user_id = ?1 AND r.budget_id = b.id AND r.month = ?2
            ORDER BY r.revision DESC, r.amount_nanos LIMIT 1)
    FROM budgets b WHERE b.user_id = ?1";

/// A version, and what a month may cost instead of what it says.
type Raised = (NamedBudget, Option<Money>);

impl Reader<'_> {
    /// A user's named budgets as every month has them, those of providers first, by name.
    ///
    /// # Errors
    /// Those of SQLite, and a stored word that this program does not know.
    pub fn budgets(&self, user: &str) -> Result<Vec<NamedBudget>, LedgerError> {
        Ok(self.latest(user, None)?.into_iter().map(|(version, _)| version).collect())
    }

    /// The same as a month has them, which may have been raised.
    ///
    /// # Errors
    /// As [`Reader::budgets`].
    pub fn budgets_in(&self, user: &str, month: Month) -> Result<Vec<NamedBudget>, LedgerError> {
        let raised = |(version, amount): Raised| {
            let budget = version.budget.raised_to(amount);
            NamedBudget { budget, ..version }
        };
        Ok(self.latest(user, Some(month))?.into_iter().map(raised).collect())
    }

    fn latest(&self, user: &str, month: Option<Month>) -> Result<Vec<Raised>, LedgerError> {
        let sql = format!(
            "{COLUMNS} AND b.revision = (SELECT max(revision) FROM budgets WHERE id = b.id)
            ORDER BY b.provider = '', b.name"
        );
        let mut latest = self.versions(&sql, user, month)?;
        let ids: FxHashSet<Uuid> = latest.iter().map(|(version, _)| version.id).collect();
        if ids.len() < latest.len() {
            self.drop_rivals(&mut latest)?;
        }
        latest.retain(|(version, _)| !version.removed);
        Ok(latest)
    }

    /// Of versions that two machines made of one revision, keeps the one that every machine lets speak: a limit before a
    /// removal, then the lower limit, then the lesser key.
    fn drop_rivals(&self, latest: &mut Vec<Raised>) -> Result<(), LedgerError> {
        let rows = self.small_rows::<BudgetRow>(None)?;
        let speaks = |(version, _): &Raised| {
            let rivals = rows.iter().filter(|row| (row.id, row.revision) == (version.id, version.revision));
            let winner = rivals.min_by_key(|row| (row.removed, row.amount, row.key()));
            winner.is_some_and(|row| {
                (row.removed, row.amount, row.at, &row.name)
                    == (version.removed, version.budget.amount, version.at, &version.budget.name)
            })
        };
        latest.retain(speaks);
        latest.dedup_by_key(|(version, _)| version.id);
        Ok(())
    }

    /// Every version of a user's named budgets, the newest first.
    ///
    /// # Errors
    /// As [`Reader::budgets`].
    pub fn budget_history(&self, user: &str) -> Result<Vec<NamedBudget>, LedgerError> {
        let versions =
            self.versions(&format!("{COLUMNS} ORDER BY b.at DESC, b.revision DESC"), user, None)?;
        Ok(versions.into_iter().map(|(version, _)| version).collect())
    }

    fn versions(&self, sql: &str, user: &str, month: Option<Month>) -> Result<Vec<Raised>, LedgerError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query((user, month.map(|month| month.first_day().number())))?;
        let mut versions = Vec::new();
        while let Some(row) = rows.next()? {
            let raised: Option<i64> = row.get(10)?;
            versions.push((read(row)?, raised.map(Money::from_nanos)));
        }
        Ok(versions)
    }

    /// What a user's calls of a scope cost from `first` to `last`, both days included.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn headline(
        &self,
        user: &str,
        scope: &Scope,
        (first, last): (Day, Day),
    ) -> Result<Headline, LedgerError> {
        self.note_covered(scope)?;
        let is_month =
            Month::containing(first).first_day() == first && Month::containing(first).last_day() == last;
        // A month is summed up already.
        let sql = match scope {
            Scope::All => HEADLINE_OF_ALL,
            Scope::Provider(_) if is_month => PROVIDERS_MONTH,
            Scope::Model(_) if is_month => MODELS_MONTH,
            Scope::Provider(_) | Scope::Model(_) => HEADLINE_OF_DAYS,
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let (first, last) = (first.number(), last.number());
        let headline = |row: &Row<'_>| {
            Ok(Headline { spend: Money::from_nanos(row.get(0)?), at_least: row.get(1)?, about: row.get(2)? })
        };
        Ok(match scope {
            Scope::All => statement.query_row((first, last, user), headline)?,
            Scope::Provider(name) | Scope::Model(name) if is_month => {
                statement.query_row((first, user, name), headline)?
            }
            scope => statement.query_row((first, last, user, scope.provider(), scope.model()), headline)?,
        })
    }

    /// What a user's calls cost by day, for each scope, from `first` to `last`; days without calls are absent.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn days_of_scopes(
        &self,
        user: &str,
        scopes: &[Scope],
        (first, last): (Day, Day),
    ) -> Result<Vec<BTreeMap<Day, Money>>, LedgerError> {
        let mut days = vec![BTreeMap::new(); scopes.len()];
        if scopes.is_empty() {
            return Ok(days);
        }
        let falls_under = self.dimensions_under(user, scopes)?;
        for cost in self.day_costs(first, last)? {
            for &scope in falls_under.get(&cost.dimension).into_iter().flatten() {
                let day: &mut Money = days[scope].entry(cost.day).or_default();
                *day = day.saturating_add(cost.cost);
            }
        }
        Ok(days)
    }

    /// The scopes that each of a user's dimensions falls under, by its number.
    fn dimensions_under(
        &self,
        user: &str,
        scopes: &[Scope],
    ) -> Result<FxHashMap<i64, Vec<usize>>, LedgerError> {
        let mut under: FxHashMap<i64, Vec<usize>> = FxHashMap::default();
        for (index, scope) in scopes.iter().enumerate() {
            self.note_covered(scope)?;
            let mut statement = self.connection.prepare_cached(SPEND_UNDER)?;
            let mut rows = statement.query((user, scope.provider(), scope.model()))?;
            while let Some(row) = rows.next()? {
                under.entry(row.get(0)?).or_default().push(index);
            }
        }
        Ok(under)
    }
}

/// Spend, whether rows have no price, whether costs are about.
macro_rules! sums {
    () => {
        "SELECT coalesce(sum(cost_nanos) FILTER (WHERE cost_basis IN ('billed', 'computed', 'estimated')), 0),
            coalesce(sum(row_count - paid_elsewhere) FILTER (WHERE cost_basis = 'unpriced'), 0) > 0,
            coalesce(sum(inexact_rows), 0) > 0 "
    };
}

const HEADLINE_OF_ALL: &str =
    concat!(sums!(), "FROM rollup_totals WHERE day BETWEEN ?1 AND ?2 AND user_id = ?3");
const PROVIDERS_MONTH: &str = concat!(
    sums!(),
    "FROM dimensions d CROSS JOIN rollup_months r ON r.month = ?1 AND r.dimension_id = d.id
    WHERE d.user_id = ?2 AND d.provider = ?3 COLLATE NOCASE"
);
const MODELS_MONTH: &str = concat!(
    sums!(),
    "FROM temp.covered c CROSS JOIN dimensions d ON d.id = c.dimension_id AND d.user_id = ?2
        CROSS JOIN rollup_months r ON r.month = ?1 AND r.dimension_id = d.id
    WHERE c.model = ?3"
);
const HEADLINE_OF_DAYS: &str = concat!(
    sums!(),
    "FROM rollup_days r CROSS JOIN dimensions d ON d.id = r.dimension_id
    WHERE r.day BETWEEN ?1 AND ?2 AND d.user_id = ?3 AND ((?4 <> '' AND d.provider = ?4 COLLATE NOCASE)
        OR d.id IN (SELECT dimension_id FROM temp.covered WHERE model = ?5))"
);
/// Dimensions whose cost is spend.
const SPEND_UNDER: &str = "SELECT id FROM dimensions
    WHERE user_id = ?1 AND cost_basis IN ('billed', 'computed', 'estimated')
        AND ((?2 <> '' AND provider = ?2 COLLATE NOCASE)
            OR id IN (SELECT dimension_id FROM temp.covered WHERE model = ?3))";

impl Writer<'_> {
    /// Keeps the next version of a budget, its first one where the id is new.
    ///
    /// # Errors
    /// Those of SQLite; values that the table refuses were refused by `outlay_core::budget` before.
    pub fn keep_budget(
        &self,
        user: &str,
        id: Uuid,
        budget: &Budget,
        removed: bool,
        now: Instant,
    ) -> Result<(), LedgerError> {
        let sql = "INSERT INTO budgets (id, revision, user_id, name, provider, model, amount_nanos, mode, warn_at_pct,
                removed, at, device_id)
            VALUES (?1, (SELECT coalesce(max(revision), 0) + 1 FROM budgets WHERE id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8,
                ?9, ?10, ?11)";
        self.transaction.execute(
            sql,
            params![
                id.as_bytes(),
                user,
                budget.name,
                budget.scope.provider(),
                budget.scope.model(),
                budget.amount.nanos(),
                budget.mode.as_str(),
                budget.warn_at_pct,
                removed,
                now.micros(),
                self.identity.device_id.as_bytes(),
            ],
        )?;
        self.let_version_wait(user, id)
    }

    /// Notes that the latest version of a budget of the owner's is to be pushed.
    fn let_version_wait(&self, user: &str, id: Uuid) -> Result<(), LedgerError> {
        if user != self.identity.owner || self.reader().remotes()?.is_empty() {
            return Ok(());
        }
        let versions = self.reader().small_rows::<BudgetRow>(None)?;
        let latest = versions.iter().filter(|row| row.id == id).max_by_key(|row| row.revision);
        match latest {
            Some(row) => outbox::add(&self.transaction, &RowId::whole(Table::Budgets, row.key())),
            None => Ok(()),
        }
    }
}

fn read(row: &Row<'_>) -> Result<NamedBudget, LedgerError> {
    let (provider, model): (String, String) = (row.get(3)?, row.get(4)?);
    let mode: String = row.get(6)?;
    let mode: BudgetMode =
        mode.parse().map_err(|_| LedgerError::Unreadable { what: "budget mode", value: mode })?;
    let scope = if provider.is_empty() { Scope::Model(model) } else { Scope::Provider(provider) };
    let amount = Money::from_nanos(row.get(5)?);
    let (name, warn_at_pct) = (row.get(2)?, row.get(7)?);
    Ok(NamedBudget {
        id: Uuid::from_bytes(row.get(0)?),
        revision: row.get(1)?,
        budget: Budget { name, scope, amount, mode, warn_at_pct, confirmed: true, raised_from: None },
        removed: row.get(8)?,
        at: Instant::from_micros(row.get(9)?),
    })
}
