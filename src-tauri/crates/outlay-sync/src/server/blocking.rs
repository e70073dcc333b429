//! Waiting for a server where nobody else waits: for callers that have no runtime of their own.

use std::future::{Future, pending};
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::AbortHandle;

use crate::server::failure::Failure;

/// A runtime that a thread of its own drives, so that an answer comes in also while nobody waits for it.
#[derive(Debug)]
pub(crate) struct Driven {
    handle: Handle,
    goes_on: AbortHandle,
    thread: Option<JoinHandle<()>>,
}

impl Driven {
    /// Begins to drive one.
    ///
    /// # Errors
    /// The system gives no runtime, or no thread.
    pub(crate) fn begin() -> Result<Self, Failure> {
        let runtime = runtime()?;
        let handle = runtime.handle().clone();
        let until = runtime.spawn(pending::<()>());
        let goes_on = until.abort_handle();
        let drive = move || {
            let _ = runtime.block_on(until);
        };
        let thread = thread::Builder::new().name("connection".into()).spawn(drive);
        let thread = thread.map_err(|error| Failure::BrokenOff { reason: error.to_string() })?;
        Ok(Self { handle, goes_on, thread: Some(thread) })
    }

    /// Where to spawn, and to wait.
    pub(crate) const fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        self.goes_on.abort();
        // What it carried is closed when it has ended.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Does `work` to its end.
///
/// # Errors
/// Those of `work`, and a system that gives no runtime.
pub fn wait_for<T, E: From<Failure>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    runtime()?.block_on(work)
}

fn runtime() -> Result<Runtime, Failure> {
    let built = Builder::new_current_thread().enable_io().enable_time().build();
    built.map_err(|error| Failure::BrokenOff { reason: error.to_string() })
}
