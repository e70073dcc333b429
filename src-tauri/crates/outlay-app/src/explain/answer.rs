//! The answer to why a row costs what it costs, as it crosses to a host. Nothing here decides.
//!
//! Amounts are decimal strings; sentences are meant for a person and may change, everything else is a contract.

use outlay_core::basis::CostBasis;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::report::Count;
use serde::Serialize;

/// Why a row costs what it costs.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Explanation {
    /// `outlay.explain/1`.
    pub schema: &'static str,
    /// The row.
    pub row: ExplainedRow,
    /// Where its cost comes from, in a sentence.
    pub because: String,
    /// How its cost comes about, to the last digit; null where no price was applied, or where this program does not
    /// hold the one that was.
    pub arithmetic: Option<Reckoning>,
    /// What the prices that hold now say of the row's own moment; null where that is what it costs, or where they say
    /// nothing.
    pub instead: Option<Instead>,
    /// The same call at the price in force now; null where no price was applied to the row.
    pub now: Option<AtPresent>,
    /// Where the row comes from.
    pub origin: RowOrigin,
    /// All rows of the same fact, this one too, where there are several.
    pub versions: Vec<RowVersion>,
}

/// The row that is explained.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ExplainedRow {
    /// Its id.
    pub id: String,
    /// When, or the start of the bucket.
    pub created_at: Instant,
    /// The end of the bucket; null for a call.
    pub period_end: Option<Instant>,
    /// Who bills it.
    pub provider: String,
    /// The model as the source writes it.
    pub model: String,
    /// Money out.
    pub cost: Money,
    /// What the cost rests on.
    pub basis: CostBasis,
    /// The value at list price, where known.
    pub list_value: Option<Money>,
    /// The price that was applied.
    pub price_id: Option<String>,
    /// How the model's name was read and what was supposed, as it was noted then.
    pub price_note: Option<String>,
    /// Why it, or a part of it, is in no total, in a sentence; null where all of it counts.
    pub left_out: Option<String>,
}

/// Counts times rates.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Reckoning {
    /// The units, in the order of the sum.
    pub lines: Vec<ReckonedLine>,
    /// What the lines come to before factors; null where there is none.
    pub listed: Option<String>,
    /// Factors on that sum, or on the tokens of it.
    pub factors: Vec<AppliedFactor>,
    /// The exact sum in dollars, factors included.
    pub exact: String,
    /// The same, rounded once to nano-dollars.
    pub cost: Money,
    /// The price.
    pub price: AppliedPrice,
}

/// A unit times its rate.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ReckonedLine {
    /// The unit as the price book names it: `uncached input`, `cache reads`, `output`, `web_searches`, ...
    pub unit: String,
    /// The unit in words.
    pub name: String,
    /// How many.
    pub count: Count,
    /// Dollars per million.
    pub per_million: Money,
    /// Count times rate in dollars, exactly.
    pub amount: String,
}

/// A factor on a sum.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct AppliedFactor {
    /// What it stands for, in words.
    pub name: String,
    /// The factor.
    pub times: String,
}

/// Which price was applied, and how it was found.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct AppliedPrice {
    /// Its id, as rows keep it.
    pub id: String,
    /// The model of the price book, `provider/model`; null for rates of the user's own.
    pub model: Option<String>,
    /// From when it holds; null where it has no first day, or none that any source knows.
    pub valid_from: Option<Instant>,
    /// Who says so, in words.
    pub source: String,
    /// Which of its rates, in a sentence; null for those of every call.
    pub part: Option<String>,
    /// The service tier, `batch` or speed that it is the price of; null for what is usual.
    pub variant: Option<String>,
    /// How the model's name was read to find it, step by step, in sentences; empty where the book has the name.
    pub name_steps: Vec<String>,
    /// What had to be supposed, in sentences.
    pub supposed: Vec<String>,
    /// What another source says that is more than 5 % away today; null where none does.
    pub disagreement: Option<String>,
}

/// What the prices that hold now say of a row whose cost does not come from them.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Instead {
    /// What it is that is shown, in a sentence; where the row's own arithmetic cannot be shown, why not.
    pub says: String,
    /// How that comes about; null where there is no price.
    pub arithmetic: Option<Reckoning>,
}

/// The same call at the price in force now.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct AtPresent {
    /// What it would cost, in a sentence.
    pub says: String,
    /// What it would cost; null where there is no price now.
    pub cost: Option<Money>,
    /// How much more than the row's cost, negative for less.
    pub difference: Option<Money>,
    /// That price.
    pub price_id: Option<String>,
    /// From when it holds.
    pub valid_from: Option<Instant>,
}

/// Where a row comes from.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct RowOrigin {
    /// Where, in a sentence.
    pub says: String,
    /// The kind of source.
    pub source: String,
    /// The natural key at the source.
    pub source_key: String,
    /// The import that brought it; null for what was recorded by hand.
    pub import_id: Option<String>,
    /// The name of the imported file.
    pub file_name: Option<String>,
    /// The line of that file.
    pub line: Option<Count>,
}

/// One of the rows of a fact.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct RowVersion {
    /// Its id.
    pub id: String,
    /// Whether it is the row that is explained.
    pub is_this: bool,
    /// Whether all of it counts.
    pub counts: bool,
    /// What it is and why it counts or does not, in a sentence.
    pub says: String,
    /// Its cost.
    pub cost: Money,
    /// What that rests on.
    pub basis: CostBasis,
    /// Its price.
    pub price_id: Option<String>,
    /// When it was priced anew; null for the first pricing.
    pub priced_at: Option<Instant>,
    /// The import that brought it.
    pub import_id: Option<String>,
    /// The name of the imported file.
    pub file_name: Option<String>,
}
