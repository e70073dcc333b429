//! Carries rows from one ledger to another, as a server in between would, and compares what both come to.

use outlay_ledger::sync::{
    AuthorityRow, Bucket, BudgetRow, Digests, Generation, ImportRow, Scope, SmallRow, Table, VoidRow,
};
use outlay_ledger::{Ledger, Reader, Writer};
use uuid::Uuid;

use crate::book::Book;

/// No remote at all: nothing is noted of any row.
pub(crate) const NOWHERE: i64 = 0;

/// Rows that are taken in by one transaction.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Generations(Vec<Generation>),
    Imports(Vec<ImportRow>),
    Members(Uuid, Vec<Uuid>),
    Voids(Vec<VoidRow>),
    Authorities(Vec<AuthorityRow>),
    Budgets(Vec<BudgetRow>),
}

/// Everything that a ledger holds, a few rows at a time.
pub(crate) fn pieces(ledger: &Ledger, size: usize) -> Vec<Piece> {
    ledger.read(|reader| Ok::<_, outlay_ledger::LedgerError>(of_reader(reader, size))).expect("a ledger")
}

fn of_reader(reader: &Reader<'_>, size: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for bucket in digests(reader, Table::Generations).into_keys() {
        let held = reader.held(NOWHERE, Table::Generations, bucket).expect("a bucket");
        let keys: Vec<Uuid> = held.iter().map(|held| held.key).collect();
        let rows = reader.generation_rows(&keys).expect("rows");
        pieces.extend(rows.chunks(size).map(|rows| Piece::Generations(rows.to_vec())));
    }
    let imports: Vec<ImportRow> = reader.small_rows(None).expect("imports");
    for import in &imports {
        let held = reader.held(NOWHERE, Table::ImportMembers, Bucket::Import(import.id)).expect("a bucket");
        let keys: Vec<Uuid> = held.iter().map(|held| held.key).collect();
        pieces.extend(keys.chunks(size).map(|keys| Piece::Members(import.id, keys.to_vec())));
    }
    pieces.extend(imports.chunks(size).map(|rows| Piece::Imports(rows.to_vec())));
    pieces.extend(small(reader, size, Piece::Voids));
    pieces.extend(small(reader, size, Piece::Authorities));
    pieces.extend(small(reader, size, Piece::Budgets));
    pieces
}

fn small<R: SmallRow>(reader: &Reader<'_>, size: usize, piece: fn(Vec<R>) -> Piece) -> Vec<Piece> {
    let rows: Vec<R> = reader.small_rows(None).expect("rows");
    rows.chunks(size).map(|rows| piece(rows.to_vec())).collect()
}

/// Takes a piece in. Returns how many rows were new; none may be disputed or refused.
pub(crate) fn take(writer: &Writer<'_>, piece: Piece) -> u64 {
    macro_rules! arrived {
        ($arrival:expr) => {{
            let arrival = $arrival.expect("a ledger");
            assert!(arrival.conflicts.is_empty(), "two contents: {:?}", arrival.conflicts);
            assert!(arrival.refused.is_empty(), "refused: {:?}", arrival.refused);
            arrival.new
        }};
    }
    match piece {
        Piece::Generations(rows) => arrived!(writer.pull_generations(rows)),
        Piece::Imports(rows) => arrived!(writer.pull_small(&rows)),
        Piece::Voids(rows) => arrived!(writer.pull_small(&rows)),
        Piece::Authorities(rows) => arrived!(writer.pull_small(&rows)),
        Piece::Budgets(rows) => arrived!(writer.pull_small(&rows)),
        Piece::Members(import, rows) => {
            writer.pull_members(import, &rows).expect("a ledger");
            0
        }
    }
}

/// Takes pieces in, several in a transaction.
pub(crate) fn carry(pieces: Vec<Piece>, to: &mut Book) -> u64 {
    const TOGETHER: usize = 16;
    let mut new = 0;
    for pieces in pieces.chunks(TOGETHER) {
        let writer = to.ledger.writer().expect("a writer");
        new += pieces.iter().map(|piece| take(&writer, piece.clone())).sum::<u64>();
        writer.commit().expect("a commit");
    }
    new
}

pub(crate) fn digests(reader: &Reader<'_>, table: Table) -> Digests {
    reader.digests(NOWHERE, table, None, Scope::Team).expect("digests")
}

/// The digests of all tables.
pub(crate) fn all_digests(ledger: &Ledger) -> Vec<Digests> {
    const TABLES: [Table; 6] = [
        Table::Generations,
        Table::Imports,
        Table::ImportMembers,
        Table::Voids,
        Table::Authorities,
        Table::Budgets,
    ];
    let read = |reader: &Reader<'_>| Ok(TABLES.map(|table| digests(reader, table)).to_vec());
    ledger.read(read).map_err(|error: outlay_ledger::LedgerError| error).expect("a ledger")
}

/// What counts, row by row, with what is left out and why, and every rollup with texts instead of numbers.
pub(crate) fn account(ledger: &Ledger) -> Vec<String> {
    const DIMENSION: &str =
        "d.user_id, d.account, hex(d.application_id), d.generation_type, d.model_used, d.provider,
        d.source, d.cost_basis";
    let connection = rusqlite::Connection::open(ledger.path()).expect("the same file");
    let sums =
        "row_count, request_count, uncounted_rows, inexact_rows, paid_elsewhere, tokens_input, tokens_output,
        cached_tokens, cache_write_tokens, reasoning_tokens, cost_nanos, list_nanos";
    let statements = [
        "SELECT concat_ws('|', g.id, g.cost_nanos, g.tokens_input, o.reason, o.money, o.usage, g.user_id, g.source_key)
            FROM ai_generations g LEFT JOIN left_out o ON o.id = unhex(replace(g.id, '-', '')) ORDER BY g.id"
            .to_owned(),
        format!("SELECT concat_ws('|', day, {DIMENSION}, {sums}) FROM rollup_days r JOIN dimensions d
            ON d.id = r.dimension_id ORDER BY 1"),
        format!("SELECT concat_ws('|', month, {DIMENSION}, {sums}) FROM rollup_months r JOIN dimensions d
            ON d.id = r.dimension_id ORDER BY 1"),
        format!("SELECT concat_ws('|', day, user_id, cost_basis, {sums}) FROM rollup_totals ORDER BY 1"),
        "SELECT concat_ws('|', quarter, user_id, cost_basis, row_count, request_count, paid_elsewhere, tokens,
            cost_nanos, list_nanos) FROM rollup_quarters ORDER BY 1"
            .to_owned(),
    ];
    let mut lines = Vec::new();
    for sql in statements {
        let mut statement = connection.prepare(&sql).expect("a statement");
        let found = statement.query_map([], |row| row.get(0)).expect("lines");
        lines.extend(found.map(|line| line.expect("a line")));
    }
    lines
}
