//! The tests' server, a database of each test's own, and people with logins of their own.

use std::path::PathBuf;
use std::time::Duration;

use outlay_sync::server::{
    Address, Failure, Limits, Member, Outcome, Password, Server, add_member, connect, init,
};
use tokio_postgres::{Client, Config, NoTls};

/// The password of every login that a test makes. It must be found nowhere else.
pub(super) const CANARY: &str = "canary-0bf1-password";

/// Short, so that what must not answer is not waited for.
pub(super) const LIMITS: Limits =
    Limits { connect: Duration::from_secs(5), statement: Duration::from_secs(30) };

/// The tests' server, as its superuser reaches it.
pub(super) fn superuser(database: &str) -> (Address, Password) {
    #[expect(clippy::disallowed_methods, reason = "the address of the tests' server comes from outside")]
    let address = std::env::var("OUTLAY_TEST_POSTGRES").expect(
        "OUTLAY_TEST_POSTGRES is not set: `cargo xtask test` starts a PostgreSQL and runs all tests on it",
    );
    let (address, password) = Address::parse(&address).expect("postgres://user:password@host:port/database");
    (Address { database: database.into(), ..address }, password.expect("a password in the address"))
}

/// The certificate of the authority that vouches for the tests' server.
pub(super) fn authority() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "the tests' server comes from outside")]
    let path = std::env::var_os("OUTLAY_TEST_POSTGRES_CA").expect(
        "OUTLAY_TEST_POSTGRES_CA is not set: `cargo xtask test` starts a PostgreSQL and runs all tests on it",
    );
    path.into()
}

/// A database of this test alone, empty, and its superuser.
pub(super) async fn empty_database(name: &str) -> Server {
    let (address, password) = superuser("postgres");
    let server = connect(&address, Some(&password), LIMITS).await.expect("the tests' PostgreSQL answers");
    server.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.expect("no such database");
    server.run(&format!("CREATE DATABASE {name}")).await.expect("a database");
    let (address, password) = superuser(name);
    connect(&address, Some(&password), LIMITS).await.expect("the new database")
}

/// A client of the library itself, for what `Server` does not do.
pub(super) async fn bare_client(address: &Address, password: &str) -> Client {
    let mut config = Config::new();
    config.host(address.host.to_string()).port(address.port).dbname(&address.database).user(&address.user);
    let (client, connection) = config.password(password).connect(NoTls).await.expect("an open door");
    tokio::spawn(connection);
    client
}

/// A team in a database of its own.
pub(super) struct Team {
    /// The superuser, who is the member `root`.
    pub(super) admin: Server,
    name: &'static str,
}

impl Team {
    pub(super) async fn new(name: &'static str) -> Self {
        let admin = empty_database(name).await;
        assert_eq!(init(&admin, "root", true).await, Ok(Outcome::Done));
        Self { admin, name }
    }

    /// The login that somebody has on the tests' server, for this test.
    pub(super) fn login(&self, who: &str) -> String {
        format!("{}_{who}", self.name)
    }

    /// Makes somebody a member with a login, and connects as them.
    pub(super) async fn member(&self, who: &str, read_all: bool) -> Server {
        self.login_of(who, who, read_all).await
    }

    /// Another login of somebody.
    pub(super) async fn login_of(&self, login: &str, user_id: &str, read_all: bool) -> Server {
        let login = self.login(login);
        let member = Member { login: login.clone(), user_id: user_id.into(), read_all, can_write: true };
        assert_eq!(add_member(&self.admin, &member).await, Ok(Outcome::Done));
        self.admin.run(&format!("ALTER ROLE {login} PASSWORD '{CANARY}'")).await.expect("a password");
        enter(&self.admin, &login).await
    }
}

/// Connects as a login that has the password of all.
pub(super) async fn enter(admin: &Server, login: &str) -> Server {
    let address = Address { user: login.into(), ..admin.address().clone() };
    connect(&address, Some(&Password::new(CANARY.into())), LIMITS).await.expect("the login is let in")
}

/// A login without rights, made anew.
pub(super) async fn stranger(admin: &Server, login: &str, attributes: &str) -> Server {
    let make = format!(
        "DO $$ BEGIN CREATE ROLE {login}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
         ALTER ROLE {login} LOGIN PASSWORD '{CANARY}' {attributes}"
    );
    admin.run(&make).await.expect("a login");
    enter(admin, login).await
}

/// The single text that a query answers with.
pub(super) async fn text(server: &Server, query: &str) -> String {
    let rows = server.query(query, &[]).await.unwrap_or_else(|failure| panic!("{query}\n{failure:?}"));
    assert_eq!(rows.len(), 1, "one row of {query}");
    rows[0].get(0)
}

/// The SQLSTATE with which the server refuses.
#[track_caller]
pub(super) fn code(answer: Result<(), Failure>) -> String {
    answer.expect_err("the server must refuse this").code().expect("a refusal by the server").to_owned()
}
