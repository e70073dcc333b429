//! The original design's five queries, in SQLite's dialect over `counted_generations`, equal the
//! reports and the export: money after rounding to nine decimals, tokens exactly, COUNT(*) = rows.

use outlay_core::money::Money;
use outlay_core::period::Zone;
use rusqlite::{Connection, Row};
use serde_json::{Value, json};

use crate::stage::Stage;

/// June 2026 in Berlin, where every bucket of the stage lies in June as well.
const MONTH: &str = "2026-06";

/// The instants at which the month begins and ends, as the view writes them.
fn bounds(month: &str) -> [String; 2] {
    let zone: Zone = "Europe/Berlin".parse().expect("a zone");
    let (start, end) = zone.month_bounds(month.parse().expect("a month"));
    [start.to_string(), end.to_string()]
}

fn ledger(stage: &Stage) -> Connection {
    Connection::open(stage.ledger_file()).expect("the ledger")
}

fn report(stage: &Stage) -> Value {
    stage.answer("report_month", json!({"month": MONTH}))
}

/// A sum of dollars in binary, as the original had it, rounded to nine decimals.
fn dollars(row: &Row<'_>, column: usize) -> String {
    let sum: f64 = row.get(column).expect("a sum");
    format!("{sum:.9}").parse::<Money>().expect("an amount").to_string()
}

fn number(row: &Row<'_>, column: usize) -> Value {
    json!(row.get::<_, i64>(column).expect("a count"))
}

/// All rows of a query whose two instants are the month's.
fn rows<Found>(stage: &Stage, sql: &str, read: impl Fn(&Row<'_>) -> Found) -> Vec<Found> {
    let ledger = ledger(stage);
    let mut statement = ledger.prepare(sql).expect("a query");
    let found = statement.query_map(bounds(MONTH), |row| Ok(read(row))).expect("rows");
    found.map(|row| row.expect("a row")).collect()
}

#[test]
fn spend_of_the_month() {
    let stage = Stage::filled();
    let sql = "SELECT COALESCE(SUM(cost_usd), 0), COUNT(*), COALESCE(SUM(tokens_input), 0),
            COALESCE(SUM(tokens_output), 0), SUM(request_count)
        FROM counted_generations WHERE user_id = 'ada' AND created_at >= ?1 AND created_at < ?2";
    let read =
        |row: &Row<'_>| (dollars(row, 0), number(row, 1), [number(row, 2), number(row, 3), number(row, 4)]);
    let found = rows(&stage, sql, read).remove(0);
    let report = report(&stage);
    let figures = ["tokens_input", "tokens_output", "calls"].map(|name| report[name].clone());
    let listed =
        stage.answer("list_generations", json!({"select": {"from": "2026-06-01", "to": "2026-06-30"}}));
    let count = json!(listed["calls"].as_array().expect("calls").len());
    assert_eq!(found, (report["spend"].as_str().expect("money").to_owned(), count, figures));
}

#[test]
fn spend_by_type() {
    let stage = Stage::filled();
    let sql = "SELECT generation_type, SUM(cost_usd), SUM(request_count), SUM(tokens_input + tokens_output)
        FROM counted_generations WHERE user_id = 'ada' AND created_at >= ?1 AND created_at < ?2
        GROUP BY generation_type ORDER BY SUM(cost_usd) DESC";
    let read = |row: &Row<'_>| {
        json!({"generation_type": row.get::<_, String>(0).expect("a type"), "spend": dollars(row, 1),
            "calls": number(row, 2), "tokens": number(row, 3)})
    };
    let mut by_type = report(&stage)["by_type"].clone();
    for group in by_type.as_array_mut().expect("groups") {
        let group = group.as_object_mut().expect("a group");
        group.retain(|field, _| ["generation_type", "spend", "calls", "tokens"].contains(&field.as_str()));
    }
    assert_eq!(json!(rows(&stage, sql, read)), by_type);
}

#[test]
fn daily_trend() {
    let stage = Stage::filled().in_zone("UTC");
    let sql = "SELECT date(created_at), SUM(cost_usd), SUM(request_count)
        FROM counted_generations WHERE user_id = 'ada' AND created_at >= '2026-05-21' AND created_at < '2026-06-20'
            AND ?1 < ?2
        GROUP BY 1 ORDER BY 1";
    let read = |row: &Row<'_>| json!({"day": row.get::<_, String>(0).expect("a day"), "spend": dollars(row, 1), "calls": number(row, 2)});
    let report = stage.answer("report_range", json!({"from": "2026-05-21", "to": "2026-06-19"}));
    let daily = report["daily"].as_array().expect("days");
    assert_eq!(daily.len(), 30, "every day is there");
    let with_calls = daily
        .iter()
        .filter(|day| day["calls"] != 0)
        .map(|day| json!({"day": day["day"], "spend": day["spend"], "calls": day["calls"]}));
    assert_eq!(rows(&stage, sql, read), with_calls.collect::<Vec<_>>());
}

#[test]
fn run_rate() {
    let stage = Stage::filled();
    let sql = "SELECT SUM(cost_usd) / 19 * 30 FROM counted_generations
        WHERE user_id = 'ada' AND created_at >= ?1 AND created_at < ?2";
    assert_eq!(rows(&stage, sql, |row| dollars(row, 0)), [report(&stage)["projection"]["run_rate"].clone()]);
}

#[test]
fn unresolved_alerts() {
    let stage = Stage::filled();
    ledger(&stage)
        .execute_batch(
            "INSERT INTO expense_alerts (id, user_id, alert_type, severity, message, dedupe_key, created_at)
             VALUES ('a', 'ada', 'daily_spike', 'high', 'one', 'k', 1), ('b', 'ada', 'daily_spike', 'high', 'two', 'l', 2),
                    ('c', 'eve', 'daily_spike', 'high', 'other', 'm', 3);
             UPDATE expense_alerts SET resolved = 1, resolved_at = 9, resolution = 'acknowledged' WHERE id = 'a'",
        )
        .expect("alerts");
    let sql = "SELECT id, message FROM expense_alerts WHERE user_id = 'ada' AND resolved = 0 AND ?1 < ?2
        ORDER BY created_at DESC";
    let read =
        |row: &Row<'_>| json!([row.get::<_, String>(0).expect("id"), row.get::<_, String>(1).expect("text")]);
    let alerts = stage.answer("list_alerts", json!({}))["alerts"].clone();
    let listed =
        alerts.as_array().expect("alerts").iter().map(|alert| json!([alert["id"], alert["message"]]));
    assert_eq!(rows(&stage, sql, read), listed.collect::<Vec<_>>());
}

/// Exported money and tokens of a selection, summed as another program would.
fn exported(stage: &Stage, name: &str, select: Value) -> (Money, i64) {
    let path = stage.path(name);
    stage.answer("export_generations", json!({"path": path, "format": "csv", "select": select}));
    let mut table = csv::Reader::from_path(&path).expect("the export");
    let header = table.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|known| known == name).expect("a column");
    let (cost, input) = (column("cost_usd"), column("tokens_input"));
    table.records().map(|record| record.expect("a row")).fold((Money::ZERO, 0), |(spend, tokens), record| {
        let row: (Money, i64) =
            (record[cost].parse().expect("money"), record[input].parse().expect("a count"));
        (spend.saturating_add(row.0), tokens + row.1)
    })
}

#[test]
fn an_export_adds_up_to_the_report() {
    let stage = Stage::filled();
    let june = json!({"from": "2026-06-01", "to": "2026-06-30"});
    let report = report(&stage);
    let (spend, tokens) = exported(&stage, "june.csv", june.clone());
    assert_eq!((json!(spend), json!(tokens)), (report["spend"].clone(), report["tokens_input"].clone()));

    let imports = stage.answer("list_imports", json!({}));
    stage.answer("undo_import", json!({"id": imports["imports"][0]["id"]}));
    let undone = stage.answer("report_month", json!({"month": MONTH}));
    assert_ne!(undone["spend"], report["spend"]);
    let (spend, tokens) = exported(&stage, "undone.csv", june);
    assert_eq!((json!(spend), json!(tokens)), (undone["spend"].clone(), undone["tokens_input"].clone()));
}

#[test]
fn an_export_in_another_zone_adds_up_there() {
    // West of UTC a bucket of a UTC day begins on the local day before; it stays in its own date.
    let stage = Stage::filled().in_zone("America/Los_Angeles");
    for (from, to) in
        [("2026-05-31", "2026-05-31"), ("2026-06-01", "2026-06-01"), ("2026-06-02", "2026-06-30")]
    {
        let report = stage.answer("report_range", json!({"from": from, "to": to}));
        let (spend, tokens) = exported(&stage, &format!("{from}.csv"), json!({"from": from, "to": to}));
        let reported = (report["spend"].clone(), report["tokens_input"].clone());
        assert_eq!((json!(spend), json!(tokens)), reported, "{from} to {to}");
    }
}
