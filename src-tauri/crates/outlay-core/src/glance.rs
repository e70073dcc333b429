//! The month at a glance: the few words that stand beside the clock, in the menu of an icon and in its label.
//!
//! Pure: figures go in, words come out. Where they stand is a host's matter.

use crate::cost_config::CostConfig;
use crate::figures::{counted, dollars, hedged};
use crate::forecast::Projection;
use crate::instant::Instant;
use crate::money::{Money, NANOS_PER_DOLLAR};
use crate::period::Zone;
use crate::report::Headline;
use crate::text::words;

words! {
    /// What the icon beside the clock shows.
    pub enum TrayWish("choice of what the icon beside the clock shows") {
        /// There is no icon.
        Off = "off",
        /// The month's figures.
        On = "on",
        /// The month's figures as shares of the cap: no amount is seen over a shoulder.
        NoAmounts = "no_amounts",
    }
}

/// What is known of the current month.
#[derive(Debug, Clone, Copy)]
pub struct Glance<'a> {
    /// Money out since the month began.
    pub month: Headline,
    /// Money out since the day began.
    pub today: Headline,
    /// Where the month is heading.
    pub projection: Option<&'a Projection>,
    /// The cap, which is measured against once it is confirmed.
    pub config: &'a CostConfig,
    /// Alerts that nobody resolved.
    pub alerts: i64,
}

/// The same in words, each for its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlanceWords {
    /// The shortest: `$110`.
    pub title: String,
    /// `Month to date $109.66 · 55 %`.
    pub month: String,
    /// `Today $6.00`.
    pub today: String,
    /// `Month-end likely $157–$193`.
    pub month_end: String,
    /// `Alerts (2 unresolved)`.
    pub alerts: String,
    /// All of it in full words, for who hears it.
    pub label: String,
}

/// The choice that pauses notifications for an hour, or goes on with those that are paused.
pub fn pause_words(paused_until: Option<Instant>, zone: Zone) -> String {
    match paused_until {
        Some(until) => format!("Resume alerts (paused until {})", zone.local(until).format("%H:%M")),
        None => "Pause alerts for 1 hour".to_owned(),
    }
}

impl Glance<'_> {
    /// The words, with or without amounts.
    pub fn words(&self, with_amounts: bool) -> GlanceWords {
        let figures =
            Figures { cap: self.config.monthly_ai_cap_usd, with_amounts, is_known: self.is_capped() };
        let (month, today) = (figures.of(self.month), figures.of(self.today));
        let share = if with_amounts && self.is_capped() {
            format!(" · {}", percent(self.month.spend, figures.cap))
        } else {
            String::new()
        };
        let alerts = match self.alerts {
            0 => "Alerts".to_owned(),
            some => format!("Alerts ({some} unresolved)"),
        };
        GlanceWords {
            title: figures.short(self.month.spend),
            month: format!("Month to date {month}{share}"),
            today: format!("Today {today}"),
            month_end: self.month_end(&figures),
            alerts,
            label: self.label(&figures),
        }
    }

    fn is_capped(&self) -> bool {
        self.config.confirmed_at.is_some() && self.config.monthly_ai_cap_usd > Money::ZERO
    }

    fn likely(&self) -> Option<(Money, Money)> {
        let projection = self.projection?;
        projection.low.zip(projection.high)
    }

    fn month_end(&self, figures: &Figures) -> String {
        match self.likely() {
            Some(_) if figures.are_hidden() => format!("Month-end {HIDDEN}"),
            Some((low, high)) => {
                format!("Month-end likely {}–{}", figures.rounded(low), figures.rounded(high))
            }
            None => "Month-end: not enough history".to_owned(),
        }
    }

    fn label(&self, figures: &Figures) -> String {
        let alerts = match self.alerts {
            0 => String::new(),
            some => format!(". {}", counted(some, "unresolved alert", "unresolved alerts")),
        };
        if figures.are_hidden() {
            return format!("Outlay: amounts are hidden{alerts}");
        }
        let (month, today) = (figures.of(self.month), figures.of(self.today));
        let spent = match (figures.with_amounts, figures.is_known) {
            (true, true) => {
                let (share, cap) = (percent(self.month.spend, figures.cap), dollars(figures.cap));
                format!("{month} this month, {share} of the cap of {cap}")
            }
            (true, false) => format!("{month} this month"),
            (false, _) => format!("{month} of the cap this month"),
        };
        let end = self.likely().map(|(low, high)| {
            format!(". Month-end likely {} to {}", figures.rounded(low), figures.rounded(high))
        });
        format!("Outlay: {spent}; {today} today{}{alerts}", end.unwrap_or_default())
    }
}

/// What stands where an amount may not be seen and has no share.
const HIDDEN: &str = "(amount hidden)";

/// How an amount is said.
struct Figures {
    cap: Money,
    with_amounts: bool,
    /// Whether the cap is one that somebody set.
    is_known: bool,
}

impl Figures {
    /// Amounts may not be seen, and there is no cap to take shares of.
    const fn are_hidden(&self) -> bool {
        !self.with_amounts && !self.is_known
    }

    fn of(&self, headline: Headline) -> String {
        let said = self.said(headline.spend, dollars);
        if self.are_hidden() { said } else { hedged(&said, headline.at_least, headline.about) }
    }

    /// Cents only below a hundred dollars.
    fn rounded(&self, amount: Money) -> String {
        self.said(amount, whole_from_hundred)
    }

    /// As [`Self::rounded`]; nothing where there is nothing that may be shown.
    fn short(&self, amount: Money) -> String {
        if self.are_hidden() { String::new() } else { self.rounded(amount) }
    }

    fn said(&self, amount: Money, words: fn(Money) -> String) -> String {
        match (self.with_amounts, self.is_known) {
            (true, _) => words(amount),
            (false, true) => percent(amount, self.cap),
            (false, false) => HIDDEN.to_owned(),
        }
    }
}

/// A share in whole percent, rounded as the page and the terminal round it.
fn percent(part: Money, whole: Money) -> String {
    format!("{} %", part.scaled(100, whole.nanos()).unwrap_or_default().nanos())
}

/// `$6.00`, `$110`, `$1,234`.
fn whole_from_hundred(amount: Money) -> String {
    if amount.abs() < Money::from_nanos(100 * NANOS_PER_DOLLAR) {
        return dollars(amount);
    }
    let whole = amount
        .scaled(1, NANOS_PER_DOLLAR)
        .and_then(|units| units.scaled(NANOS_PER_DOLLAR, 1))
        .unwrap_or(amount);
    dollars(whole).trim_end_matches(".00").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::Instant;

    fn money(text: &str) -> Money {
        text.parse().expect("an amount")
    }

    fn spent(text: &str) -> Headline {
        Headline { spend: money(text), at_least: false, about: false }
    }

    fn config(is_confirmed: bool) -> CostConfig {
        let confirmed_at = Instant::parse("2026-06-01T00:00:00Z").filter(|_| is_confirmed);
        CostConfig { monthly_ai_cap_usd: money("200"), confirmed_at, ..CostConfig::default() }
    }

    fn heading(low: &str, high: &str) -> Projection {
        let method = String::new();
        let likely = Some(money("175"));
        Projection { run_rate: money("170"), likely, low: Some(money(low)), high: Some(money(high)), method }
    }

    #[track_caller]
    fn shown(glance: &Glance<'_>, with_amounts: bool) -> String {
        let GlanceWords { title, month, today, month_end, alerts, label } = glance.words(with_amounts);
        [title, month, today, month_end, alerts, label].join("\n")
    }

    #[test]
    fn a_month_that_is_known() {
        let (config, projection) = (config(true), heading("157.20", "193.40"));
        let glance = Glance {
            month: spent("109.66"),
            today: spent("6"),
            projection: Some(&projection),
            config: &config,
            alerts: 2,
        };
        insta::assert_snapshot!(shown(&glance, true), @"
        $110
        Month to date $109.66 · 55 %
        Today $6.00
        Month-end likely $157–$193
        Alerts (2 unresolved)
        Outlay: $109.66 this month, 55 % of the cap of $200.00; $6.00 today. Month-end likely $157 to $193. 2 unresolved alerts
        ");
        insta::assert_snapshot!(shown(&glance, false), @"
        55 %
        Month to date 55 %
        Today 3 %
        Month-end likely 79 %–97 %
        Alerts (2 unresolved)
        Outlay: 55 % of the cap this month; 3 % today. Month-end likely 79 % to 97 %. 2 unresolved alerts
        ");
    }

    #[test]
    fn a_month_that_is_half_known() {
        let config = config(false);
        let month = Headline { spend: money("0.0042"), at_least: true, about: true };
        let glance = Glance { month, today: spent("0"), projection: None, config: &config, alerts: 0 };
        insta::assert_snapshot!(shown(&glance, true), @"
        $0.0042
        Month to date at least about $0.0042
        Today $0.00
        Month-end: not enough history
        Alerts
        Outlay: at least about $0.0042 this month; $0.00 today
        ");
        insta::assert_snapshot!(shown(&glance, false), @"
        Month to date (amount hidden)
        Today (amount hidden)
        Month-end: not enough history
        Alerts
        Outlay: amounts are hidden
        ");
    }

    #[test]
    fn cents_are_left_out_from_a_hundred_dollars_on() {
        for (amount, words) in [
            ("99.994", "$99.99"),
            ("100", "$100"),
            ("109.66", "$110"),
            ("1234.5", "$1,234"),
            ("0.001", "$0.001"),
        ] {
            assert_eq!(whole_from_hundred(money(amount)), words, "{amount}");
        }
    }
}
