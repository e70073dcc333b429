//! What alerts are worth outside of the ledger: mail that waits, goes out and is given up, notifications that come
//! one by one or as one, and spikes that were foreseen.

use serde_json::{Value, json};

use crate::contract::{check, check_refusal};
use crate::outside::{NOON, Scene, Server, lock};
use crate::stage::Stage;

#[test]
fn a_server_that_is_down_is_asked_less_and_less_and_given_up_after_a_day() {
    let scene = Scene::new();
    scene.log("12", NOON).server(Server::IsDown);
    let mut pauses = Vec::new();
    while let Some(pause) = scene.deliver() {
        assert_eq!(scene.deliver(), Some(pause), "nothing is tried before it is due");
        pauses.push(pause);
        scene.later(pause);
    }
    assert_eq!(pauses[..5], [1, 5, 15, 60, 60]);
    assert_eq!((pauses.len(), scene.mails()), (27, 28));
    assert_eq!(scene.log_of("mail"), ["failed nobody listens at smtp.example.com, port 465"]);
    scene.server(Server::Takes).later(60).deliver();
    assert_eq!(scene.mails(), 28, "what was given up is");
    scene.set_mail();
    scene.deliver();
    assert_eq!(scene.log_of("mail"), ["sent 250 queued"], "other settings, another try");
}

#[test]
fn a_mail_that_may_have_gone_out_goes_again_as_it_was() {
    let scene = Scene::new();
    scene.log("12", NOON).server(Server::BreaksOff).deliver();
    scene.answer("set_cost_config", json!({"field": "storage_limit_bytes", "value": "1"}));
    scene.server(Server::Takes).later(1).deliver();
    let mails = lock(&scene.seen).mails.clone();
    assert_eq!((mails.len(), &mails[0]), (2, &mails[1]), "a mail program folds the two");
}

#[test]
fn a_wrong_password_waits_for_another_and_so_does_what_comes_after() {
    let scene = Scene::new();
    scene.log("12", NOON).server(Server::WantsAnotherPassword).deliver();
    assert_eq!(scene.log_of("mail").len(), 1);
    for day in 1..20 {
        scene
            .log("1", &format!("2026-05-{day:02}T11:00:00Z"))
            .log("1", &format!("2026-06-{day:02}T08:00:00Z"));
    }
    scene.log("90", NOON).later(60);
    assert_eq!((scene.deliver(), scene.mails()), (None, 1), "an account is not locked by asking");
    assert_eq!(scene.log_of("mail").len(), 2, "the spike waits too");
    scene.answer("send_mail", json!({}));
    assert_eq!(scene.mails(), 2, "who asks by hand asks once");
    scene.server(Server::Takes).set_mail();
    scene.deliver();
    assert_eq!(scene.log_of("mail"), ["sent 250 queued", "sent 250 queued"]);
}

#[test]
fn a_refusal_for_good_is_given_up_at_once_and_the_alert_stays() {
    let scene = Scene::new();
    scene.log("12", NOON).server(Server::RefusesTheRecipient);
    assert_eq!(scene.deliver(), None);
    let said = "failed smtp.example.com, port 465, does not take the recipient: 550 nobody";
    assert_eq!(scene.log_of("mail"), [said]);
    let open = scene.answer("list_alerts", json!({}));
    let kinds: Vec<&Value> =
        open["alerts"].as_array().expect("alerts").iter().map(|one| &one["alert_type"]).collect();
    assert!(kinds.contains(&&json!("monthly_cap_reached")));
}

#[test]
fn a_limit_that_is_told_again_is_mailed_once() {
    let scene = Scene::new();
    let cap = |amount: &str| {
        scene.answer("set_cost_config", json!({"field": "monthly_ai_cap_usd", "value": amount}));
    };
    scene.log("12", NOON);
    cap("50");
    scene.deliver();
    assert_eq!((scene.mails(), scene.log_of("mail")), (0, vec!["over ".to_owned()]));
    cap("10");
    scene.deliver();
    assert_eq!(scene.mails(), 1, "nothing had gone out before");
    cap("50");
    cap("10");
    let open = scene.answer("list_alerts", json!({}));
    let open = open["alerts"].as_array().expect("alerts");
    assert!(open.iter().any(|alert| alert["alert_type"] == "monthly_cap_reached"));
    assert_eq!((scene.deliver(), scene.mails()), (None, 1), "the same piece of news");
    cap("50");
    scene.later(25 * 60);
    cap("10");
    scene.deliver();
    assert_eq!(scene.mails(), 2, "another day's");
}

#[test]
fn an_alert_that_becomes_more_urgent_is_mailed_again_and_once() {
    let scene = Scene::new();
    let blocks = |value: &str| {
        scene.answer("set_cost_config", json!({"field": "block_on_cap", "value": value}));
    };
    blocks("false");
    scene.log("12", NOON).deliver();
    assert_eq!(scene.mails(), 1);
    blocks("true");
    assert_eq!(scene.log_of("mail"), ["waiting "]);
    scene.deliver();
    assert_eq!((scene.mails(), scene.log_of("mail")), (2, vec!["sent 250 queued".to_owned()]));
    blocks("false");
    blocks("true");
    assert_eq!((scene.deliver(), scene.mails()), (None, 2), "it was critical already");
}

#[test]
fn a_mail_that_waits_over_the_end_of_its_month_goes_out_yet() {
    let scene = Scene::new();
    scene.log("12", NOON).server(Server::IsDown).deliver();
    scene.later(13 * 24 * 60).answer("evaluate_alerts", json!({}));
    scene.server(Server::Takes).answer("send_mail", json!({}));
    assert_eq!(scene.log_of("mail"), ["sent 250 queued"]);
}

#[test]
fn what_is_resolved_or_switched_off_is_not_sent() {
    let scene = Scene::new();
    scene.log("12", NOON);
    scene.answer("set_cost_config", json!({"field": "monthly_ai_cap_usd", "value": "50"}));
    assert_eq!((scene.deliver(), scene.mails()), (None, 0));
    assert_eq!(scene.log_of("mail"), ["over "]);
    scene.log("60", NOON);
    scene.answer("remove_mail_settings", json!({}));
    assert_eq!((scene.deliver(), scene.mails()), (None, 0));
    assert_eq!(scene.answer("get_mail_settings", json!({}))["server"], Value::Null);
    scene.set_mail();
    assert_eq!((scene.deliver(), scene.mails()), (None, 0), "it was ended");
    scene.answer("set_cost_config", json!({"field": "monthly_ai_cap_usd", "value": "51"}));
    scene.answer("set_cost_config", json!({"field": "email_on_high", "value": "false"}));
    assert_eq!((scene.deliver(), scene.mails()), (None, 0), "nobody wants it any more");
}

#[test]
fn the_password_is_answered_nowhere() {
    let scene = Scene::new();
    let settings = scene.answer("get_mail_settings", json!({}));
    assert_eq!(settings["password"], "keychain");
    assert!(!settings.to_string().contains("s3cret"));
    let ledger = fs_err::read_dir(scene.stage.path("data")).expect("the folder").flatten();
    for file in ledger {
        let bytes = fs_err::read(file.path()).expect("a file");
        assert!(!bytes.windows(6).any(|part| part == b"s3cret"), "{:?}", file.file_name());
    }
    let wrong = json!({"host": "h", "from": "a@b", "user_name": "a", "password": 5318008});
    let refused = scene.stage.refusal("set_mail_settings", wrong).to_string();
    assert!(!refused.contains("5318008"), "{refused}");
}

#[test]
fn the_desktop_notifies_once_from_the_severity_that_was_chosen() {
    let scene = Scene::new();
    scene.log("12", NOON);
    assert_eq!(scene.notified(), [""; 0], "nobody was asked");
    scene.answer("set_setting", json!({"name": "notify_from", "value": "high"}));
    scene.answer("set_cost_config", json!({"field": "monthly_ai_cap_usd", "value": "12"}));
    assert_eq!(scene.notified(), ["Cap reached: $12.00 of $12.00"]);
    assert_eq!(scene.notified(), [""; 0], "once");
    scene.answer("set_setting", json!({"name": "notify_from", "value": "medium"}));
    scene.answer("set_cost_config", json!({"field": "monthly_ai_cap_usd", "value": "13"}));
    assert_eq!(scene.notified(), ["Near the cap: $12.00 of $10.40"]);
    scene.answer("set_setting", json!({"name": "notify_from", "value": "off"}));
    scene.answer("set_cost_config", json!({"field": "monthly_ai_cap_usd", "value": "11"}));
    assert_eq!(scene.notified(), [""; 0]);
}

#[test]
fn a_thousand_costly_calls_are_one_notification_and_no_mail() {
    let scene = Scene::new();
    scene.answer("set_cost_config", json!({"field": "monthly_ai_cap_usd", "value": "1000"}));
    scene.answer("set_setting", json!({"name": "notify_from", "value": "low"}));
    scene.import_costly();
    assert_eq!(scene.notified(), ["1,000 alerts, costly call: $0.60 of $0.50"]);
    assert_eq!((scene.mails(), scene.log_of("mail").len()), (0, 0));
    scene.log("0.7", NOON);
    assert_eq!(scene.notified(), [""; 0], "too soon after that");
    assert_eq!(scene.deliver(), Some(10));
    scene.later(9);
    assert_eq!(scene.notified(), [""; 0]);
    scene.later(1);
    assert_eq!(scene.notified(), ["Costly call: $0.70 of $0.50"]);
}

#[test]
fn a_system_that_shows_nothing_is_told_and_the_alert_stays() {
    let scene = Scene::with_desktop(false);
    scene.answer("set_setting", json!({"name": "notify_from", "value": "medium"}));
    scene.log("0.7", NOON);
    assert_eq!(scene.notified().len(), 1);
    assert_eq!(scene.log_of("desktop"), ["failed the system does not let Outlay show notifications"]);
    assert_eq!(scene.notified(), [""; 0]);
    assert_eq!(scene.answer("list_alerts", json!({}))["alerts"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_spike_that_was_foreseen_leaves_what_is_usual() {
    let scene = Scene::with_desktop(true);
    for (day, cost) in [("08", "2"), ("09", "2"), ("10", "6"), ("11", "6"), ("18", "30"), ("19", "20")] {
        scene.log(cost, &format!("2026-06-{day}T10:00:00Z"));
    }
    let spikes = |resolved_too: bool| -> Vec<Value> {
        let answer = scene.answer("list_alerts", json!({"resolved_too": resolved_too}));
        let alerts = answer["alerts"].as_array().expect("alerts").iter();
        alerts.filter(|alert| alert["alert_type"] == "daily_spike").cloned().collect()
    };
    let usual = || {
        let overview = scene.answer("overview", json!({"month": "2026-06"}));
        let days = overview["daily"]["days"].as_array().expect("days").clone();
        days.iter()
            .map(|day| day["spike"]["usual"].clone())
            .filter(|usual| !usual.is_null())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (spikes(false).len(), usual()),
        (1, vec![json!("4")]),
        "30 dollars on the 18th hide 20 on the 19th"
    );
    let id = spikes(false)[0]["id"].clone();
    let refused = scene.stage.refusal("expect_alert", json!({"id": id, "reason": " "}));
    assert_eq!(refused["code"], "usage");
    scene.answer("expect_alert", json!({"id": id, "reason": "the yearly evaluation"}));
    let kept: Vec<Value> = spikes(true).into_iter().filter(|alert| alert["id"] == id).collect();
    assert_eq!(kept[0]["expected"], "the yearly evaluation");
    assert_eq!(kept[0]["resolution"], "acknowledged");
    let open = spikes(false);
    assert!(open[0]["message"].as_str().is_some_and(|message| message.starts_with("19 June")), "{open:?}");
    assert_eq!(
        (open.len(), usual()),
        (1, vec![json!("4")]),
        "the 19th stands out, the 18th is none any more"
    );
}

#[test]
fn mail_and_notifications() {
    let stage = Stage::empty();
    check(&stage, "mail_not_set_up", "get_mail_settings", json!({}));
    check_refusal(&stage, "send_without_mail", "send_mail", json!({}));
    check_refusal(&stage, "test_without_mail", "send_test_mail", json!({}));
    let open = json!({"host": "smtp.example.com", "security": "none", "from": "ada@example.com"});
    check_refusal(&stage, "mail_without_security", "set_mail_settings", open);
    let two = json!({"host": "smtp.example.com", "from": "ada@example.com, bob@example.com"});
    check_refusal(&stage, "mail_from_two", "set_mail_settings", two);
    let server = json!({"host": "smtp.example.com", "security": "starttls", "from": "ada@example.com"});
    check(&stage, "set_mail_settings", "set_mail_settings", server.clone());
    let mut kept = server;
    (kept["user_name"], kept["password"]) = (json!("ada"), json!("s3cret"));
    check_refusal(&stage, "mail_without_keychain", "set_mail_settings", kept);
    check_refusal(&stage, "mail_offline", "send_test_mail", json!({}));
    stage.answer("set_cost_config", json!({"field": "monthly_ai_cap_usd", "value": "10"}));
    stage.answer(
        "log_generation",
        json!({"generation_type": "chat", "model": "m", "provider": "p", "cost": "12"}),
    );
    check(&stage, "send_mail", "send_mail", json!({}));
    check(&stage, "list_deliveries", "list_deliveries", json!({"limit": 5}));
    check(&stage, "remove_mail_settings", "remove_mail_settings", json!({}));
    check(&stage, "notify_from", "set_setting", json!({"name": "notify_from", "value": "high"}));
    check_refusal(
        &stage,
        "notify_from_refused",
        "set_setting",
        json!({"name": "notify_from", "value": "loud"}),
    );
}
