//! The plan of an adoption, as a value: what is there, what it would become here, and what is still to be said.

use outlay_core::money::Money;
use outlay_core::period::Zone;
use outlay_core::report::Count;
use outlay_sync::adoption::{Cached, Choices, Layout, Question};
use outlay_sync::server::adoption::{Survey, survey};
use outlay_sync::server::{self, Address, Found};
use serde::{Deserialize, Serialize};

use super::words;
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::secrets::Secret;
use crate::sync::server::{at_server, password_for, read_address};
use crate::sync::status::count;

/// A database to adopt, and what a person says about it.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct AdoptionRequest {
    /// Its address.
    pub address: String,
    /// The password; when absent, it is looked for in the keychain and the password file.
    #[serde(default)]
    pub password: Option<Secret>,
    /// The table, as `schema.table`, where there are several.
    #[serde(default)]
    pub table: Option<String>,
    /// The column that says whose a row is.
    #[serde(default)]
    pub user_column: Option<String>,
    /// What it says of this ledger's owner.
    #[serde(default)]
    pub me: Option<String>,
    /// The time zone of times that name none; UTC when absent.
    #[serde(default)]
    pub zone: Option<String>,
    /// Where cached tokens stand.
    #[serde(default)]
    pub cached: Option<CachedTokens>,
    /// Whether own rows that the table lacks may be added to it; they may not when absent.
    #[serde(default)]
    pub writes: bool,
    /// Whether the cap that stands there is taken over, if none was ever confirmed here.
    #[serde(default)]
    pub takes_cap: bool,
}

/// Where cached tokens stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum CachedTokens {
    /// The input contains them.
    Inside,
    /// They stand beside the input.
    Apart,
}

/// What an adoption would do.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct AdoptionPlan {
    /// `outlay.sync-adoption/1`.
    pub schema: &'static str,
    /// The address, without a password.
    pub address: String,
    /// The table, as `schema.table`; null while it is not known which.
    pub table: Option<String>,
    /// What can be done.
    pub verdict: AdoptionVerdict,
    /// What must be said first.
    pub questions: Vec<AdoptionQuestion>,
    /// What is taken for granted.
    pub assumptions: Vec<String>,
    /// Why it cannot be adopted.
    pub obstacles: Vec<String>,
    /// Why nothing can be written there.
    pub only_read: Vec<String>,
    /// Whether own rows would be added there.
    pub writes: bool,
    /// Which column means what.
    pub columns: Vec<AdoptedColumn>,
    /// Rows that would be taken over.
    pub rows: Count,
    /// What they come to.
    pub spend: Money,
    /// Whether the amounts are exact: floats are not.
    pub is_exact: bool,
    /// Rows without a cost.
    pub unpriced: Count,
    /// The users with the most rows, at most 20.
    pub users: Vec<AdoptionUser>,
    /// How many users there are.
    pub user_count: Count,
    /// The same by UTC month.
    pub months: Vec<AdoptionMonth>,
    /// Rows that cannot be taken, by reason.
    pub left_out: Vec<CannotTake>,
    /// Alerts there that nobody resolved; they stay there.
    pub open_alerts: Option<Count>,
    /// The owner's monthly cap there.
    pub cap: Option<Money>,
}

/// What can be done with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum AdoptionVerdict {
    /// It cannot be adopted.
    Refused,
    /// Something must be said first.
    Asks,
    /// It can be read.
    ReadOnly,
    /// It can be read, and own rows can be added.
    ReadWrite,
}

/// What must be said first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct AdoptionQuestion {
    /// The flag that answers it, such as `--me`.
    pub flag: &'static str,
    /// The question.
    pub asks: String,
    /// What can be answered.
    pub choices: Vec<String>,
    /// Rows of the table that may help.
    pub examples: Vec<String>,
}

/// A column and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct AdoptedColumn {
    /// What it means, as the ledger calls it.
    pub means: &'static str,
    /// What it is called there; null where there is none.
    pub column: Option<String>,
    /// Its type.
    pub kind: Option<String>,
}

/// A user of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct AdoptionUser {
    /// As the table says it.
    pub user: String,
    /// How many rows.
    pub rows: Count,
    /// What they come to.
    pub spend: Money,
    /// Whether it is this ledger's owner.
    pub is_me: bool,
}

/// A UTC month of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct AdoptionMonth {
    /// As `2026-08`.
    pub month: String,
    /// How many rows.
    pub rows: Count,
    /// What they come to.
    pub spend: Money,
}

/// Rows that cannot be taken for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CannotTake {
    /// Why not.
    pub reason: String,
    /// How many.
    pub rows: Count,
    /// The ids of some of them.
    pub ids: Vec<String>,
}

/// What adopting a database would do; nothing is written there or here.
///
/// # Errors
/// The server cannot be reached; there is nothing to adopt; a time zone that is none.
pub fn plan(app: &App, request: AdoptionRequest) -> Result<AdoptionPlan, ApiError> {
    app.shows_own()?;
    let asked = Asked::read(&request)?;
    let survey = asked.survey(app)?;
    Ok(described(&asked.address, &request, &survey))
}

/// A request that was read.
pub(super) struct Asked {
    pub(super) address: Address,
    pub(super) given: Option<Secret>,
    pub(super) choices: Choices,
}

impl Asked {
    pub(super) fn read(request: &AdoptionRequest) -> Result<Self, AppError> {
        let (address, given) = read_address(&request.address, request.password.clone())?;
        if let Some(zone) = &request.zone
            && zone.parse::<Zone>().is_err()
        {
            return Err(AppError::Field { field: "zone", problem: format!("{zone:?} is no time zone") });
        }
        let named = request.table.as_deref().map(|name| name.split_once('.').unwrap_or(("public", name)));
        let (schema, table) = named.map(|(schema, table)| (schema.to_owned(), table.to_owned())).unzip();
        let choices = Choices {
            schema,
            table,
            user_column: request.user_column.clone(),
            me: request.me.clone(),
            zone: request.zone.clone(),
            cached: request.cached.map(|cached| match cached {
                CachedTokens::Inside => Cached::Inside,
                CachedTokens::Apart => Cached::Apart,
            }),
            writes: request.writes,
        };
        Ok(Self { address, given, choices })
    }

    pub(super) fn survey(&self, app: &App) -> Result<Survey, AppError> {
        let password = password_for(app, &self.address, self.given.as_ref());
        at_server(&self.address, password.as_ref(), async |connection| {
            let probe = server::probe(connection).await?;
            if let Some(objection) = probe.engine.objection() {
                return Err(AppError::OtherEngine(objection));
            }
            if let Found::Ledger(_) | Found::Closed = probe.found {
                return Err(AppError::TeamLedgerThere);
            }
            let survey = survey(connection, &self.choices).await?;
            if survey.tables.is_empty() { Err(AppError::NothingToAdopt) } else { Ok(survey) }
        })
    }
}

/// The plan of what was found.
pub(super) fn described(address: &Address, request: &AdoptionRequest, survey: &Survey) -> AdoptionPlan {
    let Survey { reading, rows, finds, original, choices, shape, .. } = survey;
    let obstacles = words::obstacles(survey);
    let only_read: Vec<String> = reading.only_read.iter().map(ToString::to_string).collect();
    let me = choices.me.as_deref();
    let table = shape.as_ref().map(|shape| format!("{}.{}", shape.schema, shape.name));
    AdoptionPlan {
        schema: "outlay.sync-adoption/1",
        address: address.to_string(),
        table,
        verdict: if !obstacles.is_empty() {
            AdoptionVerdict::Refused
        } else if !survey.questions.is_empty() {
            AdoptionVerdict::Asks
        } else if only_read.is_empty() {
            AdoptionVerdict::ReadWrite
        } else {
            AdoptionVerdict::ReadOnly
        },
        questions: survey.questions.iter().map(|question| words::question(question, finds)).collect(),
        assumptions: survey.assumptions.iter().map(words::assumption).collect(),
        obstacles,
        writes: request.writes && only_read.is_empty(),
        only_read,
        columns: reading.layout.as_ref().map(columns).unwrap_or_default(),
        rows: count(rows.rows),
        spend: rows.spend,
        is_exact: reading.layout.as_ref().is_none_or(Layout::is_exact),
        unpriced: count(rows.unpriced),
        users: users(survey, me),
        user_count: count(finds.user_count),
        months: months(survey),
        left_out: left_out(survey),
        open_alerts: original.open_alerts.map(count),
        cap: original.cap,
    }
}

fn users(survey: &Survey, me: Option<&str>) -> Vec<AdoptionUser> {
    let user = |found: &outlay_sync::adoption::UserRows| AdoptionUser {
        is_me: me == Some(&*found.user),
        user: found.user.clone(),
        rows: count(found.rows),
        spend: found.spend,
    };
    survey.finds.users.iter().map(user).collect()
}

fn months(survey: &Survey) -> Vec<AdoptionMonth> {
    let months = survey.rows.months.iter();
    months
        .map(|found| AdoptionMonth {
            month: found.month.clone(),
            rows: count(found.rows),
            spend: found.spend,
        })
        .collect()
}

fn left_out(survey: &Survey) -> Vec<CannotTake> {
    let faults = survey.rows.faults.iter();
    faults
        .map(|found| CannotTake {
            reason: found.fault.to_string(),
            rows: count(found.rows),
            ids: found.ids.iter().map(ToString::to_string).collect(),
        })
        .collect()
}

fn columns(layout: &Layout) -> Vec<AdoptedColumn> {
    let (id, user, at) =
        (Some(layout.id.clone()), Some(layout.user.clone()), Some(layout.created_at.clone()));
    let all = [
        ("id", &id),
        ("user", &user),
        ("created_at", &at),
        ("generation_type", &layout.generation_type),
        ("model_used", &layout.model),
        ("provider", &layout.provider),
        ("tokens_input", &layout.tokens_input),
        ("tokens_output", &layout.tokens_output),
        ("cached_tokens", &layout.cached_tokens),
        ("cost_usd", &layout.cost),
        ("duration_ms", &layout.duration),
        ("error", &layout.error),
        ("application_id", &layout.application),
    ];
    let column = |(means, column): (&'static str, &Option<outlay_sync::adoption::Column>)| AdoptedColumn {
        means,
        column: column.as_ref().map(|column| column.name.clone()),
        kind: column.as_ref().map(|column| column.type_name.clone()),
    };
    all.into_iter().map(column).collect()
}

/// The flags of what is still to be said.
pub(super) fn flags(questions: &[Question]) -> String {
    questions.iter().map(Question::flag).collect::<Vec<_>>().join(", ")
}
