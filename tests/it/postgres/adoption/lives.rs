//! What becomes of an adopted table and a ledger over time, by the commands that every host has: rows come, are changed and
//! go there, own rows go there where somebody agreed, and the owner leaves and comes back.

use std::sync::atomic::{AtomicU64, Ordering};

use outlay_app::Host;
use outlay_sync::server::{Failure, Server, connect, wait_for};
use serde_json::{Value, json};

use super::super::stage::{CANARY, LIMITS, empty_database, stranger, superuser};
use super::schemas::{CALL, odd, original};
use crate::stage::Stage;

/// A database that another program made, and a login of its own that reads it.
pub(super) struct Site {
    name: &'static str,
    pub(super) address: String,
}

impl Site {
    /// The login may do what `rights` say on the table.
    pub(super) fn new(name: &'static str, statements: &str, rights: &str) -> Self {
        let login = format!("{name}_login");
        let made = wait_for(async {
            let admin = empty_database(name).await;
            drop(stranger(&admin, &login, "").await);
            admin.run(statements).await?;
            admin.run(&format!("GRANT {rights} ON ALL TABLES IN SCHEMA public TO {login}")).await?;
            Ok::<_, Failure>(admin.address().clone())
        });
        let address = made.expect("a foreign database");
        Self { name, address: format!("postgres://{login}@{}:{}/{name}", address.host, address.port) }
    }

    /// The original with two users' calls.
    pub(super) fn of_two(name: &'static str, rights: &str) -> Self {
        Self::new(name, &original(&[], CALL), rights)
    }

    /// Does something there as the other program.
    pub(super) fn run(&self, statements: &str) {
        self.with(async |server| server.run(statements).await);
    }

    /// What the other program reads.
    pub(super) fn text(&self, query: &str) -> String {
        self.with(async |server| Ok(server.query(query, &[]).await?[0].get::<_, String>(0)))
    }

    fn with<T>(&self, work: impl AsyncFnOnce(&Server) -> Result<T, Failure>) -> T {
        let done = wait_for(async {
            let (address, password) = superuser(self.name);
            let server = connect(&address, Some(&password), LIMITS).await?;
            work(&server).await
        });
        done.expect("the other program does it")
    }
}

/// A person's machine beside it.
pub(super) struct Machine<'s> {
    site: &'s Site,
    pub(super) stage: Stage,
}

impl<'s> Machine<'s> {
    pub(super) fn new(site: &'s Site, number: u64) -> Self {
        let counter = AtomicU64::new(1);
        let random = move || {
            let drawn = counter.fetch_add(1, Ordering::Relaxed);
            (u128::from(number) | (u128::from(drawn) << 32)).to_le_bytes()
        };
        Self { site, stage: Stage::changed(|host| Host { random: Box::new(random), ..host }) }
    }

    /// A request about the site, with answers to all that is asked.
    pub(super) fn request(&self, more: Value) -> Value {
        let mut request =
            json!({"address": self.site.address, "password": CANARY, "me": "user_ada", "cached": "inside"});
        for (name, value) in more.as_object().expect("an object") {
            request[name] = value.clone();
        }
        request
    }

    fn adopt(&self, more: Value) -> Value {
        self.stage.answer("adopt", self.request(more))
    }

    fn sync(&self) -> Value {
        self.stage.answer("run_sync", json!({ "password": CANARY }))
    }

    fn verify(&self) -> Value {
        self.stage.answer("verify_sync", json!({ "password": CANARY }))
    }

    fn verified(&self) -> String {
        let verified = self.verify();
        assert_eq!(verified["identical"], true, "{verified}");
        format!("{} rows, ${}", verified["rows"], verified["spend"].as_str().expect("an amount"))
    }

    pub(super) fn spend(&self, month: &str) -> Value {
        self.stage.answer("report_month", json!({ "month": month }))["spend"].clone()
    }

    fn log(&self, dollars: &str) {
        let call = json!({"generation_type": "chat", "model": "gpt-5", "provider": "openai", "cost": dollars,
            "at": "2026-05-20T10:00:00.5Z"});
        self.stage.answer("log_generation", call);
    }
}

const ALL: &str = "SELECT, INSERT";

#[test]
fn rows_of_another_program_are_read_and_reported() {
    let site = Site::of_two("adoption_read", "SELECT");
    let machine = Machine::new(&site, 1);
    let done = machine.adopt(json!({}));
    assert_eq!((&done["sync"]["pulled"], &done["sync"]["verified"]), (&json!(2), &json!(true)), "{done}");
    assert_eq!(machine.spend("2026-05"), "0.0123");
    assert_eq!(machine.spend("2026-06"), "0", "Bob's are not mine");
    let all = machine.stage.answer("report_month", json!({"month": "2026-06", "user": "all"}));
    assert_eq!(all["spend"], "0.5", "{all}");
    assert_eq!(machine.verified(), "2 rows, $0.5123");
    let quiet = machine.sync();
    assert_eq!((&quiet["pulled"], &quiet["waiting"]), (&json!(0), &json!(0)), "{quiet}");
    machine.log("1.5");
    let own = machine.sync();
    assert_eq!((&own["pushed"], &own["waiting"]), (&json!(0), &json!(0)), "nothing was agreed to: {own}");
    assert_eq!(machine.verified(), "2 rows, $0.5123");
    let status = machine.stage.answer("get_sync_status", json!({}));
    assert_eq!(
        status["team"]["adopted"],
        json!({"table": "public.ai_generations", "me": "user_ada", "writes": false})
    );
}

#[test]
fn what_comes_later_comes_and_what_is_changed_is_disputed() {
    let site = Site::of_two("adoption_later", "SELECT");
    let machine = Machine::new(&site, 1);
    machine.adopt(json!({}));
    site.run(
        "INSERT INTO ai_generations (clerk_user_id, generation_type, model_used, cost_usd, created_at)
            VALUES ('user_ada', 'chat', 'gpt-5', 0.25, '2026-06-18Z')",
    );
    assert_eq!(machine.verify()["sync"]["pulled"], 1);
    assert_eq!(machine.spend("2026-06"), "0.25");

    site.run("UPDATE ai_generations SET cost_usd = 9 WHERE clerk_user_id = 'user_bob'");
    let verified = machine.verify();
    assert_eq!(
        (
            &verified["identical"],
            &verified["spend"],
            &verified["spend_there"],
            &verified["sync"]["conflicts"]
        ),
        (&json!(false), &json!("0.7623"), &json!("9.2623"), &json!(1)),
        "{verified}"
    );
    let questions = machine.stage.answer("list_sync_questions", json!({}));
    assert_eq!(questions["clashes"].as_array().map(Vec::len), Some(1), "{questions}");
    site.run(
        "UPDATE ai_generations SET cost_usd = 0.5, model_used = 'gpt-6' WHERE clerk_user_id = 'user_bob'",
    );
    assert_eq!(machine.verify()["sync"]["conflicts"], 1, "also where the sums are the same");
    site.run("UPDATE ai_generations SET model_used = 'gpt-5' WHERE clerk_user_id = 'user_bob'");
    assert_eq!(machine.verified(), "3 rows, $0.7623");

    site.run("DELETE FROM ai_generations WHERE cost_usd = 0.25");
    let gone = machine.verify();
    assert_eq!(gone["sync"]["missing"], 1, "{gone}");
    assert_eq!(machine.spend("2026-06"), "0.25", "what was recorded stays until somebody says otherwise");
    machine.stage.answer("answer_sync_aside", json!({"answer": "accept_loss"}));
    assert_eq!(machine.verified(), "2 rows, $0.5123");
}

#[test]
fn own_rows_go_there_where_somebody_agreed() {
    let site = Site::of_two("adoption_write", ALL);
    let (laptop, desk) = (Machine::new(&site, 1), Machine::new(&site, 2));
    laptop.log("1.000000001");
    laptop.adopt(json!({"writes": true}));
    let there = "SELECT string_agg(clerk_user_id || ' ' || model_used || ' ' || cost_usd || ' ' || created_at::timestamptz(1)::text, ', '
        ORDER BY created_at) FROM (SELECT *, set_config('timezone', 'UTC', false) FROM ai_generations WHERE cost_usd >= 1) own";
    assert_eq!(site.text(there), "user_ada gpt-5 1 2026-05-20 10:00:00.5+00");
    assert_eq!(laptop.verified(), "3 rows, $1.5123", "as the table says it");
    assert_eq!(laptop.spend("2026-05"), "1.012300001", "as it was recorded");

    desk.log("2");
    let pulled = desk.adopt(json!({}));
    assert_eq!(pulled["sync"]["pulled"], 3, "{pulled}");
    assert_eq!(desk.verified(), "3 rows, $1.5123");
    assert_eq!(desk.spend("2026-05"), "3.0123");
    desk.adopt(json!({"writes": true}));
    let pushed = laptop.verify()["sync"].clone();
    assert_eq!((&pushed["pulled"], &pushed["conflicts"]), (&json!(1), &json!(0)), "{pushed}");
    assert_eq!(laptop.verified(), desk.verified());
    site.run("UPDATE ai_generations SET cost_usd = 7 WHERE cost_usd = 1");
    assert_eq!(laptop.verify()["sync"]["conflicts"], 1, "also a row that was added from here");
}

#[test]
fn a_row_that_the_table_does_not_take_is_put_aside_alone() {
    let checked = [(
        "generation_type text NOT NULL",
        "generation_type text NOT NULL CHECK (generation_type <> 'agent')",
    )];
    let site = Site::new("adoption_refused", &original(&checked, CALL), ALL);
    let machine = Machine::new(&site, 1);
    machine.log("1");
    let agent =
        json!({"generation_type": "agent", "model": "gpt-5", "cost": "2", "at": "2026-05-21T10:00:00Z"});
    machine.stage.answer("log_generation", agent);
    let done = machine.adopt(json!({"writes": true}));
    assert_eq!((&done["sync"]["pushed"], &done["sync"]["quarantined"]), (&json!(1), &json!(1)), "{done}");
    assert_eq!(machine.verified(), "3 rows, $1.5123");
}

#[test]
fn who_leaves_and_comes_back_counts_everything_once() {
    let site = Site::of_two("adoption_leaving", ALL);
    let machine = Machine::new(&site, 1);
    machine.adopt(json!({}));
    assert_eq!(machine.stage.answer("leave_sync", json!({"others": "remove"}))["team"], Value::Null);
    assert_eq!(machine.spend("2026-05"), "0");
    site.run("DELETE FROM ai_generations WHERE clerk_user_id = 'user_bob'");
    let again = machine.adopt(json!({"writes": true}));
    assert_eq!((&again["sync"]["pulled"], &again["sync"]["pushed"]), (&json!(0), &json!(0)), "{again}");
    assert_eq!(machine.spend("2026-05"), "0.0123");
    assert_eq!(site.text("SELECT count(*)::text FROM ai_generations"), "1", "Bob's row is not put back");
    assert_eq!(machine.verified(), "1 rows, $0.0123");
    machine.stage.answer("leave_sync", json!({"others": "keep"}));
    assert_eq!(machine.spend("2026-05"), "0.0123");
}

#[test]
fn the_cap_is_taken_over_only_where_none_was_confirmed_and_somebody_says_so() {
    let config = "CREATE TABLE cost_config (clerk_user_id text PRIMARY KEY, monthly_ai_cap_usd real);
        INSERT INTO cost_config VALUES ('user_ada', 42.5)";
    let site = Site::new("adoption_cap", &format!("{} {config}", original(&[], CALL)), "SELECT");
    let cap = |machine: &Machine<'_>| {
        machine.stage.answer("get_cost_config", json!({}))["monthly_ai_cap_usd"].clone()
    };
    let (silent, willing, settled) = (Machine::new(&site, 1), Machine::new(&site, 2), Machine::new(&site, 3));
    assert_eq!(silent.adopt(json!({}))["took_cap"], false);
    assert_eq!(cap(&silent), "10");
    assert_eq!(willing.adopt(json!({"takes_cap": true}))["took_cap"], true);
    assert_eq!(cap(&willing), "42.5");
    settled.stage.answer("set_cost_config", json!({"field": "monthly_ai_cap_usd", "value": "30"}));
    assert_eq!(settled.adopt(json!({"takes_cap": true}))["took_cap"], false);
    assert_eq!(cap(&settled), "30");
}

#[test]
fn rows_that_cannot_be_taken_are_put_aside_alone_with_a_sentence() {
    let site = Site::new("adoption_odd", &odd(), "SELECT");
    let machine = Machine::new(&site, 1);
    let done = machine.adopt(json!({}));
    assert_eq!((&done["sync"]["pulled"], &done["sync"]["quarantined"]), (&json!(4), &json!(9)), "{done}");
    assert_eq!(machine.verified(), "4 rows, $-0.4");
    assert_eq!(machine.sync()["quarantined"], 0, "told once");
    let questions = machine.stage.answer("list_sync_questions", json!({}));
    let told = questions["clashes"].as_array().expect("rows").iter();
    let told: Vec<String> = told
        .map(|row| {
            format!("{} {}", &row["key"].as_str().expect("an id")[32..], row["mine"].as_str().expect("words"))
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_the_providers_export_says_too_counts_once() {
    let export = "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,\
        service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens\n\
        1777766400,1777852800,2026-05-03T00:00:00+00:00,2026-05-04T00:00:00+00:00,,1,,,gpt-5,false,default,1000,200,100,900\n";
    let site = Site::of_two("adoption_overlap", "SELECT");
    for (number, is_first) in [(1, true), (2, false)] {
        let machine = Machine::new(&site, number);
        let path = machine.stage.path("usage.csv");
        fs_err::write(&path, export).expect("a file");
        let import = || {
            let file = path.display().to_string();
            let done = machine.stage.answer("commit_import", json!({"files": [file]}));
            assert_eq!(done["committed"], true, "{done}");
        };
        if is_first {
            import();
            machine.adopt(json!({}));
        } else {
            machine.adopt(json!({}));
            import();
        }
        assert_eq!(machine.spend("2026-05"), "0.0123", "the export first: {is_first}");
        assert_eq!(machine.verified(), "2 rows, $0.5123");
    }
}
