//! A small book for tests, and facts to put into it.

use outlay_core::basis::CostBasis;
use outlay_core::fact::{Charge, FacetTable, Facets, Fact};
use outlay_core::identity::FingerprintBuilder;
use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_core::tokens::Tokens;
use outlay_ledger::{
    Access, Action, Answers, Birth, Costing, FileFacts, ImportOutcome, Ingest, Ledger, LedgerError, Origin,
    UndoOutcome, Whose,
};
use uuid::Uuid;

/// The instant that tests call now: 2026-06-19T12:00Z.
pub(crate) const NOW: Instant = Instant::from_micros(1_781_870_400_000_000);

/// A ledger in a folder of its own.
pub(crate) struct Book {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) ledger: Ledger,
    imports: u128,
}

/// A row of a test's export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// UTC day of June 2026.
    pub(crate) day: i64,
    pub(crate) key: String,
    pub(crate) cost_nanos: i64,
    pub(crate) tokens: i64,
    /// The bucket's length in days, 0 for a call.
    pub(crate) days: i64,
}

/// A daily row: day of June, key, dollars.
pub(crate) fn line(day: i64, key: &str, dollars: i64) -> Line {
    Line { day, key: key.to_owned(), cost_nanos: dollars * 1_000_000_000, tokens: 10 * dollars, days: 1 }
}

/// A test's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Export {
    pub(crate) source: &'static str,
    pub(crate) account: &'static str,
    pub(crate) basis: CostBasis,
    pub(crate) as_of: Instant,
    pub(crate) lines: Vec<Line>,
}

/// An export of daily sums, made at a day of June.
pub(crate) fn export(as_of_day: i64, lines: &[Line]) -> Export {
    Export {
        source: "openai-usage-csv",
        account: "default",
        basis: CostBasis::Computed,
        as_of: Instant::from_micros(june(as_of_day)),
        lines: lines.to_vec(),
    }
}

/// The first microsecond of a UTC day of June 2026.
pub(crate) fn june(day: i64) -> i64 {
    (utc_day(day)) * MICROS_PER_DAY
}

/// A UTC day of June 2026, counted from 1970.
pub(crate) fn utc_day(day: i64) -> i64 {
    i64::from("2026-06-01".parse::<Day>().expect("a day").number()) + day - 1
}

impl Book {
    pub(crate) fn new() -> Self {
        Self::in_zone("UTC")
    }

    pub(crate) fn in_zone(zone: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::open(&folder.path().join("outlay.db"), &Self::access(zone)).expect("a ledger");
        Self { folder, ledger, imports: 0 }
    }

    /// A ledger on another machine, whose imports have other ids.
    pub(crate) fn of(owner: &'static str, device: u128) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let birth = Birth {
            owner: owner.into(),
            time_zone: "UTC".into(),
            device_id: Uuid::from_u128(device),
            now: NOW,
        };
        let ledger = Ledger::open(&folder.path().join("outlay.db"), &Access::Write(birth)).expect("a ledger");
        Self { folder, ledger, imports: device << 64 }
    }

    pub(crate) fn access(zone: &str) -> Access {
        Access::Write(Birth {
            owner: "ada".into(),
            time_zone: zone.into(),
            device_id: Uuid::from_u128(7),
            now: NOW,
        })
    }

    /// Imports and commits, whatever is asked.
    pub(crate) fn import(&mut self, export: &Export) -> ImportOutcome {
        self.import_with(export, Answers::default())
    }

    pub(crate) fn import_with(&mut self, export: &Export, answers: Answers) -> ImportOutcome {
        self.imports += 1;
        self.import_as(Uuid::from_u128(self.imports), export, answers)
    }

    /// The same under an id of the test's choice.
    pub(crate) fn import_as(&mut self, id: Uuid, export: &Export, answers: Answers) -> ImportOutcome {
        let writer = self.ledger.writer().expect("a writer");
        let outcome = run(&writer, export, id, answers).expect("an import");
        writer.commit().expect("a commit");
        outcome
    }

    /// The same, rolled back.
    pub(crate) fn plan(&mut self, export: &Export) -> ImportOutcome {
        let writer = self.ledger.writer().expect("a writer");
        run(&writer, export, Uuid::from_u128(u128::MAX), Answers::default()).expect("an import")
    }

    pub(crate) fn void(&mut self, import: Uuid, action: Action) -> Result<UndoOutcome, LedgerError> {
        let writer = self.ledger.writer()?;
        let outcome = writer.void_import(import, action, "test", NOW)?;
        writer.commit()?;
        Ok(outcome)
    }

    /// Total spend, tokens, and rows that count, from the rollup.
    pub(crate) fn totals(&self) -> (Money, i64, i64) {
        let days = ("1970-01-02".parse().expect("a day"), "9999-01-01".parse().expect("a day"));
        let tally = self.ledger.read(|reader| reader.tally(days.0, days.1, &Whose::All)).expect("a tally");
        tally.groups.iter().fold((Money::ZERO, 0, 0), |(spend, tokens, rows), group| {
            let totals = group.totals;
            (
                spend.saturating_add(totals.cost),
                tokens + totals.tokens_input + totals.tokens_output,
                rows + totals.rows,
            )
        })
    }

    pub(crate) fn dollars(&self) -> String {
        self.totals().0.to_string()
    }

    /// What a rebuild from the rows would change: nothing, or a bug.
    pub(crate) fn differences(&mut self) -> Vec<String> {
        let mut writer = self.ledger.writer().expect("a writer");
        let zone = writer.identity().zone;
        writer.rebuild(zone).expect("a rebuild")
    }
}

fn run(
    writer: &outlay_ledger::Writer<'_>,
    export: &Export,
    id: Uuid,
    answers: Answers,
) -> Result<ImportOutcome, LedgerError> {
    let origin = Origin {
        source: export.source.into(),
        provider: "openai".into(),
        account: export.account.into(),
        keyed_by_dimensions: true,
        aggregate: true,
    };
    let mut ingest = Ingest::begin(writer, origin)?;
    let mut facets = FacetTable::default();
    for (number, line) in export.lines.iter().enumerate() {
        let model = line.key.split('/').next().unwrap_or_default().to_owned();
        let of_line =
            Facets { provider: "openai".into(), generation_type: "chat".into(), model, ..Facets::default() };
        let facet = facets.intern(of_line);
        let costing = Costing {
            basis: export.basis,
            cost: Money::from_nanos(line.cost_nanos),
            list: None,
            exact: true,
            price_id: "",
            price_note: "",
        };
        ingest.push(facets.get(facet), fact(facet, line, number), &costing)?;
    }
    let days = export.lines.iter().map(|line| utc_day(line.day));
    let file = FileFacts {
        name: "export.csv".into(),
        hash: *id
            .as_bytes()
            .iter()
            .chain(&[0; 16])
            .copied()
            .collect::<Vec<u8>>()
            .first_chunk()
            .expect("32 bytes"),
        bytes: 1,
        as_of: export.as_of,
        days: days.clone().min().zip(days.max()),
        quarantined: 0,
        empty: 0,
        ignored: 0,
        notes: vec![],
    };
    ingest.finish(id, file, answers, NOW)
}

fn fact(facets: outlay_core::fact::FacetId, line: &Line, number: usize) -> Fact {
    let start = june(line.day);
    let fingerprint =
        FingerprintBuilder::new("test/1").integer(line.cost_nanos).integer(line.tokens).finish();
    Fact {
        facets,
        created_at: Instant::from_micros(start),
        period_end: (line.days > 0).then_some(Instant::from_micros(start + line.days * MICROS_PER_DAY)),
        request_count: Some(1),
        tokens: Tokens { uncached_input: line.tokens, ..Tokens::default() },
        other_units: Default::default(),
        charge: Charge::ByPriceBook,
        source_key: line.key.clone(),
        fingerprint,
        duration_ms: None,
        error: None,
        line: number as u64 + 2,
    }
}
