//! Damaged files: what is sound is read, what is not is named, and memory stays small.

use std::io::Read;
use std::ops::ControlFlow;

use outlay_core::fact::{FacetTable, Fact};
use outlay_core::import::{ImportError, Note, ParseOptions, Reject, RejectKind, Sink, parse};
use proptest::prelude::*;

use crate::collect::{FIXTURES, collect, fixture};

const HEADER: &str = "Date,Slug,Usage,BYOK Usage,Requests,Prompt Tokens,Completion Tokens,Reasoning Tokens";

fn row(day: u32) -> String {
    format!("2026-05-{day:02},a/b,0.5,0,1,10,5,0")
}

fn file(lines: &[String]) -> Vec<u8> {
    format!("{HEADER}\n{}\n", lines.join("\n")).into_bytes()
}

/// The lines of the facts, and of the rejects with their kinds.
fn lines(bytes: &[u8]) -> (Vec<u64>, Vec<(u64, RejectKind)>) {
    let (parsed, sink) = collect(bytes, &ParseOptions::default());
    let parsed = parsed.expect("the file is read");
    assert_eq!((parsed.facts as usize, parsed.rejected as usize), (sink.facts.len(), sink.rejects.len()));
    let facts = sink.facts.iter().map(|(_, fact)| fact.line).collect();
    (facts, sink.rejects.iter().map(|reject| (reject.line, reject.kind)).collect())
}

#[test]
fn an_open_quote_costs_its_line() {
    let open = "2026-05-02,\"a/b,0.5,0,1,10,5,0".to_owned();
    assert_eq!(
        lines(&file(&[row(1), open.clone(), row(3), row(4)])),
        (vec![2, 4, 5], vec![(3, RejectKind::OpenQuote)]),
        "a quote that is never closed"
    );
    assert_eq!(
        lines(&file(&[row(1), open.clone(), row(3), open.clone(), row(5)])),
        (vec![2, 4, 6], vec![(3, RejectKind::OpenQuote), (5, RejectKind::OpenQuote)]),
        "a quote that the next open one would close"
    );
    let joined = ["2026-05-02,\"a/b".to_owned(), "c\",0.5,0".to_owned()];
    assert_eq!(
        lines(&file(&[row(1), joined[0].clone(), joined[1].clone(), row(4)])),
        (vec![2, 5], vec![(3, RejectKind::OpenQuote), (4, RejectKind::CellCount)]),
        "a quote that joins lines into a record of too few cells"
    );
}

#[test]
fn the_reject_says_where_the_quote_opened() {
    let (_, sink) =
        collect(&file(&[row(1), "2026-05-02,\"a/b,0.5".into(), row(3)]), &ParseOptions::default());
    insta::assert_json_snapshot!(sink.rejects);
}

#[test]
fn a_cell_may_hold_lines() {
    let cell = "2026-05-02,\"a\nb\r\nc \"\"d\"\"\",0.5,0,1,10,5,0".to_owned();
    let (facts, rejects) = lines(&file(&[row(1), cell, row(3)]));
    assert_eq!((facts, rejects), (vec![2, 3, 6], vec![]));
}

#[test]
fn ragged_and_truncated_rows() {
    let mut bytes =
        file(&[row(1), "2026-05-02,a/b".into(), format!("{},x", row(3)), format!("{},,,", row(4))]);
    bytes.extend_from_slice(b"2026-05-05,a/b,0.");
    let rejects = vec![(3, RejectKind::CellCount), (4, RejectKind::CellCount), (6, RejectKind::Truncated)];
    assert_eq!(lines(&bytes), (vec![2, 5], rejects));
}

#[test]
fn a_zero_byte_costs_its_line() {
    let bytes = file(&[row(1), row(2).replace('a', "\0"), row(3)]);
    assert_eq!(lines(&bytes), (vec![2, 4], vec![(3, RejectKind::Nul)]));
}

#[test]
fn a_later_line_in_another_encoding_is_read_and_noted() {
    let filler: Vec<String> = (0..3000).map(|at| format!("2026-05-01,filler-{at},0.5,0,1,10,5,0")).collect();
    let mut bytes = file(&filler);
    bytes.extend_from_slice(b"2026-05-02,caf\xE9,0.5,0,1,10,5,0\n");
    let (parsed, sink) = collect(&bytes, &ParseOptions::default());
    assert_eq!(parsed.unwrap().notes, [Note::MixedEncoding { line: 3002 }]);
    assert!(sink.facts.iter().any(|(facets, _)| facets.model == "café"));
}

#[test]
fn a_file_may_end_within_a_character() {
    let text = String::from_utf8(file(&[row(1), row(2)])).unwrap();
    let mut bytes: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.push(b'2');
    assert_eq!(lines(&bytes), (vec![2, 3], vec![(4, RejectKind::Truncated)]));
}

#[test]
fn a_header_that_stands_again_is_ignored() {
    let (parsed, sink) = collect(&file(&[row(1), HEADER.into(), row(2)]), &ParseOptions::default());
    let parsed = parsed.unwrap();
    assert_eq!(
        (sink.facts.len(), parsed.ignored, parsed.notes),
        (2, 1, vec![Note::RepeatedHeader { times: 1 }])
    );
}

/// A line of 100 MB without an end in sight, made as it is read.
#[test]
fn a_line_of_100_megabytes_is_passed_over() {
    let head = file(&[row(1)]);
    let tail = format!("\r\n{}\n", row(3)).into_bytes();
    for byte in [b'x', b',', b'"'] {
        let long = std::io::repeat(byte).take(100_000_000);
        let quote: &[u8] = if byte == b'"' { b"" } else { b"2026-05-02," };
        let reader = head.chain(quote).chain(long).chain(&tail[..]);
        let mut sink = Tally::default();
        let parsed = parse(reader, &ParseOptions::default(), &mut sink).expect("the file is read");
        assert_eq!((parsed.facts, parsed.rejected), (2, 1));
        let Reject { kind, line, record, found, .. } = &sink.rejects[0];
        assert_eq!((*kind, *line, record.len()), (RejectKind::TooLong, 3, 2048));
        assert!(found.contains(if byte == b'"' { "100000000" } else { "100000011" }), "{found}");
        assert_eq!(sink.facts, [2, 4]);
    }
}

#[test]
fn the_sink_can_stop_the_reading() {
    struct Impatient;
    impl Sink for Impatient {
        fn fact(&mut self, _: &FacetTable, _: Fact) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
        fn reject(&mut self, _: Reject) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }
    let stopped = parse(&file(&[row(1)])[..], &ParseOptions::default(), &mut Impatient);
    assert!(matches!(stopped, Err(ImportError::Stopped)));
}

#[derive(Default)]
struct Tally {
    facts: Vec<u64>,
    rejects: Vec<Reject>,
}

impl Sink for Tally {
    fn fact(&mut self, _: &FacetTable, fact: Fact) -> ControlFlow<()> {
        self.facts.push(fact.line);
        ControlFlow::Continue(())
    }

    fn reject(&mut self, reject: Reject) -> ControlFlow<()> {
        self.rejects.push(reject);
        ControlFlow::Continue(())
    }
}

/// A reader that gives a few bytes at a time, as a pipe may.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.len().min(self.1).min(out.len());
        let (now, later) = self.0.split_at(count);
        out[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = collect(&bytes, &ParseOptions::default());
    }

    #[test]
    fn no_damage_makes_it_panic(
        which in 0..FIXTURES.len(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), prop::sample::select(&b"\",;\n\r\t0-9a\0\xE9\xFF"[..]), 0..3), 1..12),
    ) {
        let mut bytes = fixture(FIXTURES[which]);
        for (at, byte, how) in edits {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        let whole = collect(&bytes, &ParseOptions::default());
        // Every line is accounted for, and how the bytes arrive changes nothing.
        if let Ok(parsed) = &whole.0 {
            prop_assert_eq!(parsed.rejected as usize, whole.1.rejects.len());
        }
        let mut sink = Tally::default();
        let dripped = parse(Drip(&bytes, 7), &ParseOptions::default(), &mut sink);
        prop_assert_eq!(dripped.ok(), whole.0.ok());
        prop_assert_eq!(sink.rejects, whole.1.rejects);
    }
}
