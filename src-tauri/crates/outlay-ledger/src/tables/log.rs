//! Rows that Outlay itself records: one call at a time, by hand or by a script.

use outlay_core::fact::{Facets, Fact};
use uuid::Uuid;

use crate::error::LedgerError;
use crate::generations::{self, Costing, StoredRow};
use crate::handle::Writer;
use crate::interning::{Detail, Dimension};
use crate::rollup::Deltas;
use crate::sync::names::RowId;
use crate::sync::outbox;

/// A call to record. The fact's key and fingerprint are not used: the row's own id is its key.
#[derive(Debug)]
pub struct Call<'a> {
    /// UUIDv7 of the instant of the call.
    pub id: Uuid,
    /// Whose call it is.
    pub user_id: String,
    /// The application, as the ledger knows it.
    pub application: Option<Uuid>,
    /// Its texts.
    pub facets: &'a Facets,
    /// Its numbers.
    pub fact: Fact,
    /// Its cost.
    pub costing: Costing<'a>,
    /// What came in, redacted.
    pub input_summary: Option<String>,
    /// What came out, redacted.
    pub output_summary: Option<String>,
}

/// The source of rows that Outlay records itself.
pub const MANUAL: &str = "manual";

/// The account of rows whose account nobody named.
pub const DEFAULT_ACCOUNT: &str = "default";

impl Writer<'_> {
    /// Records a call.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn log(&self, call: Call<'_>) -> Result<(), LedgerError> {
        let connection = &self.transaction;
        let is_own = call.user_id == self.identity.owner;
        let dimension = Dimension {
            user_id: call.user_id,
            account: DEFAULT_ACCOUNT.to_owned(),
            application_id: call.application.map(|id| *id.as_bytes()),
            generation_type: call.facets.generation_type.clone(),
            model_used: call.facets.model.clone(),
            provider: call.facets.provider.clone(),
            source: MANUAL.to_owned(),
            cost_basis: call.costing.basis,
        };
        let mut dimensions = self.dimensions.borrow_mut();
        let dimension = dimensions.number(connection, &dimension)?;
        let detail = self.details.borrow_mut().number(connection, &Detail::of(call.facets, &call.costing))?;
        let fact = Fact { source_key: call.id.to_string(), ..call.fact };
        let row = StoredRow {
            import_number: None,
            source_line: None,
            input_summary: call.input_summary,
            output_summary: call.output_summary,
            ..StoredRow::of_import(*call.id.as_bytes(), fact, &call.costing, dimension, detail, 0)
        };
        generations::insert(&mut generations::prepare_insert(connection)?, &row)?;
        match is_own {
            true => outbox::add(connection, &RowId::generation(call.id))?,
            false => outbox::set_aside(connection, &RowId::generation(call.id))?,
        }
        let mut deltas = Deltas::new(self.identity.zone);
        deltas.add(connection, &mut dimensions, &row.numbers, None)?;
        deltas.write(connection)
    }
}
