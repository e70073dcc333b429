//! Width, colour, pipes, and the pages that describe the program.

use std::process::Stdio;

use insta::assert_snapshot;

use crate::support::Home;

#[test]
fn a_narrow_terminal_is_not_overrun() {
    let home = Home::with_calls();
    let run = home.narrow(60, "report");
    let widest = run.stdout.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(60), "{run}");
    assert_snapshot!(run, @r#"
    exit 0
    --- stdout
    June 2026, days in Europe/Berlin

      Spend       at least $4.50 from openai, unknown
      Calls       5
      Tokens in   48,500, 74 % from a cache
      Tokens out  3,220

      Type      Spend  Share  Calls  Average  Tokens
      chat      $4.50  100 %      4    $1.13  51,200
      agent  no price             1        –     520

      Model           Spend  Share  Calls  Average  Tokens
      gpt-5           $4.50  100 %      4    $1.13  51,200
      house-model  no price             1        –     520

    Day by day
      Day                       Spend  Calls
      2026-06-01  Mon         no data         until 2026-06-08
      2026-06-09  Tue           $1.25      1  ███████
      2026-06-10  Wed          $0.004      1  ▏
      2026-06-11  Thu         no data
      2026-06-12  Fri           $2.50      1  ██████████████
      2026-06-13  Sat         no data         until 2026-06-14
      2026-06-15  Mon           $0.75      1  ████▏
      2026-06-16  Tue         no data         until 2026-06-17
      2026-06-18  Thu  at least $0.00      1
      2026-06-19  Fri         no data

    Month-end
      Likely    not enough history: 5 of 7 complete days; at
                least: 1 row has no price
      Run-rate  at least $7.11, spend per day so far times the
                days of the month

    1 row has no known price, so the true spend is higher:
    `outlay calls --unpriced` shows what is missing
    "#);
    assert_snapshot!(home.narrow(72, "calls"), @"
    exit 0
    --- stdout
      Id        When              Model            In  Out    Cost  Basis
      [id]  2026-06-18 23:30  house-model     500   20       –  unpriced
      [id]  2026-06-15 11:00  gpt-5        12,000  800   $0.75  billed
      [id]  2026-06-12 11:00  gpt-5        12,000  800   $2.50  billed
      [id]  2026-06-10 11:00  gpt-5        12,000  800  $0.004  billed
      [id]  2026-06-09 11:00  gpt-5        12,000  800   $1.25  billed
    ");
}

#[test]
fn whoever_stops_reading_ends_it_well() {
    let home = Home::with_calls();
    for arguments in [vec!["calls"], vec!["export"], vec!["report", "--json"], vec!["man"]] {
        let mut child = home
            .command()
            .args(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the binary ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !stderr.contains("error"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn quiet_leaves_data_and_errors() {
    let home = Home::with_calls();
    let run = home.ok("config set block_on_cap false -q");
    assert_eq!(run.stderr, "");
    assert!(run.stdout.contains("block_on_cap"), "{run}");
    assert_ne!(home.outlay("imports show 7f3a -q").stderr, "");
}

#[test]
fn completions_name_every_verb() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = home.ok(&format!("completions {shell}")).stdout;
        assert!(script.contains("quarantine"), "{shell}");
    }
}

#[test]
fn the_manual_has_every_verb() {
    let page = Home::new().ok("man").stdout;
    for verb in ["status", "report", "import", "imports undo", "quarantine", "config", "restore"] {
        assert!(
            page.contains(&format!(".SH OUTLAY {}", verb.to_uppercase())),
            "the manual does not tell of {verb}"
        );
    }
}

#[test]
fn the_version_is_data() {
    assert_snapshot!(Home::new().outlay("--version"), @r#"
    exit 0
    --- stdout
    outlay 0.1.0
    "#);
}
