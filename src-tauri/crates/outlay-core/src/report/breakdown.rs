//! Spend by one dimension at a time, the costliest group first.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::cell::Sums;
use super::{Count, Group, Totals};
use crate::basis::CostBasis;
use crate::money::Money;

/// What a group of rows comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Figures {
    /// Known requests.
    pub calls: Count,
    /// Money out.
    pub spend: Money,
    /// The true spend is at least this: rows without a known price are in the group.
    pub at_least: bool,
    /// How many rows have no known price.
    pub unpriced_rows: Count,
    /// Money out per call that no plan covers; null where there is no such call, where a row has no
    /// price or does not say how many calls it is, and where another source speaks for the money.
    pub average: Option<Money>,
    /// Input and output tokens.
    pub tokens: Count,
}

/// A generation type's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ByType {
    /// The generation type.
    pub generation_type: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A model's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ByModel {
    /// The model as the sources write it.
    pub model: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A provider's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ByProvider {
    /// Who bills it.
    pub provider: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// An application's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ByApplication {
    /// The application's id; null for the rows that name none.
    pub application: Option<String>,
    /// The application's name; null for the rows that name none.
    pub name: Option<String>,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

pub(super) fn by_type(groups: &[Group]) -> Vec<ByType> {
    let groups = grouped(groups, |group| group.dimensions.generation_type.as_str());
    let group = |(name, figures): (&str, _)| ByType { generation_type: name.to_owned(), figures };
    groups.into_iter().map(group).collect()
}

pub(super) fn by_model(groups: &[Group]) -> Vec<ByModel> {
    let groups = grouped(groups, |group| group.dimensions.model.as_str());
    groups.into_iter().map(|(name, figures)| ByModel { model: name.to_owned(), figures }).collect()
}

pub(super) fn by_provider(groups: &[Group]) -> Vec<ByProvider> {
    let groups = grouped(groups, |group| group.dimensions.provider.as_str());
    groups.into_iter().map(|(name, figures)| ByProvider { provider: name.to_owned(), figures }).collect()
}

pub(super) fn by_application(groups: &[Group]) -> Vec<ByApplication> {
    let groups = grouped(groups, |group| {
        let application = group.dimensions.application.as_ref();
        (application.map(|application| application.name.as_str()), application.map(|known| known.id))
    });
    let group = |((name, id), figures): ((Option<&str>, Option<uuid::Uuid>), _)| ByApplication {
        application: id.map(|id| id.to_string()),
        name: name.map(str::to_owned),
        figures,
    };
    groups.into_iter().map(group).collect()
}

/// The figures of each key's rows, by spend descending, then by key.
pub(super) fn grouped<'g, Key: Ord + std::hash::Hash>(
    groups: &'g [Group],
    key: impl Fn(&'g Group) -> Key,
) -> Vec<(Key, Figures)> {
    summed(groups.iter().map(|group| (key(group), group.dimensions.basis, &group.totals)))
}

/// The same of sums that have no more in common than their key and what the cost rests on.
pub(super) fn summed<'g, Key: Ord + std::hash::Hash>(
    parts: impl Iterator<Item = (Key, CostBasis, &'g Totals)>,
) -> Vec<(Key, Figures)> {
    let mut sums: FxHashMap<Key, Sums> = FxHashMap::default();
    for (key, basis, totals) in parts {
        sums.entry(key).or_default().add(basis, totals);
    }
    let mut sorted: Vec<_> = sums.into_iter().collect();
    sorted.sort_by(|(a, one), (b, two)| two.spend.cmp(&one.spend).then_with(|| a.cmp(b)));
    sorted.into_iter().map(|(key, sums)| (key, figures(&sums))).collect()
}

fn figures(sums: &Sums) -> Figures {
    Figures {
        calls: Count(sums.calls),
        spend: sums.spend,
        at_least: sums.at_least(),
        unpriced_rows: Count(sums.unpriced_rows),
        average: sums.average(),
        tokens: Count(sums.tokens()),
    }
}
