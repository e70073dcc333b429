//! Passwords on their way in: from standard input, or typed unseen. Never as an argument: arguments stand in the list of
//! processes and in the shell's history.

use std::io::Read as _;

use outlay_app::secrets::Secret;

use crate::failure::Failure;
use crate::session::Session;

/// The first line of standard input.
///
/// # Errors
/// It is empty.
pub(crate) fn from_standard_input() -> Result<Secret, Failure> {
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text)?;
    let password = text.lines().next().unwrap_or_default();
    if password.is_empty() {
        return Err(Failure::usage("standard input holds no password", "send it in one line"));
    }
    Ok(Secret::new(password.to_owned()))
}

/// What is typed unseen; nothing is none.
///
/// # Errors
/// Those of the terminal.
pub(crate) fn asked(session: &Session, question: &str) -> Result<Option<Secret>, Failure> {
    session.printer.prompt(question);
    let password = rpassword::read_password()?;
    Ok(Some(password).filter(|password| !password.is_empty()).map(Secret::new))
}
