//! What an import would do, or did: counts per file, then what must be known about each, then money.

use outlay_app::import::{CurrencyEntry, ImportPlan, LooksOlder, OverlapEntry, PlannedFile, SourceEntry};
use owo_colors::OwoColorize as _;

use super::amount::{count, counted, money, total};
use super::imports::days;
use super::table::{Side, fits, table};
use super::text::wrapped;

/// A plan, of which nothing is done yet.
pub(crate) fn planned(plan: &ImportPlan, width: Option<u16>) -> String {
    drawn(plan, if is_known(plan) { "Nothing to import" } else { "Plan, nothing is written yet" }, width)
}

/// A plan that was done.
pub(crate) fn done(plan: &ImportPlan, width: Option<u16>) -> String {
    let title = match plan.committed {
        true => "Imported",
        false if is_known(plan) => "Nothing to import",
        false => "Nothing was imported",
    };
    drawn(plan, title, width)
}

fn is_known(plan: &ImportPlan) -> bool {
    plan.files.iter().all(|file| file.already_imported)
}

fn drawn(plan: &ImportPlan, title: &str, width: Option<u16>) -> String {
    let read: Vec<_> = plan.files.iter().filter(|file| file.error.is_none()).collect();
    let mut parts = vec![title.bold().to_string()];
    if !read.is_empty() {
        parts.push(counts(&read, width));
    }
    parts.extend(plan.files.iter().filter_map(|file| remarks(file, width)));
    if read.iter().any(|file| file.imported) {
        parts.push(spend(plan, width));
    }
    parts.join("\n\n")
}

fn counts(files: &[&PlannedFile], width: Option<u16>) -> String {
    let header = [
        ("File", Side::Left),
        ("Source", Side::Left),
        ("Days (UTC)", Side::Left),
        ("New", Side::Right),
        ("Known", Side::Right),
        ("Restated", Side::Right),
        ("Quarantined", Side::Right),
        ("Empty", Side::Right),
        ("Ignored", Side::Right),
    ];
    let row = |file: &&PlannedFile| {
        let mut cells = vec![file.path.clone(), source(file), days(file.first_day, file.last_day)];
        cells.extend(numbers(file));
        cells
    };
    let wide = table(&header, files.iter().map(row).collect(), None);
    if fits(&wide, width) {
        return wide;
    }
    files.iter().map(|file| stacked(file, width)).collect::<Vec<_>>().join("\n")
}

/// The same without columns, for a screen that is too narrow for them.
fn stacked(file: &PlannedFile, width: Option<u16>) -> String {
    let [new, known, restated, quarantined, empty, ignored] = numbers(file);
    let days = days(file.first_day, file.last_day);
    let counts = format!(
        "{new} new, {known} known, {restated} restated, {quarantined} quarantined, {empty} empty, {ignored} ignored"
    );
    let origin = wrapped(&format!("{}, {days} (UTC)", source(file)), width, 4);
    format!("  {}\n{origin}\n{}", file.path, wrapped(&counts, width, 4))
}

fn source(file: &PlannedFile) -> String {
    file.source.clone().unwrap_or_default()
}

fn numbers(file: &PlannedFile) -> [String; 6] {
    [file.new, file.known, file.restated, file.quarantined, file.empty, file.ignored]
        .map(|number| count(number.0))
}

/// What must be known about a file besides its counts.
fn remarks(file: &PlannedFile, width: Option<u16>) -> Option<String> {
    let mut remarks = Vec::new();
    if let Some(error) = &file.error {
        remarks.push(format!("{} {}", "cannot be read:".red(), error.message));
        remarks.extend(Some(error.hint.clone()).filter(|hint| !hint.is_empty()));
    }
    if file.already_imported {
        remarks.push("these very bytes are imported already: nothing to do".to_owned());
    }
    for question in &file.questions {
        remarks.push(format!("{} {}", "needs an answer, so it does not go in:".yellow(), question.message));
        remarks.push(question.hint.clone());
    }
    remarks.extend(file.looks_older.as_ref().map(looks_older));
    if file.questions.is_empty() && file.missing.0 > 0 {
        let rows = counted(file.missing.0, "row that counts is", "rows that count are");
        remarks.push(format!("{rows} not in this file ({})", money(file.missing_spend)));
    }
    remarks.extend(file.overlaps.iter().map(overlap));
    remarks.extend(file.other_currencies.iter().map(currency));
    remarks.extend(file.notes.iter().map(|note| format!("note: {note}")));
    let lines: Vec<_> = remarks.iter().map(|remark| wrapped(remark, width, 4)).collect();
    (!lines.is_empty()).then(|| format!("  {}\n{}", file.path, lines.join("\n")))
}

fn looks_older(older: &LooksOlder) -> String {
    format!(
        "looks older than what you have: it would take {} of closed days from {} to {}; it goes in without \
         changing them, unless `--as-of` says that it is newer",
        counted(older.rows.0, "row", "rows"),
        money(older.spend_now),
        money(older.spend_in_file)
    )
}

fn overlap(overlap: &OverlapEntry) -> String {
    let says = |source: &SourceEntry| {
        let tokens = counted(source.tokens.0, "token", "tokens");
        format!("{} says {} and {tokens}", source.source, money(source.spend))
    };
    let sources: Vec<_> = overlap.sources.iter().map(says).collect();
    let settled = if overlap.settled { ", as settled before" } else { "" };
    format!(
        "{} of {} is described twice: {}; it counts once, money from {}, tokens and calls from {}{settled}",
        days(Some(overlap.first_day), Some(overlap.last_day)),
        overlap.provider,
        sources.join(", "),
        overlap.money,
        overlap.usage
    )
}

fn currency(entry: &CurrencyEntry) -> String {
    let month = if entry.month.is_empty() { String::new() } else { format!(" of {}", entry.month) };
    let rows = counted(entry.rows.0, "row", "rows");
    format!(
        "{rows}{month} in {} ({}) quarantined: only US dollars are counted, nothing is converted",
        entry.currency, entry.sum
    )
}

fn spend(plan: &ImportPlan, width: Option<u16>) -> String {
    let several = plan.files.iter().filter(|file| file.imported).count() > 1;
    let mut header =
        vec![("Month (UTC)", Side::Left), ("Spend before", Side::Right), ("Spend after", Side::Right)];
    if several {
        header.push(("By", Side::Left));
    }
    let mut rows = Vec::new();
    for file in plan.files.iter().filter(|file| file.imported) {
        for change in &file.months {
            let mut row = vec![
                change.month.to_string(),
                total(change.before, change.at_least, false),
                total(change.after, change.at_least, false),
            ];
            if several {
                row.push(file.path.clone());
            }
            rows.push(row);
        }
    }
    let mut all = vec![
        "All".to_owned(),
        total(plan.spend_before, plan.at_least, false),
        total(plan.spend_after, plan.at_least, false),
    ];
    if several {
        all.push(String::new());
    }
    if rows.len() != 1 {
        rows.push(all);
    }
    table(&header, rows, width)
}
