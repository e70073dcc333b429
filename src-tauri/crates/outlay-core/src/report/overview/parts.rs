//! Who spent it: the figures of reports with share, change and colour.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::View;
use super::colours::Colours;
use crate::money::Money;
use crate::report::{ByApplication, ByMember, ByModel, ByProvider, ByType, Dimensions, Figures, Ratio};

/// How a group stands in the month and against the month before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct Standing {
    /// Its share of the month's spend; null where that is zero.
    pub share: Option<Ratio>,
    /// Its spend on the same days of the previous month.
    pub before: Money,
    /// How far it is above that, as a share of it; null for a group that is new.
    pub change: Option<Ratio>,
}

/// A model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ModelPart {
    /// The model and its figures.
    #[serde(flatten)]
    pub group: ByModel,
    /// How it stands.
    #[serde(flatten)]
    pub standing: Standing,
    /// The slot of its series in the daily chart; null where it is one of the others.
    pub slot: Option<u8>,
}

/// A generation type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct TypePart {
    /// The type and its figures.
    #[serde(flatten)]
    pub group: ByType,
    /// How it stands.
    #[serde(flatten)]
    pub standing: Standing,
}

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ProviderPart {
    /// The provider and its figures.
    #[serde(flatten)]
    pub group: ByProvider,
    /// How it stands.
    #[serde(flatten)]
    pub standing: Standing,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ApplicationPart {
    /// The application and its figures.
    #[serde(flatten)]
    pub group: ByApplication,
    /// How it stands.
    #[serde(flatten)]
    pub standing: Standing,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct MemberPart {
    /// The member and their figures.
    #[serde(flatten)]
    pub group: ByMember,
    /// How they stand.
    #[serde(flatten)]
    pub standing: Standing,
}

/// What the parts of the page are made of.
pub(super) struct Parts<'a> {
    view: &'a View<'a>,
    /// Money out on the same days of the previous month, by dimension.
    before: Vec<(&'a Dimensions, Money)>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(view: &'a View<'a>) -> Self {
        let mut sums: FxHashMap<i64, Money> = FxHashMap::default();
        for &(dimension, cost) in view.material.costs_before {
            let sum = sums.entry(dimension).or_default();
            *sum = sum.saturating_add(cost);
        }
        let known = |(number, sum)| Some((view.material.dimensions.get(&number)?, sum));
        let before = sums.into_iter().filter_map(known).filter(|(known, _)| known.basis.is_spend()).collect();
        Self { view, before }
    }

    pub(super) fn by_model(&self, colours: &Colours) -> Vec<ModelPart> {
        let before = self.before_by(|known| known.model.as_str());
        let part = |group: &ByModel| ModelPart {
            standing: self.standing(&group.figures, before.get(group.model.as_str())),
            slot: colours.slot(&group.model),
            group: group.clone(),
        };
        self.view.material.report.body.by_model.iter().map(part).collect()
    }

    pub(super) fn by_type(&self) -> Vec<TypePart> {
        let before = self.before_by(|known| known.generation_type.as_str());
        let part = |group: &ByType| TypePart {
            standing: self.standing(&group.figures, before.get(group.generation_type.as_str())),
            group: group.clone(),
        };
        self.view.material.report.body.by_type.iter().map(part).collect()
    }

    pub(super) fn by_provider(&self) -> Vec<ProviderPart> {
        let before = self.before_by(|known| known.provider.as_str());
        let part = |group: &ByProvider| ProviderPart {
            standing: self.standing(&group.figures, before.get(group.provider.as_str())),
            group: group.clone(),
        };
        self.view.material.report.body.by_provider.iter().map(part).collect()
    }

    pub(super) fn by_application(&self) -> Vec<ApplicationPart> {
        let before = self.before_by(|known| known.application.as_ref().map(|known| known.id.to_string()));
        let part = |group: &ByApplication| ApplicationPart {
            standing: self.standing(&group.figures, before.get(&group.application)),
            group: group.clone(),
        };
        self.view.material.report.body.by_application.iter().map(part).collect()
    }

    pub(super) fn by_member(&self) -> Vec<MemberPart> {
        let before = self.before_by(|known| known.user.as_str());
        let part = |group: &ByMember| MemberPart {
            standing: self.standing(&group.figures, before.get(group.user.as_str())),
            group: group.clone(),
        };
        self.view.material.report.body.by_member.iter().map(part).collect()
    }

    fn before_by<Key: Eq + std::hash::Hash>(
        &self,
        key: impl Fn(&'a Dimensions) -> Key,
    ) -> FxHashMap<Key, Money> {
        let mut sums: FxHashMap<Key, Money> = FxHashMap::default();
        for &(known, spend) in &self.before {
            let sum = sums.entry(key(known)).or_default();
            *sum = sum.saturating_add(spend);
        }
        sums
    }

    fn standing(&self, figures: &Figures, before: Option<&Money>) -> Standing {
        let before = before.copied().unwrap_or_default();
        Standing {
            share: Ratio::of(figures.spend, self.view.material.report.body.spend),
            before,
            change: Ratio::change(figures.spend, before),
        }
    }
}
