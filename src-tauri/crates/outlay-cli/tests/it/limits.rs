//! What is left of a limit, and what to do when that is nothing, as the terminal says it. The gate's exit codes stand in
//! `gate`.

use insta::assert_snapshot;

use crate::gate::gated;

#[test]
fn what_is_reserved_can_leave_nothing_and_is_said_so() {
    let home = gated();
    home.ok("budget reserve --amount 2 --provider openai");
    assert_snapshot!(home.outlay("budget check"), @"
    exit 1
    --- stdout
    All June  $4.00 of $10.00 (40 %), $2.00 reserved  ok
    CI June   $4.00 of $6.00 (67 %), $2.00 reserved   over
    --- stderr
    refused: CI: $4.00 spent and $2.00 reserved of $6.00, nothing left
    hint: The next month begins on 2026-07-01; `outlay budget set 'CI' --amount USD` raises the limit
    ");
    assert_snapshot!(home.outlay("budget check All"), @"
    exit 0
    --- stdout
    All June  $4.00 of $10.00 (40 %), $2.00 reserved  ok
    ");
    assert_snapshot!(home.outlay("budget"), @"
    exit 0
    --- stdout
      Budget  Of         Spent  Reserved   Limit  Used  State  When reached
      All     all calls  $4.00     $2.00  $10.00  40 %  ok     blocks
      CI      openai     $4.00     $2.00   $6.00  67 %  over   blocks
    ");
}

#[test]
fn a_way_out_is_of_the_user_who_was_named() {
    let home = gated();
    home.ok("config set monthly_ai_cap_usd 1 --user bob");
    home.ok("log --type chat --model m --provider p --input 1 --output 1 --cost 2 --user bob");
    assert_snapshot!(home.outlay("budget check --user bob"), @"
    exit 1
    --- stdout
    All June  $2.00 of $1.00 (200 %)  over
    --- stderr
    refused: All: $2.00 spent of $1.00, $1.00 over it
    hint: The next month begins on 2026-07-01; `outlay config set monthly_ai_cap_usd USD --user 'bob'` raises the limit
    ");
    assert_snapshot!(home.outlay("budget reserve --amount 1 --user bob"), @"
    exit 1
    --- stderr
    refused: All: $2.00 spent of $1.00, $1.00 over it
    hint: The next month begins on 2026-07-01; `outlay config set monthly_ai_cap_usd USD --user 'bob'` raises the limit
    ");
}

#[test]
fn a_budget_is_raised_for_this_month_alone() {
    let home = gated();
    home.ok("budget reserve --amount 2 --provider openai");
    assert_eq!(home.outlay("budget check CI").code, 1);
    assert_snapshot!(home.outlay("budget raise ci --amount 8 --because release"), @"
    exit 0
    --- stdout
    CI June  $4.00 of $8.00 (50 %), raised from $6.00, $2.00 reserved  ok
    Makes `outlay budget check` fail and refuses reservations and `outlay run` once June spend for calls of provider openai reaches $8.00. It warns at $6.40 (80 %). Calls made straight to a provider cannot be stopped. Raised from $6.00 to $8.00 for June alone. So far $4.00 is spent.
    ");
    assert_snapshot!(home.outlay("budget check CI"), @"
    exit 0
    --- stdout
    CI June  $4.00 of $8.00 (50 %), raised from $6.00, $2.00 reserved  ok
    ");
    assert_snapshot!(home.outlay("budget raise CI --amount 5 --because less"), @"
    exit 2
    --- stderr
    error: `amount` is $5.00: every month may cost $6.00 already
    ");
    assert_snapshot!(home.outlay("budget raise CI --because nothing"), @"
    exit 2
    --- stderr
    error: the following required arguments were not provided:
      --amount <USD>

    Usage: outlay budget raise --because <TEXT> --amount <USD> <NAME>

    For more information, try '--help'.
    ");
    assert_snapshot!(home.outlay("budget raise Evals --amount 5 --because more"), @"
    exit 1
    --- stderr
    error: there is no budget Evals

    hint: the list shows what there is
    ");
    home.ok("budget raise CI --back --because done");
    assert_eq!(home.outlay("budget check CI").code, 1);
}
