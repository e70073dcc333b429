//! What goes wrong between a machine and its server, line by line, as the person at the machine is told it: a kind,
//! which is an exit code in the terminal, a sentence, and what to do. And that the rest of the work is done.
//!
//! TLS has its own lines in `tls`, poolers in `pooler`, cuts in `boundaries`, rewinds and clones in `chaos`; a ledger
//! that is damaged or a disk that is full is told by `outlay-cli`'s `bad_ledger`.

use std::time::Duration;

use outlay_core::instant::Instant;
use outlay_ledger::Action;
use outlay_sync::server::{Address, Failure, Member, add_member, remove_member};
use outlay_sync::{Purpose, SyncError, Verified};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use super::book::{line, utc_day};
use super::device::{Device, Errand, NoSync};
use super::proxy::{Order, Proxy, Then, Unit, Way};
use super::stage::{CANARY, Team, bare_client, superuser, text};
use crate::stage::{NOW, Stage};

/// A team, and a machine of Ada's that is connected and holds calls which wait.
struct Scene {
    runtime: Runtime,
    team: Team,
    address: Address,
    stage: Stage,
}

impl Scene {
    fn new(name: &'static str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (team, address) = runtime.block_on(async {
            let team = Team::new(name).await;
            let ada = team.member("ada", false).await.address().clone();
            (team, ada)
        });
        let stage = Stage::empty();
        for model in ["gpt-5", "other", "gpt-5"] {
            stage.answer("log_generation", call(model));
        }
        let scene = Self { runtime, team, address, stage };
        scene.stage.answer("connect_sync", scene.connection(&scene.address));
        scene
    }

    fn connection(&self, address: &Address) -> Value {
        json!({"address": address.to_string(), "password": CANARY})
    }

    /// What the superuser does.
    fn given(&self, statement: &str) -> &Self {
        self.runtime
            .block_on(self.team.admin.run(statement))
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
        self
    }

    fn there(&self, query: &str) -> String {
        self.runtime.block_on(text(&self.team.admin, query))
    }

    /// A sync that is refused, as a person is told of it.
    #[track_caller]
    fn refused(&self) -> String {
        told(&self.stage.refusal("run_sync", json!({"password": CANARY})))
    }

    /// A sync that comes to its end, in a few words.
    #[track_caller]
    fn synced(&self) -> String {
        let done = self.stage.answer("run_sync", json!({"password": CANARY}));
        let notices: Vec<&str> =
            done["notices"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        let notices: Vec<&str> = notices.into_iter().filter(|notice| !notice.contains("clock")).collect();
        let parts =
            ["pushed", "conflicts", "quarantined", "waiting"].map(|part| format!("{} {part}", done[part]));
        format!("{}. {}", parts.join(", "), notices.join(". ")).trim_end().to_owned()
    }

    fn login(&self) -> &str {
        &self.address.user
    }

    /// The first waiting call's id, as the ledger's file has it.
    fn waiting_call(&self) -> Uuid {
        let file = rusqlite::Connection::open(self.stage.ledger_file()).expect("the ledger");
        let id: [u8; 16] =
            file.query_row("SELECT min(id) FROM generations", [], |row| row.get(0)).expect("a call");
        Uuid::from_bytes(id)
    }
}

fn call(model: &str) -> Value {
    json!({"generation_type": "chat", "model": model, "provider": "openai", "tokens_input": 10, "cost": "0.5"})
}

fn told(error: &Value) -> String {
    let text = |name: &str| error[name].as_str().expect("a text").to_owned();
    format!("{}: {}. {}", text("code"), text("message"), text("hint"))
}

#[test]
fn a_password_that_is_wrong_is_not_tried_again() {
    let scene = Scene::new("wrong_password");
    scene.stage.answer("set_sync", json!({"background": true}));
    let refusal = scene.stage.refusal("run_sync", json!({"password": "another"}));
    insta::assert_snapshot!(told(&refusal), @"not_allowed: the server does not take this password. Give it again. It is not tried again by itself, so that nobody is locked out.");
    let status = scene.stage.answer("get_sync_status", json!({}));
    assert_eq!(status["team"]["failure"]["needs_person"], true);
    assert_eq!(status["team"]["next_at"], Value::Null, "so that nobody is locked out");
    assert_eq!(status["team"]["waiting"], 3);
    assert_eq!(outlay_app::sync::run_when_due(&scene.stage.app).expect("a ledger"), None);
    assert_eq!(scene.synced(), "3 pushed, 0 conflicts, 0 quarantined, 0 waiting.");
}

#[test]
fn it_syncs_by_itself_only_where_that_is_wished_and_waits_after_a_failure() {
    let scene = Scene::new("by_itself");
    let due = || outlay_app::sync::run_when_due(&scene.stage.app).expect("a ledger");
    assert_eq!(due(), None, "nobody wished it");
    assert_eq!(scene.there("SELECT count(*)::text FROM ai_generations"), "0");
    scene.stage.answer("set_sync", json!({"background": true}));
    scene.given(&format!("ALTER ROLE {} CONNECTION LIMIT 0", scene.login()));
    let now = Instant::parse(NOW).expect("an instant").micros();
    let mut waits = Vec::new();
    for _ in 0..6 {
        scene.refused();
        waits.push((due().expect("it is tried again").micros() - now) / 1_000_000);
    }
    assert!(waits.iter().all(|wait| (10..=300).contains(wait)) && waits[5] > waits[0], "{waits:?}");
    scene.given(&format!("ALTER ROLE {} CONNECTION LIMIT -1", scene.login()));
    assert_eq!(scene.synced(), "3 pushed, 0 conflicts, 0 quarantined, 0 waiting.");
    assert_eq!(due().map(|next| next.micros() - now), Some(60_000_000), "a minute after all went well");
}

#[test]
fn a_login_that_is_not_let_in() {
    let scene = Scene::new("login_refused");
    scene.given(&format!("ALTER ROLE {} NOLOGIN", scene.login()));
    insta::assert_snapshot!(scene.refused(), @r#"not_allowed: the server does not let this login in: role "login_refused_ada" is not permitted to log in. Check the login's name; whoever runs the server must let it in from here (pg_hba.conf)."#);
    scene.given(&format!("ALTER ROLE {} LOGIN CONNECTION LIMIT 0", scene.login()));
    insta::assert_snapshot!(scene.refused(), @r#"unavailable: the server has no room left: too many connections for role "login_refused_ada". It is tried again by itself."#);
    scene.given(&format!("ALTER ROLE {} CONNECTION LIMIT -1", scene.login()));
    assert_eq!(scene.synced(), "3 pushed, 0 conflicts, 0 quarantined, 0 waiting.");
}

#[test]
fn a_member_who_is_one_no_longer() {
    let scene = Scene::new("revoked");
    scene.runtime.block_on(remove_member(&scene.team.admin, scene.login())).expect("removed");
    insta::assert_snapshot!(scene.refused(), @"not_allowed: the login may not do this: permission denied for schema outlay. Whoever runs the server lets the login in: on the screen Sync, or with `outlay sync members add`.");
    let reader =
        Member { login: scene.login().into(), user_id: "ada".into(), read_all: false, can_write: false };
    scene.runtime.block_on(add_member(&scene.team.admin, &reader)).expect("added");
    insta::assert_snapshot!(scene.synced(), @"0 pushed, 0 conflicts, 0 quarantined, 3 waiting. the login may only read; what is recorded here stays here");
}

#[test]
fn a_database_that_is_another_or_gone() {
    let scene = Scene::new("another_ledger");
    scene.synced();
    let ledger = scene.there("SELECT ledger_id::text FROM outlay.meta");
    scene.given("UPDATE outlay.meta SET ledger_id = '00000000-0000-4000-8000-000000000001'");
    insta::assert_snapshot!(scene.refused().replace(&ledger, "[ours]"), @"refused: the server holds another ledger (00000000-0000-4000-8000-000000000001) than the one that this machine belongs to ([ours]). Nothing was sent or taken. Connect to the right database, or leave the team and connect anew.");
    let (address, password) = superuser("postgres");
    scene.runtime.block_on(async {
        let other = bare_client(&address, password.expose()).await;
        other.batch_execute("DROP DATABASE another_ledger WITH (FORCE)").await.expect("it goes");
    });
    insta::assert_snapshot!(scene.refused(), @r#"refused: the server has no such database: database "another_ledger" does not exist. Check the database's name, or have it created."#);
}

#[test]
fn a_server_that_is_read_only_is_read() {
    let scene = Scene::new("read_only");
    scene.given("ALTER DATABASE read_only SET default_transaction_read_only = on");
    insta::assert_snapshot!(scene.synced(), @"0 pushed, 0 conflicts, 0 quarantined, 3 waiting. the server takes nothing at present; what waits is pushed once it does");
    let due = || outlay_app::sync::run_when_due(&scene.stage.app).expect("a ledger");
    scene.stage.answer("set_sync", json!({"background": true}));
    scene.synced();
    let now = Instant::parse(NOW).expect("an instant").micros();
    assert_eq!(due().map(|next| next.micros() - now), Some(300_000_000), "five minutes: it takes nothing");
    scene.given("ALTER DATABASE read_only SET default_transaction_read_only = off");
    assert_eq!(scene.synced(), "3 pushed, 0 conflicts, 0 quarantined, 0 waiting.");
}

#[test]
fn what_takes_too_long_is_sent_in_parts() {
    let scene = Scene::new("too_long");
    for minute in 0..21 {
        let at = json!(format!("2026-06-18T09:{minute:02}:00Z"));
        let mut call = call("gpt-5");
        call["at"] = at;
        scene.stage.answer("log_generation", call);
    }
    scene.given(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.03); RETURN NEW; END';
         CREATE TRIGGER slow BEFORE INSERT ON ai_generations FOR EACH ROW EXECUTE FUNCTION slow()",
    );
    scene.given(&format!("ALTER ROLE {} SET statement_timeout = '500ms'", scene.login()));
    assert_eq!(scene.synced(), "24 pushed, 0 conflicts, 0 quarantined, 0 waiting.");
}

#[test]
fn others_who_are_in_the_way() {
    let scene = Scene::new("locked");
    scene.given(&format!("ALTER ROLE {} SET lock_timeout = '20ms'", scene.login()));
    let (address, password) = superuser("locked");
    let other = scene.runtime.block_on(bare_client(&address, password.expose()));
    let lock = "BEGIN; LOCK TABLE ai_generations IN SHARE MODE";
    scene.runtime.block_on(other.batch_execute(lock)).expect("a lock");
    insta::assert_snapshot!(scene.refused(), @"unavailable: others were in the way on the server: canceling statement due to lock timeout. It is tried again by itself.");
    scene.runtime.block_on(other.batch_execute("ROLLBACK")).expect("the way is free");
    assert_eq!(scene.synced(), "3 pushed, 0 conflicts, 0 quarantined, 0 waiting.");
}

#[test]
fn a_row_that_the_server_refuses_is_put_aside_alone() {
    let scene = Scene::new("row_refused");
    scene.given("ALTER TABLE ai_generations ADD CONSTRAINT house_rule CHECK (model_used <> 'other')");
    assert_eq!(scene.synced(), "2 pushed, 0 conflicts, 1 quarantined, 0 waiting.");
    let questions = scene.stage.answer("list_sync_questions", json!({}));
    assert_eq!(
        questions["aside"][0]["reason"],
        r#"23514: new row for relation "ai_generations" violates check constraint "house_rule""#
    );
}

#[test]
fn an_id_that_somebody_else_uses() {
    let scene = Scene::new("id_taken");
    let taken = |scene: &Scene, user: &str| {
        format!(
            "INSERT INTO ai_generations (id, user_id, generation_type, model_used, created_at)
             VALUES ('{}', '{user}', 'chat', 'foreign', '2026-06-19T12:00:00Z')",
            scene.waiting_call()
        )
    };
    scene.given(&taken(&scene, "ada"));
    assert_eq!(scene.synced(), "2 pushed, 1 conflicts, 0 quarantined, 0 waiting.");
    let scene = Scene::new("id_hidden");
    scene.given(&taken(&scene, "ben"));
    assert_eq!(scene.synced(), "2 pushed, 0 conflicts, 1 quarantined, 0 waiting.");
}

#[test]
fn a_schema_that_changed() {
    let scene = Scene::new("other_schema");
    scene.given("ALTER TABLE ai_generations RENAME COLUMN speed TO pace");
    insta::assert_snapshot!(scene.refused(), @r#"refused: the database is not set up as Outlay expects: column "speed" of relation "ai_generations" does not exist. Whoever set it up brings it up to date, on the screen Sync or with `outlay sync init`; or connect to the right database."#);
}

#[test]
fn a_server_that_ends_the_connection_in_a_push() {
    let scene = Scene::new("thrown_out");
    scene.given(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
            'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END';
         CREATE TRIGGER die BEFORE INSERT ON ai_generations FOR EACH ROW EXECUTE FUNCTION die()",
    );
    insta::assert_snapshot!(scene.refused(), @"unavailable: the server is going down or coming up: terminating connection due to administrator command. It is tried again by itself.");
    scene.given("DROP TRIGGER die ON ai_generations");
    assert_eq!(scene.synced(), "3 pushed, 0 conflicts, 0 quarantined, 0 waiting.");
}

#[test]
fn a_clock_that_is_days_off_is_spoken_of_and_heeded_nowhere() {
    let scene = Scene::new("clock_off");
    let done = scene.stage.answer("verify_sync", json!({"password": CANARY}));
    let notice = done["sync"]["notices"][0].as_str().expect("a notice");
    // The tests' machine says June 2026; the server has the time of this machine.
    assert!(notice.starts_with("this machine's clock is "), "{notice}");
    assert_eq!((&done["identical"], &done["rows"]), (&json!(true), &json!(3)));
}

#[test]
fn a_server_that_says_nothing_any_more() {
    let scene = Scene::new("half_open");
    let proxy = Proxy::before(scene.address.port);
    let mut device = Device::new("ada", 1);
    device.log(Instant::from_micros(utc_day(3) * 86_400_000_000), 5);
    let errand = |port, patience| Errand {
        address: Address { port, ..scene.address.clone() },
        page: 10,
        purpose: Purpose::Verify,
        fresh: Uuid::from_u128(1),
        patience: Duration::from_millis(patience),
    };
    proxy.order(Some(Order { way: Way::Back, unit: Unit::Messages, after: 30, then: Then::Swallow }));
    let outcome = device.sync(&errand(proxy.port, 2_000));
    let failure = match outcome {
        Err(NoSync::Server(failure)) => failure,
        Ok((_, Err(SyncError::Remote(failure)))) => failure,
        outcome => panic!("{outcome:?}"),
    };
    assert!(matches!(failure, Failure::TimedOut { .. }), "{failure:?}");
    insta::assert_snapshot!(format!("{failure}. {}", failure.hint()), @"the server did not answer within 2 seconds. Check that this machine is online, and that no firewall closes the port. It is tried again by itself.");
    let (report, ended) = device.sync(&errand(scene.address.port, 30_000)).expect("a server");
    ended.expect("nothing is in the way");
    assert!(matches!(report.verified, Some(Verified::Identical { rows: 1, .. })), "{report:?}");
}

/// What an undo speaks of may be gone from a server that was set back: it waits until that is there again.
#[test]
fn an_undo_of_what_a_server_that_was_set_back_lacks() {
    let scene = Scene::new("undo_lost");
    let mut device = Device::new("ada", 1);
    let errand = Errand {
        address: scene.address.clone(),
        page: 10,
        purpose: Purpose::Verify,
        fresh: Uuid::from_u128(1),
        patience: Duration::from_secs(30),
    };
    let import = device.import(20, &[line(1, "gpt-5", 1)]);
    let sync = |device: &mut Device| {
        let (report, ended) = device.sync(&errand).expect("a server");
        ended.expect("nothing is in the way");
        report
    };
    sync(&mut device);
    scene.given(
        "SET session_replication_role = replica; DELETE FROM ai_generations; DELETE FROM outlay.imports;
         DELETE FROM outlay.devices; SET session_replication_role = origin",
    );
    device.void(import, Action::Void);
    let report = sync(&mut device);
    assert_eq!(report.quarantined, 0, "{report:?}");
    assert!(matches!(report.verified, Some(Verified::Identical { rows: 0, .. })), "{report:?}");
}
