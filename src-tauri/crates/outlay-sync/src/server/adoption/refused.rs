//! Rows of a foreign table that cannot be taken: each by itself, with a sentence that says why.

use super::look::cell;
use super::remote::Adopted;
use super::source::{Fault, faulted};
use crate::machine::AsideRow;
use crate::server::failure::Failure;

/// So many are named; how many there are is in the plan.
const MOST: &str = "500";

impl Adopted {
    /// Rows that cannot be taken, at most 500 of them.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn refused(&self) -> Result<Vec<AsideRow>, Failure> {
        // Of what may be a million characters only the beginning, and nothing that may not be readable as a number.
        let statement = format!(
            "SELECT fault, coalesce(id::text, 'no id'), jsonb_build_object('user', left(member, 80), 'at', at::text,
                    'model', left(model, 80), 'input', input, 'output', output, 'cached', cached, 'cost', cost::text)::text
                FROM {} WHERE fault <> 0 ORDER BY id LIMIT {MOST}",
            faulted(self.layout())
        );
        let found = self.read(&statement, &[])?;
        let mut refused = Vec::with_capacity(found.len());
        for row in &found {
            if let Some(fault) = Fault::of(cell(row, 0)?) {
                let (key, row) = (cell(row, 1)?, cell(row, 2)?);
                refused.push(AsideRow { key, why: fault.to_string(), row });
            }
        }
        Ok(refused)
    }
}
