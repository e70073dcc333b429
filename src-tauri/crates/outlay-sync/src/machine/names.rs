//! How users are called: the owner of this ledger has another name in the team. All others keep theirs, but for one who
//! is called there as the owner is called here.

use crate::rows::LedgerRow;

/// What is added to the name of a member who is called like the owner of this ledger, as often as it takes.
const TOLD_APART: &str = " (team)";

/// The two names of the owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    /// Here.
    pub(super) owner: String,
    /// In the team.
    pub(super) member: String,
}

impl Names {
    /// A name of the team as it is written here.
    pub(super) fn here(&self, team: &str) -> String {
        if team == self.member {
            return self.owner.clone();
        }
        let mut plain = team;
        while let Some(shorter) = plain.strip_suffix(TOLD_APART) {
            plain = shorter;
        }
        if plain == self.owner { format!("{team}{TOLD_APART}") } else { team.to_owned() }
    }

    /// A row of the team as it is written here.
    pub(super) fn of_here(&self, mut row: LedgerRow) -> LedgerRow {
        if let Some(user) = user_of(&mut row) {
            *user = self.here(user);
        }
        row
    }

    /// A row as it leaves: whoever's it is here, what leaves is the member's.
    pub(super) fn of_team(&self, mut row: LedgerRow) -> LedgerRow {
        if let Some(user) = user_of(&mut row) {
            user.clone_from(&self.member);
        }
        row
    }
}

fn user_of(row: &mut LedgerRow) -> Option<&mut String> {
    match row {
        LedgerRow::Generation(row) => Some(&mut row.user_id),
        LedgerRow::Import(row) => Some(&mut row.user_id),
        LedgerRow::Member { .. } => None,
        LedgerRow::Void(row) => Some(&mut row.user_id),
        LedgerRow::Authority(row) => Some(&mut row.user_id),
        LedgerRow::Price(row) => Some(&mut row.user_id),
        LedgerRow::Budget(row) => Some(&mut row.user_id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(team: &str, here: &str) {
        let names = Names { owner: "ada".into(), member: "ada.l".into() };
        assert_eq!(names.here(team), here);
    }

    #[test]
    fn nobody_but_the_member_becomes_the_owner() {
        check("ada.l", "ada");
        check("bob", "bob");
        check("ada", "ada (team)");
        check("ada (team)", "ada (team) (team)");
        check("bob (team)", "bob (team)");
    }
}
