//! The book on real files: what counts after imports, overlaps, undo and redo.

mod alerts;
mod append_only;
mod book;
mod counting;
mod opening;
mod overlap;
mod properties;
mod sync;
mod tallies;
