//! `outlay sync adopt`: a database that another program made, looked at first and taken over when told to.

use clap::{Args, ValueEnum};
use outlay_app::sync::{self, AdoptionRequest, AdoptionVerdict, CachedTokens};

use super::sync::Password;
use crate::failure::{Exit, Failure};
use crate::render;
use crate::session::Session;

const EXAMPLES: &str = "\
Without --yes it only looks, in a transaction that can only read, and says what must be said first. With --yes the rows
are read into this ledger; nothing is written there unless you add --write.

Begin with:
  outlay sync adopt postgres://reader@db.example.org/app
  outlay sync adopt postgres://reader@db.example.org/app --me user_2x --cached inside --yes

Exit codes: 0 it can be done, or was; 1 something must be said first, or it cannot be done; 69 the server cannot be
reached; 77 the login may not";

/// Read a database that another program made.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Adopt {
    /// The database, as a login that may read it
    address: String,
    /// The table of calls, where there are several
    #[arg(long, value_name = "SCHEMA.TABLE")]
    table: Option<String>,
    /// The column that says whose a row is
    #[arg(long, value_name = "COLUMN")]
    user_column: Option<String>,
    /// What that column says of you
    #[arg(long, value_name = "VALUE")]
    me: Option<String>,
    /// The time zone of times that name none; UTC without
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Whether the input tokens contain the cached ones
    #[arg(long, value_name = "inside|apart")]
    cached: Option<Cached>,
    /// Add your own rows that the table lacks, at each sync
    #[arg(long)]
    write: bool,
    /// Take over your monthly cap that stands there, if none was confirmed here
    #[arg(long)]
    take_cap: bool,
    /// Do it
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Cached {
    Inside,
    Apart,
}

impl Adopt {
    /// Shows the plan, or does what it says.
    ///
    /// # Errors
    /// What the app refuses; a plan to which something is open.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (yes, password) = (self.yes, self.password);
        let request = self.request();
        if yes {
            let done = password.with(session, |password| {
                let request = AdoptionRequest { password, ..request.clone() };
                session.long(|app| sync::adopt(app, request))
            })?;
            if let Some(problem) = &done.password_problem {
                session.printer.warn(&format!("the password was not kept: {}", problem.message));
            }
            session.printer.show(&done, render::adoption::adopted)?;
            let open = done.sync.conflicts.0 + done.sync.quarantined.0 + done.sync.missing.0;
            return if open == 0 { Ok(()) } else { Err(Failure::Shown(Exit::Refused)) };
        }
        let plan = password.with(session, |password| {
            sync::plan_adoption(&session.app, AdoptionRequest { password, ..request.clone() })
        })?;
        session.printer.show(&plan, render::adoption::plan)?;
        match plan.verdict {
            AdoptionVerdict::Refused | AdoptionVerdict::Asks => Err(Failure::Shown(Exit::Refused)),
            AdoptionVerdict::ReadOnly | AdoptionVerdict::ReadWrite => {
                session.printer.hint("add `--yes` to adopt it; nothing was written, there or here");
                Ok(())
            }
        }
    }

    fn request(self) -> AdoptionRequest {
        AdoptionRequest {
            address: self.address,
            password: None,
            table: self.table,
            user_column: self.user_column,
            me: self.me,
            zone: self.zone,
            cached: self.cached.map(|cached| match cached {
                Cached::Inside => CachedTokens::Inside,
                Cached::Apart => CachedTokens::Apart,
            }),
            writes: self.write,
            takes_cap: self.take_cap,
        }
    }
}
