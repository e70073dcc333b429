//! What is asked of an import: which files, and the answers to what they leave open.

use std::path::{Path, PathBuf};

use outlay_core::import::{DateOrder, DecimalMark};
use outlay_core::instant::Instant;
use serde::{Deserialize, Serialize};

/// Files to import, and answers given beforehand.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// Paths of the files.
    pub files: Vec<PathBuf>,
    /// How a file is called, where its path is not its name: standard input that was kept in a file.
    #[serde(default)]
    pub piped_as: Option<String>,
    /// The account at the provider, for files that do not name it. Remembered per kind of source.
    #[serde(default)]
    pub account: Option<String>,
    /// The instant of the export, for files that do not state it.
    #[serde(default)]
    pub as_of: Option<Instant>,
    /// What happens to rows that count and that a newer file lacks.
    #[serde(default)]
    pub days: Option<DaysChoice>,
    /// `FIELD=COLUMN` pairs, or `FIELD:=TEXT` for every row, for a table that is no known export.
    #[serde(default)]
    pub map: Vec<String>,
    /// Which part of a date such as `6/7/26` is the month, if the files do not show it.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// The decimal mark, if it is not the one that was found.
    #[serde(default)]
    pub decimal: Option<DecimalMark>,
    /// Answers for single files, which go before those for all.
    #[serde(default)]
    pub answers: Vec<FileAnswers>,
    /// Import nothing if any row cannot be read.
    #[serde(default)]
    pub strict: bool,
    /// Only for a commit: the plan that was shown. Without it, whatever the plan would be is done.
    #[serde(default)]
    pub plan_id: Option<String>,
    /// Only for a plan: show what a person looks at, too, and let a single file that cannot be read be an
    /// entry of the plan.
    #[serde(default)]
    pub detail: bool,
}

/// What happens to days that an earlier file of the same source described with other rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum DaysChoice {
    /// The file speaks for its days.
    Replace,
    /// What counts there goes on counting.
    Keep,
}

/// What was said about one of the files. What is absent is as for all files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct FileAnswers {
    /// The file, as it stands among the files.
    pub file: PathBuf,
    /// See [`ImportRequest::account`].
    #[serde(default)]
    pub account: Option<String>,
    /// See [`ImportRequest::days`].
    #[serde(default)]
    pub days: Option<DaysChoice>,
    /// See [`ImportRequest::map`].
    #[serde(default)]
    pub map: Vec<String>,
    /// See [`ImportRequest::date_order`].
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// See [`ImportRequest::decimal`].
    #[serde(default)]
    pub decimal: Option<DecimalMark>,
}

impl ImportRequest {
    /// The request as it holds for one of its files.
    pub(super) fn of_file(&self, path: &Path) -> Self {
        let mut own = self.clone();
        for said in self.answers.iter().filter(|said| said.file == path).cloned() {
            own.account = said.account.or(own.account);
            own.days = said.days.or(own.days);
            own.date_order = said.date_order.or(own.date_order);
            own.decimal = said.decimal.or(own.decimal);
            if !said.map.is_empty() {
                own.map = said.map;
            }
        }
        own
    }
}
