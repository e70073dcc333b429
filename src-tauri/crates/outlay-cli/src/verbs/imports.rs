//! `outlay imports`: the history, and undo and redo of a whole import.

use clap::{Args, Subcommand};

use outlay_app::Nothing;
use outlay_app::imports::{self, Import, ImportById, UndoRequest};

use crate::failure::Failure;
use crate::render;
use crate::session::Session;

const EXAMPLES: &str = "\
Examples:
  $ outlay imports list
  $ outlay imports show latest
  $ outlay imports undo latest --yes
  $ outlay imports redo latest --yes";

/// The imports so far.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Imports {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// All imports, the newest first
    #[command(after_help = "Examples:\n  $ outlay imports list")]
    List,
    /// Everything that is known of one import
    #[command(after_help = "Examples:\n  $ outlay imports show latest")]
    Show {
        /// Its id, as `outlay imports list` shows it, or `latest`
        id: String,
    },
    /// Take an import back: its rows no longer count, nothing is deleted
    #[command(after_help = "Examples:\n  $ outlay imports undo latest --yes")]
    Undo(Change),
    /// Let an import that was undone count again
    #[command(
        after_help = "Examples:\n  $ outlay imports undo latest --yes\n  $ outlay imports redo latest --yes"
    )]
    Redo(Change),
}

#[derive(Debug, Args)]
struct Change {
    /// Its id, as `outlay imports list` shows it, or `latest`
    id: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Imports {
    /// Shows the history, or takes an import back, or brings it back.
    ///
    /// # Errors
    /// An unknown import, a no, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self.action.unwrap_or(Action::List) {
            Action::List => list(session),
            Action::Show { id } => {
                let id = resolved(session, id, "there are no imports yet", |_| true)?;
                let shown = imports::get(&session.app, ImportById { id })?;
                session.printer.show(&shown, render::imports::one)
            }
            Action::Undo(change) => undo(session, change),
            Action::Redo(change) => redo(session, change),
        }
    }
}

fn list(session: &Session) -> Result<(), Failure> {
    let imports = imports::list(&session.app, Nothing {})?;
    session
        .printer
        .show(&imports, |imports| render::imports::list(imports, session.printer.terminal.width))?;
    if imports.imports.is_empty() {
        session.printer.hint("`outlay import FILE` brings in an export of your provider");
    }
    Ok(())
}

fn undo(session: &Session, change: Change) -> Result<(), Failure> {
    let id = resolved(session, change.id, "no import counts, so there is nothing to undo", |import| {
        !import.undone
    })?;
    let mut plan_id = None;
    if !change.yes {
        let planned = imports::plan_undo(&session.app, ImportById { id: id.clone() })?;
        if !session.printer.terminal.can_ask {
            session.printer.show(&planned, render::imports::undo_planned)?;
            return Err(Failure::refused(
                "needs_yes",
                "nobody was asked, so nothing was changed",
                "`--yes` undoes it without being asked",
            ));
        }
        session.printer.message(&render::imports::undo_planned(&planned));
        if !session.ask("Undo it?")? {
            return Err(Failure::refused("not_agreed", "nothing was changed", ""));
        }
        plan_id = Some(planned.plan_id);
    }
    let undone = imports::undo(&session.app, UndoRequest { id, reason: None, plan_id })?;
    session.printer.show(&undone, render::imports::undone)?;
    session.printer.hint(&format!(
        "`outlay imports redo {}` lets it count again",
        render::imports::short(&undone.import.id)
    ));
    Ok(())
}

fn redo(session: &Session, change: Change) -> Result<(), Failure> {
    let id = resolved(session, change.id, "no import is undone, so there is nothing to redo", |import| {
        import.undone
    })?;
    let redone = imports::redo(&session.app, UndoRequest { id, reason: None, plan_id: None })?;
    session.printer.show(&redone, render::imports::redone)
}

/// The id that was typed; for `latest`, that of the newest import that fits.
///
/// # Errors
/// `latest` of `nothing`.
pub(crate) fn resolved(
    session: &Session,
    id: String,
    nothing: &str,
    fits: impl Fn(&Import) -> bool,
) -> Result<String, Failure> {
    if id != "latest" {
        return Ok(id);
    }
    let newest = imports::list(&session.app, Nothing {})?.imports.into_iter().find(fits);
    let hint = "`outlay imports list` shows what there is";
    newest.map(|import| import.id).ok_or_else(|| Failure::refused("not_found", nothing, hint))
}
