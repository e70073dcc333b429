//! Finds what the two sides do not both hold, bucket by bucket: pulls what is lacking here, and decides what to do
//! about own and others' rows that the server lacks.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::digest::{Difference, Digests, all_differences};
use crate::engine::push::counted;
use crate::engine::{Done, Session};
use crate::local::{Change, Held, Local};
use crate::look::Look;
use crate::plan::Pushing;
use crate::remote::{Asked, Extent, Remote};
use crate::report::{Step, SyncError, Verified};
use crate::state::Reconcile;
use crate::table::{Bucket, Row as _, RowId, Scope, Standing, Table};

/// So many pages of keys are looked at together.
const PAGES_TOGETHER: usize = 20;
/// So many pages of rows come in together, of days of which nothing is here.
const PAGES_OF_ROWS: usize = 2;

/// Buckets that differ, with their table.
type Differing = Vec<(Table, Difference)>;

/// Days, both included, of which nothing is here, and how many rows the server has of them.
struct Lacking {
    first: i64,
    last: i64,
    rows: u64,
}

impl<R, L> Session<'_, R, L>
where
    R: Remote,
    L: Local<Row = R::Row, Body = R::Body>,
{
    /// Compares as much as is due, and takes over what is lacking here.
    pub(super) fn compare(&mut self) -> Done<(), R, L> {
        let look = if self.state.reconcile == Reconcile::Done { self.plan.look } else { Look::All };
        let differing = self.differing(look)?;
        if differing.is_empty() {
            self.report.compared = Some(look);
            return Ok(());
        }
        // Before, for a pull that does not come to its end; after, for rows that were stored meanwhile.
        if self.vouch()? {
            return self.compare();
        }
        let (first, rest): (Vec<_>, Vec<_>) =
            differing.into_iter().partition(|(table, _)| *table < Table::ImportMembers);
        // A row counts as soon as the import that brought it is here.
        let (imports, rows): (Vec<_>, Vec<_>) =
            first.into_iter().partition(|(table, _)| *table == Table::Imports);
        self.compare_each(&imports)?;
        let (lacking, rows) = self.lacking_days(rows)?;
        self.pull_days(&lacking)?;
        self.compare_each(&rows)?;
        let rest = self.still_differing(rest, look)?;
        self.compare_each(&rest)?;
        if self.vouch()? {
            return self.compare();
        }
        self.report.compared = Some(look);
        Ok(())
    }

    fn compare_each(&mut self, differing: &[(Table, Difference)]) -> Done<(), R, L> {
        let (mut done, of) = (0, differing.len() as u64);
        for (table, buckets) in together(differing, self.request.page) {
            self.at(Step::Comparing, done, of)?;
            self.compare_buckets(table, &buckets)?;
            done += buckets.len() as u64;
        }
        Ok(())
    }

    /// Days of which nothing is here, as many together as may come in at once; and what else differs.
    fn lacking_days(&mut self, differing: Differing) -> Done<(Vec<Lacking>, Differing), R, L> {
        let most = (self.request.page * PAGES_OF_ROWS) as u64;
        // Another program's table may have to be read whole for each stretch of days.
        let has_days = self.remote.extent() == Extent::Everything;
        let (mut lacking, mut rest): (Vec<Lacking>, _) = (Vec::new(), Vec::new());
        for (table, difference) in differing {
            let (bucket, rows) = (difference.bucket, difference.there.count);
            let may_lack = has_days && difference.here.count == 0 && rows <= most;
            match bucket {
                // What waits, or is thought not to be shown, is here all the same.
                Bucket::Day(day)
                    if may_lack && self.local.held(table, bucket).map_err(SyncError::Local)?.is_empty() =>
                {
                    let before = lacking.last_mut();
                    match before.filter(|before| before.last + 1 == day && before.rows + rows <= most) {
                        Some(before) => (before.last, before.rows) = (day, before.rows + rows),
                        None => lacking.push(Lacking { first: day, last: day, rows }),
                    }
                }
                _ => rest.push((table, difference)),
            }
        }
        Ok((lacking, rest))
    }

    /// Pulls all rows of some days, while the next ones come in.
    fn pull_days(&mut self, lacking: &[Lacking]) -> Done<(), R, L> {
        let (mut done, of) = (0, lacking.iter().map(|days| days.rows).sum());
        let scope = self.plan.scope;
        let mut lacking = lacking.iter().peekable();
        while let Some(days) = lacking.next() {
            self.at(Step::Pulling, done, of)?;
            let rows = self.ask(|remote| remote.rows_of((days.first, days.last), scope))?;
            if let Some(next) = lacking.peek() {
                self.remote.expect(Asked::Days((next.first, next.last), scope));
            }
            self.take(Table::Generations, rows)?;
            done += days.rows;
        }
        Ok(())
    }

    fn take(&mut self, table: Table, rows: Vec<R::Row>) -> Done<(), R, L> {
        // Beside rows there may be the imports that bring them.
        let own = rows.iter().filter(|row| row.id().table == table).count();
        let counted = counted(table, own);
        self.report.pulled += counted;
        self.report.pairs += own as u64 - counted;
        let mut change = Change::of(&self.state);
        change.rows = rows;
        self.keep(change)
    }

    /// Without imports that differed only in rows which were pulled since then: these say themselves which brought them.
    fn still_differing(&mut self, mut differing: Differing, look: Look) -> Done<Differing, R, L> {
        if differing.iter().any(|(table, _)| *table == Table::ImportMembers) {
            let scope = self.plan.scope;
            let here = self.local.digests(Table::ImportMembers, look, scope).map_err(SyncError::Local)?;
            differing.retain(|(table, was)| {
                let now = here.get(&was.bucket).copied().unwrap_or_default();
                *table != Table::ImportMembers || now != was.there
            });
        }
        Ok(differing)
    }

    pub(super) fn pushes(&self) -> bool {
        self.report.pushing == Pushing::Allowed
    }

    fn differing(&mut self, look: Look) -> Done<Differing, R, L> {
        let scope = self.plan.scope;
        self.remote.expect(Asked::Digests(look, scope));
        let here = self.digests_here(look)?;
        let there = self.ask(|remote| remote.all_digests(look, scope))?;
        let differing = all_differences(&here, &there);
        self.found_there = Some((look, there));
        Ok(differing)
    }

    fn digests_here(&mut self, look: Look) -> Done<Vec<(Table, Digests)>, R, L> {
        let scope = self.plan.scope;
        let tables = self.remote.extent().tables();
        let mut here = Vec::with_capacity(tables.len());
        for &table in tables {
            self.at(Step::Comparing, 0, 0)?;
            here.push((table, self.local.digests(table, look, scope).map_err(SyncError::Local)?));
        }
        Ok(here)
    }

    fn compare_buckets(&mut self, table: Table, buckets: &[Bucket]) -> Done<(), R, L> {
        let scope = self.plan.scope;
        // In this order: what the server showed before it was asked must still be there.
        let mut held = Vec::with_capacity(buckets.len());
        for &bucket in buckets {
            held.push((bucket, self.local.held(table, bucket).map_err(SyncError::Local)?));
        }
        let mut shown: BTreeMap<Bucket, BTreeSet<Uuid>> = BTreeMap::new();
        for (bucket, key) in self.ask(|remote| remote.keys_of(table, buckets, scope))? {
            shown.entry(bucket).or_default().insert(key);
        }
        let (mut standings, mut lacking) = (Vec::new(), Vec::new());
        for (bucket, held) in held {
            let mut shown = shown.remove(&bucket).unwrap_or_default();
            for row in held {
                // What is left in the end is not here.
                if let Some(standing) = self.stands_now(&row, shown.remove(&row.key)) {
                    standings.push((RowId { table, bucket, key: row.key }, standing, None));
                }
            }
            lacking.extend(shown);
        }
        if let Some(&bucket) = buckets.first() {
            self.pull(table, bucket, &lacking)?;
        }
        if standings.is_empty() { Ok(()) } else { self.stand(standings) }
    }

    /// What is known of a row now that the server shows it or not; `None` if that is nothing new.
    fn stands_now(&mut self, row: &Held, is_shown: bool) -> Option<Standing> {
        match (row.standing, is_shown) {
            (Standing::Missing | Standing::Unseen | Standing::Gone, true) => {
                self.report.returned += 1;
                Some(Standing::Shared)
            }
            (Standing::Shared, true) if !row.is_mine && self.plan.scope == Scope::Mine => {
                Some(Standing::Claimed)
            }
            // What it says is compared when everything is.
            (Standing::Waiting | Standing::Refused, true) if self.remote.extent() == Extent::Calls => {
                Some(Standing::Shared)
            }
            // What was in its way is gone, or is shown now: the next push tells.
            (Standing::Refused, true) | (Standing::Disputed, false) => Some(Standing::Waiting),
            (Standing::Shared | Standing::Claimed, false) => self.lost(row),
            _ => None,
        }
    }

    fn lost(&mut self, row: &Held) -> Option<Standing> {
        // Others' rows are not shown to a member who may see only their own; and a server that cannot be written
        // to may lag behind.
        let is_expected = row.is_mine || self.plan.scope == Scope::Team;
        if !is_expected || self.report.pushing == Pushing::ServerIsReadOnly {
            return None;
        }
        if row.is_mine && row.is_said {
            // Whatever became of the row that said it: the next push says it by itself.
            return Some(Standing::Waiting);
        }
        if row.is_mine && self.state.reconcile == Reconcile::PushAgain {
            self.report.pushed_again += 1;
            return Some(Standing::Waiting);
        }
        self.report.missing += 1;
        Some(Standing::Missing)
    }

    fn pull(&mut self, table: Table, bucket: Bucket, keys: &[Uuid]) -> Done<(), R, L> {
        let (mut done, of) = (0, keys.len() as u64);
        let mut pages = keys.chunks(self.request.page).peekable();
        while let Some(page) = pages.next() {
            self.at(Step::Pulling, done, of)?;
            let rows = self.ask(|remote| remote.rows(table, bucket, page))?;
            // While these are written here the next ones come in.
            if let Some(next) = pages.peek().filter(|_| table == Table::Generations) {
                self.remote.expect(Asked::Rows(next.to_vec()));
            }
            done += page.len() as u64;
            self.take(table, rows)?;
        }
        Ok(())
    }

    /// Says whether both sides are identical, if everything was compared.
    pub(super) fn verify(&mut self) -> Done<(), R, L> {
        if self.report.compared != Some(Look::All) {
            return Ok(());
        }
        self.at(Step::Verifying, 0, 0)?;
        let scope = self.plan.scope;
        self.report.scope = Some(scope);
        self.remote.expect(Asked::Counted(scope));
        let buckets = self.left_over()?;
        let here = self.local.counted(scope).map_err(SyncError::Local)?;
        let there = self.ask(|remote| remote.counted(scope))?;
        // What counts is decided over everybody's rows: who is shown their own only cannot come to the same. A newer
        // file of somebody else's may speak for a fact in place of theirs.
        // And another program's table says nothing about what counts.
        let extent = self.remote.extent();
        let is_same = here == there || scope == Scope::Mine || extent == Extent::Calls;
        let said = if extent == Extent::Calls { there } else { here };
        self.report.verified = Some(if buckets == 0 && is_same {
            Verified::Identical { rows: said.rows, spend: said.spend }
        } else {
            Verified::Different { buckets, here, there }
        });
        Ok(())
    }

    /// How many buckets differ in the end. If all is here that the server showed when it was asked, it is not asked again.
    fn left_over(&mut self) -> Done<u64, R, L> {
        if let Some((Look::All, there)) = self.found_there.take() {
            let here = self.digests_here(Look::All)?;
            if all_differences(&here, &there).is_empty() {
                return Ok(0);
            }
        }
        Ok(self.differing(Look::All)?.len() as u64)
    }
}

/// Differing buckets by table, days together up to so many pages of rows; others have many rows, or none beside them.
fn together(differing: &[(Table, Difference)], page: usize) -> Vec<(Table, Vec<Bucket>)> {
    let most = (page * PAGES_TOGETHER) as u64;
    let mut all: Vec<(Table, Vec<Bucket>)> = Vec::new();
    let mut rows = 0;
    for (table, difference) in differing {
        let count = difference.here.count.max(difference.there.count);
        rows += count;
        match all.last_mut() {
            Some((Table::Generations, buckets)) if *table == Table::Generations && rows <= most => {
                buckets.push(difference.bucket);
            }
            _ => {
                rows = count;
                all.push((*table, vec![difference.bucket]));
            }
        }
    }
    all
}
