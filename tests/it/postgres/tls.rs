//! The way to a server: what is verified, what is refused, and that no failure of it gives a password away.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use outlay_sync::server::{
    Address, AddressError, ChannelBinding, Encryption, Failure, Host, Limits, Password, Server, Stage, Trust,
    connect,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::stage::{CANARY, LIMITS, Team, authority, superuser, text};

/// A login of the test's on the real server, and the address that leads to it with TLS.
async fn member(name: &'static str) -> (Team, Address) {
    let team = Team::new(name).await;
    let ada = team.member("ada", false).await;
    let encryption =
        Encryption::Verified { trust: Trust::File(authority()), channel_binding: ChannelBinding::Require };
    let address = Address { host: Host::Network("localhost".into()), encryption, ..ada.address().clone() };
    (team, address)
}

async fn enter(address: &Address) -> Result<Server, Failure> {
    enter_with(address, CANARY).await
}

/// Connects, and looks for the password in whatever comes of it.
async fn enter_with(address: &Address, password: &str) -> Result<Server, Failure> {
    let password = Password::new(password.into());
    let limits = Limits { connect: std::time::Duration::from_secs(2), ..LIMITS };
    let entered = connect(address, Some(&password), limits).await;
    let said = match &entered {
        Ok(server) => format!("{server:?} {address} {password:?}"),
        Err(failure) => {
            format!("{failure} {failure:?} {address} {address:?} {password:?} {}", failure.hint())
        }
    };
    assert!(!said.contains("canary"), "the password is shown: {said}");
    entered
}

#[track_caller]
fn failure(entered: Result<Server, Failure>) -> Failure {
    entered.expect_err("the way must be closed")
}

fn trusting(address: &Address, file: &Path, channel_binding: ChannelBinding) -> Address {
    let encryption = Encryption::Verified { trust: Trust::File(file.to_owned()), channel_binding };
    Address { encryption, ..address.clone() }
}

#[tokio::test]
async fn the_right_server_by_its_right_name() {
    let (team, address) = member("right_server").await;
    let server = enter(&address).await.expect("TLS with channel binding");
    let seen =
        text(&server, "SELECT ssl::text || ' ' || version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            .await;
    assert_eq!(seen, "true TLSv1.3");
    // Nothing that others on the server can look at holds the password.
    let seen =
        "SELECT concat(string_agg(a::text, ' ')) FROM pg_stat_activity a WHERE usename = 'right_server_ada'";
    let seen = text(&team.admin, seen).await;
    assert!(seen.contains("outlay") && !seen.contains("canary"), "{seen}");
}

#[tokio::test]
async fn the_wrong_name_and_the_wrong_authority() {
    let (_team, address) = member("wrong_name").await;
    let other = Address { host: Host::Network("127.0.0.1".into()), ..address.clone() };
    let names = failure(enter(&other).await);
    assert!(matches!(&names, Failure::OtherName { names } if names.contains("localhost")), "{names:?}");

    let folder = tempfile::tempdir().expect("a folder");
    let stranger = folder.path().join("stranger.pem");
    fs_err::write(&stranger, issuer().pem()).expect("a file");
    assert_eq!(
        failure(enter(&trusting(&address, &stranger, ChannelBinding::Require)).await),
        Failure::UnknownIssuer
    );

    let system = Encryption::Verified { trust: Trust::System, channel_binding: ChannelBinding::Require };
    let by_system = failure(enter(&Address { encryption: system, ..address.clone() }).await);
    assert!(matches!(by_system, Failure::UnknownIssuer | Failure::NoRoots), "{by_system:?}");

    for (name, content) in [
        ("empty", ""),
        ("noise", "no certificate"),
        ("broken", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    ] {
        let file = folder.path().join(name);
        fs_err::write(&file, content).expect("a file");
        let bad = failure(enter(&trusting(&address, &file, ChannelBinding::Require)).await);
        assert!(matches!(bad, Failure::BadRoots { .. }), "{name}: {bad:?}");
    }
    let missing =
        failure(enter(&trusting(&address, &folder.path().join("none"), ChannelBinding::Require)).await);
    assert!(matches!(missing, Failure::BadRoots { .. }), "{missing:?}");
}

#[tokio::test]
async fn logins_that_are_not_let_in() {
    let (team, address) = member("not_let_in").await;
    assert_eq!(failure(enter_with(&address, "canary of another").await), Failure::WrongPassword);
    let unknown = Address { user: "not_let_in_nobody".into(), ..address.clone() };
    // PostgreSQL says the same of a login that it does not have, so that nobody can try names out.
    assert_eq!(failure(enter(&unknown).await), Failure::WrongPassword);
    team.admin.run("ALTER ROLE not_let_in_ada NOLOGIN").await.expect("a change");
    let closed = failure(enter(&address).await);
    assert!(matches!(&closed, Failure::LoginRefused(words) if words.code == "28000"), "{closed:?}");
    team.admin.run("ALTER ROLE not_let_in_ada LOGIN").await.expect("a change");
    let elsewhere = failure(enter(&Address { database: "no_such_database".into(), ..address.clone() }).await);
    assert!(matches!(elsewhere, Failure::NoDatabase(_)), "{elsewhere:?}");
    let silent = connect(&address, None, LIMITS).await.expect_err("a password is asked for");
    assert_eq!(silent, Failure::PasswordNeeded);
    // A password that the server holds as md5 cannot be bound to the connection.
    team.admin
        .run(&format!("SET password_encryption = 'md5'; ALTER ROLE not_let_in_ada PASSWORD '{CANARY}'"))
        .await
        .expect("a change");
    let old = failure(enter(&address).await);
    assert!(matches!(old, Failure::WrongPassword | Failure::NoChannelBinding), "{old:?}");
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing() {
    let (_team, address) = member("without_tls").await;
    let (port, heard) = answering(b"N").await;
    assert_eq!(failure(enter(&Address { port, ..address.clone() }).await), Failure::NoTls);
    assert_eq!(heard.await.expect("what it heard").len(), 8, "only the question whether it has TLS");
    // No address leads there without TLS, if it is not this machine.
    for mode in ["prefer", "allow", "disable"] {
        let refused = format!("postgres://ada@db.example.org/s?sslmode={mode}").parse::<Address>();
        assert!(matches!(refused, Err(AddressError::Unencrypted { .. })), "{mode}");
    }
    // And a name that only looks like this machine is followed nowhere else.
    let elsewhere =
        Address { host: Host::Network("192.0.2.1".into()), encryption: Encryption::None, ..address };
    assert!(matches!(failure(enter(&elsewhere).await), Failure::NotThisMachine { .. }));
}

#[tokio::test]
async fn what_is_no_server_at_all() {
    let (_team, address) = member("no_server").await;
    let plain =
        Address { encryption: Encryption::None, host: Host::Network("127.0.0.1".into()), ..address.clone() };
    let (port, _heard) = answering(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let web = failure(enter(&Address { port, ..plain.clone() }).await);
    assert!(matches!(web, Failure::Unintelligible { .. } | Failure::BrokenOff { .. }), "{web:?}");
    let (port, _heard) = answering(b"S\x15\x03\x01\x00\x02\x02\x28").await;
    let broken = failure(enter(&Address { port, ..address.clone() }).await);
    assert!(matches!(broken, Failure::Tls { .. }), "{broken:?}");

    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = silent.local_addr().expect("its number").port();
    let late = failure(enter(&Address { port, ..address.clone() }).await);
    assert!(matches!(late, Failure::TimedOut { stage: Stage::Tls, .. }), "{late:?}");
    drop(silent);
    assert!(matches!(failure(enter(&Address { port, ..address }).await), Failure::Refused { .. }));
}

#[tokio::test]
async fn who_ends_tls_cannot_bind_to_it() {
    let (_team, address) = member("ends_tls").await;
    for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ED25519] {
        let key = KeyPair::generate_for(algorithm).expect("a key");
        let ender = Ender::start(certificate("localhost"), key, &address).await;
        let bound = ender.address(&address, ChannelBinding::Require);
        assert_eq!(failure(enter(&bound).await), Failure::NoChannelBinding);
        for binding in [ChannelBinding::Disable, ChannelBinding::Prefer] {
            let server = enter(&ender.address(&address, binding)).await.expect("said to be so");
            assert_eq!(text(&server, "SELECT outlay.my_user()").await, "ada");
        }
    }
}

#[tokio::test]
async fn certificates_of_another_name_or_time() {
    let (_team, address) = member("other_times").await;
    let mut past = certificate("localhost");
    past.not_before = date_time_ymd(2019, 1, 1);
    past.not_after = date_time_ymd(2020, 1, 1);
    let mut future = certificate("localhost");
    future.not_before = date_time_ymd(2190, 1, 1);
    future.not_after = date_time_ymd(2191, 1, 1);
    for (certificate, is_it) in [
        (past, (|failure| *failure == Failure::Outdated) as fn(&Failure) -> bool),
        (future, |failure| *failure == Failure::Outdated),
        (certificate("db.example.org"), |failure| matches!(failure, Failure::OtherName { .. })),
        (certificate("*.localhost"), |failure| matches!(failure, Failure::OtherName { .. })),
    ] {
        let ender = Ender::start(certificate, KeyPair::generate().expect("a key"), &address).await;
        let seen = failure(enter(&ender.address(&address, ChannelBinding::Disable)).await);
        assert!(is_it(&seen), "{seen:?}");
        assert_eq!(seen.stage(), Stage::Tls);
    }
}

/// Somebody who answers with these bytes and notes what was said before.
async fn answering(answer: &'static [u8]) -> (u16, tokio::task::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut heard = vec![0; 8];
        stream.read_exact(&mut heard).await.expect("its question");
        stream.write_all(answer).await.expect("an answer");
        stream.shutdown().await.expect("an end of it");
        let _ = stream.read_to_end(&mut heard).await;
        heard
    });
    (port, heard)
}

fn certificate(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).expect("a name")
}

fn issuer() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

/// A pooler that ends TLS: it has a certificate of its own, and speaks to the real server without.
struct Ender {
    port: u16,
    folder: tempfile::TempDir,
}

impl Ender {
    async fn start(certificate: CertificateParams, key: KeyPair, server: &Address) -> Self {
        let issuer = issuer();
        let certificate = certificate.signed_by(&key, &issuer).expect("a certificate");
        let folder = tempfile::tempdir().expect("a folder");
        fs_err::write(folder.path().join("ca.pem"), issuer.pem()).expect("a file");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate.der().to_vec())], key)
            .expect("a certificate for the key");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its number").port();
        let (acceptor, server) = (TlsAcceptor::from(Arc::new(config)), server.port);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move { end(stream, acceptor, server).await });
            }
        });
        Self { port, folder }
    }

    fn address(&self, address: &Address, binding: ChannelBinding) -> Address {
        let file: PathBuf = self.folder.path().join("ca.pem");
        Address { port: self.port, ..trusting(address, &file, binding) }
    }
}

async fn end(mut stream: TcpStream, acceptor: TlsAcceptor, server: u16) -> std::io::Result<()> {
    stream.read_exact(&mut [0; 8]).await?;
    stream.write_all(b"S").await?;
    let mut client = acceptor.accept(stream).await?;
    let mut server = TcpStream::connect(("127.0.0.1", server)).await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// Everything that the libraries would log, were somebody listening.
struct Listener(Mutex<String>);
static LISTENER: Listener = Listener(Mutex::new(String::new()));

impl log::Log for Listener {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut heard = self.0.lock().expect("one listener");
        writeln!(heard, "{} {}", record.target(), record.args()).expect("a string takes text");
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn no_log_and_no_list_of_processes_holds_a_password() {
    log::set_logger(&LISTENER).expect("the only listener");
    log::set_max_level(log::LevelFilter::Trace);
    let (_team, address) = member("no_log").await;
    enter(&address).await.expect("the right password");
    failure(enter_with(&address, "canary of another").await);
    let heard = LISTENER.0.lock().expect("one listener").clone();
    assert!(heard.contains("tokio_postgres"), "the libraries were heard");
    let heard = heard.lines().filter(|line| line.contains("canary")).collect::<Vec<_>>();
    // The test itself sets the password in a statement, which the superuser's connection names.
    assert!(heard.iter().all(|line| line.contains("ALTER ROLE")), "{heard:#?}");
    #[cfg(target_os = "linux")]
    for process in fs_err::read_dir("/proc").expect("the processes").flatten() {
        let said = fs_err::read(process.path().join("cmdline")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&said).contains(CANARY), "{}", process.path().display());
    }
}

#[tokio::test]
async fn an_address_of_the_superuser_is_without_its_password() {
    let (address, password) = superuser("postgres");
    assert!(!format!("{address} {address:?} {password:?}").contains(password.expose()));
}
