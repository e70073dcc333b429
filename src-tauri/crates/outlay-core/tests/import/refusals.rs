//! Files of which nothing is read, and what a person is told.

use outlay_core::import::{
    DateOrder, Field, ImportError, Mapping, Note, ParseOptions, guess, header_signature,
};

use crate::collect::{collect, fixture};

fn told(bytes: &[u8]) -> String {
    told_with(bytes, &ParseOptions::default())
}

fn told_with(bytes: &[u8], options: &ParseOptions) -> String {
    match collect(bytes, options).0 {
        Ok(parsed) => format!("{} facts of {}", parsed.facts, parsed.source),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_no_table() {
    let files: [(&str, &[u8]); 12] = [
        ("empty", b""),
        ("page", b"\n <!DOCTYPE html><html><title>Log in</title>"),
        ("json", b"{\"data\": [], \"has_more\": false}"),
        ("xml", b"<?xml version=\"1.0\"?><rows/>"),
        ("zip", b"PK\x03\x04\x14\0\x06\0"),
        ("gzip", b"\x1F\x8B\x08\0\0"),
        ("xls", b"\xD0\xCF\x11\xE0\xA1\xB1"),
        ("pdf", b"%PDF-1.7"),
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("sqlite", b"SQLite format 3\0"),
        ("letter", b"Dear reader\nthis is not a table\n"),
        ("noise", b"\x01\x02\x03\x04abc\x05\x06\x07\x08\x00\x00\x00"),
    ];
    let told: Vec<String> = files.iter().map(|(name, bytes)| format!("{name}: {}", told(bytes))).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn headers_that_are_not_enough() {
    let files = [
        ("unknown", "when,who,how much\n1,2,3\n"),
        ("near", "generation_id,created_at,tokens_prompt,tokens_completion,model_permaslug\n1,2,3,4,5\n"),
        ("missing", "start_time,end_time,num_model_requests,input_tokens,output_tokens\n1,2,3,4,5\n"),
        (
            "missing either",
            "usage_date_utc,model_version,usage_input_tokens_no_cache,usage_input_tokens_cache_read,usage_output_tokens\n",
        ),
        (
            "twice",
            "generation_id,created_at,cost_total,cost_total,tokens_prompt,tokens_completion,model_permaslug\n",
        ),
    ];
    let told: Vec<String> =
        files.iter().map(|(name, text)| format!("{name}: {}", told(text.as_bytes()))).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_header_alone_is_read_with_no_rows() {
    let header = String::from_utf8(fixture("openrouter_log/every_case")).unwrap();
    assert_eq!(told(header.lines().next().unwrap().as_bytes()), "0 facts of openrouter-log-csv");
    assert_eq!(told(b"start_time,end_time,start_time_iso,end_time_iso\n"), "0 facts of openai-empty-csv");
}

const CURSOR: &str = "Date,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost\n";

#[test]
fn dates_with_two_readings_are_asked_about() {
    let undecided =
        format!("{CURSOR}6/7/26 14:05,Free,auto,No,0,0,0,1,1,0\n8/8/26 14:05,Free,auto,No,0,0,0,1,1,0\n");
    insta::assert_snapshot!(told(undecided.as_bytes()), @"`6/7/26 14:05` on line 2 is 2026-06-07 if the month comes first and 2026-07-06 if the day does, and no date of the file decides it: say which");
    let first_day = |options: &ParseOptions, text: &str| {
        collect(text.as_bytes(), options).0.unwrap().first_day.unwrap().to_string()
    };
    for (order, day) in [(DateOrder::MonthFirst, "2026-06-07"), (DateOrder::DayFirst, "2026-07-06")] {
        let options = ParseOptions { date_order: Some(order), ..ParseOptions::default() };
        assert_eq!(first_day(&options, &undecided), day);
    }
}

#[test]
fn one_date_decides_all_before_and_after_it() {
    let text = format!(
        "{CURSOR}6/7/26,Free,auto,No,0,0,0,1,1,0\n6/19/26,Free,auto,No,0,0,0,1,1,0\n7/6/26,Free,auto,No,0,0,0,1,1,0\n19/6/26,Free,auto,No,0,0,0,1,1,0\n"
    );
    let (parsed, sink) = collect(text.as_bytes(), &ParseOptions::default());
    assert_eq!(parsed.unwrap().notes, [Note::DateOrder { order: DateOrder::MonthFirst }]);
    let mut days: Vec<String> =
        sink.facts.iter().map(|(_, fact)| format!("{} {}", fact.line, fact.created_at)).collect();
    days.sort();
    insta::assert_snapshot!(days.join("\n"), @r"
    2 2026-06-07T00:00:00.000000Z
    3 2026-06-19T00:00:00.000000Z
    4 2026-07-06T00:00:00.000000Z
    ");
    assert_eq!(sink.rejects.len(), 1, "a date that does not fit the order is a reject");
}

#[test]
fn mappings_that_do_not_fit() {
    let text = b"when,what\n2026-01-01,gpt-5\n";
    let with = |fields: &[(Field, &str)]| {
        let fields = fields.iter().map(|(field, column)| (*field, (*column).to_owned())).collect();
        let mapping = Mapping { fields, ..Mapping::default() };
        told_with(text, &ParseOptions { mapping: Some(mapping), ..ParseOptions::default() })
    };
    let told = [
        with(&[(Field::CreatedAt, "when"), (Field::Model, "what")]),
        with(&[(Field::CreatedAt, "when"), (Field::Model, "what"), (Field::Cost, "money")]),
        with(&[(Field::Cost, "when")]),
    ];
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_mapping_is_guessed_and_remembered() {
    let header: Vec<String> =
        ["Request ID", "startTime", "spend", "Prompt_Tokens", "completion tokens", "model"]
            .map(str::to_owned)
            .into();
    let mapping = guess(&header);
    assert!(mapping.missing().is_empty(), "enough is guessed: {mapping:?}");
    insta::assert_json_snapshot!(mapping);
    let respelled: Vec<String> = header.iter().map(|title| title.to_uppercase().replace('_', " ")).collect();
    assert_eq!(header_signature(&header), header_signature(&respelled));
    let restored: Mapping = serde_json::from_str(&serde_json::to_string(&mapping).unwrap()).unwrap();
    assert_eq!(restored, mapping);
}

#[test]
fn an_unknown_table_says_what_a_mapping_needs() {
    let Err(ImportError::UnknownHeader(unknown)) =
        collect(b"Report of May\nday;model;cost\n1;b;2\n", &ParseOptions::default()).0
    else {
        panic!("the header is unknown");
    };
    insta::assert_json_snapshot!(unknown);
}
