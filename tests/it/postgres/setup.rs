//! Creating a team's ledger: by whoever may, whole or not at all, and in words for whoever may not.

use outlay_sync::server::{
    Failure, Member, Outcome, SchemaError, SetupError, add_member, init, known_schema,
};

use super::stage::{CANARY, Team, code, empty_database, enter, stranger, text};

#[tokio::test]
async fn a_second_time_finds_nothing_to_do() {
    let admin = empty_database("second_time").await;
    assert_eq!(init(&admin, "ada", true).await, Ok(Outcome::Done));
    let ledger = text(&admin, "SELECT ledger_id::text FROM outlay.meta").await;
    // What somebody is stays what it was set to.
    assert_eq!(init(&admin, "eve", false).await, Ok(Outcome::Done));
    assert_eq!(text(&admin, "SELECT ledger_id::text FROM outlay.meta").await, ledger);
    assert_eq!(text(&admin, "SELECT user_id || read_all::text FROM outlay.members").await, "adatrue");
    let versions = "SELECT string_agg(version::text, ',' ORDER BY version) FROM outlay_schema_history";
    assert_eq!(
        text(&admin, versions).await,
        (1..=known_schema()).map(|v| v.to_string()).collect::<Vec<_>>().join(",")
    );
    assert_eq!(
        text(&admin, "SELECT schema_version::text FROM outlay.meta").await,
        known_schema().to_string()
    );
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    let admin = empty_database("leaves_nothing").await;
    // The last view of the schema is in the way, so all before it was already made.
    admin.run("CREATE TABLE counted_generations (mine text)").await.expect("a table");
    let refused = init(&admin, "ada", true).await;
    assert!(matches!(refused, Err(SetupError::Failure(Failure::Server(_)))), "{refused:?}");
    assert_eq!(
        text(&admin, "SELECT concat(to_regclass('ai_generations'), to_regclass('outlay_schema_history'))")
            .await,
        ""
    );
    admin.run("DROP TABLE counted_generations").await.expect("out of the way");
    assert_eq!(init(&admin, "ada", true).await, Ok(Outcome::Done));
}

#[tokio::test]
async fn another_schema_than_ours_is_left_alone_in_words() {
    let team = Team::new("another_schema").await;
    team.admin.run("INSERT INTO outlay_schema_history SELECT 9999, name, applied_on, checksum FROM outlay_schema_history LIMIT 1").await.expect("a line");
    let newer = init(&team.admin, "root", true).await.expect_err("a newer schema");
    assert_eq!(newer, SetupError::Schema(SchemaError::Newer { found: 9999, known: known_schema() }));
    insta::assert_snapshot!(newer, @"this database was set up by a newer Outlay (its schema is version 9999, this program knows up to 4); update Outlay on this machine");
    team.admin.run("DELETE FROM outlay_schema_history WHERE version = 9999; UPDATE outlay_schema_history SET checksum = '1' WHERE version = 1").await.expect("an edit");
    let foreign = init(&team.admin, "root", true).await.expect_err("an edited schema");
    insta::assert_snapshot!(foreign, @"version 1 of this database's schema is not the one that Outlay released; restore the database or ask whoever runs it");
}

/// Somebody who owns the database and may create roles, as hosts give it to their customers.
#[tokio::test]
async fn the_owner_of_a_database_needs_no_superuser() {
    let admin = empty_database("owned").await;
    let owner = stranger(&admin, "owned_owner", "CREATEROLE").await;
    admin.run("ALTER DATABASE owned OWNER TO owned_owner").await.expect("an owner");
    // The roles may have been made by another test's superuser, which this login must be allowed to hand on.
    admin.run("DO $$ BEGIN CREATE ROLE outlay_owner; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$").await.expect("a role");
    let version: i32 =
        text(&admin, "SELECT current_setting('server_version_num')").await.parse().expect("a number");
    if version >= 160_000 {
        admin
            .run("GRANT outlay_owner, outlay_member, outlay_reader TO owned_owner WITH ADMIN OPTION")
            .await
            .expect("roles");
    }
    assert_eq!(init(&owner, "ada", true).await, Ok(Outcome::Done));
    assert_eq!(init(&owner, "ada", true).await, Ok(Outcome::Done));
    owner.run("INSERT INTO ai_generations (user_id, generation_type, model_used) VALUES ('ada', 'chat', 'gpt-5')").await.expect("a member");
    // It set everything up, and is a member like any other from then on.
    assert_eq!(code(owner.run("DELETE FROM ai_generations").await), "42501");
    assert_eq!(code(owner.run("SET ROLE outlay_owner").await), "42501");
    assert_eq!(code(owner.run("INSERT INTO ai_generations (user_id, generation_type, model_used) VALUES ('bob', 'chat', 'gpt-5')").await), "42501");
    let bob = Member { login: "owned_bob".into(), user_id: "bob".into(), read_all: false, can_write: true };
    assert_eq!(add_member(&owner, &bob).await, Ok(Outcome::Done));
    admin.run(&format!("ALTER ROLE owned_bob PASSWORD '{CANARY}'")).await.expect("a password");
    let bob = enter(&admin, "owned_bob").await;
    assert_eq!(text(&bob, "SELECT outlay.my_user()").await, "bob");
    assert_eq!(text(&bob, "SELECT current_setting('statement_timeout')").await, "30s");
}

#[tokio::test]
async fn an_administrator_gets_the_very_sql() {
    let admin = empty_database("very_sql").await;
    let plain = stranger(&admin, "very_sql_plain", "NOCREATEROLE").await;
    let Ok(Outcome::NeedsAdministrator { missing, sql }) = init(&plain, "o'ada \\ x", true).await else {
        panic!("a plain login sets nothing up")
    };
    let missing: Vec<_> = missing.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(missing.join("\n"));
    assert_eq!(text(&admin, "SELECT coalesce(to_regclass('ai_generations')::text, 'none')").await, "none");
    // Exactly this is enough.
    admin.run(&sql).await.expect("the administrator's script");
    assert_eq!(text(&plain, "SELECT outlay.my_user()").await, "o'ada \\ x");
    plain.run("INSERT INTO ai_generations (user_id, generation_type, model_used) VALUES (outlay.my_user(), 'chat', 'gpt-5')").await.expect("a member");
    let Ok(Outcome::NeedsAdministrator { sql, .. }) = add_member(
        &plain,
        &Member { login: "very_sql \"two\"".into(), user_id: "two".into(), read_all: false, can_write: true },
    )
    .await
    else {
        panic!("a plain login lets nobody in")
    };
    admin.run(&sql).await.expect("the administrator's script");
    assert_eq!(
        text(&admin, "SELECT login::text FROM outlay.members WHERE user_id = 'two'").await,
        "very_sql \"two\""
    );
    admin.run("DROP ROLE \"very_sql \"\"two\"\"\"").await.expect("gone");
}

#[tokio::test]
async fn names_that_nobody_has() {
    let team = Team::new("bad_names").await;
    for name in ["", " ", "a\nb", &"x".repeat(64)] {
        let member = |login: &str, user_id: &str| Member {
            login: login.into(),
            user_id: user_id.into(),
            read_all: false,
            can_write: true,
        };
        for member in [member(name, "ada"), member("bad_names_ada", name)] {
            let refused = add_member(&team.admin, &member).await;
            assert!(matches!(refused, Err(SetupError::BadName { .. })), "{member:?}: {refused:?}");
        }
    }
}

/// Two people press the same button.
#[tokio::test]
async fn two_at_once_make_one_ledger() {
    let first = empty_database("two_at_once").await;
    let second = enter_again(&first).await;
    let both = tokio::join!(init(&first, "ada", true), init(&second, "ada", true));
    assert_eq!(both, (Ok(Outcome::Done), Ok(Outcome::Done)));
    assert_eq!(text(&first, "SELECT count(*)::text FROM outlay.meta").await, "1");
}

#[tokio::test]
async fn somebody_who_holds_the_lock_is_not_waited_for_for_ever() {
    let first = empty_database("held_lock").await;
    let second = enter_again(&first).await;
    second.run("BEGIN; SELECT pg_advisory_xact_lock(hashtext('outlay setup'))").await.expect("the lock");
    let late = init(&first, "ada", true).await;
    assert!(matches!(late, Err(SetupError::Failure(Failure::InTheWay(_)))), "{late:?}");
    second.run("ROLLBACK").await.expect("let go");
    assert_eq!(init(&first, "ada", true).await, Ok(Outcome::Done));
}

async fn enter_again(server: &outlay_sync::server::Server) -> outlay_sync::server::Server {
    let (_, password) = super::stage::superuser("postgres");
    outlay_sync::server::connect(server.address(), Some(&password), super::stage::LIMITS)
        .await
        .expect("a second connection")
}
