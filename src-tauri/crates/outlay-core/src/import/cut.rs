//! Where a record ends and where its cells begin and end, in the bytes that are there so far.
//!
//! A quote counts only at the beginning of a cell, as RFC 4180 has it; `""` within quotes is a quote.
//! Reading more bytes, and what to do about damage, is the matter of `records`.

use memchr::{memchr, memchr_iter, memchr3};

/// The beginning and end of a cell within the record's text.
pub(crate) type Cell = (u32, u32);

/// What a look at the unread bytes found.
pub(crate) enum Scan {
    /// A whole record: the length of its text, and of text with line end.
    Whole { length: usize, taken: usize, inner_lines: u64, quoted: bool },
    /// More bytes are needed; within quotes, how many lines after the record's first they opened.
    More { opened: Option<u64> },
    /// Text after a closing quote, whose quote opened so many lines after the record's first.
    Stray { opened: u64 },
}

/// Looks for a record at the beginning of `unread`; `ended` says that nothing follows it. The text of
/// a record with quotes goes to `unquoted`, which its cells then refer to.
pub(crate) fn scan(
    unread: &[u8],
    delimiter: u8,
    ended: bool,
    cells: &mut Vec<Cell>,
    unquoted: &mut Vec<u8>,
) -> Scan {
    match memchr3(b'\n', b'\r', b'"', unread) {
        Some(at) if unread[at] == b'"' => scan_quoted(unread, delimiter, ended, cells, unquoted),
        Some(at) if at + 1 == unread.len() && unread[at] == b'\r' && !ended => Scan::More { opened: None },
        None if !ended => Scan::More { opened: None },
        found => {
            let length = found.unwrap_or(unread.len());
            split(&unread[..length], delimiter, cells);
            let taken = length + line_end(&unread[length..]);
            Scan::Whole { length, taken, inner_lines: 0, quoted: false }
        }
    }
}

/// The length of the line end that `rest` begins with: CR LF, LF, a lone CR, or none.
pub(crate) fn line_end(rest: &[u8]) -> usize {
    match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// The cells of a line without quotes. They are a few bytes each, so eight bytes at a time is faster than a
/// search for each.
fn split(line: &[u8], delimiter: u8, cells: &mut Vec<Cell>) {
    cells.clear();
    let (words, rest) = line.as_chunks::<8>();
    let mut begin = 0;
    let mut cut = |end: usize| {
        cells.push((begin, end as u32));
        begin = end as u32 + 1;
    };
    for (number, word) in words.iter().enumerate() {
        let mut found = places_of(delimiter, *word);
        while found != 0 {
            cut(number * 8 + found.trailing_zeros() as usize / 8);
            found &= found - 1;
        }
    }
    let read = words.len() * 8;
    memchr_iter(delimiter, rest).for_each(|at| cut(read + at));
    cut(line.len());
}

/// The top bit of each byte that equals `byte`, the first byte lowest.
fn places_of(byte: u8, word: [u8; 8]) -> u64 {
    const LOW: u64 = u64::from_le_bytes([0x7F; 8]);
    let differing = u64::from_le_bytes(word) ^ u64::from_le_bytes([byte; 8]);
    // A byte's top bit becomes set by any bit below it, and carries into no other byte.
    !(((differing & LOW) + LOW) | differing | LOW)
}

/// The cells of a record with quotes, which may span lines; `unquoted` takes their text.
fn scan_quoted(
    unread: &[u8],
    delimiter: u8,
    ended: bool,
    cells: &mut Vec<Cell>,
    unquoted: &mut Vec<u8>,
) -> Scan {
    cells.clear();
    unquoted.clear();
    let (mut at, mut inner_lines) = (0, 0);
    loop {
        let begin = unquoted.len() as u32;
        if unread.get(at) == Some(&b'"') {
            let opened = inner_lines;
            match take_quoted(&unread[at..], ended, unquoted, &mut inner_lines) {
                Some(length) => at += length,
                None => return Scan::More { opened: Some(opened) },
            }
            if unread.get(at).is_some_and(|&next| next != delimiter && next != b'\n' && next != b'\r') {
                return Scan::Stray { opened };
            }
        } else {
            let rest = &unread[at..];
            let length = memchr3(delimiter, b'\n', b'\r', rest).unwrap_or(rest.len());
            unquoted.extend_from_slice(&rest[..length]);
            at += length;
        }
        cells.push((begin, unquoted.len() as u32));
        match unread.get(at) {
            Some(&next) if next == delimiter => at += 1,
            Some(b'\r') if at + 1 == unread.len() && !ended => return Scan::More { opened: None },
            None if !ended => return Scan::More { opened: None },
            _ => {
                let taken = at + line_end(&unread[at..]);
                return Scan::Whole { length: at, taken, inner_lines, quoted: true };
            }
        }
    }
}

/// Takes a cell in quotes and the blanks after it: its length in the file, or `None` if its end is
/// not in sight.
fn take_quoted(rest: &[u8], ended: bool, unquoted: &mut Vec<u8>, inner_lines: &mut u64) -> Option<usize> {
    let mut at = 1;
    loop {
        let length = memchr(b'"', &rest[at..])?;
        let piece = &rest[at..at + length];
        unquoted.extend_from_slice(piece);
        *inner_lines += count_lines(piece);
        at += length + 1;
        match rest.get(at) {
            Some(b'"') => {
                unquoted.push(b'"');
                at += 1;
            }
            None if !ended => return None,
            _ => break,
        }
    }
    let blanks = rest[at..].iter().take_while(|&&byte| byte == b' ').count();
    Some(at + blanks)
}

/// How many lines end within `text`.
fn count_lines(text: &[u8]) -> u64 {
    match memchr_iter(b'\n', text).count() {
        0 => memchr_iter(b'\r', text).count() as u64,
        feeds => feeds as u64,
    }
}
