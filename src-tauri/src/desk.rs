//! What the window works with: the app on its ledger, and the way to the page.

use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use outlay_app::{Api, ApiError, App, Event, Host, Instant, held_files};
use outlay_http::courier;
use outlay_http::errand::Errand;
use outlay_http::hours::{self, Hours};
use outlay_http::mirror;
use outlay_http::watch::{self, Watch};
use serde_json::Value;
use tauri::AppHandle;

use crate::arguments::Folder;
use crate::events::Events;
use crate::{notify, tray};

/// What every page asks first, with nothing in the request.
const FIRST_QUESTIONS: [&str; 2] = ["get_settings", "overview"];

/// What a page would ask first, answered before it is there: by command.
pub(crate) type FirstAnswers = Vec<(&'static str, Value)>;

/// The state of the program, one for all windows.
pub(crate) struct Desk {
    /// The use cases, on the ledger of this window.
    pub(crate) app: Arc<App>,
    api: Api,
    events: Arc<Events>,
    window: AppHandle,
    /// Notices changes of the ledger, by whomever; `None` until the window is there, or where the system does not tell.
    watch: Mutex<Option<Watch>>,
    /// Lets time pass in the ledger; `None` until the window is there.
    hours: Mutex<Option<Hours>>,
}

impl Desk {
    /// Nothing is opened before a command needs it.
    pub(crate) fn new(window: AppHandle, folder: &Folder, fixed: Option<Instant>) -> Self {
        let events = Arc::new(Events::new(window.clone()));
        let told = Arc::clone(&events);
        let host = Host {
            data_dir: folder.path.clone(),
            clock: Box::new(move || fixed.unwrap_or_else(outlay_host::now)),
            time_zone: outlay_host::time_zone(),
            time_zone_override: None,
            account_name: outlay_host::account_name(),
            random: Box::new(outlay_host::random),
            free_bytes: Box::new(outlay_host::free_bytes),
            secrets: Box::new(outlay_host::Keychain),
            passfile: outlay_host::passfile(),
            mail: Box::new(outlay_host::post),
            notifier: Some(notify::notifier(window.clone(), "#/alerts")),
            tray: Box::new(tray::place),
            events: Box::new(move |event| told.tell(event)),
            cancel: Arc::<AtomicBool>::default(),
        };
        let app = Arc::new(App::new(host));
        Self { app, api: outlay_app::api(), events, window, watch: Mutex::default(), hours: Mutex::default() }
    }

    /// Calls a command of the list.
    ///
    /// # Errors
    /// The command's.
    pub(crate) fn call(&self, name: &str, input: Value) -> Result<Value, ApiError> {
        self.api.call(&self.app, name, input)
    }

    /// Opens the ledger by asking what every page asks first, and hands on the answers; removes files that an earlier
    /// end left, and begins to notice changes and the hours.
    pub(crate) fn warm_up(&self, answered: &Sender<FirstAnswers>) {
        // Who asks again is told why there is no answer.
        let answer = |name: &'static str| Some((name, self.call(name, Value::Null).ok()?));
        // A window that does not wait draws without them.
        let _ = answered.send(FIRST_QUESTIONS.into_iter().filter_map(answer).collect());
        held_files::clear(&self.app);
        let told = Arc::clone(&self.events);
        // Without the thread, `outlay mail send` sends.
        let courier = courier::courier(Arc::clone(&self.app)).ok();
        // Without the thread, people sync when they ask for it.
        let mirror = mirror::mirror(Arc::clone(&self.app)).ok();
        // Without it there is no icon.
        let tray = tray::keep(self.window.clone(), Arc::clone(&self.app)).ok();
        // Where the system does not tell of changes, a page still shows those that it asks for.
        let watch = watch::watch(Arc::clone(&self.app), move |event| {
            courier.iter().chain(&mirror).chain(&tray).for_each(Errand::call);
            told.tell(event);
        })
        .ok();
        *self.watch.lock().unwrap_or_else(PoisonError::into_inner) = watch;
        // Without it, alerts still come with every change.
        let hours = hours::hours(Arc::clone(&self.app)).ok();
        *self.hours.lock().unwrap_or_else(PoisonError::into_inner) = hours;
    }

    /// Tells the page something.
    pub(crate) fn tell(&self, event: Event) {
        self.events.tell(event);
    }

    /// The page hears from now on.
    pub(crate) fn page_listens(&self) {
        self.events.page_listens();
    }
}
