//! The same export, saved in another way, is the same: equal keys, fingerprints, texts and money.

use encoding_rs::WINDOWS_1252;
use outlay_core::fact::{Facets, Fact};
use outlay_core::import::{DateOrder, ParseOptions};

use crate::collect::{FIXTURES, collect, fixture};

/// What came of a file, without lines and in the order of time and key.
fn essence(bytes: &[u8]) -> (Vec<(Facets, Fact)>, usize) {
    essence_with(bytes, &ParseOptions::default())
}

fn essence_with(bytes: &[u8], options: &ParseOptions) -> (Vec<(Facets, Fact)>, usize) {
    let (parsed, sink) = collect(bytes, options);
    parsed.expect("the file is read");
    let mut facts = sink.facts;
    for (_, fact) in &mut facts {
        // The number of the facets depends on the order of rows; the facets themselves are compared.
        (fact.line, fact.facets) = (0, outlay_core::fact::FacetId(0));
    }
    facts.sort_by(|(_, a), (_, b)| (a.created_at, &a.source_key).cmp(&(b.created_at, &b.source_key)));
    (facts, sink.rejects.len())
}

#[track_caller]
fn check(name: &str, how: &str, bytes: &[u8]) {
    assert_eq!(essence(bytes), essence(&fixture(name)), "{name} {how}");
}

/// The rows of a fixture, the header first; ragged ones stay ragged.
fn rows(name: &str) -> Vec<Vec<String>> {
    let bytes = fixture(name);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&bytes[..]);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn write(rows: &[Vec<String>], writer: &mut csv::WriterBuilder) -> Vec<u8> {
    let mut writer = writer.flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    marked.encode_utf16().flat_map(unit).collect()
}

#[test]
fn in_another_encoding() {
    for name in FIXTURES {
        let text = String::from_utf8(fixture(name)).unwrap();
        check(name, "with a byte order mark", format!("\u{feff}{text}").as_bytes());
        for mark in [true, false] {
            check(name, "in UTF-16LE", &utf16(&text, u16::to_le_bytes, mark));
            check(name, "in UTF-16BE", &utf16(&text, u16::to_be_bytes, mark));
        }
        let (legacy, _, unmappable) = WINDOWS_1252.encode(&text);
        if !unmappable {
            check(name, "in Windows-1252", &legacy);
        }
    }
}

#[test]
fn with_other_line_ends() {
    for name in FIXTURES {
        let text = String::from_utf8(fixture(name)).unwrap();
        check(name, "with CR LF", text.replace('\n', "\r\n").as_bytes());
        check(name, "with CR", text.replace('\n', "\r").as_bytes());
        check(name, "without the last line end", text.trim_end().as_bytes());
        check(
            name,
            "with blank lines",
            format!("{}\n\n\r\n,,,\n\n", text.replacen('\n', "\n\n", 3)).as_bytes(),
        );
        check(
            name,
            "after a preamble",
            format!("Usage of Acme\n\"made by, a\ndashboard\"\n\n{text}").as_bytes(),
        );
    }
}

#[test]
fn with_other_delimiters_and_quotes() {
    for name in FIXTURES {
        let rows = rows(name);
        for delimiter in [b';', b'\t'] {
            check(
                name,
                "with another delimiter",
                &write(&rows, csv::WriterBuilder::new().delimiter(delimiter)),
            );
        }
        let quoted = csv::QuoteStyle::Always;
        check(name, "with everything quoted", &write(&rows, csv::WriterBuilder::new().quote_style(quoted)));
    }
}

#[test]
fn with_other_columns() {
    for name in FIXTURES {
        let rows = rows(name);
        let width = rows[0].len();
        // Ragged rows are rejected however the columns stand.
        let mut reversed = rows.clone();
        reversed.iter_mut().filter(|row| row.len() == width).for_each(|row| row.reverse());
        check(name, "with reversed columns", &write(&reversed, &mut csv::WriterBuilder::new()));
        if name.starts_with("openai_empty") {
            continue;
        }
        let mut wider = rows.clone();
        for (line, row) in wider.iter_mut().enumerate() {
            row.insert(2, if line == 0 { "added_later".into() } else { "anything".into() });
        }
        check(name, "with a column in the middle", &write(&wider, &mut csv::WriterBuilder::new()));
        let mut spelled = rows.clone();
        for title in &mut spelled[0] {
            *title = format!(" {} ", title.to_uppercase().replace('_', "  "));
        }
        check(name, "with another spelling of the header", &write(&spelled, &mut csv::WriterBuilder::new()));
    }
}

/// A spreadsheet shows `3608.0` as `3608`, `false` as `FALSE`, and quotes as it likes.
#[test]
fn through_a_spreadsheet() {
    for name in FIXTURES {
        let mut rows = rows(name);
        for cell in rows.iter_mut().skip(1).flatten() {
            if let Some(whole) =
                cell.strip_suffix(".0").filter(|whole| whole.bytes().all(|byte| byte.is_ascii_digit()))
            {
                *cell = whole.to_owned();
            } else if cell.eq_ignore_ascii_case("false") || cell.eq_ignore_ascii_case("true") {
                *cell = cell.to_uppercase();
            }
        }
        let sheet = write(&rows, csv::WriterBuilder::new().terminator(csv::Terminator::CRLF));
        check(name, "through a spreadsheet", &sheet);
    }
}

/// A spreadsheet also writes dates its own way, and delimiters after the last cell.
#[test]
fn through_a_spreadsheet_that_rewrites_dates() {
    let original = fixture("anthropic_tokens/v2_days");
    let text = String::from_utf8(original.clone()).unwrap();
    for (order, eighth, ninth) in
        [(DateOrder::MonthFirst, "4/8/2026", "4/9/26"), (DateOrder::DayFirst, "8/4/26", "09/04/2026")]
    {
        let rewritten = text.replace("2026-04-08", eighth).replace("2026-04-09", ninth);
        let options = ParseOptions { date_order: Some(order), ..ParseOptions::default() };
        assert_eq!(essence_with(rewritten.as_bytes(), &options), essence(&original));
    }
    check("anthropic_tokens/v2_days", "with delimiters at the end", text.replace('\n', ",,\n").as_bytes());
    let header_only = text.replacen('\n', ",,\n", 1);
    check("anthropic_tokens/v2_days", "with delimiters at the end of the header", header_only.as_bytes());
}

#[test]
fn with_a_decimal_comma() {
    let rows: Vec<Vec<String>> = rows("cursor/v1_every_kind")
        .into_iter()
        .map(|mut row| {
            let swap = |text: &str| text.replace(',', ";").replace('.', ",").replace(';', ".");
            for cell in &mut row[4..] {
                if cell.starts_with(|c: char| c.is_ascii_digit() || c == '$') {
                    *cell = swap(cell);
                }
            }
            row
        })
        .collect();
    check(
        "cursor/v1_every_kind",
        "with decimal commas",
        &write(&rows, csv::WriterBuilder::new().delimiter(b';')),
    );
}

#[test]
fn in_another_order_of_rows() {
    for name in FIXTURES.iter().filter(|name| !name.starts_with("cursor")) {
        let mut rows = rows(name);
        rows[1..].reverse();
        check(name, "in reverse", &write(&rows, &mut csv::WriterBuilder::new()));
    }
}

#[test]
fn the_same_day_before_and_after_a_header_grew() {
    let old = "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type\n\
               2026-03-01,Claude Haiku 4.5,Default,laptop,message,≤ 200k,output,1.25,token\n";
    let new = "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,\
               cost_type,inference_geo,speed,api_key_id,api_key_status\n\
               2026-03-01,Claude Haiku 4.5,Default,laptop,message,â‰¤ 200k,output,1.25,1.50,token,not_available,,k1,active\n";
    let identity = |text: &str| {
        let (facts, _) = essence(text.as_bytes());
        facts.into_iter().map(|(_, fact)| (fact.source_key, fact.fingerprint)).collect::<Vec<_>>()
    };
    assert_eq!(identity(old), identity(new));
}
