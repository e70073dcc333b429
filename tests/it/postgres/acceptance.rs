//! What people do with a team's server, by the commands that every host has: two machines of one person that imported
//! overlapping exports, a clash, an undo, a server that is set back, and leaving.

use std::sync::atomic::{AtomicU64, Ordering};

use outlay_app::Host;
use outlay_sync::server::{Failure, wait_for};
use serde_json::{Value, json};

use super::stage::{empty_database, superuser};
use crate::stage::Stage;

/// A person's machines and the team's database.
pub(super) struct Team {
    name: &'static str,
    address: String,
}

impl Team {
    pub(super) fn new(name: &'static str) -> Self {
        wait_for(async {
            empty_database(name).await;
            Ok::<_, Failure>(())
        })
        .expect("an empty database");
        let (address, password) = superuser(name);
        let secret = password.expose().to_owned();
        // With the password in it, which is taken out and kept nowhere.
        let address = address.to_string().replacen('@', &format!(":{secret}@"), 1);
        Self { name, address }
    }

    /// A machine of the owner's, connected.
    pub(super) fn machine(&self, number: u64) -> Machine {
        let machine = Machine { address: self.address.clone(), stage: stage(number, "ada") };
        machine.stage.answer("init_sync", json!({"address": self.address, "name": "Ada"}));
        machine.stage.answer("connect_sync", json!({"address": self.address}));
        machine
    }

    /// A machine of somebody whom the owner's machine lets in, connected; who reads everybody's rows leads the team.
    pub(super) fn machine_of(&self, owners: &Machine, number: u64, name: &str, leads: bool) -> Machine {
        let mut machine = Machine { address: String::new(), stage: stage(number, name) };
        machine.address = self.let_in(owners, (name, name), leads);
        machine.stage.answer("connect_sync", json!({"address": machine.address}));
        machine
    }

    /// The address of another login of somebody, who leads.
    pub(super) fn login_of(&self, owners: &Machine, login: &str, name: &str) -> String {
        self.let_in(owners, (login, name), true)
    }

    /// Lets a login in, and tells its address with the password in it.
    fn let_in(&self, owners: &Machine, (login, name): (&str, &str), leads: bool) -> String {
        let login = format!("{}_{login}", self.name);
        let mut request = json!({"login": login, "name": name, "reads_all": leads, "address": self.address});
        request["password"] = owners.password()["password"].clone();
        owners.stage.answer("add_member", request);
        self.outside(&[format!("ALTER ROLE {login} PASSWORD '{}'", super::stage::CANARY)]);
        let (_, server) = self.address.split_once('@').expect("an address with a login");
        format!("postgres://{login}:{}@{server}", super::stage::CANARY)
    }

    /// Runs SQL as the server's superuser, in another database.
    fn outside(&self, statements: &[String]) {
        wait_for(async {
            let (address, password) = superuser("postgres");
            let server =
                outlay_sync::server::connect(&address, Some(&password), super::stage::LIMITS).await?;
            for statement in statements {
                server.run(statement).await?;
            }
            Ok::<_, Failure>(())
        })
        .expect("the server does it");
    }

    pub(super) fn back_up(&self) {
        let copy = format!("{}_copy", self.name);
        self.outside(&[
            format!("DROP DATABASE IF EXISTS {copy}"),
            format!("CREATE DATABASE {copy} TEMPLATE {}", self.name),
        ]);
    }

    pub(super) fn set_back(&self) {
        let (name, copy) = (self.name, format!("{}_copy", self.name));
        self.outside(&[
            format!("DROP DATABASE {name} WITH (FORCE)"),
            format!("ALTER DATABASE {copy} RENAME TO {name}"),
        ]);
    }
}

pub(super) struct Machine {
    pub(super) address: String,
    pub(super) stage: Stage,
}

fn stage(number: u64, account: &str) -> Stage {
    let counter = AtomicU64::new(1);
    let random = move || {
        let drawn = counter.fetch_add(1, Ordering::Relaxed);
        (u128::from(number) | (u128::from(drawn) << 32) | (u128::from(number) << 72)).to_le_bytes()
    };
    Stage::changed(|host| Host { random: Box::new(random), account_name: account.to_owned(), ..host })
}

impl Machine {
    pub(super) fn password(&self) -> Value {
        let rest = self.address.split("://").nth(1).expect("an address");
        let secret = rest.split('@').next().and_then(|login| login.split(':').nth(1)).expect("a password");
        json!({ "password": secret })
    }

    pub(super) fn sync(&self) -> Value {
        self.stage.answer("run_sync", self.password())
    }

    pub(super) fn verified(&self) -> String {
        let verified = self.stage.answer("verify_sync", self.password());
        assert_eq!(verified["identical"], true, "{verified}");
        format!("{} rows, ${}", verified["rows"], verified["spend"].as_str().expect("an amount"))
    }

    /// Days of May at OpenRouter with what each cost.
    pub(super) fn import(&self, days: &[(u8, &str)]) {
        let mut file =
            "Date,Slug,Usage,BYOK Usage,Requests,Prompt Tokens,Completion Tokens,Reasoning Tokens\n"
                .to_owned();
        for (day, dollars) in days {
            file += &format!(
                "\"2026-05-{day:02} 00:00:00\",\"openai/gpt-5\",\"{dollars}\",\"0\",\"4\",\"900\",\"80\",\"0\"\n"
            );
        }
        let path = self.stage.path("days.csv");
        fs_err::write(&path, file).expect("a file");
        let done = self.stage.answer("commit_import", json!({"files": [path.display().to_string()]}));
        assert_eq!(done["committed"], true, "{done}");
    }

    pub(super) fn log(&self, dollars: &str) {
        let call = json!({"generation_type": "chat", "model": "gpt-5", "provider": "openai", "cost": dollars,
            "at": "2026-05-20T10:00:00Z"});
        self.stage.answer("log_generation", call);
    }

    fn may(&self) -> Value {
        self.stage.answer("report_month", json!({"month": "2026-05"}))
    }

    fn cap(&self) -> Value {
        self.stage.answer("get_cost_config", json!({}))["monthly_ai_cap_usd"].clone()
    }

    fn set_cap(&self, dollars: &str) {
        let request = json!({"field": "monthly_ai_cap_usd", "value": dollars});
        self.stage.answer("set_cost_config", request);
    }
}

#[test]
fn two_machines_show_the_same_month_to_the_nano_dollar() {
    let team = Team::new("outlay_two_machines");
    let (laptop, desk) = (team.machine(1), team.machine(2));
    laptop.import(&[(11, "43.07"), (12, "0.000000001")]);
    desk.import(&[(12, "0.000000001"), (13, "7.25")]);
    laptop.log("1.5");
    let first = laptop.sync();
    assert_eq!((&first["pushed"], &first["pulled"]), (&json!(4), &json!(0)), "{first}");
    let second = desk.sync();
    assert_eq!((&second["known"], &second["verified"]), (&json!(1), &json!(true)), "{second}");
    laptop.sync();
    assert_eq!(laptop.verified(), "4 rows, $51.820000001");
    assert_eq!(desk.verified(), "4 rows, $51.820000001");
    assert_eq!(laptop.may(), desk.may(), "the whole report");
    let quiet = desk.sync();
    assert_eq!(
        (&quiet["pushed"], &quiet["pulled"], &quiet["alerts"], &quiet["records"]),
        (&json!(0), &json!(0), &json!(0), &json!(0)),
        "{quiet}"
    );
}

#[test]
fn an_undo_and_a_clash_end_the_same_on_both() {
    let team = Team::new("outlay_undo_and_clash");
    let (laptop, desk) = (team.machine(1), team.machine(2));
    laptop.import(&[(11, "43.07")]);
    laptop.sync();
    desk.sync();
    desk.stage.answer("undo_import", {
        let imports = desk.stage.answer("list_imports", json!({}));
        json!({"id": imports["imports"][0]["id"]})
    });
    laptop.set_cap("30");
    desk.set_cap("20");
    laptop.sync();
    let clashed = desk.sync();
    assert_eq!(clashed["conflicts"], 1, "{clashed}");
    laptop.sync();
    assert_eq!((laptop.cap(), desk.cap()), (json!("30"), json!("30")), "the first that came holds");
    assert_eq!(laptop.may()["spend"], "0", "the undo came");
    let questions = desk.stage.answer("list_sync_questions", json!({}));
    let clash = &questions["clashes"][0];
    assert_eq!(
        (&clash["what"], &clash["mine"], &clash["theirs"], &clash["holds"]),
        (&json!("monthly_ai_cap_usd"), &json!("20"), &json!("30"), &json!("theirs"))
    );
    let left = desk.stage.answer("settle_sync_clash", json!({"number": clash["number"], "holds": "mine"}));
    assert_eq!(left["clashes"], json!([]));
    desk.sync();
    laptop.sync();
    assert_eq!((laptop.cap(), desk.cap()), (json!("20"), json!("20")), "until a person chose");
}

#[test]
fn a_server_restored_from_yesterday_loses_nothing() {
    let team = Team::new("outlay_yesterday");
    let (laptop, desk) = (team.machine(1), team.machine(2));
    laptop.import(&[(11, "43.07")]);
    laptop.sync();
    desk.sync();
    team.back_up();
    laptop.log("1.5");
    desk.log("0.25");
    laptop.sync();
    desk.sync();
    team.set_back();
    let again = laptop.sync();
    let notice = again["notices"][0].as_str().unwrap_or_default();
    assert!(notice.starts_with("the server was set back"), "{again}");
    desk.sync();
    laptop.sync();
    assert_eq!(laptop.verified(), "3 rows, $44.82");
    assert_eq!(desk.verified(), "3 rows, $44.82");
}

#[test]
fn who_leaves_keeps_what_is_theirs() {
    let team = Team::new("outlay_leaving");
    let (laptop, desk) = (team.machine(1), team.machine(2));
    laptop.import(&[(11, "43.07")]);
    laptop.sync();
    desk.sync();
    let left = desk.stage.answer("leave_sync", json!({"others": "remove"}));
    assert_eq!(left["team"], Value::Null);
    assert_eq!(desk.may()["spend"], "43.07", "the same person's rows are one's own");
    let refusal = desk.stage.refusal("run_sync", json!({}));
    assert_eq!(refusal["message"], "this ledger belongs to no team");
}
