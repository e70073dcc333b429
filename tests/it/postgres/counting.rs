//! What counts on the server is what counts in the ledgers that made the rows: the same rows, the same money, the
//! same tokens, whatever was imported, answered and undone. And the original's five queries run on it.

use std::collections::BTreeMap;

use outlay_core::basis::CostBasis;
use outlay_ledger::{Action, Answers, DaysAnswer, LedgerError, Reader};
use outlay_sync::server::{self, Server};
use outlay_sync::{LedgerRow, Remote, Scope, Table};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rusqlite::Connection;
use uuid::Uuid;

use super::book::{Book, Export, Line, export, line, utc_day};
use super::stage::{LIMITS, Team, superuser, text};

/// A row that counts: its id, nano-dollars, tokens.
type Counted = BTreeMap<String, (i64, i64)>;

/// Makes a server new, which only its superuser can.
const FORGET: &str = "SET session_replication_role = replica;
    TRUNCATE public.ai_generations, outlay.imports, outlay.import_members, outlay.generation_voids, outlay.authorities;
    SET session_replication_role = origin";

/// Sends all that a ledger has, as sync does. What is said to count is what the view shows.
async fn push(server: &Server, book: &Book) {
    let rows = travelling(book);
    let (address, password) = superuser(&server.address().database);
    // On a thread of its own, for it waits by itself.
    let counted = std::thread::spawn(move || {
        let mut team = server::Team::connect(&address, Some(&password), LIMITS).expect("the server");
        for (table, rows) in rows {
            team.push(table, &rows, None).expect("rows that the server takes");
        }
        team.counted(Scope::Team).expect("a count")
    });
    let counted = counted.join().expect("a push");
    let shown = text(
        server,
        "SELECT format('%s %s', count(*), coalesce(sum(cost_nanos), 0)) FROM counted_generations",
    )
    .await;
    assert_eq!(format!("{} {}", counted.rows, counted.spend.nanos()), shown);
}

/// The rows of a ledger as they travel.
fn travelling(book: &Book) -> Vec<(Table, Vec<LedgerRow>)> {
    let ledger = connection(book);
    let ids = |row: &rusqlite::Row<'_>| Ok(Uuid::from_bytes(row.get(0)?));
    let mut all = ledger.prepare("SELECT id FROM generations").expect("the rows");
    let ids: Vec<Uuid> = all.query_map([], ids).expect("ids").map(|id| id.expect("an id")).collect();
    let mut pairs = ledger
        .prepare(
            "SELECT i.id, g.id FROM import_rows r JOIN imports i ON i.number = r.import_number
             JOIN generations g ON g.import_number = r.holder AND g.id BETWEEN r.first_id AND r.last_id",
        )
        .expect("what imports contain");
    let pair = |row: &rusqlite::Row<'_>| {
        let (import, generation) = (Uuid::from_bytes(row.get(0)?), Uuid::from_bytes(row.get(1)?));
        Ok(LedgerRow::Member { import, generation })
    };
    let pairs = pairs.query_map([], pair).expect("pairs").map(|pair| pair.expect("a pair")).collect();
    let read = |reader: &Reader<'_>| {
        let (imports, calls) = (reader.small_rows(None)?, reader.generation_rows(&ids)?);
        let (voids, answers) = (reader.small_rows(None)?, reader.small_rows(None)?);
        Ok::<_, LedgerError>(vec![
            (Table::Imports, imports.into_iter().map(|row| LedgerRow::Import(Box::new(row))).collect()),
            (Table::Generations, calls.into_iter().map(|row| LedgerRow::Generation(Box::new(row))).collect()),
            (Table::ImportMembers, pairs),
            (Table::Voids, voids.into_iter().map(LedgerRow::Void).collect()),
            (
                Table::Authorities,
                answers.into_iter().map(|row| LedgerRow::Authority(Box::new(row))).collect(),
            ),
        ])
    };
    book.ledger.read(read).expect("rows that travel")
}

fn connection(book: &Book) -> Connection {
    Connection::open(book.folder.path().join("outlay.db")).expect("the ledger")
}

async fn on_server(server: &Server) -> Counted {
    let sql = "SELECT id::text, cost_nanos, tokens_input + tokens_output FROM counted_generations";
    let rows = server.query(sql, &[]).await.expect("the view");
    rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect()
}

fn in_ledger(ledger: &Connection) -> Counted {
    let mut statement = ledger
        .prepare("SELECT id, cost_nanos, tokens_input + tokens_output FROM counted_generations")
        .expect("the view");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).expect("rows");
    rows.map(|row| row.expect("a row")).collect()
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let row = (1_i64..5, 0_usize..3, 1_i64..4)
        .prop_map(|(day, key, dollars)| line(day, ["a", "b", "c"][key], dollars));
    proptest::collection::vec(row, 1..8).prop_map(|rows| {
        let by_key: BTreeMap<_, _> =
            rows.into_iter().map(|line| ((line.day, line.key.clone()), line)).collect();
        by_key.into_values().collect()
    })
}

fn mixed() -> impl Strategy<Value = Export> {
    (6_i64..12, lines(), any::<bool>(), any::<bool>()).prop_map(|(as_of, lines, cost, named)| Export {
        source: if cost { "openai-cost-csv" } else { "openai-usage-csv" },
        basis: if cost { CostBasis::Billed } else { CostBasis::Computed },
        account: if named { "org-1" } else { "default" },
        ..export(as_of, &lines)
    })
}

/// What happens in a random life: a file, what is answered to it, and an undo or redo of an earlier one.
type Happening = (Export, Option<bool>, usize, bool);

/// An answer that no plan would propose: days, the import that speaks, the one that it silences.
type Answer = (i64, i64, usize, Option<usize>);

/// A ledger with a random life.
fn lived(happenings: Vec<Happening>, answers: &[Answer]) -> Book {
    let mut book = Book::new();
    let mut ids = Vec::new();
    for (export, answer, position, undo) in happenings {
        let days = answer.map(|replace| if replace { DaysAnswer::Replace } else { DaysAnswer::Keep });
        ids.push(book.import_with(&export, Answers { days, ..Answers::default() }).id);
        if let Some(&id) = ids.get(position) {
            // One that is undone already cannot be again.
            let _ = book.void(id, if undo { Action::Void } else { Action::Restore });
        }
    }
    let ledger = connection(&book);
    for (number, (first, last, speaker, over)) in answers.iter().enumerate() {
        let import = |place: usize| ids[place % ids.len()].as_bytes().to_vec();
        let answer = "INSERT INTO authorities SELECT ?1, provider, account, ?2, ?3, 'rows', source, account, 'chat', id, ?5, ?6, 0, id
            FROM imports WHERE id = ?4";
        let (id, revision) = ([number as u8 + 1; 16], 1000 + number as i64);
        let days = (utc_day(*first), utc_day((*last).max(*first)));
        ledger
            .execute(answer, (id, days.0, days.1, import(*speaker), over.map(import), revision))
            .expect("an answer");
    }
    // What counts is decided anew from rows, imports, voids and answers.
    let mut writer = book.ledger.writer().expect("a writer");
    writer.rebuild(writer.identity().zone).expect("a rebuild");
    writer.commit().expect("a commit");
    book
}

#[tokio::test]
async fn the_view_counts_what_the_ledger_counts() {
    let team = Team::new("view_counts").await;
    let happenings =
        proptest::collection::vec((mixed(), any::<Option<bool>>(), 0_usize..6, any::<bool>()), 1..9);
    let answer = (1_i64..5, 1_i64..5, 0_usize..9, proptest::option::of(0_usize..9));
    let lives = (happenings, proptest::collection::vec(answer, 0..3));
    let mut runner = TestRunner::deterministic();
    let mut left_out = 0_usize;
    for life in 0..50 {
        let (happenings, answers) = lives.new_tree(&mut runner).expect("a life").current();
        let book = lived(happenings, &answers);
        let ledger = connection(&book);
        push(&team.admin, &book).await;
        assert_eq!(on_server(&team.admin).await, in_ledger(&ledger), "life {life}");
        let all: usize =
            text(&team.admin, "SELECT count(*)::text FROM ai_generations").await.parse().expect("a count");
        left_out += all - in_ledger(&ledger).len();
        team.admin.run(FORGET).await.expect("an end");
    }
    assert!(left_out > 250, "lives in which nearly all counts prove little: {left_out}");
}

#[tokio::test]
async fn what_two_machines_imported_counts_once() {
    let team = Team::new("counts_once").await;
    let both = [line(1, "a", 2), line(2, "b", 3)];
    for (machine, extra) in [(1, line(3, "a", 5)), (2, line(4, "c", 7))] {
        let mut book = Book::of("ada", machine);
        book.import(&export(9, &[&both[..], &[extra]].concat()));
        push(&team.admin, &book).await;
    }
    let total = "SELECT format('%s %s', sum(cost_usd), count(*)) FROM counted_generations";
    assert_eq!(text(&team.admin, total).await, "17.000000000 4");
    // The rows that both had were brought by the first: the second says that it holds them, too.
    let [first, second] = [1, 2].map(|machine| Uuid::from_u128((machine << 64) + 1).to_string());
    let hold = format!("INSERT INTO outlay.import_members (import_id, generation_id, user_id)
        SELECT '{second}', id, 'ada' FROM ai_generations WHERE import_id = '{first}' AND created_at < '2026-06-03'");
    let void = |import: &str| {
        format!("INSERT INTO outlay.generation_voids (id, user_id, device_id, target, kind, action, revision, reason, at)
            VALUES (gen_random_uuid(), 'ada', gen_random_uuid(), '{import}', 'import', 'void', 1, '', now())")
    };
    team.admin.run(&format!("{hold}; {}", void(&first))).await.expect("an undo of the first");
    assert_eq!(text(&team.admin, total).await, "12.000000000 3", "the second still holds what both had");
    team.admin.run(&void(&second)).await.expect("an undo of the second");
    assert_eq!(text(&team.admin, total).await, " 0");
}

/// A ledger with a restated row, an overlap and an undone file, on a server.
async fn told(name: &'static str) -> Team {
    let team = Team::new(name).await;
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "a", 10), line(2, "a", 10), line(3, "b", 10)]));
    book.import(&export(12, &[line(1, "a", 11), line(2, "a", 10), line(3, "b", 10)]));
    let undone = book.import(&export(13, &[line(4, "z", 1000)]));
    book.void(undone.id, Action::Void).expect("an undo");
    let mut billed = vec![line(2, "", 12)];
    billed.iter_mut().for_each(|line| line.tokens = 0);
    book.import(&Export {
        source: "openai-cost-csv",
        account: "org-1",
        basis: CostBasis::Billed,
        ..export(9, &billed)
    });
    push(&team.admin, &book).await;
    team
}

#[tokio::test]
async fn the_originals_five_queries() {
    let team = told("five_queries").await;
    let ada = team.member("ada", false).await;
    ada.run("INSERT INTO expense_alerts (user_id, alert_type, severity, message, created_at) VALUES
        ('ada', 'daily_spike', 'high', 'older', '2026-06-01'), ('ada', 'daily_spike', 'high', 'newer', '2026-06-02')")
        .await
        .expect("alerts");
    ada.run("INSERT INTO expense_alerts (user_id, alert_type, severity, message, resolved, resolved_at, resolution) VALUES
        ('ada', 'daily_spike', 'high', 'done', true, now(), 'acknowledged')")
        .await
        .expect("alerts");
    let month = "user_id = 'ada' AND created_at >= '2026-06-01' AND created_at < '2026-07-01'";
    let spend = format!("SELECT format('%s %s %s %s', COALESCE(SUM(cost_usd), 0), COUNT(*), COALESCE(SUM(tokens_input), 0), COALESCE(SUM(tokens_output), 0))
        FROM counted_generations WHERE {month}");
    // 11 restated, 12 billed instead of 10 computed, 10; the tokens of the finer source.
    assert_eq!(text(&ada, &spend).await, "33.000000000 4 310 0");
    let by_type = format!(
        "SELECT string_agg(format('%s %s %s %s', generation_type, calls, total, average), '; ') FROM (
        SELECT generation_type, COUNT(*) AS calls, SUM(cost_usd) AS total, round(AVG(cost_usd), 9) AS average,
            SUM(tokens_input + tokens_output) AS tokens
        FROM counted_generations WHERE {month} GROUP BY generation_type ORDER BY SUM(cost_usd) DESC) AS q"
    );
    assert_eq!(text(&ada, &by_type).await, "chat 4 33.000000000 8.250000000");
    let daily = "SELECT string_agg(format('%s %s %s', day, cost, calls), '; ') FROM (
        SELECT DATE(created_at AT TIME ZONE 'UTC') AS day, SUM(cost_usd) AS cost, COUNT(*) AS calls FROM counted_generations
        WHERE user_id = 'ada' AND created_at >= timestamptz '2026-06-30' - interval '30 days' GROUP BY 1 ORDER BY 1) AS q";
    assert_eq!(
        text(&ada, daily).await,
        "2026-06-01 11.000000000 1; 2026-06-02 12.000000000 2; 2026-06-03 10.000000000 1"
    );
    let projection =
        format!("SELECT round(SUM(cost_usd) / 10 * 30, 9)::text FROM counted_generations WHERE {month}");
    assert_eq!(text(&ada, &projection).await, "99.000000000");
    let alerts = "SELECT string_agg(message, ',') FROM (SELECT message FROM expense_alerts
        WHERE user_id = 'ada' AND resolved = false ORDER BY created_at DESC) AS q";
    assert_eq!(text(&ada, alerts).await, "newer,older");
}

#[tokio::test]
async fn the_teams_views() {
    let team = told("team_views").await;
    let lead = team.member("lead", true).await;
    for (view, key, expected) in [
        ("team_by_member", "user_id", "2026-06-01 ada 33.000000000 33000000000 4 310"),
        (
            "team_by_device",
            "coalesce(device_id::text, 'none')",
            "2026-06-01 00000000-0000-0000-0000-000000000007 33.000000000 33000000000 4 310",
        ),
        (
            "team_by_type_and_model",
            "generation_type || ' ' || model_used",
            "2026-06-01 chat  12.000000000 12000000000 1 0; 2026-06-01 chat a 11.000000000 11000000000 2 210; 2026-06-01 chat b 10.000000000 10000000000 1 100",
        ),
    ] {
        let sql = format!(
            "SELECT string_agg(format('%s %s %s %s %s %s', month, {key}, spend_usd, cost_nanos, rows, tokens_input), '; ' ORDER BY cost_nanos DESC) FROM outlay.{view}"
        );
        assert_eq!(text(&lead, &sql).await, expected, "{view}");
        let bob = team.member("bob", false).await;
        assert_eq!(text(&bob, &format!("SELECT count(*)::text FROM outlay.{view}")).await, "0");
    }
}
