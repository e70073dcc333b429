//! Behind a pooler that gives every transaction another server process: PgBouncer in transaction pooling.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use outlay_sync::server::{self, Address, Outcome, Password, Server, connect, init, types::Type};
use outlay_sync::{Bump, Look, Remote, Scope, Table};

use super::stage::{CANARY, LIMITS, Team, text};
use super::team::{DEVICE, JUNE, calls};

/// A pooler before the tests' server, gone with this value.
struct Pooler {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Pooler {
    /// Two server processes for however many clients.
    fn before(server: &Address, logins: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let users: String =
            logins.iter().map(|(login, password)| format!("\"{login}\" \"{password}\"\n")).collect();
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}\npool_mode = transaction\ndefault_pool_size = 2\n",
            server.port,
            folder.path().join("users").display()
        );
        fs_err::write(folder.path().join("users"), users).expect("the logins");
        fs_err::write(folder.path().join("settings"), settings).expect("the settings");
        fs_err::set_permissions(folder.path(), PermissionsExt::from_mode(0o755))
            .expect("a folder for others");
        let mut command = as_somebody();
        let mut process =
            command.arg(folder.path().join("settings")).stderr(Stdio::piped()).spawn().expect("pgbouncer");
        let mut said = BufReader::new(process.stderr.take().expect("its words")).lines();
        let is_up = said.by_ref().map_while(Result::ok).any(|line| line.contains("process up"));
        assert!(is_up, "pgbouncer does not start");
        // It goes on writing, and must not be kept waiting for a reader.
        std::thread::spawn(move || said.count());
        Self { process, port, _folder: folder }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// It refuses to run as root, as PostgreSQL does.
fn as_somebody() -> Command {
    let id = Command::new("id").arg("-u").output().expect("id");
    let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]
        .into_iter()
        .find(|path| fs_err::exists(path).is_ok_and(|there| there));
    let program = program.unwrap_or("pgbouncer");
    if id.stdout.trim_ascii() != b"0" {
        return Command::new(program);
    }
    // Instead of runuser, which would stay between and outlive its end.
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]).arg(program);
    command
}

async fn through(pooler: &Pooler, server: &Server, login: &str, password: &str) -> Server {
    let address = Address { port: pooler.port, user: login.into(), ..server.address().clone() };
    connect(&address, Some(&Password::new(password.into())), LIMITS).await.expect("the pooler answers")
}

#[tokio::test]
async fn six_clients_share_two_processes() {
    let team = Team::new("pooled").await;
    let ada = team.member("ada", false).await;
    let (address, password) = super::stage::superuser("pooled");
    let login = team.login("ada");
    let pooler = Pooler::before(&address, &[(&login, CANARY), (&address.user, password.expose())]);

    let root = through(&pooler, &team.admin, &address.user, password.expose()).await;
    assert_eq!(init(&root, "root", true).await, Ok(Outcome::Done));

    let mut clients = Vec::new();
    for number in 0..6_i64 {
        let client = through(&pooler, &team.admin, &login, CANARY).await;
        clients.push(tokio::spawn(async move {
            for round in 0..50_i64 {
                let sql = "INSERT INTO ai_generations (user_id, generation_type, model_used, tokens_input)
                    SELECT outlay.my_user(), 'chat', 'm', t FROM unnest($1::int8[]) AS t RETURNING 1";
                let rows = client.query(sql, &[(&vec![number, round], Type::INT8_ARRAY)]).await;
                assert_eq!(rows.map(|rows| rows.len()), Ok(2), "client {number}, round {round}");
            }
        }));
    }
    for client in clients {
        client.await.expect("every statement works");
    }
    assert_eq!(
        text(&ada, "SELECT format('%s %s', count(*), min(user_id)) FROM ai_generations").await,
        "600 ada"
    );
}

/// Sync asks in statements that stand alone, so whichever process answers knows enough.
#[tokio::test]
async fn sync_goes_through_a_pooler() {
    let team = Team::new("pooled_sync").await;
    drop(team.member("ada", false).await);
    let login = team.login("ada");
    let pooler = Pooler::before(team.admin.address(), &[(&login, CANARY)]);
    let address = Address { port: pooler.port, user: login, ..team.admin.address().clone() };
    let found = std::thread::spawn(move || {
        let connect = || server::Team::connect(&address, Some(&Password::new(CANARY.into())), LIMITS);
        let mut machines =
            [connect().expect("the pooler"), connect().expect("the pooler"), connect().expect("the pooler")];
        let mut found = Vec::new();
        for counter in 1..=30_u64 {
            let machine = &mut machines[counter as usize % 3];
            let bump = Bump { device: DEVICE, counter, at_least: counter - 1 };
            let rows = calls("ada", 1, counter * 10, 10, None);
            let pushed = machine.push(Table::Generations, &rows, Some(bump)).expect("a push");
            assert_eq!((pushed.found, pushed.done.len()), (Some(counter - 1), 10));
            let digests = machine.all_digests(Look::Since(JUNE), Scope::Mine).expect("digests");
            found.push(
                digests.iter().flat_map(|(_, buckets)| buckets.values()).map(|digest| digest.count).sum(),
            );
        }
        found
    });
    let found: Vec<u64> = found.join().expect("thirty rounds");
    assert_eq!(found, (1..=30).map(|round| round * 10).collect::<Vec<u64>>());
}
