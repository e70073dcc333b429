//! A fact: what a source says happened, normalised, before it has a price or a place in the book.
//!
//! Importers and `log` produce facts; `identity` names them; the price book gives them a cost; the
//! ledger stores them. The texts that repeat from row to row are kept once, in [`Facets`], and a
//! fact only carries their number: a million rows of an export have a few hundred of them.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::identity::Fingerprint;
use crate::instant::Instant;
use crate::money::Money;
use crate::tokens::Tokens;

/// The repeated texts of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Facets {
    /// Who bills it: `openai`, `anthropic`, `openrouter`, `cursor`, or what the user says.
    pub provider: String,
    /// `chat`, `embedding`, `agent`, `cost_line`, or what the user says.
    pub generation_type: String,
    /// The model as the source writes it.
    pub model: String,
    /// The user's project, workspace or app that the source names.
    pub project: Option<Project>,
    /// What changes the price besides the model.
    pub variant: Variant,
    /// The provider's user, key and workspace names, and other dimensions worth keeping.
    pub labels: BTreeMap<String, String>,
}

/// A project, workspace or app as the source names it; becomes an application of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Project {
    /// The provider's id, or the name where it gives no id.
    pub id: String,
    /// The name to show; the id where there is none.
    pub name: String,
}

/// What changes the price of a call besides its model and its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Variant {
    /// `flex`, `priority`, ...; `None` is the provider's default.
    pub service_tier: Option<String>,
    /// Run as a batch.
    pub batch: bool,
    /// `fast` where the provider sells speed; `None` is standard.
    pub speed: Option<String>,
    /// Where inference was pinned (`us`); `None` is anywhere.
    pub region: Option<String>,
    /// The context tier that an aggregate names, as the smallest prompt size of that tier in tokens
    /// (0 for the base tier); `None` where the source is silent.
    pub context_from: Option<u32>,
    /// The source gives all cache writes in one column, so their lifetime, and with it the price, is
    /// a guess: a row with cache writes is then `estimated`.
    #[serde(default)]
    pub unsplit_cache_write: bool,
}

/// What the source says about money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge {
    /// The provider's own figure. `exact` is false for a figure read from a binary float.
    Billed {
        /// Money out.
        cost: Money,
        /// Whether the figure was decimal.
        exact: bool,
        /// The value at list price that the source states beside it: before a discount, or what a
        /// key of the user's own paid elsewhere. Never spend.
        list: Option<Money>,
    },
    /// A client's own figure at list price.
    Estimated(Money),
    /// Covered by a plan: no money out; the value at list price where the source gives one.
    Included(Option<Money>),
    /// Not charged: failed calls, free tiers.
    Free,
    /// The source gives tokens only: the price book decides.
    ByPriceBook,
}

/// The number of a row's [`Facets`] in its [`FacetTable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FacetId(pub u32);

/// One call, or one row that a provider aggregated.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The texts that repeat.
    pub facets: FacetId,
    /// When the call was made, or the start of the aggregate's bucket.
    pub created_at: Instant,
    /// The end of an aggregate's bucket; `None` for a call.
    pub period_end: Option<Instant>,
    /// 1 for a call, n for an aggregate, `None` where the source gives none.
    pub request_count: Option<i64>,
    /// Disjoint token buckets.
    pub tokens: Tokens,
    /// Other counted units (`web_searches`, `audio_input_tokens`, ...); usually empty.
    pub other_units: BTreeMap<String, i64>,
    /// What the source says about money.
    pub charge: Charge,
    /// The natural key within source and account: the provider's id, or the dimensions as one text.
    pub source_key: String,
    /// The hash of the parsed values that make the content.
    pub fingerprint: Fingerprint,
    /// How long the call took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// The error that the call ended in.
    pub error: Option<String>,
    /// The line of the file on which the fact (its first part) stands, from 1.
    pub line: u64,
}

/// Facets of one import, each kept once.
#[derive(Debug, Default)]
pub struct FacetTable {
    all: Vec<Facets>,
    by_value: FxHashMap<Facets, FacetId>,
    by_cells: FxHashMap<Vec<u8>, FacetId>,
}

impl FacetTable {
    /// The number of `facets`, which are kept if they are new.
    pub fn intern(&mut self, facets: Facets) -> FacetId {
        if let Some(&known) = self.by_value.get(&facets) {
            return known;
        }
        let id = FacetId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.by_value.insert(facets.clone(), id);
        self.all.push(facets);
        id
    }

    /// The same, remembered by the raw cells that the facets are made of, so that a row whose cells
    /// were seen before builds nothing. `cells` must be injective (cells joined by a byte no cell holds).
    pub fn intern_cells(&mut self, cells: &[u8], build: impl FnOnce() -> Facets) -> FacetId {
        if let Some(&known) = self.by_cells.get(cells) {
            return known;
        }
        let id = self.intern(build());
        // A file whose every row is different must not fill memory with cells that never return.
        if self.by_cells.len() < 200_000 {
            self.by_cells.insert(cells.to_vec(), id);
        }
        id
    }

    /// The facets of a number.
    pub fn get(&self, id: FacetId) -> &Facets {
        &self.all[id.0 as usize]
    }

    /// How many different facets there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none yet.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
