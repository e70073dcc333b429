//! Adopting a database that another program made: what would be taken over, what must be said first, and doing it.
//!
//! Nothing is written there before a person agreed, and then only where they agreed to that as well.

mod adopting;
mod plan;
mod sides;
mod words;

pub use adopting::{AdoptedNow, adopt};
pub use plan::{
    AdoptedColumn, AdoptionMonth, AdoptionPlan, AdoptionQuestion, AdoptionRequest, AdoptionUser,
    AdoptionVerdict, CachedTokens, CannotTake, plan,
};
pub(super) use sides::{choices_of, once, open};
