//! What every host reads off the machine it runs on: the clock, chance, the account, the time zone, the data
//! folder and the room on its disk. The window, the terminal and the loopback server share it, so that they agree.
//!
//! What only one of them reads (a terminal's width, a screen) stays with that one. Nothing here decides
//! anything: the app gets all of it as values.

mod keychain;
mod smtp;

pub use keychain::Keychain;
pub use smtp::post;

use std::path::{Path, PathBuf};

use outlay_app::{Instant, Zone, paths};

/// The present.
#[expect(clippy::disallowed_methods, reason = "this is the host: here the clock is read")]
pub fn now() -> Instant {
    chrono::Utc::now().into()
}

/// Random bytes for ids.
///
/// # Panics
/// When the system has no source of randomness, and then no id would be safe.
pub fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("every supported system has a source of randomness");
    bytes
}

/// Free space for this account on the disk of a folder, or of the nearest folder above it that is there, in bytes;
/// `None` where the system does not tell.
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|folder| folder.is_dir())?;
    fs4::available_space(there).ok()
}

/// The folder of the ledger: the one that was `named`, else the one in `OUTLAY_DATA_DIR`, else the platform's.
/// `None` where no folder is named and the account has no home.
pub fn data_dir(named: Option<PathBuf>) -> Option<PathBuf> {
    let from_environment =
        || variable("OUTLAY_DATA_DIR").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    named.or_else(from_environment).or_else(paths::data_dir)
}

/// The file in which PostgreSQL's programs look for passwords: the one in `PGPASSFILE`, else the usual one if it is there.
pub fn passfile() -> Option<PathBuf> {
    let named = variable("PGPASSFILE").filter(|path| !path.is_empty()).map(PathBuf::from);
    let usual = || {
        let folder = if cfg!(windows) { variable("APPDATA")? } else { variable("HOME")? };
        let name = if cfg!(windows) { "postgresql/pgpass.conf" } else { ".pgpass" };
        Some(PathBuf::from(folder).join(name)).filter(|path| path.is_file())
    };
    named.or_else(usual)
}

/// The name of the account that runs this, which is the ledger's owner until another is set.
pub fn account_name() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].iter().filter_map(|name| variable(name));
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "me".to_owned())
}

/// The time zone that this machine is set to; UTC when it does not say.
pub fn time_zone() -> Zone {
    let from_variable = variable("TZ").and_then(|value| zone_in(value.trim_start_matches(':')));
    let from_link = || {
        let target = fs_err::read_link("/etc/localtime").ok()?;
        zone_in(&target.to_string_lossy())
    };
    let from_system = || iana_time_zone::get_timezone().ok()?.parse().ok();
    from_variable.or_else(from_link).or_else(from_system).unwrap_or(Zone::UTC)
}

/// The zone in `Europe/Berlin`, or in a path that ends in `zoneinfo/Europe/Berlin`. Rules spelled out
/// (`CET-1CEST`) name no zone.
fn zone_in(text: &str) -> Option<Zone> {
    let name = text.rsplit_once("zoneinfo/").map_or(text, |(_, name)| name);
    let name = ["posix/", "right/"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    name.parse().ok()
}

/// A variable of the environment; `None` when it is not set or no text.
#[expect(clippy::disallowed_methods, reason = "this is the host: here the environment is read")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use super::{Zone, zone_in};

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(zone_in(text).map(Zone::name), expected, "reading {text}");
    }

    #[test]
    fn zones_are_read_as_systems_write_them() {
        check("Europe/Berlin", Some("Europe/Berlin"));
        check("/usr/share/zoneinfo/Europe/Berlin", Some("Europe/Berlin"));
        check("../usr/share/zoneinfo/posix/Asia/Kathmandu", Some("Asia/Kathmandu"));
        check("/var/db/timezone/zoneinfo/UTC", Some("UTC"));
        check("CET-1CEST,M3.5.0,M10.5.0/3", None);
        check("", None);
    }
}
