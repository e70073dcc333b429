//! Brings a team's database to the schema that this program knows.
//!
//! The SQL lies in `migrations/postgres` and is embedded. Whether the login may create tables is the
//! server's decision; adopting tables that somebody else made is not done here.

use refinery::{Migration, error::Kind};
use thiserror::Error;
use tokio_postgres::Client;

/// A name of its own: the database may already hold the history of another program.
const HISTORY_TABLE: &str = "outlay_schema_history";

mod embedded {
    refinery::embed_migrations!("../../../migrations/postgres");
}

/// Why a database could not be brought to this program's schema. It is then as it was before.
#[derive(Debug, Error)]
pub enum SchemaError {
    /// A newer Outlay has been here.
    #[error(
        "this database was set up by a newer Outlay (its schema is version {found}, this program knows up to {known}); update Outlay on this machine"
    )]
    Newer {
        /// The newest version in the database.
        found: i32,
        /// The newest version in this program.
        known: i32,
    },
    /// A version below the newest was left out, or is another than the one in this program.
    #[error(
        "version {version} of this database's schema is not the one that Outlay released; restore the database or ask whoever runs it"
    )]
    Foreign {
        /// The version that differs.
        version: i32,
    },
    /// The server refused or the connection broke; everything was rolled back.
    #[error("the database could not be brought to Outlay's schema: {0}")]
    Refused(refinery::Error),
}

/// Applies the migrations that `client`'s database lacks, all or none, and returns how many there were.
///
/// # Errors
/// [`SchemaError`]; whatever it is, nothing was changed.
pub async fn migrate(client: &mut Client) -> Result<usize, SchemaError> {
    let mut runner = embedded::migrations::runner().set_grouped(true);
    runner.set_migration_table_name(HISTORY_TABLE);
    let known = runner.get_migrations().iter().map(Migration::version).max().unwrap_or_default();
    match runner.run_async(client).await {
        Ok(report) => Ok(report.applied_migrations().len()),
        Err(error) => Err(explain(error, known)),
    }
}

fn explain(error: refinery::Error, known: i32) -> SchemaError {
    match error.kind() {
        Kind::MissingVersion(migration) if migration.version() > known => {
            SchemaError::Newer { found: migration.version(), known }
        }
        Kind::MissingVersion(migration) | Kind::DivergentVersion(migration, _) => {
            SchemaError::Foreign { version: migration.version() }
        }
        _ => SchemaError::Refused(error),
    }
}
