//! `outlay man`: one manual page with every verb in it, made from the arguments themselves.

use std::io::{self, Write as _};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::args::Cli;
use crate::failure::Failure;
use crate::printer::Printer;

pub(crate) const EXAMPLES: &str = "\
Examples:
  $ outlay man > outlay.1";

/// Prints the manual page.
///
/// # Errors
/// Those of stdout.
pub(crate) fn run(printer: &Printer) -> Result<(), Failure> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    verbs(&command, &mut page)?;
    printer.raw(&page)
}

/// A section per verb, those of a verb's own verbs after it.
fn verbs(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        // What every verb takes stands once, at the top.
        let own = verb.clone().mut_args(|argument| {
            let is_everywhere = argument.is_global_set();
            argument.hide(is_everywhere)
        });
        let name = verb.get_bin_name().unwrap_or_else(|| verb.get_name()).to_owned();
        let man = Man::new(own);
        let mut section = Vec::new();
        man.render_synopsis_section(&mut section)?;
        man.render_description_section(&mut section)?;
        man.render_options_section(&mut section)?;
        man.render_extra_section(&mut section)?;
        writeln!(page, ".SH {}", name.to_uppercase())?;
        let section = String::from_utf8_lossy(&section).replace("\n.SH ", "\n.SS ");
        page.write_all(section.as_bytes())?;
        verbs(verb, page)?;
    }
    Ok(())
}
