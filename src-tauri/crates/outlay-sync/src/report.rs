//! What a sync did, what it is doing, and why it ended early: values, which hosts put into words.

use std::ops::ControlFlow;

use outlay_core::money::Money;

use crate::look::Look;
use crate::plan::{Notice, Pushing, Stop};
use crate::remote::Counted;
use crate::table::Scope;

/// What was done, also by a sync that ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Rows that the server stored. Which import contains what is said by `pairs`, which are no rows.
    pub pushed: u64,
    /// Rows that the server held already.
    pub known: u64,
    /// Rows that came from the server.
    pub pulled: u64,
    /// Pairs of an import and a row that it contains that went either way.
    pub pairs: u64,
    /// Own rows that a server that was set back had lost: they are pushed again.
    pub pushed_again: u64,
    /// Rows that the server has no longer; a person is asked.
    pub missing: u64,
    /// Rows that were missing, and are there again.
    pub returned: u64,
    /// Rows and alerts that the server does not take, and rows of the server that no ledger takes.
    pub quarantined: u64,
    /// Rows with another content on the server, and columns that both sides changed.
    pub conflicts: u64,
    /// Alerts sent and taken.
    pub alerts: u64,
    /// Records sent and taken.
    pub records: u64,
    /// How much was compared; `None` if it did not come to that.
    pub compared: Option<Look>,
    /// Whether rows could be pushed.
    pub pushing: Pushing,
    /// What happened since the last sync.
    pub notices: Vec<Notice>,
    /// By how many microseconds this machine's clock was ahead of the server's; `None` if it did not come to that.
    pub clock_ahead: Option<i64>,
    /// Whether both sides are identical, where everything was compared.
    pub verified: Option<Verified>,
    /// Whose rows were compared; `None` if it did not come to that.
    pub scope: Option<Scope>,
    /// The server lacks rows that only a comparison finds, and there was none.
    pub leaves_to_compare: bool,
}

impl Report {
    pub(crate) fn new(pushing: Pushing, notices: Vec<Notice>) -> Self {
        Self {
            pushed: 0,
            known: 0,
            pulled: 0,
            pairs: 0,
            pushed_again: 0,
            missing: 0,
            returned: 0,
            quarantined: 0,
            conflicts: 0,
            alerts: 0,
            records: 0,
            compared: None,
            pushing,
            notices,
            clock_ahead: None,
            verified: None,
            scope: None,
            leaves_to_compare: false,
        }
    }

    /// Whether something was found that a person should look at.
    pub const fn is_alarming(&self) -> bool {
        self.missing + self.quarantined + self.conflicts > 0
    }
}

/// What a comparison of everything came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// Both sides hold the same rows, and so many of them count and come to so much.
    Identical {
        /// Rows that count.
        rows: u64,
        /// What they come to.
        spend: Money,
    },
    /// They do not, in so many buckets, or they come to something else.
    Different {
        /// Buckets that differ.
        buckets: u64,
        /// What counts here.
        here: Counted,
        /// What counts there.
        there: Counted,
    },
}

/// Where a sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Asking the server who it is.
    Greeting,
    /// Sending rows; `done` of `of` that waited.
    Pushing,
    /// Comparing, bucket by bucket of those that differ.
    Comparing,
    /// Fetching the rows of a bucket.
    Pulling,
    /// Alerts and records.
    Settling,
    /// Comparing what both sides come to.
    Verifying,
}

/// What is told before each statement; whoever is told can end the sync there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Where it is.
    pub step: Step,
    /// How much of it is done.
    pub done: u64,
    /// Of how much; 0 if that is not known.
    pub of: u64,
}

/// Hears of progress, and breaks to end the sync before the next statement.
pub type Watch<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// Why a sync ended early. Whatever it is, nothing is lost, and the next one goes on.
#[derive(Debug, thiserror::Error)]
pub enum SyncError<R: std::error::Error, L: std::error::Error> {
    /// There must be none.
    #[error(transparent)]
    Stopped(#[from] Stop),
    /// The server, or the way there.
    #[error("the server did not do it: {0}")]
    Remote(R),
    /// This machine's ledger.
    #[error("this machine's ledger did not do it: {0}")]
    Local(L),
    /// The server lost the device counter again and again while it was spoken to.
    #[error("the server does not keep what it is told; it may be several servers that do not agree")]
    Unsteady,
    /// It was ended from outside.
    #[error("the sync was cancelled")]
    Cancelled,
}
