//! A team's server as the engine asks it, on a real one.
//!
//! These tests wait as the program does, so they are none of an async runtime; one of their own sets the stage.

mod alerts;
mod comparing;
mod greeting;
mod pushing;
mod reading_back;
mod records;
mod upgrade;

use outlay_core::basis::CostBasis;
use outlay_core::identity::Fingerprint;
use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;
use outlay_ledger::sync::{Generation, ImportRow};
use outlay_sync::server::{Password, Server, Team};
use outlay_sync::{Bump, LedgerRow, Remote, Table};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use super::stage::{self, CANARY, LIMITS};

/// 2026-06-01, counted from 1970-01-01.
pub(super) const JUNE: i64 = 20_605;
/// The machine of these tests.
pub(super) const DEVICE: Uuid = Uuid::from_u128(0xD1);

/// A team's database, and the way to its people.
struct Crew {
    team: stage::Team,
    runtime: Runtime,
}

impl Crew {
    fn new(name: &'static str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let team = runtime.block_on(stage::Team::new(name));
        Self { team, runtime }
    }

    /// Somebody's connection, with a login that is made for it.
    fn member(&self, who: &str, read_all: bool) -> Team {
        let server = self.runtime.block_on(self.team.member(who, read_all));
        entered(&server)
    }

    fn run(&self, statement: &str) {
        self.runtime.block_on(self.team.admin.run(statement)).expect("a statement of the superuser");
    }

    fn text(&self, query: &str) -> String {
        self.runtime.block_on(stage::text(&self.team.admin, query))
    }
}

/// The same login once more, as the engine uses it.
fn entered(server: &Server) -> Team {
    let password = Password::new(CANARY.into());
    Team::connect(server.address(), Some(&password), LIMITS).expect("the login is let in")
}

fn bump(counter: u64, at_least: u64) -> Bump {
    Bump { device: DEVICE, counter, at_least }
}

/// Pushes rows that must all be stored.
#[track_caller]
fn stored(team: &mut Team, table: Table, rows: &[LedgerRow]) {
    let pushed = team.push(table, rows, None).expect("the server takes them");
    assert_eq!(pushed.done.len(), rows.len(), "all of {table:?} are stored");
}

/// An id as Outlay makes it: the milliseconds, and a number.
fn id(micros: i64, number: u64) -> Uuid {
    let millis = micros.div_euclid(1000) as u128;
    Uuid::from_u128((millis << 80) | (8 << 76) | (0b10 << 62) | u128::from(number))
}

fn import_id(number: u64) -> Uuid {
    Uuid::from_u128(0x4000_8000_0000_0000_0000 | u128::from(number))
}

/// A call of somebody's on a day of June 2026, a dollar each.
fn call(user: &str, day: i64, number: u64, import: Option<Uuid>) -> Generation {
    let micros = (JUNE + day - 1) * MICROS_PER_DAY + 3_600_000_000 + number as i64 * 1000;
    Generation {
        id: id(micros, number),
        user_id: user.into(),
        import_id: import,
        device_id: Some(DEVICE),
        application_id: None,
        generation_type: "chat".into(),
        model_used: "gpt-5".into(),
        provider: "openai".into(),
        account: "default".into(),
        source: "openai-usage-csv".into(),
        source_key: format!("call {number}"),
        fingerprint: Fingerprint(u128::from(number).to_be_bytes()),
        created_at: Instant::from_micros(micros),
        period_end: None,
        request_count: Some(1),
        tokens_input: 100,
        tokens_output: 10,
        cached_tokens: 0,
        cache_write_tokens: 0,
        cache_write_long_tokens: 0,
        reasoning_tokens: 0,
        other_units: None,
        cost: Money::from_nanos(1_000_000_000),
        cost_basis: CostBasis::Computed,
        list: None,
        cost_exact: true,
        price_id: String::new(),
        price_note: String::new(),
        priced_at: None,
        service_tier: String::new(),
        batch: false,
        variant: "{}".into(),
        labels: "{}".into(),
        duration_ms: None,
        error: None,
        input_summary: None,
        output_summary: None,
    }
}

fn travelling(row: Generation) -> LedgerRow {
    LedgerRow::Generation(Box::new(row))
}

/// Calls of one day, numbered from `first` on.
pub(super) fn calls(user: &str, day: i64, first: u64, count: u64, import: Option<Uuid>) -> Vec<LedgerRow> {
    (first..first + count).map(|number| travelling(call(user, day, number, import))).collect()
}

/// A file of somebody's; `bounds` are the first and the last row that it brought.
fn import(user: &str, number: u64, bounds: Option<(Uuid, Uuid)>) -> ImportRow {
    ImportRow {
        id: import_id(number),
        user_id: user.into(),
        device_id: DEVICE,
        file_name: "usage.csv".into(),
        file_hash: [number as u8; 32],
        file_bytes: 1,
        source: "openai-usage-csv".into(),
        provider: "openai".into(),
        account: "default".into(),
        as_of: Instant::from_micros((JUNE + 30) * MICROS_PER_DAY + number as i64),
        imported_at: Instant::from_micros((JUNE + 30) * MICROS_PER_DAY),
        days: Some((JUNE, JUNE + 29)),
        ids: bounds,
        found: [1, 2, 3, 4, 5, 6],
        notes: r#"["a note"]"#.into(),
    }
}

fn imports(user: &str, number: u64) -> LedgerRow {
    LedgerRow::Import(Box::new(import(user, number, None)))
}

fn member(import: Uuid, row: &LedgerRow) -> LedgerRow {
    LedgerRow::Member { import, generation: outlay_sync::Row::id(row).key }
}
