//! Rows of a foreign table as rows of a ledger.

use chrono::{DateTime, Utc};
use outlay_core::basis::CostBasis;
use outlay_core::identity::FingerprintBuilder;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::price::Book;
use outlay_ledger::sync::{Generation, time_ordered};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::adoption::{ADOPTED, Cached, Layout};
use crate::server::failure::Failure;
use crate::server::team::Cells;

/// The columns as [`generation`] takes them.
pub(super) const COLUMNS: &str =
    "id, at, member, kind, model, provider, input, output, cached, nanos, application, duration, error";

/// What stands where a table says no kind of call or no model, and nobody knows who bills it.
const UNKNOWN: &str = "unknown";

/// The account of rows whose account nobody named.
const ACCOUNT: &str = "default";

/// The id under which a row is kept here: its own if it says its time, as Outlay's do, so that a row that was added there
/// is the same row.
pub(super) fn kept_id(foreign: Uuid, at: Instant) -> Uuid {
    let millis = at.micros().div_euclid(1000);
    let is_of_its_time = (foreign.as_u128() >> 80) == millis.unsigned_abs().into();
    match foreign.get_version_num() {
        7 | 8 if is_of_its_time => foreign,
        _ => time_ordered(foreign, at),
    }
}

/// Reads a row of [`COLUMNS`].
pub(super) fn generation(layout: &Layout, row: &Row) -> Result<Generation, Failure> {
    let mut cells = Cells::of(row);
    let id: Uuid = cells.next()?;
    let created_at = Instant::from(cells.next::<DateTime<Utc>>()?);
    let user_id: String = cells.next()?;
    let mut text = || Ok::<_, Failure>(cells.next::<Option<String>>()?.filter(|text| !text.is_empty()));
    let (kind, model, provider) = (text()?, text()?, text()?);
    let (input, output, cached): (i64, i64, i64) = (cells.next()?, cells.next()?, cells.next()?);
    let nanos: Option<i64> = cells.next()?;
    let application: Option<String> = cells.next()?;
    let duration_ms = cells.next::<Option<i64>>()?.filter(|elapsed| *elapsed >= 0);
    let error: Option<String> = cells.next::<Option<String>>()?.filter(|error| !error.is_empty());
    let tokens_input = match layout.cached {
        Cached::Inside => input,
        Cached::Apart => input.saturating_add(cached),
    };
    let generation_type = kind.unwrap_or_else(|| UNKNOWN.to_owned());
    let model_used = model.unwrap_or_else(|| UNKNOWN.to_owned());
    let told_provider = provider.unwrap_or_default();
    let mut content = FingerprintBuilder::new("adopted-table/1");
    content.text(&user_id).text(&generation_type).text(&model_used).text(&told_provider);
    content.integer(tokens_input).integer(output).integer(cached);
    content.integer(i64::from(nanos.is_some())).integer(nanos.unwrap_or_default());
    content.integer(duration_ms.unwrap_or_default());
    content.text(error.as_deref().unwrap_or_default()).text(application.as_deref().unwrap_or_default());
    Ok(Generation {
        id: kept_id(id, created_at),
        user_id,
        import_id: None,
        device_id: None,
        application_id: None,
        generation_type,
        provider: if told_provider.is_empty() { provider_of(&model_used) } else { told_provider },
        model_used,
        account: ACCOUNT.to_owned(),
        source: ADOPTED.to_owned(),
        source_key: id.to_string(),
        fingerprint: content.finish(),
        created_at,
        period_end: None,
        request_count: Some(1),
        tokens_input,
        tokens_output: output,
        cached_tokens: cached,
        cache_write_tokens: 0,
        cache_write_long_tokens: 0,
        reasoning_tokens: 0,
        other_units: None,
        cost: Money::from_nanos(nanos.unwrap_or_default()),
        cost_basis: if nanos.is_some() { CostBasis::Billed } else { CostBasis::Unpriced },
        list: None,
        cost_exact: layout.is_exact(),
        price_id: String::new(),
        price_note: String::new(),
        priced_at: None,
        service_tier: String::new(),
        batch: false,
        variant: "{}".to_owned(),
        labels: labels(application),
        duration_ms,
        error,
        input_summary: None,
        output_summary: None,
    })
}

/// Who bills a model, where the price book knows: the original has no column for that, and without it nobody could see
/// that an export of the provider's says the same.
fn provider_of(model: &str) -> String {
    Book::embedded()
        .resolve("", model)
        .map_or_else(|_| UNKNOWN.to_owned(), |model| model.provider().to_owned())
}

/// The application is a row of the other program's own tables: its id is kept as it stands.
fn labels(application: Option<String>) -> String {
    match application {
        Some(id) => serde_json::json!({ "application": id }).to_string(),
        None => "{}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_its_time_is_kept_and_another_one_is_not() {
        let at = Instant::from_micros(1_781_870_400_123_456);
        let random: Uuid = "f47ac10b-58cc-4372-a567-0e02b2c3d479".parse().expect("an id");
        let kept = kept_id(random, at);
        assert_ne!(kept, random);
        assert_eq!(kept_id(kept, at), kept);
        assert_ne!(kept_id(kept, Instant::from_micros(at.micros() + 1_000_000)), kept);
    }
}
