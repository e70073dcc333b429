//! `outlay doctor`: is the ledger sound?

use clap::Args;

use outlay_app::doctor::{self, DoctorRequest, Outcome};

use crate::failure::{Exit, Failure};
use crate::render;
use crate::session::Session;

const EXAMPLES: &str = "\
Examples:
  $ outlay doctor
  $ outlay doctor --rebuild";

/// Check the ledger: the file, its references, and that every total follows from the rows.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Doctor {
    /// Compute anew what is derived from the rows
    #[arg(long)]
    rebuild: bool,
}

impl Doctor {
    /// Examines the ledger; an unsound one is a storage error, one that could not be checked a refusal.
    ///
    /// # Errors
    /// Something is wrong, or the ledger cannot be opened.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let health = doctor::examine(&session.app, DoctorRequest { rebuild: self.rebuild })?;
        session.printer.show(&health, render::doctor::health)?;
        if health.healthy {
            return Ok(());
        }
        let exit = if health.state == Outcome::Bad { Exit::Storage } else { Exit::Refused };
        // A ledger that cannot be opened at all has its own words.
        let opened = health.checks.iter().any(|check| check.outcome == Outcome::Good);
        if opened && !self.rebuild && exit == Exit::Storage {
            session.printer.hint(
                "`outlay doctor --rebuild` computes totals anew; `outlay restore` brings back a backup",
            );
        }
        Err(Failure::Shown(exit))
    }
}
