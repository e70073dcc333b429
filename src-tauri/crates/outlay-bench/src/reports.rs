//! The five reports and the overview on the large ledger, as every host asks for them: by name, with JSON in and out.
//!
//! Beside each stands the same question without a rollup: the original's query, which scans the rows
//! of the same file, and DuckDB on the same rows. The answers are compared before anything is printed.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use outlay_app::{Api, App, Host, Zone, api};
use serde_json::{Value, json};

use crate::ledger::{self, OWNER};
use crate::peers::{Peer, Peers};
use crate::spans::Span;
use crate::table::{Line, Spread, time};

/// A report and the questions that it is asked.
struct Report {
    name: &'static str,
    command: &'static str,
    requests: Vec<Value>,
    beside: Beside,
}

/// What stands beside the time of a report.
enum Beside {
    /// The same question without a rollup.
    Peer(Peer),
    /// Why there is no such question.
    Words(&'static str),
}

/// Measures the reports on the ledger in `folder`.
///
/// # Errors
/// A report fails, or a peer finds another sum.
pub(crate) fn measure(folder: &Path, peers: &Peers, calls: usize) -> Result<Vec<Line>> {
    let (app, api) = (App::new(host(folder)), api());
    reports(calls)
        .iter()
        .chain(&pages(calls))
        .map(|report| report.measure(&app, &api, peers, calls))
        .collect()
}

fn reports(calls: usize) -> [Report; 5] {
    let month = |span: &Span| json!({ "month": span.month() });
    let range = |span: &Span| json!({ "from": span.first, "to": span.last });
    let months = || Span::months(calls).iter().map(month).collect();
    [
        Report {
            name: "month's spend",
            command: "report_month",
            requests: months(),
            beside: Beside::Peer(Peer::MonthSpend),
        },
        Report {
            name: "by type (in the whole month's report)",
            command: "report_month",
            requests: months(),
            beside: Beside::Peer(Peer::ByType),
        },
        Report {
            name: "daily trend, 30 days",
            command: "report_range",
            requests: Span::thirty_days(calls).iter().map(range).collect(),
            beside: Beside::Peer(Peer::DailyTrend),
        },
        Report {
            name: "projection (current month's report)",
            command: "report_month",
            requests: vec![month(&Span::current_month()); calls],
            beside: Beside::Peer(Peer::Projection),
        },
        Report {
            name: "unresolved alerts",
            command: "list_alerts",
            requests: vec![json!({}); calls],
            beside: Beside::Words("the table itself"),
        },
    ]
}

/// The same, asked in one: what the first screen of the window needs.
fn pages(calls: usize) -> [Report; 2] {
    let beside = || Beside::Words("many questions in one");
    let months = Span::months(calls).iter().map(|span| json!({ "month": span.month() })).collect();
    let current = vec![json!({}); calls];
    [
        Report { name: "a month on one page", command: "overview", requests: months, beside: beside() },
        Report {
            name: "the current month on one page",
            command: "overview",
            requests: current,
            beside: beside(),
        },
    ]
}

impl Report {
    fn measure(&self, app: &App, api: &Api, peers: &Peers, calls: usize) -> Result<Line> {
        eprintln!("{}: {calls} calls", self.name);
        // Once before: the first call of a process opens the file, which `outlay status` measures.
        let first = self.requests.first().context("nothing to ask: --calls is 0")?;
        let answer = self.call(app, api, first)?.0;
        let times = self.requests.iter().map(|request| Ok(self.call(app, api, request)?.1));
        let spread = Spread::of(times.collect::<Result<_>>()?).context("no call")?;
        let beside = match self.beside {
            Beside::Words(words) => words.to_owned(),
            Beside::Peer(peer) => {
                let beside = peers.measure(peer, calls)?;
                self.compare(&answer, beside.scanned_nanos)?;
                beside.words
            }
        };
        let measured = format!("{} (median {})", time(spread.p95), time(spread.median));
        Ok(Line { name: format!("report: {}, p95", self.name), asked: "10 ms".to_owned(), measured, beside })
    }

    fn call(&self, app: &App, api: &Api, request: &Value) -> Result<(Value, Duration)> {
        let request = request.clone();
        let start = Instant::now();
        let answer = api.call(app, self.command, request).map_err(|error| anyhow!("{error:?}"))?;
        Ok((answer, start.elapsed()))
    }

    /// The scan answers the first request too, and finds the same spend to the nano-dollar.
    fn compare(&self, answer: &Value, scanned_nanos: i64) -> Result<()> {
        let scanned = outlay_app::Money::from_nanos(scanned_nanos);
        let reported = answer["spend"].as_str().unwrap_or_default();
        ensure!(reported == scanned.to_string(), "{}: {reported}, but its rows: {scanned}", self.name);
        Ok(())
    }
}

/// A host in the present of the large ledger.
pub(crate) fn host(folder: &Path) -> Host {
    Host {
        data_dir: folder.to_owned(),
        clock: Box::new(ledger::present),
        time_zone: Zone::UTC,
        time_zone_override: None,
        account_name: OWNER.to_owned(),
        random: Box::new(|| [0; 16]),
        free_bytes: Box::new(|_| None),
        secrets: Box::new(outlay_app::secrets::NoKeychain),
        passfile: None,
        mail: outlay_app::mail::offline(),
        notifier: None,
        tray: Box::new(|| outlay_app::tray::TrayPlace::NotHere),
        events: Box::new(drop),
        cancel: Arc::new(AtomicBool::new(false)),
    }
}
