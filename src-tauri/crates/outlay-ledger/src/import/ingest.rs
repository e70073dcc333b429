//! Takes the priced facts of one file and finds each new, known or restated.
//!
//! Facts are collected into batches and sorted by id, so that the book is read and written in its own
//! order. What overlaps, what is missing and what counts is decided at the end, in `finish`.

use std::collections::BTreeSet;

use outlay_core::basis::CostBasis;
use outlay_core::fact::{FacetId, Facets, Fact};
use outlay_core::identity::{FactKey, same_fact_prefix};
use rustc_hash::{FxHashMap, FxHashSet};

use super::neighbours::{Neighbour, Neighbourhood, Standing};
use super::review::{Verdict, Watched};
use crate::error::LedgerError;
use crate::generations::{self, Costing, StoredRow};
use crate::handle::Writer;
use crate::interning::{Detail, Dimension};
use crate::rollup::Deltas;
use crate::tables::{applications, imports};

/// Rows that are sorted and written together.
const BATCH: usize = 32_768;

/// Where the facts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The kind of source, such as `openai-usage-csv`.
    pub source: String,
    /// Who bills it.
    pub provider: String,
    /// The account at the provider.
    pub account: String,
    /// Whether the natural key is made of dimensions, so that the account belongs to it.
    pub keyed_by_dimensions: bool,
    /// Whether rows are sums over a bucket of time.
    pub aggregate: bool,
}

/// What came of the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Found {
    /// Facts that the book did not have.
    pub new: u64,
    /// Facts that the book has with this content.
    pub known: u64,
    /// Facts that the book has with another content.
    pub restated: u64,
}

/// One file on its way into the book.
pub struct Ingest<'w, 'l> {
    pub(crate) writer: &'w Writer<'l>,
    pub(crate) origin: Origin,
    pub(crate) number: i64,
    pub(crate) found: Found,
    /// The generation types that occur in the file.
    pub(crate) types: FxHashSet<String>,
    /// The providers that occur in the file: one, but for a table that names them in a column.
    pub(crate) providers: BTreeSet<String>,
    /// Known rows, by the import that brought them.
    pub(crate) known: FxHashMap<i64, Vec<[u8; 16]>>,
    /// Rows of this file that say something else of a fact than what counted.
    pub(crate) restating: Vec<[u8; 16]>,
    /// One id of each fact whose verdict must be taken anew.
    pub(crate) touched: Vec<[u8; 16]>,
    pub(crate) deltas: Deltas,
    /// Lowest and highest id of the rows that this file brought.
    pub(crate) brought: Option<([u8; 16], [u8; 16])>,
    /// What a review will show.
    pub(crate) watched: Watched,
    batch: Vec<StoredRow>,
    neighbourhood: Neighbourhood,
    numbers: FxHashMap<(FacetId, CostBasis, u64), (i64, i64)>,
}

impl<'w, 'l> Ingest<'w, 'l> {
    /// Begins a file. Nothing is visible to others before the writer commits.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn begin(writer: &'w Writer<'l>, origin: Origin) -> Result<Self, LedgerError> {
        let number = imports::next_number(&writer.transaction)?;
        Ok(Self {
            writer,
            origin,
            number,
            found: Found::default(),
            types: FxHashSet::default(),
            providers: BTreeSet::new(),
            known: FxHashMap::default(),
            restating: Vec::new(),
            touched: Vec::new(),
            deltas: Deltas::new(writer.identity.zone),
            brought: None,
            watched: Watched::default(),
            batch: Vec::with_capacity(BATCH),
            neighbourhood: Neighbourhood::default(),
            numbers: FxHashMap::default(),
        })
    }

    /// Where the facts come from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Has the outcome tell what becomes of the first `limit` facts, and of as many that it restates.
    pub fn review(&mut self, limit: usize) {
        self.watched = Watched::first(limit);
    }

    /// Takes a fact with its cost.
    ///
    /// # Errors
    /// Those of SQLite; cancelled; two different facts with one id.
    pub fn push(&mut self, facets: &Facets, fact: Fact, costing: &Costing<'_>) -> Result<(), LedgerError> {
        let key = FactKey {
            source: &self.origin.source,
            account: if self.origin.keyed_by_dimensions { &self.origin.account } else { "" },
            source_key: &fact.source_key,
            created_at: fact.created_at,
        };
        let id = *key.row_id(fact.fingerprint, costing.price_id).as_bytes();
        let (dimension, detail) = self.numbers_of(facets, fact.facets, costing)?;
        self.watched.note(id);
        self.batch.push(StoredRow::of_import(id, fact, costing, dimension, detail, self.number));
        if self.batch.len() == BATCH { self.settle_batch() } else { Ok(()) }
    }

    /// The numbers of dimension and detail, asked of the book once per combination.
    fn numbers_of(
        &mut self,
        facets: &Facets,
        id: FacetId,
        costing: &Costing<'_>,
    ) -> Result<(i64, i64), LedgerError> {
        let texts = {
            use std::hash::{Hash, Hasher};
            let mut hasher = rustc_hash::FxHasher::default();
            (costing.price_id, costing.price_note).hash(&mut hasher);
            hasher.finish()
        };
        let cached = (id, costing.basis, texts);
        if let Some(&numbers) = self.numbers.get(&cached) {
            return Ok(numbers);
        }
        self.types.insert(facets.generation_type.clone());
        self.providers.insert(facets.provider.clone());
        let connection = &self.writer.transaction;
        let application_id = match &facets.project {
            Some(project) => {
                Some(applications::ensure(connection, &facets.provider, &self.origin.account, project)?)
            }
            None => None,
        };
        let dimension = Dimension {
            user_id: self.writer.identity.owner.clone(),
            account: self.origin.account.clone(),
            application_id,
            generation_type: facets.generation_type.clone(),
            model_used: facets.model.clone(),
            provider: facets.provider.clone(),
            source: self.origin.source.clone(),
            cost_basis: costing.basis,
        };
        let detail = Detail::of(facets, costing);
        let numbers = (
            self.writer.dimensions.borrow_mut().number(connection, &dimension)?,
            self.writer.details.borrow_mut().number(connection, &detail)?,
        );
        self.numbers.insert(cached, numbers);
        Ok(numbers)
    }

    /// Finds each row of the batch new, known or restated, and writes those that are not known.
    pub(super) fn settle_batch(&mut self) -> Result<(), LedgerError> {
        let batch = Batch::in_id_order(std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH)));
        let connection = &self.writer.transaction;
        let mut findings = vec![Finding::Known; batch.ids.len()];
        let mut neighbourhood = std::mem::take(&mut self.neighbourhood);
        neighbourhood.visit(connection, &batch.ids, |position, neighbours| {
            let restating = self.restating.len();
            findings[position] = self.find(&batch, position, neighbours)?;
            if self.watched.is_on() {
                let verdict = match findings[position] {
                    Finding::New => Verdict::New,
                    _ if self.restating.len() > restating => Verdict::Restated,
                    Finding::Known | Finding::Restated => Verdict::Known,
                };
                self.watched.settle(&batch.row(position).id, verdict);
            }
            Ok(())
        })?;
        self.neighbourhood = neighbourhood;
        let mut insert = generations::prepare_insert(connection)?;
        let mut dimensions = self.writer.dimensions.borrow_mut();
        for (position, _) in findings.iter().enumerate().filter(|(_, finding)| **finding != Finding::Known) {
            let row = batch.row(position);
            generations::insert(&mut insert, row)?;
            self.deltas.add(connection, &mut dimensions, &row.numbers, None)?;
            let (first, last) = self.brought.get_or_insert((row.id, row.id));
            (*first, *last) = ((*first).min(row.id), (*last).max(row.id));
        }
        Ok(())
    }

    /// Counts what a row is.
    fn find(
        &mut self,
        batch: &Batch,
        position: usize,
        neighbours: &[Neighbour<'_>],
    ) -> Result<Finding, LedgerError> {
        let row = batch.row(position);
        let of_fact = || neighbours.iter().filter(|stored| stored.source_key == row.source_key);
        let same_line = batch.earlier_of_fact(position).any(|earlier| earlier.fingerprint == row.fingerprint);
        if let Some(known) = of_fact().find(|stored| stored.fingerprint == row.fingerprint) {
            if known.standing == Standing::Restated && !same_line {
                // The file says again what a newer export had said otherwise.
                self.found.restated += 1;
                self.restating.push(known.id);
            } else {
                self.found.known += u64::from(!same_line);
            }
            if let Some(holder) = known.brought_by.filter(|&holder| holder != self.number) {
                self.known.entry(holder).or_default().push(known.id);
            }
            if known.standing != Standing::Counts || of_fact().nth(1).is_some() {
                self.touched.push(row.id);
            }
            return Ok(Finding::Known);
        }
        if same_line {
            return Ok(Finding::Known);
        }
        if neighbours.iter().any(|stored| stored.id == row.id) || batch.repeats_id(position) {
            return Err(LedgerError::IdentityClash(uuid::Uuid::from_bytes(row.id)));
        }
        if of_fact().next().is_none() && batch.earlier_of_fact(position).next().is_none() {
            self.found.new += 1;
            return Ok(Finding::New);
        }
        self.found.restated += 1;
        self.restating.push(row.id);
        self.touched.push(row.id);
        Ok(Finding::Restated)
    }
}

/// What the book has of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    New,
    Known,
    Restated,
}

/// Rows in the order of their ids. The order is kept beside them: rows are too large to move about.
struct Batch {
    rows: Vec<StoredRow>,
    /// Sorted.
    ids: Vec<[u8; 16]>,
    /// Of each id the number of its row.
    order: Vec<u32>,
}

impl Batch {
    fn in_id_order(rows: Vec<StoredRow>) -> Self {
        let mut keys: Vec<([u8; 16], u32)> =
            rows.iter().zip(0..).map(|(row, number)| (row.id, number)).collect();
        keys.sort_unstable();
        let (ids, order) = keys.into_iter().unzip();
        Self { rows, ids, order }
    }

    fn row(&self, position: usize) -> &StoredRow {
        &self.rows[self.order[position] as usize]
    }

    /// Rows of the same fact before this one: repeated lines, or lines that contradict it.
    fn earlier_of_fact(&self, position: usize) -> impl Iterator<Item = &StoredRow> {
        let (id, row) = (&self.ids[position], self.row(position));
        let earlier = (0..position).rev().take_while(move |&before| same_fact_prefix(&self.ids[before], id));
        earlier.map(|before| self.row(before)).filter(|before| before.source_key == row.source_key)
    }

    /// Whether the row before has the same id although it is another fact or content.
    fn repeats_id(&self, position: usize) -> bool {
        position > 0 && self.ids[position - 1] == self.ids[position]
    }
}

impl Detail {
    pub(crate) fn of(facets: &Facets, costing: &Costing<'_>) -> Self {
        let variant = &facets.variant;
        let mut priced_by = serde_json::Map::new();
        let mut note = |name: &str, value: Option<String>| {
            priced_by.extend(value.map(|value| (name.to_owned(), serde_json::Value::String(value))));
        };
        note("speed", variant.speed.clone());
        note("region", variant.region.clone());
        note("context_from", variant.context_from.map(|tokens| tokens.to_string()));
        Self {
            labels: serde_json::json!(facets.labels).to_string(),
            service_tier: variant.service_tier.clone().unwrap_or_default(),
            batch: variant.batch,
            variant: serde_json::Value::Object(priced_by).to_string(),
            price_id: costing.price_id.to_owned(),
            price_note: costing.price_note.to_owned(),
        }
    }
}
