//! What really travels: the rows of the ledger's tables, and what its alerts say. Both halves of the mirror, the
//! server's and this machine's, hand the engine these; what they mean belongs to `outlay-ledger`.
//!
//! On the way a user is called what the team calls them: names are translated where rows enter and leave this
//! machine's ledger.

use outlay_core::alert::{AlertType, Severity};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_ledger::sync::{AuthorityRow, BudgetRow, Generation, ImportRow, PriceRow, SmallRow as _, VoidRow};
use uuid::Uuid;

use crate::merge::Body;
use crate::table::{Row, RowId, Table};

/// A row of one of the tables that are never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerRow {
    /// A call or an aggregate.
    Generation(Box<Generation>),
    /// A file that was imported.
    Import(Box<ImportRow>),
    /// That an import contains a row.
    Member {
        /// The import.
        import: Uuid,
        /// The call or aggregate.
        generation: Uuid,
    },
    /// An undo or a redo.
    Void(VoidRow),
    /// An answer about who speaks.
    Authority(Box<AuthorityRow>),
    /// A price of a user's own.
    Price(PriceRow),
    /// A version of a named budget.
    Budget(BudgetRow),
}

impl LedgerRow {
    /// Whether this row and the server's of the same key say the same, whosever they are there.
    pub fn says_the_same(&self, there: &Self) -> bool {
        match (self, there) {
            (Self::Generation(here), Self::Generation(there)) => here.says_the_same(there),
            (Self::Import(here), Self::Import(there)) => here.says_the_same(there),
            (Self::Void(here), Self::Void(there)) => here.says_the_same(there),
            (Self::Authority(here), Self::Authority(there)) => here.says_the_same(there),
            (Self::Price(here), Self::Price(there)) => here.says_the_same(there),
            (Self::Budget(here), Self::Budget(there)) => here.says_the_same(there),
            (Self::Member { .. }, there) => self == there,
            _ => false,
        }
    }
}

impl Row for LedgerRow {
    fn id(&self) -> RowId {
        match self {
            Self::Generation(row) => RowId::generation(row.id),
            Self::Import(row) => RowId::whole(Table::Imports, row.id),
            Self::Member { import, generation } => RowId::member(*import, *generation),
            Self::Void(row) => RowId::whole(Table::Voids, row.id),
            Self::Authority(row) => RowId::whole(Table::Authorities, row.id),
            Self::Price(row) => RowId::whole(Table::Prices, row.id),
            Self::Budget(row) => RowId::whole(Table::Budgets, row.key()),
        }
    }

    /// A row that an import brought is contained in it.
    fn implied(&self) -> Option<RowId> {
        match self {
            Self::Generation(row) => row.import_id.map(|import| RowId::member(import, row.id)),
            _ => None,
        }
    }
}

/// What an alert says. Whose it is, is the member's who asks.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertBody {
    /// What it is about.
    pub alert_type: AlertType,
    /// What makes it the same alert when it is noticed again.
    pub dedupe_key: String,
    /// How urgent it is.
    pub severity: Severity,
    /// The sentence, with the arithmetic in it.
    pub message: String,
    /// The limit, in dollars or bytes: a copy for display.
    pub threshold: Option<f64>,
    /// What was reached, in dollars or bytes: a copy for display.
    pub actual: Option<f64>,
    /// The limit, exactly, where it is money.
    pub threshold_money: Option<Money>,
    /// What was reached, exactly, where it is money.
    pub actual_money: Option<Money>,
    /// Why it was foreseen, if somebody said so.
    pub expected: Option<String>,
    /// When it was raised.
    pub created_at: Instant,
}

impl Body for AlertBody {
    /// The more severe of two speaks. That it was foreseen stays, whoever said so; of two reasons the lesser.
    fn join(&self, theirs: &Self) -> Self {
        let speaks = if self.severity > theirs.severity { self } else { theirs };
        let expected = self.expected.iter().chain(&theirs.expected).min().cloned();
        Self { expected, ..speaks.clone() }
    }
}
