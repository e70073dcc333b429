//! The words of an alert: what it is about, how urgent it is, how it ended.
//!
//! When each is raised is decided where budgets are evaluated, not here.

use crate::text::words;

words! {
    /// What an alert is about.
    pub enum AlertType("alert type") {
        /// The month's spend reached the warning threshold of the cap.
        MonthlyCapWarning = "monthly_cap_warning",
        /// The month's spend reached the cap.
        MonthlyCapReached = "monthly_cap_reached",
        /// One call cost more than the limit for a single call.
        SingleCallHigh = "single_call_high",
        /// A day cost far more than its like.
        DailySpike = "daily_spike",
        /// The ledger file passed its limit, or the disk runs low.
        StorageWarning = "storage_warning",
        /// Sync moved more bytes this month than its limit.
        BandwidthWarning = "bandwidth_warning",
        /// The likely month-end is beyond the cap.
        ForecastOverCap = "forecast_over_cap",
        /// A source is silent beyond its usual delay.
        SourceStale = "source_stale",
        /// An import brought alerts of long ago, told as one.
        BackfillSummary = "backfill_summary",
    }
}

words! {
    /// How urgent an alert is, from the least.
    pub enum Severity("severity") {
        /// To know.
        Low = "low",
        /// To watch.
        Medium = "medium",
        /// To look at today.
        High = "high",
        /// To act on now.
        Critical = "critical",
    }
}

words! {
    /// How an alert ended.
    pub enum Resolution("resolution") {
        /// The user has seen it.
        Acknowledged = "acknowledged",
        /// The user raised the cap.
        CapIncreased = "cap_increased",
        /// The month or the condition is over.
        AutoResolved = "auto_resolved",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_are_in_order() {
        assert!(Severity::ALL.is_sorted());
        assert!(Severity::Critical > Severity::High);
    }

    #[test]
    fn words_read_back() {
        for kind in AlertType::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        for resolution in Resolution::ALL {
            let json = serde_json::to_value(resolution).expect("json");
            assert_eq!(json, resolution.as_str());
        }
        assert!("urgent".parse::<Severity>().is_err());
    }
}
