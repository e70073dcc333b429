//! The known exports: one file each, with its shape, its key and where its tokens go.
//!
//! A source reads rows into facts or into parts of aggregates. Finding the header, cutting records
//! and placing rejects is done around it.

pub(crate) mod openrouter_log;

use super::context::{Context, Finished, Reading};
use super::source_kind::SourceKind;
use super::table::{Header, Read, Row};

/// How a source reads a file.
pub(crate) trait Source {
    /// Reads one row.
    fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Read<Reading>;

    /// What is left to give after the last row: the sums of an aggregated export, its account.
    fn finish(&mut self, _context: &mut Context) -> Finished {
        Finished::default()
    }
}

/// The columns that make a source recognisable and readable, by normalised name.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) kind: SourceKind,
    /// A header that has all columns of one of these is of this source.
    pub(crate) signatures: &'static [&'static [&'static str]],
    pub(crate) required: &'static [&'static str],
    /// Columns that are read, or left out on purpose, where they exist.
    pub(crate) optional: &'static [&'static str],
}

impl Shape {
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.required.contains(&name) || self.optional.contains(&name)
    }
}

/// Every source with a header of its own.
pub(crate) const SHAPES: &[&Shape] = &[&openrouter_log::SHAPE];

const MAPPED: Shape = Shape { kind: SourceKind::Mapped, signatures: &[], required: &[], optional: &[] };

/// The source that a header belongs to.
pub(crate) fn recognise(names: &[String]) -> Option<SourceKind> {
    let has = |name: &&str| names.iter().any(|known| known == *name);
    let fits = |shape: &&&Shape| shape.signatures.iter().any(|signature| signature.iter().all(&has));
    SHAPES.iter().find(fits).map(|shape| shape.kind)
}

/// The columns of a source.
pub(crate) fn shape(kind: SourceKind) -> &'static Shape {
    SHAPES.iter().find(|shape| shape.kind == kind).copied().unwrap_or(&MAPPED)
}

/// The reader of a source for a file with this header.
pub(crate) fn open(kind: SourceKind, header: &Header) -> Box<dyn Source> {
    match kind {
        SourceKind::OpenrouterLog => Box::new(openrouter_log::OpenrouterLog::new(header)),
        _ => unreachable!("no reader yet"),
    }
}
