//! Whom a request means: everybody, one person, or the owner when it names nobody. Who that is, the ledger says.

use outlay_ledger::{Reader, Whose};

use crate::error::AppError;

/// Whose rows a request means: the owner's, unless it names somebody, or `all`.
pub(crate) fn whose(reader: &Reader<'_>, user: Option<&str>) -> Result<Whose, AppError> {
    Ok(match user.map(str::trim) {
        Some("all") => Whose::All,
        Some(name) => Whose::User(name.to_owned()),
        None => Whose::User(reader.identity()?.owner),
    })
}

/// One user's name where what is asked or done is one person's: a limit, a call. Nobody's is `all`.
pub(crate) fn one_user(reader: &Reader<'_>, user: Option<&str>) -> Result<String, AppError> {
    if user.map(str::trim) == Some("all") {
        let problem = "takes the name of one person here, whose limits and calls these are".to_owned();
        return Err(AppError::Field { field: "user", problem });
    }
    user_name(reader, user)
}

/// One user's name: the owner's, unless the request names somebody. Space around a name makes nobody else of it.
pub(crate) fn user_name(reader: &Reader<'_>, user: Option<&str>) -> Result<String, AppError> {
    Ok(match user.map(str::trim) {
        Some("") => return Err(AppError::Field { field: "user", problem: "is empty".to_owned() }),
        Some(name) if name != "all" => name.to_owned(),
        _ => reader.identity()?.owner,
    })
}
