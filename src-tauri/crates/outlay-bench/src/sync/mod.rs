//! Sync of a ledger with a PostgreSQL, each thing as a user does it, as a whole process: beside a push `psql \copy` of
//! the same rows into the same kind of table, beside a pull the import of the file that they came from.
//!
//! Everything is pushed and pulled as a member with a login of their own, under row-level security; the peer copies as
//! the superuser, for COPY does not go through it.

mod proxy;
mod server;

use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use outlay_bench::openrouter::{self, Calls};

use crate::child::{self, Run};
use crate::table::{Line, median, memory, ratio, time};
use proxy::Proxy;
pub(crate) use server::Server;

/// What to measure, and with what.
#[derive(Debug)]
pub(crate) struct Bench {
    /// The program that is measured.
    pub(crate) outlay: PathBuf,
    /// Where the files and ledgers of the measurement lie.
    pub(crate) files: PathBuf,
    /// A server that may be filled.
    pub(crate) server: Server,
    /// Rows that are pushed and pulled.
    pub(crate) rows: u32,
    /// How often each thing is measured.
    pub(crate) runs: usize,
}

/// From one machine to the other and back.
const ROUND_TRIP: Duration = Duration::from_millis(40);
/// How often nothing new is synced in a run.
const IDLE_SYNCS: usize = 5;

/// What was seen, of all runs.
#[derive(Debug, Default)]
struct Seen {
    import: Vec<Duration>,
    copy: Vec<Duration>,
    push: Vec<Duration>,
    push_from_afar: Vec<Duration>,
    push_again: Vec<Duration>,
    first_run: Vec<Duration>,
    pull: Vec<Duration>,
    verify: Vec<Duration>,
    idle: Vec<Duration>,
    idle_of_server: Vec<Duration>,
    idle_questions: u32,
    peaks: Vec<(u64, &'static str)>,
}

impl Bench {
    /// Measures each thing in turn.
    ///
    /// # Errors
    /// When a program fails, or does not move or find the rows that are there.
    pub(crate) fn measure(&self) -> Result<Vec<Line>> {
        fs_err::create_dir_all(&self.files)?;
        let export = self.files.join("openrouter.csv");
        let today = self.server_day()?;
        // A year that ended yesterday, so that the last days have rows.
        let calls = Calls::until(today.pred_opt().context("a day before today")?, self.rows, 1);
        openrouter::write_csv(&calls, 0..self.rows, &mut BufWriter::new(fs_err::File::create(&export)?))?;
        // What is pushed first makes the server's log larger; later pushes find room in it, so it is not measured.
        let first = self.files.join("one");
        self.begin_anew(&export, &first, None)?;
        self.push(&first, self.rows)?;
        let mut seen = Seen::default();
        for run in 1..=self.runs {
            eprintln!("sync of {} rows: run {run} of {}", self.rows, self.runs);
            self.run(&export, &mut seen)?;
        }
        seen.lines(self.rows).context("nothing was measured: --runs is 0")
    }

    fn run(&self, export: &Path, seen: &mut Seen) -> Result<()> {
        let [one, other] = ["one", "other"].map(|name| self.files.join(name));
        let afar = Proxy::open(self.server.place.clone(), ROUND_TRIP / 2)?;
        self.begin_anew(export, &one, Some(afar.port))?;
        seen.push_from_afar.push(self.push(&one, self.rows)?.time);
        seen.import.push(self.begin_anew(export, &one, None)?);
        let push = self.push(&one, self.rows)?;
        seen.push.push(push.time);
        seen.note_peak("push", &push);
        seen.push_again.push(self.push(&one, 0)?.time);
        self.copy(seen)?;
        let first = self.sync(&one, "run", &[])?;
        seen.first_run.push(first.time);
        self.pull(&other, seen)?;
        self.idle(seen)?;
        let verified = self.sync(&one, "verify", &["identical"])?;
        seen.verify.push(verified.time);
        seen.note_peak("verify", &verified);
        Ok(())
    }

    fn copy(&self, seen: &mut Seen) -> Result<()> {
        let file = self.files.join("rows.copy");
        self.server.export(&file)?;
        self.server.make_peer()?;
        seen.copy.push(self.server.copy(&file)?);
        let count =
            self.server.ask(&["SELECT count(*) FROM peer.ai_generations", "DROP SCHEMA peer CASCADE"])?;
        ensure!(count.trim() == self.rows.to_string(), "psql copied {} rows", count.trim());
        Ok(())
    }

    fn pull(&self, other: &Path, seen: &mut Seen) -> Result<()> {
        forget(other)?;
        self.connect(other, None)?;
        let pulled = self.sync(other, "pull", &[])?;
        ensure!(found(&pulled, "pulled")? >= u64::from(self.rows), "not all rows came: {}", pulled.output);
        seen.pull.push(pulled.time);
        seen.note_peak("pull", &pulled);
        Ok(())
    }

    /// What a sync costs that finds nothing new, on a machine whose way to the server hears how long that takes.
    fn idle(&self, seen: &mut Seen) -> Result<()> {
        let ledger = self.files.join("listened");
        let proxy = Proxy::open(self.server.place.clone(), Duration::ZERO)?;
        forget(&ledger)?;
        self.connect(&ledger, Some(proxy.port))?;
        self.sync(&ledger, "run", &[])?;
        for _ in 0..IDLE_SYNCS {
            proxy.heard();
            seen.idle.push(self.sync(&ledger, "run", &[])?.time);
            let heard = proxy.heard();
            seen.idle_of_server.push(heard.time);
            seen.idle_questions = heard.questions;
        }
        Ok(())
    }

    /// An empty server, and a ledger with all rows that is connected to it. Returns what the import took.
    fn begin_anew(&self, export: &Path, ledger: &Path, port: Option<u16>) -> Result<Duration> {
        self.server.begin_anew()?;
        forget(ledger)?;
        let mut import = Command::new(&self.outlay);
        import.arg("import").arg(export).args(["--yes", "--json", "--data-dir"]).arg(ledger);
        let import = child::time(import)?;
        let superuser = self.server.of_superuser();
        self.outlay(ledger, &["init", &superuser, "--name", "root"], &self.server.password)?;
        let member = self.server.member();
        let add = ["members", "add", member, "--name", "ada", "--reads-all", "--address", &superuser];
        self.outlay(ledger, &add, &self.server.password)?;
        self.server.ask(&[&format!("ALTER ROLE {member} PASSWORD '{}'", server::PASSWORD)])?;
        self.connect(ledger, port)?;
        Ok(import)
    }

    fn connect(&self, ledger: &Path, port: Option<u16>) -> Result<()> {
        self.outlay(ledger, &["connect", &self.server.of_member(port)], server::PASSWORD)?;
        Ok(())
    }

    fn push(&self, ledger: &Path, rows: u32) -> Result<Run> {
        let run = self.sync(ledger, "push", &[])?;
        let pushed = found(&run, "pushed")?;
        // With them goes the import that brought them.
        ensure!(
            (u64::from(rows)..=u64::from(rows) + 1).contains(&pushed),
            "pushed {pushed} rows, not {rows}"
        );
        Ok(run)
    }

    /// Syncs one way or the other. What it says of some things must be true.
    fn sync(&self, ledger: &Path, action: &str, must: &[&str]) -> Result<Run> {
        let run = self.outlay(ledger, &[action, "--json"], server::PASSWORD)?;
        let report: serde_json::Value = serde_json::from_str(&run.output)?;
        ensure!(must.iter().all(|name| report[name] == true), "{action} says {}", run.output);
        Ok(run)
    }

    fn outlay(&self, ledger: &Path, arguments: &[&str], password: &str) -> Result<Run> {
        let mut outlay = Command::new(&self.outlay);
        outlay.arg("sync").args(arguments).arg("--data-dir").arg(ledger);
        child::run(outlay.env("OUTLAY_SYNC_PASSWORD", password))
    }

    fn server_day(&self) -> Result<chrono::NaiveDate> {
        self.server.begin_anew()?;
        Ok(self.server.ask(&["SELECT (now() AT TIME ZONE 'UTC')::date"])?.trim().parse()?)
    }
}

fn found(run: &Run, name: &str) -> Result<u64> {
    let report: serde_json::Value = serde_json::from_str(&run.output)?;
    let number = report[name].as_u64().or_else(|| report[name].as_str()?.parse().ok());
    number.with_context(|| format!("no {name} in {}", run.output))
}

fn forget(ledger: &Path) -> Result<()> {
    if ledger.exists() {
        fs_err::remove_dir_all(ledger)?;
    }
    Ok(())
}

impl Seen {
    fn note_peak(&mut self, what: &'static str, run: &Run) {
        self.peaks.extend(run.peak.map(|peak| (peak, what)));
    }

    fn lines(self, rows: u32) -> Option<Vec<Line>> {
        let [import, copy, push] = [median(self.import)?, median(self.copy)?, median(self.push)?];
        let of = |part, whole| format!("{} ({})", time(part), ratio(part, whole));
        let peak = self.peaks.iter().max().map_or_else(
            || "not measured: no /proc here".into(),
            |(peak, what)| format!("{} ({what})", memory(*peak)),
        );
        let line = |name: &str, asked: &str, measured, beside: String| Line {
            name: name.to_owned(),
            asked: asked.to_owned(),
            measured,
            beside,
        };
        let pushed = || format!("push {}", time(push));
        Some(vec![
            line(
                &format!("push of {rows} rows"),
                "2.50 of the peer",
                of(push, copy),
                format!("psql \\copy {}", time(copy)),
            ),
            line(
                "that push at a round trip of 40 ms",
                "2.00 of it",
                of(median(self.push_from_afar)?, push),
                pushed(),
            ),
            line("push again, nothing new", "0.10 of it", of(median(self.push_again)?, push), pushed()),
            line("first whole sync after it", "", of(median(self.first_run)?, push), pushed()),
            line(
                &format!("pull of {rows} rows"),
                "1.50 of the import",
                of(median(self.pull)?, import),
                format!("import of the file {}", time(import)),
            ),
            line("verify", "10 s", time(median(self.verify)?), String::new()),
            line(
                "sync, nothing new: the server's time",
                "20 ms",
                time(median(self.idle_of_server)?),
                format!("{} questions; whole process {}", self.idle_questions, time(median(self.idle)?)),
            ),
            line("peak memory", "200 MB", peak, String::new()),
        ])
    }
}
