//! Any other table, read as the user's mapping says.
//!
//! - **Key**: the id column, if the mapping has one; else the values of the row and the ordinal among
//!   equal rows of the file, as for events without an id. A table whose rows sum calls is keyed by its
//!   dimensions alone and added up per key, so that a later export restates a bucket.
//! - **Tokens**: whether input includes the cached tokens is the mapping's to say.
//! - **Money**: billed or estimated, dollars or cents, as the mapping says; a row without a cost is left
//!   to the price book. Amounts in other currencies are refused and summed apart.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use rustc_hash::FxHashMap;

use crate::fact::{Charge, Facets, Fact, Project, Variant};
use crate::identity::{Fingerprint, FingerprintBuilder};
use crate::import::ImportError;
use crate::import::aggregate::{Aggregate, Part, PartMoney};
use crate::import::context::{Context, Finished, Reading, join_key, key_time, labels};
use crate::import::mapping::{CostMeaning, CostUnit, Field, InputTokens, Mapping};
use crate::import::reject::RejectKind;
use crate::import::source_kind::SourceKind;
use crate::import::table::{Column, Header, Read, Row, blank, normalise, problem};
use crate::import::values::{flag, foreign_currency};
use crate::instant::{Instant, MICROS_PER_DAY};
use crate::money::Money;
use crate::redact::{SUMMARY_LENGTH, redact_and_cut};
use crate::tokens::Tokens;

use super::{Shape, Source};

/// A mapped table has no header of its own: the mapping names what is needed.
pub(crate) const SHAPE: Shape =
    Shape { kind: SourceKind::Mapped, signatures: &[], required: &[], optional: &[] };

pub(crate) struct Mapped {
    mapping: Mapping,
    columns: BTreeMap<Field, Column>,
    absent: Column,
    seen: FxHashMap<Fingerprint, u32>,
    /// What a title such as `Cost (EUR)` says for rows that name no currency; blank for dollars.
    title_currency: &'static str,
    /// Where rows sum calls.
    sums: Option<Aggregate>,
}

/// The values of one row, which make its content.
struct Values {
    created_at: Instant,
    period_end: Option<Instant>,
    requests: Option<i64>,
    tokens: Tokens,
    cost: Option<BigDecimal>,
    charge: Charge,
    duration_ms: Option<i64>,
    facets: Facets,
}

impl Mapped {
    pub(crate) fn new(
        header: &Header,
        mapping: Option<&Mapping>,
        aggregate: bool,
    ) -> Result<Self, ImportError> {
        let mapping = mapping.cloned().unwrap_or_default();
        let missing = mapping.missing();
        if !missing.is_empty() {
            let reason = format!("it does not say which column holds {}", missing.join(", nor "));
            return Err(ImportError::Mapping { reason });
        }
        let named = mapping.fields.iter();
        let columns = named.map(|(&field, title)| (field, header.column(&normalise(title)))).collect();
        let sums = aggregate.then(|| Aggregate::new("mapped-sums/1"));
        let title = mapping.fields.get(&Field::Cost);
        let title_currency = title.and_then(|title| foreign_currency(title)).unwrap_or_default();
        let absent = Column::absent();
        Ok(Self { mapping, columns, absent, seen: FxHashMap::default(), title_currency, sums })
    }

    fn column(&self, field: Field) -> &Column {
        self.columns.get(&field).unwrap_or(&self.absent)
    }

    /// The text of a field: its column's, or the constant where the cell is blank.
    fn text<'a>(&'a self, row: &Row<'a>, field: Field) -> &'a str {
        let cell = row.text(self.column(field));
        if !cell.is_empty() {
            return cell;
        }
        self.mapping.constants.get(&field).map_or("", |constant| constant.trim())
    }

    fn values(&self, row: &Row<'_>, context: &mut Context) -> Read<Values> {
        let created_at = row.instant(self.column(Field::CreatedAt), &mut context.dates)?;
        let end = self.column(Field::PeriodEnd);
        let period_end = match row.text(end) {
            "" => None,
            _ => Some(row.instant(end, &mut context.dates)?),
        };
        if period_end.is_some_and(|end| end <= created_at) {
            let remedy = "Correct the two dates: the row ends before it begins";
            return Err(problem(RejectKind::Date, end, row.raw(end), "a time after the start", remedy));
        }
        let requests = self.column(Field::RequestCount);
        let requests = match (requests.is_present(), &self.sums) {
            (true, _) => row.optional_count(requests)?,
            (false, None) => Some(1),
            (false, Some(_)) => None,
        };
        let cost = self.cost(row)?;
        Ok(Values {
            created_at,
            period_end,
            requests,
            tokens: self.tokens(row)?,
            charge: self.charge(row, cost.as_ref())?,
            cost,
            duration_ms: row.optional_count(self.column(Field::DurationMs))?,
            facets: self.facets(row)?,
        })
    }

    fn tokens(&self, row: &Row<'_>) -> Read<Tokens> {
        let count = |field| row.count(self.column(field));
        let input = count(Field::InputTokens)?;
        let mut tokens = Tokens {
            uncached_input: input,
            cache_read: count(Field::CachedTokens)?,
            cache_write: count(Field::CacheWriteTokens)?,
            cache_write_long: count(Field::CacheWriteLongTokens)?,
            output: count(Field::OutputTokens)?,
            reasoning: count(Field::ReasoningTokens)?,
        };
        if self.mapping.input_tokens == InputTokens::IncludeCached {
            tokens.uncached_input = input - tokens.cache_read - tokens.all_cache_writes();
        }
        let (field, expected, remedy) = match tokens.fault() {
            None => return Ok(tokens),
            Some("reasoning") => (
                Field::ReasoningTokens,
                "at most the output tokens, which include reasoning",
                "Correct the counts, or leave reasoning out of the mapping",
            ),
            Some(_) => (
                Field::InputTokens,
                "at least the cached tokens, which the mapping says are within the input",
                "If cached tokens stand beside the input in this file, say so in the mapping",
            ),
        };
        let column = self.column(field);
        Err(problem(RejectKind::TokenTotal, column, row.raw(column), expected, remedy))
    }

    /// The exact cost in dollars.
    fn cost(&self, row: &Row<'_>) -> Read<Option<BigDecimal>> {
        let column = self.column(Field::Cost);
        let currency = match self.text(row, Field::Currency) {
            "" => self.title_currency,
            named => named,
        };
        let amount = row.amount_of(column, currency)?;
        Ok(match self.mapping.cost_unit {
            CostUnit::Dollars => amount,
            CostUnit::Cents => amount.map(|amount| amount * BigDecimal::new(1.into(), 2)),
        })
    }

    fn charge(&self, row: &Row<'_>, amount: Option<&BigDecimal>) -> Read<Charge> {
        let column = self.column(Field::Cost);
        let Some(amount) = amount else {
            return Ok(Charge::ByPriceBook);
        };
        let cost = Money::round(amount).map_err(|_| {
            problem(
                RejectKind::Amount,
                column,
                row.raw(column),
                "at most 9.2 billion dollars",
                "Correct the amount",
            )
        })?;
        Ok(match self.mapping.cost_meaning {
            CostMeaning::Billed => Charge::Billed { cost, exact: true, list: None },
            CostMeaning::Estimated => Charge::Estimated(cost),
        })
    }

    fn facets(&self, row: &Row<'_>) -> Read<Facets> {
        let text = |field| self.text(row, field);
        let or = |field, otherwise: &str| match text(field) {
            "" => otherwise.to_owned(),
            text => text.to_owned(),
        };
        let model = match text(Field::Model) {
            "" => return Err(blank(self.column(Field::Model), "the model")),
            model => model,
        };
        let batch = self.column(Field::Batch);
        let batch = flag(text(Field::Batch)).ok_or_else(|| {
            problem(
                RejectKind::Flag,
                batch,
                row.raw(batch),
                "`true` or `false`",
                "Write true or false into the cell",
            )
        })?;
        let project = text(Field::Project);
        let tier = text(Field::ServiceTier).to_lowercase();
        Ok(Facets {
            provider: or(Field::Provider, "other").to_lowercase(),
            generation_type: or(Field::GenerationType, "chat"),
            model: model.to_owned(),
            project: (!project.is_empty()).then(|| Project { id: project.into(), name: project.into() }),
            variant: Variant {
                service_tier: (!matches!(&*tier, "" | "default" | "standard")).then_some(tier),
                batch,
                unsplit_cache_write: self.column(Field::CacheWriteTokens).is_present()
                    && !self.column(Field::CacheWriteLongTokens).is_present(),
                ..Variant::default()
            },
            labels: labels([("user", text(Field::User)), ("api_key", text(Field::ApiKey))]),
        })
    }

    /// The id, or the dimensions with the ordinal among the equal rows so far.
    fn key(&mut self, row: &Row<'_>, values: &Values) -> Read<String> {
        if self.mapping.has_id() {
            return row.required_text(self.column(Field::Id)).map(str::to_owned);
        }
        let Values { facets, tokens, .. } = values;
        let counts = [tokens.input(), tokens.cache_read, tokens.all_cache_writes(), tokens.output];
        let counts = counts.map(|count| count.to_string()).join(" ");
        let key = join_key([
            key_time(values.created_at).as_str(),
            &values.period_end.map(key_time).unwrap_or_default(),
            &facets.provider,
            &facets.generation_type,
            &facets.model,
            facets.project.as_ref().map_or("", |project| &project.id),
            self.text(row, Field::User),
            self.text(row, Field::ApiKey),
            &counts,
        ]);
        let seen = self.seen.entry(FingerprintBuilder::new("mapped").text(&key).finish()).or_default();
        let ordinal = *seen;
        *seen += 1;
        Ok(format!("{key}|{ordinal}"))
    }
}

impl Mapped {
    /// Adds a row to the sum of its dimensions. How long it took and how it failed is of single calls.
    fn add(&mut self, row: &Row<'_>, values: Values, context: &mut Context) -> Reading {
        let Values { created_at: start, period_end, requests, tokens, cost, facets, .. } = values;
        let is_midnight = start.micros() % MICROS_PER_DAY == 0;
        let day = || Instant::from_micros(start.micros() + MICROS_PER_DAY);
        // A day without a time is the whole of it.
        let end = period_end.or_else(|| is_midnight.then(day));
        let money = match (cost, self.mapping.cost_meaning) {
            (None, _) => PartMoney::ByPriceBook,
            (Some(cost), CostMeaning::Billed) => PartMoney::Billed { cost, list: None },
            (Some(cost), CostMeaning::Estimated) => PartMoney::Estimated(cost),
        };
        let key = join_key([
            key_time(start).as_str(),
            &end.map(key_time).unwrap_or_default(),
            &facets.provider,
            &facets.generation_type,
            &facets.model,
            self.text(row, Field::Project),
            self.text(row, Field::User),
            self.text(row, Field::ApiKey),
            if facets.variant.batch { "batch" } else { "" },
            facets.variant.service_tier.as_deref().unwrap_or_default(),
        ]);
        let facets = context.facets.intern(facets);
        let other_units = BTreeMap::new();
        let part = Part { facets, start, end, requests, tokens, other_units, money, line: row.line };
        if let Some(sums) = &mut self.sums {
            sums.add(key, part);
        }
        Reading::Part { start, end }
    }
}

impl Source for Mapped {
    fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Read<Reading> {
        let values = self.values(row, context)?;
        if self.sums.is_some() {
            return Ok(self.add(row, values, context));
        }
        let source_key = self.key(row, &values)?;
        let error = self.text(row, Field::Error);
        let fingerprint = fingerprint(&values, error);
        let error = (!error.is_empty()).then(|| redact_and_cut(error, SUMMARY_LENGTH));
        Ok(Reading::Fact(Fact {
            facets: context.facets.intern(values.facets),
            created_at: values.created_at,
            period_end: values.period_end,
            request_count: values.requests,
            tokens: values.tokens,
            other_units: BTreeMap::new(),
            charge: values.charge,
            source_key,
            fingerprint,
            duration_ms: values.duration_ms,
            error,
            line: row.line,
        }))
    }

    fn finish(&mut self) -> Finished {
        self.sums.as_mut().map_or_else(Finished::default, |sums| Finished::of(sums.finish(), None))
    }
}

fn fingerprint(values: &Values, error: &str) -> Fingerprint {
    let Values { created_at, period_end, requests, tokens, cost: _, charge, duration_ms, facets } = values;
    let money = match charge {
        Charge::Billed { cost, .. } => [1, cost.nanos()],
        Charge::Estimated(cost) => [2, cost.nanos()],
        Charge::Included(_) | Charge::Free | Charge::ByPriceBook => [0, 0],
    };
    let mut fingerprint = FingerprintBuilder::new("mapped/1");
    fingerprint.text(&facets.provider).text(&facets.generation_type).text(&facets.model).text(error);
    fingerprint.text(facets.variant.service_tier.as_deref().unwrap_or_default());
    for number in [
        i64::from(facets.variant.batch),
        created_at.micros(),
        period_end.map(Instant::micros).unwrap_or_default(),
        requests.unwrap_or_default(),
        tokens.uncached_input,
        tokens.cache_read,
        tokens.cache_write,
        tokens.cache_write_long,
        tokens.output,
        tokens.reasoning,
        money[0],
        money[1],
        duration_ms.unwrap_or_default(),
    ] {
        fingerprint.integer(number);
    }
    fingerprint.finish()
}
