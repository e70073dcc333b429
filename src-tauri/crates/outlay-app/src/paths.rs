//! Where the ledger lives: the platform's folder for an application's data, the same for all hosts.
//!
//! A host may be told another folder; that is its own argument and stands there.

use std::path::{Path, PathBuf};

/// The ledger's file in the data folder.
pub const LEDGER_FILE: &str = "outlay.db";

/// The file of sample data beside it, while somebody looks around.
pub const SAMPLE_FILE: &str = "outlay-sample.db";

const SAMPLE: &str = "dev.outlay.desktop.sample";

/// The folder of the person's own ledger; `None` where the platform names no home.
pub fn data_dir() -> Option<PathBuf> {
    folder("dev.outlay.desktop")
}

/// The folder of the sample ledger, which never mixes with the person's own.
pub fn sample_data_dir() -> Option<PathBuf> {
    folder(SAMPLE)
}

/// Whether a data folder is one of sample data, wherever it lies: its name says so.
pub(crate) fn is_sample(data_dir: &Path) -> bool {
    data_dir.file_name().is_some_and(|name| name == SAMPLE)
}

fn folder(identifier: &str) -> Option<PathBuf> {
    Some(directories::BaseDirs::new()?.data_dir().join(identifier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sample_data_is_known_by_its_folder() {
        let is = |path: &str| is_sample(Path::new(path));
        assert!(is("/home/ada/.local/share/dev.outlay.desktop.sample"));
        assert!(!is("/home/ada/.local/share/dev.outlay.desktop"), "the person's own");
        assert!(!is("/home/ada/dev.outlay.desktop.sample/mine"), "only the folder itself");
    }
}
