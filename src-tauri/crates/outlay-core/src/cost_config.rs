//! The caps and limits that a user sets, and what values each takes.
//!
//! Time zone and the first day of the budget month are settings of the ledger and stand elsewhere;
//! what happens when a limit is passed is decided where budgets are evaluated.

use thiserror::Error;

use crate::instant::Instant;
use crate::money::{Money, NANOS_PER_DOLLAR};
use crate::text::words;

/// A user's caps and limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CostConfig {
    /// The most that a month may cost.
    pub monthly_ai_cap_usd: Money,
    /// The part of the cap at which a warning is raised, in percent: 1 to 100.
    pub alert_threshold_pct: u8,
    /// What one call may cost before it is named.
    pub single_call_alert: Money,
    /// Whether the gate refuses calls once the cap is reached.
    pub block_on_cap: bool,
    /// Whether alerts of severity high and critical are sent by e-mail.
    pub email_on_high: bool,
    /// The size of the ledger file at which a warning is raised, in bytes; `None` for no limit.
    pub storage_limit_bytes: Option<i64>,
    /// What sync may move in a month before a warning is raised, in bytes; `None` for no limit.
    pub bandwidth_limit_bytes: Option<i64>,
    /// When the user set or confirmed the cap; until then it is a default that never blocks.
    pub confirmed_at: Option<Instant>,
}

words! {
    /// A field that a user can set, by the name of its column.
    pub enum CostField("field of the cost configuration") {
        /// [`CostConfig::monthly_ai_cap_usd`].
        MonthlyAiCapUsd = "monthly_ai_cap_usd",
        /// [`CostConfig::alert_threshold_pct`].
        AlertThresholdPct = "alert_threshold_pct",
        /// [`CostConfig::single_call_alert`].
        SingleCallAlert = "single_call_alert",
        /// [`CostConfig::block_on_cap`].
        BlockOnCap = "block_on_cap",
        /// [`CostConfig::email_on_high`].
        EmailOnHigh = "email_on_high",
        /// [`CostConfig::storage_limit_bytes`].
        StorageLimitBytes = "storage_limit_bytes",
        /// [`CostConfig::bandwidth_limit_bytes`].
        BandwidthLimitBytes = "bandwidth_limit_bytes",
    }
}

/// A value that a field does not take.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{field}` takes {expected}, not `{given}`")]
pub struct InvalidValue {
    /// The field.
    pub field: CostField,
    /// What was given.
    pub given: String,
    /// What the field takes, in words.
    pub expected: &'static str,
}

const AMOUNT: &str = "an amount in dollars above 0 and up to 1000000000, such as 10.00";
const PERCENT: &str = "a whole percentage from 1 to 100";
const YES_OR_NO: &str = "true or false";
const BYTES: &str = "a number of bytes above 0, or none";

impl Default for CostConfig {
    fn default() -> Self {
        Self {
            monthly_ai_cap_usd: Money::from_nanos(10 * NANOS_PER_DOLLAR),
            alert_threshold_pct: 80,
            single_call_alert: Money::from_nanos(NANOS_PER_DOLLAR / 2),
            block_on_cap: true,
            email_on_high: true,
            storage_limit_bytes: None,
            bandwidth_limit_bytes: None,
            confirmed_at: None,
        }
    }
}

impl CostConfig {
    /// Sets a field from text at `now`. Setting the cap, also to what it was, confirms it.
    ///
    /// # Errors
    /// [`InvalidValue`], which names the field; nothing is changed then.
    pub fn set(&mut self, field: CostField, text: &str, now: Instant) -> Result<(), InvalidValue> {
        let invalid = |expected| InvalidValue { field, given: text.to_owned(), expected };
        match field {
            CostField::MonthlyAiCapUsd => {
                self.monthly_ai_cap_usd = amount(text).ok_or_else(|| invalid(AMOUNT))?;
                self.confirmed_at = Some(now);
            }
            CostField::AlertThresholdPct => {
                self.alert_threshold_pct = percent(text).ok_or_else(|| invalid(PERCENT))?;
            }
            CostField::SingleCallAlert => {
                self.single_call_alert = amount(text).ok_or_else(|| invalid(AMOUNT))?;
            }
            CostField::BlockOnCap => {
                self.block_on_cap = text.parse().map_err(|_| invalid(YES_OR_NO))?;
            }
            CostField::EmailOnHigh => {
                self.email_on_high = text.parse().map_err(|_| invalid(YES_OR_NO))?;
            }
            CostField::StorageLimitBytes => {
                self.storage_limit_bytes = bytes(text).ok_or_else(|| invalid(BYTES))?;
            }
            CostField::BandwidthLimitBytes => {
                self.bandwidth_limit_bytes = bytes(text).ok_or_else(|| invalid(BYTES))?;
            }
        }
        Ok(())
    }

    /// A field's value as text that [`CostConfig::set`] takes.
    pub fn get(&self, field: CostField) -> String {
        let bytes = |limit: Option<i64>| limit.map_or_else(|| "none".to_owned(), |limit| limit.to_string());
        match field {
            CostField::MonthlyAiCapUsd => self.monthly_ai_cap_usd.to_string(),
            CostField::AlertThresholdPct => self.alert_threshold_pct.to_string(),
            CostField::SingleCallAlert => self.single_call_alert.to_string(),
            CostField::BlockOnCap => self.block_on_cap.to_string(),
            CostField::EmailOnHigh => self.email_on_high.to_string(),
            CostField::StorageLimitBytes => bytes(self.storage_limit_bytes),
            CostField::BandwidthLimitBytes => bytes(self.bandwidth_limit_bytes),
        }
    }
}

fn amount(text: &str) -> Option<Money> {
    let largest = Money::from_nanos(1_000_000_000 * NANOS_PER_DOLLAR);
    text.parse().ok().filter(|amount| (Money::from_nanos(1)..=largest).contains(amount))
}

fn percent(text: &str) -> Option<u8> {
    text.parse().ok().filter(|percent| (1..=100).contains(percent))
}

/// The outer `None` is a text that is no limit; the inner one is `none`, no limit at all.
fn bytes(text: &str) -> Option<Option<i64>> {
    if text == "none" {
        return Some(None);
    }
    text.parse().ok().filter(|bytes| *bytes > 0).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_781_000_000_000_000);

    #[track_caller]
    fn check(field: CostField, text: &str, expected: &str) {
        let mut config = CostConfig::default();
        let outcome = config.set(field, text, NOW).map(|()| config.get(field));
        assert_eq!(outcome.unwrap_or_else(|error| error.to_string()), expected);
    }

    #[test]
    fn the_defaults_are_the_originals() {
        let config = CostConfig::default();
        let shown: Vec<_> = CostField::ALL.iter().map(|&field| config.get(field)).collect();
        assert_eq!(shown, ["10", "80", "0.5", "true", "true", "none", "none"]);
        assert_eq!(config.confirmed_at, None);
    }

    #[test]
    fn values_read_back() {
        check(CostField::MonthlyAiCapUsd, "250.50", "250.5");
        check(CostField::AlertThresholdPct, "100", "100");
        check(CostField::SingleCallAlert, "0.000000001", "0.000000001");
        check(CostField::BlockOnCap, "false", "false");
        check(CostField::StorageLimitBytes, "1048576", "1048576");
        check(CostField::BandwidthLimitBytes, "none", "none");
    }

    #[test]
    fn a_refusal_names_the_field() {
        let amount = "takes an amount in dollars above 0 and up to 1000000000, such as 10.00";
        check(CostField::MonthlyAiCapUsd, "-1", &format!("`monthly_ai_cap_usd` {amount}, not `-1`"));
        check(CostField::MonthlyAiCapUsd, "NaN", &format!("`monthly_ai_cap_usd` {amount}, not `NaN`"));
        check(CostField::SingleCallAlert, "0", &format!("`single_call_alert` {amount}, not `0`"));
        let percent = "`alert_threshold_pct` takes a whole percentage from 1 to 100";
        check(CostField::AlertThresholdPct, "101", &format!("{percent}, not `101`"));
        check(CostField::AlertThresholdPct, "0", &format!("{percent}, not `0`"));
        check(CostField::BlockOnCap, "yes", "`block_on_cap` takes true or false, not `yes`");
        check(
            CostField::StorageLimitBytes,
            "0",
            "`storage_limit_bytes` takes a number of bytes above 0, or none, not `0`",
        );
    }

    #[test]
    fn setting_the_cap_confirms_it_and_nothing_else_does() {
        let mut config = CostConfig::default();
        config.set(CostField::AlertThresholdPct, "50", NOW).expect("a percentage");
        assert_eq!(config.confirmed_at, None);
        config.set(CostField::MonthlyAiCapUsd, "10", NOW).expect("an amount");
        assert_eq!(config.confirmed_at, Some(NOW));
        let before = config;
        config.set(CostField::MonthlyAiCapUsd, "ten", NOW).expect_err("no amount");
        assert_eq!(config, before);
    }
}
