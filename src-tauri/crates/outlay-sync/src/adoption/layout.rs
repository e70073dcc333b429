//! Which column of a foreign table means what, and why a table cannot be read or not be written to.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::shape::{Column, ColumnKind, Shape, TableKind};

/// Columns that may say whose a row is, the likeliest first.
pub const USER_COLUMNS: [&str; 5] = ["clerk_user_id", "user_id", "owner_id", "member_id", "created_by"];

/// What a person decided. It is kept with the ledger; everything else is looked up anew each time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// The table's schema.
    pub schema: Option<String>,
    /// The table's name.
    pub table: Option<String>,
    /// The column that says whose a row is.
    pub user_column: Option<String>,
    /// What it says of the ledger's owner.
    pub me: Option<String>,
    /// The time zone of times that name none.
    pub zone: Option<String>,
    /// Where cached tokens stand.
    pub cached: Option<Cached>,
    /// Whether own rows may be added there.
    pub writes: bool,
}

/// Where cached tokens stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cached {
    /// The input contains them.
    Inside,
    /// They stand beside the input.
    Apart,
}

/// Which column means what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The table's schema.
    pub schema: String,
    /// The table's name.
    pub table: String,
    /// The id.
    pub id: Column,
    /// Whose it is.
    pub user: Column,
    /// When it was.
    pub created_at: Column,
    /// What kind of call.
    pub generation_type: Option<Column>,
    /// The model.
    pub model: Option<Column>,
    /// Who bills it.
    pub provider: Option<Column>,
    /// Input tokens.
    pub tokens_input: Option<Column>,
    /// Output tokens.
    pub tokens_output: Option<Column>,
    /// Cached tokens.
    pub cached_tokens: Option<Column>,
    /// Dollars.
    pub cost: Option<Column>,
    /// The application.
    pub application: Option<Column>,
    /// Milliseconds.
    pub duration: Option<Column>,
    /// The error that the call ended in.
    pub error: Option<Column>,
    /// The time zone of times that name none.
    pub zone: String,
    /// Where cached tokens stand.
    pub cached: Cached,
}

/// Why a table cannot be adopted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Obstacle {
    /// A column that it cannot do without.
    #[error("it has no column `{0}`")]
    Lacks(&'static str),
    /// Nobody says whose a row is.
    #[error("none of its columns says whose a row is; name it with --user-column")]
    NoUser,
    /// The named column is not there.
    #[error("it has no column `{0}` for users")]
    NoSuchColumn(String),
    /// A column of another kind than it must be.
    #[error("its column `{column}` is {found}, and must be {needed}")]
    OtherType {
        /// The column.
        column: String,
        /// What it is.
        found: String,
        /// What it must be.
        needed: &'static str,
    },
    /// A column that the login may not see.
    #[error("the login may not read its column `{0}`")]
    Closed(String),
}

/// Why nothing can be written to a table.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OnlyRead {
    /// It is no table.
    #[error("it is no table of its own but a view or a table of another server")]
    NoTable,
    /// Two rows could have one id.
    #[error("no unique index on ({0}) alone keeps an id from standing in two rows")]
    NoUniqueId(String),
    /// Policies hide rows.
    #[error("row-level security may hide rows from this login")]
    RowSecurity,
    /// A column that Outlay has no value for.
    #[error("its column `{0}` needs a value, and Outlay has none for it")]
    Needs(String),
    /// The login may not add rows.
    #[error("the login may not add rows to it")]
    MayNotAdd,
    /// A column that the login may not write.
    #[error("the login may not write its column `{0}`")]
    MayNot(String),
    /// A column that the server fills.
    #[error("its column `{0}` is filled by the server, so that it would not say what Outlay says")]
    Filled(String),
    /// A column without which rows would say less than they do here.
    #[error("it has no column `{0}`, so that rows would lose it")]
    Loses(&'static str),
    /// Times would be rounded.
    #[error("its column `{0}` keeps no microseconds, so that times would change on the way")]
    RoundsTimes(String),
    /// Amounts would be rounded to whole cents or the like.
    #[error(
        "its column `{column}` keeps {digits} digits behind the point, so that small costs would be lost"
    )]
    RoundsMoney {
        /// The column.
        column: String,
        /// Its digits.
        digits: u16,
    },
    /// What the server said when a row was tried and taken back.
    #[error("the server did not take a row that was tried and taken back: {0}")]
    Tried(String),
}

/// How a table can be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Which column means what; `None` while something is in the way.
    pub layout: Option<Layout>,
    /// Why it cannot be adopted.
    pub obstacles: Vec<Obstacle>,
    /// Columns that may say whose a row is.
    pub user_columns: Vec<String>,
    /// Why nothing can be written there.
    pub only_read: Vec<OnlyRead>,
}

/// Reads a table's shape in the light of what a person decided.
pub fn read(shape: &Shape, choices: &Choices) -> Reading {
    let mut finding = Finding { shape, obstacles: Vec::new() };
    let user_columns = finding.user_columns();
    let layout = finding.layout(choices, &user_columns);
    let obstacles = finding.obstacles;
    let layout = layout.filter(|_| obstacles.is_empty());
    let only_read = layout.as_ref().map(|layout| only_read(shape, layout)).unwrap_or_default();
    Reading { layout, obstacles, user_columns, only_read }
}

struct Finding<'s> {
    shape: &'s Shape,
    obstacles: Vec<Obstacle>,
}

impl Finding<'_> {
    fn user_columns(&self) -> Vec<String> {
        let fits = |column: &&Column| column.kind.is_text() || column.kind == ColumnKind::Uuid;
        let known = USER_COLUMNS.iter().filter_map(|name| self.shape.column(name)).filter(fits);
        known.map(|column| column.name.clone()).collect()
    }

    fn layout(&mut self, choices: &Choices, user_columns: &[String]) -> Option<Layout> {
        let is_instant = |kind| matches!(kind, ColumnKind::Instant { .. });
        let is_integer: fn(ColumnKind) -> bool = |kind| kind == ColumnKind::Integer;
        let id = self.needed("id", |kind| kind == ColumnKind::Uuid, "uuid");
        let created_at = self.needed("created_at", is_instant, "timestamptz or timestamp");
        let user = self.user(choices, user_columns);
        let text = ColumnKind::is_text;
        let (schema, table) = (self.shape.schema.clone(), self.shape.name.clone());
        let mut some = |name, fits: fn(ColumnKind) -> bool, needed| self.optional(name, fits, needed);
        Some(Layout {
            schema,
            table,
            generation_type: some("generation_type", text, "a text"),
            model: some("model_used", text, "a text"),
            provider: some("provider", text, "a text"),
            tokens_input: some("tokens_input", is_integer, "a whole number"),
            tokens_output: some("tokens_output", is_integer, "a whole number"),
            cached_tokens: some("cached_tokens", is_integer, "a whole number"),
            cost: some("cost_usd", ColumnKind::is_amount, "real, double precision or numeric"),
            application: some("application_id", |_| true, ""),
            duration: some("duration_ms", |_| true, "").filter(|column| column.kind == ColumnKind::Integer),
            error: some("error", |_| true, "").filter(|column| column.kind.is_text()),
            zone: choices.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
            cached: choices.cached.unwrap_or(Cached::Inside),
            id: id?,
            created_at: created_at?,
            user: user?,
        })
    }

    fn user(&mut self, choices: &Choices, candidates: &[String]) -> Option<Column> {
        if let Some(name) = &choices.user_column {
            let found = self.shape.columns.iter().find(|column| column.name == *name);
            return match found {
                Some(column) if column.kind.is_text() || column.kind == ColumnKind::Uuid => self.open(column),
                Some(column) => {
                    self.other_type(column, "text, varchar or uuid");
                    None
                }
                None => {
                    self.obstacles.push(Obstacle::NoSuchColumn(name.clone()));
                    None
                }
            };
        }
        match candidates {
            [] => {
                self.obstacles.push(Obstacle::NoUser);
                None
            }
            [first, ..] => self.shape.column(first).and_then(|column| self.open(column)),
        }
    }

    fn needed(
        &mut self,
        name: &'static str,
        fits: impl Fn(ColumnKind) -> bool,
        needed: &'static str,
    ) -> Option<Column> {
        let Some(column) = self.shape.column(name) else {
            self.obstacles.push(Obstacle::Lacks(name));
            return None;
        };
        if !fits(column.kind) {
            self.other_type(column, needed);
            return None;
        }
        self.open(column)
    }

    /// A column that may be lacking; where it is there, it must be what it is taken for.
    fn optional(
        &mut self,
        name: &str,
        fits: impl Fn(ColumnKind) -> bool,
        needed: &'static str,
    ) -> Option<Column> {
        let column = self.shape.column(name).filter(|column| column.may_read)?;
        if !fits(column.kind) {
            self.other_type(column, needed);
            return None;
        }
        Some(column.clone())
    }

    fn open(&mut self, column: &Column) -> Option<Column> {
        if !column.may_read {
            self.obstacles.push(Obstacle::Closed(column.name.clone()));
            return None;
        }
        Some(column.clone())
    }

    fn other_type(&mut self, column: &Column, needed: &'static str) {
        let (column, found) = (column.name.clone(), column.type_name.clone());
        self.obstacles.push(Obstacle::OtherType { column, found, needed });
    }
}

impl Layout {
    /// Whether times name no zone, so that one has to be given.
    pub const fn needs_zone(&self) -> bool {
        matches!(self.created_at.kind, ColumnKind::Instant { has_zone: false, .. })
    }

    /// Whether amounts are decimals and not floats.
    pub fn is_exact(&self) -> bool {
        !matches!(self.cost.as_ref().map(|cost| cost.kind), Some(ColumnKind::Real | ColumnKind::Double))
    }

    /// The columns that are written, each of which means something.
    pub fn written(&self) -> impl Iterator<Item = &Column> {
        let some = [
            &self.generation_type,
            &self.model,
            &self.provider,
            &self.tokens_input,
            &self.tokens_output,
            &self.cached_tokens,
            &self.cost,
            &self.duration,
            &self.error,
        ];
        [&self.id, &self.user, &self.created_at].into_iter().chain(some.into_iter().flatten())
    }
}

fn only_read(shape: &Shape, layout: &Layout) -> Vec<OnlyRead> {
    let mut reasons = Vec::new();
    if matches!(shape.kind, TableKind::View | TableKind::Elsewhere) {
        reasons.push(OnlyRead::NoTable);
    }
    if !shape.unique.contains(&layout.id.name) {
        reasons.push(OnlyRead::NoUniqueId(layout.id.name.clone()));
    }
    if shape.hides_rows {
        reasons.push(OnlyRead::RowSecurity);
    }
    let is_known = |column: &&Column| layout.written().any(|known| known.name == column.name);
    for column in &shape.columns {
        if is_known(&column) {
            continue;
        }
        if column.is_not_null && !column.has_default && !column.is_generated {
            reasons.push(OnlyRead::Needs(column.name.clone()));
        }
    }
    let may_add = layout.written().any(|column| column.may_write);
    if !may_add {
        reasons.push(OnlyRead::MayNotAdd);
    }
    for column in layout.written() {
        if column.is_generated {
            reasons.push(OnlyRead::Filled(column.name.clone()));
        } else if may_add && !column.may_write {
            reasons.push(OnlyRead::MayNot(column.name.clone()));
        }
    }
    reasons.extend(losses(layout));
    reasons
}

/// What rows would lose on the way.
fn losses(layout: &Layout) -> Vec<OnlyRead> {
    let kept = [
        ("model_used", &layout.model),
        ("tokens_input", &layout.tokens_input),
        ("tokens_output", &layout.tokens_output),
        ("cost_usd", &layout.cost),
    ];
    let lacking = kept.iter().filter(|(_, column)| column.is_none());
    let mut losses: Vec<OnlyRead> = lacking.map(|(name, _)| OnlyRead::Loses(name)).collect();
    if matches!(layout.created_at.kind, ColumnKind::Instant { keeps_micros: false, .. }) {
        losses.push(OnlyRead::RoundsTimes(layout.created_at.name.clone()));
    }
    if let Some(cost) = &layout.cost {
        match cost.kind {
            ColumnKind::Numeric(Some(digits @ ..4)) => {
                losses.push(OnlyRead::RoundsMoney { column: cost.name.clone(), digits });
            }
            ColumnKind::Integer => {
                losses.push(OnlyRead::RoundsMoney { column: cost.name.clone(), digits: 0 });
            }
            _ => {}
        }
    }
    losses
}
