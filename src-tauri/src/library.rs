//! Whether the library that draws icons beside the clock is installed. It is loaded when it is needed, and who loads it
//! ends the program where it is missing; so one looks before.

use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// The names under which the loader looks for it, one after the other.
const NAMES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];

/// What the system's loader knows.
const CACHE: &str = "/etc/ld.so.cache";

/// Where loaders look that keep no such list.
const FOLDERS: [&str; 6] = ["/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib64", "/usr/local/lib"];

/// Whether the library can be loaded.
pub(crate) fn draws_icons() -> bool {
    let own = kind(Path::new("/proc/self/exe"));
    let known = fs_err::read(CACHE).unwrap_or_default();
    let first = outlay_host::variable("LD_LIBRARY_PATH").unwrap_or_default();
    let folders = std::env::split_paths(&first).chain(FOLDERS.map(PathBuf::from));
    let below = folders.flat_map(|folder| NAMES.map(|name| folder.join(name)));
    below.chain(paths(&known)).any(|path| own.is_some() && kind(&path) == own)
}

/// The paths of the library in the loader's list, where texts are ended by a zero.
fn paths(cache: &[u8]) -> impl Iterator<Item = PathBuf> {
    let texts = cache.split(|byte| *byte == 0).map(|text| Path::new(std::ffi::OsStr::from_bytes(text)));
    let is_it = |path: &Path| path.is_absolute() && NAMES.iter().any(|name| path.ends_with(name));
    texts.filter(move |path| is_it(path)).map(Path::to_path_buf)
}

/// Of a program or library: its word size, byte order, and machine.
fn kind(path: &Path) -> Option<[u8; 4]> {
    let mut head = [0; 20];
    fs_err::File::open(path).and_then(|mut file| file.read_exact(&mut head)).ok()?;
    head.starts_with(b"\x7fELF").then(|| [head[4], head[5], head[18], head[19]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loaders_list_holds_paths() {
        let cache =
            b"glibc-ld.so.cache1.1\x05\0libayatana-appindicator3.so.1\0/lib/libayatana-appindicator3.so.1\0\
            /lib/libgtk-3.so.0\0/opt/libappindicator3.so.1\0/opt/libappindicator3.so.1.0\0";
        let found: Vec<_> = paths(cache).collect();
        assert_eq!(
            found,
            ["/lib/libayatana-appindicator3.so.1", "/opt/libappindicator3.so.1"].map(PathBuf::from)
        );
    }

    #[test]
    fn only_what_this_program_can_load_counts() {
        let own = Path::new("/proc/self/exe");
        assert!(kind(own).is_some());
        assert_eq!(kind(Path::new(CACHE)), None, "no library");
        assert_eq!(kind(Path::new("/nowhere")), None);
    }
}
