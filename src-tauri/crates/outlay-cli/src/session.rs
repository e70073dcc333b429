//! One run of `outlay`: the app, opened as the flags say, and where its answers go.

use std::sync::Arc;

use outlay_app::{App, Day, Host, Instant, Zone, paths};
use outlay_http::Feed;

use crate::args::Global;
use crate::failure::Failure;
use crate::host::Interrupt;
use crate::printer::Printer;
use crate::progress::Progress;

/// What a verb works with.
pub(crate) struct Session {
    /// The use cases, on the ledger that was chosen.
    pub(crate) app: Arc<App>,
    /// What the app tells, for those who listen.
    pub(crate) feed: Feed,
    /// Where answers go.
    pub(crate) printer: Printer,
    /// Whose spend: a name or `all`; the owner's without.
    pub(crate) user: Option<String>,
    /// The time zone for this call only.
    pub(crate) zone: Option<Zone>,
    /// The ledger is the one of sample data.
    pub(crate) sample: bool,
    /// Ctrl-C.
    pub(crate) interrupt: Interrupt,
    progress: Arc<Progress>,
}

impl Session {
    /// Opens the app; no file is touched before a verb needs it.
    ///
    /// # Errors
    /// A flag whose value means nothing, and an account without a home folder.
    pub(crate) fn open(global: &Global, printer: Printer) -> Result<Self, Failure> {
        let fixed = global.now.as_deref().map(instant).transpose()?;
        let zone = global.time_zone.as_deref().map(parsed).transpose()?;
        let interrupt = Interrupt::listen();
        let progress = Arc::new(Progress::new(&printer));
        let feed = Feed::default();
        let (drawn, told) = (Arc::clone(&progress), feed.clone());
        let host = Host {
            data_dir: data_dir(global)?,
            clock: Box::new(move || fixed.unwrap_or_else(outlay_host::now)),
            time_zone: outlay_host::time_zone(),
            time_zone_override: zone,
            account_name: outlay_host::account_name(),
            random: Box::new(outlay_host::random),
            free_bytes: Box::new(outlay_host::free_bytes),
            secrets: Box::new(outlay_host::Keychain),
            passfile: outlay_host::passfile(),
            mail: Box::new(outlay_host::post),
            // The terminal says what there is; it interrupts nobody.
            notifier: None,
            tray: Box::new(|| outlay_app::tray::TrayPlace::NotHere),
            events: Box::new(move |event| {
                drawn.told(&event);
                told.tell(event);
            }),
            cancel: interrupt.flag(),
        };
        let (app, user) = (Arc::new(App::new(host)), global.user.clone());
        Ok(Self { app, feed, printer, user, zone, sample: global.sample, interrupt, progress })
    }

    /// The present day in a zone.
    pub(crate) fn today(&self, zone: Zone) -> Day {
        zone.day_of(self.app.now())
    }

    /// Runs long work: its progress is drawn, and Ctrl-C lets it end in order.
    pub(crate) fn long<T>(&self, work: impl FnOnce(&App) -> T) -> T {
        let outcome = self.interrupt.during(|| work(&self.app));
        self.progress.clear();
        outcome
    }

    /// Asks for a yes; anything else is a no. Only for those who can answer.
    ///
    /// # Errors
    /// Those of standard input.
    pub(crate) fn ask(&self, question: &str) -> Result<bool, Failure> {
        self.printer.prompt(&format!("{question} [y/N]"));
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }
}

fn data_dir(global: &Global) -> Result<std::path::PathBuf, Failure> {
    if global.sample && global.data_dir.is_some() {
        return Err(Failure::usage("`--sample` has a data folder of its own", "say it without `--data-dir`"));
    }
    let chosen =
        if global.sample { paths::sample_data_dir() } else { outlay_host::data_dir(global.data_dir.clone()) };
    chosen.ok_or_else(|| {
        Failure::refused(
            "no_home",
            "this account has no home folder",
            "say where the ledger is with `--data-dir DIR`",
        )
    })
}

/// What a typed word means.
///
/// # Errors
/// Wrong usage, in the words of what was expected.
pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|error: T::Err| Failure::usage(error.to_string(), ""))
}

/// An instant as it is typed.
///
/// # Errors
/// Wrong usage.
pub(crate) fn instant(text: &str) -> Result<Instant, Failure> {
    Instant::parse(text).ok_or_else(|| {
        Failure::usage(format!("`{text}` is not an instant"), "write it as 2026-06-19T08:30:00Z")
    })
}

/// A text that is no length of time, or a longer one than there is.
#[derive(Debug, thiserror::Error)]
#[error("write it as 45s, 10m, 24h or 7d")]
pub(crate) struct NoLength;

/// A length of time as it is typed, in seconds: `45s`, `10m`, `24h`, `7d`.
///
/// # Errors
/// [`NoLength`].
pub(crate) fn seconds(text: &str) -> Result<i64, NoLength> {
    let (number, unit) =
        text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(NoLength),
    };
    let seconds = number.parse::<i64>().ok().and_then(|number| number.checked_mul(unit));
    seconds.ok_or(NoLength)
}
