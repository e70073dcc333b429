//! Rows for other programs: the same total as everywhere, whole files, and safe cells.

use insta::assert_snapshot;

use crate::support::Home;

#[test]
fn every_row_is_exported_with_every_digit() {
    let home = Home::with_calls();
    let run = home.ok("export --csv");
    let column = |name: &str| {
        let mut lines = run.stdout.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = lines.next().expect("a header");
        let index = header.iter().position(|title| *title == name).expect("the column");
        lines.map(|cells| cells[index].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(column("cost_usd"), ["0", "0.75", "2.5", "0.004", "1.25"]);
    assert_snapshot!(run.stderr, @"5 rows, $4.50");
}

#[test]
fn a_file_is_written_as_a_whole() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("export --csv -o june.csv --from 2026-06-10 --to 2026-06-12"), @r#"
    exit 0
    --- stderr
    2 rows, $2.50 in june.csv
    "#);
    assert_eq!(home.read("june.csv").lines().count(), 3);
    assert_snapshot!(home.outlay("export -o nowhere/june.csv"), @r#"
    exit 74
    --- stderr
    error: cannot write nowhere/june.csv: there is no such folder
    "#);
    let left: Vec<_> =
        fs_err::read_dir(home.path()).expect("the home").flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".tmp")), "{left:?}");
}

#[test]
fn json_is_the_rows_themselves() {
    let home = Home::with_calls();
    let rows: serde_json::Value = serde_json::from_str(&home.ok("export --json").stdout).expect("JSON");
    assert_eq!(rows["calls"].as_array().map(Vec::len), Some(5));
    assert_eq!(rows["calls"][4]["cost"], "1.25");
}

#[test]
fn formulas_are_defused() {
    let home = Home::new();
    home.ok("log --type chat --model '=1+1' --input 1 --output 1 --cost 1");
    assert!(home.ok("export").stdout.contains(",'=1+1,"), "a spreadsheet must not run it");
}
