//! A database of the original design, with rows, adopted and reported by the real program, on the tests' PostgreSQL. Nothing
//! is written there before the person says yes, nor after it: the login may only read, and every row lies where it lay.

use tokio_postgres::{Client, Config, NoTls};

use crate::support::{Home, Run, words};

const DATABASE: &str = "outlay_cli_adoption";
const PASSWORD: &str = "canary-5e1f-password";

/// The original's tables, with calls of two people: costs as they are in four bytes.
const ORIGINAL: &str = "
    CREATE TABLE ai_generations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), clerk_user_id text NOT NULL,
        application_id uuid, generation_type text NOT NULL, model_used text NOT NULL, tokens_input integer NOT NULL DEFAULT 0,
        tokens_output integer NOT NULL DEFAULT 0, cost_usd real NOT NULL DEFAULT 0, input_summary text, output_summary text,
        duration_ms integer, error text, cached_tokens integer DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE expense_alerts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), clerk_user_id text NOT NULL,
        alert_type text NOT NULL, severity text NOT NULL, message text NOT NULL, resolved boolean DEFAULT false);
    CREATE TABLE cost_config (clerk_user_id text PRIMARY KEY, monthly_ai_cap_usd real DEFAULT 10.0);
    INSERT INTO ai_generations (id, clerk_user_id, generation_type, model_used, tokens_input, tokens_output, cost_usd,
        cached_tokens, created_at)
    SELECT ('30000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, CASE n % 3 WHEN 0 THEN 'user_bob' ELSE 'user_ada' END,
        'chat', 'gpt-5', 1000 + n, 100, (0.0123 + n * 0.001)::real, CASE n WHEN 7 THEN 300 ELSE 0 END,
        '2026-06-01 08:00:00+00'::timestamptz + n * interval '3 hours' FROM generate_series(1, 100) n;
    INSERT INTO expense_alerts (clerk_user_id, alert_type, severity, message) VALUES ('user_ada', 'daily_spike', 'high', 'm');
    INSERT INTO cost_config VALUES ('user_ada', 25)";

/// Every row with the place where it lies and what wrote it.
const LIES: &str = "SELECT md5(string_agg(ctid::text || xmin::text || xmax::text || g::text, ',' ORDER BY ctid)) FROM ai_generations g";

/// The tests' server as its superuser reaches it, in a database.
fn superuser(database: &str) -> Config {
    #[expect(clippy::disallowed_methods, reason = "the address of the tests' server comes from outside")]
    let address = std::env::var("OUTLAY_TEST_POSTGRES").expect(
        "OUTLAY_TEST_POSTGRES is not set: `cargo xtask test` starts a PostgreSQL and runs all tests on it",
    );
    let mut config: Config = address.parse().expect("postgres://user:password@host:port/database");
    config.dbname(database);
    config
}

/// Does something on the server.
fn at_server<T>(database: &str, work: impl AsyncFnOnce(&Client) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (client, connection) = superuser(database).connect(NoTls).await.expect("the tests' PostgreSQL");
        let carrier = tokio::spawn(connection);
        let done = work(&client).await;
        drop(client);
        let _ = carrier.await;
        done
    })
}

/// The database, anew, and its address for a login that may only read.
fn original() -> String {
    at_server("postgres", async |server| {
        for statement in [
            format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"),
            format!("CREATE DATABASE {DATABASE}"),
            format!("DO $$ BEGIN CREATE ROLE {DATABASE}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"),
            format!("ALTER ROLE {DATABASE} LOGIN PASSWORD '{PASSWORD}'"),
        ] {
            server.batch_execute(&statement).await.expect("an empty database and a login");
        }
    });
    at_server(DATABASE, async |server| {
        server.batch_execute(ORIGINAL).await.expect("the original's tables");
        let grant = format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {DATABASE}");
        server.batch_execute(&grant).await.expect("rights");
    });
    let config = superuser(DATABASE);
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("postgres://{DATABASE}@127.0.0.1:{port}/{DATABASE}")
}

fn lies() -> String {
    at_server(DATABASE, async |server| server.query_one(LIES, &[]).await.expect("rows").get(0))
}

struct Person {
    home: Home,
    address: String,
}

impl Person {
    fn outlay(&self, arguments: &str) -> Run {
        let mut command = self.home.command();
        command.env("OUTLAY_SYNC_PASSWORD", PASSWORD).args(words(arguments));
        self.home.run(&mut command, "")
    }

    /// What is printed, without what differs from server to server.
    fn told(&self, run: &Run) -> String {
        let port = self.address.rsplit(':').next().and_then(|rest| rest.split('/').next()).expect("a port");
        let told = format!("{}\n{}", run.stdout, run.stderr).replace(port, "[port]");
        let steady = |line: &&str| {
            !line.contains("clock is")
                && !line.contains("last sync")
                && !line.contains("verified identical  ")
        };
        told.lines().filter(steady).collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn the_originals_database_is_adopted_and_reported_and_nothing_is_written_there() {
    let person = Person { home: Home::new(), address: original() };
    let adopt = format!("sync adopt {}", person.address);
    let before = lies();
    let asked = person.outlay(&adopt);
    assert_eq!(asked.code, 1, "{asked}");
    insta::assert_snapshot!("adoption_asks", person.told(&asked));
    let refused = person.outlay(&format!("{adopt} --yes"));
    assert_eq!(refused.code, 1, "{refused}");
    insta::assert_snapshot!("adoption_needs_answers", person.told(&refused));
    let planned = person.outlay(&format!("{adopt} --me user_ada --cached inside"));
    assert_eq!(planned.code, 0, "{planned}");
    assert_eq!(lies(), before, "looking");
    let done = person.outlay(&format!("{adopt} --me user_ada --cached inside --take-cap --yes"));
    assert_eq!(done.code, 0, "{done}");
    insta::assert_snapshot!("adoption_done", person.told(&done));
    let month = person.outlay("report month 2026-06");
    insta::assert_snapshot!("adoption_reported", person.told(&month));
    let verified = person.outlay("sync verify --json");
    assert_eq!(verified.code, 0, "{verified}");
    assert!(
        verified.stdout.contains("\"identical\": true") || verified.stdout.contains("\"identical\":true"),
        "{verified}"
    );
    let status = person.outlay("sync status");
    insta::assert_snapshot!("adoption_status", person.told(&status));
    assert_eq!(lies(), before, "reading");
}
