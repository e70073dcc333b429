//! Anthropic's `claude_api_cost_<from>_to_<to>.csv`: dollars per day, model, key and kind of token.
//!
//! - **Columns**: 9 (2025), 12 with `list_price_usd, inference_geo, speed` (2026-03), 14 with
//!   `api_key_id, api_key_status` (2026-08).
//! - **Key**: start, end and all dimensions of the oldest header, and geography and speed, blank where
//!   absent. Rows with equal keys are parts and are added: they are common, and the token export proves it.
//!   `api_key_id` is no part of it, or a day exported before and after the header grew would be two facts.
//! - **Money**: `cost_usd` in dollars, rounded to cents by Anthropic, so `0.00` is real; `list_price_usd`
//!   is before discounts. Kinds of cost and token that are not known yet are kept as they are.
//! - **Tokens**: none. A row is a `cost_line`; its model is a display name.

use std::collections::BTreeMap;

use crate::fact::{FacetId, Facets, Project, Variant};
use crate::import::aggregate::{Aggregate, Part, PartMoney};
use crate::import::context::{Context, Finished, Reading, join_key, key_time, labels};
use crate::import::source_kind::SourceKind;
use crate::import::table::{Column, Header, Read, Row, blank};
use crate::tokens::Tokens;

use super::anthropic_bucket::{Dimension, Dimensions};
use super::{Shape, Source};

pub(crate) const SHAPE: Shape = Shape {
    kind: SourceKind::AnthropicCost,
    signatures: &[&["usage_date_utc", "token_type", "cost_usd"]],
    required: &["usage_date_utc", "model", "token_type", "cost_usd"],
    optional: &[
        "workspace",
        "api_key",
        "usage_type",
        "context_window",
        "list_price_usd",
        "cost_type",
        "inference_geo",
        "speed",
        "api_key_id",
        "api_key_status",
    ],
};

pub(crate) struct AnthropicCost {
    dimensions: Dimensions,
    model: Column,
    token_type: Column,
    cost_type: Column,
    cost: Column,
    list_price: Column,
    sums: Aggregate,
}

impl AnthropicCost {
    pub(crate) fn new(header: &Header) -> Self {
        let column = |name| header.column(name);
        Self {
            dimensions: Dimensions::new(header),
            model: column("model"),
            token_type: column("token_type"),
            cost_type: column("cost_type"),
            cost: column("cost_usd"),
            list_price: column("list_price_usd"),
            sums: Aggregate::new("anthropic-cost/1"),
        }
    }

    fn facets(&self, row: &Row<'_>, of: &Dimension<'_>, context: &mut Context) -> FacetId {
        context.facets.intern(Facets {
            provider: "anthropic".into(),
            generation_type: "cost_line".into(),
            model: row.text(&self.model).into(),
            project: Dimension::named(of.workspace).map(|name| Project { id: name.clone(), name }),
            variant: Variant {
                batch: of.usage_type == "batch",
                speed: Dimension::named(&of.speed),
                region: Dimension::named(&of.region),
                context_from: of.context_from(),
                ..Variant::default()
            },
            labels: labels([
                ("api_key", of.key),
                ("token_type", row.text(&self.token_type)),
                ("cost_type", row.text(&self.cost_type)),
            ]),
        })
    }
}

impl Source for AnthropicCost {
    fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Read<Reading> {
        let (start, end) = self.dimensions.bucket(row, context)?;
        let cost = row.amount(&self.cost)?.ok_or_else(|| blank(&self.cost, "the cost in dollars"))?;
        let list = row.amount(&self.list_price)?;
        let of = self.dimensions.read(row);
        let key = join_key([
            key_time(start).as_str(),
            &key_time(end),
            row.text(&self.model),
            of.workspace,
            of.key,
            &of.usage_type,
            &of.context,
            row.text(&self.token_type),
            row.text(&self.cost_type),
            &of.region,
            &of.speed,
        ]);
        let part = Part {
            facets: self.facets(row, &of, context),
            start,
            end: Some(end),
            requests: None,
            tokens: Tokens::default(),
            other_units: BTreeMap::new(),
            money: PartMoney::Billed { cost, list },
            line: row.line,
        };
        self.sums.add(key, part);
        Ok(Reading::Part { start, end: Some(end) })
    }

    fn finish(&mut self) -> Finished {
        Finished::of(self.sums.finish(), None)
    }
}
