//! What a person types: `cargo xtask run`, `test`, `bench`, `generate`, `screenshots`, `prices`.
//!
//! It starts programs and reads their answers, on three platforms, without a shell. Nothing of the
//! product is linked here, so that it is built in seconds; what measures the product is `outlay-bench`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people at a terminal")]
#![expect(clippy::disallowed_methods, reason = "a host reads the environment")]

mod bench;
mod browser;
mod cross;
mod fuzz;
mod package;
mod page;
mod postgres;
mod prices;
mod process;
mod run;
mod setup;
mod terminal;
mod test;
mod window;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The tasks of this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build Outlay and open its window; without a display, serve its page and print the address. A verb of
    /// `outlay` is done instead; `-- --sample` shows sample data.
    Run {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Install or start what the tests need, and run all of them. The last line is the count.
    Test,
    /// Run a command with a PostgreSQL of its own: `cargo xtask postgres cargo nextest run -p outlay-tests postgres`.
    Postgres {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Install what building and testing need, and nothing else.
    Setup,
    /// Measure Outlay against its peers, then the window, and print both tables; `-- --window` measures the window
    /// alone, other options the rest.
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Write seeded files of any size, such as `openrouter-csv --rows 1000000 --seed 1 -o FILE`.
    Generate {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Build the installer of this platform: .deb on Linux, .dmg on macOS, .exe and .msi on Windows.
    Package {
        /// Install it, test the installed window on a screen that nobody sees, and uninstall it (Debian, Ubuntu).
        #[arg(long = "try")]
        tried: bool,
    },
    /// Check that everything without a window compiles for Windows too.
    Cross,
    /// Take the pictures of all screens anew, into docs/screens.
    Screenshots,
    /// Make the embedded price book anew from its published sources (needs Python 3).
    Prices,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Run { arguments } => run::run(&arguments),
        Task::Test => return test::test(),
        Task::Postgres { command } => postgres::with_server(&command),
        Task::Setup => setup::for_tests(),
        Task::Bench { arguments } => bench::measure(&arguments),
        Task::Generate { arguments } => bench::generate(&arguments),
        Task::Package { tried } => package::package(tried),
        Task::Cross => cross::prepare().and_then(|()| cross::check()),
        Task::Screenshots => browser::take_pictures(),
        Task::Prices => prices::make_book(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace's `Cargo.toml`.
fn project_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .expect("crates lie in src-tauri/crates")
        .to_path_buf()
}
