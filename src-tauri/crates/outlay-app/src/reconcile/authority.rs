//! Whose money counts where a cost export and usage describe the same days: shown first, then done.
//!
//! Nothing is removed by an answer, so the other answer undoes it. Tokens and calls are the usage's either way.

use std::collections::BTreeMap;

use outlay_core::money::Money;
use outlay_core::period::{Day, Month};
use outlay_core::report::reconcile::BillSide;
use outlay_core::report::{Count, Headline};
use outlay_ledger::sync::News;
use outlay_ledger::{Choice, Chosen, Whose, Writer};
use serde::{Deserialize, Serialize};

use super::Wanted;
use crate::alerts::{self, Happened};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::reports;

/// Whose money shall count, and where.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct AuthorityRequest {
    /// `billed`: the cost export; `usage`: tokens times their price.
    pub speaks: BillSide,
    /// A UTC month; the current one when neither it nor days are named.
    #[serde(default)]
    pub month: Option<Month>,
    /// The first UTC day, in place of a month.
    #[serde(default)]
    pub from: Option<Day>,
    /// The last UTC day, which is included.
    #[serde(default)]
    pub to: Option<Day>,
    /// Who bills; everybody when absent.
    #[serde(default)]
    pub provider: Option<String>,
    /// The account; every one when absent.
    #[serde(default)]
    pub account: Option<String>,
    /// The plan that was shown. Without it, whatever the plan would be is done.
    #[serde(default)]
    pub plan_id: Option<String>,
}

/// What another answer changes, or changed.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct Authority {
    /// `outlay.authority/1`.
    pub schema: &'static str,
    /// Names the plan: the request and the state of the ledger.
    pub plan_id: String,
    /// Whether it was done. False for a plan, and where nothing changes.
    pub done: bool,
    /// Whose money counts.
    pub speaks: BillSide,
    /// The first UTC day that was asked about.
    pub from: Day,
    /// The last.
    pub to: Day,
    /// Accounts of which both sides have rows on some of these days.
    pub accounts: Vec<AuthorityAccount>,
    /// Months of which days change, in the ledger's time zone: what their reports say before and after.
    pub months: Vec<AuthorityMonth>,
}

/// An account that another answer is about.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct AuthorityAccount {
    /// Who bills it.
    pub provider: String,
    /// The account.
    pub account: String,
    /// The first UTC day on which both sides have rows.
    pub first_day: Day,
    /// The last.
    pub last_day: Day,
    /// How many such days there are.
    pub days: Count,
    /// On how many of them somebody else speaks from then on.
    pub changed: Count,
}

/// Spend of a month before and after.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct AuthorityMonth {
    /// The month.
    pub month: Month,
    /// Before.
    pub before: Money,
    /// Whether the true spend is at least that.
    pub before_at_least: bool,
    /// After.
    pub after: Money,
    /// Whether the true spend is at least that.
    pub after_at_least: bool,
}

/// Shows what would count if a side spoke. Nothing is written.
///
/// # Errors
/// No day has rows of both sides; days that are no range; those of the ledger.
pub fn plan(app: &App, request: AuthorityRequest) -> Result<Authority, ApiError> {
    app.plan(|writer| Ok(choose(app, &writer, &request)?.0))
}

/// Lets a side speak, if the plan is still the one that was shown.
///
/// # Errors
/// As of [`plan`]; the ledger changed since the plan.
pub fn set(app: &App, request: AuthorityRequest) -> Result<Authority, ApiError> {
    app.write_much(|writer| {
        let (planned, news) = choose(app, &writer, &request)?;
        if request.plan_id.as_ref().is_some_and(|shown| *shown != planned.plan_id) {
            return Err(AppError::PlanChanged { what: "the ledger" });
        }
        if news.ids.is_none() {
            return Ok(planned);
        }
        alerts::evaluate(app, &writer, Happened::Pulled(&news))?;
        writer.commit()?;
        Ok(Authority { done: true, ..planned })
    })
}

/// Lets a side speak in a transaction that the caller keeps or drops.
fn choose(app: &App, writer: &Writer<'_>, request: &AuthorityRequest) -> Result<(Authority, News), AppError> {
    let (from, to) = super::days(app, request.month, (request.from, request.to))?;
    let wanted = Wanted::of(request.provider.as_deref(), request.account.as_deref());
    let months = months(from, to);
    let before = spend(app, writer, &months)?;
    let mut accounts = Vec::new();
    let mut news = News::default();
    for ((provider, account), names) in wanted.accounts(&writer.reader().accounts_to_reconcile()?) {
        let days = (from.number().into(), to.number().into());
        let choice = Choice { provider: &provider, accounts: &names, days, side: request.speaks };
        let chosen = writer.choose(&choice, app.now())?;
        news.ids = match (news.ids, chosen.ids) {
            (Some((first, last)), Some(more)) => Some((first.min(more.0), last.max(more.1))),
            (ids, more) => ids.or(more),
        };
        accounts.extend(AuthorityAccount::of(provider.clone(), account, &chosen));
    }
    if accounts.is_empty() {
        return Err(AppError::NothingToReconcile { from, to });
    }
    let after = spend(app, writer, &months)?;
    let changed = |month: &Month| {
        let (before, after) = (before[month], after[month]);
        (before != after).then_some(AuthorityMonth {
            month: *month,
            before: before.spend,
            before_at_least: before.at_least,
            after: after.spend,
            after_at_least: after.at_least,
        })
    };
    let mut planned = Authority {
        schema: "outlay.authority/1",
        plan_id: String::new(),
        done: false,
        speaks: request.speaks,
        from,
        to,
        accounts,
        months: months.iter().filter_map(changed).collect(),
    };
    let named = serde_json::to_vec(&planned).unwrap_or_default();
    let hash = blake3::hash(&named).to_hex();
    planned.plan_id = format!("{}-{}", writer.identity().revision, &hash[..16]);
    Ok((planned, news))
}

/// The months of a zone that UTC days of a range can lie in.
fn months(from: Day, to: Day) -> Vec<Month> {
    let (first, last) = (Month::containing(from.previous()), Month::containing(to.next()));
    let next = |month: &Month| (*month < last).then(|| month.next());
    std::iter::successors(Some(first), next).collect()
}

/// What the owner's report of each month says.
fn spend(app: &App, writer: &Writer<'_>, months: &[Month]) -> Result<BTreeMap<Month, Headline>, AppError> {
    let reader = writer.reader();
    let zone = app.zone(&reader)?;
    let whose = Whose::User(writer.identity().owner.clone());
    let mut spend = BTreeMap::new();
    for &month in months {
        let days = reports::days(&reader, month.first_day(), month.last_day(), zone, &whose)?;
        spend.insert(month, Headline::of(&days));
    }
    Ok(spend)
}

impl AuthorityAccount {
    /// `None` where there is no day with rows of both sides.
    fn of(provider: String, account: String, chosen: &Chosen) -> Option<Self> {
        let day = |number: i64| i32::try_from(number).ok().map(Day::from_number);
        let (first, last) = chosen.days?;
        Some(Self {
            provider,
            account,
            first_day: day(first)?,
            last_day: day(last)?,
            days: Count(chosen.both),
            changed: Count(chosen.changed),
        })
    }
}
