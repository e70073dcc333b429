//! One file per table (or per closely tied pair): its SQL and its row mapping.

pub(crate) mod applications;
