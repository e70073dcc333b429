//! What the user chose about the rules: which of them watch, and how much it takes. Each is named by the type of
//! alert that it raises.
//!
//! What a budget or a single call may come to stands in the configuration of costs; what a rule finds, with the rule.
//! A change arms a rule anew, but what it told and still holds is not told again: that is the ledger's doing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::AlertType;
use crate::cost_config::{CostConfig, CostField, InvalidValue};
use crate::figures::{bytes, dollars};
use crate::instant::Instant;
use crate::report::Patience;
use crate::spike::Sensitivity;
use crate::text::UnknownWord;

/// Which rules watch, and how much it takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Rules that raise nothing.
    pub off: BTreeSet<AlertType>,
    /// Rules that watch only because somebody turned them on.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub on: BTreeSet<AlertType>,
    /// How large a day must be to be a spike.
    pub spike: Sensitivity,
    /// How long a source may be silent.
    pub patience: Patience,
}

/// Something that can be chosen for a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct RuleChoice {
    /// What is set.
    pub value: String,
    /// What it means.
    pub words: String,
}

/// What a rule does not take.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidRule {
    /// It has nothing to set but whether it watches.
    #[error("{0} is on or off, and takes no sensitivity")]
    TakesNone(AlertType),
    /// A word that is none of its sensitivities.
    #[error(transparent)]
    Word(#[from] UnknownWord),
    /// An amount that is none.
    #[error(transparent)]
    Amount(#[from] InvalidValue),
}

impl Rules {
    /// Whether a rule raises anything.
    pub fn watch(&self, rule: AlertType) -> bool {
        if is_off_at_first(rule) { self.on.contains(&rule) } else { !self.off.contains(&rule) }
    }

    /// Lets a rule watch, or not.
    pub fn turn(&mut self, rule: AlertType, on: bool) {
        let (chosen, is_listed) =
            if is_off_at_first(rule) { (&mut self.on, on) } else { (&mut self.off, !on) };
        if is_listed {
            chosen.insert(rule)
        } else {
            chosen.remove(&rule)
        };
    }

    /// How much it takes for a rule, as text that [`Rules::set`] takes; `None` for one that takes no such thing.
    pub fn value(&self, rule: AlertType, config: &CostConfig) -> Option<String> {
        match rule {
            AlertType::DailySpike => Some(self.spike.to_string()),
            AlertType::SourceStale => Some(self.patience.to_string()),
            AlertType::SingleCallHigh => Some(config.get(CostField::SingleCallAlert)),
            _ => None,
        }
    }

    /// Sets how much it takes for a rule; of a single call that is a field of `config`.
    ///
    /// # Errors
    /// [`InvalidRule`]; nothing is changed then.
    pub fn set(
        &mut self,
        rule: AlertType,
        value: &str,
        config: &mut CostConfig,
        now: Instant,
    ) -> Result<(), InvalidRule> {
        match rule {
            AlertType::DailySpike => self.spike = value.parse()?,
            AlertType::SourceStale => self.patience = value.parse()?,
            AlertType::SingleCallHigh => config.set(CostField::SingleCallAlert, value, now)?,
            _ => return Err(InvalidRule::TakesNone(rule)),
        }
        Ok(())
    }

    /// What a rule watches for, in one sentence.
    pub fn watches(&self, rule: AlertType, config: &CostConfig) -> String {
        match rule {
            AlertType::MonthlyCapWarning => {
                "The month's spend reaches the warning percentage of the cap or of a budget.".to_owned()
            }
            AlertType::MonthlyCapReached => {
                "The month's spend reaches the cap or a budget; what then is blocked, the budget says."
                    .to_owned()
            }
            AlertType::ForecastOverCap => {
                "The likely end of the month lies beyond the cap or a budget.".to_owned()
            }
            AlertType::DailySpike => format!(
                "A day costs far more than weekdays or weekend days usually do: beyond their spread, {} the median \
                 of 28 days, and at least {}.",
                self.spike.times(),
                dollars(self.spike.least())
            ),
            AlertType::SingleCallHigh => {
                format!("A single call costs more than {}.", dollars(config.single_call_alert))
            }
            AlertType::SourceStale => {
                format!("Nothing new comes from a source for {}.", patience(self.patience))
            }
            AlertType::StorageWarning => match config.storage_limit_bytes {
                Some(limit) => {
                    format!("The ledger's disk has less than 1 GB left, or its file passes {}.", bytes(limit))
                }
                None => "The ledger's disk has less than 1 GB left; its file has no limit yet.".to_owned(),
            },
            AlertType::BandwidthWarning => match config.bandwidth_limit_bytes {
                Some(limit) => format!("Sync moves more than {} in a month.", bytes(limit)),
                None => "Sync moves more than its limit in a month; it has none yet.".to_owned(),
            },
            AlertType::NewModel => {
                "A model is used that was never used before, under any of its names.".to_owned()
            }
            AlertType::UnpricedRows => {
                "Calls of the month have no known price, so that its totals say \"at least\".".to_owned()
            }
            AlertType::BackfillSummary => {
                "An import brings rows that are older than 72 hours: told as one, and never notified of."
                    .to_owned()
            }
        }
    }
}

/// Whether a rule watches only once somebody turns it on.
const fn is_off_at_first(rule: AlertType) -> bool {
    matches!(rule, AlertType::NewModel | AlertType::UnpricedRows)
}

/// What is offered for a rule, and what is chosen if that is something else; nothing where an amount is typed.
pub fn choices(rule: AlertType, chosen: &str) -> Vec<RuleChoice> {
    let mut offered: Vec<RuleChoice> = match rule {
        AlertType::DailySpike => Sensitivity::ALL.iter().map(|&one| choice(one, sensitivity(one))).collect(),
        AlertType::SourceStale => PATIENCES.iter().map(|&one| choice(one, in_words(one))).collect(),
        _ => return Vec::new(),
    };
    let is_offered = offered.iter().any(|offer| offer.value == chosen);
    if let Some(other) = chosen.parse().ok().filter(|_| !is_offered && rule == AlertType::SourceStale) {
        offered.push(choice(other, in_words(other)));
    }
    offered
}

const PATIENCES: [Patience; 7] = [
    Patience::Times(2),
    Patience::Times(3),
    Patience::Times(5),
    Patience::Days(3),
    Patience::Days(7),
    Patience::Days(14),
    Patience::Days(30),
];

fn choice(value: impl ToString, words: String) -> RuleChoice {
    RuleChoice { value: value.to_string(), words }
}

fn sensitivity(one: Sensitivity) -> String {
    let name = match one {
        Sensitivity::Sensitive => "Sensitive",
        Sensitivity::Usual => "Usual",
        Sensitivity::OnlyLarge => "Only large",
    };
    format!("{name}: {} the median, from {}", one.times(), dollars(one.least()))
}

fn in_words(one: Patience) -> String {
    let words = patience(one);
    words[..1].to_uppercase() + &words[1..]
}

fn patience(patience: Patience) -> String {
    match patience {
        Patience::Times(2) => "twice as long as it usually takes".to_owned(),
        Patience::Times(times) => format!("{times} times as long as it usually takes"),
        Patience::Days(1) => "more than 1 day".to_owned(),
        Patience::Days(days) => format!("more than {days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_781_000_000_000_000);

    #[track_caller]
    fn check(rule: AlertType, value: &str, expected: &str) {
        let (mut rules, mut config) = (Rules::default(), CostConfig::default());
        let outcome = rules.set(rule, value, &mut config, NOW).map(|()| rules.watches(rule, &config));
        assert_eq!(outcome.unwrap_or_else(|error| error.to_string()), expected);
    }

    #[test]
    fn every_rule_says_what_it_watches() {
        let said = |rule: &AlertType| {
            let (rules, config) = (Rules::default(), CostConfig::default());
            let value = rules.value(*rule, &config).unwrap_or_else(|| "-".to_owned());
            format!("{rule} [{value}] {}\n", rules.watches(*rule, &config))
        };
        insta::assert_snapshot!(AlertType::ALL.iter().map(said).collect::<String>());
    }

    #[test]
    fn a_rule_takes_what_it_knows() {
        use AlertType::{DailySpike, MonthlyCapReached, SingleCallHigh, SourceStale};
        check(
            DailySpike,
            "only_large",
            "A day costs far more than weekdays or weekend days usually do: beyond their spread, 3 times the median of 28 days, and at least $20.00.",
        );
        check(DailySpike, "3x", "`3x` is no sensitivity; one of: sensitive, usual, only_large");
        check(SourceStale, "3x", "Nothing new comes from a source for 3 times as long as it usually takes.");
        check(SourceStale, "1d", "Nothing new comes from a source for more than 1 day.");
        let expected = "is no patience with a source; one of: 2x to 10x its usual gap, 1d to 90d";
        check(SourceStale, "11x", &format!("`11x` {expected}"));
        check(SourceStale, "91d", &format!("`91d` {expected}"));
        check(SingleCallHigh, "1.25", "A single call costs more than $1.25.");
        check(
            SingleCallHigh,
            "0",
            "`single_call_alert` takes an amount in dollars above 0 and up to 1000000000, such as 10.00, not `0`",
        );
        check(MonthlyCapReached, "1", "monthly_cap_reached is on or off, and takes no sensitivity");
    }

    #[test]
    fn what_is_stored_reads_back() {
        let mut rules = Rules { patience: Patience::Days(12), ..Rules::default() };
        rules.turn(AlertType::DailySpike, false);
        let text = serde_json::to_string(&rules).expect("JSON");
        insta::assert_snapshot!(text, @r#"{"off":["daily_spike"],"spike":"usual","patience":"12d"}"#);
        assert_eq!(serde_json::from_str::<Rules>(&text).expect("rules"), rules);
        assert_eq!(serde_json::from_str::<Rules>("{}").expect("rules"), Rules::default());
        assert!(!rules.watch(AlertType::DailySpike) && rules.watch(AlertType::SourceStale));
        rules.turn(AlertType::DailySpike, true);
        assert!(rules.watch(AlertType::DailySpike));
        assert!(!rules.watch(AlertType::NewModel) && !rules.watch(AlertType::UnpricedRows), "off at first");
        rules.turn(AlertType::NewModel, true);
        let text = serde_json::to_string(&rules).expect("JSON");
        insta::assert_snapshot!(text, @r#"{"off":[],"on":["new_model"],"spike":"usual","patience":"12d"}"#);
        assert!(serde_json::from_str::<Rules>(&text).expect("rules").watch(AlertType::NewModel));
        rules.turn(AlertType::NewModel, false);
        assert!(!rules.watch(AlertType::NewModel));
    }

    #[test]
    fn what_is_chosen_is_offered() {
        let offered = |rule, chosen: &str| {
            choices(rule, chosen)
                .into_iter()
                .map(|offer| format!("{} {}\n", offer.value, offer.words))
                .collect::<String>()
        };
        insta::assert_snapshot!(offered(AlertType::DailySpike, "usual"));
        insta::assert_snapshot!(offered(AlertType::SourceStale, "12d"));
        assert_eq!(offered(AlertType::SingleCallHigh, "0.5"), "");
    }
}
