//! Questions that are asked ahead: the answer comes in, and is read, while the engine does something else.
//!
//! At most one is under way. One that is never asked for does no harm: nothing is changed by any.

use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_postgres::Row;

use super::cells::{Compacted, Parameters};
use super::{Team, digests, generations, reading};
use crate::remote::Asked;
use crate::rows::LedgerRow;
use crate::server::failure::Failure;

/// A question under way.
#[derive(Debug)]
pub(super) struct Expected {
    asked: Asked,
    answer: JoinHandle<Result<Answer, Failure>>,
}

/// What came in.
#[derive(Debug)]
pub(super) enum Answer {
    /// Generations, as they travel.
    Generations(Vec<LedgerRow>),
    /// Few rows, to be read by whoever asks.
    Few(Vec<Row>),
}

impl Answer {
    pub(super) fn generations(self) -> Vec<LedgerRow> {
        if let Self::Generations(rows) = self { rows } else { Vec::new() }
    }

    pub(super) fn few(self) -> Vec<Row> {
        if let Self::Few(rows) = self { rows } else { Vec::new() }
    }
}

impl Team {
    /// Asks ahead.
    pub(super) fn ask_ahead(&mut self, asked: Asked) {
        let (server, question) = (Arc::clone(&self.server), asked.clone());
        let ask = async move {
            let (statement, parameters) = statement(&question);
            let parameters = parameters.borrowed();
            match question {
                Asked::Rows(_) | Asked::Days(..) => {
                    let mut json = Compacted::default();
                    let read = |row: &Row| reading::taken(row, &mut json);
                    server.query_each(statement, &parameters, read).await.map(Answer::Generations)
                }
                Asked::Digests(..) | Asked::Counted(_) => {
                    server.query(statement, &parameters).await.map(Answer::Few)
                }
            }
        };
        self.expected = Some(Expected { asked, answer: self.runtime.handle().spawn(ask) });
    }

    /// The answer, asked for ahead or now.
    pub(super) fn answer(&mut self, asked: Asked) -> Result<Answer, Failure> {
        if self.expected.as_ref().is_none_or(|expected| expected.asked != asked) {
            self.ask_ahead(asked);
        }
        let broken_off = |reason: String| Failure::BrokenOff { reason };
        let expected = self.expected.take().ok_or_else(|| broken_off(String::new()))?;
        let answer = self.runtime.handle().block_on(expected.answer);
        answer.map_err(|error| broken_off(error.to_string())).flatten()
    }
}

fn statement(asked: &Asked) -> (&'static str, Parameters<'_>) {
    let mut parameters = Parameters::default();
    let statement = match asked {
        Asked::Rows(keys) => {
            parameters.one(tokio_postgres::types::Type::UUID_ARRAY, keys);
            generations::SELECT
        }
        Asked::Days(days, scope) => reading::of_days(&mut parameters, *days, *scope),
        Asked::Digests(look, scope) => digests::of_all(&mut parameters, *look, *scope),
        Asked::Counted(scope) => digests::of_what_counts(&mut parameters, *scope),
    };
    (statement, parameters)
}
