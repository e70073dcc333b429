//! Which models have a colour of their own, and which.

use rustc_hash::FxHashMap;

use super::Series;
use crate::money::Money;
use crate::report::{ByModel, Count, Dimensions};

/// Colours that a chart can tell apart.
const SLOTS: u8 = 5;

/// The series of a month.
pub(super) struct Colours {
    pub(super) series: Vec<Series>,
    pub(super) other_models: Count,
}

impl Colours {
    /// The costliest models of the month. A model has a slot at home by the order in which models came into
    /// the ledger, which never changes; where two of a month have the same home, the costlier one stays there.
    pub(super) fn of(models: &[ByModel], dimensions: &FxHashMap<i64, Dimensions>) -> Self {
        let homes = homes(dimensions);
        let mut free: Vec<u8> = (1..=SLOTS).collect();
        let mut series: Vec<Series> = Vec::new();
        let costly = models.iter().filter(|model| model.figures.spend > Money::ZERO);
        for ByModel { model, figures } in costly.take(usize::from(SLOTS)) {
            let home = homes.get(model.as_str()).copied().unwrap_or(1);
            let place = free.iter().position(|&slot| slot >= home).unwrap_or(0);
            let slot = free.remove(place);
            series.push(Series { model: model.clone(), slot, spend: figures.spend });
        }
        series.sort_by_key(|series| series.slot);
        let other_models = Count((models.len() - series.len()) as i64);
        Self { series, other_models }
    }

    /// The slot of a model; `None` for one of the others.
    pub(super) fn slot(&self, model: &str) -> Option<u8> {
        self.series.iter().find(|series| series.model == model).map(|series| series.slot)
    }

    /// Where the part of a model stands among the parts of a day; the others come last.
    pub(super) fn place(&self, model: &str) -> usize {
        self.series.iter().position(|series| series.model == model).unwrap_or(self.series.len())
    }

    /// How many parts a day has.
    pub(super) fn parts(&self) -> usize {
        self.series.len() + usize::from(self.other_models.0 > 0)
    }
}

/// The slot of each model by the order in which they came: dimensions are numbered as they come.
fn homes(dimensions: &FxHashMap<i64, Dimensions>) -> FxHashMap<&str, u8> {
    let mut came: FxHashMap<&str, i64> = FxHashMap::default();
    for (&number, known) in dimensions {
        let first = came.entry(known.model.as_str()).or_insert(number);
        *first = number.min(*first);
    }
    let mut models: Vec<(i64, &str)> = came.into_iter().map(|(model, number)| (number, model)).collect();
    models.sort_unstable();
    models.into_iter().map(|(_, model)| model).zip((1..=SLOTS).cycle()).collect()
}
