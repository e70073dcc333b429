//! Days, months and instants as a person reads them.

use outlay_app::{Day, Instant, Month, Zone};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `June 2026`.
pub(crate) fn month_name(month: Month) -> String {
    let name = usize::try_from(month.month()).ok().and_then(|number| MONTHS.get(number.wrapping_sub(1)));
    format!("{} {}", name.unwrap_or(&""), month.year())
}

/// `Mon`.
pub(crate) fn weekday(day: Day) -> &'static str {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    NAMES[day.weekday().num_days_from_monday() as usize]
}

/// `2026-06-19 15:41 UTC`, where no zone is asked for.
pub(crate) fn utc(instant: Instant) -> String {
    instant.to_utc().format("%Y-%m-%d %H:%M UTC").to_string()
}

/// `2026-06-19 15:41`, in the zone in which days are counted.
pub(crate) fn minute(instant: Instant, zone: Zone) -> String {
    let local = zone.local(instant);
    local.format("%Y-%m-%d %H:%M").to_string()
}
