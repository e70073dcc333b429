//! OpenRouter's log, `openrouter_activity_YYYY-MM-DD.csv`: one row per request, newest first.
//!
//! - **Columns**: `generation_id, created_at, cost_total, cost_*, byok_usage_inference, tokens_prompt,
//!   tokens_completion, tokens_reasoning, tokens_cached, model_permaslug, provider_name, variant,
//!   cancelled, ..., app_name, api_key_name`, in an order that changes.
//! - **Key**: `generation_id`, unique and immutable. `created_at` is UTC without a mark.
//! - **Money**: `cost_total` is final; the other `cost_*` columns are already inside. What a key of
//!   one's own paid elsewhere (`byok_usage_inference`) is a value at list price, never spend.
//! - **Tokens**: the prompt includes what was cached, the completion includes reasoning.
//! - **Fingerprint** `openrouter-log/1` leaves out names of keys and apps: renaming one restates nothing.

use std::collections::BTreeMap;

use crate::fact::{Charge, FacetId, Facets, Fact, Project, Variant};
use crate::identity::{Fingerprint, FingerprintBuilder};
use crate::import::context::{Context, Reading, labels};
use crate::import::reject::RejectKind;
use crate::import::source_kind::SourceKind;
use crate::import::table::{Column, Header, Read, Row, blank, problem};
use crate::instant::Instant;
use crate::money::Money;
use crate::redact::{SUMMARY_LENGTH, redact_and_cut};
use crate::tokens::Tokens;

use super::{Shape, Source};

pub(crate) const SHAPE: Shape = Shape {
    kind: SourceKind::OpenrouterLog,
    signatures: &[&["generation_id", "cost_total"]],
    required: &[
        "generation_id",
        "created_at",
        "cost_total",
        "tokens_prompt",
        "tokens_completion",
        "model_permaslug",
    ],
    optional: &[
        "byok_usage_inference",
        "tokens_reasoning",
        "tokens_cached",
        "provider_name",
        "variant",
        "cancelled",
        "user",
        "finish_reason_raw",
        "finish_reason_normalized",
        "generation_time_ms",
        "app_name",
        "api_key_name",
        // Already inside cost_total, or of no use to a ledger.
        "cost_web_search",
        "cost_cache",
        "cost_file_processing",
        "streamed",
        "time_to_first_token_ms",
        "api_key_disabled",
    ],
};

pub(crate) struct OpenrouterLog {
    generation_id: Column,
    created_at: Column,
    cost_total: Column,
    byok: Column,
    prompt: Column,
    completion: Column,
    reasoning: Column,
    cached: Column,
    model: Column,
    provider_name: Column,
    variant: Column,
    cancelled: Column,
    user: Column,
    finish: Column,
    finish_raw: Column,
    duration: Column,
    app_name: Column,
    key_name: Column,
    /// The raw cells of the latest facets.
    cells: Vec<u8>,
}

/// The values of a request that make its content.
struct Call {
    created_at: Instant,
    cancelled: bool,
    tokens: Tokens,
    charge: Charge,
    duration_ms: Option<i64>,
}

impl OpenrouterLog {
    pub(crate) fn new(header: &Header) -> Self {
        let column = |name| header.column(name);
        Self {
            generation_id: column("generation_id"),
            created_at: column("created_at"),
            cost_total: column("cost_total"),
            byok: column("byok_usage_inference"),
            prompt: column("tokens_prompt"),
            completion: column("tokens_completion"),
            reasoning: column("tokens_reasoning"),
            cached: column("tokens_cached"),
            model: column("model_permaslug"),
            provider_name: column("provider_name"),
            variant: column("variant"),
            cancelled: column("cancelled"),
            user: column("user"),
            finish: column("finish_reason_normalized"),
            finish_raw: column("finish_reason_raw"),
            duration: column("generation_time_ms"),
            app_name: column("app_name"),
            key_name: column("api_key_name"),
            cells: Vec::new(),
        }
    }

    fn tokens(&self, row: &Row<'_>) -> Read<Tokens> {
        let prompt = row.count(&self.prompt)?;
        let cached = row.count(&self.cached)?;
        let output = row.count(&self.completion)?;
        let reasoning = row.count(&self.reasoning)?;
        if cached > prompt {
            let expected =
                format!("at most the {prompt} tokens of the prompt, which include the cached ones");
            return Err(token_problem(&self.cached, row, &expected));
        }
        if reasoning > output {
            let expected = format!("at most the {output} tokens of the completion, which include reasoning");
            return Err(token_problem(&self.reasoning, row, &expected));
        }
        Ok(Tokens {
            uncached_input: prompt - cached,
            cache_read: cached,
            output,
            reasoning,
            ..Tokens::default()
        })
    }

    fn charge(&self, row: &Row<'_>, cancelled: bool) -> Read<Charge> {
        let cost = row.money(&self.cost_total)?;
        let paid_elsewhere = row.money(&self.byok)?.filter(|&value| value > Money::ZERO);
        let free = cancelled
            || row.text(&self.variant).eq_ignore_ascii_case("free")
            || row.text(&self.model).ends_with(":free");
        match cost {
            None | Some(Money::ZERO) if free && paid_elsewhere.is_none() => Ok(Charge::Free),
            Some(cost) => Ok(Charge::Billed { cost, exact: true, list: paid_elsewhere }),
            None => Err(blank(&self.cost_total, "the cost of the request in dollars")),
        }
    }

    fn facets(&self, row: &Row<'_>, model: &str) -> Facets {
        let project = Some(row.text(&self.app_name)).filter(|name| !name.is_empty());
        let project = project.unwrap_or_else(|| row.text(&self.key_name));
        Facets {
            provider: "openrouter".into(),
            generation_type: "chat".into(),
            model: model.into(),
            project: (!project.is_empty()).then(|| Project { id: project.into(), name: project.into() }),
            variant: Variant::default(),
            labels: labels([
                ("user", row.text(&self.user)),
                ("api_key", row.text(&self.key_name)),
                ("served_by", row.text(&self.provider_name)),
                ("variant", row.text(&self.variant)),
                (
                    "finish_reason",
                    Some(row.text(&self.finish)).filter(|&reason| reason != "stop").unwrap_or_default(),
                ),
            ]),
        }
    }

    /// The number of a row's facets; a row whose cells were seen before builds none.
    fn intern(&mut self, row: &Row<'_>, model: &str, context: &mut Context) -> FacetId {
        let mut cells = std::mem::take(&mut self.cells);
        cells.clear();
        for column in [
            &self.model,
            &self.app_name,
            &self.key_name,
            &self.user,
            &self.provider_name,
            &self.variant,
            &self.finish,
        ] {
            cells.extend_from_slice(row.raw(column).as_bytes());
            cells.push(0);
        }
        let facets = context.facets.intern_cells(&cells, || self.facets(row, model));
        self.cells = cells;
        facets
    }

    fn fingerprint(&self, row: &Row<'_>, call: &Call) -> Fingerprint {
        let (cost, list) = match call.charge {
            Charge::Billed { cost, list, .. } => (cost, list.unwrap_or_default()),
            _ => (Money::ZERO, Money::ZERO),
        };
        FingerprintBuilder::new("openrouter-log/1")
            .integer(call.created_at.micros())
            .text(row.text(&self.model))
            .text(row.text(&self.provider_name))
            .text(row.text(&self.variant))
            .integer(i64::from(call.cancelled))
            .integer(cost.nanos())
            .integer(list.nanos())
            .integer(call.tokens.input())
            .integer(call.tokens.cache_read)
            .integer(call.tokens.output)
            .integer(call.tokens.reasoning)
            .integer(call.duration_ms.unwrap_or_default())
            .finish()
    }

    fn error(&self, row: &Row<'_>, cancelled: bool) -> Option<String> {
        if cancelled {
            return Some("cancelled".into());
        }
        let failed = row.text(&self.finish).eq_ignore_ascii_case("error");
        failed.then(|| match row.text(&self.finish_raw) {
            "" => "error".to_owned(),
            raw => redact_and_cut(raw, SUMMARY_LENGTH),
        })
    }
}

impl Source for OpenrouterLog {
    fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Read<Reading> {
        let source_key = row.required_text(&self.generation_id)?;
        let created_at = row.instant(&self.created_at, &mut context.dates)?;
        let model = row.required_text(&self.model)?;
        let cancelled = row.flag(&self.cancelled)?;
        let call = Call {
            created_at,
            cancelled,
            tokens: self.tokens(row)?,
            charge: self.charge(row, cancelled)?,
            duration_ms: row.optional_count(&self.duration)?,
        };
        Ok(Reading::Fact(Fact {
            facets: self.intern(row, model, context),
            created_at,
            period_end: None,
            request_count: Some(1),
            tokens: call.tokens,
            other_units: BTreeMap::new(),
            charge: call.charge,
            source_key: source_key.to_owned(),
            fingerprint: self.fingerprint(row, &call),
            duration_ms: call.duration_ms,
            error: self.error(row, cancelled),
            line: row.line,
        }))
    }
}

fn token_problem(column: &Column, row: &Row<'_>, expected: &str) -> Box<crate::import::reject::Problem> {
    let remedy = "The counts contradict each other: export the log again";
    problem(RejectKind::TokenTotal, column, row.raw(column), expected, remedy)
}
