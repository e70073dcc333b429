//! `outlay sync members`: who belongs to the team, and logins let in and out by somebody who may.

use clap::{Args, Subcommand};
use outlay_app::sync::{self, AddMemberRequest, MemberChanged, MembersRequest, RemoveMemberRequest};

use super::sync::Password;
use crate::failure::{Exit, Failure};
use crate::render;
use crate::session::Session;

const EXAMPLES: &str = "\
Letting people in needs a login that may create roles; where yours may not, the SQL for somebody who may is printed.

Examples:
  $ outlay sync members --help";

/// Who belongs to the team; let logins in and out.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MembersVerb {
    #[command(subcommand)]
    action: Option<Action>,
    /// The server, as another login than the connected one
    #[arg(long, global = true, value_name = "ADDRESS")]
    address: Option<String>,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Who belongs to the team
    List,
    /// Let a login in, or change what it may; one that is not there is created, without a password
    Add(Add),
    /// Take a login out; its rows stay in the team's ledger
    Rm {
        /// The login on the server
        login: String,
    },
}

#[derive(Debug, Args)]
struct Add {
    /// The login on the server
    login: String,
    /// The person's name in the team; that of the login without
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Let them read everybody's rows
    #[arg(long)]
    reads_all: bool,
    /// Let them read only
    #[arg(long)]
    read_only: bool,
}

impl MembersVerb {
    /// Lists the team, or lets somebody in or out.
    ///
    /// # Errors
    /// What the app refuses; what an administrator has to do.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { action, address, password } = self;
        match action.unwrap_or(Action::List) {
            Action::List => {
                let members = password.with(session, |password| {
                    sync::list_members(&session.app, MembersRequest { address: address.clone(), password })
                })?;
                let width = session.printer.terminal.width;
                session.printer.show(&members, |all| render::sync::members(&all.members, width))
            }
            Action::Add(Add { login, name, reads_all, read_only }) => {
                let changed = password.with(session, |password| {
                    let (login, name, address) = (login.clone(), name.clone(), address.clone());
                    let request = AddMemberRequest { login, name, reads_all, read_only, address, password };
                    sync::add_member(&session.app, request)
                })?;
                shown(session, &changed, "belongs to the team")
            }
            Action::Rm { login } => {
                let changed = password.with(session, |password| {
                    let (login, address) = (login.clone(), address.clone());
                    sync::remove_member(&session.app, RemoveMemberRequest { login, address, password })
                })?;
                shown(session, &changed, "no longer belongs to the team")
            }
        }
    }
}

fn shown(session: &Session, changed: &MemberChanged, done: &str) -> Result<(), Failure> {
    session.printer.show(changed, |changed| render::sync::member(changed, done))?;
    if changed.done { Ok(()) } else { Err(Failure::Shown(Exit::NotAllowed)) }
}
