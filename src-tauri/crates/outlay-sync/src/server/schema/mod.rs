//! The schema of a team's database: which of its versions are there, and the SQL that brings the others.
//!
//! The SQL lies in `migrations/postgres` and is embedded; each version is noted as refinery notes it. It is a text
//! before it is run, so that an administrator can be given exactly what would be run. Whether the login may run it
//! is looked at in `setup`; adopting tables that somebody else made is not done here.

use refinery::Migration;
use thiserror::Error;

use crate::server::connect::Server;
use crate::server::failure::Failure;

mod embedded {
    refinery::embed_migrations!("../../../migrations/postgres");
}

/// A name of its own: the database may already hold the history of another program.
const HISTORY: &str = "public.outlay_schema_history";

/// Why a database cannot be brought to this program's schema.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
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
}

/// The newest version of the schema that this program knows.
pub fn known_schema() -> i32 {
    migrations().iter().map(Migration::version).max().unwrap_or_default()
}

/// The versions that a database has, each with its checksum.
pub(crate) async fn applied(server: &Server) -> Result<Vec<(i32, String)>, Failure> {
    let there = "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relname = 'outlay_schema_history'";
    if server.query(there, &[]).await?.is_empty() {
        return Ok(Vec::new());
    }
    let rows =
        server.query(&format!("SELECT version, checksum FROM {HISTORY} ORDER BY version"), &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The SQL that brings the versions which are not among those applied; empty if all are there.
pub(crate) fn missing(applied: &[(i32, String)]) -> Result<String, SchemaError> {
    let migrations = migrations();
    let known = known_schema();
    for (version, checksum) in applied {
        match migrations.iter().find(|migration| migration.version() == *version) {
            Some(migration) if migration.checksum().to_string() == *checksum => {}
            None if *version > known => return Err(SchemaError::Newer { found: *version, known }),
            _ => return Err(SchemaError::Foreign { version: *version }),
        }
    }
    let latest = applied.last().map_or(0, |(version, _)| *version);
    let missing = migrations
        .iter()
        .filter(|migration| !applied.iter().any(|(version, _)| *version == migration.version()));
    let mut sql = String::new();
    for migration in missing {
        if migration.version() < latest {
            return Err(SchemaError::Foreign { version: migration.version() });
        }
        sql += &with_note(migration);
    }
    Ok(sql)
}

fn migrations() -> Vec<Migration> {
    let mut migrations = embedded::migrations::runner().get_migrations().clone();
    migrations.sort_by_key(Migration::version);
    migrations
}

/// A migration and the line that says it was run, as refinery writes it.
fn with_note(migration: &Migration) -> String {
    let (version, name, checksum) = (migration.version(), migration.name(), migration.checksum());
    let sql = migration.sql().unwrap_or_default();
    format!(
        "CREATE TABLE IF NOT EXISTS {HISTORY}
    (version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), checksum varchar(255));
GRANT SELECT ON {HISTORY} TO PUBLIC;
{sql}
INSERT INTO {HISTORY} (version, name, applied_on, checksum)
    VALUES ({version}, '{name}', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '{checksum}');\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<(i32, String)> {
        migrations().iter().map(|one| (one.version(), one.checksum().to_string())).collect()
    }

    #[test]
    fn what_is_there_is_not_run_again() {
        assert_eq!(missing(&all()), Ok(String::new()));
        let second = missing(&all()[..1]).expect("the first is the released one");
        assert!(
            second.contains("CREATE TABLE outlay.members") && !second.contains("CREATE TABLE ai_generations")
        );
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        let newer = [all(), vec![(9999, "1".into())]].concat();
        assert_eq!(missing(&newer), Err(SchemaError::Newer { found: 9999, known: known_schema() }));
        assert_eq!(missing(&[(1, "1".into())]), Err(SchemaError::Foreign { version: 1 }));
        assert_eq!(missing(&all()[1..]), Err(SchemaError::Foreign { version: 1 }));
    }
}
