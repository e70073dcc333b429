//! The terminal: reads what was typed, lets the app do it, and prints the answer.
//!
//! No figure is computed here. What a verb takes stands in `verbs/`, how an answer is drawn in
//! `render/`, what only a host may read in `host.rs`.

mod args;
mod child;
mod failure;
mod host;
mod printer;
mod progress;
mod render;
mod session;
mod typed_password;
mod verbs;

use std::process::ExitCode;

use args::{Cli, Verb};
use clap::Parser as _;
use failure::Failure;
use host::{Terminal, Wishes};
use printer::Printer;
use session::Session;
use verbs::status;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misread(&error),
    };
    let wishes = Wishes { no_colour: cli.global.no_color, no_input: cli.global.no_input };
    let terminal = Terminal::look(wishes);
    let printer = Printer { terminal, json: cli.global.json, quiet: cli.global.quiet };
    match run(cli, printer) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            printer.fail(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(cli: Cli, printer: Printer) -> Result<(), Failure> {
    match cli.verb {
        Some(Verb::Completions(verb)) => return verb.run(&printer),
        Some(Verb::Man) => return verbs::man::run(&printer),
        _ => {}
    }
    let session = Session::open(&cli.global, printer)?;
    if cli.global.sample {
        verbs::sample::fill(&session)?;
    }
    match cli.verb {
        None if cli.global.sample => verbs::report::current_month(&session),
        None => status::greet(&session),
        Some(verb) => verb.run(&session),
    }?;
    verbs::mail::remind(&session)
}

/// Help and version are data; anything else that does not parse is wrong usage.
fn misread(error: &clap::Error) -> ExitCode {
    let wants_json = host::arguments().iter().any(|argument| argument == "--json");
    if error.use_stderr() && wants_json {
        let printer = Printer { terminal: Terminal::plain(), json: true, quiet: false };
        let failure = Failure::misread(error);
        printer.fail(&failure);
        return ExitCode::from(failure.exit_code());
    }
    // Nobody is left to be told that the output is closed.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(failure::Exit::Usage as u8))
}
