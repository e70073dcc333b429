//! `outlay applications`: what the spend is for.

use clap::{Args, Subcommand};

use outlay_app::Nothing;
use outlay_app::applications::{self, MergeRequest, RenameRequest};

use crate::failure::Failure;
use crate::render;
use crate::session::Session;

const EXAMPLES: &str = "\
Examples:
  $ outlay applications list
  $ outlay applications rename proj_7f3a Shop
  $ outlay applications merge Shop Storefront";

/// What the spend is for: projects, workspaces and apps, as the sources name them.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Applications {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// All applications
    #[command(after_help = "Examples:\n  $ outlay applications list")]
    List,
    /// Give an application another name
    #[command(after_help = "Examples:\n  $ outlay applications rename proj_7f3a Shop")]
    Rename {
        /// Its name or id
        application: String,
        /// The new name
        name: String,
    },
    /// Count an application as part of another
    #[command(after_help = "Examples:\n  $ outlay applications merge proj_7f3a Storefront")]
    Merge {
        /// Its name or id
        application: String,
        /// The one it becomes part of, by name or id
        into: String,
    },
}

impl Applications {
    /// Lists applications, or changes what reports call them.
    ///
    /// # Errors
    /// An unknown application, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let printer = &session.printer;
        let applications = match self.action.unwrap_or(Action::List) {
            Action::List => applications::list(&session.app, Nothing {})?,
            Action::Rename { application, name } => {
                let said = format!("{application} is called {name} now; its rows keep what they say");
                let applications = applications::rename(&session.app, RenameRequest { application, name })?;
                printer.say(&said);
                applications
            }
            Action::Merge { application, into } => {
                let said = format!("{application} counts as part of {into} now");
                let request = MergeRequest { application, into: Some(into) };
                let applications = applications::merge(&session.app, request)?;
                printer.say(&said);
                applications
            }
        };
        printer.show(&applications, |all| render::applications::applications(all, printer.terminal.width))
    }
}
