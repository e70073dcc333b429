//! The window: the page of `ui/`, the commands of `outlay-app`, and what only a desktop has: a menu, files
//! that are dropped or handed over by a second start, a place on the screen, the system's theme.
//!
//! No figure is computed here and nothing is decided: a wrapper carries a request in and an answer out.

mod arguments;
#[cfg(target_os = "linux")]
mod bus;
mod commands;
mod desk;
mod events;
#[cfg(target_os = "linux")]
mod library;
mod menu;
mod notify;
mod tray;
mod window;

use std::process::ExitCode;
use std::sync::Arc;

use arguments::Arguments;
use desk::Desk;
use outlay_app::{Event, held_files};
use tauri::{AppHandle, Manager as _, RunEvent};
use tray::Corner;

/// Opens the window and stays until it is closed.
pub fn run() -> ExitCode {
    let arguments = Arguments::read();
    match open(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => arguments::refuse(&problem),
    }
}

fn open(arguments: Arguments) -> Result<(), arguments::Problem> {
    let folder = arguments.folder()?;
    #[cfg(target_os = "linux")]
    window::draw_plainly();
    let mut context = embedded();
    folder.claim(context.config_mut());
    let builder = tauri::Builder::default();
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(tauri_plugin_notification::init());
    builder
        .plugin(tauri_plugin_single_instance::init(|app, typed, folder| {
            window::show(app);
            tell(app, Arguments::of_second_start(typed, &folder));
        }))
        .plugin(tauri_plugin_dialog::init())
        .plugin(window::remembered())
        .invoke_handler(tauri::generate_handler![commands::call, commands::hold_file, commands::listening])
        .menu(menu::build)
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .setup(move |app| {
            let desk = Arc::new(Desk::new(app.handle().clone(), &folder, arguments.now));
            app.manage(Arc::clone(&desk));
            app.manage(Corner::default());
            end_in_order(app.handle().clone());
            // The webview takes longer to come than the ledger to open: side by side.
            let (answered, first_answers) = std::sync::mpsc::channel();
            std::thread::spawn(move || desk.warm_up(&answered));
            window::open(app.handle(), &first_answers)?;
            tell(app.handle(), arguments.files);
            Ok(())
        })
        .build(context)?
        .run(|app, event| happened(app, &event));
    Ok(())
}

/// The page, the configuration and the permissions that were built in.
#[expect(clippy::exit, reason = "Tauri's own macro has a way out for what it cannot read")]
fn embedded() -> tauri::Context {
    tauri::generate_context!()
}

/// A session that ends asks its programs to; then too the window's place is kept and files are let go.
fn end_in_order(app: AppHandle) {
    // Without a handler the system ends the program, which the ledger survives too.
    let _ = ctrlc::set_handler(move || app.exit(0));
}

/// Lets the page open the review of files, if there are any.
fn tell(app: &AppHandle, paths: Vec<std::path::PathBuf>) {
    if !paths.is_empty() {
        app.state::<Arc<Desk>>().tell(Event::OpenFiles { paths });
    }
}

fn happened(app: &AppHandle, event: &RunEvent) {
    match event {
        // The process ends without dropping anything.
        RunEvent::Exit => held_files::close(&app.state::<Arc<Desk>>().app),
        // The Finder hands files over as an event, not as arguments.
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            tell(app, urls.iter().filter_map(|url| url.to_file_path().ok()).collect())
        }
        _ => {}
    }
}
