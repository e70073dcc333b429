//! The ledger of ten million rows that reports are measured on, filled as an import fills one.
//!
//! It is kept between runs and made anew when the wanted rows, the recipe or the schema are others.
//! One import per month, each in a transaction of its own: what a person with three years of history has.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::{DateTime, Datelike};
use outlay_bench::ledger_rows::{self, LedgerRow, LedgerRows};
use outlay_bench::random::scramble;
use outlay_core::basis::CostBasis;
use outlay_core::budget::{Budget, Scope};
use outlay_core::cost_config::CostConfig;
use outlay_core::fact::{Charge, FacetId, FacetTable, Facets, Fact, Project};
use outlay_core::identity::FingerprintBuilder;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::tokens::Tokens;
use outlay_ledger::{
    Access, Answers, Birth, Costing, FileFacts, Ingest, LATEST_SCHEMA, Ledger, Origin, Writer,
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whose rows they are.
pub(crate) const OWNER: &str = "ada";

/// Grows whenever the same number of rows is stored otherwise than before.
const RECIPE: u32 = 3;

const SEED: u64 = 1;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// What a ledger was made of: another recipe, another ledger.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct MadeOf {
    rows: u64,
    seed: u64,
    recipe: u32,
    schema: i64,
}

/// The evening of the last day, which is the present of everything that is measured on the ledger.
pub(crate) fn present() -> Instant {
    let evening = ledger_rows::last_day().and_hms_opt(20, 0, 0).unwrap_or_default();
    evening.and_utc().into()
}

/// The rows of the ledger, in the order in which they were stored.
pub(crate) fn rows(count: u64) -> LedgerRows {
    LedgerRows::new(count, SEED)
}

/// The data folder of a ledger of `rows` rows below `files`, filled if it is not there as wanted.
///
/// # Errors
/// The disk is full or cannot be written; the ledger refuses a row.
pub(crate) fn ensure(files: &Path, rows: u64) -> Result<PathBuf> {
    let folder = files.join(format!("ledger-{rows}"));
    let note = folder.join("made-of.json");
    let wanted = MadeOf { rows, seed: SEED, recipe: RECIPE, schema: LATEST_SCHEMA };
    let found = fs_err::read(&note).ok().and_then(|text| serde_json::from_slice(&text).ok());
    if found.as_ref() == Some(&wanted) {
        return Ok(folder);
    }
    if folder.exists() {
        fs_err::remove_dir_all(&folder)?;
    }
    fs_err::create_dir_all(&folder)?;
    fill(&folder, rows)?;
    raise_alerts(&folder)?;
    fs_err::write(&note, serde_json::to_vec(&wanted)?)?;
    Ok(folder)
}

/// The ledger's file in its folder.
pub(crate) fn file(folder: &Path) -> PathBuf {
    folder.join(outlay_app::paths::LEDGER_FILE)
}

fn fill(folder: &Path, count: u64) -> Result<()> {
    let birth = Birth {
        owner: OWNER.to_owned(),
        time_zone: "UTC".to_owned(),
        device_id: Uuid::from_u128(1),
        now: present(),
    };
    let mut ledger = Ledger::open(&file(folder), &Access::Write(birth))?;
    let mut facets = FacetTable::default();
    let mut left = rows(count).zip(0_u64..).peekable();
    let mut import = 0;
    while let Some(&(first, done)) = left.peek() {
        if import % 6 == 0 {
            eprintln!("filling a ledger: {done} of {count} rows");
        }
        let month = month_of(&first);
        let writer = ledger.writer()?;
        let of_month = std::iter::from_fn(|| left.next_if(|(row, _)| month_of(row) == month));
        import += 1;
        take_month(&writer, &mut facets, of_month, import)?;
        writer.commit()?;
    }
    let writer = ledger.writer()?;
    merge_applications(&writer)?;
    limits(&writer)?;
    Ok(writer.commit()?)
}

/// A cap and two budgets that the gate asks, and that nothing reaches.
fn limits(writer: &Writer<'_>) -> Result<()> {
    let config = CostConfig {
        monthly_ai_cap_usd: Money::from_nanos(ENOUGH),
        confirmed_at: Some(present()),
        ..CostConfig::default()
    };
    writer.set_cost_config(OWNER, &config, present())?;
    let (by_provider, by_model) = (Scope::Provider("azure".to_owned()), Scope::Model("gpt-5".to_owned()));
    for (number, scope) in [(1, by_provider), (2, by_model)] {
        let budget = Budget { name: scope.words(), scope, ..Budget::cap(&config) };
        writer.keep_budget(OWNER, Uuid::from_u128(number), &budget, false, present())?;
    }
    Ok(())
}

/// More than any month of the rows costs: a billion dollars, in nano-dollars.
const ENOUGH: i64 = 1_000_000_000_000_000_000;

/// Takes the rows of one month as one import.
fn take_month(
    writer: &Writer<'_>,
    facets: &mut FacetTable,
    rows: impl Iterator<Item = (LedgerRow, u64)>,
    import: u128,
) -> Result<()> {
    let mut ingest = Ingest::begin(writer, origin())?;
    let mut days: Option<(i64, i64)> = None;
    for (row, number) in rows {
        let id = facets_of(facets, &row);
        let costing = Costing {
            basis: CostBasis::Billed,
            cost: Money::from_nanos(row.cost_nanos),
            list: None,
            exact: true,
            price_id: "",
            price_note: "",
        };
        ingest.push(facets.get(id), fact(&row, number, id), &costing)?;
        let day = row.created_at.div_euclid(MICROS_PER_DAY);
        days = Some((days.map_or(day, |(first, _)| first), day));
    }
    let file = FileFacts {
        name: format!("activity-{import}.csv"),
        hash: [u8::try_from(import).unwrap_or_default(); 32],
        bytes: 0,
        as_of: present(),
        days,
        quarantined: 0,
        empty: 0,
        ignored: 0,
        notes: Vec::new(),
    };
    ingest.finish(Uuid::from_u128(import), file, Answers::default(), present())?;
    Ok(())
}

fn origin() -> Origin {
    Origin {
        source: "openrouter-activity-csv".to_owned(),
        provider: "openrouter".to_owned(),
        account: "default".to_owned(),
        keyed_by_dimensions: false,
        aggregate: false,
    }
}

fn facets_of(facets: &mut FacetTable, row: &LedgerRow) -> FacetId {
    let name = APPLICATIONS[row.application];
    let cells = [name, row.generation_type, row.model, row.provider].join("\0");
    facets.intern_cells(cells.as_bytes(), || Facets {
        provider: row.provider.to_owned(),
        generation_type: row.generation_type.to_owned(),
        model: row.model.to_owned(),
        project: Some(Project { id: name.to_owned(), name: name.to_owned() }),
        ..Facets::default()
    })
}

const APPLICATIONS: [&str; ledger_rows::APPLICATIONS] =
    ["Support Desk", "Search", "Writing Aid", "Code Review", "Nightly Reports"];

fn fact(row: &LedgerRow, number: u64, facets: FacetId) -> Fact {
    let mut content = FingerprintBuilder::new("bench/1");
    content.integer(row.cost_nanos).integer(row.tokens_input).integer(row.tokens_output);
    Fact {
        facets,
        created_at: Instant::from_micros(row.created_at),
        period_end: None,
        request_count: Some(1),
        tokens: Tokens {
            uncached_input: row.tokens_input - row.cached_tokens,
            cache_read: row.cached_tokens,
            output: row.tokens_output,
            ..Tokens::default()
        },
        other_units: std::collections::BTreeMap::new(),
        charge: Charge::Billed { cost: Money::from_nanos(row.cost_nanos), exact: true, list: None },
        source_key: format!("gen-{}-{:016x}", row.created_at / 1_000_000, scramble(number)),
        fingerprint: content.finish(),
        duration_ms: Some(row.duration_ms),
        error: None,
        line: number + 2,
    }
}

fn month_of(row: &LedgerRow) -> (i32, u32) {
    let time = DateTime::from_timestamp_micros(row.created_at).unwrap_or_default();
    (time.year(), time.month())
}

/// An application is known per provider; a user with three of them merges what belongs together.
fn merge_applications(writer: &Writer<'_>) -> Result<()> {
    let all = writer.reader().applications()?;
    for name in APPLICATIONS {
        let mut same = all.iter().filter(|application| application.name == name);
        let Some(speaker) = same.next() else { continue };
        for other in same {
            writer.merge_application(other.id, Some(speaker.id))?;
        }
    }
    Ok(())
}

/// Three years of alerts, a few of them unresolved. What raises alerts looks at the present only, so
/// these are put into their table directly.
fn raise_alerts(folder: &Path) -> Result<()> {
    let connection = Connection::open(file(folder)).context("the ledger that was just filled")?;
    connection.execute_batch(&format!(
        "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 299)
        INSERT INTO expense_alerts (id, user_id, alert_type, severity, message, threshold, actual, dedupe_key,
            resolved, resolved_at, resolution, created_at)
        SELECT printf('00000000-0000-5000-8000-%012d', n), '{OWNER}', 'single_call_high', 'medium',
            'one call cost 0.83 USD, more than 0.50 USD', 0.5, 0.83, printf('gen-%d', n),
            n < 280, CASE WHEN n < 280 THEN {now} END, CASE WHEN n < 280 THEN 'acknowledged' END,
            {now} - (299 - n) * {MICROS_PER_DAY}
        FROM n",
        now = present().micros(),
    ))?;
    Ok(())
}
