//! What only a person can say about a table's rows, and what is taken for granted and said.

use outlay_core::money::Money;
use uuid::Uuid;

use super::layout::{Cached, Choices, Layout, Reading};

/// What was found in a table's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finds {
    /// The users with the most rows.
    pub users: Vec<UserRows>,
    /// How many users there are.
    pub user_count: u64,
    /// Rows with more cached than input tokens: they prove that cached tokens stand apart.
    pub proves_apart: u64,
    /// Rows with cached tokens, for whoever has to say where they stand.
    pub cached_examples: Vec<CachedExample>,
}

/// The rows of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRows {
    /// The user, as the table says it.
    pub user: String,
    /// How many rows.
    pub rows: u64,
    /// What they come to.
    pub spend: Money,
}

/// A row with cached tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedExample {
    /// Its id.
    pub id: Uuid,
    /// Its model.
    pub model: String,
    /// Input tokens, as the table says them.
    pub input: i64,
    /// Cached tokens, as the table says them.
    pub cached: i64,
}

/// What a person must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Which of several tables.
    Table(Vec<(String, String)>),
    /// Which of several columns says whose a row is.
    UserColumn(Vec<String>),
    /// Which of its values is the ledger's owner.
    Me,
    /// Whether input contains cached tokens.
    Cached,
}

/// What is taken for granted, and said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assumption {
    /// Times that name no zone are of this one.
    Zone(String),
    /// Cached tokens stand apart, for so many rows prove it.
    CachedApart(u64),
    /// The one user that there is, is the ledger's owner.
    OnlyUser(String),
}

impl Question {
    /// The flag that answers it.
    pub const fn flag(&self) -> &'static str {
        match self {
            Self::Table(_) => "--table",
            Self::UserColumn(_) => "--user-column",
            Self::Me => "--me",
            Self::Cached => "--cached",
        }
    }
}

impl Finds {
    /// What a person said, and what is plain without them.
    #[must_use]
    pub fn completed(&self, choices: &Choices, layout: &Layout) -> Choices {
        let mut choices = choices.clone();
        if choices.me.is_none()
            && let ([only], 1) = (&*self.users, self.user_count)
        {
            choices.me = Some(only.user.clone());
        }
        if choices.cached.is_none() {
            choices.cached = match (&layout.cached_tokens, self.proves_apart) {
                (None, _) => Some(Cached::Inside),
                (Some(_), 0) => None,
                (Some(_), _) => Some(Cached::Apart),
            };
        }
        choices.user_column.get_or_insert_with(|| layout.user.name.clone());
        if layout.needs_zone() {
            choices.zone.get_or_insert_with(|| layout.zone.clone());
        }
        choices
    }
}

/// What is still to be answered.
pub fn open_questions(reading: &Reading, finds: &Finds, choices: &Choices) -> Vec<Question> {
    let Some(layout) = &reading.layout else { return Vec::new() };
    let mut open = Vec::new();
    if choices.user_column.is_none() && reading.user_columns.len() > 1 {
        open.push(Question::UserColumn(reading.user_columns.clone()));
    }
    let complete = finds.completed(choices, layout);
    if complete.me.is_none() {
        open.push(Question::Me);
    }
    if complete.cached.is_none() {
        open.push(Question::Cached);
    }
    open
}

/// What is taken for granted.
pub fn assumptions(reading: &Reading, finds: &Finds, choices: &Choices) -> Vec<Assumption> {
    let Some(layout) = &reading.layout else { return Vec::new() };
    let mut said = Vec::new();
    if layout.needs_zone() && choices.zone.is_none() {
        said.push(Assumption::Zone(layout.zone.clone()));
    }
    if choices.cached.is_none() && layout.cached_tokens.is_some() && finds.proves_apart > 0 {
        said.push(Assumption::CachedApart(finds.proves_apart));
    }
    if choices.me.is_none()
        && let Some(only) = finds.completed(choices, layout).me
    {
        said.push(Assumption::OnlyUser(only));
    }
    said
}
