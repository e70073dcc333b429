//! `check_budgets`: may another call be made? It reads, and promises nothing about the next second; who must be sure
//! reserves (`reserve`).
//!
//! What it cannot tell is an answer, too: scripts get `unknown` with the reason, and what the user chose for that.

use std::time::Duration;

use outlay_core::budget::{
    Account, Budget, BudgetStanding, BudgetState, CAP, GateDecision, Refusal, Scope, first_refusal,
};
use outlay_core::figures::dollars;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::Month;
use outlay_core::report::{Count, SourceState, Sources};
use outlay_ledger::{Reader, Whose};
use serde::{Deserialize, Serialize};

use super::moment::{self, Kept, Moment};
use super::{Unknown, WhenUnknown, chosen, money};
use crate::app::App;
use crate::error::{ApiError, AppError, Code};
use crate::reports;
use crate::users;

/// What is asked of the gate.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct CheckRequest {
    /// Names or ids of budgets; all of them when empty.
    pub names: Vec<String>,
    /// What the next call is estimated to cost, in dollars.
    pub estimate: Option<String>,
    /// Refuse, too, when the month is likely to end beyond a budget.
    pub forecast: bool,
    /// How old the newest data may be, in seconds.
    pub max_age_seconds: Option<Count>,
    /// How long to wait for a ledger that another program holds, in seconds: 5 when absent, a day at most. Then it
    /// cannot be told.
    pub timeout_seconds: Option<Count>,
    /// What to say when it cannot be told; the setting when absent.
    pub when_unknown: Option<WhenUnknown>,
    /// A user's name; the owner when absent.
    pub user: Option<String>,
}

/// What the gate answers.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct BudgetCheck {
    /// `outlay.budget-check/1`.
    pub schema: &'static str,
    /// When it was looked.
    pub checked_at: Instant,
    /// Whether another call may be made.
    pub decision: GateDecision,
    /// The same for a shell: 0 allowed, 1 refused, 69 cannot tell, 75 the data is too old.
    pub exit_code: u8,
    /// The state of the budget that is used the most; `none` where nothing is limited.
    pub state: BudgetState,
    /// Where each budget stands, the broadest first.
    pub budgets: Vec<BudgetStanding>,
    /// What the answer rests on; null where the ledger cannot be read.
    pub data: Option<BudgetData>,
    /// Why it is not allowed, or cannot be told.
    pub reason: Option<String>,
    /// What to do then.
    pub hint: Option<String>,
    /// What applied where it cannot be told.
    pub when_unknown: Option<Unknown>,
}

/// What an answer of the gate rests on.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct BudgetData {
    /// The newest row that counts; null on an empty ledger.
    pub newest: Option<Instant>,
    /// Providers, or kinds of source, that are silent for longer than they usually are.
    pub stale_sources: Vec<String>,
    /// Rows of the month without a known price: the true spend is higher.
    pub unpriced_rows: Count,
}

/// The exit codes of the gate beside 0.
pub(super) const REFUSED: u8 = 1;
pub(super) const CANNOT_TELL: u8 = 69;
const TOO_OLD: u8 = 75;

/// What was asked, read.
struct Asked {
    estimate: Option<Money>,
    forecast: bool,
    max_age: Option<i64>,
    patience: Duration,
}

const USUAL_PATIENCE: u64 = 5;
const LONGEST_PATIENCE: u64 = 86_400;

/// Whether another call may be made.
///
/// # Errors
/// Only those of a request that is wrong in itself; all else is answered.
pub fn check(app: &App, request: CheckRequest) -> Result<BudgetCheck, ApiError> {
    let asked = Asked::of(&request)?;
    match app.read_within(asked.patience, |reader| look(app, reader, &request, &asked)) {
        Err(error) if is_not_known(&error) => {
            let unknown = Unknown::now(app, request.when_unknown);
            Ok(BudgetCheck {
                exit_code: unknown.exit_code(CANNOT_TELL),
                decision: GateDecision::Unknown,
                reason: Some(error.message),
                hint: Some(error.hint).filter(|hint| !hint.is_empty()),
                when_unknown: Some(unknown),
                ..BudgetCheck::allowed(app.now())
            })
        }
        answered => answered,
    }
}

/// Whether an error is about the ledger or a name in it, and not about the request.
pub(super) fn is_not_known(error: &ApiError) -> bool {
    matches!(error.code, Code::Storage | Code::NotFound | Code::Refused)
}

impl Asked {
    fn of(request: &CheckRequest) -> Result<Self, AppError> {
        let max_age = request.max_age_seconds.map(|Count(seconds)| seconds);
        if let Some(seconds) = max_age.filter(|seconds| *seconds < 0) {
            let problem = format!("is {seconds}, less than 0");
            return Err(AppError::Field { field: "max_age_seconds", problem });
        }
        let estimate = request.estimate.as_deref().map(|text| money("estimate", text)).transpose()?;
        let timeout = request.timeout_seconds.map_or(Ok(USUAL_PATIENCE), |Count(seconds)| {
            let within = u64::try_from(seconds).ok().filter(|seconds| *seconds <= LONGEST_PATIENCE);
            let problem =
                || format!("is {seconds}: it takes 0 to {LONGEST_PATIENCE} seconds, which is a day");
            within.ok_or_else(|| AppError::Field { field: "timeout_seconds", problem: problem() })
        })?;
        let patience = Duration::from_secs(timeout);
        Ok(Self { estimate, forecast: request.forecast, max_age, patience })
    }
}

impl BudgetCheck {
    const fn allowed(checked_at: Instant) -> Self {
        Self {
            schema: "outlay.budget-check/1",
            checked_at,
            decision: GateDecision::Allow,
            exit_code: 0,
            state: BudgetState::None,
            budgets: Vec::new(),
            data: None,
            reason: None,
            hint: None,
            when_unknown: None,
        }
    }
}

fn look(
    app: &App,
    reader: &Reader<'_>,
    request: &CheckRequest,
    asked: &Asked,
) -> Result<BudgetCheck, AppError> {
    // Whoever asks means the own ledger, whatever is looked at.
    app.shows_own()?;
    let user = users::one_user(reader, request.user.as_deref())?;
    let moment = Moment::of(app, reader)?;
    let kept = chosen(moment::all(reader, &user, moment.month)?, &request.names)?;
    let budgets = moment.standings(reader, &user, &kept)?;
    let data = data(app, reader, &moment, &user)?;
    let mut check = BudgetCheck {
        state: budgets.iter().map(|standing| standing.state).max().unwrap_or(BudgetState::None),
        ..BudgetCheck::allowed(moment.now)
    };
    let limits = kept.iter().any(|(_, budget)| budget.blocks());
    if let Some(refusal) = refusal(&kept, &budgets, asked) {
        check.decision = GateDecision::Deny;
        check.exit_code = REFUSED;
        check.hint = Some(way_out(&refusal.budget, request.user.as_deref(), moment.month));
        check.reason = Some(refusal.reason);
    } else if let Some(age) = asked.max_age.filter(|_| limits).and_then(|age| too_old(&data, age, moment.now))
    {
        let unknown = Unknown::now(app, request.when_unknown);
        check.decision = GateDecision::Unknown;
        check.exit_code = unknown.exit_code(TOO_OLD);
        check.reason = Some(age);
        check.hint = Some("Import a newer export, or allow older data with --max-age".to_owned());
        check.when_unknown = Some(unknown);
    }
    Ok(BudgetCheck { budgets, data: Some(data), ..check })
}

/// The first reason against another call: no room, then a likely end beyond a budget.
fn refusal(kept: &[Kept], standings: &[BudgetStanding], asked: &Asked) -> Option<Refusal> {
    let account = |((_, budget), standing): (&Kept, &BudgetStanding)| Account {
        budget: budget.clone(),
        spent: standing.spent,
        reserved: standing.reserved,
    };
    let accounts: Vec<Account> = kept.iter().zip(standings).map(account).collect();
    let heading = || {
        let asked_for = standings.iter().filter(|_| asked.forecast);
        let mut beyond = asked_for.zip(kept).filter(|(_, (_, budget))| budget.blocks());
        beyond.find_map(|(standing, (_, budget))| {
            let likely = standing.forecast.as_ref()?.likely;
            (likely > budget.amount)
                .then(|| Refusal { budget: budget.name.clone(), reason: heads(budget, likely) })
        })
    };
    first_refusal(&accounts, asked.estimate.unwrap_or_default()).or_else(heading)
}

fn heads(budget: &Budget, likely: Money) -> String {
    let (name, limit) = (&budget.name, dollars(budget.amount));
    format!("{name}: the month is likely to end at {}, beyond {limit}", dollars(likely))
}

/// When there is room again, and how to make some: for the user who was named.
pub(super) fn way_out(budget: &str, user: Option<&str>, month: Month) -> String {
    let raise = match budget {
        CAP => "outlay config set monthly_ai_cap_usd USD".to_owned(),
        name => format!("outlay budget set {} --amount USD", quoted(name)),
    };
    let whose = user.map(|name| format!(" --user {}", quoted(name))).unwrap_or_default();
    format!("The next month begins on {}; `{raise}{whose}` raises the limit", month.next().first_day())
}

/// A name as a shell takes it, whatever is in it.
pub(crate) fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', r"'\''"))
}

fn data(app: &App, reader: &Reader<'_>, moment: &Moment, user: &str) -> Result<BudgetData, AppError> {
    let (first, last) = moment.days();
    let days = reader.days(first, last, &Whose::User(user.to_owned()))?;
    // Only what comes in files can be stale, and files name their days.
    let sources = Sources::known(moment.today, &[], &reader.file_spans()?);
    let stale = sources.freshness().into_iter().filter(|source| source.state == SourceState::Stale);
    let mut stale_sources: Vec<String> =
        stale.map(|source| source.provider.unwrap_or(source.name.source)).collect();
    stale_sources.sort();
    stale_sources.dedup();
    Ok(BudgetData {
        newest: app.newest(reader)?,
        stale_sources,
        unpriced_rows: Count(reports::unpriced_rows(&days)),
    })
}

/// Why the data is too old; `None` while it is not.
fn too_old(data: &BudgetData, most_seconds: i64, now: Instant) -> Option<String> {
    let Some(newest) = data.newest else { return Some("there is no data".to_owned()) };
    let seconds = (now.micros() - newest.micros()) / 1_000_000;
    let age = match seconds {
        ..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    };
    (seconds > most_seconds).then(|| format!("the newest data is {age} old"))
}

/// Which budgets a call falls under, by its provider and model.
pub(super) fn scope_of(scope: &Scope) -> (String, String) {
    (scope.provider().to_owned(), scope.model().to_owned())
}
