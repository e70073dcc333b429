//! The bucket that every OpenAI export begins its rows with: `start_time, end_time, ..._iso`; and the
//! export of a range without usage, which has nothing else.
//!
//! Epoch and ISO columns say the same; in one real file the ISO column has an offset on some rows
//! only, so the epoch speaks and ISO stands in where it is blank.

use crate::import::context::{Context, Reading};
use crate::import::reject::RejectKind;
use crate::import::source_kind::SourceKind;
use crate::import::table::{Column, Header, Read, Row, problem};
use crate::instant::Instant;

use super::{Shape, Source};

/// An export of a range without usage; its header is exactly these four columns.
pub(crate) const EMPTY: Shape = Shape {
    kind: SourceKind::OpenaiEmpty,
    signatures: &[],
    required: &["start_time", "end_time", "start_time_iso", "end_time_iso"],
    optional: &[],
};

/// The columns of a bucket.
pub(crate) struct Bucket {
    start: Column,
    end: Column,
    start_iso: Column,
    end_iso: Column,
}

impl Bucket {
    pub(crate) fn new(header: &Header) -> Self {
        let column = |name| header.column(name);
        Self {
            start: column("start_time"),
            end: column("end_time"),
            start_iso: column("start_time_iso"),
            end_iso: column("end_time_iso"),
        }
    }

    /// The start and the end of a row's bucket.
    pub(crate) fn read(&self, row: &Row<'_>, context: &mut Context) -> Read<(Instant, Instant)> {
        let end = row.instant(filled(row, &self.end, &self.end_iso), &mut context.dates)?;
        let start = row.instant(filled(row, &self.start, &self.start_iso), &mut context.dates)?;
        if end > start {
            return Ok((start, end));
        }
        let remedy = "Export the file again: the bucket ends before it begins";
        Err(problem(RejectKind::Date, &self.end, row.raw(&self.end), "a time after the start", remedy))
    }
}

fn filled<'a>(row: &Row<'_>, epoch: &'a Column, iso: &'a Column) -> &'a Column {
    if row.text(epoch).is_empty() && iso.is_present() { iso } else { epoch }
}

/// Reads an export of a range without usage: every row is an empty bucket.
pub(crate) struct OpenaiEmpty(Bucket);

impl OpenaiEmpty {
    pub(crate) fn new(header: &Header) -> Self {
        Self(Bucket::new(header))
    }
}

impl Source for OpenaiEmpty {
    fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Read<Reading> {
        let (start, end) = self.0.read(row, context)?;
        Ok(Reading::Empty { start, end })
    }
}
