//! An application in a folder of its own, with a clock that stands still and ids that repeat.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use outlay_app::{Api, App, Host, api};
use outlay_core::basis::CostBasis;
use outlay_core::fact::{Charge, FacetTable, Facets, Fact, Project};
use outlay_core::identity::FingerprintBuilder;
use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_core::tokens::Tokens;
use outlay_ledger::{Access, Answers, Birth, Costing, FileFacts, Ingest, Ledger, Origin, Unreadable, Writer};
use serde_json::{Value, json};
use uuid::Uuid;

/// The instant that tests call now.
pub(crate) const NOW: &str = "2026-06-19T12:00:00Z";

/// The id of the one import.
pub(crate) const IMPORT: &str = "0190d000-0000-7000-8000-000000000001";

/// An application over a data folder.
pub(crate) struct Stage {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) app: App,
    pub(crate) api: Api,
}

impl Stage {
    /// No ledger yet.
    pub(crate) fn empty() -> Self {
        Self::over(tempfile::tempdir().expect("a folder"), None)
    }

    /// Another application over the same folder, which counts days in another zone for now.
    pub(crate) fn in_zone(self, zone: &str) -> Self {
        Self::over(self.folder, Some(zone))
    }

    /// The application over a folder that is there.
    pub(crate) fn over_folder(folder: tempfile::TempDir) -> Self {
        Self::over(folder, None)
    }

    fn over(folder: tempfile::TempDir, zone: Option<&str>) -> Self {
        Self::hosted(folder, zone, |host| host)
    }

    /// No ledger yet, and a host that does something whenever it is told how far an import is.
    pub(crate) fn busy(
        folder: tempfile::TempDir,
        cancel: Arc<AtomicBool>,
        act: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self::hosted(folder, None, |host| Host { cancel, events: Box::new(move |_| act()), ..host })
    }

    /// No ledger yet, over a host that is changed first.
    pub(crate) fn changed(change: impl FnOnce(Host) -> Host) -> Self {
        Self::hosted(tempfile::tempdir().expect("a folder"), None, change)
    }

    /// The application of another program over the same folder.
    pub(crate) fn another(folder: &Path) -> App {
        let counter = AtomicU64::new(1);
        // Ids of its own, after those of the first.
        let random = move || (u128::from(counter.fetch_add(1, Ordering::Relaxed)) << 32).to_le_bytes();
        App::new(Host { random: Box::new(random), ..Self::host(folder, None) })
    }

    fn hosted(folder: tempfile::TempDir, zone: Option<&str>, change: impl FnOnce(Host) -> Host) -> Self {
        let app = App::new(change(Self::host(folder.path(), zone)));
        Self { folder, app, api: api() }
    }

    fn host(folder: &Path, zone: Option<&str>) -> Host {
        let counter = AtomicU64::new(1);
        Host {
            data_dir: folder.join("data"),
            clock: Box::new(now),
            time_zone: "Europe/Berlin".parse().expect("a zone"),
            time_zone_override: zone.map(|zone| zone.parse().expect("a zone")),
            account_name: "ada".to_owned(),
            events: Box::new(drop),
            cancel: Default::default(),
            free_bytes: Box::new(|_| None),
            secrets: Box::new(outlay_app::secrets::NoKeychain),
            passfile: None,
            mail: outlay_app::mail::offline(),
            notifier: None,
            tray: Box::new(|| outlay_app::tray::TrayPlace::NotHere),
            random: Box::new(move || u128::from(counter.fetch_add(1, Ordering::Relaxed)).to_le_bytes()),
        }
    }

    /// Recorded calls and one import, of two users, in May and June.
    pub(crate) fn filled() -> Self {
        let stage = Self::empty();
        for call in calls() {
            stage.answer("log_generation", call);
        }
        stage.import();
        stage
    }

    /// What a command answers.
    #[track_caller]
    pub(crate) fn answer(&self, command: &str, request: Value) -> Value {
        let outcome = self.api.call(&self.app, command, request);
        outcome.unwrap_or_else(|error| panic!("{command}: {error:?}"))
    }

    /// How a command refuses.
    #[track_caller]
    pub(crate) fn refusal(&self, command: &str, request: Value) -> Value {
        match self.api.call(&self.app, command, request) {
            Ok(answer) => panic!("{command} answers {answer}"),
            Err(error) => serde_json::to_value(error).expect("JSON"),
        }
    }

    /// A path in the stage's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The ledger's file, to be looked at from outside.
    pub(crate) fn ledger_file(&self) -> PathBuf {
        self.path("data/outlay.db")
    }

    fn import(&self) {
        let birth = Birth {
            owner: "ada".into(),
            time_zone: "Europe/Berlin".into(),
            device_id: Uuid::from_u128(7),
            now: now(),
        };
        let mut ledger = Ledger::open(&self.ledger_file(), &Access::Write(birth)).expect("the ledger");
        let writer = ledger.writer().expect("a writer");
        ingest(&writer);
        writer.commit().expect("a commit");
    }
}

fn now() -> Instant {
    Instant::parse(NOW).expect("an instant")
}

/// Calls of every basis that `log` knows; one begins in June in Berlin and in May in UTC.
fn calls() -> Vec<Value> {
    vec![
        json!({"generation_type": "chat", "model": "gpt-5", "provider": "openai", "application": "shop",
            "tokens_input": 1200, "cached_tokens": 200, "tokens_output": 300, "cost": "0.25",
            "at": "2026-05-31T22:30:00Z", "duration_ms": 840}),
        json!({"generation_type": "chat", "model": "gpt-5", "provider": "openai", "application": "shop",
            "tokens_input": 400, "tokens_output": 100, "reasoning_tokens": 40, "cost": "0.000000001",
            "at": "2026-06-18T09:00:00Z", "input_summary": "login with sk-proj-Abc123_def456-Ghi789"}),
        json!({"generation_type": "embedding", "model": "voyage-4", "tokens_input": 90, "cost": "1.5",
            "at": "2026-06-19T08:00:00Z", "output_summary": "=SUM(A1)"}),
        json!({"generation_type": "chat", "model": "no-such-model", "provider": "acme", "tokens_input": 7,
            "at": "2026-06-19T09:00:00Z"}),
        json!({"generation_type": "chat", "model": "gpt-5", "provider": "openai", "error": "429 slow down",
            "at": "2026-06-19T10:00:00Z"}),
        json!({"generation_type": "chat", "model": "gpt-5", "provider": "openai", "cost": "100",
            "user": "grace", "at": "2026-06-19T11:00:00Z"}),
        json!({"generation_type": "chat", "model": "gpt-5", "provider": "openai", "cost": "3",
            "at": "2026-05-20T11:00:00Z"}),
    ]
}

/// Two daily buckets of an export, and a line that could not be read.
fn ingest(writer: &Writer<'_>) {
    let origin = Origin {
        source: "openai-usage-csv".into(),
        provider: "openai".into(),
        account: "default".into(),
        keyed_by_dimensions: true,
        aggregate: true,
    };
    let mut ingest = Ingest::begin(writer, origin).expect("an import");
    let mut table = FacetTable::default();
    let facet = table.intern(Facets {
        provider: "openai".into(),
        generation_type: "chat".into(),
        model: "gpt-5-mini".into(),
        project: Some(Project { id: "proj_1".into(), name: "Website".into() }),
        ..Facets::default()
    });
    for (day, nanos) in [(1, 2_000_000_001), (2, 4_000_000_000)] {
        let costing = Costing {
            basis: CostBasis::Computed,
            cost: Money::from_nanos(nanos),
            list: Some(Money::from_nanos(nanos)),
            exact: true,
            price_id: "book/1",
            price_note: "",
        };
        let fact = Fact {
            facets: facet,
            created_at: june(day),
            period_end: Some(june(day + 1)),
            request_count: Some(10),
            tokens: Tokens { uncached_input: 1000, output: 50, ..Tokens::default() },
            other_units: Default::default(),
            charge: Charge::ByPriceBook,
            source_key: format!("gpt-5-mini/{day}"),
            fingerprint: FingerprintBuilder::new("test/1").integer(nanos).finish(),
            duration_ms: None,
            error: None,
            line: day as u64 + 1,
        };
        ingest.push(table.get(facet), fact, &costing).expect("a row");
    }
    ingest
        .quarantine(Unreadable {
            line: 4,
            column: "input_tokens",
            kind: "count",
            expected: "a whole number",
            found: "many",
            remedy: "correct the number and import the file again",
            record: "2026-06-03,many",
        })
        .expect("a quarantined row");
    let days = (utc_day(1), utc_day(3));
    let file = FileFacts {
        name: "usage.csv".into(),
        hash: [1; 32],
        bytes: 120,
        as_of: Instant::parse("2026-06-10T00:00:00Z").expect("an instant"),
        days: Some(days),
        quarantined: 1,
        empty: 1,
        ignored: 0,
        notes: vec!["cells are parted by `;`".into()],
    };
    let id = IMPORT.parse().expect("an id");
    ingest.finish(id, file, Answers::default(), now()).expect("an import");
}

fn utc_day(day: i64) -> i64 {
    i64::from("2026-06-01".parse::<Day>().expect("a day").number()) + day - 1
}

fn june(day: i64) -> Instant {
    Instant::from_micros(utc_day(day) * MICROS_PER_DAY)
}
