//! A connection to a team's server: found, reached, proven and let in, each with its own failure; then statements,
//! each with a limit of time.
//!
//! Statements name the types of their parameters, so none is prepared under a name: that is what works behind a
//! pooler which hands every transaction to another server process. What the statements say stands elsewhere.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::TryStreamExt;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, NoTls, Row, config};

use crate::server::address::{Address, ChannelBinding, Encryption, Host};
use crate::server::failure::{Failure, Stage};
use crate::server::password::Password;
use crate::server::tls;
use crate::server::wire::Wire;

/// How long is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For each step of connecting.
    pub connect: Duration,
    /// For the answer to a statement.
    pub statement: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), statement: Duration::from_secs(30) }
    }
}

/// An open connection. After [`Failure::TimedOut`] or [`Failure::BrokenOff`] it is of no more use: nobody knows what
/// became of the statement, so the answer is a new connection and the same statement again.
#[derive(Debug)]
pub struct Server {
    client: Client,
    address: Address,
    limits: Limits,
    moved: Arc<AtomicU64>,
    /// What carries the messages; ended with the connection.
    carrier: JoinHandle<()>,
}

/// A parameter of a statement with its type.
pub type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// Connects to a server. Must be called within a Tokio runtime that drives I/O and time.
///
/// # Errors
/// [`Failure`], whose stage says how far it came.
pub async fn connect(
    address: &Address,
    password: Option<&Password>,
    limits: Limits,
) -> Result<Server, Failure> {
    let wire = reach(address, limits.connect).await?;
    let moved = wire.moved();
    let config = config(address, password);
    let (client, carrier) = match &address.encryption {
        Encryption::None => enter(wire, NoTls, "", &config, limits, Stage::Login).await?,
        Encryption::Verified { trust, .. } => {
            let tls = tls::connector(trust)?;
            let name = address.host.to_string();
            enter(wire, tls, &name, &config, limits, Stage::Tls).await?
        }
    };
    Ok(Server { client, address: address.clone(), limits, moved, carrier })
}

impl Server {
    /// Asks something, and waits for all rows of the answer.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn query(&self, statement: &str, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, Failure> {
        self.within_limit(self.client.query_typed(statement, parameters)).await
    }

    /// Asks something that has many rows, and reads each as it comes: none is held as the server sent it.
    ///
    /// # Errors
    /// [`Failure`], those of `read` among them.
    pub async fn query_each<T>(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
        mut read: impl FnMut(&Row) -> Result<T, Failure>,
    ) -> Result<Vec<T>, Failure> {
        let parameters = parameters.iter().map(|(value, kind)| (*value, kind.clone()));
        let work = async {
            let mut rows = pin!(self.client.query_typed_raw(statement, parameters).await?);
            let mut all = Vec::new();
            while let Some(row) = rows.try_next().await? {
                all.push(read(&row));
            }
            Ok(all)
        };
        self.within_limit(work).await?.into_iter().collect()
    }

    /// Runs statements without parameters, one after the other.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn run(&self, statements: &str) -> Result<(), Failure> {
        self.within_limit(self.client.batch_execute(statements)).await
    }

    /// How many bytes went either way so far, TLS and login among them.
    pub fn moved_bytes(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }

    /// Where it leads.
    pub const fn address(&self) -> &Address {
        &self.address
    }

    async fn within_limit<T>(
        &self,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Failure> {
        let after = self.limits.statement;
        let late = Failure::TimedOut { after, stage: Stage::Database };
        timeout(after, work).await.map_err(|_| late)?.map_err(|error| Failure::of(&error))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.carrier.abort();
    }
}

async fn reach(address: &Address, limit: Duration) -> Result<Wire, Failure> {
    let name = match &address.host {
        Host::Network(name) => name,
        Host::Socket(folder) => return reach_socket(address, folder, limit).await,
    };
    let mut failure = Failure::NameNotFound { host: name.clone(), reason: "it has no address".into() };
    for place in places(address, name, limit).await? {
        match timeout(limit, TcpStream::connect(place)).await {
            Err(_) => failure = Failure::TimedOut { after: limit, stage: Stage::Network },
            Ok(Err(error)) => failure = unreached(address, &error),
            Ok(Ok(stream)) => {
                keep_alive(&stream).map_err(|error| unreached(address, &error))?;
                return Ok(Wire::new(stream));
            }
        }
    }
    Err(failure)
}

/// The addresses of a name. What has no TLS may only lead to this machine, whatever the name promises.
async fn places(address: &Address, name: &str, limit: Duration) -> Result<Vec<SocketAddr>, Failure> {
    let found = timeout(limit, lookup_host((name, address.port))).await;
    let late = Failure::TimedOut { after: limit, stage: Stage::Name };
    let found = found.map_err(|_| late)?;
    let not_found =
        |error: io::Error| Failure::NameNotFound { host: name.to_owned(), reason: error.to_string() };
    let places: Vec<SocketAddr> = found.map_err(not_found)?.collect();
    let is_here = |place: &SocketAddr| place.ip().to_canonical().is_loopback();
    if address.encryption == Encryption::None && !places.iter().all(is_here) {
        return Err(Failure::NotThisMachine { host: name.to_owned() });
    }
    Ok(places)
}

#[cfg(unix)]
async fn reach_socket(address: &Address, folder: &Path, limit: Duration) -> Result<Wire, Failure> {
    let path = folder.join(format!(".s.PGSQL.{}", address.port));
    match timeout(limit, tokio::net::UnixStream::connect(path)).await {
        Err(_) => Err(Failure::TimedOut { after: limit, stage: Stage::Network }),
        Ok(Err(error)) => Err(unreached(address, &error)),
        Ok(Ok(stream)) => Ok(Wire::new(stream)),
    }
}

#[cfg(not(unix))]
async fn reach_socket(address: &Address, _: &Path, _: Duration) -> Result<Wire, Failure> {
    let reason = "this system has no such sockets".into();
    Err(Failure::Unreachable { host: address.host.to_string(), reason })
}

fn unreached(address: &Address, error: &io::Error) -> Failure {
    let host = address.host.to_string();
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => {
            Failure::Refused { host, port: address.port }
        }
        _ => Failure::Unreachable { host, reason: error.to_string() },
    }
}

/// A laptop that wakes up elsewhere must notice that nobody is there any more.
fn keep_alive(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let probes =
        TcpKeepalive::new().with_time(Duration::from_secs(30)).with_interval(Duration::from_secs(10));
    let socket = SockRef::from(stream);
    socket.set_tcp_keepalive(&probes)?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket.set_tcp_user_timeout(Some(Duration::from_secs(60)))?;
    Ok(())
}

fn config(address: &Address, password: Option<&Password>) -> Config {
    let mut config = Config::new();
    config
        .user(&address.user)
        .dbname(&address.database)
        .application_name(address.application_name.as_deref().unwrap_or("outlay"));
    if let Some(password) = password {
        config.password(password.expose());
    }
    match &address.encryption {
        Encryption::None => {
            config.ssl_mode(config::SslMode::Disable).channel_binding(config::ChannelBinding::Disable);
        }
        Encryption::Verified { channel_binding, .. } => {
            config.ssl_mode(config::SslMode::Require).channel_binding(match channel_binding {
                ChannelBinding::Require => config::ChannelBinding::Require,
                ChannelBinding::Prefer => config::ChannelBinding::Prefer,
                ChannelBinding::Disable => config::ChannelBinding::Disable,
            });
        }
    }
    config
}

/// TLS and login on a wire that stands.
async fn enter<T>(
    wire: Wire,
    mut tls: T,
    name: &str,
    config: &Config,
    limits: Limits,
    stage: Stage,
) -> Result<(Client, JoinHandle<()>), Failure>
where
    T: MakeTlsConnect<Wire>,
    T::Stream: Send + 'static,
    <T::TlsConnect as TlsConnect<Wire>>::Future: Send,
{
    let tls = tls.make_tls_connect(name).map_err(|error| {
        let error: Box<dyn std::error::Error + Sync + Send> = error.into();
        Failure::Tls { reason: error.to_string() }
    })?;
    let late = Failure::TimedOut { after: limits.connect, stage };
    let entered = timeout(limits.connect, config.connect_raw(wire, tls)).await.map_err(|_| late)?;
    let (client, connection) = entered.map_err(|error| Failure::of(&error))?;
    // Its end is seen by whoever waits for an answer.
    let carrier = tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok((client, carrier))
}
