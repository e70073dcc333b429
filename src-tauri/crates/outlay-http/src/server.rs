//! The server as a whole: bound to loopback, run until it is asked to stop, gone without a trace.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use outlay_app::{ApiError, App, Code, api};
use thiserror::Error;
use tokio::sync::watch;

use crate::events::Feed;
use crate::page;
use crate::routes::{Host, router};
use crate::session::{LIFETIME, OnceCode};
use crate::token::TokenFile;

/// How long answers under way may take once the server was asked to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Why the server does not run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Another program listens on the port.
    #[error("port {0} is taken by another program")]
    PortTaken(u16),
    /// The port cannot be listened on.
    #[error("port {port} cannot be listened on: {source}")]
    Port {
        /// The port.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file of the token cannot be written.
    #[error("the token's file cannot be written: {0}")]
    TokenFile(std::io::Error),
    /// The system does not let the server run.
    #[error("the server stopped: {0}")]
    Io(#[from] std::io::Error),
}

impl From<ServeError> for ApiError {
    fn from(error: ServeError) -> Self {
        let (code, hint) = match error {
            ServeError::PortTaken(_) => {
                (Code::Refused, "Choose another with --port, or none: then a free one is found.")
            }
            ServeError::Port { .. } => {
                (Code::Refused, "Choose one above 1023 with --port, or none: then a free one is found.")
            }
            ServeError::TokenFile(_) => {
                (Code::Storage, "Check that the data folder is writable, or choose another with --data-dir.")
            }
            ServeError::Io(_) => (Code::Storage, "Start it again."),
        };
        Self { code, message: error.to_string(), hint: hint.to_owned() }
    }
}

/// A server that is bound and not yet running.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    host: Arc<Host>,
    stop: Stop,
    token_file: TokenFile,
}

/// Asks a running server to stop; from any thread, any number of times.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    pub(crate) fn new() -> (Self, Stopping) {
        let (stop, stopping) = watch::channel(false);
        (Self(Arc::new(stop)), Stopping(stopping))
    }

    /// Asks it.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }
}

/// Waits to be asked to stop.
#[derive(Debug, Clone)]
pub(crate) struct Stopping(watch::Receiver<bool>);

impl Stopping {
    pub(crate) async fn asked(&mut self) {
        // Without a sender there is no server any more.
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}

impl Server {
    /// Binds 127.0.0.1 at `port`, or at a free port for 0, and writes the token's file. From now on the
    /// application's events should go to `feed`.
    ///
    /// # Errors
    /// The port is taken; the data folder cannot be written.
    pub fn bind(app: Arc<App>, feed: Feed, port: u16) -> Result<Self, ServeError> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|source| match source.kind() {
                std::io::ErrorKind::AddrInUse => ServeError::PortTaken(port),
                _ => ServeError::Port { port, source },
            })?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let token = format!("{}{}", secret(&app), secret(&app));
        let code = Mutex::new(OnceCode::new(secret(&app), Instant::now()));
        let token_file =
            TokenFile::write(app.data_dir(), address.port(), &token).map_err(ServeError::TokenFile)?;
        let (stop, stopping) = Stop::new();
        let host = Arc::new(Host { app, api: api(), feed, code, token, stopping });
        Ok(Self { listener, address, host, stop, token_file })
    }

    /// Where it listens: `http://127.0.0.1:PORT/`.
    pub fn address(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The address with the code that opens one session. The code stands after `#`, so no browser sends it.
    pub fn link(&self) -> String {
        let code = self.host.code.lock().unwrap_or_else(PoisonError::into_inner);
        format!("{}#once={}", self.address(), code.as_str())
    }

    /// How many minutes the link can be opened.
    pub const fn link_minutes(&self) -> u64 {
        LIFETIME.as_secs() / 60
    }

    /// The file that holds the token while the server runs.
    pub fn token_file(&self) -> &Path {
        self.token_file.path()
    }

    /// Whether the page is in this build.
    pub fn has_page(&self) -> bool {
        page::is_there()
    }

    /// What stops it.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Serves until it is asked to stop; then answers under way are finished, for some seconds at most.
    ///
    /// # Errors
    /// Those of the system.
    pub fn run(self) -> Result<(), ServeError> {
        // One thread waits for all connections; commands run on threads of their own, which end when idle.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let (mut asked, mut patience) = (self.host.stopping.clone(), self.host.stopping.clone());
        let routes = router(self.host);
        let listener = self.listener;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let serving =
                axum::serve(listener, routes).with_graceful_shutdown(async move { asked.asked().await });
            let too_long = async {
                patience.asked().await;
                tokio::time::sleep(GRACE).await;
            };
            tokio::select! {
                served = serving => Ok(served?),
                () = too_long => Ok(()),
            }
        })
    }
}

/// 128 random bits as text.
fn secret(app: &App) -> String {
    app.random().iter().map(|byte| format!("{byte:02x}")).collect()
}
