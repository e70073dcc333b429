//! Which live import holds a row: the one that brought it, or a later file that contains it too.

use rusqlite::Connection;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::LedgerError;

/// Imports, their state, and the runs of known rows that they contain.
#[derive(Debug, Default)]
pub(crate) struct Containment {
    imports: FxHashMap<i64, ImportState>,
    numbers: FxHashMap<[u8; 16], i64>,
    /// Per holder and per import that contains rows of it too: those rows, as sorted disjoint ranges.
    runs: FxHashMap<i64, FxHashMap<i64, Vec<Run>>>,
    /// Days that live imports cover, by source and account.
    coverage: FxHashMap<String, FxHashMap<String, Vec<(i64, i64)>>>,
    voided_rows: FxHashSet<[u8; 16]>,
}

/// First and last id of rows that another import contains too.
type Run = ([u8; 16], [u8; 16]);

/// What the rule needs of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImportState {
    pub(crate) id: [u8; 16],
    pub(crate) as_of: i64,
    pub(crate) live: bool,
}

impl Containment {
    /// Reads the state of all imports.
    pub(crate) fn load(connection: &Connection) -> Result<Self, LedgerError> {
        let mut containment = Self::default();
        containment.load_imports(connection)?;
        let sql =
            "SELECT holder, first_id, last_id, import_number FROM import_rows ORDER BY holder, first_id";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let of_holder = containment.runs.entry(row.get(0)?).or_default();
            of_holder.entry(row.get(3)?).or_default().push((row.get(1)?, row.get(2)?));
        }
        let sql = "SELECT target FROM generation_voids v WHERE kind = 'generation' GROUP BY target
            HAVING (SELECT action FROM generation_voids w WHERE w.target = v.target
                ORDER BY revision DESC, action DESC LIMIT 1) = 'void'";
        let mut statement = connection.prepare_cached(sql)?;
        for target in statement.query_map([], |row| row.get(0))? {
            containment.voided_rows.insert(target?);
        }
        Ok(containment)
    }

    fn load_imports(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let sql = "SELECT number, id, as_of, source, account, first_day, last_day,
                coalesce((SELECT action = 'void' FROM generation_voids v WHERE v.target = i.id
                    ORDER BY revision DESC, action DESC LIMIT 1), 0)
            FROM imports i";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let state = ImportState { id: row.get(1)?, as_of: row.get(2)?, live: !row.get::<_, bool>(7)? };
            let days = row.get::<_, Option<i64>>(5)?.zip(row.get(6)?);
            if let Some(days) = days.filter(|_| state.live) {
                let accounts = self.coverage.entry(row.get(3)?).or_default();
                accounts.entry(row.get(4)?).or_default().push(days);
            }
            self.numbers.insert(state.id, row.get(0)?);
            self.imports.insert(row.get(0)?, state);
        }
        Ok(())
    }

    /// The import of a number.
    pub(crate) fn import(&self, number: i64) -> Option<&ImportState> {
        self.imports.get(&number)
    }

    /// The import with an id.
    pub(crate) fn import_with(&self, id: &[u8; 16]) -> Option<&ImportState> {
        self.imports.get(self.numbers.get(id)?)
    }

    /// Whether a live import of the source and account covers the UTC day.
    pub(crate) fn covers(&self, source: &str, account: &str, day: i64) -> bool {
        let ranges = self.coverage.get(source).and_then(|accounts| accounts.get(account));
        ranges.is_some_and(|ranges| ranges.iter().any(|(first, last)| (first..=last).contains(&&day)))
    }

    /// Whether the row itself was voided.
    pub(crate) fn is_row_voided(&self, id: &[u8; 16]) -> bool {
        self.voided_rows.contains(id)
    }

    /// The newest live import that holds the row, as (`as_of`, import id).
    pub(crate) fn newest_live(&self, brought_by: i64, id: &[u8; 16]) -> Option<(i64, [u8; 16])> {
        self.live_holders(brought_by, id).map(|import| (import.as_of, import.id)).max()
    }

    /// The live imports that hold the row.
    pub(crate) fn live_holders(&self, brought_by: i64, id: &[u8; 16]) -> impl Iterator<Item = &ImportState> {
        self.holders(brought_by, *id).filter(|import| import.live)
    }

    /// Whether another import contains any row that this one brought.
    pub(crate) fn is_shared(&self, brought_by: i64) -> bool {
        self.runs.contains_key(&brought_by)
    }

    /// Whether the import with `import_id` holds the row.
    pub(crate) fn holds(&self, import_id: &[u8; 16], brought_by: i64, id: &[u8; 16]) -> bool {
        self.holders(brought_by, *id).any(|import| import.id == *import_id)
    }

    fn holders(&self, brought_by: i64, id: [u8; 16]) -> impl Iterator<Item = &ImportState> {
        let also = self.runs.get(&brought_by).into_iter().flatten();
        let also = also.filter(move |(_, runs)| lies_within(runs, &id)).map(|(&number, _)| number);
        std::iter::once(brought_by).chain(also).filter_map(|number| self.imports.get(&number))
    }
}

fn lies_within(runs: &[Run], id: &[u8; 16]) -> bool {
    let until = runs.partition_point(|(first, _)| first <= id);
    until.checked_sub(1).is_some_and(|last| *id <= runs[last].1)
}
