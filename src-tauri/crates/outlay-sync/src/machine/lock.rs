//! Keeps two syncs of one ledger apart: a file beside it that is locked as long as one goes on. The system lets go of
//! it when the program ends, however that is.

use std::fs::TryLockError;
use std::path::{Path, PathBuf};

use fs_err::{File, OpenOptions};

use super::MachineError;

/// Held for as long as a sync goes on.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Locks the file of a ledger, which stays when it is let go of.
    pub(super) fn of(ledger: &Path) -> Result<Self, MachineError> {
        let path = beside(ledger);
        let failed = |source| MachineError::CannotLock { path: path.clone(), source };
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use fs_err::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(MachineError::AlreadySyncing),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

fn beside(ledger: &Path) -> PathBuf {
    let mut name = ledger.file_name().unwrap_or_default().to_owned();
    name.push(".sync-lock");
    ledger.with_file_name(name)
}
