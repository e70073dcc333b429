//! The small tables: how their rows are read and written as they travel. What follows from a row that arrives is in
//! `arriving`.

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use rusqlite::{Connection, Row, params};
use rustc_hash::FxHashSet;
use uuid::Uuid;

use super::names::Table;
use super::rows::{AuthorityRow, BudgetRow, ImportRow, PriceRow, SmallRow, VoidRow};
use crate::error::LedgerError;
use crate::handle::Reader;
use crate::tables::voids::Action;

/// A row of a small table as it lies in the ledger's file.
pub trait Stored: Sized {
    /// Reads every row of the table; the last column is whose it is.
    const SELECT: &'static str;

    /// A row of [`Stored::SELECT`].
    ///
    /// # Errors
    /// Those of SQLite.
    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error>;

    /// Writes the row.
    ///
    /// # Errors
    /// Those of SQLite.
    fn insert(&self, connection: &Connection) -> Result<(), LedgerError>;
}

impl Reader<'_> {
    /// The rows of a small table with these keys, in the order of their keys; every row if no key is named.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn small_rows<R: SmallRow>(&self, keys: Option<&[Uuid]>) -> Result<Vec<R>, LedgerError> {
        let wanted: Option<FxHashSet<Uuid>> = keys.map(|keys| keys.iter().copied().collect());
        let mut statement = self.connection.prepare_cached(R::SELECT)?;
        let mut rows = statement.query([])?;
        let mut found: Vec<R> = Vec::new();
        while let Some(row) = rows.next()? {
            let row = R::read(row)?;
            if wanted.as_ref().is_none_or(|wanted| wanted.contains(&row.key())) {
                found.push(row);
            }
        }
        found.sort_unstable_by_key(SmallRow::key);
        Ok(found)
    }
}

/// The keys of a small table, in their order, each with whether it is the owner's.
pub(super) fn keys(reader: &Reader<'_>, table: Table) -> Result<Vec<(Uuid, bool)>, LedgerError> {
    fn of<R: SmallRow>(reader: &Reader<'_>) -> Result<Vec<(Uuid, bool)>, LedgerError> {
        let owner = reader.identity()?.owner;
        let rows = reader.small_rows::<R>(None)?;
        Ok(rows.iter().map(|row| (row.key(), row.user_id() == owner)).collect())
    }
    match table {
        Table::Imports => of::<ImportRow>(reader),
        Table::Voids => of::<VoidRow>(reader),
        Table::Authorities => of::<AuthorityRow>(reader),
        Table::Prices => of::<PriceRow>(reader),
        Table::Budgets => of::<BudgetRow>(reader),
        Table::Generations | Table::ImportMembers => Ok(Vec::new()),
    }
}

/// Whether another member made the row.
pub(super) fn is_of_others(connection: &Connection, table: Table, key: &Uuid) -> Result<bool, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM of_others WHERE kind = ?1 AND key = ?2")?;
    Ok(statement.exists((table.as_str(), key.as_bytes()))?)
}

/// The column that says whose row it is: the owner's, unless another member made it.
macro_rules! whose {
    ($kind:literal) => {
        concat!(
            "coalesce((SELECT o.user_id FROM of_others o WHERE o.kind = '",
            $kind,
            "' AND o.key = id), (SELECT owner FROM ledger))"
        )
    };
}

fn id(row: &Row<'_>, column: usize) -> Result<Uuid, rusqlite::Error> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

fn some_id(row: &Row<'_>, column: usize) -> Result<Option<Uuid>, rusqlite::Error> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(Uuid::from_bytes))
}

fn instant(row: &Row<'_>, column: usize) -> Result<Instant, rusqlite::Error> {
    Ok(Instant::from_micros(row.get(column)?))
}

impl Stored for ImportRow {
    const SELECT: &'static str = concat!(
        "SELECT id, device_id, file_name, file_hash, file_bytes, source, provider, account, as_of, imported_at, first_day,
            last_day, first_id, last_id, rows_new, rows_known, rows_restated, rows_quarantined, rows_empty, rows_ignored,
            notes, ",
        whose!("imports"),
        " FROM imports"
    );

    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        let mut found = [0; 6];
        for (column, count) in (14..).zip(&mut found) {
            *count = row.get(column)?;
        }
        Ok(Self {
            id: id(row, 0)?,
            device_id: id(row, 1)?,
            file_name: row.get(2)?,
            file_hash: row.get(3)?,
            file_bytes: row.get(4)?,
            source: row.get(5)?,
            provider: row.get(6)?,
            account: row.get(7)?,
            as_of: instant(row, 8)?,
            imported_at: instant(row, 9)?,
            days: row.get::<_, Option<i64>>(10)?.zip(row.get(11)?),
            ids: some_id(row, 12)?.zip(some_id(row, 13)?),
            found,
            notes: row.get(20)?,
            user_id: row.get(21)?,
        })
    }

    /// Under the number that rows which came before it carry, or the next one.
    fn insert(&self, connection: &Connection) -> Result<(), LedgerError> {
        let sql = "INSERT INTO imports (number, id, device_id, file_name, file_hash, file_bytes, source, provider, account,
                as_of, imported_at, first_day, last_day, first_id, last_id, rows_new, rows_known, rows_restated,
                rows_quarantined, rows_empty, rows_ignored, notes)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";
        let [new, known, restated, quarantined, empty, ignored] = self.found;
        let number = super::arriving::number_for(connection, self.id)?;
        connection.prepare_cached(sql)?.execute(params![
            number,
            self.id.as_bytes(),
            self.device_id.as_bytes(),
            self.file_name,
            self.file_hash,
            self.file_bytes,
            self.source,
            self.provider,
            self.account,
            self.as_of.micros(),
            self.imported_at.micros(),
            self.days.map(|days| days.0),
            self.days.map(|days| days.1),
            self.ids.map(|ids| ids.0.into_bytes()),
            self.ids.map(|ids| ids.1.into_bytes()),
            new,
            known,
            restated,
            quarantined,
            empty,
            ignored,
            self.notes,
        ])?;
        connection
            .prepare_cached("DELETE FROM awaited_imports WHERE id = ?1")?
            .execute([self.id.as_bytes()])?;
        Ok(())
    }
}

impl Stored for VoidRow {
    const SELECT: &'static str = concat!(
        "SELECT id, target, kind = 'import', action = 'void', revision, reason, at, device_id, ",
        whose!("voids"),
        " FROM generation_voids"
    );

    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: id(row, 0)?,
            target: id(row, 1)?,
            of_import: row.get(2)?,
            action: if row.get(3)? { Action::Void } else { Action::Restore },
            revision: row.get(4)?,
            reason: row.get(5)?,
            at: instant(row, 6)?,
            device_id: id(row, 7)?,
            user_id: row.get(8)?,
        })
    }

    fn insert(&self, connection: &Connection) -> Result<(), LedgerError> {
        let sql = "INSERT INTO generation_voids (id, target, kind, action, revision, reason, at, device_id)
            VALUES (?1, ?2, iif(?3, 'import', 'generation'), ?4, ?5, ?6, ?7, ?8)";
        connection.prepare_cached(sql)?.execute(params![
            self.id.as_bytes(),
            self.target.as_bytes(),
            self.of_import,
            self.action.as_str(),
            self.revision,
            self.reason,
            self.at.micros(),
            self.device_id.as_bytes(),
        ])?;
        Ok(())
    }
}

impl Stored for AuthorityRow {
    const SELECT: &'static str = concat!(
        "SELECT id, provider, account, first_day, last_day, covers, source, speaker_account, generation_type, import_id,
            over_import, revision, at, device_id, ",
        whose!("authorities"),
        " FROM authorities"
    );

    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: id(row, 0)?,
            provider: row.get(1)?,
            account: row.get(2)?,
            days: (row.get(3)?, row.get(4)?),
            covers: row.get(5)?,
            source: row.get(6)?,
            speaker_account: row.get(7)?,
            generation_type: row.get(8)?,
            import_id: some_id(row, 9)?,
            over_import: some_id(row, 10)?,
            revision: row.get(11)?,
            at: instant(row, 12)?,
            device_id: id(row, 13)?,
            user_id: row.get(14)?,
        })
    }

    fn insert(&self, connection: &Connection) -> Result<(), LedgerError> {
        let sql = "INSERT INTO authorities (id, provider, account, first_day, last_day, covers, source, speaker_account,
                generation_type, import_id, over_import, revision, at, device_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
        connection.prepare_cached(sql)?.execute(params![
            self.id.as_bytes(),
            self.provider,
            self.account,
            self.days.0,
            self.days.1,
            self.covers,
            self.source,
            self.speaker_account,
            self.generation_type,
            self.import_id.map(Uuid::into_bytes),
            self.over_import.map(Uuid::into_bytes),
            self.revision,
            self.at.micros(),
            self.device_id.as_bytes(),
        ])?;
        Ok(())
    }
}

impl Stored for PriceRow {
    const SELECT: &'static str = concat!(
        "SELECT id, provider, model, valid_from, rates, at, device_id, ",
        whose!("prices"),
        " FROM prices"
    );

    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: id(row, 0)?,
            provider: row.get(1)?,
            model: row.get(2)?,
            valid_from: instant(row, 3)?,
            rates: row.get(4)?,
            at: instant(row, 5)?,
            device_id: id(row, 6)?,
            user_id: row.get(7)?,
        })
    }

    fn insert(&self, connection: &Connection) -> Result<(), LedgerError> {
        let sql = "INSERT INTO prices (id, provider, model, valid_from, rates, at, device_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        connection.prepare_cached(sql)?.execute(params![
            self.id.as_bytes(),
            self.provider,
            self.model,
            self.valid_from.micros(),
            self.rates,
            self.at.micros(),
            self.device_id.as_bytes(),
        ])?;
        Ok(())
    }
}

impl Stored for BudgetRow {
    const SELECT: &'static str =
        "SELECT id, revision, device_id, name, provider, model, amount_nanos, mode, warn_at_pct,
        removed, at, user_id FROM budgets";

    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: id(row, 0)?,
            revision: row.get(1)?,
            device_id: id(row, 2)?,
            name: row.get(3)?,
            provider: row.get(4)?,
            model: row.get(5)?,
            amount: Money::from_nanos(row.get(6)?),
            mode: row.get(7)?,
            warn_at_pct: row.get(8)?,
            removed: row.get(9)?,
            at: instant(row, 10)?,
            user_id: row.get(11)?,
        })
    }

    fn insert(&self, connection: &Connection) -> Result<(), LedgerError> {
        let sql = "INSERT INTO budgets (id, revision, device_id, name, provider, model, amount_nanos, mode, warn_at_pct,
                removed, at, user_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        connection.prepare_cached(sql)?.execute(params![
            self.id.as_bytes(),
            self.revision,
            self.device_id.as_bytes(),
            self.name,
            self.provider,
            self.model,
            self.amount.nanos(),
            self.mode,
            self.warn_at_pct,
            self.removed,
            self.at.micros(),
            self.user_id,
        ])?;
        Ok(())
    }
}
