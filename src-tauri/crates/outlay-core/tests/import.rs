//! Whole outputs of the importers: every fixture's facts, rejects and summary as a snapshot.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "import/collect.rs"]
mod collect;
#[path = "import/damage.rs"]
mod damage;
#[path = "import/ids.rs"]
mod ids;
#[path = "import/mapped.rs"]
mod mapped;
#[path = "import/refusals.rs"]
mod refusals;
#[path = "import/same.rs"]
mod same;
#[path = "import/sources.rs"]
mod sources;
