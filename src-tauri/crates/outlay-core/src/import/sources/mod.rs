//! The known exports: one file each, with its shape, its key and where its tokens go.
//!
//! A source reads rows into facts or into parts of aggregates. Finding the header, cutting records
//! and placing rejects is done around it.

mod anthropic_bucket;
mod anthropic_cost;
mod anthropic_tokens;
mod cursor;
pub(crate) mod mapped;
mod openai_bucket;
mod openai_cost;
mod openai_usage;
mod openrouter_activity;
mod openrouter_log;

use super::ImportError;
use super::context::{Context, Finished, Reading};
use super::detect::Detected;
use super::mapping::Mapping;
use super::source_kind::SourceKind;
use super::table::{Read, Row};

/// How a source reads a file.
pub(crate) trait Source {
    /// Reads one row.
    fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Read<Reading>;

    /// What is left to give after the last row: the sums of an aggregated export, its account.
    fn finish(&mut self) -> Finished {
        Finished::default()
    }
}

/// The columns that make a source recognisable and readable, by normalised name.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) kind: SourceKind,
    /// A header that has all columns of one of these is of this source.
    pub(crate) signatures: &'static [&'static [&'static str]],
    /// What it cannot be read without; `a|b` is satisfied by either.
    pub(crate) required: &'static [&'static str],
    /// Columns that are read, or left out on purpose, where they exist.
    pub(crate) optional: &'static [&'static str],
}

impl Shape {
    /// Whether a column is read, or left out on purpose.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.required.iter().any(|one| one.split('|').any(|known| known == name))
            || self.optional.contains(&name)
    }

    /// The needed columns that a header lacks.
    pub(crate) fn missing(&self, names: &[String]) -> Vec<String> {
        let has = |one: &str| one.split('|').any(|name| names.iter().any(|known| known == name));
        let missing = self.required.iter().filter(|one| !has(one));
        missing.map(|one| one.replace('|', " or ")).collect()
    }

    fn fits(&self, names: &[String]) -> bool {
        let has = |name: &&str| names.iter().any(|known| known == *name);
        self.signatures.iter().any(|signature| signature.iter().all(&has))
    }
}

/// Every source with a header of its own.
pub(crate) const SHAPES: &[&Shape] = &[
    &openai_usage::SHAPE,
    &openai_cost::SHAPE,
    &anthropic_tokens::SHAPE,
    &anthropic_cost::SHAPE,
    &openrouter_log::SHAPE,
    &openrouter_activity::SHAPE,
    &cursor::SHAPE,
];

/// The source that a header belongs to.
pub(crate) fn recognise(names: &[String]) -> Option<&'static Shape> {
    // The header of a range without usage is the beginning of two others: only all of it will do.
    let filled = names.iter().filter(|name| !name.is_empty()).count();
    if filled == openai_bucket::EMPTY.required.len() && openai_bucket::EMPTY.missing(names).is_empty() {
        return Some(&openai_bucket::EMPTY);
    }
    SHAPES.iter().find(|shape| shape.fits(names)).copied()
}

/// The reader of a source for a file with this header.
///
/// # Errors
/// A mapping that does not fit the header.
pub(crate) fn open(detected: &Detected, mapping: Option<&Mapping>) -> Result<Box<dyn Source>, ImportError> {
    let header = &detected.header;
    Ok(match detected.kind {
        SourceKind::OpenaiUsage => Box::new(openai_usage::OpenaiUsage::new(header)),
        SourceKind::OpenaiCost => Box::new(openai_cost::OpenaiCost::new(header)),
        SourceKind::OpenaiEmpty => Box::new(openai_bucket::OpenaiEmpty::new(header)),
        SourceKind::AnthropicTokens => Box::new(anthropic_tokens::AnthropicTokens::new(header)),
        SourceKind::AnthropicCost => Box::new(anthropic_cost::AnthropicCost::new(header)),
        SourceKind::OpenrouterLog => Box::new(openrouter_log::OpenrouterLog::new(header)),
        SourceKind::OpenrouterActivity => Box::new(openrouter_activity::OpenrouterActivity::new(header)),
        SourceKind::CursorUsage => Box::new(cursor::Cursor::new(header)),
        SourceKind::Mapped => Box::new(mapped::Mapped::new(header, mapping, detected.aggregate)?),
    })
}
