//! The words in which alerts are told outside of the ledger: by mail and on the desktop. All of them stand here.
//!
//! Plain text, no link, no picture, nothing that tells whether it was read. To whom it goes is no concern here.

use super::{AlertType, Severity};
use crate::figures::{apart, counted};
use crate::instant::Instant;
use crate::money::Money;
use crate::period::Zone;

/// An alert, as far as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it is about.
    pub alert_type: AlertType,
    /// How urgent it is.
    pub severity: Severity,
    /// The sentence, with the arithmetic in it.
    pub message: String,
    /// The limit, where it is money.
    pub threshold: Option<Money>,
    /// What was reached, where it is money.
    pub actual: Option<Money>,
    /// When it was raised.
    pub created_at: Instant,
    /// Whether it is about a named budget, which raising the cap does not raise.
    pub is_of_budget: bool,
}

/// A mail's subject and text, or a notification's title and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What stands above, in one line.
    pub subject: String,
    /// What stands below, lines ended by `\n`.
    pub body: String,
}

/// Why it came and how it ends.
const FOOT: &str = "\
Outlay sent this from your own machine, because you set up mail and email_on_high is on.
  outlay config set email_on_high false    ends such mail
  outlay alerts list                       shows what is open
";

/// The mail about one alert.
pub fn letter(told: &Told, zone: Zone) -> Letter {
    let Told { severity, message, .. } = told;
    let body = format!(
        "{message}.\n\nSeverity {severity}, raised on {}.\n\nWhat to do:\n{}\n{FOOT}",
        when(told, zone),
        remedy(told)
    );
    Letter { subject: format!("Outlay: {}", headline(told)), body }
}

/// The mail about several alerts, the oldest first.
pub fn digest(told: &[Told], zone: Zone) -> Letter {
    let line = |one: &Told| {
        format!("- {}.\n  Severity {}, raised on {}.\n", one.message, one.severity, when(one, zone))
    };
    let lines: String = told.iter().map(line).collect();
    let mut remedies: Vec<&str> = Vec::new();
    for line in told.iter().flat_map(|one| remedy(one).lines()) {
        if !remedies.contains(&line) {
            remedies.push(line);
        }
    }
    let remedies = remedies.join("\n");
    Letter {
        subject: format!("Outlay: {}", summary(told)),
        body: format!("{lines}\nWhat to do:\n{remedies}\n\n{FOOT}"),
    }
}

/// The mail that tries the way.
pub fn trial() -> Letter {
    Letter {
        subject: "Outlay: test mail".to_owned(),
        body: "This is the test mail that you asked for. Alerts of severity high and critical will come like this.\n"
            .to_owned(),
    }
}

/// The notification that tries the way.
pub fn trial_notification() -> Letter {
    Letter {
        subject: "Test notification".to_owned(),
        body: "This is the notification that you asked for. Alerts will be shown like this.".to_owned(),
    }
}

/// The notification of one alert.
pub fn notification(told: &Told) -> Letter {
    Letter { subject: capitalised(&headline(told)), body: told.message.clone() }
}

/// The notification of several alerts.
pub fn notifications(told: &[Told]) -> Letter {
    Letter { subject: summary(told), body: urgent(told).map(|one| one.message.clone()).unwrap_or_default() }
}

/// `cap reached: $10.42 of $10.00`.
fn headline(told: &Told) -> String {
    let what = match told.alert_type {
        AlertType::MonthlyCapWarning if told.is_of_budget => "near the budget",
        AlertType::MonthlyCapReached if told.is_of_budget => "budget reached",
        AlertType::ForecastOverCap if told.is_of_budget => "on the way over the budget",
        AlertType::MonthlyCapWarning => "near the cap",
        AlertType::MonthlyCapReached => "cap reached",
        AlertType::SingleCallHigh => "costly call",
        AlertType::DailySpike => "daily spike",
        AlertType::StorageWarning => "room for the ledger",
        AlertType::BandwidthWarning => "much moved by sync",
        AlertType::ForecastOverCap => "on the way over the cap",
        AlertType::SourceStale => "a source is silent",
        AlertType::BackfillSummary => "older calls came in",
        AlertType::NewModel => "a new model",
        AlertType::UnpricedRows => "calls without a price",
    };
    match told.actual.zip(told.threshold).map(|(actual, limit)| apart(actual, limit)) {
        // What a spike is measured against is no limit that anybody set.
        Some((actual, _)) if told.alert_type == AlertType::DailySpike => format!("{what}: {actual}"),
        Some((actual, limit)) => format!("{what}: {actual} of {limit}"),
        None => format!("{what}: {}", told.message),
    }
}

/// `5 alerts, cap reached: $10.42 of $10.00`.
fn summary(told: &[Told]) -> String {
    let count = counted(i64::try_from(told.len()).unwrap_or(i64::MAX), "alert", "alerts");
    urgent(told).map_or_else(|| count.clone(), |one| format!("{count}, {}", headline(one)))
}

/// The most urgent one, of these the oldest.
fn urgent(told: &[Told]) -> Option<&Told> {
    told.iter().rev().max_by_key(|one| one.severity)
}

fn when(told: &Told, zone: Zone) -> String {
    let at = zone.local(told.created_at).format("%-d %B %Y, %H:%M");
    format!("{at} ({})", zone.name())
}

/// What helps, a line for each.
const fn remedy(told: &Told) -> &'static str {
    match told.alert_type {
        AlertType::MonthlyCapWarning | AlertType::MonthlyCapReached | AlertType::ForecastOverCap
            if told.is_of_budget =>
        {
            "  outlay report                            shows what the money went to
  outlay budget set NAME --amount USD      raises the budget, and resolves this
"
        }
        AlertType::MonthlyCapWarning | AlertType::MonthlyCapReached | AlertType::ForecastOverCap => {
            "  outlay report                            shows what the money went to
  outlay config set monthly_ai_cap_usd USD raises the cap, and resolves this
"
        }
        AlertType::SingleCallHigh => {
            "  outlay calls                             shows the calls
  outlay config set single_call_alert USD  raises the limit
"
        }
        AlertType::DailySpike => {
            "  outlay report                            shows what the money went to
  outlay alerts expect ID --because TEXT   if you knew: the day then leaves what is usual
"
        }
        AlertType::StorageWarning => {
            "  Free some space, or move old backups away. While the disk is full, nothing can be recorded.
"
        }
        AlertType::BandwidthWarning => {
            "  outlay config set bandwidth_limit_bytes N  raises the limit
"
        }
        AlertType::NewModel | AlertType::UnpricedRows => {
            "  outlay calls                             shows the calls
  outlay report --by model                 shows what each model costs
"
        }
        AlertType::SourceStale | AlertType::BackfillSummary => {
            "  outlay imports list                      shows what was imported, and until when
"
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(alert_type: AlertType, actual: &str) -> Told {
        let money = |text: &str| Some(text.parse().expect("an amount"));
        Told {
            alert_type,
            severity: Severity::Critical,
            message: format!("June 2026: ${actual} spent, which is over the cap of $10.00"),
            threshold: money("10"),
            actual: money(actual),
            created_at: Instant::parse("2026-06-19T12:00:00Z").expect("an instant"),
            is_of_budget: false,
        }
    }

    fn berlin() -> Zone {
        "Europe/Berlin".parse().expect("a zone")
    }

    #[test]
    fn a_letter_says_what_happened_and_what_to_do() {
        let Letter { subject, body } = letter(&reached(AlertType::MonthlyCapReached, "10.42"), berlin());
        insta::assert_snapshot!(format!("{subject}\n\n{body}"), @"
        Outlay: cap reached: $10.42 of $10.00

        June 2026: $10.42 spent, which is over the cap of $10.00.

        Severity critical, raised on 19 June 2026, 14:00 (Europe/Berlin).

        What to do:
          outlay report                            shows what the money went to
          outlay config set monthly_ai_cap_usd USD raises the cap, and resolves this

        Outlay sent this from your own machine, because you set up mail and email_on_high is on.
          outlay config set email_on_high false    ends such mail
          outlay alerts list                       shows what is open
        ");
    }

    #[test]
    fn a_digest_names_the_most_urgent() {
        let spike = Told { severity: Severity::High, ..reached(AlertType::DailySpike, "54") };
        let told = [spike.clone(), reached(AlertType::MonthlyCapReached, "10.42"), spike];
        let Letter { subject, body } = digest(&told, berlin());
        insta::assert_snapshot!(format!("{subject}\n\n{body}"), @"
        Outlay: 3 alerts, cap reached: $10.42 of $10.00

        - June 2026: $54 spent, which is over the cap of $10.00.
          Severity high, raised on 19 June 2026, 14:00 (Europe/Berlin).
        - June 2026: $10.42 spent, which is over the cap of $10.00.
          Severity critical, raised on 19 June 2026, 14:00 (Europe/Berlin).
        - June 2026: $54 spent, which is over the cap of $10.00.
          Severity high, raised on 19 June 2026, 14:00 (Europe/Berlin).

        What to do:
          outlay report                            shows what the money went to
          outlay alerts expect ID --because TEXT   if you knew: the day then leaves what is usual
          outlay config set monthly_ai_cap_usd USD raises the cap, and resolves this

        Outlay sent this from your own machine, because you set up mail and email_on_high is on.
          outlay config set email_on_high false    ends such mail
          outlay alerts list                       shows what is open
        ");
    }

    #[test]
    fn what_is_about_a_budget_speaks_of_no_cap() {
        let told = Told { is_of_budget: true, ..reached(AlertType::MonthlyCapReached, "10.42") };
        let Letter { subject, body } = letter(&told, berlin());
        assert_eq!(subject, "Outlay: budget reached: $10.42 of $10.00");
        assert!(!body.contains("monthly_ai_cap_usd"), "raising the cap does not help: {body}");
        assert!(body.contains("outlay budget set NAME --amount USD"), "{body}");
    }

    #[test]
    fn notifications_have_a_title_with_the_figure() {
        let told = reached(AlertType::DailySpike, "54");
        assert_eq!(notification(&told).subject, "Daily spike: $54.00");
        let many = vec![told; 1200];
        assert_eq!(notifications(&many).subject, "1,200 alerts, daily spike: $54.00");
    }
}
