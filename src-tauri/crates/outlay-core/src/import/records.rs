//! Text to records: where each record begins and ends, its line, its cells and its verbatim text.
//!
//! Not the csv crate's reader, because a damaged file must stay readable around the damage: a record
//! here is bounded, its text is kept for the quarantine, and a quote that never closes costs one line
//! instead of the rest of the file. A test holds the cells equal to the csv crate's on sound input.
//! What the cells mean is not known here.

use std::io::{self, Read};

use encoding_rs::WINDOWS_1252;
use memchr::{memchr, memchr2};

use super::cut::{Cell, Scan, line_end, scan};

/// The longest record, in bytes.
pub(crate) const LIMIT: usize = 1 << 20;
/// How much of a longer record is kept for the quarantine, in bytes.
pub(crate) const KEPT: usize = 2048;
const CHUNK: usize = 1 << 18;

/// One record of the file.
pub(crate) struct Record<'a> {
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    /// The text that the cells are cut from.
    pub(crate) text: &'a str,
    pub(crate) cells: &'a [Cell],
    /// The record as it stands in the file, without the end of its line.
    pub(crate) verbatim: &'a [u8],
    pub(crate) fault: Option<Fault>,
    /// How many line ends lie within quotes.
    pub(crate) inner_lines: u64,
    /// The file ends with this record, without a line end.
    pub(crate) unterminated: bool,
}

/// Why a record has no cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Longer than [`LIMIT`]; its length in bytes.
    TooLong(u64),
    /// A quote opens on this line and is not closed properly.
    OpenQuote(u64),
    /// A zero byte.
    Nul,
}

/// Cuts a stream of UTF-8 into records.
pub(crate) struct Records<R> {
    input: R,
    /// How many bytes are asked for at once.
    chunk: usize,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    line: u64,
    delimiter: u8,
    cells: Vec<Cell>,
    unquoted: Vec<u8>,
    replaced: String,
    latest: Frame,
    first_undecodable: Option<u64>,
}

/// Where the latest record stands in the buffer.
#[derive(Debug, Clone, Copy, Default)]
struct Frame {
    from: usize,
    to: usize,
    line: u64,
    inner_lines: u64,
    quoted: bool,
    unterminated: bool,
    fault: Option<Fault>,
}

impl<'a> Records<&'a [u8]> {
    /// Cuts bytes that are already there, without the buffer of a stream.
    pub(crate) fn of_bytes(bytes: &'a [u8], delimiter: u8) -> Self {
        Self { chunk: bytes.len() + 1, ..Self::new(bytes, delimiter) }
    }
}

impl<R: Read> Records<R> {
    pub(crate) fn new(input: R, delimiter: u8) -> Self {
        Self {
            chunk: CHUNK,
            input,
            buffer: Vec::new(),
            start: 0,
            ended: false,
            line: 1,
            delimiter,
            cells: Vec::new(),
            unquoted: Vec::new(),
            replaced: String::new(),
            latest: Frame::default(),
            first_undecodable: None,
        }
    }

    /// The bytes before the first record, read ahead to find the header.
    pub(crate) fn peek(&mut self, length: usize) -> io::Result<&[u8]> {
        while self.buffer.len() < length && !self.ended {
            self.fill()?;
        }
        Ok(&self.buffer)
    }

    pub(crate) const fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
    }

    pub(crate) const fn input(&self) -> &R {
        &self.input
    }

    /// The first line that was not UTF-8 and was read as Windows-1252.
    pub(crate) const fn first_undecodable(&self) -> Option<u64> {
        self.first_undecodable
    }

    /// The next record, or `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        let Some(frame) = self.advance()? else {
            return Ok(None);
        };
        self.latest = frame;
        Ok(Some(self.present(frame)))
    }

    /// Reads the file again after the first line of the latest record: its quotes joined lines that
    /// do not belong together.
    pub(crate) fn give_back_inner_lines(&mut self) {
        let Frame { from, to, line, .. } = self.latest;
        if let Some(end) = memchr2(b'\n', b'\r', &self.buffer[from..to]) {
            self.start = from + end + line_end(&self.buffer[from + end..]);
            self.line = line + 1;
        }
    }

    fn present(&mut self, mut frame: Frame) -> Record<'_> {
        let verbatim = &self.buffer[frame.from..frame.to];
        if frame.fault.is_none() && memchr(0, verbatim).is_some() {
            frame.fault = Some(Fault::Nul);
        }
        let mut backing = if frame.quoted { &self.unquoted[..] } else { verbatim };
        if frame.fault.is_some() {
            self.cells.clear();
            backing = b"";
        }
        // Unquoted cells stand side by side: halves of a character in two of them must not join to one.
        let whole = |text: &&str| {
            let at_boundary = |&(begin, end): &Cell| {
                text.is_char_boundary(begin as usize) && text.is_char_boundary(end as usize)
            };
            !frame.quoted || self.cells.iter().all(at_boundary)
        };
        let text = match std::str::from_utf8(backing).ok().filter(whole) {
            Some(text) => text,
            None => {
                self.first_undecodable.get_or_insert(frame.line);
                replace(backing, &mut self.cells, &mut self.replaced);
                &self.replaced
            }
        };
        Record {
            line: frame.line,
            text,
            cells: &self.cells,
            verbatim,
            fault: frame.fault,
            inner_lines: frame.inner_lines,
            unterminated: frame.unterminated,
        }
    }

    /// Finds the next record and moves behind it.
    fn advance(&mut self) -> io::Result<Option<Frame>> {
        loop {
            if self.start == self.buffer.len() && self.ended {
                return Ok(None);
            }
            match scan(
                &self.buffer[self.start..],
                self.delimiter,
                self.ended,
                &mut self.cells,
                &mut self.unquoted,
            ) {
                Scan::Whole { length, .. } if length > LIMIT => return self.refuse_long(0).map(Some),
                Scan::Whole { length, taken, inner_lines, quoted } => {
                    let frame = Frame {
                        from: self.start,
                        to: self.start + length,
                        line: self.line,
                        inner_lines,
                        quoted,
                        unterminated: taken == length,
                        fault: None,
                    };
                    self.start += taken;
                    self.line += 1 + inner_lines;
                    return Ok(Some(frame));
                }
                Scan::Stray { opened } => return Ok(Some(self.first_line_only(opened))),
                Scan::More { opened } => {
                    if self.buffer.len() - self.start > LIMIT {
                        return self.refuse_long(opened.unwrap_or(0)).map(Some);
                    }
                    match opened {
                        Some(opened) if self.ended => return Ok(Some(self.first_line_only(opened))),
                        _ => self.fill()?,
                    }
                }
            }
        }
    }

    /// A record beyond the limit is one long line, or lines that an open quote joined.
    fn refuse_long(&mut self, opened: u64) -> io::Result<Frame> {
        match memchr2(b'\n', b'\r', &self.buffer[self.start..]) {
            Some(length) if length <= LIMIT => Ok(self.first_line_only(opened)),
            _ => self.skip_long_line(),
        }
    }

    /// The first physical line as a record with an open quote; what follows is read as records again.
    fn first_line_only(&mut self, opened: u64) -> Frame {
        let unread = &self.buffer[self.start..];
        let length = memchr2(b'\n', b'\r', unread).unwrap_or(unread.len());
        let frame = Frame {
            from: self.start,
            to: self.start + length,
            line: self.line,
            fault: Some(Fault::OpenQuote(self.line + opened)),
            ..Frame::default()
        };
        self.start += length + line_end(&unread[length..]);
        self.line += 1;
        frame
    }

    /// Passes over a line that is too long, in pieces, keeping only its beginning.
    fn skip_long_line(&mut self) -> io::Result<Frame> {
        let kept = self.buffer[self.start..self.start + KEPT].to_vec();
        let mut length = 0;
        loop {
            let unread = &self.buffer[self.start..];
            if let Some(end) = memchr2(b'\n', b'\r', unread) {
                length += end as u64;
                self.start += end;
                break;
            }
            length += unread.len() as u64;
            self.start = self.buffer.len();
            if self.ended {
                break;
            }
            self.fill()?;
        }
        if self.buffer.len() - self.start < 2 {
            self.fill()?;
        }
        self.start += line_end(&self.buffer[self.start..]);
        // The kept beginning takes a place in front of the unread rest, where records are shown from.
        self.buffer.splice(..self.start, kept);
        self.start = KEPT;
        let frame = Frame {
            from: 0,
            to: KEPT,
            line: self.line,
            fault: Some(Fault::TooLong(length)),
            ..Frame::default()
        };
        self.line += 1;
        Ok(frame)
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let filled = self.buffer.len();
        self.buffer.resize(filled + self.chunk, 0);
        let count = self.input.read(&mut self.buffer[filled..])?;
        self.buffer.truncate(filled + count);
        self.ended = count == 0;
        Ok(())
    }
}

/// Reads cells that are not UTF-8 as Windows-1252.
fn replace(backing: &[u8], cells: &mut [Cell], replaced: &mut String) {
    replaced.clear();
    for cell in cells {
        let bytes = &backing[cell.0 as usize..cell.1 as usize];
        let begin = replaced.len() as u32;
        match std::str::from_utf8(bytes) {
            Ok(text) => replaced.push_str(text),
            Err(_) => replaced.push_str(&WINDOWS_1252.decode_without_bom_handling(bytes).0),
        }
        *cell = (begin, replaced.len() as u32);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
        let mut records = Records::new(bytes, delimiter);
        let mut all = Vec::new();
        while let Some(record) = records.next().unwrap() {
            let cell = |&(begin, end): &Cell| record.text[begin as usize..end as usize].to_owned();
            all.push(record.cells.iter().map(cell).collect());
        }
        all
    }

    #[test]
    fn halves_of_a_character_in_two_cells_do_not_join() {
        assert_eq!(cells(b"\"a\",\xd1,\xac\n", b','), [["a", "\u{d1}", "\u{ac}"]]);
    }

    proptest! {
        #[test]
        fn sound_files_are_cut_as_the_csv_crate_cuts_them(
            rows in proptest::collection::vec(proptest::collection::vec("[a-z,;\"\n\r é]{0,6}", 2..5), 1..8),
            semicolon: bool,
            crlf: bool,
        ) {
            let delimiter = if semicolon { b';' } else { b',' };
            let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
            let mut writer = csv::WriterBuilder::new()
                .flexible(true)
                .delimiter(delimiter)
                .terminator(terminator)
                .from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            prop_assert_eq!(cells(&writer.into_inner().unwrap(), delimiter), rows);
        }

        #[test]
        fn no_byte_is_lost(bytes in proptest::collection::vec(prop::sample::select(&b"a,\"\n\r"[..]), 0..40)) {
            let mut records = Records::new(&bytes[..], b',');
            let mut seen = 0;
            let mut lines = Vec::new();
            while let Some(record) = records.next().unwrap() {
                seen += record.verbatim.len();
                lines.push(record.line);
            }
            let ends = bytes.iter().filter(|byte| b"\n\r".contains(byte)).count();
            prop_assert!(seen + ends >= bytes.len() && seen <= bytes.len());
            prop_assert!(lines.is_sorted_by(|a, b| a < b));
        }
    }
}
