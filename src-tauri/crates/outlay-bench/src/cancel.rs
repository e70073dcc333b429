//! Ctrl-C while a file is being imported: how soon the program ends, and that nothing is left of it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use outlay_bench::random::Random;
use rusqlite::{Connection, OpenFlags};

use crate::ledger;
use crate::table::{Line, Spread, time};

/// An import that is interrupted.
pub(crate) struct Cancel<'a> {
    pub(crate) outlay: &'a Path,
    pub(crate) export: &'a Path,
    /// How long the whole import takes.
    pub(crate) whole: Duration,
    pub(crate) files: &'a Path,
}

impl Cancel<'_> {
    /// Interrupts `runs` imports at random moments.
    ///
    /// # Errors
    /// Something is left of an interrupted import, or the program cannot be run.
    pub(crate) fn measure(&self, runs: usize) -> Result<Line> {
        eprintln!("cancel: {runs} runs");
        let line = |measured, beside| Line {
            name: "cancel of that import, slowest".to_owned(),
            asked: "1 s".to_owned(),
            measured,
            beside,
        };
        if !cfg!(unix) {
            return Ok(line("not measured: no SIGINT here".to_owned(), String::new()));
        }
        let times = (0..runs).map(|run| self.in_time(run)).collect::<Result<Vec<_>>>()?;
        let spread = Spread::of(times).context("--runs is 0")?;
        let measured = format!("{} (median {})", time(spread.max), time(spread.median));
        Ok(line(measured, "no trace left in the ledger".to_owned()))
    }

    /// An import may be much faster than the one before, and over by then: that moment is no measurement.
    fn in_time(&self, run: usize) -> Result<Duration> {
        for earlier in 1..=5 {
            if let Some(time) = self.once(run, self.whole / earlier)? {
                return Ok(time);
            }
        }
        bail!("the import was over before it was interrupted, five times")
    }

    /// From the signal to the end of the process, or `None` if that had ended already.
    fn once(&self, run: usize, whole: Duration) -> Result<Option<Duration>> {
        let folder = self.files.join("cancelled");
        if folder.exists() {
            fs_err::remove_dir_all(&folder)?;
        }
        let mut import = Command::new(self.outlay);
        import.arg("import").arg(self.export).args(["--yes", "--json", "--data-dir"]).arg(&folder);
        let mut child = import.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        // Between a tenth and nine tenths of the whole.
        let tenths_of_percent = 100 + Random::of_row(11, run as u64).below(800) as u32;
        thread::sleep(whole * tenths_of_percent / 1000);
        let start = Instant::now();
        let signalled = Command::new("kill").arg("-INT").arg(child.id().to_string()).status()?;
        let ended = child.wait()?;
        let time = start.elapsed();
        if !signalled.success() || ended.success() {
            return Ok(None);
        }
        leaves_no_trace(&folder)?;
        Ok(Some(time))
    }
}

/// Nothing is in the tables that an import writes.
fn leaves_no_trace(folder: &Path) -> Result<()> {
    let file = ledger::file(folder);
    if !file.exists() {
        return Ok(());
    }
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    for table in
        ["generations", "dimensions", "details", "imports", "quarantine", "rollup_days", "rollup_quarters"]
    {
        let rows: i64 =
            connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
        ensure!(rows == 0, "the interrupted import left {rows} rows in {table}");
    }
    Ok(())
}
