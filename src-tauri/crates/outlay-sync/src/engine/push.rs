//! Sends what waits, a page at a time. A page that the server refuses is halved until the one row is found that it
//! does not take; that row is put aside, and all others are stored.

use crate::engine::{Done, Session};
use crate::local::{Change, Local};
use crate::plan::Pushing;
use crate::remote::{Cause, Failing, Remote, Verdict};
use crate::report::{Step, SyncError};
use crate::table::{Row, RowId, Standing, Table};

/// A server that refuses more rows than this in one sync refuses for a reason that no row has; the rest waits.
const MOST_REFUSALS: u64 = 100;

impl<R, L> Session<'_, R, L>
where
    R: Remote,
    L: Local<Row = R::Row, Body = R::Body>,
{
    /// Pushes what waits, table by table.
    pub(super) fn push(&mut self) -> Done<(), R, L> {
        let of = self.local.waiting_count().map_err(SyncError::Local)?;
        let mut done = 0;
        for table in Table::ALL {
            while self.report.pushing == Pushing::Allowed && self.report.quarantined < MOST_REFUSALS {
                let rows = self.local.waiting(table, self.request.page).map_err(SyncError::Local)?;
                if rows.is_empty() {
                    break;
                }
                self.at(Step::Pushing, done, of)?;
                self.push_page(table, &rows)?;
                done += rows.len() as u64;
            }
        }
        Ok(())
    }

    fn push_page(&mut self, table: Table, rows: &[R::Row]) -> Done<(), R, L> {
        let failure = match self.change(|remote, bump| remote.push(table, rows, bump)) {
            Ok(stored) => return self.acknowledge(table, rows, &stored),
            Err(SyncError::Remote(failure)) => failure,
            Err(error) => return Err(error),
        };
        match (failure.cause(), rows) {
            (Cause::ReadOnly, _) => {
                self.report.pushing = Pushing::ServerIsReadOnly;
                Ok(())
            }
            (Cause::NotAllowed, _) if !self.may_still_write()? => {
                self.report.pushing = Pushing::MemberMayNot;
                Ok(())
            }
            (Cause::RowRefused | Cause::NotAllowed, [row]) => {
                self.report.quarantined += 1;
                self.stand(vec![(row.id(), Standing::Refused, Some(failure.code()))])
            }
            (Cause::RowRefused | Cause::NotAllowed | Cause::TookTooLong, [_, _, ..]) => {
                let (first, second) = rows.split_at(rows.len() / 2);
                self.push_page(table, first)?;
                let goes_on =
                    self.report.pushing == Pushing::Allowed && self.report.quarantined < MOST_REFUSALS;
                if goes_on { self.push_page(table, second) } else { Ok(()) }
            }
            _ => Err(SyncError::Remote(failure)),
        }
    }

    /// Whether it is single rows that are not allowed, or everything.
    fn may_still_write(&mut self) -> Done<bool, R, L> {
        let device = self.state.device;
        Ok(self.ask(|remote| remote.handshake(device))?.can_write)
    }

    fn acknowledge(&mut self, table: Table, rows: &[R::Row], stored: &[uuid::Uuid]) -> Done<(), R, L> {
        let is_stored = |row: &&R::Row| stored.contains(&row.id().key);
        let (new, others): (Vec<&R::Row>, Vec<&R::Row>) = rows.iter().partition(is_stored);
        let others: Vec<R::Row> = others.into_iter().cloned().collect();
        let mut standings: Vec<_> = new.iter().map(|row| (row.id(), Standing::Shared, None)).collect();
        if !others.is_empty() {
            let verdicts = self.ask(|remote| remote.judge(table, &others))?;
            standings
                .extend(others.iter().zip(verdicts).map(|(row, verdict)| self.judged(row.id(), verdict)));
        }
        self.report.pushed += new.len() as u64;
        self.stand(standings)
    }

    fn judged(&mut self, id: RowId, verdict: Verdict) -> (RowId, Standing, Option<String>) {
        let standing = match verdict {
            Verdict::Known => Standing::Shared,
            Verdict::Different => Standing::Disputed,
            // The key says what the row says: somebody else holds the same fact.
            Verdict::Hidden if id.is_deterministic() => Standing::Unseen,
            Verdict::Hidden => Standing::Refused,
        };
        match standing {
            Standing::Disputed => self.report.conflicts += 1,
            Standing::Refused => self.report.quarantined += 1,
            _ => self.report.known += 1,
        }
        let words = (standing == Standing::Refused).then(|| "hidden".to_owned());
        (id, standing, words)
    }

    /// Keeps what is known of rows from now on, together with the counter.
    pub(super) fn stand(&mut self, standings: Vec<(RowId, Standing, Option<String>)>) -> Done<(), R, L> {
        let mut change = Change::of(&self.state);
        change.standings = standings;
        self.keep(&change)
    }
}
