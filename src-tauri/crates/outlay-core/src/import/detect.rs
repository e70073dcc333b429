//! Which export a file is, by its header alone: the file's name says nothing.
//!
//! The header need not be the first line, and the delimiter and the decimal mark are found on the
//! way. Rows are not read here.

use super::error::{ImportError, LooksLike, UnknownTable};
use super::mapping::{Field, Mapping, header_signature};
use super::records::{Record, Records};
use super::source_kind::SourceKind;
use super::sources::{self, Shape};
use super::table::{Header, normalise};
use super::values::{DecimalMark, shown_mark};

/// How many lines may stand before the header.
const PREAMBLE: usize = 100;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What the head of a file says.
#[derive(Debug)]
pub(crate) struct Detected {
    pub(crate) kind: SourceKind,
    pub(crate) delimiter: u8,
    pub(crate) mark: DecimalMark,
    /// How many records stand before the header.
    pub(crate) preamble: usize,
    pub(crate) header_line: u64,
    pub(crate) header: Header,
    /// Columns that the source does not read.
    pub(crate) unknown: Vec<String>,
    /// Whether a row may stand for many calls.
    pub(crate) aggregate: bool,
    /// Who bills it, lower case.
    pub(crate) provider: String,
}

/// Finds the header of a known export, or of the mapping, in the head of a file.
///
/// # Errors
/// No table, an unknown header, or a known one without a column that is needed.
pub(crate) fn detect(head: &[u8], mapping: Option<&Mapping>) -> Result<Detected, ImportError> {
    let sheets: Vec<Sheet> = DELIMITERS.iter().map(|&delimiter| Sheet::read(head, delimiter)).collect();
    let known = sheets.iter().filter_map(Sheet::find_known).min_by_key(|found| found.1);
    let mapped =
        |mapping| sheets.iter().filter_map(|sheet| sheet.find_mapped(mapping)).min_by_key(|found| found.1);
    match (known.or_else(|| mapping.and_then(mapped)), mapping) {
        (Some((sheet, at, shape)), mapping) => sheet.detected(at, shape, mapping),
        (None, Some(mapping)) => Err(mapping_error(&sheets, mapping)),
        (None, None) => Err(unknown(&sheets)),
    }
}

/// The first records of a file, cut at one delimiter.
struct Sheet {
    delimiter: u8,
    rows: Vec<(u64, Vec<String>)>,
}

impl Sheet {
    fn read(head: &[u8], delimiter: u8) -> Self {
        let mut records = Records::of_bytes(head, delimiter);
        let mut rows = Vec::new();
        while let Ok(Some(record)) = records.next()
            && rows.len() < PREAMBLE
        {
            rows.push((record.line, texts(&record)));
        }
        Self { delimiter, rows }
    }

    /// The first line that is the header of a known export.
    fn find_known(&self) -> Option<(&Self, usize, &'static Shape)> {
        self.rows.iter().enumerate().find_map(|(at, (_, cells))| {
            let names: Vec<String> = cells.iter().map(|cell| normalise(cell)).collect();
            sources::recognise(&names).map(|shape| (self, at, shape))
        })
    }

    /// The first line that has every column of the mapping.
    fn find_mapped(&self, mapping: &Mapping) -> Option<(&Self, usize, &'static Shape)> {
        let fits = |cells: &[String]| {
            let header = Header::new(cells.to_vec());
            mapping.columns().all(|column| header.has(&normalise(column)))
        };
        self.rows.iter().position(|(_, cells)| fits(cells)).map(|at| (self, at, &sources::mapped::SHAPE))
    }

    fn detected(&self, at: usize, shape: &Shape, mapping: Option<&Mapping>) -> Result<Detected, ImportError> {
        let (header_line, titles) = &self.rows[at];
        let header = Header::new(titles.clone());
        refuse_duplicates(&header, shape)?;
        let missing = shape.missing(&header.names);
        if !missing.is_empty() {
            return Err(ImportError::MissingColumn {
                source_kind: shape.kind,
                missing,
                header: header.titles,
            });
        }
        let unknown = header.titles.iter().filter(|title| {
            let name = normalise(title);
            !name.is_empty() && shape.kind != SourceKind::Mapped && !shape.knows(&name)
        });
        let mapped = mapping.filter(|_| shape.kind == SourceKind::Mapped);
        let cells = |field| self.cells_of(mapped, field, &header, at);
        let aggregate = match mapped {
            Some(mapping) => mapping.sums_calls(cells(Field::CreatedAt)),
            None => shape.kind.is_aggregate(),
        };
        let provider = match (shape.kind.provider(), mapped) {
            (None, Some(mapping)) => mapping.provider(cells(Field::Provider)),
            (provider, _) => provider.unwrap_or_default().to_owned(),
        };
        Ok(Detected {
            kind: shape.kind,
            aggregate,
            provider,
            delimiter: self.delimiter,
            mark: self.mark(at),
            preamble: at,
            header_line: *header_line,
            unknown: unknown.cloned().collect(),
            header,
        })
    }

    /// The cells of a mapped field in the first rows, blank ones left out.
    fn cells_of(
        &self,
        mapping: Option<&Mapping>,
        field: Field,
        header: &Header,
        at: usize,
    ) -> impl Iterator<Item = &str> {
        let title = mapping.and_then(|mapping| mapping.fields.get(&field));
        let name = title.map(|title| normalise(title));
        let index = name.and_then(|name| header.names.iter().position(|known| *known == name));
        let rows =
            index.map(|index| self.rows[at + 1..].iter().filter_map(move |(_, cells)| cells.get(index)));
        rows.into_iter().flatten().map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// The decimal mark that the first rows show; else what fits the delimiter: a `;` is chosen where
    /// the comma is the decimal mark.
    fn mark(&self, header: usize) -> DecimalMark {
        let cells = self.rows[header + 1..].iter().flat_map(|(_, cells)| cells);
        let marks: Vec<DecimalMark> = cells.filter_map(|cell| shown_mark(cell.trim())).collect();
        let commas = marks.iter().filter(|&&mark| mark == DecimalMark::Comma).count();
        match (self.delimiter, commas * 2 > marks.len(), marks.is_empty()) {
            (b';' | b'\t' | b'|', true, _) | (b';', _, true) => DecimalMark::Comma,
            _ => DecimalMark::Point,
        }
    }

    /// The first line with the most cells that are filled.
    fn widest(&self) -> Option<(usize, usize)> {
        let widths = self.rows.iter().map(|(_, cells)| cells.iter().filter(|cell| !cell.is_empty()).count());
        widths.enumerate().max_by_key(|&(at, width)| (width, std::cmp::Reverse(at)))
    }
}

fn texts(record: &Record<'_>) -> Vec<String> {
    let cells = record.cells.iter().map(|&(begin, end)| &record.text[begin as usize..end as usize]);
    cells.map(|cell| cell.trim_start_matches('\u{feff}').trim().to_owned()).collect()
}

/// Two columns of one name are only a question if the name is one that is read.
fn refuse_duplicates(header: &Header, shape: &Shape) -> Result<(), ImportError> {
    let twice = header
        .names
        .iter()
        .enumerate()
        .find(|(at, name)| shape.knows(name) && header.names[..*at].contains(name));
    match twice {
        Some((at, _)) => Err(ImportError::DuplicateColumn { column: header.titles[at].clone() }),
        None => Ok(()),
    }
}

fn mapping_error(sheets: &[Sheet], mapping: &Mapping) -> ImportError {
    let has = |column: &str| {
        sheets
            .iter()
            .flat_map(|sheet| &sheet.rows)
            .any(|(_, cells)| cells.iter().any(|cell| normalise(cell) == normalise(column)))
    };
    let missing: Vec<String> =
        mapping.columns().filter(|column| !has(column)).map(|column| format!("`{column}`")).collect();
    let reason = match missing.is_empty() {
        true => "its columns are not all in one line of the file".into(),
        false => format!("the file has no column {}", missing.join(", ")),
    };
    ImportError::Mapping { reason }
}

/// The error of a table that is no known export.
fn unknown(sheets: &[Sheet]) -> ImportError {
    let widest = sheets.iter().filter_map(|sheet| sheet.widest().map(|(at, width)| (sheet, at, width)));
    // Of equal widths the first delimiter, the comma, is the likeliest.
    let best =
        widest.max_by_key(|&(sheet, _, width)| (width, std::cmp::Reverse(delimiter_rank(sheet.delimiter))));
    let Some((sheet, at, _)) = best.filter(|&(_, _, width)| width >= 2) else {
        return ImportError::NotATable(LooksLike::Prose);
    };
    let (line, header) = &sheet.rows[at];
    let samples = sheet.rows[at + 1..].iter().take(3).map(|(_, cells)| cells.clone()).collect();
    let names: Vec<String> = header.iter().map(|title| normalise(title)).collect();
    ImportError::UnknownHeader(Box::new(UnknownTable {
        header: header.clone(),
        line: *line,
        samples,
        signature: header_signature(header),
        nearest: nearest(&names),
    }))
}

fn delimiter_rank(delimiter: u8) -> usize {
    DELIMITERS.iter().position(|&known| known == delimiter).unwrap_or(DELIMITERS.len())
}

/// The known export that shares the most of its needed columns with a header: more than half of them.
fn nearest(names: &[String]) -> Option<(SourceKind, Vec<String>)> {
    let candidates = sources::SHAPES.iter().map(|shape| (shape, shape.missing(names)));
    let near = candidates.filter(|(shape, missing)| missing.len() * 2 < shape.required.len());
    let least = near.min_by_key(|(shape, missing)| missing.len() * 100 / shape.required.len().max(1))?;
    Some((least.0.kind, least.1))
}
