//! Rows that could not be read, grouped by what repairs them.

use std::collections::BTreeMap;

use outlay_app::quarantine::QuarantinedRow;
use owo_colors::OwoColorize as _;

use super::amount::counted;
use super::text::{cut, wrapped};

/// How many lines of a group are named.
const NAMED: usize = 12;

/// One paragraph per repair: what is wrong, where, and what to do.
pub(crate) fn grouped(rows: &[QuarantinedRow], width: Option<u16>) -> String {
    if rows.is_empty() {
        return "No rows are quarantined".to_owned();
    }
    let mut groups: BTreeMap<(&str, &str, &str, &str), Vec<&QuarantinedRow>> = BTreeMap::new();
    for row in rows {
        groups.entry((&row.file_name, &row.column, &row.kind, &row.remedy)).or_default().push(row);
    }
    let paragraphs = groups.values().map(|group| paragraph(group, width));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

fn paragraph(group: &[&QuarantinedRow], width: Option<u16>) -> String {
    let Some(first) = group.first() else { return String::new() };
    let rows = counted(i64::try_from(group.len()).unwrap_or(i64::MAX), "row", "rows");
    let column = if first.column.is_empty() { String::new() } else { format!(", column {}", first.column) };
    let title = format!("{}: {rows}{column}", first.file_name);
    let example = format!("expected {}, found {}", first.expected, cut(&first.found, 60));
    let mut lines =
        vec![title.bold().to_string(), wrapped(&example, width, 2), wrapped(&first.remedy, width, 2)];
    lines.push(wrapped(&line_numbers(group), width, 2));
    lines.join("\n")
}

fn line_numbers(group: &[&QuarantinedRow]) -> String {
    let named: Vec<_> = group.iter().take(NAMED).map(|row| row.line.0.to_string()).collect();
    let more = group.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let word = if group.len() == 1 { "line" } else { "lines" };
    format!("{word} {}{rest}", named.join(", "))
}
