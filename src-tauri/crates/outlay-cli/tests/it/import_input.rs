//! What is given to an import: several files, tables of one's own, and things that are no tables.

use insta::assert_snapshot;

use crate::support::{COMPLETIONS, Home, OPENROUTER};

#[test]
fn several_files_and_one_that_is_none() {
    let home = Home::with_file(OPENROUTER);
    home.write("month.csv", COMPLETIONS);
    home.write("page.html", "<!doctype html><html><body>Please log in</body></html>");
    assert_snapshot!(home.outlay("import activity.csv page.html month.csv --yes"), @r#"
    exit 65
    --- stdout
    Imported

      File          Source              Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      activity.csv  openrouter-log-csv  2026-06-01 to 2026-06-02    3      0         0            0      0        0
      month.csv     openai-usage-csv    2026-06-01 to 2026-06-02    1      0         0            0      1        0

      page.html
        cannot be read: the file is not a table: it looks like a web page (HTML), perhaps a log-in page. Log in to the provider's site and export the CSV again

      Month (UTC)  Spend before  Spend after  By
      2026-06             $0.00        $0.29  activity.csv
      2026-06             $0.29        $0.35  month.csv
      All                 $0.00        $0.35
    --- stderr
    hint: `outlay report month 2026-06` shows the month, `outlay imports` shows what can be taken back
    "#);
    assert_snapshot!(home.narrow(80, "import activity.csv month.csv -n"), @r#"
    exit 0
    --- stdout
    Nothing to import

      activity.csv
        openrouter-log-csv, 2026-06-01 to 2026-06-02 (UTC)
        0 new, 3 known, 0 restated, 0 quarantined, 0 empty, 0 ignored
      month.csv
        openai-usage-csv, 2026-06-01 to 2026-06-02 (UTC)
        0 new, 1 known, 0 restated, 0 quarantined, 1 empty, 0 ignored

      activity.csv
        these very bytes are imported already: nothing to do

      month.csv
        these very bytes are imported already: nothing to do
    "#);
}

#[test]
fn a_table_of_ones_own_is_mapped_and_remembered() {
    let home = Home::new();
    home.write("mine.csv", "when,name,price\n2026-06-02T10:00:00Z,house-model,0.25\n");
    assert_snapshot!(home.outlay("import mine.csv --yes"), @r#"
    exit 65
    --- stderr
    error: the header on line 1 is of no known export: `when,name,price`. Say which column is the date, the model, the tokens and the cost to import it

    hint: with --map created_at=COLUMN --map model=COLUMN --map cost=COLUMN it goes in, and files like it later
    "#);
    assert_snapshot!(home.outlay("import mine.csv --yes --map when"), @r#"
    exit 2
    --- stderr
    error: `when` is no part of a mapping

    hint: say FIELD=COLUMN for a column or FIELD:=TEXT for every row; fields are created_at, model, input_tokens, output_tokens, cached_tokens, cache_write_tokens, cost, currency, id, provider, project, generation_type, request_count
    "#);
    home.ok("import mine.csv --yes --map created_at=when --map model=name --map cost=price");
    home.write("next.csv", "when,name,price\n2026-06-03T10:00:00Z,house-model,0.5\n");
    home.ok("import next.csv --yes");
    assert_snapshot!(home.ok("calls --json").stdout.matches("\"cost\":").count(), @"2");
}

#[test]
fn what_cannot_be_read_says_why() {
    let home = Home::new();
    assert_snapshot!(home.outlay("import nowhere.csv --yes"), @r#"
    exit 66
    --- stderr
    error: there is no file nowhere.csv

    hint: check the path
    "#);
    home.write("empty.csv", "");
    assert_snapshot!(home.outlay("import empty.csv --yes"), @r#"
    exit 65
    --- stderr
    error: the file is empty (0 bytes): export it again
    "#);
    home.write("page.csv", "<!doctype html><html><body>Please log in</body></html>");
    assert_snapshot!(home.outlay("import page.csv --yes"), @r#"
    exit 65
    --- stderr
    error: the file is not a table: it looks like a web page (HTML), perhaps a log-in page. Log in to the provider's site and export the CSV again
    "#);
    assert_snapshot!(home.outlay("import . --yes"), @r#"
    exit 65
    --- stderr
    error: . is a folder

    hint: name the files in it, such as FOLDER/*.csv
    "#);
    assert_snapshot!(home.outlay("import"), @r#"
    exit 2
    --- stderr
    error: the following required arguments were not provided:
      <FILE>...

    Usage: outlay import <FILE>...

    For more information, try '--help'.
    "#);
}
