//! `outlay explain`: why a row costs what it costs.

use clap::Args;

use outlay_app::generations::GenerationRequest;
use outlay_app::{Nothing, explain, settings};

use crate::failure::Failure;
use crate::render;
use crate::session::Session;

const EXAMPLES: &str = "\
Examples:
  $ outlay explain $call
  $ outlay explain $call --json

`outlay calls` shows the end of every row's id, which is enough.";

/// Why a row costs what it costs: counts, rates, where the price is from, and the same at today's price.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Explain {
    /// The row's id, or at least four characters of its end
    id: String,
}

impl Explain {
    /// Prints the explanation.
    ///
    /// # Errors
    /// No such row, or several.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let told = explain::show(&session.app, GenerationRequest { id: self.id })?;
        let zone = settings::get(&session.app, Nothing {})?.time_zone;
        let zone = session.zone.unwrap_or(zone);
        let width = session.printer.terminal.width;
        session.printer.show(&told, |told| render::explain::explanation(told, zone, width))
    }
}
