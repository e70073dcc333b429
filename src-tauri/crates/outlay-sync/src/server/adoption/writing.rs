//! Own rows on their way into a foreign table: only columns that mean something, and nothing that is there is touched.

use outlay_core::basis::CostBasis;
use outlay_ledger::sync::Generation;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::quote::{quoted, table};
use crate::adoption::{ADOPTED, Cached, Column, Layout};
use crate::server::team::Parameters;

/// Stores the rows whose ids are free and returns their ids. The first parameter is the time zone.
pub(super) fn insert<'r>(layout: &Layout, rows: &'r [&'r Generation]) -> (String, Parameters<'r>) {
    let mut columns = Columns { names: Vec::new(), values: Vec::new(), parameters: Parameters::default() };
    columns.parameters.one(Type::TEXT, layout.zone.clone());
    let at = rows.iter().map(|row| row.created_at.to_utc());
    columns.each(&layout.id, Type::UUID_ARRAY, "uuid", "", rows.iter().map(|row| foreign_id(row)));
    columns.each(&layout.user, Type::TEXT_ARRAY, "text", "", rows.iter().map(|row| &*row.user_id));
    let zone = if layout.needs_zone() { " AT TIME ZONE $1::text" } else { "" };
    columns.each(&layout.created_at, Type::TIMESTAMPTZ_ARRAY, "timestamptz", zone, at);
    columns.texts(&layout.generation_type, rows.iter().map(|row| Some(&*row.generation_type)));
    columns.texts(&layout.model, rows.iter().map(|row| Some(&*row.model_used)));
    columns.texts(&layout.provider, rows.iter().map(|row| Some(&*row.provider)));
    columns.texts(&layout.error, rows.iter().map(|row| row.error.as_deref()));
    let input = |row: &&Generation| match (layout.cached, &layout.cached_tokens) {
        (Cached::Apart, Some(_)) => row.tokens_input - row.cached_tokens,
        _ => row.tokens_input,
    };
    columns.counts(&layout.tokens_input, rows.iter().map(|row| Some(input(row))));
    columns.counts(&layout.tokens_output, rows.iter().map(|row| Some(row.tokens_output)));
    columns.counts(&layout.cached_tokens, rows.iter().map(|row| Some(row.cached_tokens)));
    columns.counts(&layout.duration, rows.iter().map(|row| row.duration_ms));
    if let Some(cost) = &layout.cost {
        let nanos = |row: &&Generation| (row.cost_basis != CostBasis::Unpriced).then(|| row.cost.nanos());
        columns.each(cost, Type::INT8_ARRAY, "int8", " * 0.000000001", rows.iter().map(nanos));
    }
    let statement = format!(
        "INSERT INTO {} ({}) SELECT {} ON CONFLICT ({}) DO NOTHING RETURNING {}::uuid",
        table(&layout.schema, &layout.table),
        columns.names.join(", "),
        columns.values.join(", "),
        quoted(&layout.id.name),
        quoted(&layout.id.name),
    );
    (statement, columns.parameters)
}

/// The id of a row there: its own, but for one that came from there with another.
pub(super) fn foreign_id(row: &Generation) -> Uuid {
    match row.source_key.parse() {
        Ok(id) if row.source == ADOPTED => id,
        _ => row.id,
    }
}

struct Columns<'r> {
    names: Vec<String>,
    values: Vec<String>,
    parameters: Parameters<'r>,
}

impl<'r> Columns<'r> {
    /// A column that takes a value of each row. The type's name is the server's own writing.
    fn each<T: tokio_postgres::types::ToSql + Sync + Send + 'r>(
        &mut self,
        column: &Column,
        kind: Type,
        element: &str,
        change: &str,
        values: impl Iterator<Item = T>,
    ) {
        self.parameters.each(kind, values);
        let number = self.parameters.borrowed().len();
        self.names.push(quoted(&column.name));
        self.values.push(format!("(unnest(${number}::{element}[]){change})::{}", column.type_name));
    }

    fn texts(&mut self, column: &Option<Column>, values: impl Iterator<Item = Option<&'r str>>) {
        if let Some(column) = column {
            self.each(column, Type::TEXT_ARRAY, "text", "", values);
        }
    }

    fn counts(&mut self, column: &Option<Column>, values: impl Iterator<Item = Option<i64>>) {
        if let Some(column) = column {
            self.each(column, Type::INT8_ARRAY, "int8", "", values);
        }
    }
}
