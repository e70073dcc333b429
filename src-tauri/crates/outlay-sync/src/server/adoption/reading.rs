//! A transaction that can only read.

use crate::server::connect::Server;
use crate::server::failure::Failure;

/// Nothing of the database's own making is in reach, and floats are written with all their digits.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = pg_catalog;
    SET LOCAL extra_float_digits = 1; SET LOCAL timezone = 'UTC'; SET LOCAL row_security = on";

/// Does `work` in a transaction that is read-only and sees one moment.
///
/// # Errors
/// Those of `work`; [`Failure`].
pub async fn reading<T>(
    server: &Server,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    server.run(BEGIN).await?;
    let outcome = work.await;
    let ended = server.run("ROLLBACK").await;
    let value = outcome?;
    ended.map(|()| value)
}
