//! Bytes to UTF-8, as a stream: byte order marks, UTF-16 with or without one, and the encodings of
//! old spreadsheets.
//!
//! The encoding is decided on the head of the file and told to the person; a file that is not text
//! is refused here with what it looks like. Records and cells are not known here.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::error::{ImportError, LooksLike};

/// How much of the file decides encoding, delimiter and header.
pub(crate) const HEAD: usize = 64 * 1024;
const RAW_CHUNK: usize = 128 * 1024;

/// A reader of UTF-8 over a reader of anything.
pub(crate) struct Decoder<R> {
    input: R,
    /// Bytes that were read and not yet decoded: the head at first.
    raw: Vec<u8>,
    raw_at: usize,
    input_ended: bool,
    /// The decoder has given its last character, and must not be asked again.
    finished: bool,
    transcode: Option<encoding_rs::Decoder>,
    taken: u64,
}

/// What was decided about the text.
pub(crate) struct Encoded<R> {
    pub(crate) decoder: Decoder<R>,
    /// The name of an encoding that is not plain UTF-8, and whether it was guessed without a mark.
    pub(crate) encoding: Option<(&'static str, bool)>,
}

/// Reads the head and decides the encoding.
///
/// # Errors
/// An empty file, a file that is no text, or a failing read.
pub(crate) fn open<R: Read>(mut input: R) -> Result<Encoded<R>, ImportError> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(ImportError::Empty);
    }
    let (encoding, mark) = sniff_encoding(&head);
    if let Some(looks_like) = looks_like(&head[mark..], encoding) {
        return Err(ImportError::NotATable(looks_like));
    }
    let plain = encoding == UTF_8;
    let decoder = Decoder {
        taken: head.len() as u64,
        input,
        raw: head,
        raw_at: mark,
        input_ended: false,
        finished: false,
        transcode: (!plain).then(|| encoding.new_decoder_without_bom_handling()),
    };
    Ok(Encoded { decoder, encoding: (!plain).then_some((encoding.name(), mark == 0)) })
}

impl<R> Decoder<R> {
    /// Bytes taken from the file so far.
    pub(crate) const fn taken(&self) -> u64 {
        self.taken
    }
}

impl<R: Read> Decoder<R> {
    fn refill(&mut self) -> io::Result<()> {
        self.raw.resize(RAW_CHUNK, 0);
        let count = retry(|| self.input.read(&mut self.raw))?;
        self.raw.truncate(count);
        self.raw_at = 0;
        self.taken += count as u64;
        self.input_ended = count == 0;
        Ok(())
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let waiting = &self.raw[self.raw_at..];
            let Some(transcode) = &mut self.transcode else {
                let mut count = waiting.len().min(out.len());
                if count > 0 {
                    out[..count].copy_from_slice(&waiting[..count]);
                    self.raw_at += count;
                } else {
                    count = retry(|| self.input.read(out))?;
                    self.taken += count as u64;
                }
                return Ok(count);
            };
            if self.finished {
                return Ok(0);
            }
            let (result, read, written, _) = transcode.decode_to_utf8(waiting, out, self.input_ended);
            self.raw_at += read;
            self.finished = self.input_ended && result == CoderResult::InputEmpty;
            if written > 0 || self.finished {
                return Ok(written);
            }
            self.refill()?;
        }
    }
}

/// Repeats a read that a signal interrupted.
fn retry(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// The encoding of a head, and the length of its byte order mark.
fn sniff_encoding(head: &[u8]) -> (&'static Encoding, usize) {
    if let Some(found) = Encoding::for_bom(head) {
        return found;
    }
    if let Some(encoding) = unmarked_utf16(head) {
        return (encoding, 0);
    }
    match std::str::from_utf8(head) {
        Ok(_) => return (UTF_8, 0),
        // The head may end in the middle of a character.
        Err(error) if error.error_len().is_none() && head.len() >= HEAD => return (UTF_8, 0),
        Err(_) => {}
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, head.len() < HEAD);
    (detector.guess(None, Utf8Detection::Deny), 0)
}

/// Text of mostly Latin letters in UTF-16 has a zero in nearly every second byte.
fn unmarked_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    if pairs < 8 {
        return None;
    }
    let zeros = |offset: usize| head[..pairs * 2].iter().skip(offset).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs * 7 && even * 10 < pairs {
        return Some(UTF_16LE);
    }
    (even * 10 > pairs * 7 && odd * 10 < pairs).then_some(UTF_16BE)
}

/// What a head is, if it is not a table of text.
fn looks_like(head: &[u8], encoding: &'static Encoding) -> Option<LooksLike> {
    let signatures: [(&[u8], LooksLike); 9] = [
        (b"PK\x03\x04", LooksLike::Zip),
        (b"%PDF", LooksLike::Pdf),
        (b"\x89PNG", LooksLike::Image),
        (b"GIF8", LooksLike::Image),
        (b"\xFF\xD8\xFF", LooksLike::Image),
        (b"\x1F\x8B", LooksLike::Gzip),
        (b"\xD0\xCF\x11\xE0", LooksLike::OldExcel),
        (b"SQLite format 3\0", LooksLike::Database),
        (b"PAR1", LooksLike::Parquet),
    ];
    if let Some((_, found)) = signatures.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(*found);
    }
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return None;
    }
    let start: Vec<u8> = head.trim_ascii_start().iter().take(64).map(u8::to_ascii_lowercase).collect();
    match start.first() {
        Some(b'{' | b'[') => return Some(LooksLike::Json),
        Some(b'<') if start.starts_with(b"<?xml") => return Some(LooksLike::Xml),
        Some(b'<') => return Some(LooksLike::Html),
        _ => {}
    }
    let odd = head.iter().filter(|&&byte| byte < b' ' && !b"\t\n\r\x0C".contains(&byte)).count();
    (odd * 10 > head.len()).then_some(LooksLike::Binary)
}
