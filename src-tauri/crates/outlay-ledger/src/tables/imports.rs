//! Imported files: what each brought, contained and left aside.

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::error::LedgerError;
use crate::handle::Reader;
use crate::import::FileFacts;
use crate::import::ingest::Ingest;
use crate::sync::names::{RowId, Table};
use crate::sync::outbox;

/// An import as the history shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its number in this file.
    pub number: i64,
    /// Its id.
    pub id: Uuid,
    /// The file's name, without its folder.
    pub file_name: String,
    /// The kind of source.
    pub source: String,
    /// Who bills it.
    pub provider: String,
    /// The account at the provider.
    pub account: String,
    /// The instant at which the provider made the file, as well as known.
    pub as_of: Instant,
    /// When it was imported.
    pub imported_at: Instant,
    /// First and last UTC day that it covers.
    pub days: Option<(i64, i64)>,
    /// Facts that the book did not have.
    pub rows_new: i64,
    /// Facts that it had.
    pub rows_known: i64,
    /// Facts that it had with another content.
    pub rows_restated: i64,
    /// Rows that could not be read.
    pub rows_quarantined: i64,
    /// Buckets without usage.
    pub rows_empty: i64,
    /// Rows that are not usage, or older than what counts.
    pub rows_ignored: i64,
    /// What was assumed when reading it.
    pub notes: Vec<String>,
    /// Whether it was undone.
    pub undone: bool,
    /// The member who imported it, where that was not the owner.
    pub by: Option<String>,
}

/// Writes the import's own row.
pub(crate) fn insert(
    ingest: &Ingest<'_, '_>,
    id: Uuid,
    file: &FileFacts,
    as_of: Instant,
    now: Instant,
) -> Result<(), LedgerError> {
    let sql = "INSERT INTO imports (number, id, file_name, file_hash, file_bytes, source, provider, account, as_of,
            imported_at, device_id, first_day, last_day, first_id, last_id, rows_new, rows_known, rows_restated,
            rows_quarantined, rows_empty, rows_ignored, notes)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";
    let (origin, found) = (&ingest.origin, &ingest.found);
    ingest.writer.transaction.execute(
        sql,
        params![
            ingest.number,
            id.as_bytes(),
            file.name,
            file.hash,
            count(file.bytes),
            origin.source,
            origin.provider,
            origin.account,
            as_of.micros(),
            now.micros(),
            ingest.writer.identity.device_id.as_bytes(),
            file.days.map(|days| days.0),
            file.days.map(|days| days.1),
            ingest.brought.map(|(first, _)| first),
            ingest.brought.map(|(_, last)| last),
            count(found.new),
            count(found.known),
            count(found.restated),
            count(file.quarantined),
            count(file.empty),
            count(file.ignored),
            serde_json::json!(file.notes).to_string(),
        ],
    )?;
    outbox::add(&ingest.writer.transaction, &RowId::whole(Table::Imports, id))?;
    let brought = ingest.brought.map(|_| Table::Generations);
    let known = (!ingest.known.is_empty()).then_some(Table::ImportMembers);
    let tables: Vec<Table> = brought.into_iter().chain(known).collect();
    outbox::add_import(&ingest.writer.transaction, ingest.number, &tables)
}

/// The number of the next import. Numbers that rows carry whose import is not here are taken, too.
pub(crate) fn next_number(connection: &Connection) -> Result<i64, LedgerError> {
    let sql = "SELECT 1 + max((SELECT coalesce(max(number), 0) FROM imports),
        (SELECT coalesce(max(number), 0) FROM awaited_imports))";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

const COLUMNS: &str =
    "SELECT number, id, file_name, source, provider, account, as_of, imported_at, first_day, last_day,
        rows_new, rows_known, rows_restated, rows_quarantined, rows_empty, rows_ignored, notes,
        coalesce((SELECT action = 'void' FROM generation_voids v WHERE v.target = i.id
            ORDER BY revision DESC, action DESC LIMIT 1), 0),
        (SELECT user_id FROM of_others o WHERE o.kind = 'imports' AND o.key = i.id)
    FROM imports i";

impl Reader<'_> {
    /// All imports, the newest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn imports(&self) -> Result<Vec<Import>, LedgerError> {
        let mut statement = self.connection.prepare_cached(&format!("{COLUMNS} ORDER BY number DESC"))?;
        let imports = statement.query_map([], read)?.collect::<Result<_, _>>()?;
        Ok(imports)
    }

    /// The import with an id.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    pub fn import(&self, id: Uuid) -> Result<Import, LedgerError> {
        let mut statement = self.connection.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
        let found = statement.query_row([id.as_bytes()], read).optional()?;
        found.ok_or(LedgerError::NotFound { kind: "import", id: id.to_string() })
    }

    /// Money out of the rows that an import brought, as far as they count, and whether rows without a price are
    /// among them. These rows are read.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn spend_of_import(&self, id: Uuid) -> Result<(Money, bool), LedgerError> {
        let sql = "SELECT coalesce(sum(g.cost_nanos) FILTER (WHERE d.cost_basis IN ('billed', 'computed', 'estimated')), 0),
                count(*) FILTER (WHERE d.cost_basis = 'unpriced') > 0
            FROM imports i
            JOIN generations g ON g.id BETWEEN i.first_id AND i.last_id AND g.import_number = i.number
            JOIN dimensions d ON d.id = g.dimension_id
            LEFT JOIN left_out o ON o.id = g.id
            WHERE i.id = ?1 AND coalesce(o.money, 0) = 0";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([id.as_bytes()], |row| Ok((Money::from_nanos(row.get(0)?), row.get(1)?)))?)
    }

    /// The live import of byte-identical content, if there is one.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn import_of_content(
        &self,
        hash: &[u8; 32],
        account: Option<&str>,
    ) -> Result<Option<Import>, LedgerError> {
        let sql =
            format!("{COLUMNS} WHERE file_hash = ?1 AND (?2 IS NULL OR account = ?2) ORDER BY number DESC");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_map((hash, account), read)?.collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().find(|import| !import.undone))
    }
}

fn read(row: &Row<'_>) -> Result<Import, rusqlite::Error> {
    Ok(Import {
        number: row.get(0)?,
        id: Uuid::from_bytes(row.get(1)?),
        file_name: row.get(2)?,
        source: row.get(3)?,
        provider: row.get(4)?,
        account: row.get(5)?,
        as_of: Instant::from_micros(row.get(6)?),
        imported_at: Instant::from_micros(row.get(7)?),
        days: row.get::<_, Option<i64>>(8)?.zip(row.get(9)?),
        rows_new: row.get(10)?,
        rows_known: row.get(11)?,
        rows_restated: row.get(12)?,
        rows_quarantined: row.get(13)?,
        rows_empty: row.get(14)?,
        rows_ignored: row.get(15)?,
        notes: serde_json::from_str(row.get_ref(16)?.as_str().unwrap_or("[]")).unwrap_or_default(),
        undone: row.get(17)?,
        by: row.get(18)?,
    })
}
