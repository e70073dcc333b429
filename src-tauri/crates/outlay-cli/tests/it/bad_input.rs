//! Files that are not what they should be: what a person is told, and what becomes of the good rows.
//!
//! How single rows are read is tested in `outlay-core`; here it is whole files and whole messages.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::support::{Home, OPENROUTER};

const HEADER: &str = "generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_reasoning,\
tokens_cached,model_permaslug,provider_name,variant,cancelled,app_name,api_key_name";

/// A call in `OpenRouter`'s columns, with its cost and its input as they are written.
fn call(number: u32, cost: &str, input: &str) -> String {
    format!(
        "gen-{number},2026-06-02 16:20:00.000,{cost},{input},2,0,0,openai/gpt-5,OpenAI,standard,false,shop,ci\n"
    )
}

/// How the import of each file ends.
fn each(home: &Home, files: &[(&str, &[u8])]) -> String {
    let mut ends = String::new();
    for (name, content) in files {
        home.write(name, content);
        writeln!(ends, "{}\n", home.outlay(&format!("import {name} --yes"))).expect("a string takes all");
    }
    assert!(!home.ledger().exists() || home.ok("imports").stdout.contains("No imports yet"));
    ends
}

#[test]
fn what_is_no_table_is_named() {
    let files: [(&str, &[u8]); 9] = [
        ("login.csv", b"\n<!DOCTYPE html>\n<html><head><title>Log in</title></head></html>\n"),
        ("answer.csv", b"{\"object\":\"list\",\"data\":[{\"start_time\":1780272000}]}"),
        ("invoice.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"),
        ("sheet.csv", b"PK\x03\x04\x14\x00\x06\x00\x08\x00"),
        ("old.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"),
        ("packed.csv", b"\x1f\x8b\x08\x00\x00\x00\x00\x00"),
        ("database.csv", b"SQLite format 3\x00\x10\x00\x01\x01"),
        ("letter.csv", b"Dear Ada,\n\nplease find attached the export of June.\n\nYours\nGrace\n"),
    ];
    assert_snapshot!(each(&Home::new(), &files), @r#"
    exit 65
    --- stderr
    error: the file is not a table: it looks like a web page (HTML), perhaps a log-in page. Log in to the provider's site and export the CSV again

    exit 65
    --- stderr
    error: the file is not a table: it looks like JSON. Export usage as CSV instead

    exit 65
    --- stderr
    error: the file is not a table: it looks like a PDF. Choose the CSV file of the export

    exit 65
    --- stderr
    error: the file is not a table: it looks like a ZIP archive or an Excel file (xlsx). If it is a spreadsheet, save it as CSV (UTF-8); if an archive, unpack it

    exit 65
    --- stderr
    error: the file is not a table: it looks like an old Excel file (xls). If it is a spreadsheet, save it as CSV (UTF-8); if an archive, unpack it

    exit 65
    --- stderr
    error: the file is not a table: it looks like a picture. Choose the CSV file of the export

    exit 65
    --- stderr
    error: the file is not a table: it looks like a gzip archive. Unpack it first

    exit 65
    --- stderr
    error: the file is not a table: it looks like an SQLite database. Export usage as CSV instead

    exit 65
    --- stderr
    error: the file is not a table: it looks like text without columns. Choose the CSV file of the export
    "#);
}

#[test]
fn what_holds_nothing_is_named() {
    assert_snapshot!(each(&Home::new(), &[("empty.csv", b""), ("blank.csv", b"\n\n  \n"), ("mark.csv", b"\xef\xbb\xbf")]), @r#"
    exit 65
    --- stderr
    error: the file is empty (0 bytes): export it again

    exit 65
    --- stderr
    error: the file is not a table: it looks like text without columns. Choose the CSV file of the export

    exit 65
    --- stderr
    error: the file is not a table: it looks like text without columns. Choose the CSV file of the export
    "#);
}

#[test]
fn a_header_alone_is_an_import_of_nothing() {
    let home = Home::with_file(&format!("{HEADER}\n"));
    assert_snapshot!(home.outlay("import activity.csv --yes"), @r#"
    exit 0
    --- stdout
    Imported

      File          Source              Days (UTC)  New  Known  Restated  Quarantined  Empty  Ignored
      activity.csv  openrouter-log-csv                0      0         0            0      0        0

      Month (UTC)  Spend before  Spend after
      All                 $0.00        $0.00
    "#);
}

#[test]
fn a_last_line_that_was_cut_off_is_kept_apart() {
    let whole = format!("{HEADER}\n{}{}", call(1, "0.25", "10"), call(2, "0.5", "10"));
    let home = Home::with_file(&whole[..whole.len() - 60]);
    assert_snapshot!(home.outlay("import activity.csv --yes"), @r#"
    exit 0
    --- stdout
    Imported

      File          Source              Days (UTC)  New  Known  Restated  Quarantined  Empty  Ignored
      activity.csv  openrouter-log-csv  2026-06-02    1      0         0            1      0        0

      Month (UTC)  Spend before  Spend after
      2026-06             $0.00        $0.25
    --- stderr
    warning: some rows could not be read: `outlay quarantine list` says which, and what to do
    hint: `outlay report month 2026-06` shows the month, `outlay imports undo [id]` takes it back
    "#);
    assert_snapshot!(home.outlay("quarantine list -q"), @r#"
    exit 0
    --- stdout
    activity.csv: 1 row
      expected 13 cells, as in the header, found 2 cells
      The file ends in the middle of this line: download it again
      line 3
    "#);
}

#[test]
fn an_export_in_another_encoding_is_read() {
    let text = format!("{HEADER}\n{}", call(1, "0.25", "10").replace("shop", "Caf\u{e9} M\u{fc}nchen"));
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> = text.chars().map(|letter| u8::try_from(letter).expect("Latin-1")).collect();
    for (bytes, note) in [(utf16, "UTF-16"), (windows, "windows-1252")] {
        let home = Home::new();
        home.write("export.csv", bytes);
        let run = home.ok("import export.csv --yes");
        assert!(run.stdout.contains(note), "the guess is told\n{run}");
        let report = home.ok("report --by application").stdout;
        assert!(report.contains("Caf\u{e9} M\u{fc}nchen"), "{report}");
    }
}

#[test]
fn counts_and_amounts_that_cannot_be_are_kept_apart() {
    let rows =
        [("NaN", "10"), ("inf", "10"), ("0.1", "-5"), ("0.1", "NaN"), ("99999999999", "1"), ("0.25", "10")];
    let mut file = format!("{HEADER}\n");
    for (number, (cost, input)) in (1..).zip(rows) {
        file += &call(number, cost, input);
    }
    let home = Home::with_file(&file);
    assert_snapshot!(home.outlay("import activity.csv --yes"), @r#"
    exit 0
    --- stdout
    Imported

      File          Source              Days (UTC)  New  Known  Restated  Quarantined  Empty  Ignored
      activity.csv  openrouter-log-csv  2026-06-02    1      0         0            5      0        0

      Month (UTC)  Spend before  Spend after
      2026-06             $0.00        $0.25
    --- stderr
    warning: some rows could not be read: `outlay quarantine list` says which, and what to do
    hint: `outlay report month 2026-06` shows the month, `outlay imports undo [id]` takes it back
    "#);
    assert_snapshot!(home.outlay("quarantine list -q"), @r#"
    exit 0
    --- stdout
    activity.csv: 1 row, column cost_total
      expected at most 9.2 billion dollars, found `99999999999`
      Correct the amount
      line 6

    activity.csv: 2 rows, column cost_total
      expected an amount in dollars, such as `0.19` or `$1.10`, found `NaN`
      Write the amount into the cell, or leave it blank if the source gives none
      lines 2, 3

    activity.csv: 1 row, column tokens_prompt
      expected a whole number, such as `3608` or `3608.0`, found `NaN`
      Write the count into the cell, or leave it blank for none
      line 5

    activity.csv: 1 row, column tokens_prompt
      expected a count of zero or more, found `-5`
      A count cannot be negative: export the file again, or correct the cell
      line 4
    "#);
}

#[test]
fn other_currencies_are_summed_apart() {
    let home = Home::new();
    home.write(
        "cost.csv",
        "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id,organization_id,organization_name
1780272000,1780358400,2026-06-01T00:00:00,2026-06-02T00:00:00,4.25,usd,\"gpt-5, input_tokens\",proj_shop,org-1,One
1780272000,1780358400,2026-06-01T00:00:00,2026-06-02T00:00:00,3.10,eur,\"gpt-5, input_tokens\",proj_shop,org-1,One
1780358400,1780444800,2026-06-02T00:00:00,2026-06-03T00:00:00,0.90,eur,\"gpt-5, input_tokens\",proj_shop,org-1,One
1780358400,1780444800,2026-06-02T00:00:00,2026-06-03T00:00:00,7,gbp,\"gpt-5, input_tokens\",proj_shop,org-1,One
",
    );
    assert_snapshot!(home.outlay("import cost.csv --yes"), @r#"
    exit 0
    --- stdout
    Imported

      File      Source           Days (UTC)  New  Known  Restated  Quarantined  Empty  Ignored
      cost.csv  openai-cost-csv  2026-06-01    1      0         0            3      0        0

      cost.csv
        2 rows of 2026-06 in EUR (4) quarantined: only US dollars are counted, nothing is converted
        1 row of 2026-06 in GBP (7) quarantined: only US dollars are counted, nothing is converted

      Month (UTC)  Spend before  Spend after
      2026-06             $0.00        $4.25
    --- stderr
    warning: some rows could not be read: `outlay quarantine list` says which, and what to do
    hint: `outlay report month 2026-06` shows the month, `outlay imports undo [id]` takes it back
    "#);
}

#[test]
fn dates_with_two_readings_are_asked_about() {
    let home = Home::new();
    home.write("mine.csv", "day,name,price\n6/7/2026,house-model,0.5\n7/8/2026,house-model,0.25\n");
    let columns = "--map created_at=day --map model=name --map cost=price";
    assert_snapshot!(home.outlay(&format!("import mine.csv --yes {columns}")), @r#"
    exit 65
    --- stderr
    error: `6/7/2026` on line 2 is 2026-06-07 if the month comes first and 2026-07-06 if the day does, and no date of the file decides it: say which

    hint: Add `--map date_order=day_first` or `--map date_order=month_first` to what you said. Nothing was written.
    "#);
    home.ok(&format!("import mine.csv --yes {columns} --map date_order=day_first"));
    assert_snapshot!(home.field("imports", "/imports/0/first_day"), @r#""2026-07-06""#);
    // The mapping is remembered; the order of dates alone corrects it.
    home.write("next.csv", "day,name,price\n8/9/2026,house-model,1\n");
    home.ok("import next.csv --yes --map date_order=month_first");
    assert_snapshot!(home.field("imports", "/imports/0/first_day"), @r#""2026-08-09""#);
}

#[test]
fn strict_takes_no_file_with_a_bad_row() {
    let home = Home::with_file(&format!("{HEADER}\n{}{}", call(1, "NaN", "10"), call(2, "1", "10")));
    assert_eq!(home.outlay("import activity.csv --yes --strict").code, 1);
    assert!(home.ok("imports").stdout.contains("No imports yet"));
}

#[test]
fn a_header_of_thousands_of_columns_does_not_flood_the_screen() {
    let home = Home::with_file(&format!("{}\n1,2,3\n", "column,".repeat(20_000)));
    let run = home.outlay("import activity.csv --yes");
    assert_eq!(run.code, 65);
    assert!(run.stderr.len() < 2_000, "{} bytes of message", run.stderr.len());
}

#[cfg(unix)]
#[test]
fn what_the_system_does_not_let_read_is_named() {
    let home = Home::new();
    std::os::unix::fs::symlink("round.csv", home.path().join("round.csv")).expect("a link");
    fs_err::create_dir(home.path().join("exports")).expect("a folder");
    let of = |name: &str| home.outlay(&format!("import {name} --yes"));
    assert_snapshot!(of("exports"), @r#"
    exit 65
    --- stderr
    error: exports is a folder

    hint: name the files in it, such as FOLDER/*.csv
    "#);
    assert_snapshot!(of("nowhere.csv"), @r#"
    exit 66
    --- stderr
    error: there is no file nowhere.csv

    hint: check the path
    "#);
    #[cfg(target_os = "linux")]
    assert_snapshot!(of("round.csv"), @r#"
    exit 65
    --- stderr
    error: round.csv cannot be read: failed to open file `round.csv`: Too many levels of symbolic links (os error 40)

    hint: Check who may read the file. Nothing was written.
    "#);
    #[cfg(target_os = "linux")]
    assert_snapshot!(of("/proc/self/mem"), @r#"
    exit 65
    --- stderr
    error: reading failed: failed to read from file `/proc/self/mem`: Input/output error (os error 5)

    hint: Copy the file to another disk and import the copy. Nothing was written.
    "#);
}

/// 100 MB in one line: the program gets 100 MB of memory for everything that it does.
#[cfg(target_os = "linux")]
#[test]
fn a_line_of_100_mb_needs_little_memory() {
    let line = "x".repeat(100_000_000);
    let home = Home::new();
    let import = |content: String| {
        home.write("long.csv", content);
        home.limited("ulimit -d 100000", "import long.csv --yes")
    };
    let run = import(format!("{HEADER}\n{}{line}\n{}", call(1, "0.25", "10"), call(2, "0.5", "10")));
    assert_eq!(run.code, 0, "{run}");
    assert_snapshot!(home.outlay("quarantine list -q"), @r#"
    exit 0
    --- stdout
    long.csv: 1 row
      expected a record of at most 1048576 bytes, found a line of 100000000 bytes (its first 2048 are kept)
      Export the file again: this line is damaged
      line 3
    "#);
    assert_snapshot!(home.ok("status").stdout, @"June 2026: $0.75, default cap $10.00, newest data 2026-06-02 18:20");
    let quoted = import(format!("{HEADER}\n{}\"{line}\n{}", call(3, "0.25", "10"), call(4, "0.5", "10")));
    assert_eq!(quoted.code, 0, "{quoted}");
    assert_snapshot!(import(line), @r#"
    exit 65
    --- stderr
    error: the file is not a table: it looks like text without columns. Choose the CSV file of the export
    "#);
}

#[test]
fn a_pipe_is_read_as_it_comes() {
    let home = Home::new();
    let run = home.piped("import - --yes", OPENROUTER);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(home.piped("import - --yes", "{\"error\":\"unauthorized\"}").code, 65);
}
