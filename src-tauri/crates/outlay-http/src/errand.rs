//! Work on a thread of its own, that comes when it is called and says itself when it comes again.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Calls an errand. It goes on until all who can call it are gone.
#[derive(Debug, Clone)]
pub struct Errand {
    call: Sender<()>,
}

impl Errand {
    /// Something may have to be done.
    pub fn call(&self) {
        // One that ended needs no call.
        let _ = self.call.send(());
    }
}

/// Works after `first`, and again after each pause that `work` answers; a call ends a pause.
///
/// # Errors
/// The system gives no thread.
pub fn errand(
    name: &str,
    first: Duration,
    mut work: impl FnMut() -> Duration + Send + 'static,
) -> std::io::Result<Errand> {
    let (call, calls) = channel();
    let run = move || {
        let mut pause = first;
        loop {
            match calls.recv_timeout(pause) {
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) => while calls.try_recv().is_ok() {},
            }
            pause = work();
        }
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(run)?;
    Ok(Errand { call })
}
