//! Which rows an import contains. A pair that the row itself says, by naming the import, is implied: it is not stored,
//! and it counts as stored wherever it is asked for.

use tokio_postgres::types::Type;
use uuid::Uuid;

use super::cells::Parameters;
use super::counter::raising;
use crate::rows::LedgerRow;

pub(super) const INSERT: &str = raising!(
    ", given AS (
        SELECT r.import_id, r.generation_id, EXISTS (SELECT FROM public.ai_generations g
            WHERE g.id = r.generation_id AND g.import_id = r.import_id) AS is_implied
        FROM unnest($5::uuid[], $6::uuid[]) AS r (import_id, generation_id)
    ), stored AS (
        INSERT INTO outlay.import_members (import_id, generation_id)
        SELECT import_id, generation_id FROM given WHERE NOT is_implied
        ON CONFLICT (import_id, generation_id) DO NOTHING RETURNING generation_id
    )",
    "ARRAY(SELECT generation_id FROM stored UNION SELECT generation_id FROM given WHERE is_implied)"
);

/// Of some pairs, those that are there: import, row.
pub(super) const SHOWN: &str = "SELECT r.import_id, r.generation_id
    FROM unnest($1::uuid[], $2::uuid[]) AS r (import_id, generation_id)
    WHERE EXISTS (SELECT FROM public.ai_generations g WHERE g.id = r.generation_id AND g.import_id = r.import_id)
        OR EXISTS (SELECT FROM outlay.import_members m
            WHERE m.import_id = r.import_id AND m.generation_id = r.generation_id)";

/// The rows of an import: those that it brought lie between the bounds that it says, if it is there.
pub(super) const KEYS: &str = "SELECT g.id FROM public.ai_generations g
    WHERE g.import_id = $2 AND ($1 OR g.user_id = (SELECT outlay.my_user()))
        AND g.id >= coalesce((SELECT i.first_id FROM outlay.imports i WHERE i.id = $2), '00000000-0000-0000-0000-000000000000')
        AND g.id <= coalesce((SELECT i.last_id FROM outlay.imports i WHERE i.id = $2), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    UNION SELECT m.generation_id FROM outlay.import_members m
    WHERE m.import_id = $2 AND ($1 OR m.user_id = (SELECT outlay.my_user()))";

/// The pairs among some rows.
pub(super) fn pairs(rows: &[LedgerRow]) -> Vec<(Uuid, Uuid)> {
    let pair = |row: &LedgerRow| match row {
        LedgerRow::Member { import, generation } => Some((*import, *generation)),
        _ => None,
    };
    rows.iter().filter_map(pair).collect()
}

/// Adds pairs to the parameters of [`INSERT`] or [`SHOWN`].
pub(super) fn add(parameters: &mut Parameters<'_>, pairs: &[(Uuid, Uuid)]) {
    parameters.each(Type::UUID_ARRAY, pairs.iter().map(|(import, _)| *import));
    parameters.each(Type::UUID_ARRAY, pairs.iter().map(|(_, generation)| *generation));
}
