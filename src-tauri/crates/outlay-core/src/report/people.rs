//! Whose spend it is: by member of a team and by machine, and who there is to choose from.
//!
//! To whom and to which machine a row belongs, the ledger says. A row belongs to one of each, so either breakdown
//! comes to the whole.

use serde::Serialize;
use uuid::Uuid;

use super::breakdown::{grouped, summed};
use super::{Figures, Group, Ratio, Totals};
use crate::basis::CostBasis;
use crate::money::Money;

/// Somebody whose rows are in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Person {
    /// What they are called, and what a request calls them.
    pub name: String,
    /// Whether the ledger is theirs: whom a request means that names nobody.
    pub is_me: bool,
}

/// A member's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ByMember {
    /// Whose rows they are.
    pub user: String,
    /// Their figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A machine's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ByDevice {
    /// Its id; null where nobody knows which machine it was.
    pub device: Option<String>,
    /// Whose rows they are.
    pub user: String,
    /// What it is called here: `This machine`, or whose it is and the end of its id.
    pub name: String,
    /// Whether it is the one that answers.
    pub is_this: bool,
    /// Its share of the period's spend; null where that is zero.
    pub share: Option<Ratio>,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Rows of one machine whose cost rests on the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceGroup {
    /// The machine, where it is known.
    pub device: Option<Uuid>,
    /// Whose rows they are.
    pub user: String,
    /// What the cost rests on.
    pub basis: CostBasis,
    /// What they add up to.
    pub totals: Totals,
}

/// The rows of a period by machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Devices {
    /// The machine that answers.
    pub this: Uuid,
    /// All rows of the period, each once.
    pub groups: Vec<DeviceGroup>,
}

/// Who there is, and what is known of their machines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// Everybody whose rows are in the ledger.
    pub users: Vec<Person>,
    /// The rows by machine, if somebody asked.
    pub devices: Option<Devices>,
}

pub(super) fn by_member(groups: &[Group]) -> Vec<ByMember> {
    let groups = grouped(groups, |group| group.dimensions.user.as_str());
    groups.into_iter().map(|(name, figures)| ByMember { user: name.to_owned(), figures }).collect()
}

pub(super) fn by_device(devices: &Devices, spend: Money) -> Vec<ByDevice> {
    let parts = devices.groups.iter();
    let groups = summed(parts.map(|part| ((part.user.as_str(), part.device), part.basis, &part.totals)));
    let group = |((user, device), figures): ((&str, Option<Uuid>), Figures)| ByDevice {
        device: device.map(|id| id.to_string()),
        user: user.to_owned(),
        name: name_of(user, device, devices.this),
        is_this: device == Some(devices.this),
        share: Ratio::of(figures.spend, spend),
        figures,
    };
    groups.into_iter().map(group).collect()
}

/// The beginning of an id says when it was made; its end tells machines apart.
fn name_of(user: &str, device: Option<Uuid>, this: Uuid) -> String {
    const END: usize = 6;
    match device {
        Some(device) if device == this => "This machine".to_owned(),
        Some(device) => {
            let id = device.simple().to_string();
            format!("{user}, machine {}", &id[id.len() - END..])
        }
        None => format!("{user}, machine unknown"),
    }
}
