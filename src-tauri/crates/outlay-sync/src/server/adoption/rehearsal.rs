//! A row that is tried and taken back: what the server says of it that no catalogue does.

use outlay_core::basis::CostBasis;
use outlay_core::identity::Fingerprint;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_ledger::sync::Generation;
use uuid::Uuid;

use super::writing::insert;
use crate::adoption::{Layout, OnlyRead};
use crate::server::connect::Server;
use crate::server::failure::Failure;

/// Stores a row of `me` under an id that nothing has, and takes it back. `None`: the server took it.
///
/// # Errors
/// [`Failure`], where it is not about the row.
pub async fn rehearse(
    server: &Server,
    layout: &Layout,
    me: &str,
    (id, now): (Uuid, Instant),
) -> Result<Option<OnlyRead>, Failure> {
    let row = tried(id, me, now);
    let rows = [&row];
    let (statement, parameters) = insert(layout, &rows);
    server.run("BEGIN").await?;
    let outcome = server.query(&statement, &parameters.borrowed()).await;
    let ended = server.run("ROLLBACK").await;
    let refused = match outcome {
        Ok(stored) if stored.is_empty() => Some("a trigger or a rule kept it out".to_owned()),
        Ok(_) => None,
        Err(
            Failure::RowRefused(words)
            | Failure::NotAllowed(words)
            | Failure::OtherSchema(words)
            | Failure::ReadOnly(words)
            | Failure::Server(words),
        ) => Some(format!("{}: {}", words.code, words.message)),
        Err(failure) => return Err(failure),
    };
    ended?;
    Ok(refused.map(OnlyRead::Tried))
}

fn tried(id: Uuid, me: &str, now: Instant) -> Generation {
    Generation {
        id,
        user_id: me.to_owned(),
        import_id: None,
        device_id: None,
        application_id: None,
        generation_type: "chat".to_owned(),
        model_used: "outlay-rehearsal".to_owned(),
        provider: "outlay".to_owned(),
        account: String::new(),
        source: String::new(),
        source_key: id.to_string(),
        fingerprint: Fingerprint::default(),
        created_at: now,
        period_end: None,
        request_count: Some(1),
        tokens_input: 2,
        tokens_output: 1,
        cached_tokens: 1,
        cache_write_tokens: 0,
        cache_write_long_tokens: 0,
        reasoning_tokens: 0,
        other_units: None,
        cost: Money::from_nanos(1_000_000),
        cost_basis: CostBasis::Billed,
        list: None,
        cost_exact: true,
        price_id: String::new(),
        price_note: String::new(),
        priced_at: None,
        service_tier: String::new(),
        batch: false,
        variant: "{}".to_owned(),
        labels: "{}".to_owned(),
        duration_ms: None,
        error: None,
        input_summary: None,
        output_summary: None,
    }
}
