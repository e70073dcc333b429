//! A way to the server that takes a while, and that hears how long the server takes: bytes go through a port of this
//! program's own, unencrypted on this machine.
//!
//! What it counts is the time from a question's arrival at the server to the end of its answer, after the login. On a
//! machine that does nothing else that is what the server takes, its sending included.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// What was heard.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Heard {
    /// What the server took for its answers.
    pub(crate) time: Duration,
    /// How many questions there were.
    pub(crate) questions: u32,
    asked_at: Option<Instant>,
    is_let_in: bool,
}

/// A port that leads to the server until this program ends.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// Where it listens.
    pub(crate) port: u16,
    heard: Arc<Mutex<Heard>>,
}

impl Proxy {
    /// Opens a port that leads to `server`. A byte takes `delay` either way.
    ///
    /// # Errors
    /// No port.
    pub(crate) fn open(server: String, delay: Duration) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let ear = Arc::clone(&heard);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(&server) else { return };
                let (Ok(to_client), Ok(to_server)) = (client.try_clone(), server.try_clone()) else { return };
                lock(&ear).begin();
                let (asks, answers) = (Arc::clone(&ear), Arc::clone(&ear));
                carry(client, to_server, delay, move |_| lock(&asks).ask());
                let mut frames = Frames::default();
                carry(server, to_client, delay, move |bytes| {
                    frames.each(bytes, |kind| {
                        if kind == READY {
                            lock(&answers).answer()
                        }
                    });
                });
            }
        });
        Ok(Self { port, heard })
    }

    /// What was heard since this was asked last.
    pub(crate) fn heard(&self) -> Heard {
        std::mem::take(&mut *lock(&self.heard))
    }
}

/// With this message the server says that it waits for the next question.
const READY: u8 = b'Z';

fn lock(heard: &Mutex<Heard>) -> std::sync::MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Heard {
    /// A login is no question.
    fn begin(&mut self) {
        (self.is_let_in, self.asked_at) = (false, None);
    }

    fn ask(&mut self) {
        if self.is_let_in && self.asked_at.is_none() {
            self.asked_at = Some(Instant::now());
            self.questions += 1;
        }
    }

    fn answer(&mut self) {
        self.is_let_in = true;
        self.time += self.asked_at.take().map(|asked_at| asked_at.elapsed()).unwrap_or_default();
    }
}

/// Carries bytes one way. `listen` is told at the server's end of the way.
fn carry(
    mut from: TcpStream,
    mut to: TcpStream,
    delay: Duration,
    mut listen: impl FnMut(&[u8]) + Send + 'static,
) {
    let _ = to.set_nodelay(true);
    let (send, receive) = channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || deliver(&receive, &mut to, delay));
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            listen(&buffer[..count]);
            if send.send((Instant::now(), buffer[..count].to_vec())).is_err() {
                break;
            }
        }
    });
}

fn deliver(receive: &Receiver<(Instant, Vec<u8>)>, to: &mut TcpStream, delay: Duration) {
    for (at, bytes) in receive {
        thread::sleep((at + delay).saturating_duration_since(Instant::now()));
        if to.write_all(&bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// Finds the messages in a stream of bytes: a kind, and a length that counts itself.
#[derive(Debug, Default)]
struct Frames {
    head: Vec<u8>,
    /// Bytes of the present message that are still to come.
    left: usize,
}

impl Frames {
    fn each(&mut self, mut bytes: &[u8], mut found: impl FnMut(u8)) {
        while !bytes.is_empty() {
            let skipped = self.left.min(bytes.len());
            self.left -= skipped;
            bytes = &bytes[skipped..];
            let taken = (5 - self.head.len()).min(bytes.len());
            self.head.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            if let [kind, length @ ..] = &self.head[..]
                && let Ok(length) = <[u8; 4]>::try_from(length)
            {
                let (kind, length) = (*kind, u32::from_be_bytes(length) as usize);
                (self.left, self.head) = (length.saturating_sub(4), Vec::new());
                found(kind);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_however_they_are_cut() {
        let stream =
            [b"T".as_slice(), &[0, 0, 0, 7, 1, 2, 3], b"Z", &[0, 0, 0, 5, b'I'], b"D", &[0, 0, 0, 4]];
        let stream = stream.concat();
        for length in 1..=stream.len() {
            let (mut frames, mut kinds) = (Frames::default(), Vec::new());
            stream.chunks(length).for_each(|bytes| frames.each(bytes, |kind| kinds.push(kind)));
            assert_eq!(kinds, b"TZD", "in pieces of {length}");
        }
    }
}
