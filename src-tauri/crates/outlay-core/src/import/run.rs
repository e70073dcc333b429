//! One file's reading, from its head to its end: records to the source, facts and rejects to the sink.

use std::io::Read;
use std::ops::ControlFlow;

use crate::fact::{FacetTable, Fact};

use super::context::{Context, Coverage, ForeignSums, Reading};
use super::dates::{DateReader, both_readings, stated_instant};
use super::decode::{self, Decoder, HEAD};
use super::detect::{Detected, detect};
use super::records::{Record, Records};
use super::reject::{Problem, Reject};
use super::sources::{self, Source};
use super::table::{Read as ReadResult, Row, normalise};
use super::{ImportError, Layout, Mapping, Note, Opened, ParseOptions, Parsed, Sink, SourceKind};

/// How many bytes of rows may wait for a date that decides the order of all.
const WAITING_LIMIT: usize = 16 << 20;

/// The reading of one file.
pub(crate) struct Run<'s, R, S> {
    records: Records<Decoder<R>>,
    rows: Rows<'s, S>,
    preamble: usize,
    reported: u64,
}

/// What happens to rows, apart from where they come from.
struct Rows<'s, S> {
    source: Box<dyn Source>,
    context: Context,
    sink: &'s mut S,
    detected: Detected,
    waiting: Vec<(u64, Vec<u8>)>,
    waiting_bytes: usize,
    coverage: Coverage,
    foreign: ForeignSums,
    parsed: Parsed,
    blank_lines: u64,
    repeated_headers: u64,
}

/// What a row asks of the reading around it.
enum Next {
    Continue,
    /// The lines that its quotes joined should be read one by one.
    ReadInnerLines,
}

impl<'s, R: Read, S: Sink> Run<'s, R, S> {
    /// Reads the head and finds the header.
    pub(crate) fn open(reader: R, options: &ParseOptions, sink: &'s mut S) -> Result<Self, ImportError> {
        let encoded = decode::open(reader)?;
        let mut records = Records::new(encoded.decoder, b',');
        let detected = detect(records.peek(HEAD)?, options.mapping.as_ref())?;
        records.set_delimiter(detected.delimiter);
        let preamble = detected.preamble;
        let rows = Rows::new(detected, encoded.encoding, options, sink)?;
        Ok(Self { records, rows, preamble, reported: 0 })
    }

    /// Reads all rows.
    pub(crate) fn read_all(mut self) -> Result<Parsed, ImportError> {
        for _ in 0..self.preamble {
            if let Some(record) = self.records.next()? {
                let stated = stated_instant(&String::from_utf8_lossy(record.verbatim));
                self.rows.parsed.stated_as_of = self.rows.parsed.stated_as_of.or(stated);
            }
        }
        self.records.next()?;
        while let Some(record) = self.records.next()? {
            if matches!(self.rows.take(&record)?, Next::ReadInnerLines) {
                self.records.give_back_inner_lines();
            }
            let taken = self.records.input().taken();
            if taken != self.reported {
                self.reported = taken;
                go_on(self.rows.sink.progress(taken))?;
            }
        }
        self.rows.finish(self.records.first_undecodable())
    }
}

impl<'s, S: Sink> Rows<'s, S> {
    fn new(
        detected: Detected,
        encoding: Option<(&str, bool)>,
        options: &ParseOptions,
        sink: &'s mut S,
    ) -> Result<Self, ImportError> {
        // A mapping says nothing about a file that is a known export.
        let mapping = options.mapping.as_ref().filter(|_| detected.kind == SourceKind::Mapped);
        let mark = options.decimal.or(mapping.and_then(|mapping| mapping.decimal)).unwrap_or(detected.mark);
        let date_order = options.date_order.or(mapping.and_then(|mapping| mapping.date_order));
        let source = sources::open(&detected, mapping)?;
        let has_id = detected.kind == SourceKind::OpenrouterLog || mapping.is_some_and(Mapping::has_id);
        let detected = Detected { mark, ..detected };
        let opened = Opened {
            source: detected.kind,
            keyed_by_dimensions: !has_id,
            aggregate: detected.aggregate,
            provider: detected.provider.clone(),
            layout: layout(&detected, encoding, mapping),
        };
        sink.begin(opened.clone());
        let mut notes = Vec::new();
        if let Some((name, guessed)) = encoding {
            notes.push(Note::Encoding { name: name.to_owned(), guessed });
        }
        note_layout(&detected, &mut notes);
        Ok(Self {
            source,
            context: Context { facets: FacetTable::default(), dates: DateReader::new(date_order) },
            foreign: ForeignSums::default(),
            sink,
            waiting: Vec::new(),
            waiting_bytes: 0,
            coverage: Coverage::default(),
            parsed: Parsed::beginning(&opened, notes),
            detected,
            blank_lines: 0,
            repeated_headers: 0,
        })
    }

    /// Takes one record of the file.
    fn take(&mut self, record: &Record<'_>) -> Result<Next, ImportError> {
        if let Some(fault) = record.fault {
            self.reject(Problem::of_fault(fault).into_reject(record))?;
            return Ok(Next::Continue);
        }
        let row = Row { line: record.line, text: record.text, cells: record.cells, mark: self.detected.mark };
        if row.cell(0).is_empty() && row.is_blank() {
            self.blank_lines += 1;
            self.parsed.ignored += 1;
            return Ok(Next::Continue);
        }
        let width = self.detected.header.titles.len();
        let surplus = (width..row.cells.len()).any(|index| !row.cell(index).is_empty());
        if row.cells.len() < width || surplus {
            self.reject(Problem::cell_count(record, width).into_reject(record))?;
            return Ok(if record.inner_lines > 0 { Next::ReadInnerLines } else { Next::Continue });
        }
        if row.cell(0) == self.detected.header.titles[0] && self.is_header(&row) {
            self.repeated_headers += 1;
            self.parsed.ignored += 1;
            return Ok(Next::Continue);
        }
        self.read(&row, record).map(|()| Next::Continue)
    }

    fn is_header(&self, row: &Row<'_>) -> bool {
        self.detected.header.titles.iter().enumerate().all(|(index, title)| row.cell(index) == title)
    }

    /// Has the source read a row, or puts it aside until the order of dates is known.
    fn read(&mut self, row: &Row<'_>, record: &Record<'_>) -> Result<(), ImportError> {
        self.context.dates.take_latest();
        let reading = self.source.read(row, &mut self.context);
        if self.context.dates.take_undecided() {
            return self.wait(record);
        }
        self.settle(reading, record)?;
        if !self.waiting.is_empty() && self.context.dates.order().is_some() {
            self.read_waiting()?;
        }
        Ok(())
    }

    /// Gives what a row became.
    fn settle(&mut self, reading: ReadResult<Reading>, record: &Record<'_>) -> Result<(), ImportError> {
        match reading {
            Ok(Reading::Fact(fact)) => {
                self.coverage.add(fact.created_at, fact.period_end);
                self.give(fact)
            }
            Ok(Reading::Part { start, end }) => {
                self.coverage.add(start, end);
                Ok(())
            }
            Ok(Reading::Empty { start, end }) => {
                self.coverage.add(start, Some(end));
                self.parsed.empty += 1;
                Ok(())
            }
            Err(problem) => {
                if let Some((currency, amount)) = &problem.foreign {
                    self.foreign.add(currency, self.context.dates.take_latest(), amount);
                }
                self.reject(problem.into_reject(record))
            }
        }
    }

    fn wait(&mut self, record: &Record<'_>) -> Result<(), ImportError> {
        self.waiting_bytes += record.verbatim.len();
        self.waiting.push((record.line, record.verbatim.to_vec()));
        if self.waiting_bytes > WAITING_LIMIT { Err(self.ambiguous()) } else { Ok(()) }
    }

    /// Reads the rows that waited, now that a date has shown the order.
    fn read_waiting(&mut self) -> Result<(), ImportError> {
        for (line, verbatim) in std::mem::take(&mut self.waiting) {
            let mut again = Records::of_bytes(&verbatim, self.detected.delimiter);
            if let Some(record) = again.next()? {
                let record = Record { line, ..record };
                let row = Row { line, text: record.text, cells: record.cells, mark: self.detected.mark };
                self.context.dates.take_latest();
                let reading = self.source.read(&row, &mut self.context);
                self.settle(reading, &record)?;
            }
        }
        Ok(())
    }

    /// The error of dates that no row decides, shown by the first that waits.
    fn ambiguous(&self) -> ImportError {
        let Some((line, verbatim)) = self.waiting.first() else {
            return ImportError::Stopped;
        };
        let mut again = Records::of_bytes(verbatim, self.detected.delimiter);
        let mut example = String::new();
        if let Ok(Some(record)) = again.next() {
            let row = Row { line: *line, text: record.text, cells: record.cells, mark: self.detected.mark };
            let cells = (0..record.cells.len()).map(|index| row.cell(index));
            let mut undecided = cells.filter(|cell| {
                let mut dates = DateReader::new(None);
                dates.read(cell).is_err() && dates.take_undecided()
            });
            example = undecided.next().unwrap_or_default().to_owned();
        }
        let [month_first, day_first] = both_readings(&example);
        ImportError::AmbiguousDates { example, line: *line, month_first, day_first }
    }

    fn give(&mut self, fact: Fact) -> Result<(), ImportError> {
        self.parsed.facts += 1;
        go_on(self.sink.fact(&self.context.facets, fact))
    }

    fn reject(&mut self, reject: Reject) -> Result<(), ImportError> {
        self.parsed.rejected += 1;
        go_on(self.sink.reject(reject))
    }

    /// Gives the aggregates and sums up.
    fn finish(mut self, first_undecodable: Option<u64>) -> Result<Parsed, ImportError> {
        if !self.waiting.is_empty() {
            return Err(self.ambiguous());
        }
        let finished = self.source.finish();
        if let Some(organisation) = &finished.account {
            self.sink.account(organisation);
        }
        for fact in finished.facts {
            self.give(fact)?;
        }
        for reject in finished.rejects {
            self.reject(reject)?;
        }
        self.note_rows(first_undecodable);
        (self.parsed.first_day, self.parsed.last_day) = self.coverage.days();
        self.parsed.account = finished.account;
        self.parsed.foreign = self.foreign.into_sums();
        Ok(self.parsed)
    }

    fn note_rows(&mut self, first_undecodable: Option<u64>) {
        let notes = &mut self.parsed.notes;
        if let Some(line) = first_undecodable {
            notes.push(Note::MixedEncoding { line });
        }
        if let Some(order) = self.context.dates.order() {
            notes.push(Note::DateOrder { order });
        }
        if self.blank_lines > 0 {
            notes.push(Note::BlankLines { lines: self.blank_lines });
        }
        if self.repeated_headers > 0 {
            notes.push(Note::RepeatedHeader { times: self.repeated_headers });
        }
    }
}

/// How the text of the file is read.
fn layout(detected: &Detected, encoding: Option<(&str, bool)>, mapping: Option<&Mapping>) -> Layout {
    let (encoding, encoding_guessed) = encoding.unwrap_or(("utf-8", false));
    let unmapped = |mapping: &Mapping| {
        let is_read = |title: &String| mapping.columns().any(|column| normalise(column) == normalise(title));
        let titles = detected.header.titles.iter();
        titles.filter(|title| !title.is_empty() && !is_read(title)).cloned().collect()
    };
    Layout {
        encoding: encoding.to_owned(),
        encoding_guessed,
        delimiter: char::from(detected.delimiter),
        header_line: detected.header_line,
        decimal: detected.mark,
        ignored_columns: mapping.map_or_else(|| detected.unknown.clone(), unmapped),
    }
}

/// Notes what the head of the file shows.
fn note_layout(detected: &Detected, notes: &mut Vec<Note>) {
    if detected.delimiter != b',' {
        notes.push(Note::Delimiter { delimiter: char::from(detected.delimiter) });
    }
    if detected.mark == super::DecimalMark::Comma {
        notes.push(Note::DecimalComma);
    }
    if detected.header_line > 1 {
        notes.push(Note::Preamble { lines: detected.header_line - 1 });
    }
    if !detected.unknown.is_empty() {
        notes.push(Note::UnknownColumns { columns: detected.unknown.clone() });
    }
}

fn go_on(flow: ControlFlow<()>) -> Result<(), ImportError> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(ImportError::Stopped),
    }
}
