//! The price book to look things up in: models by words of their names, with every dated price and who says so.

use std::collections::BTreeMap;

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::price::{Book, HoursView, ModelView, PriceView};
use outlay_core::report::Count;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::ApiError;

/// What to look up.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct PriceSearch {
    /// Words of the provider and the model, in any case.
    pub text: String,
    /// How many models, up to 200; 20 when absent.
    pub limit: Option<u32>,
}

/// Models of the price book.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PricesFound {
    /// `outlay.price-search/1`.
    pub schema: &'static str,
    /// The version of the price book.
    pub version: String,
    /// The models: that of exactly the name first.
    pub models: Vec<ModelPrices>,
    /// How many there are in all.
    pub found: Count,
    /// No name holds the words: the models are those whose names are like them.
    pub alike: bool,
}

/// A model with its prices.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ModelPrices {
    /// Whose price list.
    pub provider: String,
    /// The model, as the book calls it.
    pub model: String,
    /// The data package that lists it.
    pub source: String,
    /// Where another package is more than 5 % away today: which rates, and what it says.
    pub differs: Option<String>,
    /// Rates that another package has filled in.
    pub filled: Option<String>,
    /// Factors on token rates where inference is pinned to a region.
    pub regions: BTreeMap<String, String>,
    /// Those for calls without a variant first, each variant by day.
    pub prices: Vec<DatedPrice>,
}

/// A price of the book.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct DatedPrice {
    /// For calls of this service tier, `batch` or speed; absent: for those without any.
    pub variant: Option<String>,
    /// From when on; absent: as far back as anyone knows.
    pub from: Option<Instant>,
    /// Whether it holds now.
    pub in_force: bool,
    /// Dollars per million of each unit; absent: it was not sold so. A rate that is not named is that of the bucket
    /// which it is a part of.
    pub per_million: Option<BTreeMap<String, Money>>,
    /// Rates of calls with a larger prompt.
    pub tiers: Vec<TierPrice>,
    /// Rates of hours of the day.
    pub hours: Vec<HoursPrice>,
    /// The data package that lists it.
    pub source: String,
    /// Whether the day is supposed: no package has the price before.
    pub assumed: bool,
}

/// What a call costs whose prompt is larger.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct TierPrice {
    /// Than so many tokens.
    pub above: Count,
    /// Dollars per million of each unit, for the whole call.
    pub per_million: BTreeMap<String, Money>,
}

/// What calls cost at some hours.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct HoursPrice {
    /// The first, as `16:30` UTC.
    pub start: String,
    /// The first that is not.
    pub end: String,
    /// Whether only on workdays.
    pub workdays: bool,
    /// Dollars per million of each unit.
    pub per_million: BTreeMap<String, Money>,
}

const USUAL: u32 = 20;
const MOST: u32 = 200;

/// Looks models up in the price book.
///
/// # Errors
/// None.
pub fn search(app: &App, request: PriceSearch) -> Result<PricesFound, ApiError> {
    let book = Book::embedded();
    let most = request.limit.unwrap_or(USUAL).clamp(1, MOST) as usize;
    let named = book.look_up(&request.text);
    let alike = named.is_empty();
    let models = if alike { like(book, &request.text, most) } else { named };
    Ok(PricesFound {
        schema: "outlay.price-search/1",
        version: book.version().to_owned(),
        found: Count(i64::try_from(models.len()).unwrap_or(i64::MAX)),
        alike: alike && !models.is_empty(),
        models: models.iter().take(most).map(|model| ModelPrices::of(model, app.now())).collect(),
    })
}

/// A slip of the hand shall find what was meant.
fn like(book: &Book, text: &str, most: usize) -> Vec<ModelView> {
    let (provider, model) = text.trim().split_once('/').unwrap_or(("", text));
    let suggested = book.suggest(provider, model, most);
    suggested.iter().filter_map(|one| book.view(&one.provider, &one.model)).collect()
}

impl ModelPrices {
    fn of(model: &ModelView, now: Instant) -> Self {
        let prices = model.prices.iter().enumerate().map(|(index, price)| {
            let has_begun = |price: &PriceView| price.from.is_none_or(|from| from <= now);
            let next = model.prices.get(index + 1).filter(|next| next.variant == price.variant);
            DatedPrice::of(price, has_begun(price) && !next.is_some_and(has_begun))
        });
        Self {
            provider: model.provider.to_owned(),
            model: model.model.to_owned(),
            source: model.source.name().to_owned(),
            differs: model.differs.map(str::to_owned),
            filled: model.filled.map(str::to_owned),
            regions: model
                .regions
                .iter()
                .map(|(name, times)| ((*name).to_owned(), times.to_plain_string()))
                .collect(),
            prices: prices.collect(),
        }
    }
}

impl DatedPrice {
    fn of(price: &PriceView, in_force: bool) -> Self {
        let tier = |(above, rates): &(i64, BTreeMap<String, Money>)| TierPrice {
            above: Count(*above),
            per_million: rates.clone(),
        };
        Self {
            variant: (!price.variant.is_empty()).then(|| price.variant.to_owned()),
            from: price.from,
            in_force,
            per_million: price.rates.clone(),
            tiers: price.tiers.iter().map(tier).collect(),
            hours: price.hours.iter().map(HoursPrice::of).collect(),
            source: price.source.name().to_owned(),
            assumed: price.assumed,
        }
    }
}

impl HoursPrice {
    fn of(hours: &HoursView) -> Self {
        let time = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        Self {
            start: time(hours.start),
            end: time(hours.end),
            workdays: hours.workdays,
            per_million: hours.rates.clone(),
        }
    }
}
