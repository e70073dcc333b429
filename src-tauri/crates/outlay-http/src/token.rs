//! The token in a file, for scripts of the person who runs the server: readable by nobody else, and only
//! as long as the server runs.
//!
//! Each server has its own file, named after its port, so several can run on one data folder.

use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};

use std::io::Write as _;

use outlay_app::private;

/// The file of a running server. It goes with this value.
#[derive(Debug)]
pub(crate) struct TokenFile {
    path: PathBuf,
}

impl TokenFile {
    /// Writes the token of the server that listens on `port`.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(crate) fn write(folder: &Path, port: u16, token: &str) -> std::io::Result<Self> {
        private::folder(folder)?;
        let path = folder.join(name(port));
        // The port is ours, so a file of that name is of a server that was killed.
        let _ = fs_err::remove_file(&path);
        remove_left(folder, port);
        let mut file = private::file(&path)?;
        let written = Self { path };
        file.write_all(token.as_bytes())?;
        Ok(written)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        // A file that stays opens nothing: its server is gone.
        let _ = fs_err::remove_file(&self.path);
    }
}

fn name(port: u16) -> String {
    format!("serve-{port}.token")
}

/// Removes the files of servers that were killed: nobody listens on their ports.
fn remove_left(folder: &Path, own: u16) {
    for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
        let port = entry
            .file_name()
            .to_str()
            .and_then(|name| name.strip_prefix("serve-")?.strip_suffix(".token")?.parse().ok());
        let is_left = |port: &u16| *port != own && TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_err();
        if port.as_ref().is_some_and(is_left) {
            let _ = fs_err::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn it_is_private_and_goes_with_its_server_and_left_ones_go_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let listens = TcpListener::bind("127.0.0.1:0").expect("a port");
        let other = listens.local_addr().expect("an address").port();
        let killed = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let running = TokenFile::write(&data, other, "other").expect("a file");
        fs_err::write(data.join(name(killed)), "left").expect("a file");
        let own = TokenFile::write(&data, 1, "c0ffee").expect("a file");
        assert_eq!(fs_err::read_to_string(own.path()).expect("the file"), "c0ffee");
        assert!(running.path().exists() && !data.join(name(killed)).exists());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs_err::metadata(own.path()).expect("the file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let path = own.path().to_owned();
        drop(own);
        assert!(!path.exists());
    }
}
