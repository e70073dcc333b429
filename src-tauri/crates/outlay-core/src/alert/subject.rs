//! What an alert is about, so that a page can lead there: read from the key that makes it the same alert when it is
//! noticed again. What it says stands in its message.

use serde::Serialize;

use super::limit_key::Told;
use super::{AlertType, unpriced};
use crate::period::{Day, Month};

/// The calls, the import or the time that an alert is about, as far as it names them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct AlertSubject {
    /// The day, of a spike.
    pub day: Option<Day>,
    /// The month, of a cap or a budget, or of rows without a price.
    pub month: Option<Month>,
    /// The provider whose calls the budget is of.
    pub provider: Option<String>,
    /// The model whose calls the budget is of, or that is new.
    pub model: Option<String>,
    /// The call's id, of one that was recorded; one that was imported is known by what it cost.
    pub call: Option<String>,
    /// The import's id, of a summary of one.
    pub import: Option<String>,
}

impl AlertSubject {
    /// What an alert of a type and a key is about.
    pub fn of(alert_type: AlertType, dedupe_key: &str) -> Self {
        let nothing = Self::default();
        match alert_type {
            AlertType::MonthlyCapWarning | AlertType::MonthlyCapReached | AlertType::ForecastOverCap => {
                Told::read(dedupe_key).map_or(nothing, |told| Self {
                    month: Some(told.month),
                    provider: told.of("provider="),
                    model: told.of("model="),
                    ..Self::default()
                })
            }
            AlertType::DailySpike => Self { day: dedupe_key.parse().ok(), ..nothing },
            AlertType::SingleCallHigh => {
                let id = dedupe_key.parse::<uuid::Uuid>().ok();
                Self { call: id.map(|id| id.to_string()), ..nothing }
            }
            AlertType::NewModel => Self { model: Some(dedupe_key.to_owned()), ..nothing },
            AlertType::UnpricedRows => Self { month: unpriced::month_of(dedupe_key), ..nothing },
            AlertType::BackfillSummary => Self { import: Some(dedupe_key.to_owned()), ..nothing },
            AlertType::StorageWarning | AlertType::BandwidthWarning | AlertType::SourceStale => nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(alert_type: AlertType, key: &str, expected: &str) {
        let AlertSubject { day, month, provider, model, call, import } = AlertSubject::of(alert_type, key);
        let parts = [
            day.map(|day| day.to_string()),
            month.map(|month| month.to_string()),
            provider,
            model,
            call,
            import,
        ];
        assert_eq!(parts.into_iter().flatten().collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn a_key_tells_what_its_alert_is_about() {
        use AlertType::*;
        check(MonthlyCapReached, "2026-06/default-10", "2026-06");
        check(MonthlyCapWarning, "2026-06/200/80", "2026-06");
        check(MonthlyCapReached, "2026-06~2/200", "2026-06");
        check(ForecastOverCap, "2026-06/50/80/ci/provider=openai", "2026-06 openai");
        check(MonthlyCapReached, "2026-06/50/100/a%2fb/model=openai/gpt-5", "2026-06 openai/gpt-5");
        check(DailySpike, "2026-06-13", "2026-06-13");
        check(SingleCallHigh, "0197a5c0-0000-7000-8000-000000000001", "0197a5c0-0000-7000-8000-000000000001");
        check(SingleCallHigh, "gen-1749", "");
        check(BackfillSummary, "some-import", "some-import");
        check(StorageWarning, "file/1000", "");
        check(DailySpike, "no day", "");
        check(NewModel, "openai/gpt-6", "openai/gpt-6");
        check(UnpricedRows, "2026-06~2/rows", "2026-06");
    }
}
