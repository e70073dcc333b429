//! What an administrator does once: creating a team's ledger, and letting people in and out.
//!
//! Every change is a text of SQL first. It is run if the login may, whole or not at all; else it is given back, for
//! whoever may. No password ever stands in it: a new login gets one by `\password`.

mod rights;

use thiserror::Error;
use tokio_postgres::types::Type;

pub use rights::MissingRight;

use crate::server::connect::Server;
use crate::server::failure::Failure;
use crate::server::schema::{self, SchemaError};

/// Somebody of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The login on the server.
    pub login: String,
    /// Whose rows its rows are. One person can have several logins.
    pub user_id: String,
    /// Whether it may read everybody's rows, or its own.
    pub read_all: bool,
    /// Whether it may write rows of its own.
    pub can_write: bool,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is made, or was before.
    Done,
    /// The login may not make it.
    NeedsAdministrator {
        /// What it may not.
        missing: Vec<MissingRight>,
        /// What somebody else has to run in this database, whole.
        sql: String,
    },
}

/// Why a change was not made. The database is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SetupError {
    /// The connection or the server.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// What is there is not what this program could change.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Nobody is called so.
    #[error("{name:?} cannot be the name of {of}")]
    BadName {
        /// The name.
        name: String,
        /// Of what.
        of: &'static str,
    },
}

/// How long is waited for others who change the same. Their work is a matter of a second.
const BEGIN: &str =
    "BEGIN;\nSET LOCAL lock_timeout = '3s';\nSELECT pg_advisory_xact_lock(hashtext('outlay setup'));\n";
const ROLES: &str = include_str!("roles.sql");
const OWNER: &str = include_str!("owner.sql");
const PLACES: &str = include_str!("places.sql");
const AS_OWNER: &str = "SET LOCAL ROLE outlay_owner;\nSET LOCAL search_path = public;\n\n";
/// `IF EXISTS` has no form for this: revoking what was never granted is a notice.
const END: &str = "RESET ROLE;\nREVOKE outlay_owner FROM CURRENT_USER;\n";

/// Creates the ledger, or brings it to this program's schema, and makes the connected login a member of it. What is
/// there already stays as it is.
///
/// # Errors
/// [`SetupError`]; nothing was changed then.
pub async fn init(server: &Server, user_id: &str, read_all: bool) -> Result<Outcome, SetupError> {
    let login = rights::session_user(server).await?;
    let member = Member { login, user_id: user_id.into(), read_all, can_write: true };
    member.check()?;
    let missing = missing_for_init(server).await?;
    let body = |migrations: &str| {
        let grant = format!("GRANT outlay_member TO {};\n", identifier(&member.login));
        let insert = member.insert("DO NOTHING");
        format!("{ROLES}{OWNER}{PLACES}{AS_OWNER}{migrations}{insert}{END}{grant}")
    };
    if !missing.is_empty() {
        let migrations = schema::missing(&schema::applied(server).await?)?;
        return Ok(Outcome::NeedsAdministrator { missing, sql: script(&body(&migrations)) });
    }
    within_transaction(server, async || {
        let migrations = schema::missing(&schema::applied(server).await?)?;
        Ok(server.run(&body(&migrations)).await?)
    })
    .await
}

/// What creating a ledger here would lack.
pub(crate) async fn missing_for_init(server: &Server) -> Result<Vec<MissingRight>, Failure> {
    Ok(rights::look(server).await?.missing_for_init())
}

/// Lets a login in, or changes what it may. A login that does not exist is created, without a password.
///
/// # Errors
/// [`SetupError`]; nothing was changed then.
pub async fn add_member(server: &Server, member: &Member) -> Result<Outcome, SetupError> {
    member.check()?;
    let login = identifier(&member.login);
    let insert = member.insert(
        "DO UPDATE SET user_id = EXCLUDED.user_id, read_all = EXCLUDED.read_all, can_write = EXCLUDED.can_write",
    );
    let exists = "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1::text";
    let is_new = server.query(exists, &[(&member.login, Type::TEXT)]).await?.is_empty();
    let create = match is_new {
        false => String::new(),
        // A group's settings are not inherited, so each login has its own.
        true => format!(
            "CREATE ROLE {login} LOGIN;\nALTER ROLE {login} SET statement_timeout = '30s';\n\
             ALTER ROLE {login} SET lock_timeout = '5s';\n\
             ALTER ROLE {login} SET idle_in_transaction_session_timeout = '30s';\n"
        ),
    };
    change(server, &format!("{create}GRANT outlay_member TO {login};\n{OWNER}{AS_OWNER}{insert}{END}")).await
}

/// Takes a login out of the team. Its rows stay; the login itself stays, too.
///
/// # Errors
/// [`SetupError`]; nothing was changed then.
pub async fn remove_member(server: &Server, login: &str) -> Result<Outcome, SetupError> {
    check_name(login, "a login")?;
    let delete = format!("DELETE FROM outlay.members WHERE login = {};\n", literal(login));
    let revoke = format!("REVOKE outlay_member FROM {};\n", identifier(login));
    change(server, &format!("{OWNER}{AS_OWNER}{delete}{END}{revoke}")).await
}

/// The members that the login may know of: all for whoever reads everybody's rows, else its own person's logins.
///
/// # Errors
/// [`Failure`].
pub async fn list_members(server: &Server) -> Result<Vec<Member>, Failure> {
    let list = "SELECT login::text, user_id, read_all, can_write FROM outlay.team() ORDER BY user_id, login";
    let rows = server.query(list, &[]).await?;
    let member = |row: &tokio_postgres::Row| Member {
        login: row.get(0),
        user_id: row.get(1),
        read_all: row.get(2),
        can_write: row.get(3),
    };
    Ok(rows.iter().map(member).collect())
}

async fn change(server: &Server, body: &str) -> Result<Outcome, SetupError> {
    let missing = rights::look(server).await?.missing_for_members();
    if !missing.is_empty() {
        return Ok(Outcome::NeedsAdministrator { missing, sql: script(body) });
    }
    within_transaction(server, async || Ok(server.run(body).await?)).await
}

/// Runs work in one transaction, alone.
async fn within_transaction(
    server: &Server,
    work: impl AsyncFnOnce() -> Result<(), SetupError>,
) -> Result<Outcome, SetupError> {
    let done = match server.run(BEGIN).await {
        Ok(()) => work().await,
        Err(failure) => Err(failure.into()),
    };
    match done {
        Ok(()) => {
            server.run("COMMIT").await?;
            Ok(Outcome::Done)
        }
        Err(error) => {
            // The first error says more than one that comes of a broken connection.
            let _ = server.run("ROLLBACK").await;
            Err(error)
        }
    }
}

fn script(body: &str) -> String {
    format!("{BEGIN}\n{body}COMMIT;\n")
}

impl Member {
    fn check(&self) -> Result<(), SetupError> {
        check_name(&self.login, "a login")?;
        check_name(&self.user_id, "a member")
    }

    fn insert(&self, on_conflict: &str) -> String {
        format!(
            "INSERT INTO outlay.members (login, user_id, read_all, can_write) VALUES ({}, {}, {}, {})\n    ON CONFLICT (login) {on_conflict};\n",
            literal(&self.login),
            literal(&self.user_id),
            self.read_all,
            self.can_write
        )
    }
}

/// The server cuts longer names of logins off, and the rest would be somebody else.
fn check_name(name: &str, of: &'static str) -> Result<(), SetupError> {
    let fits = !name.trim().is_empty() && name.len() < 64 && !name.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(SetupError::BadName { name: name.to_owned(), of }) }
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!(
        "{}'{}'",
        if text.contains('\\') { " E" } else { "" },
        text.replace('\'', "''").replace('\\', "\\\\")
    )
}
