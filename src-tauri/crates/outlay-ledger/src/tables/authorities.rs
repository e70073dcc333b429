//! Answers about who speaks where sources or exports overlap. The rule that reads them is in
//! `counting/authority`.

use outlay_core::instant::Instant;
use uuid::Uuid;

use crate::counting::authority::{Authorities, Covers};
use crate::error::LedgerError;
use crate::handle::Writer;
use crate::sync::names::{RowId, Table};
use crate::sync::outbox;

/// An answer to be stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) provider: &'a str,
    /// The account whose rows it is about.
    pub(crate) account: &'a str,
    pub(crate) days: (i64, i64),
    pub(crate) speaker: Speaker<'a>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Speaker<'a> {
    /// Of several sources one, for money or for usage, with the account of its rows.
    Source { covers: Covers, source: &'a str, account: &'a str },
    /// Of several imports of one source one, over one other or over all that are older.
    Import { source: &'a str, generation_type: &'a str, import: Uuid, over: Option<Uuid> },
}

/// Adds an answer, with a revision above all earlier ones.
pub(crate) fn insert(writer: &Writer<'_>, answer: Answer<'_>, now: Instant) -> Result<(), LedgerError> {
    let revision = 1 + Authorities::load(&writer.transaction)?.latest_revision();
    let Answer { provider, account, days, speaker } = answer;
    let (covers, source, speaker_account, generation_type, import, over) = match speaker {
        Speaker::Source { covers: Covers::Money, source, account } => {
            ("money", source, account, "", None, None)
        }
        Speaker::Source { covers: Covers::Usage, source, account } => {
            ("usage", source, account, "", None, None)
        }
        Speaker::Import { source, generation_type, import, over } => {
            ("rows", source, account, generation_type, Some(import), over)
        }
    };
    let name =
        serde_json::json!([provider, account, days, covers, source, speaker_account, import, over, revision]);
    let id = Uuid::new_v5(&writer.identity.device_id, name.to_string().as_bytes());
    let sql = "INSERT INTO authorities (id, provider, account, first_day, last_day, covers, source, speaker_account,
            generation_type, import_id, over_import, revision, at, device_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    writer.transaction.prepare_cached(sql)?.execute((
        id.as_bytes(),
        provider,
        account,
        days.0,
        days.1,
        covers,
        source,
        speaker_account,
        generation_type,
        import.map(|id| *id.as_bytes()),
        over.map(|id| *id.as_bytes()),
        revision,
        now.micros(),
        writer.identity.device_id.as_bytes(),
    ))?;
    outbox::add(&writer.transaction, &RowId::whole(Table::Authorities, id))
}
