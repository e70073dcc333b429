//! What a login may do on a server, and in words what it may not.

use std::fmt;

use crate::server::connect::Server;
use crate::server::failure::Failure;

/// Something that a login may not, and would have to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissingRight {
    /// Creating roles.
    CreateRole {
        /// The login.
        login: String,
    },
    /// Giving others a role that is there.
    AdminOf {
        /// The login.
        login: String,
        /// The role.
        role: &'static str,
    },
    /// Creating schemas in the database.
    CreateInDatabase {
        /// The login.
        login: String,
        /// The database.
        database: String,
    },
    /// Letting the ledger's owner create tables in `public`.
    GrantOnPublic {
        /// The login.
        login: String,
    },
    /// The server takes no changes now: it is a copy, or read-only.
    Writing,
}

impl fmt::Display for MissingRight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateRole { login } => {
                write!(formatter, "the login {login} may not create roles (it has no CREATEROLE)")
            }
            Self::AdminOf { login, role } => {
                write!(
                    formatter,
                    "the login {login} may not give others the role {role} (it has no ADMIN OPTION for it)"
                )
            }
            Self::CreateInDatabase { login, database } => {
                write!(formatter, "the login {login} may not create schemas in the database {database}")
            }
            Self::GrantOnPublic { login } => {
                write!(
                    formatter,
                    "the login {login} does not own the schema public, so it cannot let the ledger's owner create tables there"
                )
            }
            Self::Writing => formatter.write_str("this server takes no changes at present"),
        }
    }
}

/// What the connected login may.
#[derive(Debug)]
pub(crate) struct Rights {
    login: String,
    database: String,
    superuser: bool,
    create_role: bool,
    /// Of owner, members and readers: whether it is there, and whether the login may give it to others.
    roles: Vec<(&'static str, bool, bool)>,
    create_in_database: bool,
    public_is_open: bool,
    writable: bool,
}

const LOOK: &str = "SELECT session_user::text, current_database()::text, r.rolsuper, r.rolcreaterole,
    current_setting('server_version_num')::int4,
    has_database_privilege(session_user, current_database(), 'CREATE'),
    has_schema_privilege('public', 'public', 'CREATE')
        OR has_schema_privilege(session_user, 'public', 'CREATE WITH GRANT OPTION')
        OR coalesce((SELECT has_schema_privilege(o.oid, 'public', 'CREATE') FROM pg_roles o WHERE o.rolname = 'outlay_owner'), false),
    NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off',
    ARRAY(SELECT CASE WHEN w.oid IS NULL THEN 0 WHEN pg_has_role(session_user, w.oid, 'MEMBER WITH ADMIN OPTION') THEN 2 ELSE 1 END
        FROM unnest(ARRAY['outlay_owner', 'outlay_member', 'outlay_reader']) WITH ORDINALITY AS wanted (name, place)
        LEFT JOIN pg_roles w ON w.rolname = wanted.name ORDER BY place)
    FROM pg_roles r WHERE r.rolname = session_user";

/// The name that the server knows the connection by.
pub(crate) async fn session_user(server: &Server) -> Result<String, Failure> {
    let rows = server.query("SELECT session_user::text", &[]).await?;
    Ok(rows.first().map(|row| row.get(0)).unwrap_or_default())
}

/// Looks at what the connected login may.
pub(crate) async fn look(server: &Server) -> Result<Rights, Failure> {
    let rows = server.query(LOOK, &[]).await?;
    let Some(row) = rows.first() else {
        return Err(Failure::Unintelligible {
            reason: "the login is not in the server's list of roles".into(),
        });
    };
    let create_role: bool = row.get(3);
    // Until version 15 whoever may create roles may give any of them away.
    let gives_all = create_role && row.get::<_, i32>(4) < 160_000;
    let states: Vec<i32> = row.get(8);
    let names = ["outlay_owner", "outlay_member", "outlay_reader"];
    let roles = names.into_iter().zip(states).map(|(name, state)| (name, state > 0, state == 2 || gives_all));
    Ok(Rights {
        login: row.get(0),
        database: row.get(1),
        superuser: row.get(2),
        create_role,
        roles: roles.collect(),
        create_in_database: row.get(5),
        public_is_open: row.get(6),
        writable: row.get(7),
    })
}

impl Rights {
    /// What creating a ledger lacks.
    pub(crate) fn missing_for_init(&self) -> Vec<MissingRight> {
        let mut missing = self.missing_for_members();
        if self.superuser {
            return missing;
        }
        let login = || self.login.clone();
        if !self.create_in_database {
            missing.push(MissingRight::CreateInDatabase { login: login(), database: self.database.clone() });
        }
        if !self.public_is_open {
            missing.push(MissingRight::GrantOnPublic { login: login() });
        }
        missing
    }

    /// What letting people in and out lacks.
    pub(crate) fn missing_for_members(&self) -> Vec<MissingRight> {
        let mut missing = Vec::new();
        if !self.writable {
            missing.push(MissingRight::Writing);
        }
        if self.superuser {
            return missing;
        }
        if !self.create_role {
            missing.push(MissingRight::CreateRole { login: self.login.clone() });
        }
        let closed = self.roles.iter().filter(|(_, exists, given)| *exists && !given);
        missing.extend(closed.map(|(role, ..)| MissingRight::AdminOf { login: self.login.clone(), role }));
        missing
    }
}
