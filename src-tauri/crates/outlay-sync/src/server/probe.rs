//! What answers behind an address, and what lies there: which engine, whether it takes changes, and whose ledger.
//!
//! Only catalogues are read, which every login may. What of a foreign database can be adopted is not decided here.

use tokio_postgres::Row;
use uuid::Uuid;

use crate::server::address::Host;
use crate::server::connect::Server;
use crate::server::failure::Failure;
use crate::server::schema::known_schema;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// What answers.
    pub engine: Engine,
    /// Why it takes no changes; `None`: it takes them.
    pub read_only: Option<ReadOnly>,
    /// What lies in the database.
    pub found: Found,
}

/// What speaks PostgreSQL's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// PostgreSQL itself, 13 or newer, or what is built of it.
    Postgres {
        /// As the server says it, `150018` being 15.18.
        version: i32,
    },
    /// PostgreSQL before 13, which lacks what the ledger needs.
    TooOld {
        /// As above.
        version: i32,
    },
    /// Another engine, on which Outlay was never tried.
    Untried(OtherEngine),
}

/// Engines that speak PostgreSQL's language and are something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherEngine {
    /// CockroachDB.
    CockroachDb,
    /// YugabyteDB.
    Yugabyte,
    /// PostgreSQL with Citus.
    Citus,
    /// Amazon Aurora DSQL.
    Dsql,
    /// Amazon Redshift.
    Redshift,
    /// Another one that says so.
    Materialize,
}

/// Why a server takes no changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOnly {
    /// It is a copy of another.
    Standby,
    /// It is set so.
    Setting,
}

/// What lies in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing of ours, nor of the original's.
    Nothing,
    /// A team's ledger.
    Ledger(TeamLedger),
    /// A team's ledger into which this login may not look.
    Closed,
    /// Tables of the original design that Outlay did not make.
    Foreign(Vec<ForeignTable>),
}

/// A team's ledger, as its server describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamLedger {
    /// Which one it is; the same after dump and restore.
    pub ledger_id: Uuid,
    /// The version of its schema.
    pub schema_version: i32,
    /// The oldest schema that a program must know to read it.
    pub min_reader: i32,
    /// The same to write.
    pub min_writer: i32,
    /// Who the login is in it; `None`: nobody.
    pub membership: Option<Membership>,
}

/// What a login is in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Whose rows its rows are.
    pub user_id: String,
    /// Whether it may read everybody's.
    pub read_all: bool,
    /// Whether it may write its own.
    pub can_write: bool,
}

/// What this program can do with a ledger of some version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everything.
    Full,
    /// Pull, until Outlay is updated.
    ReadOnly,
    /// Nothing, until Outlay is updated.
    None,
    /// Nothing, until the ledger is: the schema is older than what this program writes.
    NeedsUpgrade,
}

/// A table that is called like one of the original's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its columns in their order.
    pub columns: Vec<String>,
}

/// Looks at what a connection leads to.
///
/// # Errors
/// [`Failure`].
pub async fn probe(server: &Server) -> Result<Probe, Failure> {
    let engine = engine(server).await?;
    if !matches!(engine, Engine::Postgres { .. }) {
        return Ok(Probe { engine, read_only: None, found: Found::Nothing });
    }
    let state = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'";
    let rows = server.query(state, &[]).await?;
    let row = first(&rows)?;
    let read_only = match (row.get(0), row.get(1)) {
        (true, _) => Some(ReadOnly::Standby),
        (false, true) => Some(ReadOnly::Setting),
        (false, false) => None,
    };
    Ok(Probe { engine, read_only, found: found(server).await? })
}

async fn engine(server: &Server) -> Result<Engine, Failure> {
    let rows = server.query("SELECT version()", &[]).await?;
    if let Some(other) = other_engine(first(&rows)?.get(0)) {
        return Ok(Engine::Untried(other));
    }
    if is_dsql(&server.address().host) {
        return Ok(Engine::Untried(OtherEngine::Dsql));
    }
    let details = "SELECT current_setting('server_version_num')::int4,
        EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus')";
    let rows = server.query(details, &[]).await?;
    let row = first(&rows)?;
    Ok(match (row.get(0), row.get(1)) {
        (_, true) => Engine::Untried(OtherEngine::Citus),
        (version @ ..130_000, false) => Engine::TooOld { version },
        (version, false) => Engine::Postgres { version },
    })
}

/// Those that say who they are.
fn other_engine(version: &str) -> Option<OtherEngine> {
    let names = [
        ("CockroachDB", OtherEngine::CockroachDb),
        ("-YB-", OtherEngine::Yugabyte),
        ("Redshift", OtherEngine::Redshift),
        ("Materialize", OtherEngine::Materialize),
    ];
    names.into_iter().find(|(name, _)| version.contains(name)).map(|(_, engine)| engine)
}

/// It says that it is PostgreSQL; only its name tells.
fn is_dsql(host: &Host) -> bool {
    matches!(host, Host::Network(name) if name.contains(".dsql.") && name.ends_with(".on.aws"))
}

async fn found(server: &Server) -> Result<Found, Failure> {
    let look = "SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'outlay' AND c.relname = 'meta'";
    let rows = server.query(look, &[]).await?;
    match rows.first().map(|row| row.get(0)) {
        Some(true) => Ok(Found::Ledger(ledger(server).await?)),
        Some(false) => Ok(Found::Closed),
        None => {
            let tables = foreign_tables(server).await?;
            Ok(if tables.is_empty() { Found::Nothing } else { Found::Foreign(tables) })
        }
    }
}

async fn ledger(server: &Server) -> Result<TeamLedger, Failure> {
    let read = "SELECT ledger_id, schema_version, min_reader, min_writer,
        outlay.my_user(), outlay.read_all(), outlay.can_write() FROM outlay.meta";
    let rows = server.query(read, &[]).await?;
    let row = first(&rows)?;
    let user_id: Option<String> = row.get(4);
    let membership =
        user_id.map(|user_id| Membership { user_id, read_all: row.get(5), can_write: row.get(6) });
    Ok(TeamLedger {
        ledger_id: row.get(0),
        schema_version: row.get(1),
        min_reader: row.get(2),
        min_writer: row.get(3),
        membership,
    })
}

async fn foreign_tables(server: &Server) -> Result<Vec<ForeignTable>, Failure> {
    let look = "SELECT n.nspname::text, c.relname::text,
            ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname IN ('ai_generations', 'expense_alerts', 'cost_config') AND c.relkind IN ('r', 'p', 'v', 'f')
            AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_temp%'
        ORDER BY 1, 2";
    let rows = server.query(look, &[]).await?;
    let table = |row: &Row| ForeignTable { schema: row.get(0), name: row.get(1), columns: row.get(2) };
    Ok(rows.iter().map(table).collect())
}

fn first(rows: &[Row]) -> Result<&Row, Failure> {
    rows.first().ok_or_else(|| Failure::Unintelligible { reason: "an answer without a row".into() })
}

impl TeamLedger {
    /// What this program can do with it.
    pub fn access(&self) -> Access {
        let known = known_schema();
        if known < self.min_reader {
            Access::None
        } else if known < self.min_writer {
            Access::ReadOnly
        } else if self.schema_version < known {
            Access::NeedsUpgrade
        } else {
            Access::Full
        }
    }
}

impl Engine {
    /// What a person is told about an engine that Outlay does not work with; `None`: it works with it.
    pub fn objection(&self) -> Option<String> {
        match self {
            Self::Postgres { .. } => None,
            Self::TooOld { version } => {
                Some(format!("this is PostgreSQL {}; Outlay needs 13 or newer", version_words(*version)))
            }
            Self::Untried(engine) => Some(format!(
                "this is {}, on which Outlay was never tried; use a plain PostgreSQL, 13 or newer",
                engine.name()
            )),
        }
    }
}

impl OtherEngine {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CockroachDb => "CockroachDB",
            Self::Yugabyte => "YugabyteDB",
            Self::Citus => "PostgreSQL with Citus",
            Self::Dsql => "Amazon Aurora DSQL",
            Self::Redshift => "Amazon Redshift",
            Self::Materialize => "Materialize",
        }
    }
}

/// `15.18` for 150018, `9.6.24` for 90624.
pub(crate) fn version_words(version: i32) -> String {
    match version {
        100_000.. => format!("{}.{}", version / 10_000, version % 10_000),
        _ => format!("{}.{}.{}", version / 10_000, version / 100 % 100, version % 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(version: &str, expected: Option<OtherEngine>) {
        assert_eq!(other_engine(version), expected, "{version}");
    }

    #[test]
    fn engines_are_known_by_what_they_say() {
        check("PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc", None);
        check(
            "CockroachDB CCL v25.2.1 (x86_64-pc-linux-gnu, built 2025/06/01)",
            Some(OtherEngine::CockroachDb),
        );
        check("PostgreSQL 15.2-YB-2025.1.0.0-b0 on x86_64-pc-linux-gnu", Some(OtherEngine::Yugabyte));
        check(
            "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC, Redshift 1.0.1",
            Some(OtherEngine::Redshift),
        );
        let name = |name: &str| is_dsql(&Host::Network(name.into()));
        assert!(name("abc123.dsql.eu-west-1.on.aws") && !name("db.example.org"));
    }

    #[test]
    fn objections_are_sentences() {
        assert_eq!(Engine::Postgres { version: 130_000 }.objection(), None);
        insta::assert_snapshot!(Engine::TooOld { version: 90_624 }.objection().expect("too old"), @"this is PostgreSQL 9.6.24; Outlay needs 13 or newer");
        insta::assert_snapshot!(Engine::Untried(OtherEngine::Citus).objection().expect("untried"), @"this is PostgreSQL with Citus, on which Outlay was never tried; use a plain PostgreSQL, 13 or newer");
    }

    #[test]
    fn versions_decide_what_is_done() {
        let known = known_schema();
        let access = |schema_version, min_reader, min_writer| {
            TeamLedger { ledger_id: Uuid::nil(), schema_version, min_reader, min_writer, membership: None }
                .access()
        };
        assert_eq!(access(known, known, known), Access::Full);
        assert_eq!(access(known + 1, 1, 1), Access::Full);
        assert_eq!(access(known + 1, known, known + 1), Access::ReadOnly);
        assert_eq!(access(known + 1, known + 1, known + 1), Access::None);
        assert_eq!(access(known - 1, 1, 1), Access::NeedsUpgrade);
    }
}
