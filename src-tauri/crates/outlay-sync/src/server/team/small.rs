//! The small tables in the server's words: days are dates there, and a budget's version has its key in a column.

use outlay_core::money::Money;
use outlay_ledger::Action;
use outlay_ledger::sync::{AuthorityRow, BudgetRow, ImportRow, PriceRow, SmallRow, VoidRow};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::cells::{Cells, Parameters};
use super::counter::raising;
use crate::rows::LedgerRow;
use crate::server::failure::Failure;

/// A small table of the server.
pub(super) trait OnServer: SmallRow {
    /// Stores rows, and answers with the keys of those that were free.
    const INSERT: &'static str;
    /// Rows by their keys.
    const ROWS: &'static str;
    /// The keys that somebody is shown: `$1` of the whole team, or their own.
    const KEYS: &'static str;

    /// Adds the rows to the parameters of [`OnServer::INSERT`].
    fn add<'r>(parameters: &mut Parameters<'r>, rows: &[&'r Self]);

    /// Reads a row of [`OnServer::ROWS`].
    fn taken(row: &Row) -> Result<Self, Failure>;

    /// The row, if it is one of this table.
    fn of(row: &LedgerRow) -> Option<&Self>;

    /// The row as it travels.
    fn travelling(self) -> LedgerRow;
}

impl OnServer for ImportRow {
    const INSERT: &'static str = raising!(
        ", stored AS (
            INSERT INTO outlay.imports (id, user_id, device_id, file_name, file_hash, file_bytes, source, provider, account,
                as_of, imported_at, first_day, last_day, first_id, last_id, rows_new, rows_known, rows_restated,
                rows_quarantined, rows_empty, rows_ignored, notes)
            SELECT r.id, r.user_id, r.device_id, r.file_name, r.file_hash, r.file_bytes, r.source, r.provider, r.account,
                r.as_of, r.imported_at, date '1970-01-01' + r.first_day::int4, date '1970-01-01' + r.last_day::int4, r.first_id,
                r.last_id, r.new, r.known, r.restated, r.quarantined, r.empty, r.ignored, r.notes::jsonb
            FROM unnest($5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::bytea[], $10::int8[], $11::text[],
                $12::text[], $13::text[], $14::timestamptz[], $15::timestamptz[], $16::int8[], $17::int8[], $18::uuid[],
                $19::uuid[], $20::int8[], $21::int8[], $22::int8[], $23::int8[], $24::int8[], $25::int8[], $26::text[])
            AS r (id, user_id, device_id, file_name, file_hash, file_bytes, source, provider, account, as_of, imported_at,
                first_day, last_day, first_id, last_id, new, known, restated, quarantined, empty, ignored, notes)
            ON CONFLICT (id) DO NOTHING RETURNING id
        )",
        "ARRAY(SELECT id FROM stored)"
    );
    const ROWS: &'static str = "SELECT id, user_id, device_id, file_name, file_hash, file_bytes, source, provider, account,
            as_of, imported_at, (first_day - date '1970-01-01')::int8, (last_day - date '1970-01-01')::int8, first_id,
            last_id, rows_new, rows_known, rows_restated, rows_quarantined, rows_empty, rows_ignored, notes::text
        FROM outlay.imports WHERE id = ANY($1)";
    const KEYS: &'static str =
        "SELECT id FROM outlay.imports WHERE $1 OR user_id = (SELECT outlay.my_user())";

    fn add<'r>(parameters: &mut Parameters<'r>, rows: &[&'r Self]) {
        let rows = || rows.iter().copied();
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.id));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.user_id));
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.device_id));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.file_name));
        parameters.each(Type::BYTEA_ARRAY, rows().map(|row| &row.file_hash[..]));
        parameters.each(Type::INT8_ARRAY, rows().map(|row| row.file_bytes));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.source));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.provider));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.account));
        parameters.each(Type::TIMESTAMPTZ_ARRAY, rows().map(|row| row.as_of.to_utc()));
        parameters.each(Type::TIMESTAMPTZ_ARRAY, rows().map(|row| row.imported_at.to_utc()));
        parameters.each(Type::INT8_ARRAY, rows().map(|row| row.days.map(|days| days.0)));
        parameters.each(Type::INT8_ARRAY, rows().map(|row| row.days.map(|days| days.1)));
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.ids.map(|ids| ids.0)));
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.ids.map(|ids| ids.1)));
        for place in 0..6 {
            parameters.each(Type::INT8_ARRAY, rows().map(|row| row.found[place]));
        }
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.notes));
    }

    fn taken(row: &Row) -> Result<Self, Failure> {
        let mut cells = Cells::of(row);
        Ok(Self {
            id: cells.next()?,
            user_id: cells.next()?,
            device_id: cells.next()?,
            file_name: cells.next()?,
            file_hash: cells.bytes()?,
            file_bytes: cells.next()?,
            source: cells.next()?,
            provider: cells.next()?,
            account: cells.next()?,
            as_of: cells.instant()?,
            imported_at: cells.instant()?,
            days: cells.next::<Option<i64>>()?.zip(cells.next()?),
            ids: cells.next::<Option<_>>()?.zip(cells.next()?),
            found: [cells.next()?, cells.next()?, cells.next()?, cells.next()?, cells.next()?, cells.next()?],
            notes: cells.json()?,
        })
    }

    fn of(row: &LedgerRow) -> Option<&Self> {
        if let LedgerRow::Import(row) = row { Some(row) } else { None }
    }

    fn travelling(self) -> LedgerRow {
        LedgerRow::Import(Box::new(self))
    }
}

impl OnServer for VoidRow {
    const INSERT: &'static str = raising!(
        ", stored AS (
            INSERT INTO outlay.generation_voids (id, user_id, target, kind, action, revision, reason, at, device_id)
            SELECT r.id, r.user_id, r.target, CASE WHEN r.of_import THEN 'import' ELSE 'generation' END,
                CASE WHEN r.is_void THEN 'void' ELSE 'restore' END, r.revision, r.reason, r.at, r.device_id
            FROM unnest($5::uuid[], $6::text[], $7::uuid[], $8::bool[], $9::bool[], $10::int8[], $11::text[],
                $12::timestamptz[], $13::uuid[])
            AS r (id, user_id, target, of_import, is_void, revision, reason, at, device_id)
            ON CONFLICT (id) DO NOTHING RETURNING id
        )",
        "ARRAY(SELECT id FROM stored)"
    );
    const ROWS: &'static str =
        "SELECT id, user_id, target, kind = 'import', action = 'void', revision, reason, at, device_id
        FROM outlay.generation_voids WHERE id = ANY($1)";
    const KEYS: &'static str =
        "SELECT id FROM outlay.generation_voids WHERE $1 OR user_id = (SELECT outlay.my_user())";

    fn add<'r>(parameters: &mut Parameters<'r>, rows: &[&'r Self]) {
        let rows = || rows.iter().copied();
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.id));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.user_id));
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.target));
        parameters.each(Type::BOOL_ARRAY, rows().map(|row| row.of_import));
        parameters.each(Type::BOOL_ARRAY, rows().map(|row| row.action == Action::Void));
        parameters.each(Type::INT8_ARRAY, rows().map(|row| row.revision));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.reason));
        parameters.each(Type::TIMESTAMPTZ_ARRAY, rows().map(|row| row.at.to_utc()));
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.device_id));
    }

    fn taken(row: &Row) -> Result<Self, Failure> {
        let mut cells = Cells::of(row);
        Ok(Self {
            id: cells.next()?,
            user_id: cells.next()?,
            target: cells.next()?,
            of_import: cells.next()?,
            action: if cells.next()? { Action::Void } else { Action::Restore },
            revision: cells.next()?,
            reason: cells.next()?,
            at: cells.instant()?,
            device_id: cells.next()?,
        })
    }

    fn of(row: &LedgerRow) -> Option<&Self> {
        if let LedgerRow::Void(row) = row { Some(row) } else { None }
    }

    fn travelling(self) -> LedgerRow {
        LedgerRow::Void(self)
    }
}

impl OnServer for AuthorityRow {
    const INSERT: &'static str = raising!(
        ", stored AS (
            INSERT INTO outlay.authorities (id, user_id, provider, account, first_day, last_day, covers, source,
                speaker_account, generation_type, import_id, over_import, revision, at, device_id)
            SELECT r.id, r.user_id, r.provider, r.account, date '1970-01-01' + r.first_day::int4,
                date '1970-01-01' + r.last_day::int4, r.covers, r.source, r.speaker_account, r.generation_type, r.import_id,
                r.over_import, r.revision, r.at, r.device_id
            FROM unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::int8[], $10::int8[], $11::text[],
                $12::text[], $13::text[], $14::text[], $15::uuid[], $16::uuid[], $17::int8[], $18::timestamptz[], $19::uuid[])
            AS r (id, user_id, provider, account, first_day, last_day, covers, source, speaker_account, generation_type,
                import_id, over_import, revision, at, device_id)
            ON CONFLICT (id) DO NOTHING RETURNING id
        )",
        "ARRAY(SELECT id FROM stored)"
    );
    const ROWS: &'static str = "SELECT id, user_id, provider, account, (first_day - date '1970-01-01')::int8,
            (last_day - date '1970-01-01')::int8, covers, source, speaker_account, generation_type, import_id, over_import,
            revision, at, device_id
        FROM outlay.authorities WHERE id = ANY($1)";
    const KEYS: &'static str =
        "SELECT id FROM outlay.authorities WHERE $1 OR user_id = (SELECT outlay.my_user())";

    fn add<'r>(parameters: &mut Parameters<'r>, rows: &[&'r Self]) {
        let rows = || rows.iter().copied();
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.id));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.user_id));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.provider));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.account));
        parameters.each(Type::INT8_ARRAY, rows().map(|row| row.days.0));
        parameters.each(Type::INT8_ARRAY, rows().map(|row| row.days.1));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.covers));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.source));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.speaker_account));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.generation_type));
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.import_id));
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.over_import));
        parameters.each(Type::INT8_ARRAY, rows().map(|row| row.revision));
        parameters.each(Type::TIMESTAMPTZ_ARRAY, rows().map(|row| row.at.to_utc()));
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.device_id));
    }

    fn taken(row: &Row) -> Result<Self, Failure> {
        let mut cells = Cells::of(row);
        Ok(Self {
            id: cells.next()?,
            user_id: cells.next()?,
            provider: cells.next()?,
            account: cells.next()?,
            days: (cells.next()?, cells.next()?),
            covers: cells.next()?,
            source: cells.next()?,
            speaker_account: cells.next()?,
            generation_type: cells.next()?,
            import_id: cells.next()?,
            over_import: cells.next()?,
            revision: cells.next()?,
            at: cells.instant()?,
            device_id: cells.next()?,
        })
    }

    fn of(row: &LedgerRow) -> Option<&Self> {
        if let LedgerRow::Authority(row) = row { Some(row) } else { None }
    }

    fn travelling(self) -> LedgerRow {
        LedgerRow::Authority(Box::new(self))
    }
}

impl OnServer for PriceRow {
    const INSERT: &'static str = raising!(
        ", stored AS (
            INSERT INTO outlay.prices (id, user_id, provider, model, valid_from, rates, at, device_id)
            SELECT r.id, r.user_id, r.provider, r.model, r.valid_from, r.rates::jsonb, r.at, r.device_id
            FROM unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::text[],
                $11::timestamptz[], $12::uuid[])
            AS r (id, user_id, provider, model, valid_from, rates, at, device_id)
            ON CONFLICT (id) DO NOTHING RETURNING id
        )",
        "ARRAY(SELECT id FROM stored)"
    );
    const ROWS: &'static str = "SELECT id, user_id, provider, model, valid_from, rates::text, at, device_id
        FROM outlay.prices WHERE id = ANY($1)";
    const KEYS: &'static str = "SELECT id FROM outlay.prices WHERE $1 OR user_id = (SELECT outlay.my_user())";

    fn add<'r>(parameters: &mut Parameters<'r>, rows: &[&'r Self]) {
        let rows = || rows.iter().copied();
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.id));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.user_id));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.provider));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.model));
        parameters.each(Type::TIMESTAMPTZ_ARRAY, rows().map(|row| row.valid_from.to_utc()));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.rates));
        parameters.each(Type::TIMESTAMPTZ_ARRAY, rows().map(|row| row.at.to_utc()));
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.device_id));
    }

    fn taken(row: &Row) -> Result<Self, Failure> {
        let mut cells = Cells::of(row);
        Ok(Self {
            id: cells.next()?,
            user_id: cells.next()?,
            provider: cells.next()?,
            model: cells.next()?,
            valid_from: cells.instant()?,
            rates: cells.json()?,
            at: cells.instant()?,
            device_id: cells.next()?,
        })
    }

    fn of(row: &LedgerRow) -> Option<&Self> {
        if let LedgerRow::Price(row) = row { Some(row) } else { None }
    }

    fn travelling(self) -> LedgerRow {
        LedgerRow::Price(self)
    }
}

impl OnServer for BudgetRow {
    const INSERT: &'static str = raising!(
        ", stored AS (
            INSERT INTO outlay.budgets (version, id, revision, user_id, device_id, name, provider, model, amount_nanos, mode,
                warn_at_pct, removed, at)
            SELECT r.version, r.id, r.revision, r.user_id, r.device_id, r.name, r.provider, r.model, r.amount_nanos, r.mode,
                r.warn_at_pct::int4, r.removed, r.at
            FROM unnest($5::uuid[], $6::uuid[], $7::int8[], $8::text[], $9::uuid[], $10::text[], $11::text[],
                $12::text[], $13::int8[], $14::text[], $15::int8[], $16::bool[], $17::timestamptz[])
            AS r (version, id, revision, user_id, device_id, name, provider, model, amount_nanos, mode, warn_at_pct, removed, at)
            ON CONFLICT (version) DO NOTHING RETURNING version
        )",
        "ARRAY(SELECT version FROM stored)"
    );
    const ROWS: &'static str =
        "SELECT id, revision, user_id, device_id, name, provider, model, amount_nanos, mode,
            warn_at_pct::int8, removed, at
        FROM outlay.budgets WHERE version = ANY($1)";
    const KEYS: &'static str =
        "SELECT version FROM outlay.budgets WHERE $1 OR user_id = (SELECT outlay.my_user())";

    fn add<'r>(parameters: &mut Parameters<'r>, rows: &[&'r Self]) {
        let rows = || rows.iter().copied();
        parameters.each(Type::UUID_ARRAY, rows().map(Self::key));
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.id));
        parameters.each(Type::INT8_ARRAY, rows().map(|row| row.revision));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.user_id));
        parameters.each(Type::UUID_ARRAY, rows().map(|row| row.device_id));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.name));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.provider));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.model));
        parameters.each(Type::INT8_ARRAY, rows().map(|row| row.amount.nanos()));
        parameters.each(Type::TEXT_ARRAY, rows().map(|row| &*row.mode));
        parameters.each(Type::INT8_ARRAY, rows().map(|row| row.warn_at_pct));
        parameters.each(Type::BOOL_ARRAY, rows().map(|row| row.removed));
        parameters.each(Type::TIMESTAMPTZ_ARRAY, rows().map(|row| row.at.to_utc()));
    }

    fn taken(row: &Row) -> Result<Self, Failure> {
        let mut cells = Cells::of(row);
        Ok(Self {
            id: cells.next()?,
            revision: cells.next()?,
            user_id: cells.next()?,
            device_id: cells.next()?,
            name: cells.next()?,
            provider: cells.next()?,
            model: cells.next()?,
            amount: Money::from_nanos(cells.next()?),
            mode: cells.next()?,
            warn_at_pct: cells.next()?,
            removed: cells.next()?,
            at: cells.instant()?,
        })
    }

    fn of(row: &LedgerRow) -> Option<&Self> {
        if let LedgerRow::Budget(row) = row { Some(row) } else { None }
    }

    fn travelling(self) -> LedgerRow {
        LedgerRow::Budget(self)
    }
}
