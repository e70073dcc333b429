//! Names, standings, refusals and sentences.

use super::*;

fn money(text: &str) -> Money {
    text.parse().expect("an amount")
}

fn budget(scope: Scope, amount: &str, mode: BudgetMode) -> Budget {
    Budget { name: "CI".to_owned(), scope, amount: money(amount), mode, warn_at_pct: 80, confirmed: true }
}
