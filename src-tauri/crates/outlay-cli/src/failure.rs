//! How a run of `outlay` can end other than well: the exit code and the words.
//!
//! What the app refuses arrives as an `ApiError` with its words made; here it only gets its exit code.
//! What only the terminal knows (an answer of no, a closed pipe) is added.

use std::fmt::Write as _;
use std::io;

use outlay_app::{ApiError, Code};

/// The exit codes that a script may rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Refused: the input is understood and the answer is no.
    Refused = 1,
    /// Wrong usage.
    Usage = 2,
    /// The input cannot be read as what it should be.
    Unreadable = 65,
    /// There is no such file.
    NoSuchFile = 66,
    /// The gate cannot tell; a mail server or the keychain does not do its part.
    Unavailable = 69,
    /// The ledger or the disk failed.
    Storage = 74,
    /// The gate's data is too old.
    TooOld = 75,
    /// The team's server does not allow it.
    NotAllowed = 77,
    /// Stopped by Ctrl-C.
    Cancelled = 130,
}

/// Why a run did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// With words for a person.
    Said {
        /// The exit code.
        exit: Exit,
        /// A word to match on.
        code: String,
        /// What went wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// Everything was already said: the outcome itself is a refusal.
    Shown(Exit),
    /// The command that was run ended so, and said what it had to say.
    Ended(u8),
    /// Whoever read our output has gone, as `head` does: that is success.
    BrokenPipe,
}

impl Failure {
    /// A refusal by the terminal itself. An empty hint is none.
    pub(crate) fn refused(code: &str, message: impl Into<String>, hint: &str) -> Self {
        Self::said(Exit::Refused, code, message, hint)
    }

    /// Wrong usage that only shows after the arguments were read. An empty hint is none.
    pub(crate) fn usage(message: impl Into<String>, hint: &str) -> Self {
        Self::said(Exit::Usage, "usage", message, hint)
    }

    /// Arguments that do not parse: clap's own sentence, and where to read more.
    pub(crate) fn misread(error: &clap::Error) -> Self {
        let text = error.to_string();
        let sentence = text.lines().next().unwrap_or_default();
        let message = sentence.strip_prefix("error: ").unwrap_or(sentence);
        Self::usage(message, "`outlay --help` shows what can be typed")
    }

    fn said(exit: Exit, code: &str, message: impl Into<String>, hint: &str) -> Self {
        let hint = Some(hint.to_owned()).filter(|hint| !hint.is_empty());
        Self::Said { exit, code: code.to_owned(), message: message.into(), hint }
    }

    /// The same exit code, when the words are already part of what was shown.
    pub(crate) fn shown(self) -> Self {
        match self {
            Self::Said { exit, .. } => Self::Shown(exit),
            other => other,
        }
    }

    /// The exit code of the process.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Said { exit, .. } | Self::Shown(exit) => *exit as u8,
            Self::Ended(code) => *code,
            Self::BrokenPipe => 0,
        }
    }

    /// What stands on stderr; `None` when nothing is left to say.
    pub(crate) fn words(&self, json: bool) -> Option<String> {
        let Self::Said { code, message, hint, .. } = self else { return None };
        if json {
            let error = serde_json::json!({ "code": code, "message": message, "hint": hint });
            return Some(serde_json::json!({ "error": error }).to_string());
        }
        let mut words = format!("error: {message}");
        if let Some(hint) = hint {
            let _ = write!(words, "\n\nhint: {}", unpunctuated(hint));
        }
        Some(words)
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let exit = match error.code {
            Code::Usage => Exit::Usage,
            Code::Refused | Code::NotFound | Code::NoSession => Exit::Refused,
            Code::UnreadableInput | Code::TooLarge => Exit::Unreadable,
            Code::NoSuchFile => Exit::NoSuchFile,
            Code::Unavailable => Exit::Unavailable,
            Code::PasswordNeeded | Code::NotAllowed => Exit::NotAllowed,
            Code::Storage => Exit::Storage,
            Code::Cancelled => Exit::Cancelled,
        };
        let code = serde_json::to_value(error.code).ok();
        let code = code.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let hint = Some(error.hint).filter(|hint| !hint.is_empty());
        Self::Said { exit, code, message: error.message, hint }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let (exit, code, hint) = match error.kind() {
            io::ErrorKind::BrokenPipe => return Self::BrokenPipe,
            io::ErrorKind::NotFound => (Exit::NoSuchFile, "no_such_file", "check the path"),
            _ => (Exit::Storage, "io", "check that the folder is there, writable and not full"),
        };
        Self::said(exit, code, error.to_string(), hint)
    }
}

/// A single sentence stands without its full stop, and begins like the rest of the line.
fn unpunctuated(text: &str) -> String {
    let mut letters = text.strip_suffix('.').unwrap_or(text).chars();
    match letters.next() {
        Some(first) if !text.contains(". ") => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}
