//! Which rows an import contains: those that it brought, and known ones of other imports, which are stored as runs.
//! Pairs whose import or row is not here yet are kept aside and count as contained for whoever compares.

use rusqlite::Connection;
use uuid::Uuid;

use crate::error::LedgerError;

/// The number of an import that is here.
pub(crate) fn number_of(connection: &Connection, import: Uuid) -> Result<Option<i64>, LedgerError> {
    use rusqlite::OptionalExtension;
    let mut statement = connection.prepare_cached("SELECT number FROM imports WHERE id = ?1")?;
    Ok(statement.query_row([import.as_bytes()], |row| row.get(0)).optional()?)
}

const BOUNDS_OF_BROUGHT: &str = "SELECT first_id, last_id FROM imports WHERE number = ?1";

const BOUNDS_OF_KNOWN: &str = "SELECT min(first_id), max(last_id) FROM import_rows WHERE import_number = ?1";

const KNOWN: &str = "SELECT g.id FROM generations g
    WHERE g.id BETWEEN ?2 AND ?3 AND g.import_number <> ?1 AND EXISTS (SELECT 1 FROM import_rows r
        WHERE r.import_number = ?1 AND r.holder = g.import_number AND g.id BETWEEN r.first_id AND r.last_id)
    ORDER BY g.id LIMIT ?4";

const BROUGHT: &str = "SELECT id FROM generations
    WHERE id BETWEEN ?2 AND ?3 AND import_number = ?1 ORDER BY id LIMIT ?4";

/// Which rows of an import are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Those that it brought, which say so themselves.
    Brought,
    /// Known ones that it contains besides.
    Known,
}

/// Rows of the import with a number, beyond one id and up to another, in their order.
pub(crate) fn present(
    connection: &Connection,
    (number, part): (i64, Part),
    (after, until): ([u8; 16], [u8; 16]),
    most: usize,
) -> Result<Vec<[u8; 16]>, LedgerError> {
    let bounds = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let (bounds_of_part, sql) = match part {
        Part::Brought => (BOUNDS_OF_BROUGHT, BROUGHT),
        Part::Known => (BOUNDS_OF_KNOWN, KNOWN),
    };
    let (first, last): (Option<[u8; 16]>, Option<[u8; 16]>) =
        connection.prepare_cached(bounds_of_part)?.query_row([number], bounds)?;
    let Some((first, last)) = first.zip(last) else { return Ok(Vec::new()) };
    let beyond = u128::from_be_bytes(after).saturating_add(1).to_be_bytes();
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map((number, first.max(beyond), last.min(until), most), |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// A key of an import's bucket, and the part as which its row is here.
pub(crate) type Member = ([u8; 16], Option<Part>);

/// All keys of an import's bucket, in their order.
pub(crate) fn all(connection: &Connection, import: Uuid) -> Result<Vec<Member>, LedgerError> {
    let mut keys = Vec::new();
    if let Some(number) = number_of(connection, import)? {
        for part in [Part::Brought, Part::Known] {
            let found = present(connection, (number, part), ([0; 16], [0xFF; 16]), usize::MAX)?;
            keys.extend(found.into_iter().map(|key| (key, Some(part))));
        }
    }
    let sql = "SELECT generation_id FROM awaited_members WHERE import_id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    for key in statement.query_map([import.as_bytes()], |row| row.get(0))? {
        keys.push((key?, None));
    }
    keys.sort_unstable_by_key(|(key, _)| *key);
    keys.dedup_by_key(|(key, _)| *key);
    Ok(keys)
}
