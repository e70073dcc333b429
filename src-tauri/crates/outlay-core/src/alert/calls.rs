//! One call that cost more than the limit for a single call. Once per call, whatever the limit becomes.

use super::{AlertType, Measure, Notice, OpenAlert, Severity, Situation};
use crate::figures::{apart, dollars};

pub(super) fn notices(situation: &Situation<'_>) -> Vec<Notice> {
    let threshold = situation.config.single_call_alert;
    let costly = situation.costly.iter().filter(|call| call.cost > threshold);
    costly
        .map(|call| {
            let (cost, limit) = apart(call.cost, threshold);
            let over = dollars(call.cost.saturating_add(-threshold));
            let at = situation.zone.local(call.created_at).format("%-d %B %Y, %H:%M");
            let message = format!(
                "One call cost {cost}, {over} more than the limit of {limit}: {} of {}, {at}",
                call.model, call.provider
            );
            Notice {
                alert_type: AlertType::SingleCallHigh,
                severity: Severity::Medium,
                dedupe_key: call.source_key.clone(),
                message,
                measure: Measure::Money { threshold, actual: call.cost },
                recurs: false,
            }
        })
        .collect()
}

/// The call no longer counts with that cost, or costs no more than the limit of today.
pub(super) fn is_over(situation: &Situation<'_>, open: &OpenAlert<'_>) -> bool {
    let within = open.actual.is_some_and(|cost| cost <= situation.config.single_call_alert);
    within || situation.fallen.iter().any(|key| key == open.dedupe_key)
}
