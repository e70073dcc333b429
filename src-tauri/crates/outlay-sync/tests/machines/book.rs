//! A machine with a ledger of its own, what is done on it, and what its user sees.

use std::cell::RefCell;
use std::ops::ControlFlow;

use outlay_core::basis::CostBasis;
use outlay_core::fact::{Charge, FacetTable, Facets, Fact};
use outlay_core::identity::{Fingerprint, FingerprintBuilder};
use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;
use outlay_core::tokens::Tokens;
use outlay_ledger::sync::{News, SyncConflict};
use outlay_ledger::{
    Access, Action, Answers, Birth, Call, Costing, DaysAnswer, FileFacts, Ingest, Ledger, LedgerError,
    Origin, Reader, Whose, Writer,
};
use outlay_sync::{Direction, Machine, Purpose, Report, Request, Verified, sync};
use uuid::Uuid;

use crate::connection::Connection;
use crate::server::Server;

/// The instant that tests call now: 2026-06-19T12:00Z.
pub(crate) const NOW: Instant = Instant::from_micros(1_781_870_400_000_000);
/// The UTC day of it.
pub(crate) const TODAY: i64 = NOW.micros() / MICROS_PER_DAY;

/// A machine.
pub(crate) struct Book {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) ledger: Ledger,
    /// The name of its login in the team.
    pub(crate) member: String,
    pub(crate) remote: i64,
    made: u128,
}

/// A row of an export: days before today, key, dollars.
pub(crate) type Line = (i64, &'static str, i64);

impl Book {
    /// A new ledger of "ada", connected, on a machine with this number.
    pub(crate) fn new(device: u128, member: &str) -> Self {
        Self::of("ada", device, member)
    }

    pub(crate) fn of(owner: &str, device: u128, member: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let birth = Birth {
            owner: owner.into(),
            time_zone: "UTC".into(),
            device_id: Uuid::from_u128(device),
            now: NOW,
        };
        let ledger = Ledger::open(&folder.path().join("outlay.db"), &Access::Write(birth)).expect("a ledger");
        let mut book = Self { folder, ledger, member: member.into(), remote: 0, made: device << 64 };
        book.remote =
            book.write(|writer| writer.connect_remote("postgres://db/outlay", "{}", NOW)).expect("a remote");
        book
    }

    pub(crate) fn write<T>(
        &mut self,
        write: impl FnOnce(&Writer<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let writer = self.ledger.writer()?;
        let done = write(&writer)?;
        writer.commit()?;
        Ok(done)
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> Result<T, LedgerError>) -> T {
        self.ledger.read(read).expect("a ledger")
    }

    fn next(&mut self) -> u128 {
        self.made += 1;
        self.made
    }

    /// Imports an export of daily sums that was made so many hours ago.
    pub(crate) fn import(&mut self, hours: i64, lines: &[Line]) -> Uuid {
        self.import_of("openai-usage-csv", hours, lines, Some(DaysAnswer::Replace))
    }

    pub(crate) fn import_of(
        &mut self,
        source: &str,
        hours: i64,
        lines: &[Line],
        days: Option<DaysAnswer>,
    ) -> Uuid {
        let id = Uuid::from_u128(self.next());
        let writer = self.ledger.writer().expect("a writer");
        let facts = lines.iter().map(|(ago, key, dollars)| {
            let start = (TODAY - ago) * MICROS_PER_DAY;
            (fact(start, Some(start + MICROS_PER_DAY), key, *dollars), *key, *dollars * 1_000_000_000)
        });
        let as_of = Instant::from_micros(NOW.micros() - hours * 3_600_000_000);
        let answers = Answers { days, ..Answers::default() };
        ingest(&writer, source, id, as_of, facts, answers);
        writer.commit().expect("a commit");
        id
    }

    /// Records a call of today, with what came in.
    pub(crate) fn log(&mut self, dollars: i64, summary: &str) -> Uuid {
        let number = self.next();
        let millis = (NOW.micros() / 1000) as u128 + number % 1000;
        let id = Uuid::from_u128(millis << 80 | 7 << 76 | 2 << 62 | (number * 31) & 0xFFFF_FFFF_FFFF);
        let at = i64::try_from(millis).expect("a time") * 1000;
        let mut facets = FacetTable::default();
        let model = Facets {
            provider: "openai".into(),
            generation_type: "chat".into(),
            model: "m".into(),
            ..Facets::default()
        };
        let facet = facets.intern(model);
        let costing = costing(dollars * 1_000_000_000);
        self.write(|writer| {
            writer.log(Call {
                id,
                user_id: writer.identity().owner.clone(),
                application: None,
                facets: facets.get(facet),
                fact: Fact { facets: facet, ..fact(at, None, "", dollars) },
                costing,
                input_summary: Some(summary.into()),
                output_summary: None,
            })
        })
        .expect("a call");
        id
    }

    pub(crate) fn void(&mut self, import: Uuid, action: Action) -> Result<(), LedgerError> {
        self.write(|writer| writer.void_import(import, action, "test", NOW).map(drop))
    }

    /// Syncs once, and lets nothing follow from what was pulled but that it is looked at.
    pub(crate) fn sync(&mut self, server: &RefCell<Server>) -> Report {
        let (report, news) = self.sync_until(server, usize::MAX, Purpose::Verify);
        let _ = news;
        report
    }

    /// Syncs with a way that is cut after so many statements. Returns what was new to alerts as well.
    pub(crate) fn sync_until(
        &mut self,
        server: &RefCell<Server>,
        statements: usize,
        purpose: Purpose,
    ) -> (Report, Option<News>) {
        let mut remote = Connection { server, user: self.member.clone(), left: statements };
        let fresh_device = Uuid::from_u128(self.next());
        let mut machine = Machine::open(&mut self.ledger, self.remote, NOW).expect("the only sync");
        let request =
            Request { now: NOW, fresh_device, schema: 1, purpose, direction: Direction::Both, page: 7 };
        let (report, outcome) = sync(&mut remote, &mut machine, &request, &mut |_| ControlFlow::Continue(()));
        if statements == usize::MAX {
            outcome.expect("nothing fails");
        }
        let mut told = None;
        let tell = |_: &Writer<'_>, news: &News| {
            told = Some(news.clone());
            Ok::<_, LedgerError>(false)
        };
        machine.finish(0, tell).expect("a ledger");
        (report, told)
    }

    /// All spend, in dollars.
    pub(crate) fn dollars(&self) -> String {
        let days = ("1970-01-02".parse().expect("a day"), "9999-01-01".parse().expect("a day"));
        let tally = self.read(|reader| reader.tally(days.0, days.1, &Whose::All));
        tally.groups.iter().fold(Money::ZERO, |sum, group| sum.saturating_add(group.totals.cost)).to_string()
    }

    pub(crate) fn conflicts(&self) -> Vec<SyncConflict> {
        self.read(|reader| reader.sync_conflicts(self.remote))
    }

    /// What a rebuild from the rows would change: nothing, or a bug.
    pub(crate) fn differences(&mut self) -> Vec<String> {
        let mut writer = self.ledger.writer().expect("a writer");
        let zone = writer.identity().zone;
        writer.rebuild(zone).expect("a rebuild")
    }
}

/// Imports facts, each with its model and what it cost.
pub(crate) fn ingest<'f>(
    writer: &Writer<'_>,
    source: &str,
    id: Uuid,
    as_of: Instant,
    facts: impl Iterator<Item = (Fact, &'f str, i64)>,
    answers: Answers,
) {
    let origin = Origin {
        source: source.into(),
        provider: "openai".into(),
        account: "default".into(),
        keyed_by_dimensions: true,
        aggregate: true,
    };
    let mut ingest = Ingest::begin(writer, origin).expect("a file");
    let mut facets = FacetTable::default();
    let mut days: Option<(i64, i64)> = None;
    for (fact, model, nanos) in facts {
        let of_row = Facets {
            provider: "openai".into(),
            generation_type: "chat".into(),
            model: model.into(),
            ..Facets::default()
        };
        let facet = facets.intern(of_row);
        let day = fact.created_at.micros() / MICROS_PER_DAY;
        let (first, last) = days.get_or_insert((day, day));
        (*first, *last) = ((*first).min(day), (*last).max(day));
        ingest.push(facets.get(facet), Fact { facets: facet, ..fact }, &costing(nanos)).expect("a row");
    }
    let file = FileFacts {
        name: "export.csv".into(),
        hash: [id.as_bytes()[15]; 32],
        bytes: 1,
        as_of,
        days,
        quarantined: 0,
        empty: 0,
        ignored: 0,
        notes: vec![],
    };
    ingest.finish(id, file, answers, NOW).expect("an import");
}

fn costing(nanos: i64) -> Costing<'static> {
    Costing {
        basis: CostBasis::Billed,
        cost: Money::from_nanos(nanos),
        list: None,
        exact: true,
        price_id: "",
        price_note: "",
    }
}

pub(crate) fn fact(start: i64, end: Option<i64>, key: &str, dollars: i64) -> Fact {
    let fingerprint: Fingerprint = FingerprintBuilder::new("test/1").integer(dollars).finish();
    let facet = FacetTable::default().intern(Facets::default());
    Fact {
        facets: facet,
        created_at: Instant::from_micros(start),
        period_end: end.map(Instant::from_micros),
        request_count: Some(1),
        tokens: Tokens { uncached_input: dollars.unsigned_abs() as i64, ..Tokens::default() },
        other_units: Default::default(),
        charge: Charge::ByPriceBook,
        source_key: key.to_owned(),
        fingerprint,
        duration_ms: None,
        error: None,
        line: 2,
    }
}

/// Says whether both sides were found to be identical.
#[track_caller]
pub(crate) fn expect_identical(report: &Report) {
    assert!(matches!(report.verified, Some(Verified::Identical { .. })), "not identical: {report:?}");
}
