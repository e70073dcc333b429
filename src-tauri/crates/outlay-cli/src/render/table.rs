//! Tables for a terminal: no rules, figures to the right, never wider than the screen.

use comfy_table::{CellAlignment, ContentArrangement, Table, TableStyle};

/// Which side a column's cells stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Words.
    Left,
    /// Figures.
    Right,
}

/// Draws rows under a header, indented by two; `width` is the screen's, `None` where lines may be of any length.
pub(crate) fn table(header: &[(&str, Side)], rows: Vec<Vec<String>>, width: Option<u16>) -> String {
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
            Side::Left => CellAlignment::Left,
            Side::Right => CellAlignment::Right,
        });
    }
    table.trim_fmt()
}

/// `name  value` lines, the names as wide as the widest.
pub(crate) fn pairs(rows: &[(&str, String)]) -> String {
    let widest = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let lines = rows.iter().map(|(name, value)| format!("  {name:widest$}  {value}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}
