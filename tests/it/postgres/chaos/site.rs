//! The team's database of one run: copies of it that are put in its place, and people who write to it without Outlay
//! in transactions that stay open.

use outlay_core::instant::Instant;
use outlay_sync::server::{Address, Password, Server, connect};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::Client;
use uuid::Uuid;

use super::super::device::call_id;
use super::super::stage::{self, CANARY, LIMITS, bare_client};

/// A call that somebody else wrote: its id, whose it is, and what it cost.
pub(super) type Foreign = (Uuid, &'static str, i64);

/// The database of a run.
pub(super) struct Site {
    runtime: Runtime,
    name: String,
    /// Connected to another database, so that this one can be replaced.
    admin: Server,
    password: String,
    copies: usize,
    open: Option<(Client, Vec<Foreign>)>,
    written: u128,
}

impl Site {
    /// A copy of the team's database as it was set up.
    pub(super) fn new(seed: u64, template: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (address, password) = stage::superuser("postgres");
        let admin = runtime.block_on(connect(&address, Some(&password), LIMITS)).expect("a server");
        let name = format!("chaos_run_{seed}");
        let password = password.expose().to_owned();
        let site = Self { runtime, name, admin, password, copies: 0, open: None, written: 0 };
        site.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", site.name));
        site.run(&format!("CREATE DATABASE {} TEMPLATE {template}", site.name));
        site
    }

    fn run(&self, statement: &str) {
        self.runtime
            .block_on(self.admin.run(statement))
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// Where somebody's login finds it.
    pub(super) fn address(&self, login: &str) -> Address {
        let address = self.admin.address().clone();
        Address { user: login.into(), database: self.name.clone(), ..address }
    }

    /// What a query of somebody's answers, line by line.
    pub(super) fn lines(&self, login: &str, query: &str) -> Vec<String> {
        let address = self.address(login);
        let is_admin = login == self.admin.address().user;
        let password = if is_admin { self.password.clone() } else { CANARY.into() };
        self.runtime.block_on(async {
            let server = connect(&address, Some(&Password::new(password)), LIMITS).await.expect("a login");
            let rows = server.query(query, &[]).await.unwrap_or_else(|error| panic!("{query}: {error}"));
            rows.iter().map(|row| row.get(0)).collect()
        })
    }

    /// As the superuser.
    pub(super) fn all_lines(&self, query: &str) -> Vec<String> {
        self.lines(&self.admin.address().user, query)
    }

    /// Somebody writes a call in a transaction that stays open.
    pub(super) fn write(&mut self, at: Instant, user: &'static str, nanos: i64) {
        self.written += 1;
        let id = call_id(at, 0xF0 << 40 | self.written);
        let address = self.address(&self.admin.address().user);
        let password = &self.password;
        let (client, rows) = self.open.get_or_insert_with(|| {
            let client = self.runtime.block_on(async {
                let client = bare_client(&address, password).await;
                client.batch_execute("BEGIN").await.expect("a transaction");
                client
            });
            (client, Vec::new())
        });
        let insert = format!(
            "INSERT INTO ai_generations (id, user_id, generation_type, model_used, provider, tokens_input, cost_nanos,
                cost_basis, created_at)
             VALUES ('{id}', '{user}', 'chat', 'gpt-5', 'openai', {nanos}, {nanos}, 'billed',
                to_timestamp({} / 1000.0))",
            at.micros().div_euclid(1000)
        );
        self.runtime.block_on(client.batch_execute(&insert)).expect("a call");
        rows.push((id, user, nanos));
    }

    /// The transaction that is open ends; returns what was committed.
    pub(super) fn end_transaction(&mut self, commits: bool) -> Vec<Foreign> {
        let Some((client, rows)) = self.open.take() else { return Vec::new() };
        let end = if commits { "COMMIT" } else { "ROLLBACK" };
        self.runtime.block_on(client.batch_execute(end)).expect("the end of a transaction");
        if commits { rows } else { Vec::new() }
    }

    /// Copies it, as a backup does. No transaction may be open.
    pub(super) fn copy(&mut self) {
        assert!(self.open.is_none(), "a copy is made of a database at rest");
        self.copies += 1;
        self.run(&format!("CREATE DATABASE {0}_{1} TEMPLATE {0}", self.name, self.copies));
    }

    /// How many copies there are.
    pub(super) const fn copies(&self) -> usize {
        self.copies
    }

    /// Puts a copy in its place, whoever is connected. What was open is lost.
    pub(super) fn set_back(&mut self, copy: usize) {
        self.open = None;
        self.run(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        self.run(&format!("CREATE DATABASE {0} TEMPLATE {0}_{copy}", self.name));
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.open = None;
        for name in (1..=self.copies).map(|copy| format!("{}_{copy}", self.name)).chain([self.name.clone()]) {
            self.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
