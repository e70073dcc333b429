//! The gate as scripts meet it: whole outputs, exit codes, and many real processes at once.

use std::process::{Child, Stdio};

use insta::assert_snapshot;

use crate::support::{Home, NOW, words};

/// A home with a confirmed cap of 10 dollars, of which 4 are spent, and a budget of 6 for openai that blocks.
pub(crate) fn gated() -> Home {
    let home = Home::new();
    home.ok("config set monthly_ai_cap_usd 10");
    home.ok("log --type chat --model gpt-5 --provider openai --input 1 --output 1 --cost 4 --at 2026-06-18T09:00:00Z");
    home.ok("budget set CI --provider openai --amount 6 --block");
    home
}

/// What stands on stdout, ids and all.
pub(crate) fn raw(home: &Home, arguments: &str) -> String {
    let run = home.command().args(words(arguments)).args(["--now", NOW]).output().expect("the binary runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("text").trim().to_owned()
}

#[test]
fn budgets_are_set_listed_and_removed() {
    let home = gated();
    assert_snapshot!(home.outlay("budget"), @"
    exit 0
    --- stdout
      Budget  Of         Spent   Limit  Used  State  When reached
      All     all calls  $4.00  $10.00  40 %  ok     blocks
      CI      openai     $4.00   $6.00  67 %  ok     blocks
    ");
    assert_snapshot!(home.outlay("budget set Evals --model gpt-6 --amount 20 --warn 50"), @"
    exit 0
    --- stdout
    Evals June  $0.00 of $20.00 (0 %)  ok
    Tells you when June spend for calls of model gpt-6 reaches $20.00, and blocks nothing. It warns at $10.00 (50 %). So far $0.00 is spent.
    --- stderr
    warning: No calls of model gpt-6 in the ledger so far, and no price of that name: check how it is written
    warning: The monthly cap of $10.00 is reached before it
    ");
    assert_snapshot!(home.outlay("budget set ci --amount 3"), @"
    exit 1
    --- stderr
    error: You have already spent $4.00. Saving blocks now.

    hint: Nothing was changed. With --below-spend it is kept.
    ");
    assert_snapshot!(home.outlay("budget set ci --amount 3 --below-spend --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.budget/1","budget":{"id":"[id]","name":"ci","scope":{"provider":"openai"},"mode":"block","period":{"start":"2026-06-01","end":"2026-07-01","time_zone":"Europe/Berlin"},"currency":"USD","amount":"3","raised_from":null,"spent":"4","reserved":"0","remaining":"-1","used":"1.3333","warn_at_pct":80,"state":"over","at_least":false,"about":false,"forecast":null,"reached_on":"2026-06-18","pace":{"used":"1.3333","month_gone":"0.6333","word":"over"},"sentence":"Makes `outlay budget check` fail and refuses reservations and `outlay run` once June spend for calls of provider openai reaches $3.00. It warns at $2.40 (80 %). Calls made straight to a provider cannot be stopped. So far $4.00 is spent; the limit was reached on 18 June 2026.","confirmed":true},"warnings":[{"code":"below_spend","message":"You have already spent $4.00. Saving blocks now."}],"needs_confirmation":true}
    --- stderr
    warning: You have already spent $4.00. Saving blocks now
    "#);
    assert_snapshot!(home.outlay("budget rm CI"), @"
    exit 0
    --- stdout
      Budget  Of         Spent   Limit  Used  State  When reached
      All     all calls  $4.00  $10.00  40 %  ok     blocks
      Evals   gpt-6      $0.00  $20.00   0 %  ok     notifies
    --- stderr
    CI is removed; its history stays
    ");
    assert_snapshot!(home.outlay("budget rm CI"), @"
    exit 1
    --- stderr
    error: there is no budget CI

    hint: the list shows what there is
    ");
    assert_snapshot!(home.outlay("budget set Other --provider x --model y --amount 1"), @"
    exit 2
    --- stderr
    error: the argument '--provider <NAME>' cannot be used with '--model <NAME>'

    Usage: outlay budget set --provider <NAME> --amount <USD> <NAME>

    For more information, try '--help'.
    ");
    assert_snapshot!(home.outlay("budget set Other --provider x --amount 1 --warn 101"), @"
    exit 2
    --- stderr
    error: `warn_at_pct` is 101: it takes a whole percentage from 1 to 100
    ");
}

#[test]
fn a_check_has_a_line_for_each_budget_and_its_exit_codes() {
    assert_snapshot!(Home::new().outlay("budget check"), @"
    exit 0
    --- stdout
    All June  $0.00, default cap $10.00  none
    --- stderr
    hint: there is no ledger yet at [home]/ledger/outlay.db
    ");
    let home = gated();
    assert_snapshot!(home.outlay("budget check"), @"
    exit 0
    --- stdout
    All June  $4.00 of $10.00 (40 %)  ok
    CI June   $4.00 of $6.00 (67 %)   ok
    ");
    assert_snapshot!(home.outlay("budget check --estimate 2.01"), @"
    exit 1
    --- stdout
    All June  $4.00 of $10.00 (40 %)  ok
    CI June   $4.00 of $6.00 (67 %)   ok
    --- stderr
    refused: CI: $4.00 spent of $6.00, $2.00 left; $2.01 would pass it
    hint: The next month begins on 2026-07-01; `outlay budget set 'CI' --amount USD` raises the limit
    ");
    assert_snapshot!(home.outlay("budget check All --estimate 2.01"), @"
    exit 0
    --- stdout
    All June  $4.00 of $10.00 (40 %)  ok
    ");
    assert_snapshot!(home.outlay("budget check --estimate=-1"), @"
    exit 2
    --- stderr
    error: `estimate` is -1: it takes more than 0
    ");
    assert_snapshot!(home.outlay("budget check Evals"), @"
    exit 69
    --- stderr
    cannot tell: there is no budget Evals
    the gate is closed then; --fail-open goes on
    hint: The list shows what there is
    ");
    assert_snapshot!(home.outlay("budget check Evals --fail-open"), @"
    exit 0
    --- stderr
    cannot tell: there is no budget Evals
    the gate is open then: --fail-open
    hint: The list shows what there is
    ");
    assert_snapshot!(home.outlay("budget check --max-age 24h"), @"
    exit 75
    --- stdout
    All June  $4.00 of $10.00 (40 %)  ok
    CI June   $4.00 of $6.00 (67 %)   ok
    --- stderr
    cannot tell: the newest data is 30 hours old
    the gate is closed then; --fail-open goes on
    hint: Import a newer export, or allow older data with --max-age
    ");
    assert_snapshot!(home.outlay("budget check --max-age 24h --fail-open"), @"
    exit 0
    --- stdout
    All June  $4.00 of $10.00 (40 %)  ok
    CI June   $4.00 of $6.00 (67 %)   ok
    --- stderr
    cannot tell: the newest data is 30 hours old
    the gate is open then: --fail-open
    hint: Import a newer export, or allow older data with --max-age
    ");
    assert_snapshot!(home.outlay("budget check --max-age soon"), @"
    exit 2
    --- stderr
    error: invalid value 'soon' for '--max-age <TIME>': write it as 45s, 10m, 24h or 7d

    For more information, try '--help'.
    ");
    assert_snapshot!(home.outlay("budget check --quiet --estimate 9"), @"exit 1");
    assert_snapshot!(home.outlay("budget check -q Evals"), @"exit 69");
}

#[test]
fn a_check_is_json_for_programs() {
    let home = gated();
    assert_snapshot!(home.outlay("budget check CI --estimate 3 --json"), @r#"
    exit 1
    --- stdout
    {"schema":"outlay.budget-check/1","checked_at":"2026-06-19T15:42:10.000000Z","decision":"deny","exit_code":1,"state":"ok","budgets":[{"id":"[id]","name":"CI","scope":{"provider":"openai"},"mode":"block","period":{"start":"2026-06-01","end":"2026-07-01","time_zone":"Europe/Berlin"},"currency":"USD","amount":"6","raised_from":null,"spent":"4","reserved":"0","remaining":"2","used":"0.6667","warn_at_pct":80,"state":"ok","at_least":false,"about":false,"forecast":null,"reached_on":null,"pace":{"used":"0.6667","month_gone":"0.6333","word":"ahead"},"sentence":"Makes `outlay budget check` fail and refuses reservations and `outlay run` once June spend for calls of provider openai reaches $6.00. It warns at $4.80 (80 %). Calls made straight to a provider cannot be stopped. So far $4.00 is spent.","confirmed":true}],"data":{"newest":"2026-06-18T09:00:00.000000Z","stale_sources":[],"unpriced_rows":0},"reason":"CI: $4.00 spent of $6.00, $2.00 left; $3.00 would pass it","hint":"The next month begins on 2026-07-01; `outlay budget set 'CI' --amount USD` raises the limit","when_unknown":null}
    "#);
    assert_snapshot!(home.outlay("budget check Evals --json"), @r#"
    exit 69
    --- stdout
    {"schema":"outlay.budget-check/1","checked_at":"2026-06-19T15:42:10.000000Z","decision":"unknown","exit_code":69,"state":"none","budgets":[],"data":null,"reason":"there is no budget Evals","hint":"The list shows what there is.","when_unknown":{"applied":"closed","chosen_by":"default"}}
    "#);
    assert_snapshot!(Home::new().outlay("budget check --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.budget-check/1","checked_at":"2026-06-19T15:42:10.000000Z","decision":"allow","exit_code":0,"state":"none","budgets":[{"id":null,"name":"All","scope":{},"mode":"block","period":{"start":"2026-06-01","end":"2026-07-01","time_zone":"Europe/Berlin"},"currency":"USD","amount":"10","raised_from":null,"spent":"0","reserved":"0","remaining":"10","used":"0.0000","warn_at_pct":80,"state":"none","at_least":false,"about":false,"forecast":null,"reached_on":null,"pace":{"used":"0.0000","month_gone":"0.6333","word":"under"},"sentence":"A default of $10.00 that nobody confirmed: it warns in the app and never blocks. So far $0.00 is spent.","confirmed":false}],"data":{"newest":null,"stale_sources":[],"unpriced_rows":0},"reason":null,"hint":null,"when_unknown":null}
    "#);
}

#[test]
fn a_ledger_that_cannot_be_read_is_not_known() {
    let home = gated();
    fs_err::write(home.ledger(), "no ledger").expect("a file");
    assert_snapshot!(home.outlay("budget check"), @"
    exit 69
    --- stderr
    cannot tell: the ledger [home]/ledger/outlay.db is damaged: the file does not begin as an SQLite database does
    the gate is closed then; --fail-open goes on
    hint: Nothing was written. `outlay restore BACKUP` with --data-dir and an empty folder brings a backup back
    ");
    home.ok("budget check --fail-open");
    assert_eq!(home.outlay("budget reserve --amount 1").code, 69);
    let set = home.ok("settings set gate_when_unknown open");
    assert!(set.stderr.contains("warning: it lies in a file beside the ledger"), "{}", set.stderr);
    assert_eq!(home.outlay("budget check").code, 0);
    home.ok("settings set gate_when_unknown closed");
    assert_eq!(home.outlay("settings set time_zone UTC").code, 74, "that lies in the ledger");
    assert_eq!(home.outlay("settings set gate_when_unknown ajar").code, 2);
    assert_eq!(home.outlay("run --reserve 1 -- sh -c 'echo done'").stdout, "");
    assert_eq!(home.outlay("run --reserve 1 --fail-open -- sh -c 'echo done'").stdout, "done\n");
}

#[test]
fn a_reservation_is_made_and_ends() {
    let home = gated();
    assert_snapshot!(home.outlay("budget reserve --amount 1.5 --model gpt-5"), @"
    exit 0
    --- stdout
    [id]
    --- stderr
    $1.50 held until 2026-06-19 15:52 UTC at most
    ");
    assert_snapshot!(home.outlay("budget reserve --amount 0.6 --budget ci --json"), @r#"
    exit 1
    --- stdout
    {"schema":"outlay.authorization/1","decision":"deny","exit_code":1,"reservation":null,"budgets":[{"name":"All","scope":{},"mode":"block","confirmed":true,"amount":"10","spent":"4","reserved":"1.5","remaining":"4.5"},{"name":"CI","scope":{"provider":"openai"},"mode":"block","confirmed":true,"amount":"6","spent":"4","reserved":"1.5","remaining":"0.5"}],"refused_by":"CI","warning":null,"reason":"CI: $4.00 spent and $1.50 reserved of $6.00, $0.50 left; $0.60 would pass it","hint":"The next month begins on 2026-07-01; `outlay budget set 'CI' --amount USD` raises the limit","when_unknown":null}
    "#);
    assert_snapshot!(home.outlay("budget reservations"), @"
    exit 0
    --- stdout
      Reserved              Amount  Of             State  Until                 Id
      2026-06-19 15:42 UTC   $1.50  openai, gpt-5  open   2026-06-19 15:52 UTC  [id]
    ");
    let id = raw(&home, "budget reserve --amount 0.4 --provider openai");
    let settle = format!("budget settle {id} --type chat --model gpt-5 --provider openai --cost 0.3");
    assert_snapshot!(home.outlay(&settle), @"
    exit 0
    --- stdout
    Reservation of $0.40: settled with $0.30
    ");
    assert_snapshot!(home.outlay(&settle), @"
    exit 0
    --- stdout
    Reservation of $0.40: settled with $0.30, already on 2026-06-19 15:42 UTC
    ");
    assert_snapshot!(home.outlay(&format!("budget release {id}")), @"
    exit 0
    --- stdout
    Reservation of $0.40: settled with $0.30, already on 2026-06-19 15:42 UTC
    ");
    assert_snapshot!(home.outlay("budget settle nothing --cost 1"), @"
    exit 2
    --- stderr
    error: `id` is no id of a reservation: `nothing`
    ");
    assert_snapshot!(home.outlay("budget reserve --amount 0"), @"
    exit 2
    --- stderr
    error: `amount` is 0: it takes more than 0
    ");
    assert_snapshot!(home.outlay("budget reserve --amount 1 --ttl 25h"), @"
    exit 2
    --- stderr
    error: `ttl_seconds` is 90000: it takes 1 to 86400 seconds, which is a day
    ");
    assert_snapshot!(home.outlay("budget check CI"), @"
    exit 0
    --- stdout
    CI June  $4.30 of $6.00 (72 %), $1.50 reserved  ok
    ");
}

#[test]
fn a_command_runs_untouched_or_not_at_all() {
    let home = gated();
    let run = home.piped(
        &format!("run --now {NOW} --budget CI --reserve 0.5 -- sh -c 'cat; echo problems >&2; exit 7'"),
        "what comes in\n",
    );
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (7, "what comes in\n", "problems\n"));
    assert_eq!(home.ok("budget reservations").stdout, "Nothing is reserved\n");
    assert_snapshot!(home.outlay(&format!("run --now {NOW} --budget CI --reserve 2.5 -- touch started")), @"
    exit 1
    --- stderr
    refused: CI: $4.00 spent of $6.00, $2.00 left; $2.50 would pass it
    hint: The next month begins on 2026-07-01; `outlay budget set 'CI' --amount USD` raises the limit
    ");
    assert!(!home.path().join("started").exists());
    assert_eq!(home.outlay("run --reserve 1 -- no-such-command").code, 127);
    assert_eq!(home.outlay("run --reserve 1").code, 2);
    assert_eq!(
        home.ok("budget reservations").stdout,
        "Nothing is reserved\n",
        "also of what could not start"
    );
}

#[test]
fn what_a_command_records_settles_its_reservation() {
    let home = gated();
    let log = format!(
        "run --now {NOW} --budget CI --reserve 1 -- {} log --type chat --model gpt-5 --provider openai --input 1 --output 1 --cost 0.25 --now {NOW}",
        crate::support::OUTLAY
    );
    let run = home.command().args(words(&log)).output().expect("the binary runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(home.field("budget reservations --all", "/reservations/0/cost"), "0.25");
    assert_eq!(home.field("budget reservations --all", "/reservations/0/state"), "settled");
}

fn start(home: &Home, arguments: &str) -> Child {
    let mut command = home.command();
    command.args(words(arguments)).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the binary starts")
}

#[test]
fn twenty_reservations_at_once_do_not_pass_a_cap() {
    let home = gated();
    // Two dollars are left for openai: seven of the twenty fit.
    let reserve = format!("budget reserve --amount 0.27 --provider openai --now {NOW}");
    let all: Vec<Child> = (0..20).map(|_| start(&home, &reserve)).collect();
    let mut codes = Vec::new();
    for child in all {
        let ended = child.wait_with_output().expect("the binary ends");
        codes.push(ended.status.code());
    }
    codes.sort_unstable();
    assert_eq!(codes, [vec![Some(0); 7], vec![Some(1); 13]].concat());
    assert_eq!(home.field("budget check", "/budgets/1/reserved"), "1.89");
}

#[test]
fn a_raised_cap_ends_its_alerts_and_opens_the_gate() {
    let home = gated();
    home.ok("log --type chat --model m --provider p --input 1 --output 1 --cost 6");
    assert_eq!(home.outlay("budget check All").code, 1);
    home.ok("config set monthly_ai_cap_usd 50");
    let told = home.ok("alerts list --all --json").stdout;
    assert_eq!(told.matches(r#""resolution":"cap_increased""#).count(), 1, "{told}");
    home.ok("budget check All");
}

#[cfg(unix)]
mod signals {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    use super::{gated, words};
    use crate::support::NOW;

    /// What the command said, and its exit code, after a signal to `outlay run`.
    #[track_caller]
    fn signalled(signal: &str, script: &str) -> (String, Option<i32>) {
        let home = gated();
        fs_err::write(home.path().join("work.sh"), script).expect("a script");
        let mut command = home.command();
        command.args(words(&format!("run --reserve 1 --now {NOW} -- sh work.sh"))).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let mut said = BufReader::new(child.stdout.take().expect("standard output"));
        let mut line = String::new();
        said.read_line(&mut line).expect("the command began");
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("a signal");
        assert!(sent.success());
        line.clear();
        said.read_line(&mut line).expect("what it said last");
        let code = child.wait().expect("it ends").code();
        assert_eq!(home.ok("budget reservations").stdout, "Nothing is reserved\n");
        (line, code)
    }

    #[test]
    fn an_interrupt_reaches_the_command() {
        let script = "trap 'kill $!; echo stopped; exit 9' INT; echo begun; tail -f /dev/null & wait";
        assert_eq!(signalled("-INT", script), ("stopped\n".to_owned(), Some(9)));
    }

    #[test]
    fn a_command_that_a_signal_ends_is_told_so() {
        assert_eq!(signalled("-TERM", "echo begun; exec tail -f /dev/null"), (String::new(), Some(143)));
    }
}

#[test]
fn a_check_waits_for_a_busy_ledger_no_longer_than_it_is_told_to() {
    let home = gated();
    let busy = rusqlite::Connection::open(home.ledger()).expect("the ledger");
    busy.pragma_update(None, "locking_mode", "EXCLUSIVE").expect("a mode");
    busy.execute_batch("BEGIN EXCLUSIVE; UPDATE ledger SET gate_at = gate_at; COMMIT").expect("the lock");
    let start = std::time::Instant::now();
    let run = home.outlay("budget check --timeout 0s");
    assert_eq!(run.code, 69, "{}", run.stderr);
    assert!(start.elapsed() < std::time::Duration::from_secs(4), "the usual wait is five seconds");
    assert_eq!(home.outlay("budget check --timeout 0s --fail-open").code, 0);
    drop(busy);
    home.ok("budget check --timeout 0s");
    assert_eq!(home.outlay("budget check --timeout 2d").code, 2);
}
