//! Folders and files that only their owner can read: everything that Outlay keeps is made through here.
//!
//! On Windows the person's own folders are private already.

use std::path::Path;

/// Makes a folder, and those above it that are missing, for its owner only. One that is there stays as it is.
///
/// # Errors
/// It cannot be made; the words name it.
pub fn folder(folder: &Path) -> std::io::Result<()> {
    if folder.as_os_str().is_empty() || folder.exists() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| {
        std::io::Error::new(error.kind(), format!("the folder {} cannot be made: {error}", folder.display()))
    })
}

/// A new file for its owner only, open for writing.
///
/// # Errors
/// It is there already, or cannot be made.
pub fn file(path: &Path) -> std::io::Result<fs_err::File> {
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
