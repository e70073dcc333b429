//! What would be told of a limit if its month had cost a part of it: by the very functions that watch, and written
//! nowhere. Which way it would go is `delivery`'s.

use std::collections::BTreeMap;

use super::{BudgetSpend, Notice, OpenAlert, Rules, Situation, notices, resolution};
use crate::budget::Budget;
use crate::cost_config::CostConfig;
use crate::money::Money;
use crate::period::{Day, Month, Zone};
use crate::report::Headline;

static NOTHING: BTreeMap<Day, Money> = BTreeMap::new();

/// A limit as it would stand, and when.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The budget and what its month would have cost.
    pub limit: BudgetSpend,
    /// The caps and limits of its user.
    pub config: CostConfig,
    /// Which rules watch.
    pub rules: Rules,
    /// The ledger's time zone.
    pub zone: Zone,
    /// The current day.
    pub today: Day,
}

impl Simulation {
    /// The limit with a spend of so many percent of it, 1 to 100; never less than that part.
    #[must_use]
    pub fn at(self, percent: u8) -> Self {
        let part = Budget { warn_at_pct: percent, ..self.limit.budget.clone() };
        let spend = Headline { spend: part.warned_from(), ..Headline::default() };
        Self { limit: BudgetSpend { spend, projection: None, ..self.limit }, ..self }
    }

    /// What would stand then, the most urgent last; nothing of what would be over at once.
    pub fn notices(&self) -> Vec<Notice> {
        let situation = Situation {
            config: self.config,
            rules: self.rules.clone(),
            zone: self.zone,
            month: Month::containing(self.today),
            today: self.today,
            limits: vec![self.limit.clone()],
            observed: &NOTHING,
            usual: &NOTHING,
            earliest: self.today,
            recent: self.today,
            costly: &[],
            fallen: &[],
            models: &[],
            unpriced: 0,
            ledger: None,
        };
        let stands = |notice: &Notice| resolution(&situation, &open(notice)).is_none();
        notices(&situation).into_iter().filter(stands).collect()
    }
}

fn open(notice: &Notice) -> OpenAlert<'_> {
    let Notice { alert_type, severity, dedupe_key, .. } = notice;
    OpenAlert { alert_type: *alert_type, dedupe_key, severity: *severity, threshold: None, actual: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::AlertType;

    #[track_caller]
    fn check(percent: u8, rules: &Rules, expected: &[&str]) {
        let config = CostConfig::default();
        let (budget, spend) = (Budget::cap(&config), Headline::default());
        let simulation = Simulation {
            limit: BudgetSpend { id: None, budget, spend, projection: None },
            config,
            rules: rules.clone(),
            zone: "UTC".parse().expect("a zone"),
            today: "2026-06-19".parse().expect("a day"),
        };
        let told: Vec<_> =
            simulation.at(percent).notices().into_iter().map(|notice| notice.alert_type.as_str()).collect();
        assert_eq!(told, expected, "{percent}");
    }

    #[test]
    fn what_would_stand_is_told() {
        let mut rules = Rules::default();
        check(79, &rules, &[]);
        check(80, &rules, &["monthly_cap_warning"]);
        check(100, &rules, &["monthly_cap_reached"]);
        rules.turn(AlertType::MonthlyCapWarning, false);
        check(80, &rules, &[]);
    }
}
