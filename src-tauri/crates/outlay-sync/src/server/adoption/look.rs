//! What the catalogue says of the tables that are called like the original's.

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::adoption::{Column, ColumnKind, Shape, TableKind};
use crate::server::connect::Server;
use crate::server::failure::Failure;

const TABLES: &str = "SELECT n.nspname::text, c.relname::text
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE pg_catalog.lower(c.relname::text) = 'ai_generations' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND n.nspname NOT LIKE 'pg\\_temp%' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
    ORDER BY 1, 2";

const TABLE: &str = "SELECT c.relkind::text, pg_catalog.row_security_active(c.oid),
        ARRAY(SELECT a.attname::text FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indnkeyatts = 1
                AND i.indpred IS NULL AND i.indexprs IS NULL ORDER BY 1)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2";

/// Domains are followed to what they are made of; a domain's own default and check of null count as the column's.
const COLUMNS: &str = "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), base.name, base.kind,
        base.modifier, a.attnotnull OR base.is_not_null, a.atthasdef OR a.attidentity <> '' OR base.has_default,
        a.attgenerated <> '' OR a.attidentity = 'a',
        pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'),
        pg_catalog.has_column_privilege(c.oid, a.attnum, 'INSERT')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    CROSS JOIN LATERAL (
        WITH RECURSIVE chain AS (
            SELECT t.oid, t.typname, t.typtype, t.typbasetype, t.typtypmod, a.atttypmod AS modifier,
                t.typtype = 'd' AND t.typnotnull AS is_not_null, t.typdefault IS NOT NULL AS has_default, 0 AS depth
            FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid
            UNION ALL
            SELECT t.oid, t.typname, t.typtype, t.typbasetype, t.typtypmod, chain.typtypmod,
                chain.is_not_null OR (t.typtype = 'd' AND t.typnotnull), chain.has_default, chain.depth + 1
            FROM chain JOIN pg_catalog.pg_type t ON t.oid = chain.typbasetype WHERE chain.typtype = 'd')
        SELECT chain.typname::text AS name, chain.typtype::text AS kind, chain.modifier, chain.is_not_null,
            chain.has_default FROM chain ORDER BY chain.depth DESC LIMIT 1) base
    WHERE n.nspname = $1 AND c.relname = $2 ORDER BY a.attnum";

/// The tables of calls that the login may read, by schema and name.
///
/// # Errors
/// [`Failure`].
pub async fn tables(server: &Server) -> Result<Vec<(String, String)>, Failure> {
    let rows = server.query(TABLES, &[]).await?;
    rows.iter().map(|row| Ok((cell(row, 0)?, cell(row, 1)?))).collect()
}

/// A table's shape; `None` if it is not there.
///
/// # Errors
/// [`Failure`].
pub async fn look(server: &Server, schema: &str, name: &str) -> Result<Option<Shape>, Failure> {
    let named = [(&schema as _, Type::TEXT), (&name as _, Type::TEXT)];
    let rows = server.query(TABLE, &named).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let kind: String = cell(row, 0)?;
    let columns = server.query(COLUMNS, &named).await?;
    Ok(Some(Shape {
        schema: schema.to_owned(),
        name: name.to_owned(),
        kind: match &*kind {
            "r" => TableKind::Table,
            "p" => TableKind::Partitioned,
            "f" => TableKind::Elsewhere,
            _ => TableKind::View,
        },
        columns: columns.iter().map(column).collect::<Result<_, _>>()?,
        unique: cell(row, 2)?,
        hides_rows: cell(row, 1)?,
    }))
}

fn column(row: &Row) -> Result<Column, Failure> {
    let (base, kind, modifier): (String, String, i32) = (cell(row, 2)?, cell(row, 3)?, cell(row, 4)?);
    Ok(Column {
        name: cell(row, 0)?,
        kind: if kind == "e" { ColumnKind::Enum } else { kind_of(&base, modifier) },
        type_name: cell(row, 1)?,
        is_not_null: cell(row, 5)?,
        has_default: cell(row, 6)?,
        is_generated: cell(row, 7)?,
        may_read: cell(row, 8)?,
        may_write: cell(row, 9)?,
    })
}

/// What a type of the server's own holds; the modifier says lengths and digits, -1 that there are none.
fn kind_of(base: &str, modifier: i32) -> ColumnKind {
    let keeps_micros = !(0..6).contains(&modifier);
    match base {
        "uuid" => ColumnKind::Uuid,
        "text" | "varchar" | "bpchar" | "citext" | "name" => ColumnKind::Text,
        "int2" | "int4" | "int8" => ColumnKind::Integer,
        "float4" => ColumnKind::Real,
        "float8" => ColumnKind::Double,
        "numeric" if modifier < 4 => ColumnKind::Numeric(None),
        "numeric" => ColumnKind::Numeric(u16::try_from((modifier - 4) & 0x7FF).ok()),
        "timestamptz" => ColumnKind::Instant { has_zone: true, keeps_micros },
        "timestamp" => ColumnKind::Instant { has_zone: false, keeps_micros },
        _ => ColumnKind::Other,
    }
}

pub(super) fn cell<'r, T: tokio_postgres::types::FromSql<'r>>(
    row: &'r Row,
    number: usize,
) -> Result<T, Failure> {
    row.try_get(number).map_err(|error| Failure::Unintelligible { reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_by_name_and_modifier() {
        assert_eq!(kind_of("numeric", ((10 << 16) | 4) + 4), ColumnKind::Numeric(Some(4)));
        assert_eq!(kind_of("numeric", -1), ColumnKind::Numeric(None));
        assert_eq!(kind_of("timestamptz", 3), ColumnKind::Instant { has_zone: true, keeps_micros: false });
        assert_eq!(kind_of("timestamp", -1), ColumnKind::Instant { has_zone: false, keeps_micros: true });
        assert_eq!(kind_of("jsonb", -1), ColumnKind::Other);
    }
}
