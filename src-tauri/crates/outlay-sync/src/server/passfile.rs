//! The file in which PostgreSQL's own programs look for passwords: lines of `host:port:database:user:password`.
//!
//! Which file it is (`PGPASSFILE`, `~/.pgpass`) the host says. One that others can read is refused, not used.

use std::path::{Path, PathBuf};

use thiserror::Error;
use zeroize::Zeroizing;

use crate::server::address::{Address, Host};
use crate::server::password::Password;

/// Why a password file is of no use.
#[derive(Debug, Error)]
pub enum PassfileError {
    /// Others on this machine can read it.
    #[error("{path} can be read by others (its mode is {mode:03o})")]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is a folder, a pipe or the like.
    #[error("{path} is no file")]
    NotAFile {
        /// What stands there.
        path: PathBuf,
    },
    /// It cannot be read; the words name it.
    #[error("{0}")]
    Unreadable(#[from] std::io::Error),
}

impl PassfileError {
    /// What a person can do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::OpenToOthers { .. } => "Make it yours alone: chmod 600.",
            Self::NotAFile { .. } | Self::Unreadable(_) => "Correct PGPASSFILE, or unset it.",
        }
    }
}

/// The password for an address in the file at `path`; `None` where no line is about it.
///
/// # Errors
/// The file cannot be read, or others can read it.
pub fn read_passfile(path: &Path, address: &Address) -> Result<Option<Password>, PassfileError> {
    let metadata = fs_err::metadata(path)?;
    if !metadata.is_file() {
        return Err(PassfileError::NotAFile { path: path.to_owned() });
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(PassfileError::OpenToOthers { path: path.to_owned(), mode });
        }
    }
    let text = Zeroizing::new(fs_err::read_to_string(path)?);
    Ok(find(&text, address))
}

/// The first line that fits.
fn find(text: &str, address: &Address) -> Option<Password> {
    let port = address.port.to_string();
    let hosts = match &address.host {
        Host::Network(name) => [name.clone(), name.clone()],
        // A socket in the usual place goes by this name.
        Host::Socket(folder) => [folder.to_string_lossy().into_owned(), "localhost".into()],
    };
    let fits = |fields: &[Zeroizing<String>], place: usize, value: &str| {
        fields[place].as_str() == "*" || fields[place].as_str() == value
    };
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut fields = fields(line)?;
        let is_about = hosts.iter().any(|host| fits(&fields, 0, host))
            && fits(&fields, 1, &port)
            && fits(&fields, 2, &address.database)
            && fits(&fields, 3, &address.user);
        is_about.then(|| Password::new(std::mem::take(&mut fields[4])))
    })
}

/// The five fields of a line; a backslash stands before a colon or a backslash within one.
fn fields(line: &str) -> Option<[Zeroizing<String>; 5]> {
    let mut fields: [Zeroizing<String>; 5] = Default::default();
    let mut place = 0;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => fields[place].extend(letters.next()),
            ':' if place < 4 => place += 1,
            _ => fields[place].push(letter),
        }
    }
    (place == 4).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, address: &str, expected: Option<&str>) {
        let address: Address = address.parse().expect("an address");
        let found = find(text, &address);
        assert_eq!(found.as_ref().map(Password::expose), expected, "for {address} in {text:?}");
    }

    #[test]
    fn the_first_line_that_fits() {
        let file = "# a comment\n\nno line\nh:5432:other:ada:no\nh:5432:s:ada:first\nh:*:*:*:second\n*:*:*:ada:third:with colon\n";
        check(file, "postgres://ada@h/s", Some("first"));
        check(file, "postgres://ada@h:6000/s", Some("second"));
        check(file, "postgres://ada@i/s", Some("third:with colon"));
        check(file, "postgres://eve@i/s", None);
        check("", "postgres://ada@h/s", None);
    }

    #[test]
    fn what_stands_for_itself() {
        check("h:5432:a\\:b:ada:x\\\\y\\:z", "postgres://ada@h/a%3Ab", Some("x\\y:z"));
        check("\\:\\:1:5432:s:ada:six", "postgres://ada@[::1]/s", Some("six"));
        check("localhost:5432:s:ada:local", "postgres://ada@/s?host=/var/run/postgresql", Some("local"));
        check("/tmp:5432:s:ada:folder", "postgres://ada@/s?host=/tmp", Some("folder"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pass");
        fs_err::write(&path, "*:*:*:*:canary").expect("a file");
        let address: Address = "postgres://ada@h/s".parse().expect("an address");
        for (mode, refused) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o666, true)] {
            fs_err::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
            let read = read_passfile(&path, &address);
            assert_eq!(read.is_err(), refused, "{mode:o}");
            assert!(!format!("{read:?}").contains("canary"));
        }
        assert!(matches!(read_passfile(folder.path(), &address), Err(PassfileError::NotAFile { .. })));
        let missing = read_passfile(&folder.path().join("none"), &address);
        assert!(matches!(missing, Err(PassfileError::Unreadable(_))));
    }
}
