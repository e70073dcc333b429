//! `outlay report`: a month or a range of days.

use clap::{Args, Subcommand, ValueEnum};

use outlay_app::reports::{self, MonthRequest, RangeRequest};

use crate::failure::Failure;
use crate::render::report::{self as render, Drawing};
use crate::session::{Session, parsed};

const EXAMPLES: &str = "\
Examples:
  $ outlay report
  $ outlay report month 2026-06 --by model,provider
  $ outlay report --user all --by member,device
  $ outlay report range 2026-06-01 2026-06-07
  $ outlay report month 2026-06 --json";

/// What a month or a range of days cost.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Report {
    #[command(subcommand)]
    period: Option<Period>,
    /// Break the spend down, by one or more of these
    #[arg(long, global = true, value_delimiter = ',', default_value = "type,model", value_name = "BY")]
    by: Vec<By>,
}

#[derive(Debug, Subcommand)]
enum Period {
    /// A calendar month, the current one without a name
    #[command(after_help = MONTH_EXAMPLES)]
    Month {
        /// Written 2026-06
        #[arg(value_name = "YYYY-MM")]
        month: Option<String>,
    },
    /// Days, the first and the last included
    #[command(after_help = RANGE_EXAMPLES)]
    Range {
        /// Written 2026-06-01
        from: String,
        /// Written 2026-06-07
        to: String,
    },
}

const MONTH_EXAMPLES: &str = "\
Examples:
  $ outlay report month
  $ outlay report month 2026-06 --json";

const RANGE_EXAMPLES: &str = "\
Examples:
  $ outlay report range 2026-06-01 2026-06-07";

/// What the spend is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// By generation type
    Type,
    /// By model
    Model,
    /// By provider
    Provider,
    /// By application
    Application,
    /// By member of the team
    Member,
    /// By machine
    Device,
}

impl Report {
    /// Prints the report.
    ///
    /// # Errors
    /// A period that is none, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self.period {
            None => month(session, None, &self.by),
            Some(Period::Month { month: name }) => month(session, name.as_deref(), &self.by),
            Some(Period::Range { from, to }) => {
                let user = session.user.clone();
                let by_device = self.by.contains(&By::Device);
                let request = RangeRequest { from: parsed(&from)?, to: parsed(&to)?, user, by_device };
                let report = reports::range(&session.app, request)?;
                let drawing = drawing(session, &self.by, report.time_zone);
                session.printer.show(&report, |report| render::range(report, drawing))
            }
        }
    }
}

/// The current month, as it is without arguments.
///
/// # Errors
/// What the app refuses.
pub(crate) fn current_month(session: &Session) -> Result<(), Failure> {
    month(session, None, &[By::Type, By::Model])
}

fn month(session: &Session, name: Option<&str>, by: &[By]) -> Result<(), Failure> {
    let (user, by_device) = (session.user.clone(), by.contains(&By::Device));
    let request = MonthRequest { month: name.map(parsed).transpose()?, user, by_device };
    let report = reports::month(&session.app, request)?;
    let drawing = drawing(session, by, report.time_zone);
    session.printer.show(&report, |report| render::month(report, drawing))?;
    if report.body.by_type.is_empty() {
        session.printer.hint("`outlay import FILE` brings in an export of your provider");
    }
    Ok(())
}

fn drawing<'a>(session: &Session, by: &'a [By], zone: outlay_app::Zone) -> Drawing<'a> {
    Drawing { by, today: session.today(zone), width: session.printer.terminal.width, sample: session.sample }
}
