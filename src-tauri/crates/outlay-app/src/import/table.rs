//! A table that no known export has the header of: its columns, and what each may mean.
//!
//! The answers go into `plan_import` as `FIELD=COLUMN` pairs; how these are read stands in `mapping`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use outlay_core::import::{
    CostMeaning, CostUnit, DateOrder, DecimalMark, Field, InputTokens, Mapping, UnknownTable, guess,
};
use outlay_core::report::Count;
use serde::{Deserialize, Serialize};

use super::file::{self, Header};
use super::mapping;
use crate::app::App;
use crate::error::{ApiError, AppError};

/// Which file.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct TableRequest {
    /// Its path.
    pub path: PathBuf,
}

/// The columns of a table, and what each may mean.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct TableDescription {
    /// `outlay.table/1`.
    pub schema: &'static str,
    /// The kind of source, if it is a known export: then there is nothing to map, and no column is listed.
    pub source: Option<String>,
    /// The line of the header, from 1; null for a known export.
    pub header_line: Option<Count>,
    /// Its columns, in their order.
    pub columns: Vec<TableColumn>,
    /// What every row says by the mapping that was used before, where no column does.
    pub constants: BTreeMap<Field, String>,
    /// What a column can be, those that are needed first.
    pub targets: Vec<TableTarget>,
    /// Of each of these one is needed.
    pub needed: Vec<Vec<Field>>,
    /// Those of them that no column is suggested for.
    pub missing: Vec<Vec<Field>>,
    /// Whether the suggestions are the mapping that was used for this header before; else they are guesses.
    pub remembered: bool,
    /// How cost, tokens and dates are meant: `input_tokens_are`, `cost_is`, `cost_in`, `date_order`, `decimal`.
    pub choices: CostChoices,
    /// The known export that comes nearest, and what it has besides: perhaps a column was left out.
    pub nearest: Option<NearestExport>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct TableColumn {
    /// Its name, as the file spells it.
    pub name: String,
    /// Its first three cells.
    pub values: Vec<String>,
    /// What it is suggested to be.
    pub target: Option<Field>,
    /// Whether that is a guess from its name.
    pub guessed: bool,
}

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct TableTarget {
    /// The field.
    pub field: Field,
    /// Whether it, or one that stands for it, is needed.
    pub needed: bool,
    /// Whether one text for all rows may stand for a column (`FIELD:=TEXT`).
    pub constant: bool,
}

/// How cost, tokens and dates of a table are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct CostChoices {
    /// Whether input tokens include the cached ones.
    pub input_tokens_are: InputTokens,
    /// Whether the cost is the provider's own figure.
    pub cost_is: CostMeaning,
    /// Its unit.
    pub cost_in: CostUnit,
    /// Which part of a date with slashes is the month; null: as the file shows it.
    pub date_order: Option<DateOrder>,
    /// The decimal mark; null: as the file shows it.
    pub decimal: Option<DecimalMark>,
}

/// A known export that has almost the same columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct NearestExport {
    /// The kind of source.
    pub source: String,
    /// The same in words.
    pub title: String,
    /// The columns that the file lacks.
    pub missing_columns: Vec<String>,
}

/// What the columns of a table may mean.
///
/// # Errors
/// The file cannot be read, or is no table.
pub fn describe_table(app: &App, request: TableRequest) -> Result<TableDescription, ApiError> {
    match file::header(&request.path).map_err(AppError::from)? {
        Header::Known(source) => Ok(TableDescription {
            source: Some(source.as_str().to_owned()),
            columns: Vec::new(),
            missing: Vec::new(),
            ..described(&UnknownTable::default(), None)
        }),
        Header::Unknown(table) => app.read(|reader| {
            let remembered = mapping::remembered(reader, &table.signature).map_err(AppError::from)?;
            Ok(described(&table, remembered))
        }),
    }
}

fn described(table: &UnknownTable, remembered: Option<Mapping>) -> TableDescription {
    let is_remembered = remembered.is_some();
    let mapping = remembered.unwrap_or_else(|| guess(&table.header));
    let is_given =
        |field: &Field| mapping.fields.contains_key(field) || mapping.constants.contains_key(field);
    let is_missing = |any_of: &&&[Field]| !any_of.iter().any(is_given);
    TableDescription {
        schema: "outlay.table/1",
        source: None,
        header_line: (table.line > 0).then(|| Count(i64::try_from(table.line).unwrap_or(i64::MAX))),
        columns: columns(table, &mapping, is_remembered),
        constants: mapping.constants.clone(),
        targets: Field::ALL.iter().map(|&field| TableTarget::of(field)).collect(),
        needed: Field::NEEDED.iter().map(|any_of| any_of.to_vec()).collect(),
        missing: Field::NEEDED.iter().filter(is_missing).map(|any_of| any_of.to_vec()).collect(),
        remembered: is_remembered,
        choices: CostChoices::of(&mapping),
        nearest: table.nearest.as_ref().map(|(source, missing)| NearestExport {
            source: source.as_str().to_owned(),
            title: source.title().to_owned(),
            missing_columns: missing.clone(),
        }),
    }
}

fn columns(table: &UnknownTable, mapping: &Mapping, is_remembered: bool) -> Vec<TableColumn> {
    let column = |(at, name): (usize, &String)| {
        let target = mapping.fields.iter().find(|(_, column)| *column == name).map(|(&field, _)| field);
        TableColumn {
            name: name.clone(),
            values: table.samples.iter().filter_map(|row| row.get(at).cloned()).collect(),
            target,
            guessed: target.is_some() && !is_remembered,
        }
    };
    table.header.iter().enumerate().map(column).collect()
}

impl TableTarget {
    fn of(field: Field) -> Self {
        let needed = Field::NEEDED.iter().any(|any_of| any_of.contains(&field));
        Self { field, needed, constant: field.takes_constant() }
    }
}

impl CostChoices {
    const fn of(mapping: &Mapping) -> Self {
        Self {
            input_tokens_are: mapping.input_tokens,
            cost_is: mapping.cost_meaning,
            cost_in: mapping.cost_unit,
            date_order: mapping.date_order,
            decimal: mapping.decimal,
        }
    }
}
