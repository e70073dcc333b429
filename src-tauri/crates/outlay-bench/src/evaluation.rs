//! What alerts add to an import: the evaluation alone, on the ledger that was just filled, as a part of the import.
//!
//! It is made of what the transaction of an import asks: what the command `evaluate_alerts` looks at, and the costly
//! calls among what came.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use outlay_app::{App, api};
use outlay_core::instant::MICROS_PER_DAY;
use outlay_ledger::{Access, Came, Ledger};
use serde_json::json;

use crate::ledger;
use crate::reports::host;
use crate::table::{Line, Spread, ratio, time};

/// Measures it on the ledger in `folder`, beside the `import` that filled it.
///
/// # Errors
/// The ledger cannot be read, or has no import.
pub(crate) fn measure(folder: &Path, import: Duration, runs: usize) -> Result<Line> {
    eprintln!("alert evaluation: {runs} runs");
    let (app, api) = (App::new(host(folder)), api());
    let evaluate = || api.call(&app, "evaluate_alerts", json!({})).map_err(|error| anyhow!("{error:?}"));
    // Once before: what opens the file is no part of it, and what is to be raised is raised.
    evaluate()?;
    let opened = Ledger::open(&ledger::file(folder), &Access::Read)?;
    let once = || -> Result<Duration> {
        let start = Instant::now();
        evaluate()?;
        costly_calls(&opened)?;
        Ok(start.elapsed())
    };
    let times = (0..runs).map(|_| once()).collect::<Result<_>>()?;
    let spread = Spread::of(times).context("nothing was measured: --calls is 0")?;
    Ok(Line {
        name: "alert evaluation of that import".to_owned(),
        asked: "0.05 of the import".to_owned(),
        measured: format!("{} ({})", time(spread.median), ratio(spread.median, import)),
        beside: format!("import {}", time(import)),
    })
}

fn costly_calls(ledger: &Ledger) -> Result<()> {
    ledger.read(|reader| {
        // The first one brought the rows; the same rows in another order brought none.
        let import = reader.imports()?.last().context("an import")?.id;
        let now = ledger::present();
        let news = outlay_app::Instant::from_micros(now.micros() - 3 * MICROS_PER_DAY);
        let owner = reader.identity()?.owner;
        let limit = reader.cost_config(&owner)?.single_call_alert;
        reader.costly_calls(Came::Import(import), &owner, (news, now), limit)?;
        reader.backfill(&[import], news)?;
        Ok(())
    })
}
