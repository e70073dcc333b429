//! One file per verb: what can be typed, and what is done with it.

mod alert_rules;
pub(crate) mod alerts;
pub(crate) mod applications;
pub(crate) mod budget;
pub(crate) mod calls;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod imports;
pub(crate) mod log;
pub(crate) mod mail;
pub(crate) mod man;
pub(crate) mod members;
pub(crate) mod quarantine;
mod raise;
pub(crate) mod report;
pub(crate) mod reservation;
pub(crate) mod run;
pub(crate) mod safety;
pub(crate) mod sample;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod sync;
pub(crate) mod sync_questions;
