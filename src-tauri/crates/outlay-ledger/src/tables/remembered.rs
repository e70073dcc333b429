//! What a scope's days cost, remembered by a connection for as long as the ledger's rows are the same.
//!
//! Whoever asks the gate asks again, and others wait meanwhile. Reservations change no row, so they leave the ledger's
//! revision as it is, and with it what is remembered. It lies in a temporary table, which a transaction that is rolled
//! back leaves as it was.

use outlay_core::budget::Scope;
use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_core::report::Headline;
use rusqlite::{OptionalExtension, Row, params};

use crate::error::LedgerError;
use crate::handle::Reader;

/// What every connection begins with.
pub(crate) const TABLES: &str = "
    CREATE TEMP TABLE remembered (
        user_id     TEXT NOT NULL,
        provider    TEXT NOT NULL,
        model       TEXT NOT NULL,
        first_day   INTEGER NOT NULL,
        last_day    INTEGER NOT NULL,
        revision    INTEGER NOT NULL, -- of the ledger, when it was summed up
        spend_nanos INTEGER NOT NULL,
        at_least    INTEGER NOT NULL,
        about       INTEGER NOT NULL,
        PRIMARY KEY (user_id, provider, model)
    ) WITHOUT ROWID;";

impl Reader<'_> {
    /// As [`Reader::headline`], summed up once for each revision of the ledger. Only for a transaction that changes no
    /// row, because the revision grows with its end.
    ///
    /// # Errors
    /// As [`Reader::headline`].
    pub fn remembered_headline(
        &self,
        user: &str,
        scope: &Scope,
        days: (Day, Day),
    ) -> Result<Headline, LedgerError> {
        let sql = "SELECT r.spend_nanos, r.at_least, r.about FROM ledger l JOIN temp.remembered r
            ON r.user_id = ?1 AND r.provider = ?2 AND r.model = ?3 AND r.first_day = ?4 AND r.last_day = ?5
                AND r.revision = l.revision";
        let (first, last) = (days.0.number(), days.1.number());
        let bound = (user, scope.provider(), scope.model(), first, last);
        let read = |row: &Row<'_>| {
            Ok(Headline { spend: Money::from_nanos(row.get(0)?), at_least: row.get(1)?, about: row.get(2)? })
        };
        if let Some(known) = self.connection.prepare_cached(sql)?.query_row(bound, read).optional()? {
            return Ok(known);
        }
        let found = self.headline(user, scope, days)?;
        let sql = "INSERT OR REPLACE INTO temp.remembered
            SELECT ?1, ?2, ?3, ?4, ?5, revision, ?6, ?7, ?8 FROM ledger";
        let (spend, at_least, about) = (found.spend.nanos(), found.at_least, found.about);
        self.connection.prepare_cached(sql)?.execute(params![
            user,
            scope.provider(),
            scope.model(),
            first,
            last,
            spend,
            at_least,
            about
        ])?;
        Ok(found)
    }
}
