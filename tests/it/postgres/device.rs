//! A machine of somebody's: a ledger in a file, what its user does, and one sync of it with a real server.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use outlay_core::alert::{AlertType, Measure, Notice, Resolution, Severity};
use outlay_core::basis::CostBasis;
use outlay_core::budget::{Budget, BudgetMode, Scope as BudgetScope};
use outlay_core::cost_config::CostConfig;
use outlay_core::fact::{Charge, FacetTable, Facets, Fact};
use outlay_core::identity::FingerprintBuilder;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::tokens::Tokens;
use outlay_ledger::sync::Generation;
use outlay_ledger::{
    Access, Action, AlertScope, Answers, Birth, Call, Costing, DaysAnswer, Identity, Ledger, LedgerError,
    Writer,
};
use outlay_sync::server::{Address, Failure, Limits, Password, Team, known_schema};
use outlay_sync::{
    Direction, Machine, MachineError, Purpose, Report, Request, Scope, Standing, SyncError, Table, sync,
};
use uuid::Uuid;

use super::book::{Book, Line, NOW, export};
use super::stage::CANARY;

/// How a sync ended.
pub(super) type Ended = Result<(), SyncError<Failure, MachineError>>;

/// How to sync once.
#[derive(Debug, Clone)]
pub(super) struct Errand {
    pub(super) address: Address,
    pub(super) page: usize,
    pub(super) purpose: Purpose,
    /// What the machine is called if it must become another one.
    pub(super) fresh: Uuid,
    /// How long it waits for an answer.
    pub(super) patience: Duration,
}

/// Why there was no sync at all.
#[derive(Debug)]
pub(super) enum NoSync {
    Server(Failure),
    #[expect(dead_code, reason = "a test that fails shows it")]
    Machine(MachineError),
}

/// A machine.
pub(super) struct Device {
    pub(super) book: Book,
    pub(super) remote: i64,
    number: u128,
    made: u128,
}

impl Device {
    /// A new machine of somebody's, connected to a team.
    pub(super) fn new(owner: &'static str, number: u128) -> Self {
        let mut book = Book::of(owner, number);
        let writer = book.ledger.writer().expect("a writer");
        let remote = writer.connect_remote("postgres://db/outlay", "{}", NOW).expect("a remote");
        writer.commit().expect("a commit");
        Self { book, remote, number, made: 0 }
    }

    pub(super) fn file(&self) -> PathBuf {
        self.book.folder.path().join("outlay.db")
    }

    /// Puts the copy of a ledger in the place of this one.
    pub(super) fn restore(&mut self, copy: &std::path::Path) {
        let birth = Birth { owner: String::new(), time_zone: "UTC".into(), device_id: Uuid::nil(), now: NOW };
        self.book.ledger = Ledger::nowhere(&birth).expect("a ledger in memory");
        for ending in ["", "-wal", "-shm"] {
            let _ = fs_err::remove_file(format!("{}{ending}", self.file().display()));
        }
        fs_err::copy(copy, self.file()).expect("a copy");
        self.book.ledger = Ledger::open(&self.file(), &Access::Write(birth)).expect("the copy");
    }

    pub(super) fn identity(&self) -> Identity {
        self.book.ledger.read(|reader| reader.identity()).expect("a ledger")
    }

    fn owner(&self) -> String {
        self.identity().owner
    }

    fn write<T>(&mut self, write: impl FnOnce(&Writer<'_>) -> Result<T, LedgerError>) -> T {
        let writer = self.book.ledger.writer().expect("a writer");
        let done = write(&writer).expect("a ledger");
        writer.commit().expect("a commit");
        done
    }

    fn next(&mut self) -> u128 {
        self.made += 1;
        self.number << 32 | self.made
    }

    /// Records a call that cost so much.
    pub(super) fn log(&mut self, at: Instant, nanos: i64) -> Uuid {
        let number = self.next();
        let id = call_id(at, number);
        let mut facets = FacetTable::default();
        let said = Facets {
            provider: "openai".into(),
            generation_type: "chat".into(),
            model: "gpt-5".into(),
            ..Facets::default()
        };
        let facet = facets.intern(said);
        let fact = Fact {
            facets: facet,
            created_at: Instant::from_micros(at.micros().div_euclid(1000) * 1000),
            period_end: None,
            request_count: Some(1),
            tokens: Tokens { uncached_input: nanos, ..Tokens::default() },
            other_units: Default::default(),
            charge: Charge::ByPriceBook,
            source_key: String::new(),
            fingerprint: FingerprintBuilder::new("test/1").integer(nanos).finish(),
            duration_ms: None,
            error: None,
            line: 1,
        };
        let cost = Money::from_nanos(nanos);
        let costing =
            Costing { basis: CostBasis::Billed, cost, list: None, exact: true, price_id: "", price_note: "" };
        let user_id = self.owner();
        self.write(|writer| {
            writer.log(Call {
                id,
                user_id,
                application: None,
                facets: facets.get(facet),
                fact,
                costing,
                input_summary: None,
                output_summary: None,
            })
        });
        id
    }

    /// Imports an export of daily sums of June, which replaces what earlier ones said of their days.
    pub(super) fn import(&mut self, as_of_day: i64, lines: &[Line]) -> Uuid {
        let answers = Answers { days: Some(DaysAnswer::Replace), ..Answers::default() };
        let id = Uuid::from_u128(hashed(self.next()));
        self.book.import_as(id, &export(as_of_day, lines), answers).id
    }

    /// Undoes or redoes an import, if it is here and is not so already.
    pub(super) fn void(&mut self, import: Uuid, action: Action) {
        let _ = self.book.void(import, action);
    }

    pub(super) fn set_caps(&mut self, dollars: i64, percent: u8) {
        let config = CostConfig {
            monthly_ai_cap_usd: Money::from_nanos(dollars * 1_000_000_000),
            alert_threshold_pct: percent,
            confirmed_at: Some(NOW),
            ..CostConfig::default()
        };
        let owner = self.owner();
        self.write(|writer| writer.set_cost_config(&owner, &config, NOW));
    }

    pub(super) fn set_budget(&mut self, dollars: i64) {
        let budget = Budget {
            name: "models".into(),
            scope: BudgetScope::Provider("openai".into()),
            amount: Money::from_nanos(dollars * 1_000_000_000),
            mode: BudgetMode::Notify,
            warn_at_pct: 80,
            confirmed: true,
            raised_from: None,
        };
        let (owner, id) = (self.owner(), Uuid::from_u128(77));
        self.write(|writer| writer.keep_budget(&owner, id, &budget, false, NOW));
    }

    pub(super) fn raise_alert(&mut self, day: usize, severity: Severity) {
        let notice = Notice {
            alert_type: AlertType::DailySpike,
            severity,
            dedupe_key: format!("2026-06-{day:02}"),
            message: format!("a spike ({severity})"),
            measure: Measure::Nothing,
            recurs: false,
        };
        let owner = self.owner();
        self.write(|writer| writer.raise(&owner, &notice, NOW));
    }

    /// Ends the first alert that is open, if any is.
    pub(super) fn end_alert(&mut self, at: Instant) {
        let open = self.alerts().into_iter().find(|alert| !alert.resolved);
        if let Some(alert) = open {
            self.write(|writer| writer.resolve_alert(&alert.id, Resolution::Acknowledged, at));
        }
    }

    pub(super) fn alerts(&self) -> Vec<outlay_ledger::Alert> {
        let owner = self.owner();
        self.book.ledger.read(|reader| reader.alerts(&owner, AlertScope::All)).expect("alerts")
    }

    pub(super) fn caps(&self) -> CostConfig {
        let owner = self.owner();
        self.book.ledger.read(|reader| reader.cost_config(&owner)).expect("caps")
    }

    /// A person wants the server to have again what it has no longer, and to be offered again what it refused: an
    /// undo of what was missing, for one.
    pub(super) fn answer_questions(&mut self) {
        let remote = self.remote;
        self.write(|writer| {
            writer.stand_all(remote, Standing::Missing, Standing::Waiting)?;
            writer.stand_all(remote, Standing::Refused, Standing::Waiting)
        });
    }

    /// The calls of this ledger that stand so.
    pub(super) fn calls(&self, is_wanted: impl Fn(bool, Standing) -> bool) -> Vec<Generation> {
        let read = |reader: &outlay_ledger::Reader<'_>| -> Result<_, LedgerError> {
            let buckets = reader.digests(self.remote, Table::Generations, None, Scope::Team)?;
            let mut keys = Vec::new();
            for bucket in buckets.keys() {
                let held = reader.held(self.remote, Table::Generations, *bucket)?;
                keys.extend(
                    held.iter().filter(|row| is_wanted(row.is_mine, row.standing)).map(|row| row.key),
                );
            }
            reader.generation_rows(&keys)
        };
        self.book.ledger.read(read).expect("a ledger")
    }

    /// Syncs once, in this process.
    pub(super) fn sync(&mut self, errand: &Errand) -> Result<(Report, Ended), NoSync> {
        once(&mut self.book.ledger, self.remote, errand)
    }
}

/// Syncs a ledger once.
pub(super) fn once(ledger: &mut Ledger, remote: i64, errand: &Errand) -> Result<(Report, Ended), NoSync> {
    let mut machine = Machine::open(ledger, remote, NOW).map_err(NoSync::Machine)?;
    let limits = Limits { connect: errand.patience, statement: errand.patience };
    let password = Password::new(CANARY.into());
    let mut team = Team::connect(&errand.address, Some(&password), limits).map_err(NoSync::Server)?;
    let Errand { fresh: fresh_device, page, purpose, .. } = *errand;
    let request =
        Request { now: NOW, fresh_device, schema: known_schema(), purpose, direction: Direction::Both, page };
    let (report, outcome) = sync(&mut team, &mut machine, &request, &mut |_| ControlFlow::Continue(()));
    machine.finish(team.moved_bytes(), |_, _| Ok::<_, MachineError>(false)).map_err(NoSync::Machine)?;
    Ok((report, outcome))
}

/// An id as Outlay makes it: the milliseconds, and a number.
pub(super) fn call_id(at: Instant, number: u128) -> Uuid {
    let millis = at.micros().div_euclid(1000) as u128;
    Uuid::from_u128(millis << 80 | 7 << 76 | 2 << 62 | hashed(number) & 0xFFFF_FFFF_FFFF)
}

/// Keys are compared by their sums, so they must be as random as real ones are.
fn hashed(number: u128) -> u128 {
    let hash = blake3::hash(&number.to_be_bytes());
    u128::from_be_bytes(*hash.as_bytes().first_chunk().expect("32 bytes"))
}
