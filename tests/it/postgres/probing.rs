//! What is found behind an address, and what a person is told about it step by step.

use outlay_sync::server::{
    Access, Engine, Found, Membership, Password, ReadOnly, Stage, StepState, Trial, probe, try_connection,
};

use super::stage::{CANARY, LIMITS, Team, empty_database, enter, stranger, superuser};

#[tokio::test]
async fn nothing_then_a_ledger_then_one_of_a_newer_program() {
    let admin = empty_database("probing").await;
    let seen = probe(&admin).await.expect("a look");
    assert!(matches!(seen.engine, Engine::Postgres { version: 130_000.. }), "{:?}", seen.engine);
    assert_eq!((seen.read_only, seen.found), (None, Found::Nothing));

    let team = Team::new("probing").await;
    let Found::Ledger(ledger) = probe(&team.admin).await.expect("a look").found else { panic!("a ledger") };
    let root = Membership { user_id: "root".into(), read_all: true, can_write: true };
    assert_eq!((ledger.access(), ledger.membership), (Access::Full, Some(root)));

    team.admin
        .run("UPDATE outlay.meta SET schema_version = 1000, min_writer = 1000")
        .await
        .expect("a newer one");
    let Found::Ledger(ledger) = probe(&team.admin).await.expect("a look").found else { panic!("a ledger") };
    assert_eq!(ledger.access(), Access::ReadOnly);
    team.admin.run("UPDATE outlay.meta SET min_reader = 1000").await.expect("a newer one");
    let Found::Ledger(ledger) = probe(&team.admin).await.expect("a look").found else { panic!("a ledger") };
    assert_eq!(ledger.access(), Access::None);
}

#[tokio::test]
async fn a_ledger_that_is_not_ones_own() {
    let team = Team::new("not_ones_own").await;
    let eve = stranger(&team.admin, "not_ones_own_eve", "").await;
    assert_eq!(probe(&eve).await.expect("a look").found, Found::Closed);
}

#[tokio::test]
async fn tables_that_somebody_else_made() {
    let admin = empty_database("foreign_tables").await;
    admin
        .run(
            "CREATE SCHEMA app; CREATE TABLE app.ai_generations (id uuid, clerk_user_id text, cost_usd real);
              CREATE TABLE cost_config (clerk_user_id text)",
        )
        .await
        .expect("tables");
    let Found::Foreign(tables) = probe(&admin).await.expect("a look").found else { panic!("foreign tables") };
    let told: Vec<_> = tables
        .iter()
        .map(|table| format!("{}.{} {}", table.schema, table.name, table.columns.join(",")))
        .collect();
    assert_eq!(told, ["app.ai_generations id,clerk_user_id,cost_usd", "public.cost_config clerk_user_id"]);
}

#[tokio::test]
async fn a_server_that_takes_no_changes() {
    let team = Team::new("no_changes").await;
    let ada = team.member("ada", false).await;
    let login = team.login("ada");
    team.admin
        .run(&format!("ALTER ROLE {login} SET default_transaction_read_only = on"))
        .await
        .expect("a setting");
    drop(ada);
    let ada = enter(&team.admin, &login).await;
    assert_eq!(probe(&ada).await.expect("a look").read_only, Some(ReadOnly::Setting));
    let refused = ada
        .run("INSERT INTO ai_generations (user_id, generation_type, model_used) VALUES ('ada', 'chat', 'm')")
        .await;
    assert!(matches!(refused, Err(outlay_sync::server::Failure::ReadOnly(_))), "{refused:?}");
}

fn told(trial: &Trial) -> String {
    let lines = trial.steps.iter().map(|step| {
        let sign = match step.state {
            StepState::Passed => "+",
            StepState::Failed => "!",
            StepState::NotTried => "-",
        };
        format!("{sign} {:?}: {} {}", step.stage, step.words, step.hint).trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What a person reads, with the port and version of this day taken out.
macro_rules! assert_told {
    ($trial:expr) => {
        let told = told(&$trial);
        insta::with_settings!({filters => vec![(r"port \d+", "port N"), (r"PostgreSQL [\d.]+", "PostgreSQL N")]}, {
            insta::assert_snapshot!(told);
        })
    };
}

#[tokio::test]
async fn a_trial_says_how_far_it_comes() {
    let team = Team::new("a_trial").await;
    let ada = team.member("ada", false).await;
    let address = ada.address().clone();
    let password = Password::new(CANARY.into());
    assert_told!(try_connection(&address, Some(&password), LIMITS).await);

    let wrong = Password::new("wrong".into());
    assert_told!(try_connection(&address, Some(&wrong), LIMITS).await);
    let elsewhere = outlay_sync::server::Address { database: "no_such_database".into(), ..address.clone() };
    assert_told!(try_connection(&elsewhere, Some(&password), LIMITS).await);
    let nowhere = outlay_sync::server::Address {
        host: outlay_sync::server::Host::Network("nobody.invalid".into()),
        ..address.clone()
    };
    let nowhere = try_connection(&nowhere, Some(&password), LIMITS).await;
    assert_eq!(nowhere.steps[0].state, StepState::Failed);
    assert!(nowhere.steps[1..].iter().all(|step| step.state == StepState::NotTried));

    empty_database("a_trial_empty").await;
    let (root, root_password) = superuser("a_trial_empty");
    assert_told!(try_connection(&root, Some(&root_password), LIMITS).await);
    let mine = outlay_sync::server::Address { database: "a_trial_empty".into(), ..address };
    let lacking = try_connection(&mine, Some(&password), LIMITS).await;
    assert_eq!(
        lacking.steps.last().map(|step| (step.stage, step.state)),
        Some((Stage::Rights, StepState::Failed))
    );
    assert!(!lacking.missing.is_empty());
}
