//! A dry run: what would be told, and where, if a part of a budget were spent. Nothing is written and nothing goes out.

use outlay_core::alert::{AlertType, BudgetSpend, Notice, Severity, Simulation};
use outlay_core::budget::{self, Account, Budget, GateDecision};
use outlay_core::delivery::Channel;
use outlay_core::money::Money;
use outlay_core::report::{Count, Headline};
use serde::{Deserialize, Serialize};

use super::moment::{self, Moment};
use super::raise::found;
use crate::alerts::rules;
use crate::app::App;
use crate::delivery::Ways;
use crate::error::ApiError;
use crate::users;

/// What is to be tried.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct SimulateRequest {
    /// The id or the name of a budget; `All` of the monthly cap.
    pub budget: String,
    /// Which part of it is spent, in percent: 1 to 100.
    pub percent: Count,
    /// A user's name; the owner when absent.
    #[serde(default)]
    pub user: Option<String>,
}

/// What would be told then.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct BudgetSimulation {
    /// `outlay.budget-simulation/1`.
    pub schema: &'static str,
    /// What this month would have cost.
    pub spend: Money,
    /// The alerts that would stand; none below the warning.
    pub alerts: Vec<SimulatedAlert>,
    /// What the gate would say of another call, as far as this budget goes.
    pub gate: GateDecision,
    /// Why nothing would be told, or what the gate would do, in one sentence.
    pub sentence: String,
}

/// An alert that would stand.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct SimulatedAlert {
    /// What it would be about.
    pub alert_type: AlertType,
    /// How urgent it would be.
    pub severity: Severity,
    /// Its sentence.
    pub message: String,
    /// Where it would be told outside of the ledger.
    pub ways: Vec<SimulatedWay>,
}

/// Whether an alert would be told by a way, and why not.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct SimulatedWay {
    /// The way.
    pub channel: Channel,
    /// Whether it would go out.
    pub goes: bool,
    /// The same in words.
    pub words: String,
}

/// What would be told if a part of a budget were spent.
///
/// # Errors
/// No such budget; no percentage from 1 to 100.
pub fn simulate(app: &App, request: SimulateRequest) -> Result<BudgetSimulation, ApiError> {
    app.read(|reader| {
        let percent = budget::part("percent", request.percent.0)?;
        let user = users::one_user(reader, request.user.as_deref())?;
        let moment = Moment::of(app, reader)?;
        let (id, budget) = found(moment::all(reader, &user, moment.month)?, &request.budget)?;
        let limit = BudgetSpend { id, budget, spend: Headline::default(), projection: None };
        let (config, rules) = (reader.cost_config(&user)?, rules::of(reader)?);
        let (zone, today) = (moment.zone, moment.today);
        let simulation = Simulation { limit, config, rules, zone, today }.at(percent);
        let ways = Ways::of(reader)?;
        let alert = |notice: Notice| SimulatedAlert {
            ways: ways.said(app, &notice, &config),
            alert_type: notice.alert_type,
            severity: notice.severity,
            message: notice.message,
        };
        let alerts: Vec<SimulatedAlert> = simulation.notices().into_iter().map(alert).collect();
        let BudgetSpend { budget, spend: Headline { spend, .. }, .. } = simulation.limit;
        let sentence = sentence(&budget, percent, spend, alerts.is_empty());
        let account = Account { budget, spent: spend, reserved: Money::ZERO };
        let is_refused = account.refusal(Money::ZERO).is_some();
        let gate = if is_refused { GateDecision::Deny } else { GateDecision::Allow };
        Ok(BudgetSimulation { schema: "outlay.budget-simulation/1", spend, alerts, gate, sentence })
    })
}

fn sentence(budget: &Budget, percent: u8, spend: Money, is_silent: bool) -> String {
    let gate = match (budget.blocks(), spend >= budget.amount) {
        (true, true) => "The gate would refuse another call.",
        (true, false) => "The gate would let another call pass.",
        (false, _) => "Nothing would be blocked.",
    };
    match is_silent {
        false => gate.to_owned(),
        true if percent < budget.warn_at_pct => {
            format!(
                "At {percent} % nothing would be told: the warning comes at {} %. {gate}",
                budget.warn_at_pct
            )
        }
        true => format!("At {percent} % nothing would be told: its rule is off. {gate}"),
    }
}
