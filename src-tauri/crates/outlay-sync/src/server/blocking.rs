//! Waiting for a server where nobody else waits: for callers that have no runtime of their own.

use std::future::Future;

use tokio::runtime::{Builder, Runtime};

use crate::server::failure::Failure;

/// A runtime for one thread, which drives a connection while its thread waits for an answer.
///
/// # Errors
/// The system gives none.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let built = Builder::new_current_thread().enable_io().enable_time().build();
    built.map_err(|error| Failure::BrokenOff { reason: error.to_string() })
}

/// Does `work` to its end.
///
/// # Errors
/// Those of `work`, and a system that gives no runtime.
pub fn wait_for<T, E: From<Failure>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    runtime()?.block_on(work)
}
