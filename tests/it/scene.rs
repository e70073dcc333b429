//! A ledger whose clock and disk can be set, and to which calls come by hand and in files.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use outlay_app::Host;
use outlay_core::instant::Instant;
use serde_json::{Value, json};

use crate::stage::{NOW, Stage};

/// A stage whose clock and disk can be set.
pub(crate) struct Scene {
    pub(crate) stage: Stage,
    pub(crate) clock: Arc<AtomicI64>,
    pub(crate) free: Arc<AtomicI64>,
    pub(crate) files: AtomicI64,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::in_zone("Europe/Berlin")
    }

    pub(crate) fn in_zone(zone: &str) -> Self {
        let clock = Arc::new(AtomicI64::new(instant(NOW).micros()));
        let free = Arc::new(AtomicI64::new(i64::MAX));
        let (now, room) = (Arc::clone(&clock), Arc::clone(&free));
        let stage = Stage::changed(|host| Host {
            clock: Box::new(move || Instant::from_micros(now.load(Ordering::Relaxed))),
            free_bytes: Box::new(move |_| room.load(Ordering::Relaxed).try_into().ok()),
            time_zone: zone.parse().expect("a zone"),
            ..host
        });
        Self { stage, clock, free, files: AtomicI64::new(0) }
    }

    pub(crate) fn at(&self, now: &str) -> &Self {
        self.clock.store(instant(now).micros(), Ordering::Relaxed);
        self
    }

    pub(crate) fn set(&self, field: &str, value: &str) -> &Self {
        self.stage.answer("set_cost_config", json!({"field": field, "value": value}));
        self
    }

    /// Keeps a named budget, whatever is spent.
    pub(crate) fn budget(&self, mut request: Value) -> Value {
        request["confirm_below_spend"] = json!(true);
        self.stage.answer("set_budget", request)
    }

    /// Holds money for a call, or not.
    pub(crate) fn authorize(&self, amount: &str) -> Value {
        self.stage.answer("authorize", json!({"amount": amount}))
    }

    pub(crate) fn log(&self, cost: &str, at: &str) -> &Self {
        self.log_of("acme", "m-1", cost, at)
    }

    pub(crate) fn log_of(&self, provider: &str, model: &str, cost: &str, at: &str) -> &Self {
        let call =
            json!({"generation_type": "chat", "model": model, "provider": provider, "cost": cost, "at": at});
        self.stage.answer("log_generation", call);
        self
    }

    pub(crate) fn request(&self, rows: &[String]) -> Value {
        let file = self.stage.path(&format!("calls-{}.csv", self.files.fetch_add(1, Ordering::Relaxed)));
        fs_err::write(&file, format!("id,when,model,cost\n{}\n", rows.join("\n"))).expect("a file");
        let map = ["id=id", "created_at=when", "model=model", "cost=cost", "provider:=acme"];
        json!({"files": [file], "map": map})
    }

    /// Imports rows of `id,when,model,cost`, and gives the import's id.
    pub(crate) fn import(&self, rows: &[String]) -> String {
        let done = self.stage.answer("commit_import", self.request(rows));
        assert_eq!(done["committed"], true, "{done}");
        done["files"][0]["import_id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn check(&self) -> Value {
        self.stage.answer("evaluate_alerts", json!({}))
    }

    /// Every alert, the first raised first: type, severity, how it ended.
    pub(crate) fn told(&self) -> String {
        let answer = self.stage.answer("list_alerts", json!({"resolved_too": true}));
        let text = |value: &Value| value.as_str().unwrap_or("open").to_owned();
        let line = |alert: &Value| {
            let [kind, severity] = ["alert_type", "severity"].map(|field| text(&alert[field]));
            format!("{kind} {severity} {}", text(&alert["resolution"]))
        };
        let mut lines: Vec<String> = answer["alerts"].as_array().expect("alerts").iter().map(line).collect();
        lines.sort();
        lines.join("\n")
    }

    /// Type and key of every alert of these types.
    pub(crate) fn keys(&self, types: &[&str]) -> Vec<(String, String)> {
        let raw = rusqlite::Connection::open(self.stage.ledger_file()).expect("the ledger");
        let mut all = raw.prepare("SELECT alert_type, dedupe_key FROM expense_alerts").expect("alerts");
        let rows = all.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).expect("rows");
        rows.map(|row| row.expect("a row")).filter(|(kind, _)| types.contains(&kind.as_str())).collect()
    }
}

pub(crate) fn instant(text: &str) -> Instant {
    Instant::parse(text).expect("an instant")
}

/// Rows of a call at noon of each of these days.
pub(crate) fn days(days: impl IntoIterator<Item = &'static str>, cost: &str) -> Vec<String> {
    days.into_iter().map(|day| format!("g-{day},{day}T12:00:00Z,m-1,{cost}")).collect()
}
