//! The printed table: what was asked, what was measured, and the peer of the same run.

use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};

/// One line of it.
#[derive(Debug)]
pub(crate) struct Line {
    /// What was measured.
    pub(crate) name: String,
    /// The goal.
    pub(crate) asked: &'static str,
    /// The median.
    pub(crate) measured: String,
    /// The median divided by the peer's; empty where there is no peer.
    pub(crate) ratio: String,
    /// The peer and its median.
    pub(crate) peer: String,
}

/// The table as text.
pub(crate) fn render(lines: &[Line]) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(["what", "asked", "measured (median)", "ratio", "peer (median)"]);
    for line in lines {
        table.add_row([line.name.as_str(), line.asked, &line.measured, &line.ratio, &line.peer]);
    }
    for column in [2, 3, 4] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

/// The one in the middle; of an even number the lower of the two.
pub(crate) fn median<T: Ord + Copy>(mut values: Vec<T>) -> Option<T> {
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied()
}

/// `2.41 s`, `3.1 ms`.
pub(crate) fn time(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        return format!("{}.{} ms", duration.as_millis(), duration.as_micros() / 100 % 10);
    }
    format!("{:.2} s", duration.as_secs_f64())
}

/// `0.24`, one time as a part of the other.
pub(crate) fn ratio(part: Duration, whole: Duration) -> String {
    let percent = (part.as_micros() * 100).checked_div(whole.as_micros()).unwrap_or_default();
    format!("{}.{:02}", percent / 100, percent % 100)
}

/// `113 MB`.
pub(crate) fn memory(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(time(Duration::from_micros(2_414_900)), "2.41 s");
        assert_eq!(time(Duration::from_micros(3_190)), "3.1 ms");
        assert_eq!(ratio(Duration::from_millis(240), Duration::from_secs(1)), "0.24");
        assert_eq!(ratio(Duration::from_secs(3), Duration::from_secs(2)), "1.50");
        assert_eq!(memory(113_400_000), "113 MB");
        assert_eq!(median(vec![3, 1, 2, 9, 4]), Some(3));
        assert_eq!(median(Vec::<u8>::new()), None);
    }
}
