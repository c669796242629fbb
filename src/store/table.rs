//! A CSV as a table of cells, with the line each row stands on.

use super::cell::{is_missing, number};
use super::decode::decode;
use super::problems::Problems;
use super::unreadable::shorten;
use crate::diagnostic::Problem;

/// A header and its rows.
#[derive(Debug)]
pub(crate) struct Table {
    /// Names of the columns, trimmed; columns without name and content are gone.
    pub header: Vec<String>,
    /// The line the header stands on.
    pub header_line: usize,
    /// The rows that hold anything.
    pub rows: Vec<Record>,
    /// The separator.
    delimiter: u8,
}

/// One row.
#[derive(Debug)]
pub(crate) struct Record {
    /// Its line in the file, header = 1.
    pub line: usize,
    /// Its cells, trimmed; a missing one is empty.
    pub cells: Vec<String>,
}

impl Table {
    /// Reads a table; what is wrong with its shape goes to the problems.
    pub(crate) fn read(bytes: &[u8], problems: &mut Problems) -> Option<Table> {
        let text = decode(bytes, problems)?;
        let (skipped, text) = skip_separator_line(&text);
        let delimiter = delimiter(text, skipped);
        if let Some(at) = unclosed_quote(text, delimiter) {
            let line = line_at(text, at) + usize::from(skipped.is_some());
            let rest = text.get(at..).and_then(|t| t.lines().next()).unwrap_or("");
            let problem = Problem::error("E307", format!("a quote is opened and never closed: `{}`", shorten(rest)));
            problems.push(Some(line), None, problem.help("close it; a quote inside a quoted cell is written twice (`\"\"`)"));
            return None;
        }
        let records = records(text, delimiter, usize::from(skipped.is_some()));
        let mut table = Table::new(Vec::new(), 1);
        table.delimiter = delimiter;
        table.fill(records, problems).then_some(table)
    }

    /// A table without rows.
    pub(crate) fn new(header: Vec<String>, header_line: usize) -> Self {
        Table { header, header_line, rows: Vec::new(), delimiter: b',' }
    }

    /// A table from records, the first of which is the header.
    pub(crate) fn of_records(records: Vec<Record>, problems: &mut Problems) -> Option<Table> {
        let mut table = Table::new(Vec::new(), 1);
        table.fill(records, problems).then_some(table)
    }

    /// Takes records, the first of which is the header; `false` if there is none.
    fn fill(&mut self, mut records: Vec<Record>, problems: &mut Problems) -> bool {
        if records.is_empty() {
            problems.whole(
                Problem::error("E303", "the file is empty")
                    .help("the first line names the columns, such as `study,n1,mean1,sd1,n2,mean2,sd2`"),
            );
            return false;
        }
        let header = records.remove(0);
        (self.header, self.header_line) = (header.cells, header.line);
        self.take_rows(records, problems);
        self.drop_unnamed(problems);
        self.drop_repeated(problems);
        if self.rows.is_empty() && !problems.any_error() {
            problems.whole(Problem::error("E303", "the file has a header and no rows").help("add a row under the header"));
        }
        true
    }

    /// Adds a column, a cell for each row.
    pub(crate) fn add_column(&mut self, name: &str, cells: Vec<String>) {
        let width = self.header.len();
        self.header.push(name.to_owned());
        for (row, cell) in self.rows.iter_mut().zip(cells) {
            row.cells.resize(width, String::new());
            row.cells.push(cell);
        }
    }

    /// Keeps the rows with content; says which have too many or too few cells.
    fn take_rows(&mut self, records: Vec<Record>, problems: &mut Problems) {
        let width = self.header.len();
        for mut record in records {
            if record.cells.iter().all(String::is_empty) {
                continue;
            }
            while record.cells.len() > width && record.cells.last().is_some_and(String::is_empty) {
                record.cells.pop();
            }
            let found = record.cells.len();
            if found != width {
                let cells = |n: usize| if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
                let message = format!("the row has {}, the header {width}", cells(found));
                let help = match (found > width, self.delimiter) {
                    (true, b',') => "quote a cell that holds a comma (`\"Smith, 2001\"`), and write numbers with a decimal point",
                    (true, _) => "quote a cell that holds the separator",
                    (false, _) => {
                        "a separator is missing, or a line is broken in the middle; leave missing cells empty but keep their separators"
                    }
                };
                problems.push(Some(record.line), None, Problem::error("E306", message).help(help));
                record.cells.resize(width, String::new());
            }
            self.rows.push(record);
        }
    }

    /// Whether the first column has no name and counts the rows, as `write.csv` of R adds it.
    fn has_row_names(&self) -> bool {
        let counts = |(at, row): (usize, &Record)| row.cell(0).parse() == Ok(at + 1);
        self.header.len() > 1 && self.header[0].is_empty() && !self.rows.is_empty() && self.rows.iter().enumerate().all(counts)
    }

    /// Drops columns without a name, and says which of them hold something.
    fn drop_unnamed(&mut self, problems: &mut Problems) {
        if self.has_row_names() {
            let note = Problem::note("W390", "the first column has no name and counts the rows: it is left out");
            problems.whole(note.help("R writes it; `write.csv(…, row.names = FALSE)` does not"));
            self.drop(0);
        }
        for column in (0..self.header.len()).rev() {
            if self.header.get(column).is_some_and(|name| !name.is_empty()) {
                continue;
            }
            if let Some(row) = self.rows.iter().find(|row| !row.cell(column).is_empty()) {
                let message = format!("column {} has no name and holds `{}`", column + 1, shorten(row.cell(column)));
                problems.push(Some(row.line), None, Problem::error("E314", message).help("name it in the header, or empty it"));
            }
            self.drop(column);
        }
    }

    /// Drops columns whose name stands twice, and says so.
    fn drop_repeated(&mut self, problems: &mut Problems) {
        for column in (1..self.header.len()).rev() {
            let Some(name) = self.header.get(column).cloned() else { continue };
            if self.header.iter().take(column).any(|other| *other == name) {
                let problem = Problem::error("E305", format!("two columns are called `{name}`"));
                problems.push(Some(self.header_line), Some(&name), problem.help("rename or delete one of them"));
                self.drop(column);
            }
        }
    }

    /// Removes one column.
    fn drop(&mut self, column: usize) {
        self.header.remove(column);
        for row in &mut self.rows {
            if column < row.cells.len() {
                row.cells.remove(column);
            }
        }
    }

    /// Whether numbers are written with a decimal comma: cells hold such numbers, and the
    /// columns that must be numbers hold no more with a point.
    pub(crate) fn decimal_comma(&self, is_number: impl Fn(usize) -> bool) -> bool {
        if self.delimiter == b',' {
            return false;
        }
        let written = |text: &str, mark: char| text.contains(mark) && number(text.trim_start_matches(['<', '>', '=', ' ']), true).is_some();
        let count = |mark: char, numbers_only: bool| {
            let columns = (0..self.header.len()).filter(|c| !numbers_only || is_number(*c));
            columns.flat_map(|c| self.rows.iter().map(move |row| row.cell(c))).filter(|text| written(text, mark)).count()
        };
        let points = self
            .rows
            .iter()
            .flat_map(|row| row.cells.iter().enumerate())
            .filter(|(c, t)| is_number(*c) && t.contains('.') && number(t, false).is_some())
            .count();
        match count(',', true) {
            0 => points == 0 && count(',', false) > 0,
            commas => commas >= points,
        }
    }
}

impl Record {
    /// A cell by its position; beyond the row's end it is empty.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Excel's first line `sep=;`, if there is one, and the text after it.
pub(crate) fn skip_separator_line(text: &str) -> (Option<u8>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.trim().strip_prefix("sep=").map(str::as_bytes) {
        Some([mark]) => (Some(*mark), rest),
        Some([]) => (Some(b'\t'), rest),
        _ => (None, text),
    }
}

/// The separator that the header uses most: comma, semicolon or tab.
pub(crate) fn delimiter(text: &str, told: Option<u8>) -> u8 {
    if let Some(told) = told.filter(u8::is_ascii) {
        return told;
    }
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let count = |mark: char| {
        let mut quoted = false;
        let outside = |c: &char| {
            quoted ^= *c == '"';
            !quoted && *c == mark
        };
        header.chars().filter(outside).count()
    };
    let mut best = (b',', count(','));
    for mark in [b';', b'\t'] {
        let found = count(char::from(mark));
        if found > best.1 {
            best = (mark, found);
        }
    }
    best.0
}

/// Where a quoted cell begins that never ends.
fn unclosed_quote(text: &str, delimiter: u8) -> Option<usize> {
    let mut opened = None;
    let mut start = true;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        if opened.is_some() {
            if byte == b'"' && bytes.next_if(|(_, next)| *next == b'"').is_none() {
                opened = None;
            }
        } else if byte == b'"' && start {
            opened = Some(at);
        }
        start = byte == delimiter || byte == b'\n' || byte == b'\r';
    }
    opened
}

/// The line of a byte, from 1.
fn line_at(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

/// Cuts a text into records.
fn records(text: &str, delimiter: u8, lines_before: usize) -> Vec<Record> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut all = Vec::new();
    let (mut line, mut counted) = (lines_before + 1, 0usize);
    while matches!(reader.read_record(&mut record), Ok(true)) {
        // The reader's position stands before blank lines that it skips.
        let at = record.position().map_or(counted, |p| usize::try_from(p.byte()).unwrap_or(counted));
        let bytes = text.as_bytes();
        let blank = bytes.iter().skip(at).take_while(|b| matches!(b, b'\n' | b'\r')).count();
        line += bytes.iter().take(at + blank).skip(counted).filter(|b| **b == b'\n').count();
        counted = counted.max(at + blank);
        let cell = |text: &str| if is_missing(text) { String::new() } else { text.trim().to_owned() };
        all.push(Record { line, cells: record.iter().map(cell).collect() });
    }
    // A line of blanks only is no header.
    let first = all.iter().position(|r| r.cells.iter().any(|c| !c.is_empty())).unwrap_or(all.len());
    all.split_off(first)
}
