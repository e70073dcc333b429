//! What a rule would have told in the days that are past, by the very functions that watch: so that a person sees
//! what a sensitivity means before it is chosen.
//!
//! The past is taken as it counts today, with today's budgets and limits; an alert is told once per key, as the
//! ledger keeps it. What the ledger does not remember, such as the size of its file, cannot be looked back at.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{
    AlertType, BudgetSpend, CostlyCall, LedgerState, Notice, Rules, Situation, UsedModel, calls, caps, days,
    models, sources, unpriced,
};
use crate::budget::Budget;
use crate::cost_config::CostConfig;
use crate::figures::counted;
use crate::forecast::{DayShare, Outlook, project};
use crate::money::Money;
use crate::period::{Day, Month, Zone};
use crate::report::{FileSpan, Headline, Sources};

/// How many days are looked back at, today included.
pub const LOOK_BACK_DAYS: i32 = 90;

/// For how many days something is news.
const NEWS_DAYS: i32 = 3;

/// As many days as a sentence names.
const NAMED_DAYS: usize = 6;

/// What the ledger knows of the days that are past.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    /// The caps and limits.
    pub config: CostConfig,
    /// The ledger's time zone.
    pub zone: Zone,
    /// The current day.
    pub today: Day,
    /// The spend of each day that some source speaks about: 28 days more than are looked back at.
    pub observed: &'a BTreeMap<Day, Money>,
    /// The same without days whose spike was foreseen.
    pub usual: &'a BTreeMap<Day, Money>,
    /// The cap and the named budgets.
    pub limits: &'a [LimitHistory],
    /// Calls that cost more than the limit for a single call, or the newest of them.
    pub calls: &'a [CostlyCall],
    /// Whether there are more of these.
    pub more_calls: bool,
    /// The files that were imported and not undone; none for users who do not own the ledger.
    pub files: &'a [FileSpan],
    /// The models that count in the user's rows, with their first days since the first day that is looked back at.
    pub models: &'a [UsedModel],
    /// Rows without a known price, by day; days without are absent.
    pub unpriced: &'a BTreeMap<Day, i64>,
}

/// A budget, and what its calls cost day by day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitHistory {
    /// Its id; `None` of the cap.
    pub id: Option<Uuid>,
    /// The budget.
    pub budget: Budget,
    /// The spend of each day that some source speaks about.
    pub spent: BTreeMap<Day, Money>,
}

/// Something that a rule would have told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firing {
    /// The day on which it would have come.
    pub day: Day,
    /// Its sentence.
    pub message: String,
}

/// What a rule would have told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookBack {
    /// Each once, in the order of the days; `None` where the ledger remembers too little to tell.
    pub firings: Option<Vec<Firing>>,
    /// How often and when, in one sentence.
    pub sentence: String,
}

/// What a rule would have told in the last [`LOOK_BACK_DAYS`].
pub fn look_back(rule: AlertType, rules: &Rules, history: &History<'_>) -> LookBack {
    let firings = match rule {
        AlertType::DailySpike => spikes(rules, history),
        AlertType::SingleCallHigh => costly_calls(rules, history),
        AlertType::SourceStale => silences(rules, history),
        AlertType::NewModel => new_models(rules, history),
        AlertType::UnpricedRows => without_price(rules, history),
        AlertType::MonthlyCapWarning | AlertType::MonthlyCapReached | AlertType::ForecastOverCap => {
            limits(rule, rules, history)
        }
        AlertType::StorageWarning | AlertType::BandwidthWarning | AlertType::BackfillSummary => {
            let sentence = "The ledger does not remember what it takes to look back.".to_owned();
            return LookBack { firings: None, sentence };
        }
    };
    let sentence = sentence(history, rule, &firings);
    LookBack { firings: Some(firings), sentence }
}

fn spikes(rules: &Rules, history: &History<'_>) -> Vec<Firing> {
    let situation = history.on(history.today, rules);
    let told = days::notices(&situation).into_iter();
    told.filter_map(|notice| Some(Firing { day: notice.dedupe_key.parse().ok()?, message: notice.message }))
        .collect()
}

fn costly_calls(rules: &Rules, history: &History<'_>) -> Vec<Firing> {
    let mut situation = history.on(history.today, rules);
    let mut told = BTreeSet::new();
    let mut firings = Vec::new();
    for call in history.calls {
        let day = history.zone.day_of(call.created_at);
        situation.costly = std::slice::from_ref(call);
        let notices = calls::notices(&situation).into_iter();
        let new = notices.filter(|notice| history.is_within(day) && told.insert(notice.dedupe_key.clone()));
        firings.extend(new.map(|Notice { message, .. }| Firing { day, message }));
    }
    firings
}

fn silences(rules: &Rules, history: &History<'_>) -> Vec<Firing> {
    // What fell silent before is no news.
    first_of_each(history, history.first().plus(-LOOK_BACK_DAYS), |day| {
        let known = |file: &&FileSpan| history.zone.day_of(file.imported_at) <= day;
        let files: Vec<FileSpan> = history.files.iter().filter(known).cloned().collect();
        let overdue = Sources::known(day, &[], &files).overdue(rules.patience);
        sources::notices(&LedgerState { overdue, ..LedgerState::default() })
    })
}

/// As if it had watched all the time.
fn new_models(rules: &Rules, history: &History<'_>) -> Vec<Firing> {
    let mut watching = rules.clone();
    watching.turn(AlertType::NewModel, true);
    first_of_each(history, history.first(), |day| {
        let mut situation = history.on(day, &watching);
        situation.recent = day.plus(-NEWS_DAYS);
        models::notices(&situation)
    })
}

fn without_price(rules: &Rules, history: &History<'_>) -> Vec<Firing> {
    first_of_each(history, Month::containing(history.first()).first_day(), |day| {
        unpriced::notice(&history.on(day, rules)).into_iter().collect()
    })
}

fn limits(rule: AlertType, rules: &Rules, history: &History<'_>) -> Vec<Firing> {
    // What was told earlier in its month is no news.
    first_of_each(history, Month::containing(history.first()).first_day(), |day| {
        let mut situation = history.on(day, rules);
        let is_forecast = rule == AlertType::ForecastOverCap;
        situation.limits = history.limits.iter().map(|limit| limit.on(day, is_forecast)).collect();
        let mut notices = caps::notices(&situation);
        notices.retain(|notice| notice.alert_type == rule);
        notices
    })
}

/// What holds on each day from `start` on, the first time that it does, as far as that is among the last days.
fn first_of_each(history: &History<'_>, start: Day, on: impl Fn(Day) -> Vec<Notice>) -> Vec<Firing> {
    let mut told = BTreeSet::new();
    let mut firings = Vec::new();
    for day in start.through(history.today) {
        let new = on(day).into_iter().filter(|notice| told.insert(notice.dedupe_key.clone()));
        firings.extend(new.map(|Notice { message, .. }| Firing { day, message }));
    }
    firings.retain(|firing| history.is_within(firing.day));
    firings
}

impl<'a> History<'a> {
    fn first(&self) -> Day {
        self.today.plus(1 - LOOK_BACK_DAYS)
    }

    fn is_within(&self, day: Day) -> bool {
        (self.first()..=self.today).contains(&day)
    }

    /// A day as the rules see it, with all days before it as news.
    fn on(&self, day: Day, rules: &Rules) -> Situation<'a> {
        Situation {
            config: self.config,
            rules: rules.clone(),
            zone: self.zone,
            month: Month::containing(day),
            today: day,
            limits: Vec::new(),
            observed: self.observed,
            usual: self.usual,
            earliest: self.first(),
            recent: self.first(),
            costly: &[],
            fallen: &[],
            models: self.models,
            unpriced: self
                .unpriced
                .range(Month::containing(day).first_day()..=day)
                .map(|(_, rows)| rows)
                .sum(),
            ledger: None,
        }
    }
}

impl LimitHistory {
    /// Where it stood at the end of a day.
    fn on(&self, day: Day, is_forecast: bool) -> BudgetSpend {
        let month = Month::containing(day);
        let spend = self.spent.range(month.first_day()..=day).map(|(_, &spend)| spend).sum();
        let forecast = || {
            let observed = self.spent.range(..day).map(|(&day, &spend)| (day, spend)).collect();
            let spent_today = self.spent.get(&day).copied().unwrap_or_default();
            project(&Outlook { month, today: day, observed: &observed, spent_today, passed: DayShare::WHOLE })
        };
        let projection = if is_forecast { forecast() } else { None };
        let spend = Headline { spend, ..Headline::default() };
        BudgetSpend { id: self.id, budget: self.budget.clone(), spend, projection }
    }
}

/// `Would have fired 3 times in the last 90 days: 13 Jun, 2 Jul and 8 Aug.`
fn sentence(history: &History<'_>, rule: AlertType, firings: &[Firing]) -> String {
    let first_known = match rule {
        AlertType::SourceStale => {
            history.files.iter().map(|file| history.zone.day_of(file.imported_at)).min()
        }
        _ => history.observed.keys().next().copied(),
    };
    let Some(known) = first_known.filter(|known| *known <= history.today) else {
        return "Nothing is known yet that could be looked back at.".to_owned();
    };
    let since = if known > history.first() {
        format!("since {}, from when on the ledger knows", short(known, history.today))
    } else {
        format!("in the last {LOOK_BACK_DAYS} days")
    };
    let days: BTreeSet<Day> = firings.iter().map(|firing| firing.day).collect();
    let skipped = days.len().saturating_sub(NAMED_DAYS);
    let named: Vec<String> = days.iter().skip(skipped).map(|&day| short(day, history.today)).collect();
    let often = match firings.len() {
        0 => return format!("Would not have fired {since}."),
        1 => "once".to_owned(),
        2 if !history.more_calls => "twice".to_owned(),
        times => counted(i64::try_from(times).unwrap_or(i64::MAX), "time", "times"),
    };
    let more = if history.more_calls && rule == AlertType::SingleCallHigh { "more than " } else { "" };
    let on = match skipped {
        0 if firings.len() > days.len() => format!(" on {}", counted(days.len() as i64, "day", "days")),
        0 => String::new(),
        _ => format!(" on {}, the last of them", counted(days.len() as i64, "day", "days")),
    };
    format!("Would have fired {more}{often} {since}{on}: {}.", listed(&named))
}

/// `13 Jun`, and with its year when that is another.
fn short(day: Day, today: Day) -> String {
    let is_of_this_year = Month::containing(day).year() == Month::containing(today).year();
    day.date().format(if is_of_this_year { "%-d %b" } else { "%-d %b %Y" }).to_string()
}

fn listed(words: &[String]) -> String {
    match words {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        words => words.concat(),
    }
}
