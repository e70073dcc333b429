//! Anthropic's `claude_api_tokens_YYYY_MM.csv`: tokens per day (or hour), model, key and workspace.
//!
//! - **Columns**: 12 (2025), 14 with `inference_geo, speed` (2026), or the oldest with a single
//!   `usage_input_tokens_cache_write`, whose lifetimes are not told apart.
//! - **Key**: start, end and all dimensions; `not_available`, `global` and absent columns are blank, so
//!   a day exported before and after a header grew is one fact. Keys and workspaces are display names.
//! - **Tokens**: the four input columns are disjoint. `web_search_count` is a unit of its own.
//! - **Money**: none. Neither does it count requests.

use std::collections::BTreeMap;

use crate::fact::{FacetId, Facets, Project, Variant};
use crate::import::aggregate::{Aggregate, Part, PartMoney};
use crate::import::context::{Context, Finished, Reading, join_key, key_time, labels};
use crate::import::source_kind::SourceKind;
use crate::import::table::{Column, Header, Read, Row};
use crate::tokens::Tokens;

use super::anthropic_bucket::{Dimension, Dimensions};
use super::{Shape, Source};

pub(crate) const SHAPE: Shape = Shape {
    kind: SourceKind::AnthropicTokens,
    signatures: &[&["usage_input_tokens_no_cache"]],
    required: &[
        "usage_date_utc",
        "model_version",
        "usage_input_tokens_no_cache",
        "usage_input_tokens_cache_write_5m|usage_input_tokens_cache_write",
        "usage_input_tokens_cache_read",
        "usage_output_tokens",
    ],
    optional: &[
        "usage_input_tokens_cache_write_1h",
        "api_key",
        "workspace",
        "usage_type",
        "context_window",
        "web_search_count",
        "inference_geo",
        "speed",
    ],
};

pub(crate) struct AnthropicTokens {
    dimensions: Dimensions,
    model: Column,
    uncached: Column,
    write_short: Column,
    write_long: Column,
    write_unsplit: Column,
    cache_read: Column,
    output: Column,
    web_searches: Column,
    sums: Aggregate,
}

impl AnthropicTokens {
    pub(crate) fn new(header: &Header) -> Self {
        let column = |name| header.column(name);
        Self {
            dimensions: Dimensions::new(header),
            model: column("model_version"),
            uncached: column("usage_input_tokens_no_cache"),
            write_short: column("usage_input_tokens_cache_write_5m"),
            write_long: column("usage_input_tokens_cache_write_1h"),
            write_unsplit: column("usage_input_tokens_cache_write"),
            cache_read: column("usage_input_tokens_cache_read"),
            output: column("usage_output_tokens"),
            web_searches: column("web_search_count"),
            sums: Aggregate::new("anthropic-tokens/1"),
        }
    }

    fn tokens(&self, row: &Row<'_>) -> Read<Tokens> {
        let short = if self.write_short.is_present() { &self.write_short } else { &self.write_unsplit };
        Ok(Tokens {
            uncached_input: row.count(&self.uncached)?,
            cache_read: row.count(&self.cache_read)?,
            cache_write: row.count(short)?,
            cache_write_long: row.count(&self.write_long)?,
            output: row.count(&self.output)?,
            reasoning: 0,
        })
    }

    fn facets(&self, model: &str, of: &Dimension<'_>, unsplit: bool, context: &mut Context) -> FacetId {
        let tier = Dimension::named(&of.usage_type).filter(|tier| !matches!(&**tier, "standard" | "batch"));
        context.facets.intern(Facets {
            provider: "anthropic".into(),
            generation_type: "chat".into(),
            model: model.into(),
            project: Dimension::named(of.workspace).map(|name| Project { id: name.clone(), name }),
            variant: Variant {
                service_tier: tier,
                batch: of.usage_type == "batch",
                speed: Dimension::named(&of.speed),
                region: Dimension::named(&of.region),
                context_from: of.context_from(),
                unsplit_cache_write: unsplit,
            },
            labels: labels([("api_key", of.key)]),
        })
    }
}

impl Source for AnthropicTokens {
    fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Read<Reading> {
        let (start, end) = self.dimensions.bucket(row, context)?;
        let model = row.required_text(&self.model)?;
        let tokens = self.tokens(row)?;
        let searches = row.count(&self.web_searches)?;
        let of = self.dimensions.read(row);
        let key = join_key([
            key_time(start).as_str(),
            &key_time(end),
            model,
            of.key,
            of.workspace,
            &of.usage_type,
            &of.context,
            &of.region,
            &of.speed,
        ]);
        let unsplit = !self.write_short.is_present();
        let part = Part {
            facets: self.facets(model, &of, unsplit, context),
            start,
            end: Some(end),
            requests: None,
            tokens,
            other_units: (searches > 0)
                .then(|| ("web_searches".to_owned(), searches))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
            money: PartMoney::ByPriceBook,
            line: row.line,
        };
        self.sums.add(key, part);
        Ok(Reading::Part { start, end: Some(end) })
    }

    fn finish(&mut self) -> Finished {
        Finished::of(self.sums.finish(), None)
    }
}
