//! OpenRouter's activity per day: one row per UTC day and model (or a part of one).
//!
//! - **Columns**: `Date, Slug, Usage, BYOK Usage, Requests, Prompt Tokens, Completion Tokens, Reasoning
//!   Tokens`.
//! - **Key**: day and slug; rows with equal keys (an endpoint or provider of its own) are added.
//! - **Money**: `Usage` in dollars is final; `BYOK Usage` was paid elsewhere and is a value, not spend.
//! - **Tokens**: the prompt includes cached tokens, which are not told apart, so all of it counts as
//!   uncached; the completion includes reasoning. It covers the same money as the log of requests.

use std::collections::BTreeMap;

use bigdecimal::{BigDecimal, Zero};

use crate::fact::{Facets, Variant};
use crate::import::aggregate::{Aggregate, Part, PartMoney};
use crate::import::context::{Context, Finished, Reading, join_key, key_time};
use crate::import::reject::RejectKind;
use crate::import::source_kind::SourceKind;
use crate::import::table::{Column, Header, Read, Row, blank, problem};
use crate::instant::{Instant, MICROS_PER_DAY};
use crate::tokens::Tokens;

use super::{Shape, Source};

pub(crate) const SHAPE: Shape = Shape {
    kind: SourceKind::OpenrouterActivity,
    signatures: &[&["slug", "byok_usage"]],
    required: &["date", "slug", "usage", "prompt_tokens", "completion_tokens"],
    optional: &["byok_usage", "requests", "reasoning_tokens"],
};

pub(crate) struct OpenrouterActivity {
    date: Column,
    slug: Column,
    usage: Column,
    byok: Column,
    requests: Column,
    prompt: Column,
    completion: Column,
    reasoning: Column,
    sums: Aggregate,
}

impl OpenrouterActivity {
    pub(crate) fn new(header: &Header) -> Self {
        let column = |name| header.column(name);
        Self {
            date: column("date"),
            slug: column("slug"),
            usage: column("usage"),
            byok: column("byok_usage"),
            requests: column("requests"),
            prompt: column("prompt_tokens"),
            completion: column("completion_tokens"),
            reasoning: column("reasoning_tokens"),
            sums: Aggregate::new("openrouter-activity/1"),
        }
    }

    fn tokens(&self, row: &Row<'_>) -> Read<Tokens> {
        let output = row.count(&self.completion)?;
        let reasoning = row.count(&self.reasoning)?;
        if reasoning > output {
            let expected = format!("at most the {output} tokens of the completion, which include reasoning");
            let remedy = "The counts contradict each other: export the file again";
            return Err(problem(
                RejectKind::TokenTotal,
                &self.reasoning,
                row.raw(&self.reasoning),
                &expected,
                remedy,
            ));
        }
        Ok(Tokens { uncached_input: row.count(&self.prompt)?, output, reasoning, ..Tokens::default() })
    }

    fn money(&self, row: &Row<'_>, slug: &str) -> Read<PartMoney> {
        let cost = row.amount(&self.usage)?.ok_or_else(|| blank(&self.usage, "the cost in dollars"))?;
        let paid_elsewhere = row.amount(&self.byok)?.filter(|value: &BigDecimal| !value.is_zero());
        if cost.is_zero() && paid_elsewhere.is_none() && slug.ends_with(":free") {
            return Ok(PartMoney::Free);
        }
        Ok(PartMoney::Billed { cost, list: paid_elsewhere })
    }
}

impl Source for OpenrouterActivity {
    fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Read<Reading> {
        let start = row.instant(&self.date, &mut context.dates)?;
        let end = Instant::from_micros(start.micros() + MICROS_PER_DAY);
        let slug = row.required_text(&self.slug)?;
        let requests = row.optional_count(&self.requests)?;
        let tokens = self.tokens(row)?;
        let money = self.money(row, slug)?;
        let facets = context.facets.intern(Facets {
            provider: "openrouter".into(),
            generation_type: "chat".into(),
            model: slug.into(),
            project: None,
            variant: Variant::default(),
            labels: BTreeMap::new(),
        });
        let key = join_key([key_time(start).as_str(), &key_time(end), slug]);
        let other_units = BTreeMap::new();
        self.sums.add(
            key,
            Part { facets, start, end: Some(end), requests, tokens, other_units, money, line: row.line },
        );
        Ok(Reading::Part { start, end: Some(end) })
    }

    fn finish(&mut self) -> Finished {
        Finished::of(self.sums.finish(), None)
    }
}
