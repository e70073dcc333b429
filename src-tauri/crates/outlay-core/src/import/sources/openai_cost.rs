//! OpenAI's `cost_<from>_<to>.csv`: dollars per day and whatever grouping was chosen on screen.
//!
//! - **Columns**: 10 (2025), 16 (2026-08) or 17 (2026-09).
//! - **Key**: start, end, line item, project, user, key. Rows with equal keys are parts and are added.
//! - **Money**: `amount_value` in dollars with up to 36 decimals, summed exactly and rounded once.
//!   Another currency than `usd` is refused and summed apart.
//! - **Tokens**: none (`quantity` is of a line item's own unit). A row is a `cost_line`; its model is
//!   what a line item such as `gpt-5-nano, input_tokens` begins with.
//! - The organisation is the account if the file has exactly one. E-mail addresses are not read.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{FacetId, Facets, Project, Variant};
use crate::import::aggregate::{Aggregate, Part, PartMoney};
use crate::import::context::{Context, Finished, Reading, join_key, key_time, labels};
use crate::import::source_kind::SourceKind;
use crate::import::table::{Column, Header, Read, Row, blank};
use crate::tokens::Tokens;

use super::openai_bucket::Bucket;
use super::{Shape, Source};

pub(crate) const SHAPE: Shape = Shape {
    kind: SourceKind::OpenaiCost,
    signatures: &[&["amount_value", "amount_currency"]],
    required: &["start_time|start_time_iso", "end_time|end_time_iso", "amount_value", "amount_currency"],
    optional: &[
        "start_time_iso",
        "end_time_iso",
        "line_item",
        "project_id",
        "project_name",
        "user_id",
        "api_key_id",
        "organization_id",
        // Personal, or of no use to a ledger.
        "organization_name",
        "user_email",
        "quantity",
        "quantity_unit",
        "api_source",
    ],
};

pub(crate) struct OpenaiCost {
    bucket: Bucket,
    amount: Column,
    currency: Column,
    line_item: Column,
    project: Column,
    project_name: Column,
    user: Column,
    key: Column,
    organisation: Column,
    organisations: BTreeSet<String>,
    sums: Aggregate,
}

impl OpenaiCost {
    pub(crate) fn new(header: &Header) -> Self {
        let column = |name| header.column(name);
        Self {
            bucket: Bucket::new(header),
            amount: column("amount_value"),
            currency: column("amount_currency"),
            line_item: column("line_item"),
            project: column("project_id"),
            project_name: column("project_name"),
            user: column("user_id"),
            key: column("api_key_id"),
            organisation: column("organization_id"),
            organisations: BTreeSet::new(),
            sums: Aggregate::new("openai-cost/1"),
        }
    }

    fn facets(&self, row: &Row<'_>, context: &mut Context) -> FacetId {
        let line_item = row.text(&self.line_item);
        let (id, name) = (row.text(&self.project), row.text(&self.project_name));
        let name = if name.is_empty() { id } else { name };
        context.facets.intern(Facets {
            provider: "openai".into(),
            generation_type: "cost_line".into(),
            model: line_item.split(',').next().unwrap_or_default().trim().into(),
            project: (!id.is_empty()).then(|| Project { id: id.into(), name: name.into() }),
            variant: Variant::default(),
            labels: labels([
                ("line_item", line_item),
                ("user", row.text(&self.user)),
                ("api_key", row.text(&self.key)),
            ]),
        })
    }
}

impl Source for OpenaiCost {
    fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Read<Reading> {
        let (start, end) = self.bucket.read(row, context)?;
        if row.text(&self.amount).is_empty() && row.text(&self.line_item).is_empty() {
            return Ok(Reading::Empty { start, end });
        }
        if let Some(organisation) = Some(row.text(&self.organisation)).filter(|id| !id.is_empty())
            && self.organisations.len() < 2
        {
            self.organisations.insert(organisation.to_owned());
        }
        let cost = row.amount_of(&self.amount, row.text(&self.currency))?;
        let cost = cost.ok_or_else(|| blank(&self.amount, "the cost in dollars"))?;
        let key = join_key([
            key_time(start).as_str(),
            &key_time(end),
            row.text(&self.line_item),
            row.text(&self.project),
            row.text(&self.user),
            row.text(&self.key),
        ]);
        let facets = self.facets(row, context);
        let part = Part {
            facets,
            start,
            end: Some(end),
            requests: None,
            tokens: Tokens::default(),
            other_units: BTreeMap::new(),
            money: PartMoney::Billed { cost, list: None },
            line: row.line,
        };
        self.sums.add(key, part);
        Ok(Reading::Part { start, end: Some(end) })
    }

    fn finish(&mut self) -> Finished {
        let account = match self.organisations.len() {
            1 => self.organisations.pop_first(),
            _ => None,
        };
        Finished::of(self.sums.finish(), account)
    }
}
