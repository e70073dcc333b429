//! A PostgreSQL server of the tests' own: made in a temporary folder, reachable on loopback with a
//! password that nobody else knows, with TLS by a certificate authority that exists for it alone, gone at the
//! end, also when the tests fail or are interrupted.
//!
//! Databases inside it are the tests' business.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;

use crate::process::{find, program, read, run};
use crate::setup::is_root;

/// Runs a command with a server of its own, such as `cargo nextest run -p outlay-tests postgres`.
///
/// # Errors
/// When there is no server to be had, or the command ends otherwise than well.
pub(crate) fn with_server(command: &[String]) -> Result<()> {
    let (name, arguments) = command.split_first().context("name a command")?;
    let cluster = Cluster::start()?;
    let mut command = Command::new(name);
    command.args(arguments);
    cluster.lend(&mut command);
    run(&mut command)
}

/// A running server; dropping it stops the server and removes its files.
pub(crate) struct Cluster {
    address: String,
    authority: PathBuf,
    /// Shared with the handler of Ctrl-C, which ends this program without dropping anything.
    server: Arc<Mutex<Option<Server>>>,
}

/// The server's files and how to stop it.
struct Server {
    programs: PathBuf,
    account: Account,
    folder: TempDir,
}

/// As whom the server runs.
#[derive(Debug, Clone, Copy)]
enum Account {
    Own,
    /// PostgreSQL refuses to run as root, so root lends it to this user.
    Lent(&'static str),
}

impl Cluster {
    /// Makes a server and starts it.
    ///
    /// # Errors
    /// When the programs are missing or one of them fails; the text holds the server's own words.
    pub(crate) fn start() -> Result<Self> {
        let programs =
            programs().context("no PostgreSQL server programs (initdb, pg_ctl, postgres) found")?;
        let folder = TempDir::with_prefix("outlay-postgres-")?;
        let server = Server { programs, account: account()?, folder };
        let password = uuid::Uuid::now_v7().simple().to_string();
        server.initialise(&password)?;
        let port = server.configure()?;
        server.launch()?;
        let cluster = Self {
            authority: server.certificate("authority"),
            address: format!("postgres://outlay:{password}@127.0.0.1:{port}/postgres"),
            server: Arc::new(Mutex::new(Some(server))),
        };
        cluster.stop_on_interrupt()?;
        Ok(cluster)
    }

    /// Tells a command where the server is, for a superuser of it, and which authority vouches for it as `localhost`.
    pub(crate) fn lend(&self, command: &mut Command) {
        command.env("OUTLAY_TEST_POSTGRES", &self.address).env("OUTLAY_TEST_POSTGRES_CA", &self.authority);
    }

    fn stop_on_interrupt(&self) -> Result<()> {
        let server = Arc::clone(&self.server);
        ctrlc::set_handler(move || {
            stop(&server);
            std::process::exit(130); // what a shell reports for a program that Ctrl-C ended
        })
        .context("could not watch for Ctrl-C")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        stop(&self.server);
    }
}

fn stop(server: &Mutex<Option<Server>>) {
    // Taken by whoever comes first; the other finds nothing left to stop.
    let server = server.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(server) = server
        && let Err(error) = server.control(&["-m", "immediate", "-w", "stop"])
    {
        eprintln!("the tests' PostgreSQL in {} did not stop: {error:#}", server.folder.path().display());
    }
}

impl Server {
    fn initialise(&self, password: &str) -> Result<()> {
        let password_file = self.folder.path().join("password");
        fs_err::write(&password_file, password)?;
        self.make_certificates()?;
        if let Account::Lent(user) = self.account {
            read(program("chown").args(["-R", user]).arg(self.folder.path()))?;
        }
        let mut initdb = self.command("initdb");
        initdb.args([
            "--username=outlay",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        initdb.arg("--pwfile").arg(&password_file).arg("--pgdata").arg(self.data());
        read(&mut initdb)?;
        Ok(())
    }

    /// An authority, and what it says about the server's name.
    fn make_certificates(&self) -> Result<()> {
        let mut authority = CertificateParams::default();
        authority.distinguished_name.push(DnType::CommonName, "authority of Outlay's tests");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(["localhost".into()])?.signed_by(&key, &authority)?;
        fs_err::write(self.certificate("authority"), authority.pem())?;
        fs_err::write(self.certificate("server"), certificate.pem())?;
        let key_file = self.certificate("key");
        fs_err::write(&key_file, key.serialize_pem())?;
        #[cfg(unix)]
        fs_err::set_permissions(&key_file, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        Ok(())
    }

    fn certificate(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.pem"))
    }

    /// Writes the settings and returns the port. Nothing of the tests has to survive a crash of the machine.
    fn configure(&self) -> Result<u16> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let quoted = |name| self.certificate(name).to_string_lossy().replace('\\', "/");
        let tls =
            format!("ssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\n", quoted("server"), quoted("key"));
        let settings = format!(
            "{tls}port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n\
             fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
        );
        let path = self.data().join("postgresql.conf");
        let defaults = fs_err::read_to_string(&path)?;
        fs_err::write(&path, defaults + &settings)?;
        Ok(port)
    }

    fn launch(&self) -> Result<()> {
        let log = self.folder.path().join("log");
        let log_argument = log.to_string_lossy();
        if let Err(error) = self.control(&["-w", "-l", &log_argument, "start"]) {
            let words = fs_err::read_to_string(&log).unwrap_or_default();
            bail!("PostgreSQL did not start: {error:#}\n{words}");
        }
        Ok(())
    }

    /// Runs `pg_ctl`. Its output goes nowhere: the server would inherit a pipe and keep it open for ever.
    fn control(&self, arguments: &[&str]) -> Result<()> {
        let mut command = self.command("pg_ctl");
        command.arg("-D").arg(self.data()).args(arguments);
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = quiet.status().context("could not start pg_ctl")?;
        if !status.success() {
            bail!("pg_ctl ended with {status}");
        }
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A server program, run by the server's account in a folder which that account may enter.
    fn command(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = match self.account {
            Account::Own => Command::new(path),
            Account::Lent(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(path);
                command
            }
        };
        command.current_dir(self.folder.path());
        command
    }
}

fn account() -> Result<Account> {
    if !is_root()? {
        return Ok(Account::Own);
    }
    let exists = |user: &&str| read(program("id").args(["-u", user])).is_ok();
    let user = ["postgres", "nobody"].into_iter().find(exists);
    user.map(Account::Lent)
        .context("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
}

/// The folder of the newest PostgreSQL server programs on this machine.
pub(crate) fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        INSTALLED.iter().flat_map(|(parent, below)| versions(parent, below)).collect();
    folders.extend(find("initdb").and_then(|path| path.parent().map(Path::to_path_buf)));
    folders.into_iter().find(|folder| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|name| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)).is_file())
    })
}

/// Where packages put them: `parent/<some version>/below`.
const INSTALLED: [(&str, &str); 6] = [
    ("/usr/lib/postgresql", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ("C:\\Program Files\\PostgreSQL", "bin"),
    ("/usr", "bin"),
];

/// The folders below `parent` that are called after PostgreSQL or a version of it, newest first.
fn versions(parent: &str, below: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs_err::read_dir(parent) else { return Vec::new() };
    let mut found: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let version = name.trim_start_matches("postgresql@").trim_start_matches("pgsql-").parse().ok()?;
            Some((version, entry.path().join(below)))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, path)| path).collect()
}
