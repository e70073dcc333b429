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
