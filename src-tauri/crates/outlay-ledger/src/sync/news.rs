//! What was pulled since it was looked at for alerts last, and how much sync moved: noted in the transactions that pull,
//! so that a sync which breaks off leaves it to the next one. What alerts follow is not here.

use outlay_core::instant::Instant;
use outlay_core::period::Day;
use uuid::Uuid;

use crate::counting::recount::IdRange;
use crate::error::LedgerError;
use crate::handle::{Reader, Writer};
use crate::sync::rows::ImportRow;

/// What was pulled since it was looked at for alerts last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct News {
    /// Imports, the one that was made last first.
    pub imports: Vec<Uuid>,
    /// Between these ids lies every row that came or counts otherwise; `None` if it was no row that changed.
    pub ids: Option<(Uuid, Uuid)>,
}

/// Under this name lie the bounds of all rows.
const ALL_ROWS: [u8; 16] = [0; 16];

impl Reader<'_> {
    /// What was pulled since it was looked at last; `None` if that is nothing.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn news(&self) -> Result<Option<News>, LedgerError> {
        let sql = "SELECT import_id, first_id, last_id FROM pulled_news ORDER BY imported_at DESC, import_id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut news: Option<News> = None;
        while let Some(row) = rows.next()? {
            let news = news.get_or_insert_default();
            let import: [u8; 16] = row.get(0)?;
            if import == ALL_ROWS {
                let bounds = row.get::<_, Option<[u8; 16]>>(1)?.zip(row.get::<_, Option<[u8; 16]>>(2)?);
                news.ids = bounds.map(|(first, last)| (Uuid::from_bytes(first), Uuid::from_bytes(last)));
            } else {
                news.imports.push(Uuid::from_bytes(import));
            }
        }
        Ok(news)
    }

    /// The bytes that sync moved from one day to another, both included, in the ledger's time zone.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn moved_bytes(&self, first: Day, last: Day) -> Result<i64, LedgerError> {
        let sql = "SELECT coalesce(sum(bytes), 0) FROM moved_bytes WHERE day BETWEEN ?1 AND ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row((first.number(), last.number()), |row| row.get(0))?)
    }
}

impl Writer<'_> {
    /// Adds to what sync moved today.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn add_moved_bytes(&self, bytes: u64, now: Instant) -> Result<(), LedgerError> {
        let sql = "INSERT INTO moved_bytes (day, bytes) VALUES (?1, ?2)
            ON CONFLICT DO UPDATE SET bytes = min(bytes + excluded.bytes, 9000000000000000000)";
        let day = self.identity.zone.day_of(now).number();
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
        self.transaction.prepare_cached(sql)?.execute((day, bytes))?;
        Ok(())
    }

    /// Notes that something came that alerts may follow, though no row did: caps, or the end of an alert.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn note_other_news(&self) -> Result<(), LedgerError> {
        let sql = "INSERT INTO pulled_news (import_id, imported_at) VALUES (?1, 0) ON CONFLICT DO NOTHING";
        self.transaction.prepare_cached(sql)?.execute([ALL_ROWS])?;
        Ok(())
    }

    /// The news were looked at.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn forget_news(&self) -> Result<(), LedgerError> {
        self.transaction.execute("DELETE FROM pulled_news", [])?;
        Ok(())
    }

    /// Notes that rows came, or count otherwise, that lie in some ranges.
    pub(super) fn note_rows(&self, ranges: &[IdRange]) -> Result<(), LedgerError> {
        let first = ranges.iter().map(|range| range.0).min();
        let last = ranges.iter().map(|range| range.1).max();
        let (Some(first), Some(last)) = (first, last) else { return Ok(()) };
        let sql = "INSERT INTO pulled_news (import_id, imported_at, first_id, last_id) VALUES (?1, 0, ?2, ?3)
            ON CONFLICT DO UPDATE SET first_id = min(coalesce(first_id, excluded.first_id), excluded.first_id),
                last_id = max(coalesce(last_id, excluded.last_id), excluded.last_id)";
        self.transaction.prepare_cached(sql)?.execute((ALL_ROWS, first, last))?;
        Ok(())
    }

    /// Notes that an import came.
    pub(super) fn note_import(&self, import: &ImportRow) -> Result<(), LedgerError> {
        let sql = "INSERT INTO pulled_news (import_id, imported_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let at = import.imported_at.micros();
        self.transaction.prepare_cached(sql)?.execute((import.id.as_bytes(), at))?;
        Ok(())
    }
}
