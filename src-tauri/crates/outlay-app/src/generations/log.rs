//! Recording a call by hand or from a script.
//!
//! Summaries lose their secrets before they are cut and stored. What the call costs is `pricing`'s.

use std::collections::BTreeMap;

use outlay_core::fact::{Charge, FacetTable, Facets, Fact, Variant};
use outlay_core::identity::Fingerprint;
use outlay_core::instant::Instant;
use outlay_core::money::{Money, NANOS_PER_DOLLAR};
use outlay_core::price::Book;
use outlay_core::redact::{SUMMARY_LENGTH, redact_and_cut};
use outlay_core::report::Count;
use outlay_core::tokens::Tokens;
use outlay_ledger::{Call, DEFAULT_ACCOUNT, Writer};
use serde::Deserialize;
use uuid::Uuid;

use super::GenerationShown;
use crate::alerts::{self, Happened};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::prices;
use crate::pricing::{self, Pricer};
use crate::users;

/// A call to record.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct LogRequest {
    /// `chat`, `embedding`, or what the person says.
    pub generation_type: String,
    /// The model.
    pub model: String,
    /// Who bills it; when absent, the maker of a model that the price book knows, else `unknown`.
    #[serde(default)]
    pub provider: Option<String>,
    /// The name of an application, which is created if it is new.
    #[serde(default)]
    pub application: Option<String>,
    /// All input tokens, those read from or written to a cache included.
    #[serde(default)]
    pub tokens_input: Count,
    /// All output tokens, reasoning included.
    #[serde(default)]
    pub tokens_output: Count,
    /// Input read from a cache.
    #[serde(default)]
    pub cached_tokens: Count,
    /// Input written to a cache, whatever its lifetime.
    #[serde(default)]
    pub cache_write_tokens: Count,
    /// Of these, with the longer lifetime.
    #[serde(default)]
    pub cache_write_long_tokens: Count,
    /// Output spent on reasoning.
    #[serde(default)]
    pub reasoning_tokens: Count,
    /// `flex`, `priority`, ...
    #[serde(default)]
    pub service_tier: Option<String>,
    /// Run as a batch.
    #[serde(default)]
    pub batch: bool,
    /// What it cost, where that is known; else tokens times the price in force.
    #[serde(default)]
    pub cost: Option<Money>,
    /// How long it took, in milliseconds.
    #[serde(default)]
    pub duration_ms: Option<Count>,
    /// The error it ended in.
    #[serde(default)]
    pub error: Option<String>,
    /// What came in.
    #[serde(default)]
    pub input_summary: Option<String>,
    /// What came out.
    #[serde(default)]
    pub output_summary: Option<String>,
    /// When; now when absent.
    #[serde(default)]
    pub at: Option<Instant>,
    /// Whose call it is; the owner's when absent.
    #[serde(default)]
    pub user: Option<String>,
}

/// The most that one call can cost: what is more was written in another unit.
const MOST_OF_A_CALL: Money = Money::from_nanos(1_000_000 * NANOS_PER_DOLLAR);

/// How far a script's clock may run ahead, in microseconds.
const CLOCK_TOLERANCE: i64 = 5 * 60 * 1_000_000;

/// Records a call.
///
/// # Errors
/// Counts that do not fit together; a cost or a duration that no call has; an instant to come; those of the ledger.
pub fn log(app: &App, request: LogRequest) -> Result<GenerationShown, ApiError> {
    app.shows_own()?;
    // Refused before a ledger is created for it.
    check(app, &request)?;
    app.write(|writer| {
        let id = record(app, &writer, &request)?;
        let call = writer.reader().generation(id)?.into();
        writer.commit()?;
        Ok(GenerationShown { schema: "outlay.call/1", call })
    })
}

/// Refuses what no ledger would take.
fn check(app: &App, request: &LogRequest) -> Result<(Instant, Tokens, Facets), AppError> {
    let checked = (instant(app, request)?, tokens(request)?, facets(request)?);
    check_user(request)?;
    check_amounts(request)?;
    Ok(checked)
}

/// Records a call in a transaction that others go on with, and raises what alerts come of it.
pub(crate) fn record(app: &App, writer: &Writer<'_>, request: &LogRequest) -> Result<Uuid, AppError> {
    let (at, tokens, facets) = check(app, request)?;
    let fact = fact(request, at, tokens);
    prices::note_book(writer)?;
    let known = pricing::prices(&writer.reader())?;
    let mut pricer = Pricer::new(&known);
    let costing = pricer.cost_of(&facets, &fact);
    let ensured = |name| writer.ensure_application(&facets.provider, DEFAULT_ACCOUNT, name);
    let application = request.application.as_deref().map(ensured).transpose()?;
    let call = Call {
        id: app.new_id(at),
        user_id: users::one_user(&writer.reader(), request.user.as_deref())?,
        application,
        facets: &facets,
        costing,
        fact,
        input_summary: request.input_summary.as_deref().map(summary),
        output_summary: request.output_summary.as_deref().map(summary),
    };
    let (id, user) = (call.id, call.user_id.clone());
    writer.log(call)?;
    alerts::evaluate(app, writer, Happened::Logged { id, user: &user })?;
    Ok(id)
}

fn summary(text: &str) -> String {
    redact_and_cut(text, SUMMARY_LENGTH)
}

fn instant(app: &App, request: &LogRequest) -> Result<Instant, AppError> {
    let now = app.now();
    match request.at {
        Some(at) if at.micros() > now.micros() + CLOCK_TOLERANCE => {
            Err(AppError::Field { field: "at", problem: format!("is {at}, and it is {now} now") })
        }
        at => Ok(at.unwrap_or(now)),
    }
}

/// The disjoint buckets of a call whose counts are inclusive.
fn tokens(request: &LogRequest) -> Result<Tokens, AppError> {
    let Count(input) = request.tokens_input;
    let (Count(read), Count(written)) = (request.cached_tokens, request.cache_write_tokens);
    let Count(long) = request.cache_write_long_tokens;
    let tokens = Tokens {
        uncached_input: input.saturating_sub(read).saturating_sub(written),
        cache_read: read,
        cache_write: written.saturating_sub(long),
        cache_write_long: long,
        output: request.tokens_output.0,
        reasoning: request.reasoning_tokens.0,
    };
    let Some(fault) = tokens.fault() else { return Ok(tokens) };
    let (field, problem) = match fault {
        "uncached input" => {
            ("tokens_input", format!("is {input}, less than its parts: {read} cached and {written} written"))
        }
        "cache read" => ("cached_tokens", format!("is {read}")),
        "cache write" => ("cache_write_tokens", format!("is {written}, of which {long} long")),
        "long cache write" => ("cache_write_long_tokens", format!("is {long}")),
        "output" => ("tokens_output", format!("is {}", request.tokens_output.0)),
        _ => ("reasoning_tokens", format!("is {}, more than the output", request.reasoning_tokens.0)),
    };
    Err(AppError::Field { field, problem })
}

/// `all` means everybody in reports, so nobody can be called so.
fn check_user(request: &LogRequest) -> Result<(), AppError> {
    let problem = match request.user.as_deref().map(str::trim) {
        Some("") => "is empty",
        Some("all") => "means everybody: name one user",
        _ => return Ok(()),
    };
    Err(AppError::Field { field: "user", problem: problem.to_owned() })
}

/// A negative amount would lower what was spent: a correction is a void and a new call.
fn check_amounts(request: &LogRequest) -> Result<(), AppError> {
    if let Some(cost) = request.cost.filter(|cost| cost.is_negative() || *cost > MOST_OF_A_CALL) {
        let problem = format!("is {cost}: a call costs from 0 to {MOST_OF_A_CALL} USD");
        return Err(AppError::Field { field: "cost", problem });
    }
    match request.duration_ms {
        Some(Count(millis)) if millis < 0 => {
            Err(AppError::Field { field: "duration_ms", problem: format!("is {millis}, less than 0") })
        }
        _ => Ok(()),
    }
}

fn facets(request: &LogRequest) -> Result<Facets, AppError> {
    let named = |field, text: &str| match text.trim() {
        "" => Err(AppError::Field { field, problem: "is empty".to_owned() }),
        text => Ok(text.to_owned()),
    };
    Ok(Facets {
        provider: named("provider", &provider_of(request))?,
        generation_type: named("generation_type", &request.generation_type)?,
        model: named("model", &request.model)?,
        project: None,
        variant: Variant {
            service_tier: request.service_tier.clone(),
            batch: request.batch,
            ..Variant::default()
        },
        labels: BTreeMap::new(),
    })
}

fn fact(request: &LogRequest, at: Instant, tokens: Tokens) -> Fact {
    let used_nothing = tokens == Tokens::default();
    let charge = match request.cost {
        Some(cost) => Charge::Billed { cost, list: None, exact: true },
        None if request.error.is_some() && used_nothing => Charge::Free,
        None => Charge::ByPriceBook,
    };
    Fact {
        facets: FacetTable::default().intern(Facets::default()),
        created_at: at,
        period_end: None,
        request_count: Some(1),
        tokens,
        other_units: BTreeMap::new(),
        charge,
        source_key: String::new(),
        fingerprint: Fingerprint::default(),
        duration_ms: request.duration_ms.map(|Count(millis)| millis),
        error: request.error.as_deref().map(summary),
        line: 0,
    }
}

/// Who bills the call: as told, else the maker of the model, if the name leaves no doubt.
fn provider_of(request: &LogRequest) -> String {
    let told = request.provider.clone();
    told.or_else(|| maker_of(&request.model)).unwrap_or_else(|| "unknown".to_owned())
}

/// The maker of a model that the price book knows.
pub(crate) fn maker_of(model: &str) -> Option<String> {
    Book::embedded().resolve("", model).ok().map(|model| model.provider().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cost: Option<&str>, duration_ms: Option<i64>, expected: &str) {
        let cost = cost.map(|cost| cost.parse().expect("an amount"));
        let request = LogRequest { cost, duration_ms: duration_ms.map(Count), ..LogRequest::default() };
        let told = check_amounts(&request).map_or_else(|error| error.to_string(), |()| "fine".to_owned());
        assert_eq!(told, expected);
    }

    #[test]
    fn amounts_that_no_call_has_are_refused() {
        check(Some("0"), Some(0), "fine");
        check(Some("1000000"), None, "fine");
        check(Some("-1"), None, "`cost` is -1: a call costs from 0 to 1000000 USD");
        check(Some("1000000.01"), None, "`cost` is 1000000.01: a call costs from 0 to 1000000 USD");
        check(None, Some(-5), "`duration_ms` is -5, less than 0");
    }
}
