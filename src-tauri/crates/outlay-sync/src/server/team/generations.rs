//! Calls and aggregates in the server's words: empty texts are nulls there, and what changes a price has columns.

use outlay_core::identity::Fingerprint;
use outlay_ledger::sync::Generation;
use serde_json::{Map, Value};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::cells::{Cells, Compacted, Parameters};
use super::counter::raising;
use crate::server::failure::{Failure, ServerWords};

/// Arrays that become rows side by side, which is faster by a third than as a table to read from.
pub(super) const INSERT: &str = raising!(
    ", stored AS (
        INSERT INTO public.ai_generations (id, user_id, import_id, device_id, application_id, generation_type, model_used,
            provider, account, source, source_key, fingerprint, created_at, period_end, request_count, tokens_input,
            tokens_output, cached_tokens, cache_write_tokens, cache_write_long_tokens, reasoning_tokens, other_units,
            cost_nanos, cost_basis, list_nanos, cost_exact, price_id, price_note, priced_at, service_tier, batch, speed,
            region, context_from, labels, duration_ms, error, input_summary, output_summary)
        SELECT unnest($5::uuid[]), unnest($6::text[]), unnest($7::uuid[]), unnest($8::uuid[]), unnest($9::uuid[]),
            unnest($10::text[]), unnest($11::text[]), unnest($12::text[]), unnest($13::text[]), unnest($14::text[]),
            unnest($15::text[]), unnest($16::bytea[]), unnest($17::timestamptz[]), unnest($18::timestamptz[]),
            unnest($19::int8[]), unnest($20::int8[]), unnest($21::int8[]), unnest($22::int8[]), unnest($23::int8[]),
            unnest($24::int8[]), unnest($25::int8[]), unnest($26::text[])::jsonb, unnest($27::int8[]),
            unnest($28::text[]), unnest($29::int8[]), unnest($30::bool[]), unnest($31::text[]), unnest($32::text[]),
            unnest($33::timestamptz[]), unnest($34::text[]), unnest($35::bool[]), unnest($36::text[]),
            unnest($37::text[]), unnest($38::int8[]), unnest($39::text[])::jsonb, unnest($40::int8[]),
            unnest($41::text[]), unnest($42::text[]), unnest($43::text[])
        ON CONFLICT (id) DO NOTHING RETURNING id
    )",
    "ARRAY(SELECT id FROM stored)"
);

/// The columns as [`read`] takes them. A row that a writer without sources wrote has its id for a key and a content.
macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT id, user_id, import_id, device_id, application_id, generation_type, model_used,
                provider, account, source, coalesce(source_key, id::text), coalesce(fingerprint, pg_catalog.uuid_send(id)),
                created_at, period_end, request_count, tokens_input, tokens_output, cached_tokens, cache_write_tokens,
                cache_write_long_tokens, reasoning_tokens, nullif(other_units, '{}')::text, cost_nanos, cost_basis,
                list_nanos, cost_exact, coalesce(price_id, ''), coalesce(price_note, ''), priced_at,
                coalesce(service_tier, ''), batch, speed, region, context_from, labels::text, duration_ms, error,
                input_summary, output_summary
            FROM public.ai_generations g WHERE ",
            $where
        )
    };
}

/// Of some keys.
pub(super) const SELECT: &str = select!("id = ANY($1)");

/// Of a stretch of time: everybody's, or one's own and those that an import of one's own contains.
pub(super) const SELECT_OF_DAYS: &str = select!(
    "g.created_at >= $2 AND g.created_at < $3
        AND ($1 OR g.user_id = (SELECT outlay.my_user()) OR EXISTS (SELECT FROM outlay.import_members m
            WHERE m.generation_id = g.id AND m.user_id = (SELECT outlay.my_user())))"
);

/// Adds the rows to the parameters of [`INSERT`].
///
/// # Errors
/// [`Failure::RowRefused`] for a row that says more of its price than the server has columns for.
pub(super) fn add<'r>(parameters: &mut Parameters<'r>, rows: &[&'r Generation]) -> Result<(), Failure> {
    let variants = rows.iter().map(|row| Variant::of(&row.variant)).collect::<Result<Vec<_>, _>>()?;
    let rows = || rows.iter().copied();
    parameters.each(Type::UUID_ARRAY, rows().map(|row| row.id));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.user_id));
    parameters.each(Type::UUID_ARRAY, rows().map(|row| row.import_id));
    parameters.each(Type::UUID_ARRAY, rows().map(|row| row.device_id));
    parameters.each(Type::UUID_ARRAY, rows().map(|row| row.application_id));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.generation_type));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.model_used));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.provider));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.account));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.source));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.source_key));
    parameters.each(Type::BYTEA_ARRAY, rows().map(|row| &row.fingerprint.0[..]));
    parameters.each(Type::TIMESTAMPTZ_ARRAY, rows().map(|row| row.created_at.to_utc()));
    parameters.each(Type::TIMESTAMPTZ_ARRAY, rows().map(|row| row.period_end.map(|end| end.to_utc())));
    add_counts(parameters, &rows().collect::<Vec<_>>());
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| row.other_units.as_deref().unwrap_or("{}")));
    parameters.each(Type::INT8_ARRAY, rows().map(|row| row.cost.nanos()));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| row.cost_basis.as_str()));
    parameters.each(Type::INT8_ARRAY, rows().map(|row| row.list.map(|list| list.nanos())));
    parameters.each(Type::BOOL_ARRAY, rows().map(|row| row.cost_exact));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| said(&row.price_id)));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| said(&row.price_note)));
    parameters.each(Type::TIMESTAMPTZ_ARRAY, rows().map(|row| row.priced_at.map(|at| at.to_utc())));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| said(&row.service_tier)));
    parameters.each(Type::BOOL_ARRAY, rows().map(|row| row.batch));
    let (speeds, (regions, contexts)): (Vec<_>, (Vec<_>, Vec<_>)) =
        variants.into_iter().map(|variant| (variant.speed, (variant.region, variant.context_from))).unzip();
    parameters.one(Type::TEXT_ARRAY, speeds);
    parameters.one(Type::TEXT_ARRAY, regions);
    parameters.one(Type::INT8_ARRAY, contexts);
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.labels));
    parameters.each(Type::INT8_ARRAY, rows().map(|row| row.duration_ms));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| row.error.as_deref()));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| row.input_summary.as_deref()));
    parameters.each(Type::TEXT_ARRAY, rows().map(|row| row.output_summary.as_deref()));
    Ok(())
}

fn add_counts<'r>(parameters: &mut Parameters<'r>, rows: &[&'r Generation]) {
    parameters.each(Type::INT8_ARRAY, rows.iter().map(|row| row.request_count));
    parameters.each(Type::INT8_ARRAY, rows.iter().map(|row| row.tokens_input));
    parameters.each(Type::INT8_ARRAY, rows.iter().map(|row| row.tokens_output));
    parameters.each(Type::INT8_ARRAY, rows.iter().map(|row| row.cached_tokens));
    parameters.each(Type::INT8_ARRAY, rows.iter().map(|row| row.cache_write_tokens));
    parameters.each(Type::INT8_ARRAY, rows.iter().map(|row| row.cache_write_long_tokens));
    parameters.each(Type::INT8_ARRAY, rows.iter().map(|row| row.reasoning_tokens));
}

/// Reads a row of [`SELECT`].
pub(super) fn read(row: &Row, json: &mut Compacted) -> Result<Generation, Failure> {
    let mut cells = Cells::of(row);
    Ok(Generation {
        id: cells.next()?,
        user_id: cells.next()?,
        import_id: cells.next()?,
        device_id: cells.next()?,
        application_id: cells.next()?,
        generation_type: cells.next()?,
        model_used: cells.next()?,
        provider: cells.next()?,
        account: cells.next()?,
        source: cells.next()?,
        source_key: cells.next()?,
        fingerprint: Fingerprint(cells.bytes()?),
        created_at: cells.instant()?,
        period_end: cells.some_instant()?,
        request_count: cells.next()?,
        tokens_input: cells.next()?,
        tokens_output: cells.next()?,
        cached_tokens: cells.next()?,
        cache_write_tokens: cells.next()?,
        cache_write_long_tokens: cells.next()?,
        reasoning_tokens: cells.next()?,
        other_units: cells.next::<Option<&str>>()?.map(|units| json.of(units)),
        cost: cells.money()?,
        cost_basis: cells.word()?,
        list: cells.some_money()?,
        cost_exact: cells.next()?,
        price_id: cells.next()?,
        price_note: cells.next()?,
        priced_at: cells.some_instant()?,
        service_tier: cells.next()?,
        batch: cells.next()?,
        variant: Variant { speed: cells.next()?, region: cells.next()?, context_from: cells.next()? }
            .into_json(),
        labels: json.of(cells.next()?),
        duration_ms: cells.next()?,
        error: cells.next()?,
        input_summary: cells.next()?,
        output_summary: cells.next()?,
    })
}

fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// What changes a price besides the model: a JSON object of texts in a ledger.
#[derive(Debug, Default, PartialEq, Eq)]
struct Variant {
    speed: Option<String>,
    region: Option<String>,
    context_from: Option<i64>,
}

impl Variant {
    fn of(json: &str) -> Result<Self, Failure> {
        let mut variant = Self::default();
        if json == "{}" {
            return Ok(variant);
        }
        let refused = || {
            let message = format!("no column holds all of what changes the price: {json}");
            Failure::RowRefused(ServerWords { code: "22023".into(), message })
        };
        for (name, value) in serde_json::from_str::<Map<String, Value>>(json).map_err(|_| refused())? {
            let Value::String(value) = value else { return Err(refused()) };
            match &*name {
                "speed" => variant.speed = Some(value),
                "region" => variant.region = Some(value),
                "context_from" => {
                    let number = value.parse().ok().filter(|number: &i64| number.to_string() == value);
                    variant.context_from = Some(number.ok_or_else(refused)?);
                }
                _ => return Err(refused()),
            }
        }
        Ok(variant)
    }

    fn into_json(self) -> String {
        if self.speed.is_none() && self.region.is_none() && self.context_from.is_none() {
            return "{}".to_owned();
        }
        let context_from = self.context_from.map(|tokens| tokens.to_string());
        let said = [("context_from", context_from), ("region", self.region), ("speed", self.speed)];
        let said =
            said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))));
        Value::Object(said.collect()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_reads_back_or_is_refused() {
        for json in ["{}", r#"{"context_from":"200000","region":"eu","speed":"fast"}"#, r#"{"region":""}"#] {
            assert_eq!(Variant::of(json).map(Variant::into_json), Ok(json.to_owned()));
        }
        for json in ["[]", r#"{"speed":1}"#, r#"{"context_from":"0200"}"#, r#"{"mood":"good"}"#] {
            assert!(matches!(Variant::of(json), Err(Failure::RowRefused(_))), "{json}");
        }
    }
}
