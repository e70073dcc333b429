//! Values, refusals and the warning's threshold; standings are tried on a ledger, in `tests/it/budgets`.

use proptest::prelude::*;

use super::*;

fn money(text: &str) -> Money {
    text.parse().expect("an amount")
}

fn account(name: &str, scope: Scope, spent: &str, reserved: &str, amount: &str) -> Account {
    let budget = Budget {
        name: name.to_owned(),
        scope,
        amount: money(amount),
        mode: BudgetMode::Block,
        warn_at_pct: 80,
        confirmed: true,
        raised_from: None,
    };
    Account { budget, spent: money(spent), reserved: money(reserved) }
}

#[track_caller]
fn check(account: &Account, asked: &str, expected: Option<&str>) {
    let refusal = account.refusal(money(asked)).map(|refusal| refusal.reason);
    assert_eq!(refusal.as_deref(), expected, "{asked}");
}

#[test]
fn a_limit_may_be_used_to_its_last_nano_dollar() {
    let open = account("All", Scope::All, "4", "1", "10");
    check(&open, "5", None);
    check(&open, "0", None);
    check(
        &open,
        "5.000000001",
        Some("All: $4.00 spent and $1.00 reserved of $10.00, $5.00 left; $5.000000001 would pass it"),
    );
    check(
        &account("All", Scope::All, "10", "0", "10"),
        "0",
        Some("All: $10.00 spent of $10.00, nothing left"),
    );
    check(
        &account("All", Scope::All, "12", "0", "10"),
        "0",
        Some("All: $12.00 spent of $10.00, $2.00 over it"),
    );
    check(&account("All", Scope::All, "-3", "0", "10"), "13", None);
}

#[test]
fn only_what_blocks_refuses_and_the_broadest_is_named() {
    let model = account("One", Scope::Model("m".to_owned()), "9", "0", "9");
    let provider = account("Acme", Scope::Provider("acme".to_owned()), "9", "0", "9");
    let mut all = account("All", Scope::All, "9", "0", "9");
    let named = |accounts: &[&Account]| {
        let accounts: Vec<Account> = accounts.iter().map(|&account| account.clone()).collect();
        first_refusal(&accounts, Money::ZERO).map(|refusal| refusal.budget)
    };
    assert_eq!(named(&[&model, &provider, &all]).as_deref(), Some("All"));
    all.budget.confirmed = false;
    assert_eq!(named(&[&model, &provider, &all]).as_deref(), Some("Acme"), "a default never blocks");
    let mut told = provider;
    told.budget.mode = BudgetMode::Notify;
    assert_eq!(named(&[&model, &told, &all]).as_deref(), Some("One"));
    assert_eq!(named(&[&told, &all]), None);
}

#[test]
fn a_raise_of_a_month_never_lowers() {
    let budget = account("All", Scope::All, "0", "0", "10").budget;
    let raised = budget.clone().raised_to(Some(money("15")));
    assert_eq!((raised.amount, raised.raised_from), (money("15"), Some(money("10"))));
    for none in [None, Some(money("10")), Some(money("4"))] {
        assert_eq!(budget.clone().raised_to(none), budget);
    }
}

#[test]
fn names_are_trimmed_and_seen() {
    assert_eq!(name("  Café \u{2003}").as_deref(), Ok("Café"));
    assert_eq!(name(&"é".repeat(80)).map(|name| name.chars().count()), Ok(80));
    assert!(name("a\nb").is_err() && name("ＡＬＬ").is_ok(), "other letters are another name");
    assert_eq!(folded(" CI "), folded("ci"));
}

proptest! {
    #[test]
    fn what_is_allowed_never_passes_the_limit(
        spent in -1_000_i64..2_000, reserved in 0_i64..1_000, asked in 1_i64..1_000, amount in 1_i64..2_000,
    ) {
        let mut account = account("All", Scope::All, "0", "0", "1");
        (account.spent, account.reserved) = (Money::from_nanos(spent), Money::from_nanos(reserved));
        account.budget.amount = Money::from_nanos(amount);
        let allowed = account.refusal(Money::from_nanos(asked)).is_none();
        prop_assert_eq!(allowed, spent + reserved + asked <= amount);
    }

    #[test]
    fn a_warning_never_comes_before_its_part(nanos in 1_i64..i64::MAX, percent in 1_u8..=100) {
        let mut budget = account("All", Scope::All, "0", "0", "1").budget;
        (budget.amount, budget.warn_at_pct) = (Money::from_nanos(nanos), percent);
        let (from, part) = (i128::from(budget.warned_from().nanos()) * 100, i128::from(nanos) * i128::from(percent));
        prop_assert!(from >= part && from < part + 100);
    }
}
