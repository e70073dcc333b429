//! What members of a team can do, each with their own login.

use super::stage::{Team, code, stranger, text};

const ALERT: &str = "INSERT INTO expense_alerts (id, user_id, alert_type, severity, message, dedupe_key)
    VALUES ('00000000-0000-4000-8000-00000000000a', 'ada', 'daily_spike', 'high', 'a spike', 'day')";

#[tokio::test]
async fn a_member_sees_their_own_and_a_lead_sees_all() {
    let team = Team::new("who_sees_what").await;
    let (ada, bob, lead) =
        (team.member("ada", false).await, team.member("bob", false).await, team.member("lead", true).await);
    for (server, user) in [(&ada, "ada"), (&ada, "ada"), (&bob, "bob")] {
        server
            .run(&format!("INSERT INTO ai_generations (user_id, generation_type, model_used, cost_nanos, cost_basis) VALUES ('{user}', 'chat', 'gpt-5', 5, 'billed')"))
            .await
            .expect("a call of one's own");
        server.run("INSERT INTO outlay.devices (device_id, app_version, counter) VALUES (gen_random_uuid(), '0.1', 1)").await.expect("a device");
    }
    for table in ["ai_generations", "counted_generations", "outlay.devices"] {
        let count = format!("SELECT count(*)::text FROM {table}");
        let seen = [text(&ada, &count).await, text(&bob, &count).await, text(&lead, &count).await];
        assert_eq!(seen, ["2", "1", "3"], "{table}");
    }
    let report = "SELECT string_agg(format('%s %s %s', user_id, cost_nanos, rows), ', ' ORDER BY user_id) FROM outlay.team_by_member";
    assert_eq!(text(&lead, report).await, "ada 10 2, bob 5 1");
    assert_eq!(text(&bob, report).await, "bob 5 1");
}

#[tokio::test]
async fn one_login_on_two_machines() {
    let team = Team::new("two_machines").await;
    let (desk, laptop) = (team.member("ada", false).await, team.member("ada", false).await);
    for (server, device) in [(&desk, 1), (&laptop, 2), (&desk, 1)] {
        let bump = format!(
            "INSERT INTO outlay.devices (device_id, app_version, counter) VALUES ('00000000-0000-4000-8000-00000000000{device}', '0.1', 1)
             ON CONFLICT (device_id) DO UPDATE SET counter = EXCLUDED.counter + 1, app_version = EXCLUDED.app_version, last_seen = now()"
        );
        server.run(&bump).await.expect("a machine of one's own");
    }
    desk.run(
        "INSERT INTO ai_generations (user_id, generation_type, model_used) VALUES ('ada', 'chat', 'gpt-5')",
    )
    .await
    .expect("a call");
    assert_eq!(text(&laptop, "SELECT count(*)::text FROM ai_generations").await, "1");
    assert_eq!(
        text(&laptop, "SELECT string_agg(counter::text, ',' ORDER BY device_id) FROM outlay.devices").await,
        "2,1"
    );
    // Two logins of one person: both see the rows, neither speaks for the other's machine.
    let phone = team.login_of("ada_phone", "ada", false).await;
    assert_eq!(text(&phone, "SELECT count(*)::text FROM ai_generations").await, "1");
    assert_eq!(
        text(
            &phone,
            "WITH u AS (UPDATE outlay.devices SET counter = 0 RETURNING 1) SELECT count(*)::text FROM u"
        )
        .await,
        "0"
    );
}

#[tokio::test]
async fn an_alert_is_resolved_and_nothing_else() {
    let team = Team::new("resolving").await;
    let (ada, lead) = (team.member("ada", false).await, team.member("lead", true).await);
    ada.run(ALERT).await.expect("her own alert");
    for forged in
        ["user_id = 'bob'", "alert_type = 'daily_spike'", "dedupe_key = 'x'", "id = gen_random_uuid()"]
    {
        assert_eq!(code(ada.run(&format!("UPDATE expense_alerts SET {forged}")).await), "42501", "{forged}");
    }
    // What it says changes only upwards.
    for lesser in
        ["message = 'nothing happened'", "severity = 'low'", "actual_nanos = 0", "created_at = now()"]
    {
        assert_eq!(code(ada.run(&format!("UPDATE expense_alerts SET {lesser}")).await), "23001", "{lesser}");
    }
    ada.run("UPDATE expense_alerts SET severity = 'critical', message = 'worse', actual_nanos = 9")
        .await
        .expect("worse");
    assert_eq!(
        code(ada.run("UPDATE expense_alerts SET severity = 'high', message = 'better'").await),
        "23001"
    );
    ada.run("UPDATE expense_alerts SET expected = 'b'").await.expect("foreseen");
    for later in ["expected = NULL", "expected = 'c'"] {
        assert_eq!(code(ada.run(&format!("UPDATE expense_alerts SET {later}")).await), "23001", "{later}");
    }
    let resolve = |at: &str, how: &str| {
        format!("UPDATE expense_alerts SET resolved = true, resolved_at = '{at}', resolution = '{how}'")
    };
    let changed = |server| async move {
        text(
            server,
            "WITH u AS (UPDATE expense_alerts SET resolved = false RETURNING 1) SELECT count(*)::text FROM u",
        )
        .await
    };
    // Whoever may read everything still changes nothing of others.
    assert_eq!(changed(&lead).await, "0");
    ada.run(&resolve("2026-06-02", "cap_increased")).await.expect("resolved");
    assert_eq!(
        code(ada.run(&resolve("2026-06-03", "acknowledged")).await),
        "23001",
        "a later one does not hold"
    );
    assert_eq!(
        code(
            ada.run("UPDATE expense_alerts SET resolved = false, resolved_at = NULL, resolution = NULL")
                .await
        ),
        "23001"
    );
    ada.run(&resolve("2026-06-02", "cap_increased")).await.expect("the same once more");
    ada.run(&resolve("2026-06-02", "acknowledged")).await.expect("at the same time the smaller word");
    ada.run(&resolve("2026-06-01", "auto_resolved")).await.expect("an earlier one");
}

#[tokio::test]
async fn a_cap_is_changed_by_comparing() {
    let team = Team::new("comparing").await;
    let (ada, bob) = (team.member("ada", false).await, team.member("bob", true).await);
    ada.run("INSERT INTO cost_config (user_id) VALUES ('ada') ON CONFLICT (user_id) DO NOTHING")
        .await
        .expect("a cap");
    let set = "WITH u AS (UPDATE cost_config SET monthly_ai_cap_nanos = 7,
            updated_at = greatest(clock_timestamp(), updated_at + interval '1 microsecond')
        WHERE user_id = 'ada' AND monthly_ai_cap_nanos = 10000000000 RETURNING updated_at)
        SELECT count(*)::text FROM u";
    assert_eq!(text(&bob, set).await, "0", "another's cap");
    assert_eq!(text(&ada, set).await, "1");
    assert_eq!(text(&ada, set).await, "0", "it is another one by now");
    assert_eq!(code(ada.run("UPDATE cost_config SET user_id = 'bob'").await), "42501");
}

#[tokio::test]
async fn who_left_and_who_never_came() {
    let team = Team::new("who_left").await;
    let ada = team.member("ada", false).await;
    let call =
        "INSERT INTO ai_generations (user_id, generation_type, model_used) VALUES ('ada', 'chat', 'gpt-5')";
    ada.run(call).await.expect("a call");
    let left = outlay_sync::server::remove_member(&team.admin, &team.login("ada")).await;
    assert_eq!(left, Ok(outlay_sync::server::Outcome::Done));
    assert_eq!(code(ada.run(call).await), "42501");
    assert_eq!(code(ada.run("SELECT 1 FROM outlay.meta").await), "42501");
    assert_eq!(text(&team.admin, "SELECT count(*)::text FROM ai_generations").await, "1", "the rows stay");
    let eve = stranger(&team.admin, "who_left_eve", "").await;
    for statement in
        ["SELECT 1 FROM ai_generations", "SELECT 1 FROM counted_generations", "SELECT outlay.my_user()", call]
    {
        assert_eq!(code(eve.run(statement).await), "42501", "{statement}");
    }
}

#[tokio::test]
async fn a_reader_reads_all_and_writes_nothing() {
    let team = Team::new("a_reader").await;
    let ada = team.member("ada", false).await;
    let call =
        "INSERT INTO ai_generations (user_id, generation_type, model_used) VALUES ('ada', 'chat', 'gpt-5')";
    ada.run(call).await.expect("a call");
    let reader = stranger(&team.admin, "a_reader_reports", "").await;
    team.admin.run("GRANT outlay_reader TO a_reader_reports").await.expect("a reader");
    assert_eq!(text(&reader, "SELECT count(*)::text FROM counted_generations").await, "1");
    assert_eq!(text(&reader, "SELECT rows::text FROM outlay.team_by_type_and_model").await, "1");
    assert_eq!(code(reader.run(call).await), "42501");
    // A member who may not write reads on.
    team.admin
        .run("UPDATE outlay.members SET can_write = false WHERE user_id = 'ada'")
        .await
        .expect("a change");
    assert_eq!(code(ada.run(call).await), "42501");
    assert_eq!(text(&ada, "SELECT count(*)::text FROM ai_generations").await, "1");
    ada.run("INSERT INTO outlay.devices (device_id, counter) VALUES (gen_random_uuid(), 1)")
        .await
        .expect("a machine that pulls");
}
