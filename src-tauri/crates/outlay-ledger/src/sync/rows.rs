//! The rows that travel, as plain values: texts instead of the numbers that this file gives them, local names of users.

use outlay_core::basis::CostBasis;
use outlay_core::identity::Fingerprint;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::names::{RowId, Table};
use super::records::Stored;
use crate::tables::voids::Action;

/// A call, or a row that a provider aggregated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Generation {
    /// Its id; the first 48 bits are the milliseconds of `created_at`.
    pub id: Uuid,
    /// Whose spend it is.
    pub user_id: String,
    /// The import that brought it; `None`: recorded by hand.
    pub import_id: Option<Uuid>,
    /// The machine on which it was recorded; of a row that an import brought, that import's.
    pub device_id: Option<Uuid>,
    /// The application.
    pub application_id: Option<Uuid>,
    /// `chat`, `embedding`, ...
    pub generation_type: String,
    /// The model as the source writes it.
    pub model_used: String,
    /// Who bills it.
    pub provider: String,
    /// The account at the provider.
    pub account: String,
    /// The kind of source.
    pub source: String,
    /// The natural key.
    pub source_key: String,
    /// The hash of the parsed values.
    #[serde(serialize_with = "fingerprint_in_hex")]
    pub fingerprint: Fingerprint,
    /// When, or the start of the bucket.
    pub created_at: Instant,
    /// The end of an aggregate's bucket.
    pub period_end: Option<Instant>,
    /// How many requests, where the source says it.
    pub request_count: Option<i64>,
    /// All input tokens.
    pub tokens_input: i64,
    /// All output tokens.
    pub tokens_output: i64,
    /// Of the input, read from a cache.
    pub cached_tokens: i64,
    /// Of the input, written to a cache.
    pub cache_write_tokens: i64,
    /// Of those, with the longer lifetime.
    pub cache_write_long_tokens: i64,
    /// Of the output, reasoning.
    pub reasoning_tokens: i64,
    /// Other counted units: a JSON object, or nothing.
    pub other_units: Option<String>,
    /// Money out.
    pub cost: Money,
    /// What it rests on.
    pub cost_basis: CostBasis,
    /// The value at list price, where known.
    pub list: Option<Money>,
    /// Whether the cost was decimal at its source.
    pub cost_exact: bool,
    /// The price that was applied; empty where none was.
    pub price_id: String,
    /// How the model's name was read and what was guessed.
    pub price_note: String,
    /// When a price was asked for; `None` is the first pricing.
    pub priced_at: Option<Instant>,
    /// Empty is the provider's default.
    pub service_tier: String,
    /// Run as a batch.
    pub batch: bool,
    /// What else changes the price: a JSON object of texts.
    pub variant: String,
    /// The provider's names: a JSON object of texts.
    pub labels: String,
    /// In milliseconds.
    pub duration_ms: Option<i64>,
    /// The error that the call ended in.
    pub error: Option<String>,
    /// What came in, redacted.
    pub input_summary: Option<String>,
    /// What came out, redacted.
    pub output_summary: Option<String>,
}

/// A file that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportRow {
    /// Its id.
    pub id: Uuid,
    /// Who imported it.
    pub user_id: String,
    /// The machine on which it was imported.
    pub device_id: Uuid,
    /// The file's name, without its folder.
    pub file_name: String,
    /// BLAKE3 of its bytes.
    #[serde(serialize_with = "in_hex")]
    pub file_hash: [u8; 32],
    /// Its length.
    pub file_bytes: i64,
    /// The kind of source.
    pub source: String,
    /// Who bills it.
    pub provider: String,
    /// The account at the provider.
    pub account: String,
    /// The instant at which the provider made the file, as well as known.
    pub as_of: Instant,
    /// When it was imported.
    pub imported_at: Instant,
    /// First and last UTC day that it covers.
    pub days: Option<(i64, i64)>,
    /// Bounds of the rows that it brought to the ledger into which it was imported.
    pub ids: Option<(Uuid, Uuid)>,
    /// New, known, restated, quarantined, empty and ignored rows, as found there.
    pub found: [i64; 6],
    /// A JSON array of sentences.
    pub notes: String,
}

/// An event of undo or redo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoidRow {
    /// Its id.
    pub id: Uuid,
    /// Who did it.
    pub user_id: String,
    /// An import or a generation.
    pub target: Uuid,
    /// Whether the target is an import.
    pub of_import: bool,
    /// What the event says.
    #[serde(serialize_with = "action_word")]
    pub action: Action,
    /// Of a target the greatest decides.
    pub revision: i64,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// Where.
    pub device_id: Uuid,
}

/// An answer about who speaks where two sets of rows overlap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthorityRow {
    /// Its id.
    pub id: Uuid,
    /// Who answered.
    pub user_id: String,
    /// Who bills the rows.
    pub provider: String,
    /// The account whose rows it is about.
    pub account: String,
    /// First and last UTC day.
    pub days: (i64, i64),
    /// `money`, `usage` or `rows`.
    pub covers: String,
    /// The source that speaks.
    pub source: String,
    /// The account of its rows.
    pub speaker_account: String,
    /// Of `rows` the type; else empty.
    pub generation_type: String,
    /// Of `rows` the import that speaks.
    pub import_id: Option<Uuid>,
    /// The import that it speaks over; `None`: all older ones.
    pub over_import: Option<Uuid>,
    /// The greatest holds.
    pub revision: i64,
    /// When.
    pub at: Instant,
    /// Where.
    pub device_id: Uuid,
}

/// A price of the user's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriceRow {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub user_id: String,
    /// Who bills it.
    pub provider: String,
    /// The model.
    pub model: String,
    /// From when on.
    pub valid_from: Instant,
    /// A JSON object: bucket -> nano-dollars per million.
    pub rates: String,
    /// When it was set.
    pub at: Instant,
    /// Where.
    pub device_id: Uuid,
}

/// A version of a named budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BudgetRow {
    /// The budget's id.
    pub id: Uuid,
    /// From 1; the greatest speaks.
    pub revision: i64,
    /// Where it was kept.
    pub device_id: Uuid,
    /// Whose.
    pub user_id: String,
    /// Its name.
    pub name: String,
    /// Empty: not by provider.
    pub provider: String,
    /// Empty: not by model.
    pub model: String,
    /// The amount per month.
    pub amount: Money,
    /// `notify` or `block`.
    pub mode: String,
    /// In percent.
    pub warn_at_pct: i64,
    /// Whether this version removes the budget.
    pub removed: bool,
    /// When.
    pub at: Instant,
}

impl BudgetRow {
    /// The key under which it travels: of the budget, the revision and all that the version says, but not of whose it
    /// is, which is called otherwise on the server.
    pub fn key(&self) -> Uuid {
        let said = serde_json::json!([
            self.revision,
            self.device_id,
            self.name,
            self.provider,
            self.model,
            self.amount.nanos(),
            self.mode,
            self.warn_at_pct,
            self.removed,
            self.at.micros(),
        ]);
        Uuid::new_v5(&self.id, said.to_string().as_bytes())
    }
}

/// A row that travels under one key in a small table.
pub trait SmallRow: Stored + PartialEq + Clone {
    /// Its table.
    const TABLE: Table;

    /// Its key.
    fn key(&self) -> Uuid;

    /// Whose it is.
    fn user_id(&self) -> &str;

    /// Whether both say the same, whatever the name of their user is here and there.
    fn says_the_same(&self, other: &Self) -> bool;

    /// Its name.
    fn name(&self) -> RowId {
        RowId::whole(Self::TABLE, self.key())
    }
}

macro_rules! small_rows {
    ($($row:ident in $table:ident by $key:expr $(, json $json:ident)?;)+) => {
        $(impl SmallRow for $row {
            const TABLE: Table = Table::$table;

            fn key(&self) -> Uuid {
                let key: fn(&Self) -> Uuid = $key;
                key(self)
            }

            fn user_id(&self) -> &str {
                &self.user_id
            }

            fn says_the_same(&self, other: &Self) -> bool {
                let here = Self { user_id: other.user_id.clone(), ..self.clone() };
                $(if is_same_json(&here.$json, &other.$json) {
                    return Self { $json: other.$json.clone(), ..here } == *other;
                })?
                here == *other
            }
        })+
    };
}

small_rows! {
    ImportRow in Imports by |row| row.id, json notes;
    VoidRow in Voids by |row| row.id;
    AuthorityRow in Authorities by |row| row.id;
    PriceRow in Prices by |row| row.id, json rates;
    BudgetRow in Budgets by Self::key;
}

/// Whether two texts are the same JSON: a server writes it with other spaces and in another order.
fn is_same_json(one: &str, other: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    one == other || read(one).is_some_and(|value| read(other) == Some(value))
}

fn in_hex<S: Serializer, const N: usize>(bytes: &[u8; N], serializer: S) -> Result<S::Ok, S::Error> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    serializer.serialize_str(&hex)
}

fn fingerprint_in_hex<S: Serializer>(fingerprint: &Fingerprint, serializer: S) -> Result<S::Ok, S::Error> {
    in_hex(&fingerprint.0, serializer)
}

fn action_word<S: Serializer>(action: &Action, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(action.as_str())
}
