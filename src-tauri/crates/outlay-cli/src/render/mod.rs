//! What the app answers, drawn for a person. JSON is not drawn: it is the app's answer itself.

pub(crate) mod adoption;
pub(crate) mod alert_rules;
pub(crate) mod alerts;
pub(crate) mod amount;
pub(crate) mod applications;
pub(crate) mod budgets;
pub(crate) mod calls;
pub(crate) mod days;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod imports;
pub(crate) mod mail;
pub(crate) mod plan;
pub(crate) mod price_changes;
pub(crate) mod price_search;
pub(crate) mod prices;
pub(crate) mod quarantine;
pub(crate) mod reconcile;
pub(crate) mod report;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod sync;
pub(crate) mod table;
pub(crate) mod text;
