//! The user's mapping of any other table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which column holds what.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mapping {
    /// Column by field.
    pub fields: BTreeMap<String, String>,
}

impl Mapping {
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.fields.values().map(String::as_str)
    }
}

/// The name under which a mapping for a header is remembered.
pub fn header_signature(header: &[String]) -> String {
    let mut hasher = blake3::Hasher::new();
    for title in header {
        hasher.update(super::table::normalise(title).as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}
