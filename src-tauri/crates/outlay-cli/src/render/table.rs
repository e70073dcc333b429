//! Tables for a terminal: no rules, figures to the right, never wider than the screen.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, TableStyle};

use super::text::wrapped;

/// How a column's cells stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Words, which may go on in the next line where there is no room.
    Left,
    /// A word, a day or an id, which is never broken.
    Whole,
    /// Figures, which are never broken.
    Right,
}

/// A column's title, and how its cells stand.
pub(crate) type Column<'a> = (&'a str, Side);

/// Draws rows under a header, indented by two; `width` is the screen's, `None` where lines may be of any length.
pub(crate) fn table(header: &[Column<'_>], rows: Vec<Vec<String>>, width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new());
    table.set_header(header.iter().map(|(name, _)| *name));
    table.add_rows(rows);
    match width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.max(40));
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    for (column, (_, side)) in table.column_iter_mut().zip(header) {
        column.set_padding((2, 0));
        column.set_cell_alignment(match side {
            Side::Left | Side::Whole => CellAlignment::Left,
            Side::Right => CellAlignment::Right,
        });
        if *side != Side::Left {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.trim_fmt()
}

/// The same without columns that say nothing, and, where there is no room, without those of `spare`, one
/// after the other.
pub(crate) fn fitting(
    header: &[Column<'_>],
    rows: &[Vec<String>],
    width: Option<u16>,
    spare: &[&str],
) -> String {
    let says_nothing = |index: usize| rows.iter().all(|row| row.get(index).is_none_or(String::is_empty));
    let mut kept: Vec<usize> = (0..header.len()).filter(|&index| !says_nothing(index)).collect();
    let mut spare = spare.iter();
    loop {
        let columns: Vec<_> = kept.iter().map(|&index| header[index]).collect();
        let cells = |row: &Vec<String>| kept.iter().map(|&index| row[index].clone()).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
        let natural = table(&columns, rows.clone(), None);
        if fits(&natural, width) {
            return natural;
        }
        let Some(name) = spare.next() else { return table(&columns, rows, width) };
        kept.retain(|&index| header[index].0 != *name);
    }
}

/// Whether no line is longer than the screen is wide.
pub(crate) fn fits(text: &str, width: Option<u16>) -> bool {
    let widest = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    width.is_none_or(|width| widest <= usize::from(width))
}

/// `name  value` lines, the names as wide as the widest; a long value goes on below its beginning.
pub(crate) fn pairs(rows: &[(&str, String)], width: Option<u16>) -> String {
    let widest = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let line = |(name, value): &(&str, String)| {
        let value = wrapped(value, width, widest + 4);
        format!("  {name:widest$}  {}", value.trim_start()).trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
