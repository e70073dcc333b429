//! What needs a look, as values that the page words.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{OverviewDay, Spike, View};
use crate::alert::{AlertType, Severity};
use crate::instant::Instant;
use crate::money::Money;
use crate::period::Day;
use crate::report::{Count, SourceState};

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Attention {
    /// An alert that nobody resolved.
    Alert {
        /// Its id.
        id: String,
        /// What it is about.
        alert_type: AlertType,
        /// How urgent it is.
        severity: Severity,
        /// The sentence, with the arithmetic in it.
        message: String,
        /// What was reached, where it is money.
        actual: Option<Money>,
        /// The limit, where it is money.
        threshold: Option<Money>,
        /// When it was raised.
        created_at: Instant,
        /// The day that it tells of, of a spike.
        #[serde(skip)]
        day: Option<Day>,
    },
    /// A day that costs far more than its like, of which no alert speaks.
    Spike {
        /// The day.
        day: Day,
        /// Money out on it.
        spend: Money,
        /// What is unusual about it.
        spike: Spike,
    },
    /// Rows of the month without a known price.
    Unpriced {
        /// How many rows.
        rows: Count,
        /// Their models, the one with the most rows first; at most five.
        models: Vec<String>,
        /// How many models there are in all.
        model_count: Count,
    },
    /// Rows of files that could not be read.
    Quarantined {
        /// How many rows.
        rows: Count,
        /// In how many files.
        files: Count,
    },
    /// A source that is silent for longer than it usually is.
    StaleSource {
        /// The kind of source.
        source: String,
        /// Who bills it; null for rows of several providers.
        provider: Option<String>,
        /// The account at the provider.
        account: String,
        /// The last day that it speaks about.
        newest_day: Day,
        /// How many days ago that is.
        age_days: Count,
    },
    /// Two sources describe the same days, and it was settled which one speaks.
    SettledOverlap {
        /// Who bills them.
        provider: String,
        /// The account at the provider.
        account: String,
        /// The first UTC day.
        first_day: Day,
        /// The last UTC day.
        last_day: Day,
        /// The source whose money counts.
        money_from: Option<String>,
        /// The source whose tokens and calls count.
        usage_from: Option<String>,
    },
}

/// As many as a person looks at.
const MOST: usize = 5;
/// As many models as a sentence holds.
const NAMED_MODELS: usize = 5;

/// What needs a look: what is about money first, the most money first; then in the order of the kinds.
pub(super) fn most_money_first(view: &View<'_>, days: &[OverviewDay]) -> Vec<Attention> {
    let material = view.material;
    let mut found = material.attention.clone();
    found.extend(spikes(material.told, days));
    found.extend(unpriced(view));
    let (rows, files) = material.quarantined;
    found.extend((rows > 0).then_some(Attention::Quarantined { rows: Count(rows), files: Count(files) }));
    let stale = material.sources.freshness().into_iter().filter(|source| source.state == SourceState::Stale);
    found.extend(stale.map(|source| Attention::StaleSource {
        source: source.name.source,
        provider: source.provider,
        account: source.name.account,
        newest_day: source.newest_day,
        age_days: source.age_days,
    }));
    found.sort_by_key(|attention| (std::cmp::Reverse(attention.money()), attention.rank()));
    found.truncate(MOST);
    found
}

/// Spikes of the month of which no alert ever told.
fn spikes(told: &BTreeSet<Day>, days: &[OverviewDay]) -> Vec<Attention> {
    let untold = days.iter().filter(|day| !told.contains(&day.day));
    let spike = |day: &OverviewDay| {
        day.spike.clone().map(|spike| Attention::Spike { day: day.day, spend: day.spend, spike })
    };
    untold.filter_map(spike).collect()
}

fn unpriced(view: &View<'_>) -> Option<Attention> {
    let body = &view.material.report.body;
    let mut models: Vec<_> = body.by_model.iter().filter(|model| model.figures.unpriced_rows.0 > 0).collect();
    models.sort_by_key(|model| std::cmp::Reverse(model.figures.unpriced_rows));
    (body.unpriced_rows.0 > 0).then(|| Attention::Unpriced {
        rows: body.unpriced_rows,
        model_count: Count(models.len() as i64),
        models: models.iter().take(NAMED_MODELS).map(|model| model.model.clone()).collect(),
    })
}

impl Attention {
    /// The money that it is about, where that is known: of an alert what is beyond the limit.
    fn money(&self) -> Money {
        match self {
            Self::Alert { actual: Some(actual), threshold, .. } => {
                actual.saturating_add(-threshold.unwrap_or_default()).max(Money::ZERO)
            }
            Self::Spike { spike, .. } => spike.impact,
            _ => Money::ZERO,
        }
    }

    /// The order of kinds that are about no known money.
    fn rank(&self) -> (u8, std::cmp::Reverse<Severity>) {
        match self {
            Self::Alert { severity, .. } => (0, std::cmp::Reverse(*severity)),
            Self::Spike { .. } => (0, std::cmp::Reverse(Severity::High)),
            Self::Unpriced { .. } => (1, std::cmp::Reverse(Severity::Low)),
            Self::Quarantined { .. } => (2, std::cmp::Reverse(Severity::Low)),
            Self::StaleSource { .. } => (3, std::cmp::Reverse(Severity::Low)),
            Self::SettledOverlap { .. } => (4, std::cmp::Reverse(Severity::Low)),
        }
    }
}
