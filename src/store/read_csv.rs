//! Tidy CSV to store.

use super::cell::{Style, number};
use super::foreign::ReadAs;
use super::header::{Role, roles};
use super::model::Store;
use super::origin::Origin;
use super::problems::Problems;
use super::row::{DEFAULT_OUTCOME, Row};
use super::study::STUDY_FIELDS;
use super::table::{Record, Table};
use super::value::Value;
use super::{Loaded, checks, look_alikes, totals};
use crate::diagnostic::Problem;
use indexmap::IndexMap;
use rayon::prelude::*;
use std::sync::Arc;

/// Reads a CSV; `file` is what messages call it. Every independent problem is reported.
pub fn read_csv(file: &str, bytes: &[u8]) -> Loaded {
    read_csv_as(file, bytes, &ReadAs::default())
}

/// Reads a CSV as asked, or as its content says.
pub(crate) fn read_csv_as(file: &str, bytes: &[u8], how: &ReadAs) -> Loaded {
    let mut problems = Problems::of(file);
    match Table::read(bytes, &mut problems) {
        Some(table) => super::foreign::read_table(file, table, how, problems),
        None => Loaded { store: None, draft: None, problems: problems.finish() },
    }
}

/// Reads a tidy table.
pub(crate) fn read_table(file: &str, table: &Table, mut problems: Problems) -> Loaded {
    let rows = rows_of(file, table, &mut problems);
    let mut store = Store { rows: rows.into(), ..Store::default() };
    store.complete();
    lift(&mut store, |_| true);
    store.settle();
    problems.extend(look_alikes::warnings(&store));
    problems.extend(totals::warnings(&store));
    Loaded::of(store, problems)
}

/// Reads the rows of a tidy CSV, every unknown column as a moderator. `None` if the file is
/// no table at all.
pub(crate) fn read_rows(file: &str, bytes: &[u8], problems: &mut Problems) -> Option<Vec<Row>> {
    let table = Table::read(bytes, problems)?;
    Some(rows_of(file, &table, problems))
}

/// How numbers are written in a table.
pub(crate) fn style_of(table: &Table) -> Style {
    let is_number = |name: &String| super::columns::find(name).is_some_and(|c| c.is_number());
    Style { decimal_comma: table.decimal_comma(|c| table.header.get(c).is_some_and(is_number)), bounds: false }
}

/// How many rows one thread reads at a time.
const PIECE: usize = 4096;

/// The rows of a tidy table.
fn rows_of(file: &str, table: &Table, problems: &mut Problems) -> Vec<Row> {
    let roles = roles(table, problems);
    let known = |column: usize, wanted: &dyn Fn(&super::Column) -> bool| matches!(roles.get(column), Some(Role::Known(c)) if wanted(c));
    let style = Style { decimal_comma: table.decimal_comma(|c| known(c, &|c| c.is_number())), bounds: false };
    let has_study = (0..roles.len()).any(|c| known(c, &|c| c.name == "study"));
    let commas: Vec<bool> = (0..roles.len()).map(|c| style.decimal_comma && all_numbers(table, c)).collect();
    let name: Arc<str> = file.into();
    let read = |record: &Record, problems: &mut Problems| {
        let mut row = Row { outcome: DEFAULT_OUTCOME.to_owned(), origin: Origin::new(&name, Some(record.line)), ..Row::default() };
        for (column, role) in roles.iter().enumerate() {
            set(&mut row, role, record, column, style, commas.get(column) == Some(&true), problems);
        }
        if has_study && row.study.is_empty() {
            let problem = Problem::error("E309", "the row names no study");
            problems.push(
                Some(record.line),
                Some("study"),
                problem.help("write the study's label in every row; merged cells keep it only in the first"),
            );
        }
        for (column, problem) in checks::impossible(&row) {
            problems.push(Some(record.line), Some(column), problem);
        }
        row
    };
    // Rows are read on all threads; their problems are told in the order of the file.
    let pieces: Vec<(Vec<Row>, Problems)> = table
        .rows
        .par_chunks(PIECE)
        .map(|records| {
            let mut own = Problems::of(file);
            (records.iter().map(|record| read(record, &mut own)).collect(), own)
        })
        .collect();
    let mut rows = Vec::with_capacity(table.rows.len());
    for (piece, own) in pieces {
        rows.extend(piece);
        problems.append(own);
    }
    for (column, role) in roles.iter().enumerate() {
        if let Role::Moderator(name) = role {
            nearly_numeric(table, column, name, style, problems);
        }
    }
    rows
}

/// Puts one cell into the row.
fn set(row: &mut Row, role: &Role, record: &Record, column: usize, style: Style, comma: bool, problems: &mut Problems) {
    let text = record.cell(column);
    match role {
        Role::Ignored => {}
        Role::Known(known) => {
            if let Err(mut problem) = row.set_column(known, text, style) {
                problem.place = None;
                problems.push(Some(record.line), Some(known.name), problem);
            }
        }
        Role::Moderator(name) => {
            let value = if comma { Value::infer(&text.replace(',', ".")) } else { Value::infer(text) };
            row.moderators.insert(name.clone(), value);
        }
    }
}

/// Whether every cell of a column that holds anything is a number with or without decimal comma.
fn all_numbers(table: &Table, column: usize) -> bool {
    table.rows.iter().map(|row| row.cell(column)).filter(|t| !t.is_empty()).all(|t| number(t, true).is_some())
}

/// Warns of a moderator that a few cells keep from being numeric.
fn nearly_numeric(table: &Table, column: usize, name: &str, style: Style, problems: &mut Problems) {
    let filled = || table.rows.iter().filter(|row| !row.cell(column).is_empty());
    let others: Vec<&Record> = filled().filter(|row| number(row.cell(column), style.decimal_comma).is_none()).collect();
    let total = filled().count();
    let Some(first) = others.first() else { return };
    if total < 4 || others.len() * 4 > total {
        return;
    }
    let text = super::unreadable::shorten(first.cell(column));
    let problem = Problem::warning("W314", format!("`{name}` is read as words, not numbers: this row holds `{text}`"))
        .help("write a plain number, or leave the cell empty if it is missing")
        .details((others.len() > 1).then(|| format!("{} of {total} cells are no numbers", others.len())));
    problems.push(Some(first.line), Some(name), problem);
}

/// Makes moderators that are constant within every study characteristics of the studies.
pub(crate) fn lift(store: &mut Store, wanted: impl Fn(&str) -> bool) {
    let names: Vec<String> = store.rows.first().map(|row| row.moderators.keys().cloned().collect()).unwrap_or_default();
    for name in names.into_iter().filter(|name| wanted(name)) {
        let mut constant: IndexMap<&str, &Value> = IndexMap::new();
        let holds = store.rows.iter().all(|row| {
            let Some(value) = row.moderators.get(&name) else { return false };
            *constant.entry(&row.study).or_insert(value) == value
        });
        if !holds {
            continue;
        }
        let constant: Vec<(String, Value)> = constant.into_iter().map(|(study, value)| (study.to_owned(), value.clone())).collect();
        for (id, value) in constant {
            let study = store.ensure_study(&id);
            match study.field_mut(&name).filter(|_| STUDY_FIELDS.contains(&name.as_str())) {
                Some(field) => *field = value.text().map(str::to_owned),
                None => {
                    study.characteristics.insert(name.clone(), value);
                }
            }
        }
        for row in &mut store.rows {
            row.moderators.shift_remove(&name);
        }
    }
}
