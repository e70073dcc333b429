//! `outlay serve`: the page in a browser, for a machine without a screen of its own.

use std::net::IpAddr;
use std::sync::Arc;

use clap::Args;
use outlay_app::{ApiError, held_files, mail};
use outlay_http::courier;
use outlay_http::errand::Errand;
use outlay_http::{Server, hours, mirror, watch};
use serde::Serialize;

use crate::failure::Failure;
use crate::session::Session;

const EXAMPLES: &str = "\
From another machine, through SSH:
  ssh -L 4717:127.0.0.1:4717 THE-MACHINE     then, there:
  outlay serve --port 4717                   and open the link at home

Examples:
  $ outlay serve
  $ outlay serve --port 4717";

/// Serve the page on 127.0.0.1, and nowhere else, until Ctrl-C.
///
/// It prints a link that opens one session, within 15 minutes. Scripts find the token in the file that is
/// named: POST /api/COMMAND with `Authorization: Bearer TOKEN`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Serve {
    /// The port; a free one is found for 0
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// For whom another server's flag is a habit: there is one answer
    #[arg(long, value_name = "ADDRESS", hide = true, aliases = ["bind", "listen"])]
    host: Option<String>,
}

/// Where the server is.
#[derive(Debug, Serialize)]
struct Serving {
    schema: &'static str,
    address: String,
    link: String,
    token_file: String,
}

impl Serve {
    /// Serves until Ctrl-C.
    ///
    /// # Errors
    /// The port is taken; another address than loopback's was asked for; the data folder cannot be written.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        self.refuse_the_network()?;
        held_files::clear(&session.app);
        let server = Server::bind(Arc::clone(&session.app), session.feed.clone(), self.port)
            .map_err(ApiError::from)?;
        let told = session.feed.clone();
        // Without the thread, `outlay mail send` sends.
        let courier = courier::courier(Arc::clone(&session.app)).ok();
        // Without the thread, `outlay sync run` syncs.
        let mirror = mirror::mirror(Arc::clone(&session.app)).ok();
        let watch = watch::watch(Arc::clone(&session.app), move |event| {
            courier.iter().chain(&mirror).for_each(Errand::call);
            told.tell(event);
        });
        if let Err(error) = &watch {
            session.printer.warn(&format!("{error}; load the page again to see them"));
        }
        // Without the thread, alerts still come with every change.
        let _hours = hours::hours(Arc::clone(&session.app)).ok();
        let stop = server.stop();
        session.interrupt.pass_on(move || stop.ask());
        // From here on Ctrl-C is a request to end in order.
        session.interrupt.during(|| {
            announce(session, &server)?;
            let served = server.run();
            held_files::close(&session.app);
            Ok(served.map_err(ApiError::from)?)
        })
    }

    fn refuse_the_network(&self) -> Result<(), Failure> {
        let Some(host) = &self.host else { return Ok(()) };
        let is_loopback =
            host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        if is_loopback {
            return Ok(());
        }
        Err(Failure::refused(
            "loopback_only",
            format!("the page is served on 127.0.0.1 only, not on {host}"),
            "reach it from another machine with `ssh -L 4717:127.0.0.1:4717 THIS-MACHINE`, and `outlay serve --port 4717` here",
        ))
    }
}

fn announce(session: &Session, server: &Server) -> Result<(), Failure> {
    let serving = Serving {
        schema: "outlay.serve/1",
        address: server.address(),
        link: server.link(),
        token_file: server.token_file().display().to_string(),
    };
    let printer = &session.printer;
    if !server.has_page() {
        printer
            .warn("this build has no page: `cargo xtask run` in the project's folder builds and serves it");
    }
    if let Some(problem) = mail::problem(&session.app)? {
        printer.warn(&format!("mail will not be sent: {}", problem.message));
    }
    printer.show(&serving, |serving| {
        let Serving { address, link, token_file, .. } = serving;
        format!("address     {address}\nlink        {link}\ntoken file  {token_file}")
    })?;
    let minutes = server.link_minutes();
    printer.hint(&format!(
        "the link opens one session, within {minutes} minutes; Ctrl-C stops the server, and another start prints another link"
    ));
    Ok(())
}
