//! A model that was never used before. Once per model, however it is written; off unless somebody turns it on.

use super::{AlertType, Measure, Notice, OpenAlert, Severity, Situation};
use crate::figures::day_words;
use crate::period::Day;
use crate::price::Book;

/// A model that counts in a user's rows, as it is written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedModel {
    /// Who bills its calls.
    pub provider: String,
    /// Its name.
    pub model: String,
    /// The day of its first call; of one from before [`Situation::recent`] any day before that.
    pub first: Day,
}

impl UsedModel {
    /// Whether both are names of the same model.
    fn is_as(&self, other: &Self) -> bool {
        let book = Book::embedded();
        book.is_of(&self.model, &other.provider, &other.model)
            || book.is_of(&other.model, &self.provider, &self.model)
    }
}

/// Where no call is older than what is news, every model is new and none is told.
pub(super) fn notices(situation: &Situation<'_>) -> Vec<Notice> {
    if !situation.rules.watch(AlertType::NewModel) {
        return Vec::new();
    }
    let used = situation.models.iter().filter(|used| used.first <= situation.today);
    let (mut recent, before): (Vec<_>, Vec<_>) = used.partition(|used| used.first >= situation.recent);
    recent.sort_by_key(|used| (used.first, &used.model));
    let mut told: Vec<&UsedModel> = Vec::new();
    for used in recent {
        if !before.is_empty() && !before.iter().chain(&told).any(|known| known.is_as(used)) {
            told.push(used);
        }
    }
    told.into_iter().map(notice).collect()
}

fn notice(used: &UsedModel) -> Notice {
    let UsedModel { provider, model, first } = used;
    Notice {
        alert_type: AlertType::NewModel,
        severity: Severity::Low,
        dedupe_key: model.to_lowercase(),
        message: format!("First call of {model} of {provider} on {}", day_words(*first)),
        measure: Measure::Nothing,
        recurs: false,
    }
}

/// None of its calls counts any more.
pub(super) fn is_over(situation: &Situation<'_>, open: &OpenAlert<'_>) -> bool {
    !situation.models.iter().any(|used| used.model.to_lowercase() == open.dedupe_key)
}
