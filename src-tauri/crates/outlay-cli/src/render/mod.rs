//! What the app answers, drawn for a person. JSON is not drawn: it is the app's answer itself.

pub(crate) mod amount;
pub(crate) mod days;
pub(crate) mod report;
pub(crate) mod table;
pub(crate) mod text;
