//! A password on its way: overwritten in memory when it goes, and never shown.
//!
//! Where it is kept between two runs is the host's business; nothing here writes it anywhere.

use std::fmt;

use zeroize::Zeroizing;

/// The password of a login. Neither `Debug` nor anything else prints it; there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes a password over.
    pub fn new(password: String) -> Self {
        Self(Zeroizing::new(password))
    }

    /// The password itself, for the keychain and for the server.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(not shown)")
    }
}
