//! One file: read, priced, taken into the book, and summed up, inside the writer's transaction.

use std::io::Read;
use std::path::{Path, PathBuf};

use outlay_core::fact::FacetTable;
use outlay_core::import::{ImportError, Opened, ParseOptions, Parsed, SourceKind, UnknownTable};
use outlay_core::instant::Instant;
use outlay_core::price::Prices;
use outlay_ledger::{
    Answers, DEFAULT_ACCOUNT, FileFacts, Import, ImportOutcome, Ingest, LedgerError, Origin, Unreadable,
    Writer,
};
use thiserror::Error;
use uuid::Uuid;

use super::review::FileReview;
use super::reviewer::{Reviewer, SHOWN};
use super::stream::{Message, stream};
use super::words;
use crate::prices;
use crate::pricing::{self, Pricer};

/// Why a file did not get as far as the book.
#[derive(Debug, Error)]
pub enum FileError {
    /// There is no such file.
    #[error("there is no file {0}")]
    Missing(PathBuf),
    /// The path is a folder.
    #[error("{0} is a folder")]
    Folder(PathBuf),
    /// The file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file changed while it was being read.
    #[error("{0} changed while it was being read")]
    Changed(PathBuf),
    /// The mapping that is remembered for the file's header is damaged.
    #[error("the mapping that is remembered for this header is damaged: {0}")]
    RememberedMapping(serde_json::Error),
    /// Nothing in the file can be read as rows.
    #[error(transparent)]
    Format(#[from] ImportError),
    /// The book refused.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// A file and what the user said about it beforehand.
pub(super) struct FileJob<'a> {
    /// Where its bytes are.
    pub(super) path: &'a Path,
    /// Its name for people: the path as given, or `-`.
    pub(super) name: String,
    /// The id of its import.
    pub(super) id: Uuid,
    /// The account, if the user named one.
    pub(super) account: Option<&'a str>,
    /// The export instant, if the user named one.
    pub(super) as_of: Option<Instant>,
    /// Whether the bytes came through a pipe, so that the file's own time means nothing.
    pub(super) piped: bool,
    /// Answers that were given beforehand.
    pub(super) answers: Answers,
    /// How to read it.
    pub(super) options: ParseOptions,
    /// Whether a person looks at it before it goes in.
    pub(super) review: bool,
    /// The present.
    pub(super) now: Instant,
}

/// What came of a file.
pub(super) struct FileRun {
    /// BLAKE3 of its bytes.
    pub(super) hash: [u8; 32],
    /// What it is.
    pub(super) source: SourceKind,
    /// Who bills it.
    pub(super) account: String,
    /// What was read.
    pub(super) parsed: Parsed,
    /// What it does.
    pub(super) outcome: ImportOutcome,
    /// The live import of the same bytes: then nothing is done.
    pub(super) identical_to: Option<Import>,
    /// What a person sees of it, if one looks.
    pub(super) review: Option<FileReview>,
}

/// Takes a file into the book. The caller keeps or drops the transaction.
pub(super) fn run(
    writer: &Writer<'_>,
    job: &FileJob<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<FileRun, FileError> {
    let (file, before) = open(job.path)?;
    let mut hasher = blake3::Hasher::new();
    prices::note_book(writer)?;
    let known = pricing::prices(&writer.reader())?;
    let mut taker = Taker::new(writer, job, &known);
    let length = before.len();
    let reader = Hashing { inner: file, hasher: &mut hasher };
    let parsed = stream(reader, &job.options, |message| {
        if let Message::Progress(bytes) | Message::Facts { bytes, .. } = message {
            progress(bytes, length);
        }
        taker.take(message)
    })?;
    let hash = *hasher.finalize().as_bytes();
    let after = fs_err::metadata(job.path)
        .map_err(|source| FileError::Unreadable { path: job.path.to_owned(), source })?;
    if after.len() != length || after.modified().ok() != before.modified().ok() {
        return Err(FileError::Changed(job.path.to_owned()));
    }
    taker.finish(parsed, hash, &before)
}

fn open(path: &Path) -> Result<(fs_err::File, std::fs::Metadata), FileError> {
    let unreadable = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => FileError::Missing(path.to_owned()),
        _ => FileError::Unreadable { path: path.to_owned(), source },
    };
    let file = fs_err::File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(FileError::Folder(path.to_owned()));
    }
    Ok((file, metadata))
}

/// Reads, and hashes what was read.
struct Hashing<'h, R> {
    inner: R,
    hasher: &'h mut blake3::Hasher,
}

impl<R: Read> Read for Hashing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        Ok(read)
    }
}

/// What the header of a file is.
pub(super) enum Header {
    /// That of a known export.
    Known(SourceKind),
    /// That of some other table.
    Unknown(Box<UnknownTable>),
}

/// Reads a file's header.
pub(super) fn header(path: &Path) -> Result<Header, FileError> {
    let (file, _) = open(path)?;
    let mut known = None;
    let outcome = stream::<ImportError>(file, &ParseOptions::default(), |message| {
        if let Message::Opened(opened) = message {
            known = Some(opened.source);
        }
        Err(ImportError::Stopped)
    });
    match (known, outcome) {
        (Some(source), _) => Ok(Header::Known(source)),
        (None, Err(ImportError::UnknownHeader(table))) => Ok(Header::Unknown(table)),
        (None, Err(error)) => Err(error.into()),
        (None, Ok(parsed)) => Ok(Header::Known(parsed.source)),
    }
}

/// The signature of the file's header, if no known export has it.
pub(super) fn unknown_header(path: &Path) -> Option<String> {
    match header(path) {
        Ok(Header::Unknown(table)) => Some(table.signature),
        _ => None,
    }
}

impl FileRun {
    /// The first and last UTC day that the file covers.
    pub(super) fn days(&self) -> Option<(i64, i64)> {
        self.parsed.first_day.map(day_number).zip(self.parsed.last_day.map(day_number))
    }
}

fn day_number(day: chrono::NaiveDate) -> i64 {
    i64::from(outlay_core::period::Day::from_date(day).number())
}

/// Gives messages of the reader to the book.
struct Taker<'t, 'w, 'l> {
    writer: &'w Writer<'l>,
    job: &'t FileJob<'t>,
    opened: Option<Opened>,
    organisation: Option<String>,
    ingest: Option<Ingest<'w, 'l>>,
    facets: FacetTable,
    pricer: Pricer<'t>,
    reviewer: Option<Reviewer>,
}

impl<'t, 'w, 'l> Taker<'t, 'w, 'l> {
    fn new(writer: &'w Writer<'l>, job: &'t FileJob<'t>, prices: &'t Prices) -> Self {
        Self {
            writer,
            job,
            opened: None,
            organisation: None,
            ingest: None,
            facets: FacetTable::default(),
            pricer: Pricer::new(prices),
            reviewer: job.review.then(Reviewer::default),
        }
    }

    fn take(&mut self, message: Message) -> Result<(), FileError> {
        match message {
            Message::Opened(opened) => self.opened = Some(opened),
            Message::Account(organisation) => self.organisation = Some(organisation),
            Message::Facts { facets, facts, .. } => {
                for facets in facets {
                    self.facets.intern(facets);
                }
                self.begin()?;
                let Some(ingest) = &mut self.ingest else { return Ok(()) };
                for fact in facts {
                    let facets = self.facets.get(fact.facets);
                    let costing = self.pricer.cost_of(facets, &fact);
                    if let Some(reviewer) = &mut self.reviewer {
                        reviewer.fact(facets, &fact, &costing);
                    }
                    ingest.push(facets, fact, &costing)?;
                }
            }
            Message::Reject(reject) => {
                self.begin()?;
                if let Some(reviewer) = &mut self.reviewer {
                    reviewer.reject(&reject);
                }
                let Some(ingest) = &mut self.ingest else { return Ok(()) };
                ingest.quarantine(Unreadable {
                    line: reject.line,
                    column: &reject.column,
                    kind: words::kind(reject.kind),
                    expected: &reject.expected,
                    found: &reject.found,
                    remedy: &reject.remedy,
                    record: &reject.record,
                })?;
            }
            Message::Progress(_) => {}
        }
        Ok(())
    }

    /// Begins the import once the source and the account are known: at the first row.
    fn begin(&mut self) -> Result<(), FileError> {
        let Some(opened) = self.opened.as_ref().filter(|_| self.ingest.is_none()) else { return Ok(()) };
        let origin = Origin {
            source: opened.source.as_str().to_owned(),
            provider: opened.provider.clone(),
            account: self.account(opened.source)?,
            keyed_by_dimensions: opened.keyed_by_dimensions,
            aggregate: opened.aggregate,
        };
        let mut ingest = Ingest::begin(self.writer, origin)?;
        if self.reviewer.is_some() {
            ingest.review(SHOWN);
        }
        self.ingest = Some(ingest);
        Ok(())
    }

    /// The organisation that the file names, else what the user says or said last time.
    fn account(&self, source: SourceKind) -> Result<String, LedgerError> {
        if let Some(organisation) = &self.organisation {
            return Ok(organisation.clone());
        }
        let remembered = format!("account/{source}");
        match self.job.account {
            Some(account) => {
                self.writer.set_setting(&remembered, account)?;
                Ok(account.to_owned())
            }
            None => {
                Ok(self.writer.reader().setting(&remembered)?.unwrap_or_else(|| DEFAULT_ACCOUNT.to_owned()))
            }
        }
    }

    fn finish(
        mut self,
        parsed: Parsed,
        hash: [u8; 32],
        metadata: &std::fs::Metadata,
    ) -> Result<FileRun, FileError> {
        self.begin()?;
        let Some(ingest) = self.ingest else { return Err(ImportError::Empty.into()) };
        let job = self.job;
        let account = ingest.origin().account.clone();
        let identical_to = self.writer.reader().import_of_content(&hash, Some(&account))?;
        let file = FileFacts {
            name: Path::new(&job.name)
                .file_name()
                .map_or_else(|| job.name.clone(), |name| name.to_string_lossy().into_owned()),
            hash,
            bytes: metadata.len(),
            as_of: as_of(job, &parsed, metadata),
            days: parsed.first_day.map(day_number).zip(parsed.last_day.map(day_number)),
            quarantined: parsed.rejected,
            empty: parsed.empty,
            ignored: parsed.ignored,
            notes: parsed.notes.iter().map(words::note).collect(),
        };
        let outcome = ingest.finish(job.id, file, job.answers, job.now)?;
        let review = self
            .reviewer
            .zip(self.opened.as_ref())
            .map(|(reviewer, opened)| reviewer.finish(&opened.layout, &parsed, &outcome.review));
        Ok(FileRun { hash, source: parsed.source, account, parsed, outcome, identical_to, review })
    }
}

/// The instant of the export: stated by the file, else by the user, else the file's own time; never later
/// than now.
fn as_of(job: &FileJob<'_>, parsed: &Parsed, metadata: &std::fs::Metadata) -> Instant {
    let modified = metadata.modified().ok().filter(|_| !job.piped).and_then(|time| {
        let since_1970 = time.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since_1970.as_micros()).ok().map(Instant::from_micros)
    });
    parsed.stated_as_of.or(job.as_of).or(modified).unwrap_or(job.now).min(job.now)
}
