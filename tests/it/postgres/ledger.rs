//! The team schema on a real server: what it keeps, what it refuses, and in which words.

use std::fmt::Write;

use outlay_sync::server::{Outcome, Server, init};

use super::stage::{empty_database, text};

#[tokio::test]
async fn a_recorded_call_stays() {
    let client = ledger("a_recorded_call_stays").await;
    run(&client, CALL).await;
    insta::assert_snapshot!(refusal(&client, "UPDATE ai_generations SET cost_nanos = 1").await, @"the server does not take a row: ai_generations is append-only: a recorded call is never changed or deleted, so that every past report can be repeated");
    for statement in [
        "DELETE FROM ai_generations",
        "TRUNCATE ai_generations",
        "TRUNCATE cost_config, ai_generations CASCADE",
        "INSERT INTO ai_generations (id, user_id, generation_type, model_used) SELECT id, 'me', 'chat', 'other' FROM ai_generations
         ON CONFLICT (id) DO UPDATE SET model_used = EXCLUDED.model_used",
    ] {
        let words = refusal(&client, statement).await;
        assert!(words.contains("ai_generations is append-only"), "{statement}: {words}");
    }
    assert_eq!(
        text(&client, "SELECT count(*)::text FROM ai_generations WHERE model_used = 'gpt-5'").await,
        "1"
    );
}

#[tokio::test]
async fn dollars_are_exact_to_nine_decimals() {
    let client = ledger("dollars_are_exact").await;
    for (nanos, dollars) in [
        ("0", "0.000000000"),
        ("1", "0.000000001"),
        ("-6331000", "-0.006331000"),
        ("12345678901", "12.345678901"),
        ("9223372036854775807", "9223372036.854775807"),
        ("-9223372036854775808", "-9223372036.854775808"),
    ] {
        let insert = format!(
            "INSERT INTO ai_generations (user_id, generation_type, model_used, cost_basis, cost_nanos)
             VALUES ('me', 'chat', 'gpt-5', 'billed', {nanos}) RETURNING cost_usd::text"
        );
        assert_eq!(text(&client, &insert).await, dollars);
    }
    let nanos: i64 = (1..=100_000).map(|n| 63_197_968 + n).sum();
    let exact_sum = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
    // Summed as four-byte floats the same rows are dollars off.
    run(&client, "INSERT INTO ai_generations (user_id, generation_type, model_used, cost_basis, cost_nanos)
                  SELECT 'many', 'chat', 'gpt-5', 'billed', 63197968 + n FROM generate_series(1, 100000) AS n").await;
    let sum = text(&client, "SELECT sum(cost_usd)::text FROM ai_generations WHERE user_id = 'many'").await;
    assert_eq!(sum, exact_sum);
    refused(&client, "INSERT INTO ai_generations (user_id, generation_type, model_used, cost_usd) VALUES ('me', 'chat', 'gpt-5', 1)", "cost_usd").await;
}

#[tokio::test]
async fn a_call_of_which_little_is_said() {
    let client = ledger("little_is_said").await;
    run(&client, CALL).await;
    insta::assert_snapshot!(row(&client, "ai_generations").await, @r#"
    user_id = "me"
    application_id = null
    generation_type = "chat"
    model_used = "gpt-5"
    tokens_input = 0
    tokens_output = 0
    cost_usd = 0.000000000
    input_summary = null
    output_summary = null
    duration_ms = null
    error = null
    cached_tokens = 0
    cost_nanos = 0
    cost_exact = true
    cost_basis = "unpriced"
    list_nanos = null
    cache_write_tokens = 0
    cache_write_long_tokens = 0
    reasoning_tokens = 0
    other_units = {}
    request_count = 1
    period_end = null
    provider = ""
    account = "default"
    source = "manual"
    source_key = null
    fingerprint = null
    import_id = null
    device_id = null
    price_id = null
    priced_at = null
    service_tier = null
    batch = false
    speed = null
    region = null
    context_from = null
    labels = {}
    price_note = null
    source_line = null
    "#);
}

#[tokio::test]
async fn settings_and_alerts_have_the_original_defaults() {
    let client = ledger("original_defaults").await;
    let settings = "INSERT INTO cost_config (user_id) VALUES ('me')";
    run(&client, settings).await;
    insta::assert_snapshot!(row(&client, "cost_config").await, @r#"
    user_id = "me"
    monthly_ai_cap_usd = 10.000000000
    alert_threshold_pct = 80
    single_call_alert = 0.500000000
    block_on_cap = true
    email_on_high = true
    monthly_ai_cap_nanos = 10000000000
    single_call_alert_nanos = 500000000
    time_zone = null
    budget_month_first_day = 1
    storage_limit_bytes = null
    bandwidth_limit_bytes = null
    confirmed_at = null
    "#);
    refused(&client, settings, "cost_config_pkey").await;
    let columns = "user_id, alert_type, severity, message";
    run(
        &client,
        &format!("INSERT INTO expense_alerts ({columns}) VALUES ('me', 'daily_spike', 'high', 'a spike')"),
    )
    .await;
    insta::assert_snapshot!(row(&client, "expense_alerts").await, @r#"
    user_id = "me"
    alert_type = "daily_spike"
    severity = "high"
    message = "a spike"
    threshold = null
    actual = null
    resolved = false
    resolved_at = null
    resolution = null
    dedupe_key = null
    threshold_nanos = null
    actual_nanos = null
    expected = null
    "#);
}

#[tokio::test]
async fn impossible_calls_are_refused_by_name() {
    let client = ledger("impossible_calls").await;
    for (columns, values, constraint) in [
        ("cost_basis", "'guessed'", "basis_is_known"),
        ("cost_basis, cost_nanos", "'included', 1", "only_spend_costs"),
        ("cost_nanos", "1", "only_spend_costs"),
        ("tokens_input", "-1", "input_holds_its_parts"),
        ("tokens_input, cached_tokens", "10, 11", "input_holds_its_parts"),
        ("tokens_input, cached_tokens, cache_write_tokens", "10, 5, 6", "input_holds_its_parts"),
        ("tokens_input, cache_write_tokens, cache_write_long_tokens", "10, 5, 6", "writes_hold_long_writes"),
        ("tokens_output", "-1", "output_holds_reasoning"),
        ("tokens_output, reasoning_tokens", "1, 2", "output_holds_reasoning"),
        ("request_count", "-1", "requests_are_counted"),
        ("created_at, period_end", "now(), now()", "period_runs_forward"),
        ("duration_ms", "-1", "duration_is_elapsed"),
        ("fingerprint", "'\\x00'", "fingerprint_is_whole"),
        ("other_units", "'[]'", "other_units_are_named"),
        ("labels", "'3'", "labels_are_named"),
    ] {
        let insert = format!(
            "INSERT INTO ai_generations (user_id, generation_type, model_used, {columns}) VALUES ('me', 'chat', 'gpt-5', {values})"
        );
        refused(&client, &insert, &format!("ai_generations_{constraint}")).await;
    }
}

#[tokio::test]
async fn impossible_alerts_are_refused_by_name() {
    let client = ledger("impossible_alerts").await;
    for (values, constraint) in [
        ("'party', 'high', false, NULL", "type_is_known"),
        ("'daily_spike', 'urgent', false, NULL", "severity_is_known"),
        ("'daily_spike', 'high', true, 'ignored'", "resolution_is_known"),
        ("'daily_spike', 'high', false, 'acknowledged'", "open_is_unanswered"),
    ] {
        let insert = format!(
            "INSERT INTO expense_alerts (user_id, message, alert_type, severity, resolved, resolution) VALUES ('me', 'words', {values})"
        );
        refused(&client, &insert, &format!("expense_alerts_{constraint}")).await;
    }
}

#[tokio::test]
async fn impossible_settings_are_refused_by_name() {
    let client = ledger("impossible_settings").await;
    for (column, value, constraint) in [
        ("monthly_ai_cap_nanos", "-1", "cap_is_an_amount"),
        ("alert_threshold_pct", "0", "threshold_is_a_share"),
        ("alert_threshold_pct", "101", "threshold_is_a_share"),
        ("single_call_alert_nanos", "-1", "single_call_is_an_amount"),
        ("budget_month_first_day", "29", "first_day_is_in_every_month"),
        ("storage_limit_bytes", "-1", "storage_limit_is_a_size"),
        ("bandwidth_limit_bytes", "-1", "bandwidth_limit_is_a_size"),
    ] {
        let insert = format!("INSERT INTO cost_config (user_id, {column}) VALUES ('me', {value})");
        refused(&client, &insert, &format!("cost_config_{constraint}")).await;
    }
}

#[tokio::test]
async fn the_schema_is_the_one_that_was_reviewed() {
    let client = ledger("the_schema").await;
    let columns = "SELECT format('%s.%s.%s %s%s%s%s', table_schema, table_name, column_name, data_type,
               CASE WHEN data_type = 'numeric' THEN format('(%s,%s)', numeric_precision, numeric_scale) END,
               CASE WHEN is_nullable = 'NO' THEN ' NOT NULL' END,
               coalesce(' DEFAULT ' || column_default, ' AS ' || generation_expression))
        FROM information_schema.columns WHERE table_schema IN ('public', 'outlay') AND table_name <> 'outlay_schema_history'
        ORDER BY table_schema DESC, table_name, ordinal_position";
    let constraints = "SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE contype IN ('c', 'f', 'p', 'u') AND connamespace IN ('public'::regnamespace, 'outlay'::regnamespace)
          AND conrelid <> 'outlay_schema_history'::regclass ORDER BY conname";
    let indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname IN ('public', 'outlay')
        AND tablename <> 'outlay_schema_history' ORDER BY indexname";
    let triggers = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname";
    let policies = "SELECT format('%s.%s %s %s %s TO %s USING %s CHECK %s', schemaname, tablename, policyname, permissive, cmd,
            roles, coalesce(qual, '-'), coalesce(with_check, '-')) FROM pg_policies ORDER BY schemaname, tablename, policyname";
    let grants = "SELECT format('%s.%s: %s%s', n.nspname, c.relname, array_to_string(c.relacl, ' '),
            (SELECT coalesce(string_agg(format(' (%s: %s)', a.attname, array_to_string(a.attacl, ' ')), '' ORDER BY a.attnum), '')
             FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('public', 'outlay') AND c.relkind IN ('r', 'v') ORDER BY n.nspname, c.relname";
    let functions = "SELECT format('%s: %s%s', p.oid::regprocedure, array_to_string(p.proacl, ' '),
            CASE WHEN p.prosecdef THEN ' as its owner, with ' || array_to_string(p.proconfig, ' ') END)
        FROM pg_proc p WHERE p.pronamespace = 'outlay'::regnamespace ORDER BY 1";
    let mut schema = String::new();
    for (title, query) in [
        ("columns", columns),
        ("constraints", constraints),
        ("indexes", indexes),
        ("triggers", triggers),
        ("policies", policies),
        ("grants", grants),
        ("functions", functions),
    ] {
        let lines = client.query(query, &[]).await.expect("the catalogue");
        let lines: Vec<String> = lines.iter().map(|line| line.get(0)).collect();
        writeln!(schema, "-- {title}\n{}\n", lines.join("\n")).expect("a string takes text");
    }
    insta::assert_snapshot!(schema);
}

/// A call of which only the least is said.
const CALL: &str =
    "INSERT INTO ai_generations (user_id, generation_type, model_used) VALUES ('me', 'chat', 'gpt-5')";

/// A database with the schema, of this test alone.
async fn ledger(name: &str) -> Server {
    let server = empty_database(name).await;
    assert_eq!(init(&server, "root", true).await, Ok(Outcome::Done));
    server
}

async fn run(server: &Server, statement: &str) {
    server.run(statement).await.expect("a statement that the server takes");
}

/// The only row of a table, one line for each column that is neither an id nor a time.
async fn row(client: &Server, table: &str) -> String {
    let query = format!(
        "SELECT string_agg(format('%s = %s', key, value), E'\\n') FROM {table} AS t, json_each(row_to_json(t))
         WHERE key NOT IN ('id', 'created_at', 'updated_at')"
    );
    text(client, &query).await
}

/// The server's words when it refuses a statement.
async fn refusal(client: &Server, statement: &str) -> String {
    client.run(statement).await.expect_err("the server must refuse this").to_string()
}

async fn refused(client: &Server, statement: &str, names: &str) {
    let words = refusal(client, statement).await;
    assert!(words.contains(names), "{statement}\nmust name {names}, but says {words}");
}
