//! What sync could not decide: values that both sides changed, rows that the server does not take, and own rows that it
//! has no longer. Until a person answers, both sides keep what they have.

use outlay_core::cost_config::{CostConfig, CostField};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_ledger::sync::{AsideRow, Standing, SyncConflict};
use serde::{Deserialize, Serialize};

use super::server::connected;
use crate::app::{App, Nothing};
use crate::cost_config::{self, SetCostConfigRequest};
use crate::error::{ApiError, AppError};

/// The most rows that are listed; their numbers are in the status.
const MOST: usize = 200;

/// What waits for an answer.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct OpenQuestions {
    /// `outlay.sync-questions/1`.
    pub schema: &'static str,
    /// What both sides say differently.
    pub clashes: Vec<Clash>,
    /// Rows that the server does not take or has no longer, at most 200.
    pub aside: Vec<Aside>,
}

/// What both sides say differently.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Clash {
    /// Its number, to answer it.
    pub number: i32,
    /// The table: `cost_config`, `applications`, `generations`, ...
    pub kind: String,
    /// Which of its records.
    pub key: String,
    /// The column, or `content`.
    pub what: String,
    /// What this machine said.
    pub mine: String,
    /// What the server says.
    pub theirs: String,
    /// Which of the two holds now.
    pub holds: Side,
    /// Whether the other one can be taken with one click.
    pub can_be_changed: bool,
    /// When it was found.
    pub at: Instant,
}

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// This machine's.
    Mine,
    /// The server's.
    Theirs,
}

/// A row that is put aside.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Aside {
    /// Its table.
    pub table: String,
    /// Its key.
    pub key: String,
    /// `refused` or `missing`.
    pub standing: &'static str,
    /// What the server said.
    pub reason: String,
}

/// An answer to a clash.
#[derive(Debug, Clone, Copy, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct SettleClashRequest {
    /// Its number.
    pub number: i32,
    /// Whose value holds from now on.
    pub holds: Side,
}

/// What to do with rows that are put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum AnswerAside {
    /// Try rows that were refused once more.
    TryAgain,
    /// Push rows again that the server lost.
    Restore,
    /// Accept that the server has them no longer; they stay here and count here.
    AcceptLoss,
}

/// An answer about all rows that are put aside for the same reason.
#[derive(Debug, Clone, Copy, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct AnswerAsideRequest {
    /// The answer.
    pub answer: AnswerAside,
}

/// What sync could not decide.
///
/// # Errors
/// Nothing is connected; those of the ledger.
pub fn list(app: &App, _request: Nothing) -> Result<OpenQuestions, ApiError> {
    let (remote, _) = connected(app)?;
    let (clashes, aside, caps) = app.read(|reader| {
        let caps = reader.cost_config(&reader.identity()?.owner)?;
        Ok((reader.sync_conflicts(remote.number)?, reader.aside(remote.number, MOST)?, caps))
    })?;
    Ok(OpenQuestions {
        schema: "outlay.sync-questions/1",
        clashes: clashes.into_iter().map(|clash| described(clash, &caps)).collect(),
        aside: aside.into_iter().map(row_aside).collect(),
    })
}

/// Lets one of two values hold, and ends the question.
///
/// # Errors
/// There is no such question; the value cannot be taken here.
pub fn settle(app: &App, request: SettleClashRequest) -> Result<OpenQuestions, ApiError> {
    let (remote, _) = connected(app)?;
    let number = i64::from(request.number);
    let clash = app.read(|reader| {
        let caps = reader.cost_config(&reader.identity()?.owner)?;
        let known = reader.sync_conflicts(remote.number)?.into_iter().find(|clash| clash.number == number);
        let found = known.ok_or(AppError::NoSuchQuestion(request.number))?;
        Ok(described(found, &caps))
    })?;
    if clash.holds != request.holds {
        take(app, &clash, request.holds)?;
    }
    app.write(|writer| {
        writer.see_conflict(number, app.now())?;
        Ok(writer.commit()?)
    })?;
    list(app, Nothing {})
}

/// Answers about rows that are put aside; the next sync does it.
///
/// # Errors
/// Nothing is connected; those of the ledger.
pub fn answer_aside(app: &App, request: AnswerAsideRequest) -> Result<OpenQuestions, ApiError> {
    let (remote, _) = connected(app)?;
    let (from, to) = match request.answer {
        AnswerAside::TryAgain => (Standing::Refused, Standing::Waiting),
        AnswerAside::Restore => (Standing::Missing, Standing::Waiting),
        AnswerAside::AcceptLoss => (Standing::Missing, Standing::Gone),
    };
    app.write(|writer| {
        writer.stand_all(remote.number, from, to)?;
        Ok(writer.commit()?)
    })?;
    list(app, Nothing {})
}

fn take(app: &App, clash: &Clash, side: Side) -> Result<(), ApiError> {
    let value = if side == Side::Mine { &clash.mine } else { &clash.theirs };
    let field = clash.what.parse::<CostField>().ok().filter(|_| clash.can_be_changed);
    let field = field.ok_or_else(|| AppError::CannotTake(clash.what.clone()))?;
    let request = SetCostConfigRequest { field, value: value.clone(), confirm_below_spend: None, user: None };
    cost_config::set(app, request).map(drop)
}

/// A clash in the words of the settings, where it is about one of them.
fn described(conflict: SyncConflict, caps: &CostConfig) -> Clash {
    let field = field_of(&conflict);
    let plain = |json: &str| serde_json::from_str(json).unwrap_or_else(|_| json.to_owned());
    let said = |json: &str| field.map_or_else(|| plain(json), |field| value_of(field, json));
    let [mine, theirs] = [said(&conflict.here), said(&conflict.there)];
    let current = field.map(|field| caps.get(field));
    Clash {
        number: i32::try_from(conflict.number).unwrap_or(i32::MAX),
        // Of two contents each side keeps its own; of a cap the one holds that is set.
        holds: if field.is_none() || current.as_ref() == Some(&mine) { Side::Mine } else { Side::Theirs },
        can_be_changed: field.is_some(),
        what: field.map_or(conflict.what, |field| field.to_string()),
        kind: conflict.kind,
        key: conflict.key,
        mine,
        theirs,
        at: conflict.at,
    }
}

/// The cap or limit that a clash is about: the server's columns are called after what they hold.
fn field_of(conflict: &SyncConflict) -> Option<CostField> {
    let name = match conflict.what.as_str() {
        _ if conflict.kind != "cost_config" => return None,
        "monthly_ai_cap_nanos" => "monthly_ai_cap_usd",
        "single_call_alert_nanos" => "single_call_alert",
        other => other,
    };
    name.parse().ok()
}

/// A value of the server's column as the setting takes it: nano-dollars as dollars, 1 as true, nothing as none.
fn value_of(field: CostField, json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    match (field, value.as_i64()) {
        (CostField::MonthlyAiCapUsd | CostField::SingleCallAlert, Some(nanos)) => {
            Money::from_nanos(nanos).to_string()
        }
        (CostField::BlockOnCap | CostField::EmailOnHigh, Some(yes)) => (yes == 1).to_string(),
        (_, Some(number)) => number.to_string(),
        (_, None) => "none".to_owned(),
    }
}

fn row_aside(row: AsideRow) -> Aside {
    Aside {
        table: row.table.as_str().to_owned(),
        key: row.key.to_string(),
        standing: if row.standing == Standing::Missing { "missing" } else { "refused" },
        reason: row.reason.unwrap_or_default(),
    }
}
