//! The rules that raise alerts.

use outlay_app::alerts::rules::{AlertRule, AlertRules, RulePreview, RuleSet};

use super::table::{Side, table};

/// A line for each rule.
pub(crate) fn rules(rules: &AlertRules, width: Option<u16>) -> String {
    let header = [
        ("Rule", Side::Whole),
        ("State", Side::Whole),
        ("Sensitivity", Side::Whole),
        ("Watches for", Side::Left),
    ];
    let row = |rule: &AlertRule| {
        let sensitivity = rule.sensitivity.clone().unwrap_or_default();
        vec![rule.rule.to_string(), state(rule).to_owned(), sensitivity, rule.watches.clone()]
    };
    table(&header, rules.rules.iter().map(row).collect(), width)
}

/// How a rule stands now, and what that means.
pub(crate) fn set(set: &RuleSet) -> String {
    let RuleSet { rule, means, .. } = set;
    format!("{} is {}. {}\n{means}", rule.rule, state(rule), rule.watches)
}

/// What a rule would have told.
pub(crate) fn preview(preview: &RulePreview, width: Option<u16>) -> String {
    let said = format!("{}\n{}", preview.watches, preview.sentence);
    if preview.told.is_empty() {
        return said;
    }
    let header = [("Day", Side::Whole), ("Alert", Side::Left)];
    let rows = preview.told.iter().map(|told| vec![told.day.to_string(), told.message.clone()]);
    format!("{said}\n{}", table(&header, rows.collect(), width))
}

const fn state(rule: &AlertRule) -> &'static str {
    if rule.on { "on" } else { "off" }
}
