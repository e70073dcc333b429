//! Files that have no path of their own until a host holds them: what was pasted, and what a browser sends.
//!
//! They lie in a private folder below the data folder and are imported like any file. They go away once they
//! are imported, when the page lets go of them, when the program ends, and at the next start whatever an
//! unfortunate end left. How their bytes travel is the host's matter.

use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use outlay_core::report::Count;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::private;

/// The longest file that is held, in bytes.
pub const LONGEST: u64 = 2_000_000_000;

/// A file that is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct HeldFile {
    /// Where it is: what an import takes.
    pub path: PathBuf,
}

/// Files that nobody will import.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRequest {
    /// Their paths. Those that are not held are left alone.
    pub files: Vec<PathBuf>,
}

/// Files that went away.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Released {
    /// `outlay.release/1`.
    pub schema: &'static str,
    /// How many.
    pub files: Count,
}

/// A file that is being held, byte by byte. Dropped before it is finished, it goes away.
pub struct Holding<'a> {
    held: &'a HeldFiles,
    file: fs_err::File,
    path: PathBuf,
    length: u64,
    finished: bool,
}

/// Begins to hold a file. Of its name only the last part is kept, without what file systems refuse.
///
/// # Errors
/// The data folder cannot be written.
pub fn begin<'a>(app: &'a App, name: &str) -> Result<Holding<'a>, ApiError> {
    let id = app.new_id(app.now()).to_string();
    let path = app.held.place(&id, &file_name(name))?;
    let file = private::file(&path).map_err(|source| cannot_write(&path, source))?;
    Ok(Holding { held: &app.held, file, path, length: 0, finished: false })
}

/// Holds a file whose bytes are all there.
///
/// # Errors
/// It is longer than [`LONGEST`]; the data folder cannot be written.
pub fn hold(app: &App, name: &str, bytes: &[u8]) -> Result<HeldFile, ApiError> {
    let mut holding = begin(app, name)?;
    holding.write(bytes)?;
    Ok(holding.finish())
}

/// Whether a file of this many bytes can be held, for those who know it beforehand.
///
/// # Errors
/// It is longer than [`LONGEST`].
pub fn fits(path: &Path, length: u64) -> Result<(), ApiError> {
    if length > LONGEST {
        return Err(AppError::TooLong { path: path.to_owned(), gigabytes: LONGEST / 1_000_000_000 }.into());
    }
    Ok(())
}

/// Lets go of files that nobody will import.
///
/// # Errors
/// None.
pub fn release(app: &App, request: ReleaseRequest) -> Result<Released, ApiError> {
    let released = request.files.iter().filter(|path| app.held.release(path)).count();
    Ok(Released { schema: "outlay.release/1", files: Count(i64::try_from(released).unwrap_or(i64::MAX)) })
}

/// Removes what an unfortunate end left, unless another program holds files at this moment: for the start.
pub fn clear(app: &App) {
    app.held.clear();
}

/// Lets go of everything: for the end. What a host that is killed leaves, the next start clears.
pub fn close(app: &App) {
    app.held.close();
}

impl Holding<'_> {
    /// Appends bytes.
    ///
    /// # Errors
    /// The file becomes longer than [`LONGEST`]; the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), ApiError> {
        self.length = self.length.saturating_add(bytes.len() as u64);
        fits(&self.path, self.length)?;
        Ok(self.file.write_all(bytes).map_err(|source| cannot_write(&self.path, source))?)
    }

    /// The whole file.
    pub fn finish(mut self) -> HeldFile {
        self.finished = true;
        HeldFile { path: self.path.clone() }
    }
}

impl Drop for Holding<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.held.release(&self.path);
        }
    }
}

/// The files that this program holds.
pub(crate) struct HeldFiles {
    /// Shared with other programs on the same data folder.
    folder: PathBuf,
    own: Mutex<Option<Own>>,
}

/// This program's part of the folder.
struct Own {
    folder: PathBuf,
    /// While it is locked by anybody, nobody clears the folder.
    _lock: fs_err::File,
}

impl HeldFiles {
    pub(crate) fn below(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("held"), own: Mutex::default() }
    }

    /// Where a file of this id and name goes; its folder is made.
    fn place(&self, id: &str, name: &str) -> Result<PathBuf, AppError> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |source| cannot_write(&self.folder, source);
        let own = match &mut *own {
            Some(own) => own,
            empty @ None => empty.insert(self.settle(id).map_err(failed)?),
        };
        let folder = own.folder.join(id);
        private::folder(&folder).map_err(failed)?;
        Ok(folder.join(name))
    }

    fn settle(&self, id: &str) -> std::io::Result<Own> {
        private::folder(&self.folder)?;
        let lock = self.lock_file()?;
        lock.file().lock_shared()?;
        Ok(Own { folder: self.folder.join(format!("of-{id}")), _lock: lock })
    }

    fn lock_file(&self) -> std::io::Result<fs_err::File> {
        fs_err::OpenOptions::new().write(true).create(true).truncate(false).open(self.folder.join("lock"))
    }

    /// Removes a file of this program's own, and says whether there was one.
    pub(crate) fn release(&self, path: &Path) -> bool {
        let own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(own) = &*own else { return false };
        let Ok(below) = path.strip_prefix(&own.folder) else { return false };
        let parts: Vec<_> = below.components().collect();
        let [Component::Normal(id), Component::Normal(_)] = parts[..] else { return false };
        fs_err::remove_dir_all(own.folder.join(id)).is_ok()
    }

    fn close(&self) {
        if let Some(own) = self.own.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // The next start tries again.
            let _ = fs_err::remove_dir_all(&own.folder);
        }
    }

    fn clear(&self) {
        if !self.folder.exists() {
            return;
        }
        let Ok(lock) = self.lock_file() else { return };
        if lock.file().try_lock().is_err() {
            return;
        }
        for left in fs_err::read_dir(&self.folder).into_iter().flatten().flatten() {
            if left.file_name().to_string_lossy().starts_with("of-") {
                // What cannot be removed now is tried again at the next start.
                let _ = fs_err::remove_dir_all(left.path());
            }
        }
    }
}

/// The last part of a name, as every file system takes it.
fn file_name(name: &str) -> String {
    const LONGEST: usize = 120;
    /// Windows takes these for devices, whatever follows the dot.
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let allowed = |letter: char| !letter.is_control() && !r#"<>:"|?*"#.contains(letter);
    let kept: String = last.chars().filter(|&letter| allowed(letter)).collect();
    let kept = kept.trim_matches([' ', '.']);
    // The end says what it is, so the beginning gives way.
    let start =
        kept.char_indices().map(|(at, _)| at).find(|at| kept.len() - at <= LONGEST).unwrap_or_default();
    let stem = kept[start..].split('.').next().unwrap_or_default().to_lowercase();
    let stem = stem.trim_end_matches(|letter: char| letter.is_ascii_digit());
    match &kept[start..] {
        "" => "pasted.csv".to_owned(),
        device if DEVICES.contains(&stem) => format!("file-{device}"),
        name => name.to_owned(),
    }
}

fn cannot_write(path: &Path, source: std::io::Error) -> AppError {
    AppError::CannotWrite { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[track_caller]
    fn check(given: &str, kept: &str) {
        assert_eq!(file_name(given), kept, "naming {given:?}");
    }

    #[test]
    fn a_name_is_one_part_of_a_path() {
        check("activity.csv", "activity.csv");
        check("Übersicht 2026.csv", "Übersicht 2026.csv");
        check("../../etc/passwd", "passwd");
        check(r"C:\exports\usage.csv", "usage.csv");
        check("..", "pasted.csv");
        check("", "pasted.csv");
        check("a/", "pasted.csv");
        check("nul\0.csv\n", "file-nul.csv");
        check("COM1", "file-COM1");
        check("complete.csv", "complete.csv");
        check("what?.csv", "what.csv");
        check(&format!("{}.csv", "é".repeat(400)), &format!("{}.csv", "é".repeat(58)));
    }
}
