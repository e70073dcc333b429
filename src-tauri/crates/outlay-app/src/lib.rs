//! Use cases: what a person or a script asks Outlay to do.
//!
//! One file per noun holds its requests, its responses and its commands; `commands` is the only list
//! of them, from which every host is derived. A command's body is a sentence: what numbers mean is
//! decided in `outlay-core`, what is stored in `outlay-ledger`. Nothing here draws, prints, exits,
//! reads the environment or asks the time: a [`Host`] hands all of that in.

mod app;
mod commands;
mod error;
mod event;
pub mod prices;
mod pricing;
mod registry;

pub mod alerts;
pub mod applications;
pub mod backup;
pub mod budgets;
pub mod cost_config;
pub mod coverage;
pub mod delivery;
pub mod doctor;
pub mod explain;
pub mod export;
pub mod generations;
pub mod held_files;
pub mod import;
pub mod imports;
pub mod mail;
pub mod notifications;
pub mod overview;
pub mod paths;
pub mod quarantine;
pub mod reconcile;
pub mod reports;
pub mod sample;
pub mod secrets;
pub mod settings;
pub mod status;
pub mod sync;
pub mod tray;
mod users;
pub mod version;
pub mod work;

pub use app::{App, FreeBytes, Host, Nothing};
pub use commands::api;
pub use error::{ApiError, Code};
pub use event::{Event, Events, Pace, Unit};
pub use registry::{Api, Command};

/// Where a host keeps files of its own.
pub use outlay_ledger::private;

/// The nouns that requests and answers are made of, so that a host needs no other crate of ours.
pub use outlay_core::{
    alert::Letter,
    budget,
    delivery::{Channel, DeliveryState, MailSecurity, NotifyFrom},
    export::formula_safe,
    figures,
    forecast::Projection,
    glance::TrayWish,
    instant::Instant,
    money::Money,
    period::{Day, Month, Zone},
    report,
};
