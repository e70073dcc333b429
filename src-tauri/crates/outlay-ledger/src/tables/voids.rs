//! Undo and redo as events: append-only, counted by revision, not by clocks.

use outlay_core::instant::Instant;
use uuid::Uuid;

use crate::error::LedgerError;
use crate::handle::Writer;
use crate::sync::names::{RowId, Table};
use crate::sync::outbox;

/// What an event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The target no longer counts.
    Void,
    /// It counts again.
    Restore,
}

impl Action {
    /// The word that is stored.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Void => "void",
            Self::Restore => "restore",
        }
    }
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An import with all that it brought.
    Import,
    /// One row.
    Generation,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Generation => "generation",
        }
    }
}

/// Adds an event, with the next revision of its target.
pub(crate) fn insert(
    writer: &Writer<'_>,
    target: Uuid,
    kind: Kind,
    action: Action,
    reason: &str,
    now: Instant,
) -> Result<(), LedgerError> {
    let action = action.as_str();
    let latest = "SELECT coalesce(max(revision), 0) FROM generation_voids WHERE target = ?1";
    let revision: i64 = 1 + writer
        .transaction
        .prepare_cached(latest)?
        .query_row([target.as_bytes()], |row| row.get::<_, i64>(0))?;
    let sql = "INSERT INTO generation_voids (id, target, kind, action, revision, reason, at, device_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let device = writer.identity.device_id.as_bytes();
    let id = Uuid::new_v5(&target, format!("{action} {revision} {}", writer.identity.device_id).as_bytes());
    writer.transaction.prepare_cached(sql)?.execute((
        id.as_bytes(),
        target.as_bytes(),
        kind.as_str(),
        action,
        revision,
        reason,
        now.micros(),
        device,
    ))?;
    outbox::add(&writer.transaction, &RowId::whole(Table::Voids, id))
}
