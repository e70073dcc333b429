//! The present month of the ledger, and what is known of a user's budgets in it, read from rollups.
//!
//! Days and months are those of the ledger's own time zone, whatever zone a call asks for: budgets, alerts and the
//! gate count alike. No rule is decided here.

use std::collections::{BTreeMap, BTreeSet};

use outlay_core::alert::BudgetSpend;
use outlay_core::budget::{Account, Budget, BudgetStanding, Figures, Scope, standing};
use outlay_core::forecast::project;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Day, Month, Zone};
use outlay_core::report::Headline;
use outlay_ledger::{NamedBudget, Reader, Whose};
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::reports::{self, Past};

/// The present, the same for all users.
pub(crate) struct Moment {
    pub(crate) now: Instant,
    pub(crate) zone: Zone,
    pub(crate) month: Month,
    pub(crate) today: Day,
    /// The first day that a projection learns from.
    pub(crate) earliest: Day,
    /// Days since then that some source speaks about.
    pub(crate) covered: BTreeSet<Day>,
}

/// A budget as it is kept; the monthly cap has no id.
pub(crate) type Kept = (Option<Uuid>, Budget);

impl Moment {
    pub(crate) fn of(app: &App, reader: &Reader<'_>) -> Result<Self, AppError> {
        let (now, zone) = (app.now(), reader.identity()?.zone);
        let today = zone.day_of(now);
        let month = Month::containing(today);
        let earliest = reports::first_day_of_history(month);
        let covered = reader.covered_days(earliest, today)?;
        Ok(Self { now, zone, month, today, earliest, covered })
    }

    /// The first and the last day of the month.
    pub(crate) fn days(&self) -> (Day, Day) {
        (self.month.first_day(), self.month.last_day())
    }

    /// Where budgets stand.
    pub(crate) fn standings(
        &self,
        reader: &Reader<'_>,
        user: &str,
        budgets: &[Kept],
    ) -> Result<Vec<BudgetStanding>, AppError> {
        let scopes: Vec<Scope> = budgets.iter().map(|(_, budget)| budget.scope.clone()).collect();
        let spends = self.spends(reader, user, &scopes)?;
        let stand = |((id, budget), spent): (&Kept, &BTreeMap<Day, Money>)| {
            let past = Past::of_spend(self.today, spent, &self.covered);
            let outlook = past.outlook(self.month, self.now, self.zone);
            let projection = project(&outlook);
            let daily = spent.range(self.month.first_day()..).map(|(&day, &spend)| (day, spend)).collect();
            let figures = Figures {
                zone: self.zone,
                days: self.days(),
                spend: reader.headline(user, &budget.scope, self.days())?,
                reserved: reader.reserved(user, &budget.scope, self.now)?,
                daily: &daily,
                outlook,
                projection: projection.as_ref(),
            };
            Ok(standing(id.map(|id| id.to_string()), budget, &figures))
        };
        budgets.iter().zip(&spends).map(stand).collect()
    }

    /// The named budgets with what the month cost so far. A forecast is made where it may tell something: neither of a
    /// month that has cost nothing, nor of a limit that is reached.
    pub(crate) fn named(
        &self,
        reader: &Reader<'_>,
        user: &str,
        may_tell: impl Fn(&BudgetSpend) -> bool,
    ) -> Result<Vec<BudgetSpend>, AppError> {
        let mut limits = Vec::new();
        for NamedBudget { id, budget, .. } in reader.budgets_in(user, self.month)? {
            let spend = reader.headline(user, &budget.scope, self.days())?;
            limits.push(BudgetSpend { id: Some(id), budget, spend, projection: None });
        }
        let is_open = |limit: &BudgetSpend| {
            limit.spend.spend > Money::ZERO && limit.spend.spend < limit.budget.amount && may_tell(limit)
        };
        let open: Vec<Scope> =
            limits.iter().filter(|limit| is_open(limit)).map(|limit| limit.budget.scope.clone()).collect();
        let spends = self.spends(reader, user, &open)?;
        for (limit, spent) in limits.iter_mut().filter(|limit| is_open(limit)).zip(&spends) {
            let past = Past::of_spend(self.today, spent, &self.covered);
            limit.projection = project(&past.outlook(self.month, self.now, self.zone));
        }
        Ok(limits)
    }

    /// The spend by day of each scope, from the first day of history to the end of the month.
    pub(crate) fn spends(
        &self,
        reader: &Reader<'_>,
        user: &str,
        scopes: &[Scope],
    ) -> Result<Vec<BTreeMap<Day, Money>>, AppError> {
        let range = (self.earliest, self.month.last_day());
        let named: Vec<Scope> = scopes.iter().filter(|scope| **scope != Scope::All).cloned().collect();
        let mut of_named = reader.days_of_scopes(user, &named, range)?.into_iter();
        let mut spends = Vec::new();
        for scope in scopes {
            spends.push(match scope {
                Scope::All => {
                    reports::spend_by_day(&reader.days(range.0, range.1, &Whose::User(user.to_owned()))?)
                }
                Scope::Provider(_) | Scope::Model(_) => of_named.next().unwrap_or_default(),
            });
        }
        Ok(spends)
    }
}

/// A user's budgets as a month has them, the broadest first.
pub(crate) fn all(reader: &Reader<'_>, user: &str, month: Month) -> Result<Vec<Kept>, AppError> {
    let (_, cap) = reader.cost_config_in(user, month)?;
    let mut budgets = vec![(None, cap)];
    budgets.extend(reader.budgets_in(user, month)?.into_iter().map(|named| (Some(named.id), named.budget)));
    Ok(budgets)
}

/// The same as every month has them: without what was raised for one alone.
pub(crate) fn usual(reader: &Reader<'_>, user: &str) -> Result<Vec<Kept>, AppError> {
    let mut budgets = vec![(None, Budget::cap(&reader.cost_config(user)?))];
    budgets.extend(reader.budgets(user)?.into_iter().map(|named| (Some(named.id), named.budget)));
    Ok(budgets)
}

/// What is spent and reserved of the budgets that a call falls under, in a transaction that changes no row.
pub(crate) fn accounts(
    reader: &Reader<'_>,
    user: &str,
    call: (&str, &str),
    (month, now): (Month, Instant),
) -> Result<Vec<Account>, AppError> {
    let days = (month.first_day(), month.last_day());
    let mut accounts = Vec::new();
    for (_, budget) in all(reader, user, month)? {
        if !budget.scope.covers(call.0, call.1) {
            continue;
        }
        let Headline { spend: spent, .. } = reader.remembered_headline(user, &budget.scope, days)?;
        let reserved = reader.reserved(user, &budget.scope, now)?;
        accounts.push(Account { budget, spent, reserved });
    }
    Ok(accounts)
}
