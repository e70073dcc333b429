//! The history of imports, and what an undo changes.

use outlay_app::Day;
use outlay_app::imports::{Import, ImportShown, Imports, MonthChange, Undone};
use owo_colors::OwoColorize as _;

use super::amount::{count, counted, total};
use super::days::utc;
use super::table::{Side, fitting, pairs};

/// The end of an id, which is enough to name it: ids made in the same minute begin alike.
pub(crate) fn short(id: &str) -> &str {
    id.len().checked_sub(8).and_then(|start| id.get(start..)).unwrap_or(id)
}

/// The imports as a table.
pub(crate) fn list(imports: &Imports, width: Option<u16>) -> String {
    if imports.imports.is_empty() {
        return "No imports yet".to_owned();
    }
    let header = [
        ("Id", Side::Whole),
        ("File", Side::Left),
        ("Source", Side::Left),
        ("Days (UTC)", Side::Whole),
        ("New", Side::Right),
        ("Known", Side::Right),
        ("Restated", Side::Right),
        ("Quarantined", Side::Right),
        ("State", Side::Whole),
    ];
    let rows: Vec<_> = imports.imports.iter().map(row).collect();
    fitting(&header, &rows, width, &["Restated", "Known", "Source"])
}

fn row(import: &Import) -> Vec<String> {
    vec![
        short(&import.id).to_owned(),
        import.file_name.clone(),
        import.source.clone(),
        days(import.first_day, import.last_day),
        count(import.new.0),
        count(import.known.0),
        count(import.restated.0),
        count(import.quarantined.0),
        if import.undone { "undone".to_owned() } else { String::new() },
    ]
}

/// `2026-06-01 to 2026-06-30`; one day alone; empty without days.
pub(crate) fn days(first: Option<Day>, last: Option<Day>) -> String {
    match (first, last) {
        (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
        (Some(day), _) | (_, Some(day)) => day.to_string(),
        (None, None) => String::new(),
    }
}

/// Everything that is known of one import.
pub(crate) fn one(shown: &ImportShown) -> String {
    let import = &shown.import;
    let undone = if import.undone { ", undone" } else { "" };
    let mut fields = vec![
        ("Id", import.id.clone()),
        ("Source", format!("{}, account {}", import.source, import.account)),
        ("Days (UTC)", days(import.first_day, import.last_day)),
        ("Exported", utc(import.as_of)),
        ("Imported", utc(import.imported_at)),
        ("New", count(import.new.0)),
        ("Known", count(import.known.0)),
        ("Restated", count(import.restated.0)),
        ("Quarantined", count(import.quarantined.0)),
        ("Empty", count(import.empty.0)),
        ("Ignored", count(import.ignored.0)),
    ];
    fields.extend(import.notes.iter().map(|note| ("Note", note.clone())));
    format!("{}{undone}\n{}", import.file_name.bold(), pairs(&fields, None))
}

/// What an undo would change.
pub(crate) fn undo_planned(planned: &Undone) -> String {
    let title = format!("Undo of {}:", planned.import.file_name);
    format!("{title}\n{}", changed(planned))
}

/// What an undo changed.
pub(crate) fn undone(undone: &Undone) -> String {
    format!("{} is undone; nothing was deleted\n{}", undone.import.file_name, changed(undone))
}

/// What a redo changed.
pub(crate) fn redone(redone: &Undone) -> String {
    format!("{} counts again\n{}", redone.import.file_name, changed(redone))
}

fn changed(undone: &Undone) -> String {
    let mut lines = vec![];
    if undone.import.undone && undone.rows_counting.0 > 0 {
        let rows = counted(undone.rows_counting.0, "row goes on", "rows go on");
        lines.push(format!("  {rows} counting: other imports contain them too"));
    }
    lines.push(format!(
        "  spend of its days (UTC): {} to {}",
        total(undone.spend_before, undone.at_least, false),
        total(undone.spend_after, undone.at_least, false)
    ));
    if undone.months.len() > 1 {
        lines.extend(undone.months.iter().map(month));
    }
    lines.join("\n")
}

fn month(change: &MonthChange) -> String {
    let said = |amount| total(amount, change.at_least, false);
    format!("    {}: {} to {}", change.month, said(change.spend_before), said(change.spend_after))
}
