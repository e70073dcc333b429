//! What the catalogue says of a table. Looking it up is the server's part.

/// A table that is called like the original's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// Its columns in their order.
    pub columns: Vec<Column>,
    /// Columns with a unique index of their own that is valid, whole and not deferred.
    pub unique: Vec<String>,
    /// Whether policies may hide rows from the login.
    pub hides_rows: bool,
}

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// A table.
    Table,
    /// A table in partitions.
    Partitioned,
    /// A view, materialized or not.
    View,
    /// A table of another server.
    Elsewhere,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name as it is written in the catalogue.
    pub name: String,
    /// What it holds, whatever domains are around it.
    pub kind: ColumnKind,
    /// Its type as SQL writes it, domains and lengths with it.
    pub type_name: String,
    /// Whether it takes no null.
    pub is_not_null: bool,
    /// Whether it has a value where none is given.
    pub has_default: bool,
    /// Whether the server alone writes it.
    pub is_generated: bool,
    /// Whether the login may read it.
    pub may_read: bool,
    /// Whether the login may give it a value.
    pub may_write: bool,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// `uuid`.
    Uuid,
    /// A text of any kind.
    Text,
    /// One of a list of words.
    Enum,
    /// A whole number.
    Integer,
    /// A float of four bytes.
    Real,
    /// A float of eight bytes.
    Double,
    /// A decimal with so many digits behind the point; `None`: as many as given.
    Numeric(Option<u16>),
    /// An instant; whether it keeps microseconds.
    Instant {
        /// Whether it has a time zone.
        has_zone: bool,
        /// Whether it keeps microseconds.
        keeps_micros: bool,
    },
    /// Anything else.
    Other,
}

impl Shape {
    /// The column of a name: just so, or else the one that is written with other capitals.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let exact = self.columns.iter().find(|column| column.name == name);
        exact.or_else(|| self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)))
    }
}

impl ColumnKind {
    /// Whether names fit in.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Enum)
    }

    /// Whether amounts of money fit in.
    pub const fn is_amount(self) -> bool {
        matches!(self, Self::Real | Self::Double | Self::Numeric(_) | Self::Integer)
    }
}
