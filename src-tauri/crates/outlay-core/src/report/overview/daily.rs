//! Spend per day, stacked by model, beside the previous month.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::View;
use super::colours::Colours;
use crate::money::Money;
use crate::period::Day;
use crate::report::{Count, DailyPoint, Dimensions, Ratio};
use crate::spike::usual_if_spike;

/// Every day of the month, by model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Daily {
    /// The at most five models that the month spent most on, by slot. A day's first parts are theirs.
    pub series: Vec<Series>,
    /// How many further models there are; if any, their sum is a day's last part.
    pub other_models: Count,
    /// Every day of the month, those to come included.
    pub days: Vec<OverviewDay>,
    /// The chart in a sentence; null where no day of the month has begun.
    pub sentence: Option<DailySentence>,
}

/// A model with a colour of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Series {
    /// The model as the sources write it.
    pub model: String,
    /// Its colour, from 1 to 5. A model keeps it from month to month unless a costlier one claims the same.
    pub slot: u8,
    /// Its spend in the month.
    pub spend: Money,
}

/// A day of the month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct OverviewDay {
    /// The day.
    pub day: Day,
    /// Whether it is a Saturday or a Sunday.
    pub weekend: bool,
    /// Whether it is to come.
    pub future: bool,
    /// Money out.
    pub spend: Money,
    /// The true spend is at least this: rows without a known price are in the day.
    pub at_least: bool,
    /// Whether any source speaks about this day; without, its zero means nothing.
    pub has_data: bool,
    /// Whether a source that spoke before or speaks later says nothing about this day.
    pub partial: bool,
    /// The spend of each series, and that of all other models where there are such. They add up to the spend.
    pub parts: Vec<Money>,
    /// The day four weeks earlier, where it lies in the previous month and any source speaks about it.
    pub previous: Option<PreviousDay>,
    /// Set when the day costs far more than its like.
    pub spike: Option<Spike>,
}

/// The same weekday of the previous month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct PreviousDay {
    /// The day.
    pub day: Day,
    /// Money out.
    pub spend: Money,
}

/// A day that costs far more than its like: beyond median and four times the median deviation of the same
/// class of days in the 28 days before, twice the median at least, and 5 dollars at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Spike {
    /// The median of its class: weekdays or weekend days.
    pub usual: Money,
    /// How many times the usual the day costs: `3.1000`; null where the usual is zero.
    pub times: Option<Ratio>,
    /// The spend beyond the usual.
    pub impact: Money,
    /// The model that cost most on the day.
    pub model: Option<Mostly>,
}

/// The chart in a sentence: "1 to 19 June: $109.66, highest 13 June $11.62, mostly gpt-5.6".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct DailySentence {
    /// The first day.
    pub first_day: Day,
    /// The last day that has begun.
    pub last_day: Day,
    /// The month's spend.
    pub spend: Money,
    /// The true spend is at least this.
    pub at_least: bool,
    /// The day that cost most; null where none cost anything.
    pub highest: Option<Highest>,
    /// The model that cost most; null where none cost anything.
    pub mostly: Option<Mostly>,
}

/// The day that cost most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct Highest {
    /// The day.
    pub day: Day,
    /// Its spend.
    pub spend: Money,
}

/// The model that cost most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Mostly {
    /// The model as the sources write it.
    pub model: String,
    /// Its share of the spend.
    pub share: Ratio,
}

pub(super) fn daily(view: &View<'_>, colours: &Colours) -> Daily {
    let parts = parts(view, colours);
    let points = &view.material.report.body.daily;
    let empty = vec![Money::ZERO; colours.parts()];
    let day = |point: &DailyPoint| OverviewDay {
        day: point.day,
        weekend: point.day.is_weekend(),
        future: point.day > view.until,
        spend: point.spend,
        at_least: point.at_least,
        has_data: point.has_data,
        partial: view.material.sources.is_partial(point.day),
        parts: parts.get(&point.day).unwrap_or(&empty).clone(),
        previous: previous(view, point.day),
        spike: spike(view, point),
    };
    Daily {
        series: colours.series.clone(),
        other_models: colours.other_models,
        days: points.iter().map(day).collect(),
        sentence: sentence(view),
    }
}

/// The spend of each series and of the others, by day.
fn parts(view: &View<'_>, colours: &Colours) -> FxHashMap<Day, Vec<Money>> {
    let material = view.material;
    let place = |known: &Dimensions| known.basis.is_spend().then(|| colours.place(&known.model));
    let places: FxHashMap<i64, usize> =
        material.dimensions.iter().filter_map(|(&number, known)| Some((number, place(known)?))).collect();
    let mut parts: FxHashMap<Day, Vec<Money>> = FxHashMap::default();
    for cost in material.costs {
        let Some(&place) = places.get(&cost.dimension) else { continue };
        let of_day = parts.entry(cost.day).or_insert_with(|| vec![Money::ZERO; colours.parts()]);
        if let Some(part) = of_day.get_mut(place) {
            *part = part.saturating_add(cost.cost);
        }
    }
    parts
}

/// Four weeks earlier is the same weekday, and for all but the last days of a month in the previous one.
fn previous(view: &View<'_>, day: Day) -> Option<PreviousDay> {
    let earlier = day.plus(-28);
    let spend = view.spends.get(&earlier).filter(|_| earlier < view.month.first_day())?;
    Some(PreviousDay { day: earlier, spend: *spend })
}

fn spike(view: &View<'_>, point: &DailyPoint) -> Option<Spike> {
    let usual = usual_if_spike(point.day, point.spend, &view.usual, view.material.spikes?)?;
    if view.material.expected.contains(&point.day) {
        return None;
    }
    Some(Spike {
        usual,
        times: Ratio::of(point.spend, usual),
        impact: point.spend.saturating_add(-usual),
        model: costliest(view, point),
    })
}

/// The model that cost most on a day.
fn costliest(view: &View<'_>, point: &DailyPoint) -> Option<Mostly> {
    let mut spends: FxHashMap<&str, Money> = FxHashMap::default();
    for cost in view.material.costs.iter().filter(|cost| cost.day == point.day) {
        let known = view.material.dimensions.get(&cost.dimension).filter(|known| known.basis.is_spend());
        if let Some(known) = known {
            let spend = spends.entry(&known.model).or_default();
            *spend = spend.saturating_add(cost.cost);
        }
    }
    let (model, spend) =
        spends.into_iter().max_by_key(|&(model, spend)| (spend, std::cmp::Reverse(model)))?;
    Some(Mostly { model: model.to_owned(), share: Ratio::of(spend, point.spend)? })
}

fn sentence(view: &View<'_>) -> Option<DailySentence> {
    let body = &view.material.report.body;
    let first_day = view.month.first_day();
    let costly = body.daily.iter().filter(|point| point.spend > Money::ZERO);
    let highest = costly.max_by_key(|point| (point.spend, std::cmp::Reverse(point.day)));
    let mostly = body.by_model.first().and_then(|costliest| {
        let share = Ratio::of(costliest.figures.spend, body.spend)?;
        Some(Mostly { model: costliest.model.clone(), share })
    });
    (view.until >= first_day).then(|| DailySentence {
        first_day,
        last_day: view.until,
        spend: body.spend,
        at_least: body.at_least,
        highest: highest.map(|point| Highest { day: point.day, spend: point.spend }),
        mostly,
    })
}
