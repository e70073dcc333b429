//! One file per table (or per closely tied pair): its SQL and its row mapping.

pub(crate) mod alerts;
pub(crate) mod applications;
pub(crate) mod authorities;
pub(crate) mod budgets;
pub(crate) mod calls;
mod claims;
pub(crate) mod cost_config;
pub(crate) mod costly_calls;
pub(crate) mod covered;
pub(crate) mod deliveries;
pub(crate) mod imports;
pub(crate) mod log;
mod models;
pub(crate) mod quarantine;
pub(crate) mod raises;
mod raising;
mod reconciled;
pub(crate) mod remembered;
pub(crate) mod reservations;
pub(crate) mod settings;
pub(crate) mod snoozes;
mod sought;
pub(crate) mod sources;
pub(crate) mod spend;
pub(crate) mod tallies;
pub(crate) mod voids;
pub(crate) mod zone_tallies;
