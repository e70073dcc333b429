//! `outlay applications`: what the spend is for.

use clap::{Args, Subcommand};

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
