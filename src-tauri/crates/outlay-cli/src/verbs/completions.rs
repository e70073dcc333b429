//! `outlay completions` and `outlay man`: made from the arguments themselves, so they never differ.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::args::Cli;
use crate::failure::Failure;
use crate::printer::Printer;

pub(crate) const MAN_EXAMPLES: &str = "\
Examples:
  $ outlay man > outlay.1";

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

/// Prints the manual page of `outlay`, with every verb in it.
///
/// # Errors
/// Those of stdout.
pub(crate) fn man(printer: &Printer) -> Result<(), Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    printer.raw(&page)
}
