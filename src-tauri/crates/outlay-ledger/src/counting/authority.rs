//! Who speaks where two sets of rows describe the same money or the same usage.
//!
//! An authority is an answer that was stored, per provider, account and UTC days. It holds only while
//! a live import of the source that speaks covers the day: undoing that import gives the others their
//! voice back.

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::containment::Containment;
use super::{LeftOut, Reason};
use crate::error::LedgerError;

/// What an authority speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Covers {
    /// Cost.
    Money,
    /// Tokens and calls.
    Usage,
}

impl Covers {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Usage => "usage",
        }
    }
}

/// A stored answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authority {
    pub(crate) id: [u8; 16],
    pub(crate) first_day: i64,
    pub(crate) last_day: i64,
    pub(crate) covers: Covers,
    pub(crate) source: String,
    /// Within the source, the one import that speaks.
    pub(crate) import: Option<[u8; 16]>,
    pub(crate) revision: i64,
}

/// The row that an authority is asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) provider: &'a str,
    pub(crate) account: &'a str,
    pub(crate) source: &'a str,
    pub(crate) utc_day: i64,
    pub(crate) brought_by: i64,
    pub(crate) id: &'a [u8; 16],
}

/// All stored answers, by provider and account.
#[derive(Debug, Default)]
pub(crate) struct Authorities {
    by_account: FxHashMap<(String, String), Vec<Authority>>,
}

impl Authorities {
    /// Reads all answers.
    pub(crate) fn load(connection: &Connection) -> Result<Self, LedgerError> {
        let sql = "SELECT provider, account, id, first_day, last_day, covers, source, import_id, revision FROM authorities";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut authorities = Self::default();
        while let Some(row) = rows.next()? {
            let covers = if row.get_ref(5)?.as_str().unwrap_or_default() == "money" {
                Covers::Money
            } else {
                Covers::Usage
            };
            let authority = Authority {
                id: row.get(2)?,
                first_day: row.get(3)?,
                last_day: row.get(4)?,
                covers,
                source: row.get(6)?,
                import: row.get(7)?,
                revision: row.get(8)?,
            };
            authorities.insert(row.get(0)?, row.get(1)?, authority);
        }
        Ok(authorities)
    }

    /// Adds an answer.
    pub(crate) fn insert(&mut self, provider: String, account: String, authority: Authority) {
        self.by_account.entry((provider, account)).or_default().push(authority);
    }

    /// Whether nothing was ever asked.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_account.is_empty()
    }

    /// The greatest revision given so far for an account.
    pub(crate) fn latest_revision(&self, provider: &str, account: &str) -> i64 {
        let key = (provider.to_owned(), account.to_owned());
        self.by_account.get(&key).into_iter().flatten().map(|authority| authority.revision).max().unwrap_or(0)
    }

    /// The source that an answer between sources names for a day, if there is one.
    pub(crate) fn speaker(&self, provider: &str, account: &str, day: i64, covers: Covers) -> Option<&str> {
        let answers = self.by_account.get(&(provider.to_owned(), account.to_owned()))?;
        let answer = effective(answers, day, |answer| answer.covers == covers && answer.import.is_none())?;
        Some(&answer.source)
    }

    /// What of the row is left out because somebody else speaks for it.
    pub(crate) fn left_out(&self, asked: Asked<'_>, containment: &Containment) -> Option<LeftOut> {
        if self.is_empty() {
            return None;
        }
        let answers = self.by_account.get(&(asked.provider.to_owned(), asked.account.to_owned()))?;
        if self.replaced(answers, asked, containment) {
            return Some(LeftOut::whole(Reason::Replaced));
        }
        let silent = |covers| {
            let speaker = effective(answers, asked.utc_day, |answer| {
                answer.covers == covers && answer.import.is_none() && speaks(answer, asked, containment)
            });
            speaker.is_some_and(|answer| answer.source != asked.source)
        };
        let (money, usage) = (silent(Covers::Money), silent(Covers::Usage));
        (money || usage).then_some(LeftOut { money, usage, reason: Reason::AlsoReported })
    }

    fn replaced(&self, answers: &[Authority], asked: Asked<'_>, containment: &Containment) -> bool {
        let speaker = effective(answers, asked.utc_day, |answer| {
            answer.source == asked.source
                && answer.import.is_some_and(|id| containment.live_imports().any(|import| import.id == id))
        });
        let import = speaker.and_then(|answer| answer.import);
        import.is_some_and(|import| !containment.holds(&import, asked.brought_by, asked.id))
    }
}

/// Of the answers for a day that qualify, the greatest revision; on equal revision the greater id.
fn effective(answers: &[Authority], day: i64, qualifies: impl Fn(&Authority) -> bool) -> Option<&Authority> {
    answers
        .iter()
        .filter(|answer| (answer.first_day..=answer.last_day).contains(&day) && qualifies(answer))
        .max_by_key(|answer| (answer.revision, answer.id))
}

/// Whether a live import of the answer's source covers the day.
fn speaks(answer: &Authority, asked: Asked<'_>, containment: &Containment) -> bool {
    containment.live_imports().any(|import| {
        import.source == answer.source
            && import.provider == asked.provider
            && import.days.is_some_and(|(first, last)| (first..=last).contains(&asked.utc_day))
    })
}
