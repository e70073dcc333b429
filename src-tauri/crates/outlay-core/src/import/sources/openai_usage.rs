//! OpenAI's `completions_usage_<from>_<to>.csv`: a bucket per project, user, key, model, batch, tier.
//!
//! - **Columns**: 24 (2025) or 26 (2026, with `compute_units` and `input_cache_write_tokens` in the
//!   middle). A bucket is a day, or a minute if a single day was exported: `end_time - start_time`.
//! - **Key**: start, end and the six dimensions. Rows with equal keys are parts and are added.
//! - **Tokens**: input includes cache reads and writes; output includes reasoning, which is not told
//!   apart. Audio and image tokens are within these totals and are kept as units beside them.
//! - **Money**: none; `incentivized-tier` is free.
//! - **Empty buckets** have no model and no requests.
//! - The embeddings export has the same shape without output columns.

use std::collections::BTreeMap;

use crate::fact::{FacetId, Facets, Project, Variant};
use crate::import::aggregate::{Aggregate, Part, PartMoney};
use crate::import::context::{Context, Finished, Reading, join_key, key_time, labels};
use crate::import::reject::RejectKind;
use crate::import::source_kind::SourceKind;
use crate::import::table::{Column, Header, Read, Row, problem};
use crate::tokens::Tokens;

use super::openai_bucket::Bucket;
use super::{Shape, Source};

pub(crate) const SHAPE: Shape = Shape {
    kind: SourceKind::OpenaiUsage,
    signatures: &[&["num_model_requests", "input_tokens"]],
    required: &[
        "start_time|start_time_iso",
        "end_time|end_time_iso",
        "num_model_requests",
        "model",
        "input_tokens",
    ],
    optional: &[
        "start_time_iso",
        "end_time_iso",
        "project_id",
        "user_id",
        "api_key_id",
        "batch",
        "service_tier",
        "output_tokens",
        "input_cached_tokens",
        "input_cache_write_tokens",
        "input_uncached_tokens",
        "input_audio_tokens",
        "input_cached_audio_tokens",
        "output_audio_tokens",
        "input_image_tokens",
        "input_cached_image_tokens",
        "output_image_tokens",
        // Parts of what is read above, or of no use to a ledger.
        "compute_units",
        "input_text_tokens",
        "output_text_tokens",
        "input_cached_text_tokens",
    ],
};

/// The units that are counted beside tokens, by the column that has them.
const UNITS: [(&str, &str); 6] = [
    ("input_audio_tokens", "audio_input_tokens"),
    ("input_cached_audio_tokens", "cached_audio_input_tokens"),
    ("output_audio_tokens", "audio_output_tokens"),
    ("input_image_tokens", "image_input_tokens"),
    ("input_cached_image_tokens", "cached_image_input_tokens"),
    ("output_image_tokens", "image_output_tokens"),
];

pub(crate) struct OpenaiUsage {
    bucket: Bucket,
    requests: Column,
    project: Column,
    user: Column,
    key: Column,
    model: Column,
    batch: Column,
    tier: Column,
    input: Column,
    output: Column,
    cached: Column,
    cache_write: Column,
    uncached: Column,
    units: [(Column, &'static str); 6],
    sums: Aggregate,
}

impl OpenaiUsage {
    pub(crate) fn new(header: &Header) -> Self {
        let column = |name| header.column(name);
        Self {
            bucket: Bucket::new(header),
            requests: column("num_model_requests"),
            project: column("project_id"),
            user: column("user_id"),
            key: column("api_key_id"),
            model: column("model"),
            batch: column("batch"),
            tier: column("service_tier"),
            input: column("input_tokens"),
            output: column("output_tokens"),
            cached: column("input_cached_tokens"),
            cache_write: column("input_cache_write_tokens"),
            uncached: column("input_uncached_tokens"),
            units: UNITS.map(|(name, unit)| (column(name), unit)),
            sums: Aggregate::new("openai-usage/1"),
        }
    }

    /// The five buckets, with the check that they make the input that the row states.
    fn tokens(&self, row: &Row<'_>) -> Read<Tokens> {
        let input = row.count(&self.input)?;
        let cache_read = row.count(&self.cached)?;
        let cache_write = row.count(&self.cache_write)?;
        let stated = row.optional_count(&self.uncached)?;
        let uncached_input = stated.unwrap_or(input - cache_read - cache_write);
        if uncached_input < 0 || uncached_input + cache_read + cache_write != input {
            let expected = format!(
                "the sum of uncached, cached and cache-write tokens, {}",
                stated.unwrap_or(0) + cache_read + cache_write
            );
            let remedy = "The counts contradict each other: export the file again";
            return Err(problem(
                RejectKind::TokenTotal,
                &self.input,
                row.raw(&self.input),
                &expected,
                remedy,
            ));
        }
        let output = row.count(&self.output)?;
        Ok(Tokens { uncached_input, cache_read, cache_write, output, ..Tokens::default() })
    }

    fn units(&self, row: &Row<'_>) -> Read<BTreeMap<String, i64>> {
        let mut units = BTreeMap::new();
        for (column, unit) in &self.units {
            let count = row.count(column)?;
            if count > 0 {
                units.insert((*unit).to_owned(), count);
            }
        }
        Ok(units)
    }

    fn facets(&self, row: &Row<'_>, batch: bool, tier: &str, context: &mut Context) -> FacetId {
        let project = row.text(&self.project);
        context.facets.intern(Facets {
            provider: "openai".into(),
            generation_type: if self.output.is_present() { "chat" } else { "embedding" }.into(),
            model: row.text(&self.model).into(),
            project: (!project.is_empty()).then(|| Project { id: project.into(), name: project.into() }),
            variant: Variant {
                service_tier: (!matches!(tier, "" | "default")).then(|| tier.to_owned()),
                batch,
                unsplit_cache_write: self.cache_write.is_present(),
                ..Variant::default()
            },
            labels: labels([("user", row.text(&self.user)), ("api_key", row.text(&self.key))]),
        })
    }
}

impl Source for OpenaiUsage {
    fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Read<Reading> {
        let (start, end) = self.bucket.read(row, context)?;
        if row.text(&self.model).is_empty() && row.text(&self.requests).is_empty() {
            return Ok(Reading::Empty { start, end });
        }
        let requests = row.optional_count(&self.requests)?;
        let tokens = self.tokens(row)?;
        let other_units = self.units(row)?;
        let batch = row.flag(&self.batch)?;
        let tier = row.text(&self.tier).to_lowercase();
        let key = join_key([
            key_time(start).as_str(),
            &key_time(end),
            row.text(&self.project),
            row.text(&self.user),
            row.text(&self.key),
            row.text(&self.model),
            if batch { "batch" } else { "" },
            &tier,
        ]);
        let money = if tier == "incentivized-tier" { PartMoney::Free } else { PartMoney::ByPriceBook };
        let facets = self.facets(row, batch, &tier, context);
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
