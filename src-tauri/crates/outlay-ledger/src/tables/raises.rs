//! Raises: what one month may cost instead of what every month may, of the cap or of a named budget. Which amount then
//! holds, `budgets` and `cost_config` read in the same breath as the budget itself.

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Day, Month};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

/// A raise, or that one was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raise {
    /// The named budget; `None` of the monthly cap.
    pub budget: Option<Uuid>,
    /// The month that it is for.
    pub month: Month,
    /// What that month may cost; `None`: what every month may.
    pub amount: Option<Money>,
    /// Why.
    pub reason: String,
    /// When it was kept.
    pub at: Instant,
}

impl Reader<'_> {
    /// What a month may cost instead of what a budget says, the cap where none is named; `None` where nothing is raised.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn raised_to(
        &self,
        user: &str,
        budget: Option<Uuid>,
        month: Month,
    ) -> Result<Option<Money>, LedgerError> {
        let sql =
            "SELECT amount_nanos FROM budget_raises WHERE user_id = ?1 AND budget_id = ?2 AND month = ?3
            ORDER BY revision DESC, amount_nanos LIMIT 1";
        let bound = (user, key(budget.as_ref()), month.first_day().number());
        let amount = self.connection.prepare_cached(sql)?.query_row(bound, |row| row.get(0)).optional()?;
        Ok(amount.flatten().map(Money::from_nanos))
    }

    /// Every raise of a user's budgets, the newest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn raises(&self, user: &str) -> Result<Vec<Raise>, LedgerError> {
        let sql = "SELECT budget_id, month, amount_nanos, reason, at FROM budget_raises WHERE user_id = ?1
            ORDER BY at DESC, revision DESC";
        let mut statement = self.connection.prepare_cached(sql)?;
        let raises = statement.query_map([user], read)?;
        Ok(raises.collect::<Result<_, _>>()?)
    }
}

impl Writer<'_> {
    /// Keeps a raise: it takes the place of the one before of the same budget and month.
    ///
    /// # Errors
    /// Those of SQLite; values that the table refuses were refused before.
    pub fn keep_raise(&self, user: &str, raise: &Raise) -> Result<(), LedgerError> {
        let sql = "INSERT INTO budget_raises (user_id, budget_id, month, revision, amount_nanos, reason, at, device_id)
            VALUES (?1, ?2, ?3, (SELECT coalesce(max(revision), 0) + 1 FROM budget_raises
                WHERE user_id = ?1 AND budget_id = ?2 AND month = ?3), ?4, ?5, ?6, ?7)";
        self.transaction.execute(
            sql,
            params![
                user,
                key(raise.budget.as_ref()),
                raise.month.first_day().number(),
                raise.amount.map(Money::nanos),
                raise.reason,
                raise.at.micros(),
                self.identity.device_id.as_bytes(),
            ],
        )?;
        Ok(())
    }
}

/// The cap's is empty.
fn key(budget: Option<&Uuid>) -> &[u8] {
    budget.map_or(&[], |id| id.as_bytes().as_slice())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Raise> {
    Ok(Raise {
        budget: Uuid::from_slice(row.get_ref(0)?.as_blob()?).ok(),
        month: Month::containing(Day::from_number(row.get(1)?)),
        amount: row.get::<_, Option<i64>>(2)?.map(Money::from_nanos),
        reason: row.get(3)?,
        at: Instant::from_micros(row.get(4)?),
    })
}
