//! Prices: names without one, prices of the user's own, and pricing the past anew when asked.
//!
//! Every change is a plan that can be shown first; doing it is the same run, kept. The arithmetic is
//! `outlay_core::price`'s, which rows are asked about the ledger's.

mod changes;
mod file;
mod history;
mod own;
mod plan;
mod queue;
mod search;

pub(crate) use changes::note_book;
pub use changes::{ChangedName, ChangedPrice, PriceChanges, list_changes, see_changes};
pub use file::{ExportPrices, PriceFile, export};
pub use history::{RepricingShown, Repricings, VoidRepricing, list_repricings, redo, undo};
pub use own::{OwnPriceShown, OwnPrices, PriceRule, PriceSubject, PriceToSet, list_own};
pub use plan::{Applies, PriceMonth, PricePlan, PriceRequest, plan, set};
pub use queue::{UnpricedGroup, UnpricedQueue, list_unpriced};
pub use search::{DatedPrice, HoursPrice, ModelPrices, PriceSearch, PricesFound, TierPrice, search};
