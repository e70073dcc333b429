//! The rules as a person sees them: what each watches for, whether it does, how much it takes, and what it would have
//! told. What they find, and what they take, is `outlay_core::alert`'s.

use std::collections::BTreeMap;

use outlay_core::alert::{
    AlertType, CostlyCall, Firing, History, LOOK_BACK_DAYS, LimitHistory, LookBack, RuleChoice, Rules,
    choices, look_back,
};
use outlay_core::cost_config::CostConfig;
use outlay_core::figures::count;
use outlay_core::money::Money;
use outlay_core::period::{Day, Month};
use outlay_core::report::{Count, DayTotals};
use outlay_ledger::{Reader, Whose, Writer};
use serde::{Deserialize, Serialize};

use super::evaluate::{Happened, evaluate};
use crate::app::App;
use crate::budgets::moment::{self, Moment};
use crate::error::{ApiError, AppError};
use crate::reports;
use crate::users;

/// The setting that holds them.
const SETTING: &str = "alert_rules";

/// As many calls as are looked back at.
const MOST_CALLS: u32 = 10_000;

/// As many of what a rule would have told as are shown.
const MOST_TOLD: usize = 20;

/// Whose rules.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct RulesRequest {
    /// A user's name; the owner when absent. Rules are the ledger's, the limit for a single call is a user's.
    pub user: Option<String>,
}

/// A rule as it would be.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct RuleRequest {
    /// The rule, by the type of alert that it raises.
    pub rule: AlertType,
    /// Whether it watches; as it is when absent.
    #[serde(default)]
    pub on: Option<bool>,
    /// How much it takes; as it is when absent.
    #[serde(default)]
    pub sensitivity: Option<String>,
    /// A user's name; the owner when absent.
    #[serde(default)]
    pub user: Option<String>,
}

/// The rules.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct AlertRules {
    /// `outlay.alert-rules/1`.
    pub schema: &'static str,
    /// Every rule.
    pub rules: Vec<AlertRule>,
}

/// A rule.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct AlertRule {
    /// Its name: the type of alert that it raises.
    pub rule: AlertType,
    /// Whether it watches.
    pub on: bool,
    /// What it watches for, in one sentence.
    pub watches: String,
    /// How much it takes; null for one that takes no such thing.
    pub sensitivity: Option<String>,
    /// What is offered for that; empty where an amount in dollars is typed.
    pub choices: Vec<RuleChoice>,
    /// How many alerts that it raised nobody resolved.
    pub unresolved: Count,
}

/// A rule as it was set.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct RuleSet {
    /// `outlay.alert-rule/1`.
    pub schema: &'static str,
    /// The rule.
    pub rule: AlertRule,
    /// What that means for alerts that are there, in one sentence.
    pub means: String,
}

/// What a rule would have told in the last 90 days.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct RulePreview {
    /// `outlay.rule-preview/1`.
    pub schema: &'static str,
    /// The rule as it would be.
    pub rule: AlertType,
    /// What it would watch for, in one sentence.
    pub watches: String,
    /// How often it would have told something, and when, in one sentence.
    pub sentence: String,
    /// How often; null where the ledger remembers too little.
    pub times: Option<Count>,
    /// What it would have told, the newest first and no more than 20.
    pub told: Vec<WouldHaveTold>,
}

/// Something that a rule would have told.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct WouldHaveTold {
    /// The day on which it would have come.
    pub day: Day,
    /// Its sentence.
    pub message: String,
}

/// The rules, with what each watches for.
///
/// # Errors
/// Those of the ledger.
pub fn list(app: &App, request: RulesRequest) -> Result<AlertRules, ApiError> {
    app.read(|reader| {
        let user = users::user_name(reader, request.user.as_deref())?;
        let (rules, config) = (of(reader)?, reader.cost_config(&user)?);
        let described = AlertType::ALL.iter().map(|&rule| described(reader, &user, rule, &rules, &config));
        Ok(AlertRules { schema: "outlay.alert-rules/1", rules: described.collect::<Result<_, _>>()? })
    })
}

/// What a rule would have told in the last 90 days, as it is or as it would be. Nothing is written.
///
/// # Errors
/// A sensitivity that the rule does not take.
pub fn preview(app: &App, request: RuleRequest) -> Result<RulePreview, ApiError> {
    app.read(|reader| {
        let user = users::user_name(reader, request.user.as_deref())?;
        let (mut rules, mut config) = (of(reader)?, reader.cost_config(&user)?);
        change(app, &request, &mut rules, &mut config)?;
        let LookBack { firings, sentence } = looked_back(app, reader, &user, request.rule, &rules, config)?;
        let times = |firings: &Vec<Firing>| Count(i64::try_from(firings.len()).unwrap_or(i64::MAX));
        let times = firings.as_ref().map(times);
        let newest = firings.into_iter().flatten().rev().take(MOST_TOLD);
        let told = newest.map(|Firing { day, message }| WouldHaveTold { day, message }).collect();
        let watches = rules.watches(request.rule, &config);
        Ok(RulePreview {
            schema: "outlay.rule-preview/1",
            rule: request.rule,
            watches,
            sentence,
            times,
            told,
        })
    })
}

/// Turns a rule on or off, or sets how much it takes. What it told and still holds is not told again, and what it told is
/// resolved by nothing but its end or a person.
///
/// # Errors
/// A sensitivity that the rule does not take.
pub fn set(app: &App, request: RuleRequest) -> Result<RuleSet, ApiError> {
    // Refused before a ledger is created for it.
    change(app, &request, &mut Rules::default(), &mut CostConfig::default())?;
    app.write(|writer| {
        let reader = writer.reader();
        let user = users::user_name(&reader, request.user.as_deref())?;
        let (mut rules, mut config) = (of(&reader)?, reader.cost_config(&user)?);
        let before = (rules.clone(), config);
        change(app, &request, &mut rules, &mut config)?;
        if rules != before.0 {
            keep(&writer, &rules)?;
        }
        if config != before.1 {
            writer.set_cost_config(&user, &config, app.now())?;
        }
        evaluate(app, &writer, Happened::NoRows)?;
        let rule = described(&writer.reader(), &user, request.rule, &rules, &config)?;
        let means = means(&rule);
        writer.commit()?;
        Ok(RuleSet { schema: "outlay.alert-rule/1", rule, means })
    })
}

/// The rules that the ledger is set to.
pub(crate) fn of(reader: &Reader<'_>) -> Result<Rules, AppError> {
    let Some(text) = reader.setting(SETTING)? else { return Ok(Rules::default()) };
    serde_json::from_str(&text).map_err(|_| AppError::UnreadableSetting { name: SETTING })
}

fn keep(writer: &Writer<'_>, rules: &Rules) -> Result<(), AppError> {
    Ok(writer.set_setting(SETTING, &serde_json::json!(rules).to_string())?)
}

fn change(
    app: &App,
    request: &RuleRequest,
    rules: &mut Rules,
    config: &mut CostConfig,
) -> Result<(), AppError> {
    if let Some(sensitivity) = &request.sensitivity {
        rules.set(request.rule, sensitivity.trim(), config, app.now())?;
    }
    if let Some(on) = request.on {
        rules.turn(request.rule, on);
    }
    Ok(())
}

fn described(
    reader: &Reader<'_>,
    user: &str,
    rule: AlertType,
    rules: &Rules,
    config: &CostConfig,
) -> Result<AlertRule, AppError> {
    let sensitivity = rules.value(rule, config);
    Ok(AlertRule {
        rule,
        on: rules.watch(rule),
        watches: rules.watches(rule, config),
        choices: sensitivity.as_deref().map(|chosen| choices(rule, chosen)).unwrap_or_default(),
        sensitivity,
        unresolved: Count(reader.unresolved_of(user, rule)?),
    })
}

/// What a setting means for alerts that are there.
fn means(rule: &AlertRule) -> String {
    match (rule.on, rule.unresolved.0) {
        (true, _) => "What it told is not told again; only a limit that was left and is passed again is.".to_owned(),
        (false, 0) => "It tells nothing any more.".to_owned(),
        (false, 1) => "It tells nothing any more. 1 alert of it is unresolved, and stays until you resolve it or what it \
                       tells of is over."
            .to_owned(),
        (false, some) => format!(
            "It tells nothing any more. {} alerts of it are unresolved, and stay until you resolve them or what they tell \
             of is over.",
            count(some)
        ),
    }
}

fn looked_back(
    app: &App,
    reader: &Reader<'_>,
    user: &str,
    rule: AlertType,
    rules: &Rules,
    config: CostConfig,
) -> Result<LookBack, AppError> {
    let moment = Moment::of(app, reader)?;
    let (today, zone) = (moment.today, moment.zone);
    let limits = limits(reader, user, &moment)?;
    let observed = limits.first().map(|cap| cap.spent.clone()).unwrap_or_default();
    let expected = reader.expected_days(user)?;
    let mut usual = observed.clone();
    usual.retain(|day, _| !expected.contains(day));
    let is_of_calls = rule == AlertType::SingleCallHigh;
    let (calls, more_calls) = if is_of_calls {
        calls(reader, user, &moment, config.single_call_alert)?
    } else {
        (Vec::new(), false)
    };
    let is_owner = user == reader.identity()?.owner;
    let files = if is_owner { reader.file_spans()? } else { Vec::new() };
    let first = today.plus(1 - LOOK_BACK_DAYS);
    let unpriced = unpriced(reader, user, (Month::containing(first).first_day(), today))?;
    let history = History {
        config,
        zone,
        today,
        observed: &observed,
        usual: &usual,
        limits: &limits,
        calls: &calls,
        more_calls,
        files: &files,
        models: &reader.used_models(user, first)?,
        unpriced: &unpriced,
    };
    Ok(look_back(rule, rules, &history))
}

/// Each budget with the spend of the days that some source speaks about, the cap first.
fn limits(reader: &Reader<'_>, user: &str, moment: &Moment) -> Result<Vec<LimitHistory>, AppError> {
    let budgets = moment::usual(reader, user)?;
    let scopes: Vec<_> = budgets.iter().map(|(_, budget)| budget.scope.clone()).collect();
    let spends = moment.spends(reader, user, &scopes)?;
    let limit = |((id, budget), spend): (_, BTreeMap<Day, Money>)| {
        let of_day = |day: &Day| (*day, spend.get(day).copied().unwrap_or_default());
        let mut spent: BTreeMap<Day, Money> = moment.covered.iter().map(of_day).collect();
        spent.extend(spend.range(moment.today..=moment.today).map(|(&day, &spend)| (day, spend)));
        LimitHistory { id, budget, spent }
    };
    Ok(budgets.into_iter().zip(spends).map(limit).collect())
}

/// Rows without a known price, by day.
fn unpriced(
    reader: &Reader<'_>,
    user: &str,
    (first, last): (Day, Day),
) -> Result<BTreeMap<Day, i64>, AppError> {
    let days = reader.days(first, last, &Whose::User(user.to_owned()))?;
    let of_day = |of: &[DayTotals]| Some((of.first()?.day, reports::unpriced_rows(of)));
    Ok(days
        .chunk_by(|one, other| one.day == other.day)
        .filter_map(of_day)
        .filter(|(_, rows)| *rows > 0)
        .collect())
}

fn calls(
    reader: &Reader<'_>,
    user: &str,
    moment: &Moment,
    limit: Money,
) -> Result<(Vec<CostlyCall>, bool), AppError> {
    let first = moment.today.plus(1 - LOOK_BACK_DAYS);
    let time = moment.zone.bounds(first, moment.today);
    let mut calls = reader.costly_calls_of(user, time, limit, MOST_CALLS + 1)?;
    let are_more = calls.len() > MOST_CALLS as usize;
    calls.truncate(MOST_CALLS as usize);
    calls.reverse();
    Ok((calls, are_more))
}
