//! `outlay completions`: made from the arguments themselves, so they never differ.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::args::Cli;
use crate::failure::Failure;
use crate::printer::Printer;

const EXAMPLES: &str = "\
Examples:
  $ outlay completions bash > outlay.bash
  $ outlay completions zsh > _outlay";

/// Print completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    /// Prints the script that the shell reads.
    ///
    /// # Errors
    /// Those of stdout.
    pub(crate) fn run(&self, printer: &Printer) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "outlay", &mut script);
        printer.raw(&script)
    }
}
