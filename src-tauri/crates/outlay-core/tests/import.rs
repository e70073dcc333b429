//! Whole outputs of the importers: every fixture's facts, rejects and summary as a snapshot.

#[path = "import/collect.rs"]
mod collect;
#[path = "import/sources.rs"]
mod sources;
