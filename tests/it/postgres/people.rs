//! A team's month by member and by machine: whatever is asked for, the parts come to the whole, and what two machines
//! imported counts once. And what is whose in other things: an undo, a machine, what a login may compare.

use outlay_app::Money;
use serde_json::{Value, json};

use super::acceptance::{Machine, Team};

fn amount(value: &Value) -> Money {
    value.as_str().and_then(|text| text.parse().ok()).expect("an amount")
}

fn may(machine: &Machine, user: &str) -> Value {
    machine.stage.answer("report_month", json!({"month": "2026-05", "user": user, "by_device": true}))
}

/// What the parts of a breakdown come to, beside their names and amounts.
fn parts(report: &Value, breakdown: &str, name: &str) -> (Money, Vec<String>) {
    let parts = report[breakdown].as_array().expect("a breakdown");
    let said =
        parts.iter().map(|part| format!("{} {}", part[name].as_str().unwrap_or("?"), amount(&part["spend"])));
    (parts.iter().map(|part| amount(&part["spend"])).sum(), said.collect())
}

/// Whoever is asked about: members and machines come to the whole, and everybody's months to the team's.
#[track_caller]
fn check_sums(machine: &Machine, expected: &str) {
    let team = may(machine, "all");
    assert_eq!(amount(&team["spend"]), expected.parse().expect("an amount"), "the team's month");
    let mut sum = Money::ZERO;
    for person in team["users"].as_array().expect("people") {
        let own = may(machine, person["name"].as_str().expect("a name"));
        let spend = amount(&own["spend"]);
        assert_eq!(parts(&own, "by_device", "name").0, spend, "{person}: {own}");
        assert_eq!(parts(&own, "by_member", "user").0, spend, "{person}: {own}");
        sum = sum.saturating_add(spend);
    }
    assert_eq!(sum, amount(&team["spend"]), "nobody is counted twice");
    for (breakdown, name) in [("by_member", "user"), ("by_device", "name")] {
        assert_eq!(parts(&team, breakdown, name).0, amount(&team["spend"]), "{team}");
    }
    // The range that is not whole months, and days of another zone, are added up on other ways.
    let days = json!({"from": "2026-05-02", "to": "2026-05-30", "user": "all", "by_device": true});
    let range = machine.stage.answer("report_range", days);
    assert_eq!(parts(&range, "by_device", "name").0, amount(&range["spend"]), "{range}");
}

#[test]
fn filters_by_member_and_machine_come_to_the_whole_of_a_team() {
    let team = Team::new("outlay_people");
    let laptop = team.machine(1);
    let desk = team.machine(2);
    let graces = team.machine_of(&laptop, 3, "grace", true);
    // The 12th is in both of Ada's exports, the 13th in one of hers and in Grace's.
    laptop.import(&[(11, "43.07"), (12, "0.000000001")]);
    desk.import(&[(12, "0.000000001"), (13, "7.25")]);
    graces.import(&[(13, "7.25"), (14, "2.5")]);
    laptop.log("1.5");
    graces.log("0.75");
    for machine in [&laptop, &desk, &graces, &laptop, &desk] {
        machine.sync();
    }
    for machine in [&laptop, &desk, &graces] {
        check_sums(machine, "55.070000001");
        assert_eq!(machine.verified(), "6 rows, $55.070000001");
    }
    let of_machines = |machine: &Machine| parts(&may(machine, "ada"), "by_device", "device");
    assert_eq!(of_machines(&laptop), of_machines(&desk), "both of Ada's machines say the same of them");
    insta::assert_debug_snapshot!(parts(&may(&laptop, "all"), "by_device", "name").1, @r#"
    [
        "This machine 44.570000001",
        "ada, machine 000002 7.25",
        "grace, machine 000003 3.25",
    ]
    "#);
    insta::assert_debug_snapshot!(parts(&may(&laptop, "all"), "by_member", "user").1, @r#"
    [
        "ada 51.820000001",
        "grace 3.25",
    ]
    "#);
    let users = &may(&graces, "all")["users"];
    assert_eq!(users[0], json!({"name": "grace", "is_me": true}), "{users}");
    // What the laptop said first is the desk's once the laptop takes it back.
    let imports = laptop.stage.answer("list_imports", json!({}));
    let own = imports["imports"]
        .as_array()
        .expect("imports")
        .iter()
        .find(|import| import["first_day"] == "2026-05-11");
    laptop.stage.answer("undo_import", json!({"id": own.expect("the laptop's import")["id"]}));
    for machine in [&laptop, &desk, &graces] {
        machine.sync();
        check_sums(machine, "12.000000001");
    }
    assert_eq!(of_machines(&laptop), of_machines(&desk), "after an undo, too");
}

#[test]
fn an_import_is_undone_by_who_made_it() {
    let team = Team::new("outlay_whose_undo");
    let laptop = team.machine(1);
    let graces = team.machine_of(&laptop, 2, "grace", true);
    graces.import(&[(13, "7.25")]);
    graces.sync();
    laptop.sync();
    let imports = laptop.stage.answer("list_imports", json!({}));
    let hers = &imports["imports"][0];
    assert_eq!(hers["by"], "grace", "{hers}");
    for command in ["plan_undo", "undo_import"] {
        let refusal = laptop.stage.refusal(command, json!({"id": hers["id"]}));
        insta::allow_duplicates! {
            insta::assert_snapshot!(refusal["message"].as_str().unwrap_or_default(), @"grace imported days.csv, and in a team only they can undo or redo that");
        }
    }
    assert_eq!(laptop.sync()["waiting"], 0, "nothing waits that the server would refuse for ever");
    graces.stage.answer("undo_import", json!({"id": hers["id"]}));
    graces.sync();
    laptop.sync();
    assert_eq!(may(&laptop, "all")["spend"], "0", "she did");
    laptop.stage.refusal("redo_import", json!({"id": hers["id"]}));
    laptop.stage.answer("leave_sync", json!({"others": "keep"}));
    laptop.stage.answer("redo_import", json!({"id": hers["id"]}));
    assert_eq!(may(&laptop, "all")["spend"], "7.25", "whose ledger this is once nobody shares it");
}

#[test]
fn another_login_of_a_person_is_another_machine() {
    let team = Team::new("outlay_other_login");
    let mut laptop = team.machine(1);
    laptop.log("1.5");
    laptop.sync();
    laptop.stage.answer("leave_sync", json!({"others": "keep"}));
    laptop.address = team.login_of(&laptop, "ada_at_work", "Ada");
    laptop.stage.answer("connect_sync", json!({"address": laptop.address}));
    laptop.log("0.25");
    let done = laptop.sync();
    assert_eq!((&done["pushed"], &done["waiting"]), (&json!(1), &json!(0)), "{done}");
    assert_eq!(laptop.verified(), "2 rows, $1.75");
}

#[test]
fn who_reads_their_own_rows_compares_rows_and_not_sums() {
    let team = Team::new("outlay_rows_alone");
    let laptop = team.machine(1);
    let graces = team.machine_of(&laptop, 2, "grace", false);
    for machine in [&laptop, &graces] {
        machine.log("1.5");
        machine.sync();
    }
    let compared = |machine: &Machine| {
        let verified = machine.stage.answer("verify_sync", machine.password());
        (verified["identical"].clone(), verified["sums_compared"].clone())
    };
    assert_eq!(compared(&laptop), (json!(true), json!(true)));
    assert_eq!(compared(&graces), (json!(true), json!(false)));
}

#[test]
fn a_push_alone_says_what_it_leaves_after_the_server_was_set_back() {
    let team = Team::new("outlay_push_alone");
    let laptop = team.machine(1);
    laptop.import(&[(11, "43.07")]);
    team.back_up();
    laptop.sync();
    team.set_back();
    laptop.log("1.5");
    let mut push = laptop.password();
    push["direction"] = json!("push");
    let pushed = laptop.stage.answer("run_sync", push);
    let notices: Vec<_> =
        pushed["notices"].as_array().expect("notices").iter().filter_map(Value::as_str).collect();
    let notices: Vec<_> = notices.into_iter().filter(|notice| !notice.contains("clock")).collect();
    insta::assert_snapshot!(notices.join("\n"), @"the server lacks what it held before, and rows that speak of it wait; only a sync both ways compares, finds it and pushes it again");
    laptop.sync();
    assert_eq!(laptop.verified(), "2 rows, $44.57");
}
