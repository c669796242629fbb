//! Workbooks (.xlsx): one sheet as a table of texts.
//!
//! Traps: a number may be shown rounded, and a range such as `1-3` or a ratio such as `3/4` may
//! have become a date. A number is read as it is held, with the decimals it is shown with where
//! the two are equal (`18.0` stays `18.0`); where they differ, a warning says so.

use super::xlsx_formats::{Formats, Shown};
use super::{ReadAs, read_table};
use crate::diagnostic::Problem;
use crate::store::cell::{Cell, is_missing};
use crate::store::open::Loaded;
use crate::store::problems::Problems;
use crate::store::table::{Record, Table};
use calamine::{DataRef, Reader, Xlsx};
use std::collections::BTreeMap;
use std::io::Cursor;

/// A table of more columns is no data of a review.
const WIDEST: u32 = 2_000;

/// Whether bytes are a workbook.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
        && zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| archive.index_for_name("xl/workbook.xml").is_some())
}

/// Reads a workbook.
pub(crate) fn read_xlsx(file: &str, bytes: &[u8], how: &ReadAs) -> Loaded {
    let mut problems = Problems::of(file);
    match sheet(bytes, how, &mut problems) {
        Some(records) => match Table::of_records(records, &mut problems) {
            Some(table) => read_table(file, table, how, problems),
            None => Loaded { store: None, draft: None, problems: problems.finish() },
        },
        None => Loaded { store: None, draft: None, problems: problems.finish() },
    }
}

/// The records of the sheet that is asked for, or of the first that holds anything.
fn sheet(bytes: &[u8], how: &ReadAs, problems: &mut Problems) -> Option<Vec<Record>> {
    let damaged = |e: calamine::XlsxError| {
        Problem::error("E320", format!("the workbook can't be read: {e}")).help("open it in the spreadsheet and save it again as .xlsx")
    };
    let mut book = match Xlsx::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(error) => {
            problems.whole(damaged(error));
            return None;
        }
    };
    let formats = Formats::read(bytes);
    // A hidden sheet is read where no other holds anything.
    let hidden = |s: &calamine::Sheet| s.visible != calamine::SheetVisible::Visible;
    let (kept, seen): (Vec<_>, Vec<_>) = book.sheets_metadata().iter().cloned().partition(hidden);
    let unseen: Vec<String> = kept.iter().map(|s| s.name.clone()).collect();
    let names: Vec<String> = seen.into_iter().chain(kept).map(|s| s.name).collect();
    let listed = || names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = &how.sheet
        && !names.contains(wanted)
    {
        let problem = Problem::error("E392", format!("the workbook has no sheet `{wanted}`"));
        problems.whole(problem.help(format!("its sheets are {}", listed())));
        return None;
    }
    let mut chosen: Option<(String, Cells)> = None;
    let mut others = Vec::new();
    for name in names.iter().filter(|n| how.sheet.as_ref().is_none_or(|wanted| wanted == *n)) {
        if chosen.is_some() {
            others.push(name.clone());
            continue;
        }
        match cells(&mut book, name, &formats) {
            Ok(cells) if !cells.rows.is_empty() || how.sheet.is_some() => chosen = Some((name.clone(), cells)),
            Ok(_) => {}
            // A sheet that is a chart holds no cells.
            Err(calamine::XlsxError::NotAWorksheet(_)) if how.sheet.is_none() => {}
            Err(error) => {
                problems.whole(damaged(error));
                return None;
            }
        }
    }
    let Some((name, cells)) = chosen else {
        problems.whole(Problem::error("E303", "no sheet of the workbook holds anything").help("the data may be in another file"));
        return None;
    };
    if !others.is_empty() {
        let named = |n: &String| if unseen.contains(n) { format!("`{n}` (hidden)") } else { format!("`{n}`") };
        let note = format!("the sheet {} is read, and not {}", named(&name), others.iter().map(named).collect::<Vec<_>>().join(", "));
        problems.whole(Problem::note("W395", note).help("choose another with `sheet \"NAME\"` (`--sheet NAME` at the command line)"));
    }
    if cells.too_wide {
        let problem = Problem::error("E306", format!("the sheet `{name}` has cells beyond column {WIDEST}"));
        problems.whole(problem.help("a table has a row a result; it may stand on its side"));
        return None;
    }
    cells.tell(problems);
    Some(cells.into_records())
}

/// The cells of a sheet that hold anything, and what is odd about them.
#[derive(Default)]
struct Cells {
    rows: BTreeMap<u32, BTreeMap<u32, String>>,
    rounded: Vec<Odd>,
    dates: Vec<Odd>,
    missing: Vec<Odd>,
    uncomputed: Vec<Odd>,
    too_wide: bool,
}

/// A cell whose text is not what the sheet shows.
struct Odd {
    row: u32,
    column: u32,
    shown: String,
    held: String,
}

fn cells(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, formats: &Formats) -> Result<Cells, calamine::XlsxError> {
    let mut out = Cells::default();
    let mut reader = book.worksheet_cells_reader(name)?;
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        let (row, column) = cell.get_position();
        let (text, odd) = text_of(cell.get_value(), formats.of_style(style));
        if text.trim().is_empty() && odd.is_none() {
            continue;
        }
        if column >= WIDEST {
            out.too_wide = true;
            continue;
        }
        if let Some((what, shown)) = odd {
            let odd = Odd { row, column, shown, held: text.clone() };
            match what {
                What::Rounded => out.rounded.push(odd),
                What::Date => out.dates.push(odd),
                What::Missing => out.missing.push(odd),
            }
        }
        out.rows.entry(row).or_default().insert(column, text);
    }
    drop(reader);
    // Programs that write workbooks without computing leave a formula without its result.
    let formulas = book.worksheet_formula(name)?;
    let (top, left) = formulas.start().unwrap_or_default();
    for (down, across, formula) in formulas.used_cells().filter(|(.., formula)| !formula.is_empty()) {
        let at = |from: u32, by: usize| u32::try_from(by).map_or(u32::MAX, |by| from.saturating_add(by));
        let (row, column) = (at(top, down), at(left, across));
        if column < WIDEST && !out.rows.get(&row).is_some_and(|cells| cells.contains_key(&column)) {
            out.uncomputed.push(Odd { row, column, shown: formula.clone(), held: String::new() });
        }
    }
    Ok(out)
}

/// What is odd about a cell.
enum What {
    Rounded,
    Date,
    Missing,
}

/// A cell's text, and what the sheet shows in its place.
fn text_of(value: &DataRef, shown: Shown) -> (String, Option<(What, String)>) {
    let plain = |text: &str| (text.to_owned(), None);
    match value {
        DataRef::Int(whole) => (whole.to_string(), None),
        DataRef::Float(x) => number(*x, shown),
        DataRef::String(text) => plain(text),
        DataRef::SharedString(text) => plain(text),
        DataRef::Bool(yes) => plain(if *yes { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            let text = if hour == 0 && minute == 0 && second == 0 {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
            };
            (text.clone(), Some((What::Date, text)))
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (text.clone(), Some((What::Date, text.clone()))),
        DataRef::Error(calamine::CellErrorType::NA) => (String::new(), Some((What::Missing, "#N/A".to_owned()))),
        DataRef::Error(error) => (error.to_string(), None),
        DataRef::Empty => plain(""),
    }
}

/// A number's text: as held, with the decimals it is shown with if these lose nothing.
fn number(x: f64, shown: Shown) -> (String, Option<(What, String)>) {
    // A spreadsheet shows 15 digits at most; what lies beyond is the trace of a computation.
    let held = Cell::exact(format!("{x:.14e}").parse().unwrap_or(x)).text;
    match shown {
        Shown::Plain => (held, None),
        Shown::Fixed(decimals) => {
            let text = format!("{x:.decimals$}");
            let same = text.parse::<f64>().ok() == held.parse::<f64>().ok();
            if same { (text, None) } else { (held, Some((What::Rounded, text))) }
        }
        Shown::Percent(decimals) => (held, Some((What::Rounded, format!("{:.decimals$}%", x * 100.0)))),
    }
}

impl Cells {
    /// The name of a column: what stands in the first row.
    fn name(&self, column: u32) -> Option<&str> {
        self.rows.values().next().and_then(|row| row.get(&column)).map(String::as_str)
    }

    /// Says what is odd, a column at a time.
    fn tell(&self, problems: &mut Problems) {
        let each = |list: &[Odd], make: &dyn Fn(&Odd, usize) -> Problem, problems: &mut Problems| {
            let mut by_column: BTreeMap<u32, Vec<&Odd>> = BTreeMap::new();
            for odd in list {
                by_column.entry(odd.column).or_default().push(odd);
            }
            for (column, odd) in by_column {
                if let Some(first) = odd.first() {
                    let line = usize::try_from(first.row).map_or(0, |r| r + 1);
                    problems.push(Some(line), self.name(column), make(first, odd.len()));
                }
            }
        };
        let and = |n: usize| if n > 1 { format!(", and {} more in the column", n - 1) } else { String::new() };
        each(
            &self.rounded,
            &|odd, n| {
                Problem::warning("W394", format!("the cell shows {} and holds {}{}", odd.shown, odd.held, and(n)))
                    .help("what it holds is read; if the report prints what is shown, type that")
            },
            problems,
        );
        each(
            &self.dates,
            &|odd, n| {
                Problem::warning("W393", format!("the cell is a date, {}{}", odd.held, and(n)))
                    .help("a spreadsheet turns 1-3 and 3/4 into dates: format the cells as text and type them again")
            },
            problems,
        );
        each(
            &self.missing,
            &|odd, n| Problem::warning("W393", format!("the cell holds {}{}, read as missing", odd.shown, and(n))).help("empty it"),
            problems,
        );
        each(
            &self.uncomputed,
            &|odd, n| {
                Problem::warning("W393", format!("the cell is a formula, `={}`, without its result{}, read as missing", odd.shown, and(n)))
                    .help("open the workbook in a spreadsheet and save it: that computes it")
            },
            problems,
        );
    }

    fn into_records(self) -> Vec<Record> {
        let width = self.rows.values().filter_map(|row| row.keys().next_back()).max().map_or(0, |c| c + 1);
        let text = |row: &BTreeMap<u32, String>, column: u32| {
            let text = row.get(&column).map_or("", |t| t.trim());
            if is_missing(text) { String::new() } else { text.to_owned() }
        };
        let records = self.rows.iter().map(|(line, row)| Record {
            line: usize::try_from(*line).map_or(0, |l| l + 1),
            cells: (0..width).map(|column| text(row, column)).collect(),
        });
        let all: Vec<Record> = records.collect();
        let first = all.iter().position(|r| r.cells.iter().any(|c| !c.is_empty())).unwrap_or(all.len());
        all.into_iter().skip(first).collect()
    }
}
