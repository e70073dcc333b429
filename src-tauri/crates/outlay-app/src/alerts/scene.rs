//! What the rules for alerts look at, read from rollups and from what came in the transaction.
//!
//! Days and months are those of the ledger's own time zone, whatever zone a call asks for: an alert is
//! everybody's. No rule is decided here.

use std::collections::BTreeMap;

use outlay_core::alert::{AlertType, BudgetSpend, CostlyCall, LedgerState, Rules, Situation, UsedModel};
use outlay_core::cost_config::CostConfig;
use outlay_core::forecast::project;
use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_core::report::{Headline, Sources};
use outlay_ledger::sync::News;
use outlay_ledger::{Alert, Came, Reader, Whose, Writer};

use super::evaluate::Happened;
use super::forecasts::Forecasts;
use super::rules;
use crate::app::App;
use crate::budgets::moment::Moment;
use crate::error::AppError;
use crate::reports::{self, Past};

/// How far back what comes is news: 72 hours.
const NEWS: i64 = 3 * MICROS_PER_DAY;

/// How far before its alert a call of the same month may have been made.
const LONGEST_MONTH: i64 = 32 * MICROS_PER_DAY;

/// The present, the same for all users.
pub(super) struct Scene<'a> {
    app: &'a App,
    rules: Rules,
    pub(super) moment: Moment,
}

/// What is known of one user.
pub(super) struct Sight<'a> {
    scene: &'a Scene<'a>,
    config: CostConfig,
    limits: Vec<BudgetSpend>,
    observed: BTreeMap<Day, Money>,
    usual: BTreeMap<Day, Money>,
    costly: Vec<CostlyCall>,
    fallen: Vec<String>,
    models: Vec<UsedModel>,
    unpriced: i64,
    ledger: Option<LedgerState>,
}

impl<'a> Scene<'a> {
    pub(super) fn of(app: &'a App, writer: &Writer<'_>) -> Result<Self, AppError> {
        let reader = writer.reader();
        Ok(Self { app, rules: rules::of(&reader)?, moment: Moment::of(app, &reader)? })
    }

    pub(super) fn of_user(
        &self,
        writer: &Writer<'_>,
        user: &str,
        open: &[Alert],
        happened: Happened<'_>,
    ) -> Result<Sight<'_>, AppError> {
        let Moment { now, zone, month, today, earliest, ref covered } = self.moment;
        let reader = writer.reader();
        let (config, cap) = reader.cost_config_in(user, month)?;
        let days = reader.days(earliest, month.last_day(), &Whose::User(user.to_owned()))?;
        let of_month: Vec<_> = days.iter().filter(|entry| entry.day >= month.first_day()).copied().collect();
        let spend = Headline::of(&of_month);
        let past = Past::of(today, &days, covered);
        let outlook = past.outlook(month, now, zone);
        let mut observed = outlook.observed.clone();
        observed.insert(today, outlook.spent_today);
        let cap = BudgetSpend { id: None, budget: cap, spend, projection: project(&outlook) };
        let mut limits = vec![cap];
        let seen = Forecasts::seen(writer, &self.moment, happened)?;
        limits.extend(self.moment.named(&reader, user, |limit| seen.may_tell(limit))?);
        seen.keep(writer, &self.moment, &limits, happened)?;
        let expected = reader.expected_days(user)?;
        let mut usual = observed.clone();
        usual.retain(|day, _| !expected.contains(day));
        let is_owner = user == writer.identity().owner;
        Ok(Sight {
            scene: self,
            config,
            limits,
            observed,
            usual,
            costly: self.costly(writer, user, config.single_call_alert, happened)?,
            fallen: self.fallen(writer, open, config.single_call_alert, happened)?,
            models: self.models(&reader, user, open)?,
            unpriced: reports::unpriced_rows(&of_month),
            ledger: is_owner.then(|| self.ledger(writer, happened)).transpose()?,
        })
    }

    /// The first instant that is news.
    fn news(&self) -> Instant {
        Instant::from_micros(self.moment.now.micros() - NEWS)
    }

    /// Costly calls of the current month among what came; of files only those that are news.
    fn costly(
        &self,
        writer: &Writer<'_>,
        user: &str,
        limit: Money,
        happened: Happened<'_>,
    ) -> Result<Vec<CostlyCall>, AppError> {
        let (start, end) = self.moment.zone.month_bounds(self.moment.month);
        let (came, since): (Vec<Came>, Instant) = match happened {
            Happened::Logged { id, .. } => (vec![Came::Call(id)], start),
            Happened::Imported(imports) => {
                (imports.iter().copied().map(Came::Import).collect(), start.max(self.news()))
            }
            Happened::Redone(import) => (vec![Came::Import(import)], start.max(self.news())),
            Happened::Pulled(news) => {
                let came = news.ids.map(|(first, last)| Came::Between(first, last));
                (came.into_iter().collect(), start.max(self.news()))
            }
            Happened::Undone(_) | Happened::NoRows => return Ok(Vec::new()),
        };
        let mut costly = Vec::new();
        for came in came {
            costly.extend(writer.reader().costly_calls(came, user, (since, end), limit)?);
        }
        Ok(costly)
    }

    /// Alerted calls that no longer count with such a cost, because of an import or its undo.
    fn fallen(
        &self,
        writer: &Writer<'_>,
        open: &[Alert],
        limit: Money,
        happened: Happened<'_>,
    ) -> Result<Vec<String>, AppError> {
        let imports = match &happened {
            Happened::Imported(imports) => *imports,
            Happened::Undone(import) | Happened::Redone(import) => std::slice::from_ref(import),
            Happened::Pulled(News { ids: Some(_), .. }) => &[],
            Happened::Pulled(_) | Happened::Logged { .. } | Happened::NoRows => return Ok(Vec::new()),
        };
        let calls = || open.iter().filter(|alert| alert.alert_type == AlertType::SingleCallHigh);
        let Some(oldest) = calls().map(|alert| alert.created_at.micros()).min() else {
            return Ok(Vec::new());
        };
        let keys: Vec<&str> = calls().map(|alert| alert.dedupe_key.as_str()).collect();
        let since = Instant::from_micros(oldest - LONGEST_MONTH);
        let mut fallen = Vec::new();
        for &import in imports {
            fallen.extend(writer.reader().fallen_calls(import, &keys, since, limit)?);
        }
        if let Happened::Pulled(News { ids: Some(ids), .. }) = happened {
            fallen.extend(writer.reader().fallen_between(*ids, &keys, since, limit)?);
        }
        Ok(fallen)
    }

    /// The models in use, if somebody wants to be told of new ones or was.
    fn models(&self, reader: &Reader<'_>, user: &str, open: &[Alert]) -> Result<Vec<UsedModel>, AppError> {
        let is_told = open.iter().any(|alert| alert.alert_type == AlertType::NewModel);
        if !is_told && !self.rules.watch(AlertType::NewModel) {
            return Ok(Vec::new());
        }
        Ok(reader.used_models(user, self.moment.zone.day_of(self.news()))?)
    }

    fn ledger(&self, writer: &Writer<'_>, happened: Happened<'_>) -> Result<LedgerState, AppError> {
        let (reader, month) = (writer.reader(), self.moment.month);
        // Only what comes in files can be overdue, and files name their days.
        let sources = Sources::known(self.moment.today, &[], &reader.file_spans()?);
        Ok(LedgerState {
            overdue: sources.overdue(self.rules.patience),
            file_bytes: reader.file_bytes()?,
            free_bytes: self.app.free_bytes(),
            moved_bytes: reader.moved_bytes(month.first_day(), month.last_day())?,
            backfill: match happened {
                Happened::Imported(imports) => reader.backfill(imports, self.news())?,
                Happened::Pulled(news) => reader.backfill(&news.imports, self.news())?,
                _ => None,
            },
            undone: match happened {
                Happened::Undone(import) => Some(import.to_string()),
                _ => None,
            },
        })
    }
}

impl Sight<'_> {
    pub(super) fn situation(&self) -> Situation<'_> {
        let Moment { zone, month, today, earliest, .. } = self.scene.moment;
        Situation {
            config: self.config,
            rules: self.scene.rules.clone(),
            zone,
            month,
            today,
            limits: self.limits.clone(),
            observed: &self.observed,
            usual: &self.usual,
            earliest,
            recent: zone.day_of(self.scene.news()),
            costly: &self.costly,
            fallen: &self.fallen,
            models: &self.models,
            unpriced: self.unpriced,
            ledger: self.ledger.clone(),
        }
    }
}
