//! Answers about who speaks where sources or exports overlap. The rule that reads them is in
//! `counting/authority`.

use outlay_core::instant::Instant;
use uuid::Uuid;

use crate::counting::authority::{Authorities, Covers};
use crate::error::LedgerError;
use crate::handle::Writer;

/// Who speaks: a source, or within it one import.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speaker<'a> {
    pub(crate) source: &'a str,
    pub(crate) import: Option<Uuid>,
}

/// Adds an answer, with a revision above all earlier ones of the account.
pub(crate) fn insert(
    writer: &Writer<'_>,
    provider: &str,
    account: &str,
    days: (i64, i64),
    covers: Covers,
    speaker: Speaker<'_>,
    now: Instant,
) -> Result<(), LedgerError> {
    let revision = 1 + Authorities::load(&writer.transaction)?.latest_revision(provider, account);
    let sql = "INSERT INTO authorities
            (id, provider, account, first_day, last_day, covers, source, import_id, revision, at, device_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let name = serde_json::json!([
        provider,
        account,
        days,
        covers.as_str(),
        speaker.source,
        speaker.import,
        revision
    ]);
    let id = Uuid::new_v5(&writer.identity.device_id, name.to_string().as_bytes());
    writer.transaction.prepare_cached(sql)?.execute((
        id.as_bytes(),
        provider,
        account,
        days.0,
        days.1,
        covers.as_str(),
        speaker.source,
        speaker.import.map(|id| *id.as_bytes()),
        revision,
        now.micros(),
        writer.identity.device_id.as_bytes(),
    ))?;
    Ok(())
}
