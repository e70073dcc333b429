//! What the gate says when it cannot tell: the user's choice, open or closed.
//!
//! It lies in a file of its own beside the ledger, because it must be known when the ledger cannot be read.

use outlay_ledger::private;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::AppError;

/// The file's name in the data folder.
const FILE: &str = "gate-when-unknown";

/// What the gate says when it cannot tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum WhenUnknown {
    /// Go on: what is not known is not refused.
    Open,
    /// Stop: what is not known is not allowed.
    #[default]
    Closed,
}

/// Where the choice comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ChosenBy {
    /// The call said so.
    Flag,
    /// The setting `gate_when_unknown`.
    Setting,
    /// Nobody chose.
    Default,
}

/// What applied when the gate could not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct Unknown {
    /// Open lets the call pass, closed does not.
    pub applied: WhenUnknown,
    /// Who chose it.
    pub chosen_by: ChosenBy,
}

impl WhenUnknown {
    /// The word that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::Open, Self::Closed].into_iter().find(|known| known.as_str() == word.trim())
    }
}

impl Unknown {
    /// What applies now.
    pub(crate) fn now(app: &App, flag: Option<WhenUnknown>) -> Self {
        match (flag, chosen(app)) {
            (Some(applied), _) => Self { applied, chosen_by: ChosenBy::Flag },
            (None, Some(applied)) => Self { applied, chosen_by: ChosenBy::Setting },
            (None, None) => Self { applied: WhenUnknown::default(), chosen_by: ChosenBy::Default },
        }
    }

    /// `code` where it is closed, 0 where it is open.
    pub(crate) const fn exit_code(self, code: u8) -> u8 {
        match self.applied {
            WhenUnknown::Open => 0,
            WhenUnknown::Closed => code,
        }
    }
}

/// The setting; `None` where nobody set it.
fn chosen(app: &App) -> Option<WhenUnknown> {
    WhenUnknown::read(&fs_err::read_to_string(app.data_dir().join(FILE)).ok()?)
}

/// The setting or its default.
pub(crate) fn setting(app: &App) -> WhenUnknown {
    chosen(app).unwrap_or_default()
}

/// Changes the setting.
pub(crate) fn set(app: &App, word: &str) -> Result<(), AppError> {
    let choice = WhenUnknown::read(word).ok_or_else(|| AppError::Field {
        field: "gate_when_unknown",
        problem: format!("takes open or closed, not `{word}`"),
    })?;
    let path = app.data_dir().join(FILE);
    let whole = path.with_extension("part");
    let write = || {
        private::folder(app.data_dir())?;
        match fs_err::remove_file(&whole) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::io::Write::write_all(&mut private::file(&whole)?, choice.as_str().as_bytes())?;
        fs_err::rename(&whole, &path)
    };
    write().map_err(|source| AppError::CannotWrite { path: path.clone(), source })
}
