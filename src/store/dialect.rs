//! How the owner of a CSV writes it, so that a change is saved in the same way.

use super::cell::number;
use super::columns::{Kind, find};
use super::model::Store;
use super::problems::Problems;
use super::read_csv::{read_csv, style_of};
use super::table::{Table, delimiter, skip_separator_line};
use super::write_csv::to_csv;
use csv::QuoteStyle;

/// Byte-order mark, separator, decimal mark, quotes, line ends, and the names and order of columns.
#[derive(Debug)]
pub(crate) struct Dialect {
    bom: bool,
    /// Excel's first line `sep=;`.
    separator_line: Option<String>,
    delimiter: u8,
    decimal_comma: bool,
    quotes: QuoteStyle,
    crlf: bool,
    header: Vec<String>,
}

/// The rows as a CSV in the dialect of the file that they replace. Where that would not be read
/// as the same store, and where there is no such file, it is a plain tidy CSV.
pub(crate) fn to_csv_like(store: &Store, old: Option<&[u8]>) -> String {
    let plain = to_csv(store);
    let Some(dialect) = old.and_then(Dialect::of) else { return plain };
    let text = dialect.rewrite(&plain);
    let digest = |text: &str| read_csv("", text.as_bytes()).store.map(|store| store.sha256());
    match (digest(&text), digest(&plain)) {
        (Some(own), Some(wanted)) if own == wanted => text,
        _ => plain,
    }
}

impl Dialect {
    fn of(bytes: &[u8]) -> Option<Dialect> {
        let table = Table::read(bytes, &mut Problems::of(""))?;
        let bom = bytes.starts_with(b"\xEF\xBB\xBF");
        let whole = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}');
        let (told, text) = skip_separator_line(whole);
        let delimiter = delimiter(text, told);
        let first = whole.lines().next().unwrap_or("");
        Some(Dialect {
            bom,
            separator_line: told.map(|_| first.trim_end().to_owned()),
            delimiter,
            decimal_comma: style_of(&table).decimal_comma,
            quotes: quotes(text, delimiter),
            crlf: whole.contains("\r\n"),
            header: table.header,
        })
    }

    /// A tidy CSV in this dialect.
    fn rewrite(&self, tidy: &str) -> String {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(tidy.as_bytes());
        let mut lines: Vec<Vec<String>> = reader.records().filter_map(Result::ok).map(|r| r.iter().map(str::to_owned).collect()).collect();
        if lines.is_empty() {
            return tidy.to_owned();
        }
        let names = lines.remove(0);
        let columns = self.columns(&names);
        let comma: Vec<bool> = (0..names.len()).map(|at| self.decimal_comma && is_numeric(&names[at], &lines, at)).collect();
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .quote_style(self.quotes)
            .terminator(if self.crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .from_writer(Vec::new());
        // Writing into memory can't fail, and all lines have as many cells as the header.
        let _ = writer.write_record(columns.iter().map(|(name, _)| name.as_str()));
        for line in &lines {
            let _ = writer.write_record(columns.iter().map(|(_, at)| match at.and_then(|at| Some((line.get(at)?, comma.get(at)?))) {
                Some((cell, true)) => cell.replace('.', ","),
                Some((cell, false)) => cell.clone(),
                None => String::new(),
            }));
        }
        let body = writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let end = if self.crlf { "\r\n" } else { "\n" };
        let head = self.separator_line.as_ref().map_or_else(String::new, |line| format!("{line}{end}"));
        format!("{}{head}{body}", if self.bom { "\u{feff}" } else { "" })
    }

    /// The columns in the order of the file, by their names there, each with its place in the tidy
    /// table; new ones stand at the end.
    fn columns(&self, names: &[String]) -> Vec<(String, Option<usize>)> {
        let place = |header: &str| names.iter().position(|name| *name == canonical(header));
        let mut out: Vec<(String, Option<usize>)> = self.header.iter().map(|header| (header.clone(), place(header))).collect();
        let there: Vec<usize> = out.iter().filter_map(|(_, at)| *at).collect();
        out.extend(names.iter().enumerate().filter(|(at, _)| !there.contains(at)).map(|(at, name)| (name.clone(), Some(at))));
        out
    }
}

/// The name that a header has in a tidy CSV.
fn canonical(header: &str) -> &str {
    find(header).map_or(header.trim(), |column| column.name)
}

/// Whether a column holds numbers and nothing else.
fn is_numeric(name: &str, lines: &[Vec<String>], at: usize) -> bool {
    match find(name).map(|column| column.kind) {
        Some(Kind::Number(_)) => true,
        Some(Kind::Key) => false,
        None => lines.iter().filter_map(|line| line.get(at)).all(|cell| cell.is_empty() || number(cell, false).is_some()),
    }
}

/// Which cells stand in quotes: those that need them, all texts as in R, or every cell.
fn quotes(text: &str, delimiter: u8) -> QuoteStyle {
    let cells = |line: &str| line.trim_end().split(char::from(delimiter)).map(str::to_owned).collect::<Vec<String>>();
    let quoted = |cell: &String| cell.starts_with('"') && cell.ends_with('"') && cell.len() > 1;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let header = lines.next().map(cells).unwrap_or_default();
    if header.is_empty() || !header.iter().all(quoted) {
        return QuoteStyle::Necessary;
    }
    let body: Vec<String> = lines.take(20).flat_map(cells).filter(|cell| !cell.is_empty()).collect();
    if body.iter().all(quoted) { QuoteStyle::Always } else { QuoteStyle::NonNumeric }
}
