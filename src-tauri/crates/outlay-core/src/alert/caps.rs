//! The monthly cap: warned of, reached, and likely to be passed. Once per month, cap and threshold, so that
//! another cap, another threshold and another month arm the alert anew.

use super::figures::{apart, dollars, month_words, percent};
use super::{AlertType, Measure, Notice, OpenAlert, Resolution, Severity, Situation};
use crate::cost_config::CostConfig;
use crate::forecast::Projection;
use crate::money::Money;
use crate::period::Month;
use crate::report::Headline;

/// The month's spend as words say it.
fn spent(headline: &Headline, amount: &str) -> String {
    let at_least = if headline.at_least { "at least " } else { "" };
    let about = if headline.about { "about " } else { "" };
    format!("{at_least}{about}{amount}")
}

pub(super) fn notices(situation: &Situation<'_>) -> Vec<Notice> {
    [warning(situation), reached(situation), forecast(situation)].into_iter().flatten().collect()
}

fn warning(situation: &Situation<'_>) -> Option<Notice> {
    let Situation { config, month, spend, .. } = situation;
    let (cap, threshold) = (config.monthly_ai_cap_usd, warned_from(config));
    let (actual, limit) = apart(spend.spend, threshold);
    let standing = match cap.saturating_add(-spend.spend) {
        over if over < Money::ZERO => format!("{} over it", dollars(-over)),
        left => format!("{} left", dollars(left)),
    };
    let message = format!(
        "{}: {} spent, {} of {} of {}, {standing}. The warning comes at {} %, which is {limit}",
        month_words(*month),
        spent(spend, &actual),
        percent(spend.spend, cap),
        called(config),
        dollars(cap),
        config.alert_threshold_pct,
    );
    (spend.spend >= threshold).then(|| Notice {
        alert_type: AlertType::MonthlyCapWarning,
        severity: Severity::Medium,
        dedupe_key: Key::now(situation).with_threshold(config),
        message,
        measure: Measure::Money { threshold, actual: spend.spend },
    })
}

fn reached(situation: &Situation<'_>) -> Option<Notice> {
    let Situation { config, month, spend, .. } = situation;
    let cap = config.monthly_ai_cap_usd;
    let (actual, limit) = apart(spend.spend, cap);
    let over = spend.spend.saturating_add(-cap);
    let standing = match over {
        Money::ZERO => format!("which is {} of {limit}", called(config)),
        over => format!("{} over {} of {limit}", dollars(over), called(config)),
    };
    let message = format!(
        "{}: {} spent, {standing} ({})",
        month_words(*month),
        spent(spend, &actual),
        percent(spend.spend, cap),
    );
    // A cap that nobody confirmed never blocks.
    let blocks = config.block_on_cap && config.confirmed_at.is_some();
    (spend.spend >= cap).then(|| Notice {
        alert_type: AlertType::MonthlyCapReached,
        severity: if blocks { Severity::Critical } else { Severity::High },
        dedupe_key: Key::now(situation).to_string(),
        message,
        measure: Measure::Money { threshold: cap, actual: spend.spend },
    })
}

fn forecast(situation: &Situation<'_>) -> Option<Notice> {
    let Situation { config, month, spend, projection, .. } = situation;
    let cap = config.monthly_ai_cap_usd;
    let Projection { likely: Some(likely), low, high, .. } = projection.as_ref()? else { return None };
    let (expected, limit) = apart(*likely, cap);
    let range = low.zip(*high).map(|(low, high)| format!(" ({} to {})", dollars(low), dollars(high)));
    let message = format!(
        "{} is likely to end at {expected}{}, {} over {} of {limit}; {} spent so far",
        month_words(*month),
        range.unwrap_or_default(),
        dollars(likely.saturating_add(-cap)),
        called(config),
        spent(spend, &dollars(spend.spend)),
    );
    // A month that has cost nothing yet is not heading anywhere.
    let is_on_its_way = spend.spend > Money::ZERO && spend.spend < cap;
    (*likely > cap && is_on_its_way).then(|| Notice {
        alert_type: AlertType::ForecastOverCap,
        severity: Severity::Low,
        dedupe_key: Key::now(situation).to_string(),
        message,
        measure: Measure::Money { threshold: cap, actual: *likely },
    })
}

/// Whether an alert is about a cap that nobody confirmed.
pub fn is_of_default_cap(notice: &Notice) -> bool {
    use AlertType::{ForecastOverCap, MonthlyCapReached, MonthlyCapWarning};
    let is_of_a_cap = matches!(notice.alert_type, MonthlyCapWarning | MonthlyCapReached | ForecastOverCap);
    is_of_a_cap && Key::read(&notice.dedupe_key).is_some_and(|key| !key.confirmed)
}

/// How an alert about the cap ends: with its month, with its cap, or because it no longer holds.
pub(super) fn resolution(situation: &Situation<'_>, open: &OpenAlert<'_>) -> Option<Resolution> {
    let config = &situation.config;
    let (told, now) = (Key::read(open.dedupe_key)?, Key::now(situation));
    // An alert of a month to come stands: the clock was set back.
    if told.month != now.month {
        return (told.month < now.month).then_some(Resolution::AutoResolved);
    }
    let is_warning = open.alert_type == AlertType::MonthlyCapWarning;
    let key = if is_warning { now.with_threshold(config) } else { now.to_string() };
    if open.dedupe_key != key {
        let increased = now.cap > told.cap;
        return Some(if increased { Resolution::CapIncreased } else { Resolution::AutoResolved });
    }
    let (spend, cap) = (situation.spend.spend, now.cap);
    let holds = match open.alert_type {
        AlertType::MonthlyCapWarning => spend >= warned_from(config),
        AlertType::MonthlyCapReached => spend >= cap,
        // Without a projection nobody knows; once the cap is reached, that is told instead.
        _ => spend < cap && situation.projection.as_ref().and_then(|p| p.likely).is_none_or(|end| end > cap),
    };
    (!holds).then_some(Resolution::AutoResolved)
}

/// The spend at which the warning comes: never below the percentage, to the nano-dollar.
fn warned_from(config: &CostConfig) -> Money {
    let hundredths = i128::from(config.monthly_ai_cap_usd.nanos()) * i128::from(config.alert_threshold_pct);
    let nanos = (hundredths + 99) / 100;
    i64::try_from(nanos).map_or(config.monthly_ai_cap_usd, Money::from_nanos)
}

fn called(config: &CostConfig) -> &'static str {
    if config.confirmed_at.is_some() { "the cap" } else { "the default cap" }
}

/// The month and the cap that an alert is about: `2026-06/200`, and `2026-06/default-10` of a cap that nobody
/// confirmed, so that confirming it arms the alerts that then are sent and may block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    month: Month,
    cap: Money,
    confirmed: bool,
}

impl Key {
    fn now(situation: &Situation<'_>) -> Self {
        let config = &situation.config;
        Self {
            month: situation.month,
            cap: config.monthly_ai_cap_usd,
            confirmed: config.confirmed_at.is_some(),
        }
    }

    /// Reads the beginning of a key; a warning's has the threshold behind it.
    fn read(key: &str) -> Option<Self> {
        let mut parts = key.split('/');
        let (month, cap) = (parts.next()?.parse().ok()?, parts.next()?);
        let (confirmed, cap) = match cap.strip_prefix("default-") {
            Some(cap) => (false, cap),
            None => (true, cap),
        };
        Some(Self { month, cap: cap.parse().ok()?, confirmed })
    }

    fn with_threshold(self, config: &CostConfig) -> String {
        format!("{self}/{}", config.alert_threshold_pct)
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let default = if self.confirmed { "" } else { "default-" };
        write!(formatter, "{}/{default}{}", self.month, self.cap)
    }
}
