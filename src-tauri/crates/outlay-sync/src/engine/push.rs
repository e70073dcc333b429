//! Sends what waits, a page at a time. A page that the server refuses is halved until the one row is found that it
//! does not take; that row is put aside, and all others are stored.

use std::collections::HashSet;

use uuid::Uuid;

use crate::engine::{Done, Session};
use crate::local::{Change, Local, Stands};
use crate::plan::Pushing;
use crate::remote::{Cause, Failing, Remote, Verdict};
use crate::report::{Step, SyncError};
use crate::state::{Judgement, Reconcile, judge};
use crate::table::{Row, RowId, Standing, Table};

/// A server that refuses more rows than this in one sync refuses for a reason that no row has; the rest waits.
const MOST_REFUSALS: u64 = 100;
/// What is kept beside a row whose key somebody else uses whose rows are not shown.
const HIDDEN: &str = "hidden";

impl<R, L> Session<'_, R, L>
where
    R: Remote,
    L: Local<Row = R::Row, Body = R::Body>,
{
    /// Pushes what waits, table by table.
    pub(super) fn push(&mut self) -> Done<(), R, L> {
        let of = self.local.waiting_count().map_err(SyncError::Local)?;
        let mut done = 0;
        for &table in self.remote.extent().tables() {
            while self.pushes() && self.report.quarantined < MOST_REFUSALS {
                let rows = self.local.waiting(table, self.request.page).map_err(SyncError::Local)?;
                if rows.is_empty() {
                    break;
                }
                self.at(Step::Pushing, done, of)?;
                if !self.push_page(table, &rows)? {
                    break;
                }
                done += counted(table, rows.len());
            }
        }
        Ok(())
    }

    /// Says whether more of this table may be pushed now.
    fn push_page(&mut self, table: Table, rows: &[R::Row]) -> Done<bool, R, L> {
        let failure = match self.change(|remote, bump| remote.push(table, rows, bump)) {
            Ok(stored) => return self.acknowledge(table, rows, &stored).map(|()| true),
            Err(SyncError::Remote(failure)) => failure,
            Err(error) => return Err(error),
        };
        match (failure.cause(), rows) {
            (Cause::ReadOnly, _) => {
                self.report.pushing = Pushing::ServerIsReadOnly;
                Ok(false)
            }
            (Cause::NotAllowed, _) | (Cause::RowRefused, [_]) if !self.is_about_the_rows()? => Ok(false),
            (Cause::RowRefused | Cause::NotAllowed, [row]) => {
                self.report.quarantined += 1;
                self.stand(vec![(row.id(), Standing::Refused, Some(failure.code()))])?;
                Ok(self.report.quarantined < MOST_REFUSALS)
            }
            (Cause::RowRefused | Cause::NotAllowed | Cause::TookTooLong, [_, _, ..]) => {
                let (first, second) = rows.split_at(rows.len() / 2);
                Ok(self.push_page(table, first)? && self.push_page(table, second)?)
            }
            _ => Err(SyncError::Remote(failure)),
        }
    }

    /// Whether rows are refused for what they say, and not because the member may write nothing any longer, or because
    /// the server was set back and lacks what they speak of: then they wait until that is there again.
    fn is_about_the_rows(&mut self) -> Done<bool, R, L> {
        let device = self.state.device;
        let server = self.ask(|remote| remote.handshake(device))?;
        if !server.can_write {
            self.report.pushing = Pushing::MemberMayNot;
            return Ok(false);
        }
        let sent = self.state.sent;
        if let Some(found) = server.counters.map(|counters| counters.mine)
            && judge(found, self.held, sent) == Judgement::SetBack
        {
            self.take_in(found, sent, sent)?;
        }
        Ok(self.state.reconcile != Reconcile::PushAgain || self.report.compared.is_some())
    }

    fn acknowledge(&mut self, table: Table, rows: &[R::Row], stored: &[Uuid]) -> Done<(), R, L> {
        let (new, others) = split(rows, stored);
        let mut standings: Vec<_> = new.iter().map(|row| (row.id(), Standing::Shared, None)).collect();
        self.note_pushed(table, new.len());
        let hidden = self.judge(table, others, &mut standings)?;
        if !hidden.is_empty() {
            // It may have been there for the push and gone for the judgement. A second push tells.
            let stored = self.change(|remote, bump| remote.push(table, &hidden, bump))?;
            let (new, hidden) = split(&hidden, &stored);
            self.note_pushed(table, new.len());
            standings.extend(new.iter().map(|row| (row.id(), Standing::Shared, None)));
            standings.extend(hidden.iter().filter_map(unsaid));
            standings.extend(hidden.iter().map(|row| self.hidden(row.id())));
        }
        self.stand(standings)
    }

    fn note_pushed(&mut self, table: Table, rows: usize) {
        let counted = counted(table, rows);
        self.report.pushed += counted;
        self.report.pairs += rows as u64 - counted;
    }

    /// Adds what is known of rows that were not stored, and returns those of which nothing is.
    fn judge(
        &mut self,
        table: Table,
        rows: Vec<R::Row>,
        standings: &mut Vec<Stands>,
    ) -> Done<Vec<R::Row>, R, L> {
        let mut hidden = Vec::new();
        if rows.is_empty() {
            return Ok(hidden);
        }
        let verdicts = self.ask(|remote| remote.judge(table, &rows))?;
        for (row, verdict) in rows.into_iter().zip(verdicts) {
            match verdict {
                Verdict::Known => {
                    self.report.known += counted(table, 1);
                    standings.extend(unsaid(&row));
                    standings.push((row.id(), Standing::Shared, None));
                }
                Verdict::Different => {
                    self.report.conflicts += 1;
                    standings.push((row.id(), Standing::Disputed, None));
                }
                Verdict::Hidden => hidden.push(row),
            }
        }
        Ok(hidden)
    }

    /// A row that somebody holds whose rows the member may not see. A key made of content says what that row says.
    fn hidden(&mut self, id: RowId) -> Stands {
        if id.is_deterministic() {
            self.report.known += counted(id.table, 1);
            (id, Standing::Unseen, None)
        } else {
            self.report.quarantined += 1;
            (id, Standing::Refused, Some(HIDDEN.to_owned()))
        }
    }

    /// Keeps what is known of rows from now on, together with the counter.
    pub(super) fn stand(&mut self, standings: Vec<Stands>) -> Done<(), R, L> {
        let mut change = Change::of(&self.state);
        change.standings = standings;
        self.keep(change)
    }
}

/// So many rows as a person counts them: which import contains what is said by pairs, which are none.
pub(super) fn counted(table: Table, rows: usize) -> u64 {
    if table == Table::ImportMembers { 0 } else { rows as u64 }
}

/// What a row says besides waits by itself if somebody else's copy of the row is there instead.
fn unsaid<T: Row>(row: &T) -> Option<Stands> {
    row.implied().map(|implied| (implied, Standing::Waiting, None))
}

/// Those that were stored, and those that were not.
fn split<T: Row>(rows: &[T], stored: &[Uuid]) -> (Vec<T>, Vec<T>) {
    let stored: HashSet<&Uuid> = stored.iter().collect();
    rows.iter().cloned().partition(|row| stored.contains(&row.id().key))
}
