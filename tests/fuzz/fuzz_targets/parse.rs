//! Any bytes are read without a panic, every fact is sound, and every reject says what to do. A table
//! that no export has the header of is read again through the mapping that its header suggests.
#![no_main]

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use outlay_core::fact::{Fact, FacetTable};
use outlay_core::import::{DateOrder, ImportError, ParseOptions, Reject, Sink, guess, parse};

#[derive(Default)]
struct Checked {
    facts: u64,
    rejected: u64,
}

impl Sink for Checked {
    fn fact(&mut self, facets: &FacetTable, fact: Fact) -> ControlFlow<()> {
        assert_eq!(fact.tokens.fault(), None);
        assert!(fact.created_at.is_storable());
        assert!(fact.period_end.is_none_or(|end| end > fact.created_at));
        assert!(!fact.source_key.is_empty());
        assert!(!facets.get(fact.facets).provider.is_empty());
        self.facts += 1;
        ControlFlow::Continue(())
    }

    fn reject(&mut self, reject: Reject) -> ControlFlow<()> {
        assert!(reject.line > 0 && !reject.expected.is_empty() && !reject.found.is_empty());
        assert!(!reject.remedy.is_empty());
        self.rejected += 1;
        ControlFlow::Continue(())
    }
}

fn read(bytes: &[u8], options: &ParseOptions) -> Result<(), ImportError> {
    let mut sink = Checked::default();
    let parsed = parse(bytes, options, &mut sink)?;
    assert_eq!((parsed.facts, parsed.rejected), (sink.facts, sink.rejected));
    Ok(())
}

fuzz_target!(|bytes: &[u8]| {
    let options = match read(bytes, &ParseOptions::default()) {
        Err(ImportError::UnknownHeader(unknown)) => {
            ParseOptions { mapping: Some(guess(&unknown.header)), ..ParseOptions::default() }
        }
        Err(ImportError::AmbiguousDates { .. }) => {
            ParseOptions { date_order: Some(DateOrder::DayFirst), ..ParseOptions::default() }
        }
        _ => return,
    };
    let _ = read(bytes, &options);
});
