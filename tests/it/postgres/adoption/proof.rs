//! That nothing is written before somebody agreed, and then nothing but what they agreed to.

use serde_json::json;

use super::lives::{Machine, Site};
use super::schemas::{CALL, original};

/// Every row with the place where it lies and the transaction that wrote it, the settings, and what the table was made of.
const EVERYTHING: &str = "SELECT (SELECT string_agg(ctid::text || xmin::text || xmax::text || g::text, E'\\n' ORDER BY ctid) FROM ai_generations g)
    || (SELECT string_agg(oid::text || relname || relfilenode || relhastriggers || coalesce(relacl::text, ''), ',' ORDER BY oid)
        FROM pg_class WHERE oid >= 16384)
    || (SELECT string_agg(proname, ',') FROM pg_proc WHERE oid >= 16384)
    || (SELECT last_value::text FROM counted) || pg_relation_size('ai_generations')";

fn site(name: &'static str, rights: &str) -> Site {
    let counted =
        [("application_id uuid", "number bigint NOT NULL DEFAULT nextval('counted'), application_id uuid")];
    let guard = "CREATE FUNCTION noticed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'somebody writes'; END $$;
        CREATE TRIGGER noticed BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ai_generations
            FOR EACH STATEMENT EXECUTE FUNCTION noticed()";
    Site::new(name, &format!("CREATE SEQUENCE counted; {} {guard}", original(&counted, CALL)), rights)
}

#[test]
fn nothing_is_written_before_somebody_agrees() {
    for (name, rights) in [("adoption_proof_all", "ALL"), ("adoption_proof_select", "SELECT")] {
        let site = site(name, rights);
        let machine = Machine::new(&site, 1);
        let before = site.text(EVERYTHING);
        let trial = machine.request(json!({}));
        machine
            .stage
            .answer("test_sync", json!({"address": trial["address"], "password": trial["password"]}));
        machine.stage.answer("plan_adoption", machine.request(json!({"me": null, "cached": null})));
        machine.stage.answer("plan_adoption", machine.request(json!({"writes": true})));
        machine.stage.refusal("adopt", machine.request(json!({"me": null, "writes": true})));
        assert_eq!(site.text(EVERYTHING), before, "{name}: looking");
        machine.stage.answer("adopt", machine.request(json!({})));
        machine.stage.answer("run_sync", json!({"password": trial["password"]}));
        machine.stage.answer("verify_sync", json!({"password": trial["password"]}));
        assert_eq!(site.text(EVERYTHING), before, "{name}: reading");
    }
}

#[test]
fn who_agrees_is_told_what_the_server_says_before_anything_is_kept() {
    let site = site("adoption_proof_told", "ALL");
    let machine = Machine::new(&site, 1);
    let refusal = machine.stage.refusal("adopt", machine.request(json!({"writes": true})));
    let message = refusal["message"].as_str().expect("words");
    insta::assert_snapshot!(message);
    assert_eq!(machine.stage.answer("get_sync_status", json!({}))["team"], json!(null));
}

#[test]
fn a_team_and_a_stranger_are_told_apart() {
    let site = site("adoption_proof_apart", "SELECT");
    let machine = Machine::new(&site, 1);
    let request = machine.request(json!({}));
    let connect = json!({"address": request["address"], "password": request["password"]});
    let refusal = machine.stage.refusal("connect_sync", connect);
    insta::assert_snapshot!(refusal["hint"].as_str().expect("words"), @"Nothing was touched. `outlay sync adopt ADDRESS` shows what can be taken over.");
    machine.stage.answer("adopt", request.clone());
    let refusal = machine.stage.refusal("adopt", machine.request(json!({"me": "user_bob"})));
    insta::assert_snapshot!(refusal["message"].as_str().expect("words"), @"the database was adopted in another way before");
    let refusal = machine.stage.refusal("list_members", json!({"password": request["password"]}));
    insta::assert_snapshot!(refusal["message"].as_str().expect("words"), @"this ledger reads an adopted database, which has no members");
    site.run("DROP TRIGGER noticed ON ai_generations; ALTER TABLE ai_generations RENAME COLUMN clerk_user_id TO wer");
    let refusal = machine.stage.refusal("run_sync", json!({"password": request["password"]}));
    insta::assert_snapshot!(refusal["message"].as_str().expect("words"), @"the adopted table cannot be read any longer: it has no column `clerk_user_id` for users");
}
