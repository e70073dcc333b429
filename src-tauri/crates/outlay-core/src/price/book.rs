//! The price book in memory: providers, models, dated entries, and the reference that a row keeps.
//!
//! Finding a model is in `resolve`, applying an entry in `cost`.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveTime, Timelike};
use rustc_hash::FxHashMap;
use thiserror::Error;

use super::form::{BookForm, EntryForm, ModelForm, Pairs, ProviderForm};
use crate::instant::{Instant, MICROS_PER_DAY};

static TEXT: &str = include_str!("book.json");

/// Providers, models and their dated prices.
#[derive(Debug)]
pub struct Book {
    version: &'static str,
    digest: &'static str,
    sources: Vec<&'static str>,
    notes: Vec<&'static str>,
    /// Days without work (since 1970) on which peak hours do not apply, in order.
    pub(super) closed: Vec<i64>,
    pub(super) providers: Vec<Provider>,
    models: Vec<Model>,
    provider_names: FxHashMap<&'static str, usize>,
    model_names: FxHashMap<(usize, &'static str), usize>,
}

/// Why a text is not a price book.
#[derive(Debug, Error)]
pub enum BookError {
    /// The text does not have the form that `make_book.py` writes.
    #[error("not a price book: {0}")]
    Form(#[from] serde_json::Error),
    /// An instant, a day or a time of day is none.
    #[error("`{0}` is no time")]
    Time(&'static str),
    /// A provider is served that the book does not have.
    #[error("`{0}` is no provider of the book")]
    Provider(&'static str),
}

/// Where a price comes from, in the order in which they are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `genai-prices`, the base.
    GenaiPrices,
    /// `model-prices`, for dates and models that the base lacks.
    ModelPrices,
    /// `litellm`: today's list price only.
    Litellm,
}

#[derive(Debug)]
pub(super) struct Provider {
    pub(super) id: &'static str,
    /// Providers whose models this one sells at their makers' prices.
    pub(super) serves: Vec<usize>,
    /// How the names of its own models begin.
    pub(super) families: Vec<&'static str>,
}

#[derive(Debug)]
pub(super) struct Model {
    pub(super) provider: &'static str,
    pub(super) id: &'static str,
    pub(super) source: Source,
    pub(super) differs: Option<&'static str>,
    pub(super) filled: Option<&'static str>,
    /// Factors in billionths on token rates where inference is pinned to a region.
    pub(super) regions: Vec<(&'static str, i64)>,
    /// The standard list first, under the empty name.
    pub(super) lists: Vec<PriceList>,
}

#[derive(Debug)]
pub(super) struct PriceList {
    pub(super) variant: &'static str,
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug)]
pub(super) struct Entry {
    /// Unique in the book.
    number: u32,
    /// Microseconds since 1970 from which it holds; `i64::MIN` for as far back as anyone knows.
    pub(super) from: i64,
    /// `None` where the model was not sold so.
    pub(super) rates: Option<Rates<'static>>,
    /// Rates of a whole call by the prompt size beyond which they apply, in order.
    pub(super) tiers: Vec<(i64, Rates<'static>)>,
    pub(super) windows: Vec<Window>,
    pub(super) source: Source,
    pub(super) assumed: bool,
}

/// Nano-dollars per million of each unit.
#[derive(Debug, Clone, Default)]
pub(super) struct Rates<'t> {
    pub(super) uncached_input: Option<i64>,
    pub(super) cache_read: Option<i64>,
    pub(super) cache_write: Option<i64>,
    pub(super) cache_write_long: Option<i64>,
    pub(super) output: Option<i64>,
    pub(super) reasoning: Option<i64>,
    pub(super) units: Vec<(&'t str, i64)>,
    /// Whether nothing costs anything.
    pub(super) free: bool,
}

/// Hours of the day (microseconds since midnight UTC) with rates of their own.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) workdays: bool,
    pub(super) rates: Rates<'static>,
}

impl Book {
    /// The book that this program was built with.
    pub fn embedded() -> &'static Self {
        static BOOK: LazyLock<Book> =
            LazyLock::new(|| Book::read(TEXT).expect("the embedded book is read by the tests"));
        &BOOK
    }

    /// The day on which its sources were read, with a letter where a day has several books; newer
    /// versions are greater as texts.
    pub fn version(&self) -> &str {
        self.version
    }

    /// BLAKE3 over the prices, in hexadecimal.
    pub fn digest(&self) -> &str {
        self.digest
    }

    /// The data packages and their versions.
    pub fn sources(&self) -> &[&'static str] {
        &self.sources
    }

    /// How many providers it has prices of.
    pub fn provider_count(&self) -> usize {
        self.providers.len()
    }

    /// How many models it has prices of; a model that two providers sell is two.
    pub fn model_count(&self) -> usize {
        self.models.len()
    }

    /// What had to be rounded or left out when the book was made.
    pub fn notes(&self) -> &[&'static str] {
        &self.notes
    }

    pub(super) fn read(text: &'static str) -> Result<Self, BookError> {
        let form: BookForm = serde_json::from_str(text)?;
        let mut book = Self {
            version: form.version,
            digest: form.digest,
            sources: form.sources,
            notes: form.notes,
            closed: form.closed.into_iter().map(day).collect::<Result<_, _>>()?,
            providers: Vec::with_capacity(form.providers.len()),
            models: Vec::new(),
            provider_names: FxHashMap::default(),
            model_names: FxHashMap::default(),
        };
        for (index, provider) in form.providers.iter().enumerate() {
            book.provider_names.insert(provider.id, index);
            book.provider_names.extend(provider.names.iter().map(|&name| (name, index)));
        }
        let mut numbers = 0..;
        for provider in form.providers {
            book.add(provider, &mut numbers)?;
        }
        Ok(book)
    }

    fn add(&mut self, form: ProviderForm, numbers: &mut std::ops::RangeFrom<u32>) -> Result<(), BookError> {
        let serves = form.serves.iter().map(|name| self.provider(name).ok_or(BookError::Provider(name)));
        let serves = serves.collect::<Result<_, _>>()?;
        let index = self.providers.len();
        self.providers.push(Provider { id: form.id, serves, families: form.families });
        for model in form.models {
            let number = self.models.len();
            self.model_names.insert((index, model.id), number);
            self.model_names.extend(model.names.iter().map(|&name| ((index, name), number)));
            self.models.push(Model::new(form.id, model, numbers)?);
        }
        Ok(())
    }

    /// The provider of a name in lower case.
    pub(super) fn provider(&self, name: &str) -> Option<usize> {
        self.provider_names.get(name).copied()
    }

    /// The model of an exact name in lower case.
    pub(super) fn model(&self, provider: usize, name: &str) -> Option<&Model> {
        self.model_names.get(&(provider, name)).map(|&index| &self.models[index])
    }

    pub(super) fn all_models(&self) -> &[Model] {
        &self.models
    }
}

impl Model {
    fn new(
        provider: &'static str,
        form: ModelForm,
        numbers: &mut std::ops::RangeFrom<u32>,
    ) -> Result<Self, BookError> {
        let source = form.src.map_or(Source::GenaiPrices, Source::of);
        let lists = std::iter::once(("", form.prices)).chain(form.variants.0);
        let lists = lists.map(|(variant, entries)| {
            let entries = entries.into_iter().zip(&mut *numbers);
            let entries = entries.map(|(entry, number)| Entry::new(entry, number, source));
            Ok(PriceList { variant, entries: entries.collect::<Result<_, BookError>>()? })
        });
        let lists = lists.collect::<Result<_, BookError>>()?;
        let Pairs(regions) = form.region;
        let (differs, filled) = (form.differs, form.filled);
        Ok(Self { provider, id: form.id, source, differs, filled, regions, lists })
    }
}

impl Source {
    fn of(name: &str) -> Self {
        if name == "litellm" { Self::Litellm } else { Self::ModelPrices }
    }
}

impl Entry {
    fn new(form: EntryForm, number: u32, source: Source) -> Result<Self, BookError> {
        let windows = form.windows.into_iter().map(|(start, end, workdays, rates)| {
            let (start, end) = (time_of_day(start)?, time_of_day(end)?);
            Ok(Window { start, end, workdays, rates: Rates::new(rates.0) })
        });
        Ok(Self {
            number,
            from: form.from.map_or(Ok(i64::MIN), instant)?,
            rates: form.rates.map(|Pairs(pairs)| Rates::new(pairs)),
            tiers: form.tiers.into_iter().map(|(above, rates)| (above, Rates::new(rates.0))).collect(),
            windows: windows.collect::<Result<_, BookError>>()?,
            source: form.src.map_or(source, Source::of),
            assumed: form.assumed,
        })
    }
}

impl<'t> Rates<'t> {
    /// A bucket without a rate of its own takes that of the bucket which it is a part of: long
    /// writes that of writes, writes and reads that of input, reasoning that of output.
    pub(super) fn new(pairs: Vec<(&'t str, i64)>) -> Self {
        let mut rates = Self { free: pairs.iter().all(|&(_, rate)| rate == 0), ..Self::default() };
        for (key, rate) in pairs {
            match key {
                "in" => rates.uncached_input = Some(rate),
                "read" => rates.cache_read = Some(rate),
                "write" => rates.cache_write = Some(rate),
                "long" => rates.cache_write_long = Some(rate),
                "out" => rates.output = Some(rate),
                "reasoning" => rates.reasoning = Some(rate),
                unit => rates.units.push((unit, rate)),
            }
        }
        rates.cache_read = rates.cache_read.or(rates.uncached_input);
        rates.cache_write = rates.cache_write.or(rates.uncached_input);
        rates.cache_write_long = rates.cache_write_long.or(rates.cache_write);
        rates.reasoning = rates.reasoning.or(rates.output);
        rates
    }
}

/// A price of the book that a row was computed with; cheap to copy and to compare.
#[derive(Debug, Clone, Copy)]
pub struct BookPrice<'b> {
    pub(super) book: &'b Book,
    pub(super) model: &'b Model,
    pub(super) list: &'b PriceList,
    pub(super) entry: &'b Entry,
}

impl BookPrice<'_> {
    /// From when this price holds; `None` where no source knows an earlier one.
    pub fn valid_from(&self) -> Option<Instant> {
        (self.entry.from != i64::MIN).then(|| Instant::from_micros(self.entry.from))
    }

    /// Where it comes from.
    pub fn source(&self) -> Source {
        self.entry.source
    }
}

impl PartialEq for BookPrice<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.entry.number == other.entry.number && self.book.version == other.book.version
    }
}

impl Eq for BookPrice<'_> {}

impl Hash for BookPrice<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.entry.number.hash(state);
    }
}

impl fmt::Display for BookPrice<'_> {
    /// The price id: `2026-11-23/openai/gpt-5.6-sol@2026-08-21+batch`. The book's version comes first, so
    /// that ids of newer books are greater; `@any` is a price without a first day.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}@", self.book.version, self.model.provider, self.model.id)?;
        match self.valid_from() {
            None => formatter.write_str("any")?,
            Some(day) if day.micros() % MICROS_PER_DAY == 0 => {
                write!(formatter, "{}", day.to_utc().format("%Y-%m-%d"))?;
            }
            Some(instant) => write!(formatter, "{}", instant.to_utc().format("%Y-%m-%dT%H:%M:%SZ"))?,
        }
        if self.list.variant.is_empty() { Ok(()) } else { write!(formatter, "+{}", self.list.variant) }
    }
}

fn instant(text: &'static str) -> Result<i64, BookError> {
    if text.len() == 10 {
        return day(text).map(|days| days * MICROS_PER_DAY);
    }
    Instant::parse(text).map(Instant::micros).ok_or(BookError::Time(text))
}

fn day(text: &'static str) -> Result<i64, BookError> {
    let date: NaiveDate = text.parse().map_err(|_| BookError::Time(text))?;
    Ok(i64::from(date.to_epoch_days()))
}

fn time_of_day(text: &'static str) -> Result<i64, BookError> {
    let time = NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| BookError::Time(text))?;
    Ok(i64::from(time.num_seconds_from_midnight()) * 1_000_000)
}
