//! A sync is cut once at every boundary between two messages of the protocol, either way, and synced again: nothing
//! is lost, doubled or altered, wherever it was.

use std::path::PathBuf;
use std::time::Duration;

use outlay_core::alert::Severity;
use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_ledger::Action;
use outlay_sync::server::{Address, Server};
use outlay_sync::{Purpose, Report, Verified};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use super::book::{line, utc_day};
use super::device::{Device, Errand};
use super::proxy::{Order, Proxy, Then, Unit, Way};
use super::stage::{Team, text};

/// So many rows at once that what is pushed takes three pages.
const PAGE: usize = 6;

/// What was there before, put back: tables with columns that the server computes cannot be copied whole.
const KEEP: &str = "
    CREATE SCHEMA kept;
    CREATE VIEW kept.tables AS
        SELECT c.oid::regclass AS name, format('kept.%I', c.relname) AS copy,
            (SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
                WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname IN ('public', 'outlay')
            AND c.relname NOT IN ('meta', 'members', 'refinery_schema_history');
    DO $$ DECLARE t record; BEGIN
        FOR t IN SELECT * FROM kept.tables LOOP
            EXECUTE format('CREATE TABLE %s AS SELECT %s FROM %s', t.copy, t.columns, t.name);
        END LOOP;
    END $$;
    CREATE FUNCTION kept.put_back() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
    DECLARE t record; BEGIN
        WHILE EXISTS (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND usename <> current_user) LOOP
            PERFORM pg_stat_clear_snapshot();
        END LOOP;
        FOR t IN SELECT * FROM kept.tables LOOP
            EXECUTE format('DELETE FROM %s', t.name);
            EXECUTE format('INSERT INTO %s (%s) SELECT * FROM %s', t.name, t.columns, t.copy);
        END LOOP;
    END $$";

/// All that is to be the same in the end, in one text.
const WHOLE: &str = "
    SELECT concat_ws(E'\\n',
        (SELECT string_agg(concat_ws(' ', id, user_id, cost_nanos, tokens_input, import_id, source_key), E'\\n' ORDER BY id)
            FROM ai_generations),
        (SELECT string_agg(concat_ws(' ', id, user_id, file_name), E'\\n' ORDER BY id) FROM outlay.imports),
        (SELECT string_agg(m::text, E'\\n' ORDER BY m::text) FROM outlay.import_members m),
        (SELECT string_agg(concat_ws(' ', id, user_id, target, action), E'\\n' ORDER BY id) FROM outlay.generation_voids),
        (SELECT string_agg(concat_ws(' ', id, revision, amount_nanos), E'\\n' ORDER BY version) FROM outlay.budgets),
        (SELECT string_agg(concat_ws(' ', id, name), E'\\n' ORDER BY id) FROM outlay.applications),
        (SELECT string_agg(concat_ws(' ', id, severity, resolved_at), E'\\n' ORDER BY id) FROM expense_alerts),
        (SELECT string_agg(concat_ws(' ', user_id, monthly_ai_cap_nanos, alert_threshold_pct), E'\\n' ORDER BY user_id)
            FROM cost_config),
        (SELECT format('counts %s %s', count(*), sum(cost_nanos)) FROM counted_generations))";

struct Stage {
    runtime: Runtime,
    team: Team,
    ada: Address,
    proxy: Proxy,
    desk: Device,
    /// The desk's ledger before its sync.
    copy: PathBuf,
}

impl Stage {
    /// What two other machines sent is there; the desk has not synced yet.
    fn new(name: &'static str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (team, ada, ben) = runtime.block_on(async {
            let team = Team::new(name).await;
            let (ada, ben) = (team.member("ada", true).await, team.member("ben", false).await);
            let address = |server: &Server| server.address().clone();
            (team, address(&ada), address(&ben))
        });
        let (mut laptop, mut bens) = (Device::new("ada", 1), Device::new("ben", 2));
        fill(&mut laptop, 1);
        fill(&mut bens, 2);
        let mut desk = Device::new("ada", 3);
        fill(&mut desk, 3);
        quiet(&mut laptop, &ada, 1);
        quiet(&mut bens, &ben, 2);
        runtime.block_on(team.admin.run(KEEP)).expect("a copy of all tables");
        let copy = desk.book.folder.path().join("copy.db");
        desk.book.ledger.backup(&copy).expect("a copy");
        let proxy = Proxy::before(ada.port);
        Self { runtime, team, ada, proxy, desk, copy }
    }

    fn begin_anew(&mut self) {
        self.runtime.block_on(self.team.admin.run("SELECT kept.put_back()")).expect("all tables as before");
        self.desk.restore(&self.copy);
    }

    /// Syncs through the proxy, whatever becomes of it.
    fn sync(&mut self, order: Option<Order>) -> Option<Report> {
        self.proxy.order(order);
        let address = Address { port: self.proxy.port, ..self.ada.clone() };
        self.desk.sync(&errand(&address, 9)).ok().and_then(|(report, ended)| ended.is_ok().then_some(report))
    }

    /// What the server and the desk say when both have come to rest.
    fn outcome(&mut self) -> String {
        let report = quiet(&mut self.desk, &self.ada, 10);
        let there = self.runtime.block_on(text(&self.team.admin, WHOLE));
        let (spend, tokens, rows) = self.desk.book.totals();
        let alerts = self.desk.alerts().len();
        format!(
            "{there}\nhere {spend} {tokens} {rows}, {alerts} alerts, {}, {:?}",
            self.desk.caps().monthly_ai_cap_usd,
            report.verified
        )
    }
}

/// A few rows of each table, which overlap with those of other machines.
fn fill(device: &mut Device, number: i64) {
    let lines = |days: std::ops::Range<i64>| -> Vec<_> { days.map(|day| line(day, "gpt-5", day)).collect() };
    device.import(20, &lines(number..number + 5));
    let undone = device.import(21, &lines(10 + number..12 + number));
    device.void(undone, Action::Void);
    for call in 0..4 {
        let at = Instant::from_micros((utc_day(19) - number) * MICROS_PER_DAY + call * 1_000_000);
        device.log(at, 1_000_003 * (number * 10 + call));
    }
    device.set_budget(number);
    device.set_caps(10 + number, 80);
    device.raise_alert(number as usize, Severity::High);
    device.raise_alert(9, Severity::Medium);
    if number == 3 {
        device.end_alert(Instant::from_micros(utc_day(20) * MICROS_PER_DAY));
    }
}

fn errand(address: &Address, fresh: u128) -> Errand {
    Errand {
        address: address.clone(),
        page: PAGE,
        purpose: Purpose::Verify,
        fresh: Uuid::from_u128(fresh << 96),
        patience: Duration::from_secs(30),
    }
}

/// Syncs until both sides are identical.
#[track_caller]
fn quiet(device: &mut Device, address: &Address, fresh: u128) -> Report {
    let (report, ended) = device.sync(&errand(address, fresh)).expect("a server");
    ended.expect("nothing is in the way");
    assert!(matches!(report.verified, Some(Verified::Identical { .. })), "{report:?}");
    report
}

#[expect(clippy::print_stdout, reason = "counts are part of what is shown")]
fn everywhere(name: &'static str, way: Way, places: impl Fn(u64) -> bool) {
    let mut stage = Stage::new(name);
    stage.sync(None).expect("nothing is in the way");
    let (there, back) = stage.proxy.seen();
    let boundaries = if way == Way::There { there } else { back };
    let whole = stage.outcome();
    let mut cut = 0;
    let places: Vec<u64> = (0..boundaries).filter(|place| places(*place)).collect();
    for &after in &places {
        stage.begin_anew();
        let report = stage.sync(Some(Order { way, unit: Unit::Messages, after, then: Then::Cut }));
        cut += u64::from(report.is_none());
        assert_eq!(stage.outcome(), whole, "cut after message {after} ({way:?})");
    }
    println!("{name}: {} of {boundaries} boundaries, {cut} syncs ended early", places.len());
    assert!(cut + 2 >= places.len() as u64, "but for the last ones, a cut ends the sync: {cut}");
}

#[test]
fn a_sync_is_cut_at_every_message_to_the_server() {
    everywhere("cut_there", Way::There, |_| true);
}

#[test]
fn a_sync_is_cut_at_every_other_message_from_the_server() {
    everywhere("cut_back", Way::Back, |place| place % 2 == 0);
}

#[test]
fn a_sync_is_cut_at_all_messages_between_those() {
    everywhere("cut_between", Way::Back, |place| place % 2 == 1);
}
