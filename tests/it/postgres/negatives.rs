//! What nobody may do in a team's database, tried by somebody who has a login.

use std::pin::pin;

use tokio_postgres::{Client, CopyInSink};

use super::stage::{CANARY, Team, bare_client, code, text};

/// A call of somebody's, with an id.
fn call(user: &str, id: u8) -> String {
    format!(
        "INSERT INTO ai_generations (id, user_id, generation_type, model_used)
         VALUES ('00000000-0000-4000-8000-0000000000{id:02x}', '{user}', 'chat', 'gpt-5')"
    )
}

#[tokio::test]
async fn nobody_writes_for_another() {
    let team = Team::new("no_writing_for_another").await;
    let ada = team.member("ada", false).await;
    ada.run(&call("ada", 1)).await.expect("her own call");
    assert_eq!(code(ada.run(&call("bob", 2)).await), "42501");
    for statement in [
        "INSERT INTO expense_alerts (user_id, alert_type, severity, message) VALUES ('bob', 'daily_spike', 'high', '')",
        "INSERT INTO cost_config (user_id) VALUES ('bob')",
        "INSERT INTO outlay.budgets VALUES (gen_random_uuid(), 1, 'bob', gen_random_uuid(), 'n', 'p', '', 1, 'block', 80, false, now())",
        "INSERT INTO outlay.prices VALUES (gen_random_uuid(), 'bob', gen_random_uuid(), 'p', 'm', now(), '{}', now())",
        "INSERT INTO outlay.applications VALUES ('bob', gen_random_uuid(), 'p', 'a', 'x', 'x', NULL)",
        "INSERT INTO outlay.authorities VALUES (gen_random_uuid(), 'bob', gen_random_uuid(), 'p', 'a', now(), now(), 'money', 's', 'a', '', NULL, NULL, 1, now())",
    ] {
        assert_eq!(code(ada.run(statement).await), "42501", "{statement}");
    }
}

#[tokio::test]
async fn what_is_recorded_stays() {
    let team = Team::new("recorded_stays").await;
    let ada = team.member("ada", true).await;
    ada.run(&call("ada", 1)).await.expect("her own call");
    let tables = [
        "ai_generations",
        "outlay.imports",
        "outlay.import_members",
        "outlay.generation_voids",
        "outlay.authorities",
        "outlay.budgets",
        "outlay.prices",
    ];
    for table in tables {
        for statement in [
            format!("UPDATE {table} SET user_id = 'ada'"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
        ] {
            assert_eq!(code(ada.run(&statement).await), "42501", "{statement}");
        }
        // Whoever may do everything is told by the table itself.
        let emptied = team.admin.run(&format!("TRUNCATE {table} CASCADE")).await;
        assert_eq!(code(emptied), "23001", "{table}");
    }
    for table in [
        "expense_alerts",
        "cost_config",
        "outlay.applications",
        "outlay.devices",
        "outlay.members",
        "outlay.meta",
    ] {
        assert_eq!(code(ada.run(&format!("DELETE FROM {table}")).await), "42501", "{table}");
        assert_eq!(code(ada.run(&format!("TRUNCATE {table}")).await), "42501", "{table}");
    }
    assert_eq!(code(team.admin.run("UPDATE ai_generations SET cost_nanos = 0").await), "23001");
    assert_eq!(text(&team.admin, "SELECT count(*)::text FROM ai_generations").await, "1");
}

#[tokio::test]
async fn what_the_server_fills_in_is_not_forged() {
    let team = Team::new("nothing_is_forged").await;
    let ada = team.member("ada", false).await;
    for statement in [
        "INSERT INTO outlay.devices (device_id, login) VALUES (gen_random_uuid(), 'root')",
        "INSERT INTO outlay.devices (device_id, user_id) VALUES (gen_random_uuid(), 'bob')",
        "INSERT INTO ai_generations (user_id, generation_type, model_used, cost_usd) VALUES ('ada', 'chat', 'm', 1)",
        "INSERT INTO outlay.members VALUES ('eve', 'bob', true, true)",
        "UPDATE outlay.members SET read_all = true",
        "SELECT * FROM outlay.members",
        "UPDATE outlay.meta SET min_reader = 1000",
    ] {
        let refusal = code(ada.run(statement).await);
        assert!(["42501", "428C9"].contains(&refusal.as_str()), "{statement}: {refusal}");
    }
}

#[tokio::test]
async fn nobody_becomes_another() {
    let team = Team::new("nobody_becomes").await;
    let ada = team.member("ada", false).await;
    team.member("bob", false).await;
    for statement in [
        "SET ROLE outlay_owner",
        "SET ROLE outlay_reader",
        &format!("SET ROLE {}", team.login("bob")),
        &format!("SET SESSION AUTHORIZATION {}", team.login("bob")),
        "ALTER FUNCTION outlay.my_user() OWNER TO CURRENT_USER",
        "CREATE OR REPLACE FUNCTION outlay.my_user() RETURNS text LANGUAGE sql AS $$ SELECT 'bob' $$",
        "GRANT outlay_owner TO CURRENT_USER",
        "ALTER TABLE ai_generations DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE ai_generations DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SELECT outlay.live_holders(NULL, NULL)",
    ] {
        assert_eq!(code(ada.run(statement).await), "42501", "{statement}");
    }
}

#[tokio::test]
async fn a_setting_is_no_key() {
    let team = Team::new("a_setting_is_no_key").await;
    let (ada, bob) = (team.member("ada", false).await, team.member("bob", false).await);
    bob.run(&call("bob", 7)).await.expect("his own call");
    ada.run("SET app.uid = 'bob'; SET outlay.user_id = 'bob'; SET search_path = pg_temp, public; SET row_security = on")
        .await
        .expect("settings are anybody's");
    // Functions of her own in the way of the ledger's.
    ada.run(
        "CREATE TEMP TABLE members (login name, user_id text, read_all boolean, can_write boolean);
             INSERT INTO members VALUES (session_user, 'bob', true, true)",
    )
    .await
    .expect("a table of her own");
    for table in ["public.ai_generations", "public.counted_generations", "outlay.team_by_member"] {
        assert_eq!(text(&ada, &format!("SELECT count(*)::text FROM {table}")).await, "0", "{table}");
    }
    assert_eq!(code(ada.run(&call("bob", 8)).await), "42501");
    assert_eq!(text(&ada, "SELECT outlay.my_user()").await, "ada");
}

#[tokio::test]
async fn rows_are_not_copied_past_the_rules() {
    let team = Team::new("no_copy").await;
    let ada = team.member("ada", false).await;
    let client = bare_client(ada.address(), CANARY).await;
    let refused =
        copy(&client, "COPY ai_generations (id, user_id, generation_type, model_used) FROM STDIN").await;
    assert_eq!(refused.as_deref(), Some("0A000"));
}

async fn copy(client: &Client, statement: &str) -> Option<String> {
    let code = |error: tokio_postgres::Error| error.code().map(|code| code.code().to_owned());
    let sink: CopyInSink<&[u8]> = match client.copy_in(statement).await {
        Err(error) => return code(error),
        Ok(sink) => sink,
    };
    let mut sink = pin!(sink);
    sink.as_mut().finish().await.err().and_then(code)
}

#[tokio::test]
async fn what_is_hidden_is_neither_stored_nor_shown() {
    let team = Team::new("hidden").await;
    let (ada, bob) = (team.member("ada", false).await, team.member("bob", false).await);
    bob.run(&call("bob", 9)).await.expect("his own call");
    let again = format!(
        "WITH stored AS ({} ON CONFLICT (id) DO NOTHING RETURNING id) SELECT count(*)::text FROM stored",
        call("ada", 9)
    );
    assert_eq!(text(&ada, &again).await, "0");
    assert_eq!(text(&ada, "SELECT count(*)::text FROM ai_generations").await, "0");
    assert_eq!(text(&team.admin, "SELECT string_agg(user_id, ',') FROM ai_generations").await, "bob");
    // A target without its own key is refused, so nothing is stored twice in silence.
    let without_key = format!("{} ON CONFLICT (source_key) DO NOTHING", call("ada", 10));
    assert_eq!(code(ada.run(&without_key).await), "42P10");
}

#[tokio::test]
async fn nobody_undoes_anothers_import() {
    let team = Team::new("no_undoing").await;
    let (ada, bob) = (team.member("ada", true).await, team.member("bob", false).await);
    bob.run(&import("11111111-1111-4111-8111-111111111111")).await.expect("his own import");
    ada.run(&import("22222222-2222-4222-8222-222222222222")).await.expect("her own import");
    let void = |import: &str| {
        format!(
            "INSERT INTO outlay.generation_voids (id, device_id, target, kind, action, revision, reason, at)
            VALUES (gen_random_uuid(), gen_random_uuid(), '{import}', 'import', 'void', 1, '', now())"
        )
    };
    let rows = |import: &str| {
        format!(
            "INSERT INTO outlay.import_members (import_id, generation_id) VALUES ('{import}', gen_random_uuid())"
        )
    };
    assert_eq!(code(ada.run(&void("11111111-1111-4111-8111-111111111111")).await), "42501");
    assert_eq!(code(ada.run(&rows("11111111-1111-4111-8111-111111111111")).await), "42501");
    ada.run(&void("22222222-2222-4222-8222-222222222222")).await.expect("her own");
    ada.run(&rows("22222222-2222-4222-8222-222222222222")).await.expect("her own");
    // Nor does anybody say that an import of theirs is another's.
    let given = "INSERT INTO outlay.import_members VALUES ('22222222-2222-4222-8222-222222222222', gen_random_uuid(), 'bob')";
    assert_eq!(code(ada.run(given).await), "42501");
}

/// An import of whoever inserts it.
fn import(id: &str) -> String {
    format!(
        "INSERT INTO outlay.imports (id, device_id, file_name, file_hash, file_bytes, source, provider, account, as_of,
            imported_at, rows_new, rows_known, rows_restated, rows_quarantined, rows_empty, rows_ignored)
         VALUES ('{id}', gen_random_uuid(), 'f', decode(repeat('00', 32), 'hex'), 1, 's', 'p', 'a', now(), now(), 1, 0, 0, 0, 0, 0)"
    )
}
