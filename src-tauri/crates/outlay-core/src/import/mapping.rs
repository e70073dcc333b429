//! The user's mapping of any other table: which column holds what, guessed from the header at first.
//!
//! How a mapped row is read stands in `sources::mapped`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dates::{DateOrder, is_day};
use super::table::normalise;
use super::values::DecimalMark;

/// What a column, or a constant, can say about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// When the call was made, or the start of the bucket. Needed.
    CreatedAt,
    /// The end of an aggregate's bucket.
    PeriodEnd,
    /// The model. Needed.
    Model,
    /// All input tokens; see [`InputTokens`] for whether cached ones are within.
    InputTokens,
    /// Output tokens, reasoning included.
    OutputTokens,
    /// Input tokens that were read from a cache.
    CachedTokens,
    /// Input tokens that were written to a cache.
    CacheWriteTokens,
    /// Input tokens that were written to a cache with the longer lifetime.
    CacheWriteLongTokens,
    /// Reasoning tokens, within the output.
    ReasoningTokens,
    /// Money; see [`CostMeaning`] and [`CostUnit`].
    Cost,
    /// The currency of the cost; rows that are not in US dollars are refused.
    Currency,
    /// An id of the call that is unique and never changes.
    Id,
    /// Who bills it.
    Provider,
    /// `chat`, `embedding`, or what the user says.
    GenerationType,
    /// The project, workspace or app.
    Project,
    /// The provider's user.
    User,
    /// The key, by name.
    ApiKey,
    /// How many calls the row stands for.
    RequestCount,
    /// How long the call took, in milliseconds.
    DurationMs,
    /// The error that the call ended in.
    Error,
    /// The service tier.
    ServiceTier,
    /// Whether it ran as a batch.
    Batch,
}

/// Whether a table's input tokens include the cached ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum InputTokens {
    /// As OpenAI and OpenRouter count: cached tokens are within the input.
    #[default]
    IncludeCached,
    /// As Anthropic counts: cached tokens stand beside the input.
    ExcludeCached,
}

/// What the cost of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum CostMeaning {
    /// The provider's own figure.
    #[default]
    Billed,
    /// A client's or proxy's figure from a list of prices.
    Estimated,
}

/// The unit of a table's cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum CostUnit {
    /// Dollars.
    #[default]
    Dollars,
    /// Hundredths of a dollar.
    Cents,
}

/// How to read a table that no known export has the header of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// The column of each field, by its name in the header.
    pub fields: BTreeMap<Field, String>,
    /// What every row says, where no column does.
    pub constants: BTreeMap<Field, String>,
    /// Whether input tokens include the cached ones.
    pub input_tokens: InputTokens,
    /// What the cost is.
    pub cost_meaning: CostMeaning,
    /// The unit of the cost.
    pub cost_unit: CostUnit,
    /// Which part of `6/7/26` is the month; found from the file where it shows it.
    pub date_order: Option<DateOrder>,
    /// The decimal mark; found from the file otherwise.
    pub decimal: Option<DecimalMark>,
}

impl Field {
    /// Every one, those that are needed first.
    pub const ALL: &[Self] = &[
        Self::CreatedAt,
        Self::Model,
        Self::InputTokens,
        Self::OutputTokens,
        Self::Cost,
        Self::CachedTokens,
        Self::CacheWriteTokens,
        Self::CacheWriteLongTokens,
        Self::ReasoningTokens,
        Self::Currency,
        Self::Id,
        Self::PeriodEnd,
        Self::RequestCount,
        Self::Provider,
        Self::GenerationType,
        Self::Project,
        Self::User,
        Self::ApiKey,
        Self::DurationMs,
        Self::Error,
        Self::ServiceTier,
        Self::Batch,
    ];

    /// Of each of these one is needed.
    pub const NEEDED: &[&[Self]] =
        &[&[Self::CreatedAt], &[Self::Model], &[Self::InputTokens, Self::OutputTokens, Self::Cost]];

    /// Whether one text may stand for the cells of every row: where cells are texts and no numbers or times.
    pub const fn takes_constant(self) -> bool {
        matches!(
            self,
            Self::Model
                | Self::Currency
                | Self::Provider
                | Self::GenerationType
                | Self::Project
                | Self::User
                | Self::ApiKey
                | Self::ServiceTier
                | Self::Batch
        )
    }
}

impl Mapping {
    /// Whether rows are known by an id of the source, so that the account is no part of their identity.
    pub fn has_id(&self) -> bool {
        self.fields.contains_key(&Field::Id)
    }

    /// The fields that are needed and that neither a column nor a constant gives, in words.
    pub fn missing(&self) -> Vec<&'static str> {
        let gives = |field| self.fields.contains_key(&field) || self.constants.contains_key(&field);
        let amounts = [Field::InputTokens, Field::OutputTokens, Field::Cost];
        let needed = [
            (self.fields.contains_key(&Field::CreatedAt), "the date"),
            (gives(Field::Model), "the model"),
            (amounts.iter().any(|field| self.fields.contains_key(field)), "tokens or the cost"),
        ];
        needed.into_iter().filter(|(given, _)| !given).map(|(_, name)| name).collect()
    }

    /// Whether a row may stand for many calls: the mapping says where a bucket ends or how many calls it
    /// has; or there is nothing of single calls, and the first dates, `starts`, are all days. A table with
    /// ids is known by these.
    pub(crate) fn sums_calls<'a>(&self, starts: impl Iterator<Item = &'a str>) -> bool {
        let has = |field: &Field| self.fields.contains_key(field);
        if self.has_id() {
            return false;
        }
        if [Field::PeriodEnd, Field::RequestCount].iter().any(has) {
            return true;
        }
        let mut starts = starts.peekable();
        let of_one_call = [Field::DurationMs, Field::Error].iter().any(has);
        !of_one_call && starts.peek().is_some() && starts.all(is_day)
    }

    /// Who bills the table, lower case: the first of the column's cells, else the constant.
    pub(crate) fn provider<'a>(&self, mut cells: impl Iterator<Item = &'a str>) -> String {
        let constant = self.constants.get(&Field::Provider).map(|constant| constant.trim());
        let named = cells.find(|cell| !cell.eq_ignore_ascii_case("null")).or(constant);
        named.filter(|name| !name.is_empty()).unwrap_or("other").to_lowercase()
    }

    /// The columns that the mapping names.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.fields.values().map(String::as_str)
    }
}

/// The name under which a mapping for a header is remembered: a hash of the normalised names, in order.
pub fn header_signature(header: &[String]) -> String {
    let mut hasher = blake3::Hasher::new();
    for title in header {
        hasher.update(normalise(title).as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// The names that columns of each field have in the wild, likeliest first.
const NAMES: &[(Field, &[&str])] = &[
    (
        Field::CreatedAt,
        &[
            "created_at",
            "timestamp",
            "date",
            "time",
            "starttime",
            "start_time",
            "datetime",
            "request_created_at",
            "usage_date",
            "day",
        ],
    ),
    (Field::PeriodEnd, &["period_end", "end_time", "endtime"]),
    (Field::Model, &["model", "model_name", "model_used", "model_id", "model_version", "model_group"]),
    (
        Field::InputTokens,
        &[
            "input_tokens",
            "prompt_tokens",
            "tokens_input",
            "tokens_prompt",
            "inputusage",
            "tokens_in",
            "input",
        ],
    ),
    (
        Field::OutputTokens,
        &[
            "output_tokens",
            "completion_tokens",
            "tokens_output",
            "tokens_completion",
            "outputusage",
            "tokens_out",
            "output",
        ],
    ),
    (
        Field::CachedTokens,
        &[
            "cached_tokens",
            "cache_read_tokens",
            "cache_read_input_tokens",
            "cached_input_tokens",
            "tokens_cached",
            "cache_read",
        ],
    ),
    (
        Field::CacheWriteTokens,
        &["cache_write_tokens", "cache_creation_input_tokens", "cache_creation_tokens", "cache_write"],
    ),
    (Field::ReasoningTokens, &["reasoning_tokens", "tokens_reasoning"]),
    (
        Field::Cost,
        &[
            "cost_usd",
            "cost",
            "total_cost",
            "totalcost",
            "spend",
            "spend_($)",
            "amount",
            "amount_usd",
            "price",
            "usage",
        ],
    ),
    (Field::Currency, &["currency", "billing_currency", "amount_currency"]),
    (Field::Id, &["request_id", "id", "generation_id", "response_id", "uuid"]),
    (Field::Provider, &["provider", "custom_llm_provider", "vendor"]),
    (Field::GenerationType, &["generation_type", "call_type", "operation"]),
    (
        Field::Project,
        &["project", "project_name", "project_id", "application", "app", "app_name", "workspace", "team"],
    ),
    (Field::User, &["user", "user_id", "username", "user_name"]),
    (Field::ApiKey, &["api_key", "api_key_name", "key", "api_key_id"]),
    (Field::RequestCount, &["requests", "request_count", "num_requests", "calls"]),
    (Field::DurationMs, &["duration_ms", "latency_ms", "request_duration_ms"]),
    (Field::Error, &["error", "error_message"]),
    (Field::ServiceTier, &["service_tier"]),
    (Field::Batch, &["batch"]),
];

/// The mapping that the names of a header suggest, for a person to check.
pub fn guess(header: &[String]) -> Mapping {
    let names: Vec<String> = header.iter().map(|title| normalise(title)).collect();
    let mut fields = BTreeMap::new();
    for (field, known) in NAMES {
        let at = known.iter().find_map(|name| names.iter().position(|found| found == name));
        if let Some(at) = at {
            fields.insert(*field, header[at].clone());
        }
    }
    Mapping { fields, ..Mapping::default() }
}
