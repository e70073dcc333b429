//! The same questions without a rollup: the original's queries on the rows of the same file, and DuckDB,
//! a column store that is made for such questions, on the same rows.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags};

use crate::duckdb::DuckDb;
use crate::ledger::{self, OWNER};
use crate::spans::Span;
use crate::table::{median, time};

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    MonthSpend,
    ByType,
    DailyTrend,
    Projection,
}

/// Who is asked.
pub(crate) struct Peers {
    connection: Connection,
    scans: usize,
    /// DuckDB with the rows in it, or why it is not there.
    duckdb: Result<DuckDb, String>,
}

/// What came of asking.
pub(crate) struct Beside {
    pub(crate) words: String,
    /// The spend that the scan found for the first question.
    pub(crate) scanned_nanos: i64,
}

impl Peer {
    /// The original's query over the rows that count; the spend of a row of the answer comes first.
    fn scan(self) -> &'static str {
        match self {
            Self::MonthSpend => {
                "SELECT sum(cost_nanos), sum(cost_usd), count(*), sum(tokens_input), sum(tokens_output)
                FROM counted_generations WHERE user_id = ?1 AND created_at >= ?2 AND created_at < ?3"
            }
            Self::ByType => {
                "SELECT sum(cost_nanos), generation_type, count(*), sum(cost_usd), avg(cost_usd),
                    sum(tokens_input + tokens_output)
                FROM counted_generations WHERE user_id = ?1 AND created_at >= ?2 AND created_at < ?3
                GROUP BY generation_type ORDER BY 4 DESC"
            }
            Self::DailyTrend | Self::Projection => {
                "SELECT sum(cost_nanos), date(created_at), count(*) FROM counted_generations
                WHERE user_id = ?1 AND created_at >= ?2 AND created_at < ?3 GROUP BY 2 ORDER BY 2"
            }
        }
    }

    /// The same for DuckDB, with bounds in microseconds.
    fn in_duckdb(self) -> &'static str {
        match self {
            Self::MonthSpend => {
                "SELECT sum(cost_nanos), count(*), sum(tokens_input), sum(tokens_output) FROM calls
                WHERE created_at >= ? AND created_at < ?"
            }
            Self::ByType => {
                "SELECT sum(cost_nanos) AS spend, generation_type, count(*), avg(cost_nanos),
                    sum(tokens_input + tokens_output)
                FROM calls WHERE created_at >= ? AND created_at < ? GROUP BY 2 ORDER BY spend DESC"
            }
            Self::DailyTrend | Self::Projection => {
                "SELECT sum(cost_nanos), created_at // 86400000000 AS day, count(*) FROM calls
                WHERE created_at >= ? AND created_at < ? GROUP BY day ORDER BY day"
            }
        }
    }

    fn spans(self, count: usize) -> Vec<Span> {
        match self {
            Self::MonthSpend | Self::ByType => Span::months(count),
            Self::DailyTrend => Span::thirty_days(count),
            Self::Projection => vec![Span::current_month(); count],
        }
    }
}

impl Peers {
    /// The file of the ledger, and DuckDB with its rows if it can be had.
    ///
    /// # Errors
    /// The ledger cannot be opened.
    pub(crate) fn of(folder: &Path, rows: u64, scans: usize) -> Result<Self> {
        let connection = Connection::open_with_flags(ledger::file(folder), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let duckdb = DuckDb::with_rows(folder, rows).map_err(|error| format!("{error:#}"));
        if let Err(error) = &duckdb {
            eprintln!("DuckDB is not measured: {error}");
        }
        Ok(Self { connection, scans, duckdb })
    }

    /// Asks both; DuckDB as often as the report was asked.
    ///
    /// # Errors
    /// A query fails.
    pub(crate) fn measure(&self, peer: Peer, calls: usize) -> Result<Beside> {
        let mut times = Vec::new();
        let mut spends = Vec::new();
        for span in peer.spans(self.scans) {
            let start = Instant::now();
            spends.push(self.scan(peer, &span)?);
            times.push(start.elapsed());
        }
        let scanning = median(times).context("--scans is 0")?;
        let duckdb = match &self.duckdb {
            Err(error) => format!("DuckDB not measured: {error}"),
            Ok(duckdb) => {
                let spread = duckdb.measure(peer.in_duckdb(), &peer.spans(calls))?;
                format!("DuckDB {} (median {})", time(spread.p95), time(spread.median))
            }
        };
        let words = format!("scan {}; {duckdb}", time(scanning));
        Ok(Beside { words, scanned_nanos: spends.first().copied().unwrap_or_default() })
    }

    fn scan(&self, peer: Peer, span: &Span) -> Result<i64> {
        let mut statement = self.connection.prepare_cached(peer.scan())?;
        let [from, to] = span.bounds();
        let mut rows = statement.query((OWNER, from, to))?;
        let mut spend = 0;
        while let Some(row) = rows.next()? {
            spend += row.get::<_, Option<i64>>(0)?.unwrap_or_default();
        }
        Ok(spend)
    }
}

/// How long the questions of one peer took, as another program tells it.
pub(crate) fn durations(seconds: &[f64]) -> Vec<Duration> {
    seconds.iter().map(|&seconds| Duration::from_secs_f64(seconds)).collect()
}
