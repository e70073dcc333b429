//! Which live import holds a row: the one that brought it, or a later file that contains it too.

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use crate::error::LedgerError;

/// Imports, their state, and the runs of known rows that they contain.
#[derive(Debug, Default)]
pub(crate) struct Containment {
    imports: FxHashMap<i64, ImportState>,
    /// Per holder, sorted.
    runs: FxHashMap<i64, Vec<Run>>,
    voided_rows: rustc_hash::FxHashSet<[u8; 16]>,
}

/// First id, last id, and the import that contains those rows of the holder too.
type Run = ([u8; 16], [u8; 16], i64);

/// What the rule needs of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImportState {
    pub(crate) id: [u8; 16],
    pub(crate) as_of: i64,
    pub(crate) live: bool,
    pub(crate) provider: String,
    pub(crate) source: String,
    /// Covered UTC days, inclusive.
    pub(crate) days: Option<(i64, i64)>,
}

/// Whether a target is voided: the greatest revision decides, on equal revision the void.
const VOIDED: &str = "coalesce((SELECT action = 'void' FROM generation_voids v WHERE v.target = ?
    ORDER BY revision DESC, action DESC LIMIT 1), 0)";

impl Containment {
    /// Reads the state of all imports.
    pub(crate) fn load(connection: &Connection) -> Result<Self, LedgerError> {
        let mut containment = Self::default();
        let sql = "SELECT number, id, as_of, provider, source, first_day, last_day,
                    coalesce((SELECT action = 'void' FROM generation_voids v WHERE v.target = i.id
                        ORDER BY revision DESC, action DESC LIMIT 1), 0)
                   FROM imports i";
        for_each(&mut connection.prepare_cached(sql)?, |row| {
            let days = row.get::<_, Option<i64>>(5)?.zip(row.get(6)?);
            let state = ImportState {
                id: row.get(1)?,
                as_of: row.get(2)?,
                live: !row.get::<_, bool>(7)?,
                provider: row.get(3)?,
                source: row.get(4)?,
                days,
            };
            containment.imports.insert(row.get(0)?, state);
            Ok(())
        })?;
        let sql =
            "SELECT holder, first_id, last_id, import_number FROM import_rows ORDER BY holder, first_id";
        for_each(&mut connection.prepare_cached(sql)?, |row| {
            containment.runs.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?, row.get(3)?));
            Ok(())
        })?;
        let sql = "SELECT DISTINCT target FROM generation_voids WHERE kind = 'generation'";
        let mut is_voided = connection.prepare_cached(&format!("SELECT {VOIDED}"))?;
        for_each(&mut connection.prepare_cached(sql)?, |row| {
            let target: [u8; 16] = row.get(0)?;
            if is_voided.query_row([target], |row| row.get::<_, bool>(0))? {
                containment.voided_rows.insert(target);
            }
            Ok(())
        })?;
        Ok(containment)
    }

    /// The import of a number.
    pub(crate) fn import(&self, number: i64) -> Option<&ImportState> {
        self.imports.get(&number)
    }

    /// All imports that are not undone.
    pub(crate) fn live_imports(&self) -> impl Iterator<Item = &ImportState> {
        self.imports.values().filter(|state| state.live)
    }

    /// Whether the row itself was voided.
    pub(crate) fn is_row_voided(&self, id: &[u8; 16]) -> bool {
        self.voided_rows.contains(id)
    }

    /// The newest live import that holds the row, as (`as_of`, import id).
    pub(crate) fn newest_live(&self, brought_by: i64, id: &[u8; 16]) -> Option<(i64, [u8; 16])> {
        self.holders(brought_by, id).filter(|state| state.live).map(|state| (state.as_of, state.id)).max()
    }

    /// Whether the import with `import_id` holds the row.
    pub(crate) fn holds(&self, import_id: &[u8; 16], brought_by: i64, id: &[u8; 16]) -> bool {
        self.holders(brought_by, id).any(|state| state.id == *import_id)
    }

    fn holders<'a>(&'a self, brought_by: i64, id: &'a [u8; 16]) -> impl Iterator<Item = &'a ImportState> {
        let runs = self.runs.get(&brought_by).map(Vec::as_slice).unwrap_or_default();
        let until = runs.partition_point(|(first, _, _)| first <= id);
        let also = runs[..until].iter().filter(move |(_, last, _)| id <= last).map(|&(_, _, number)| number);
        std::iter::once(brought_by).chain(also).filter_map(|number| self.imports.get(&number))
    }
}

/// Steps through a statement without parameters.
fn for_each(
    statement: &mut rusqlite::CachedStatement<'_>,
    mut visit: impl FnMut(&rusqlite::Row<'_>) -> Result<(), rusqlite::Error>,
) -> Result<(), LedgerError> {
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(row)?;
    }
    Ok(())
}
