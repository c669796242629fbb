//! Where in the text of a data file a cell stands, so that messages can show it.

use super::columns::find;
use super::table::{delimiter, skip_separator_line};
use crate::diagnostic::Place;
use std::ops::Range;

/// The text of a data file as messages show it: what is not UTF-8 becomes `\u{fffd}`.
pub fn shown_text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).into_owned();
    if !text.contains('\n') && text.contains('\r') { text.replace('\r', "\n") } else { text }
}

/// The bytes of the cell, or of the row where the place names no column of the file.
pub fn span_of(text: &str, place: &Place) -> Option<Range<usize>> {
    let row = line(text, place.row?)?;
    if place.file.ends_with(".json") {
        return Some(place.column.as_deref().and_then(|c| field(text, row.start, c)).unwrap_or(row));
    }
    let (told, rest) = skip_separator_line(text);
    let mark = delimiter(rest, told);
    let start = text.len() - rest.len();
    let header = rest.split_inclusive('\n').scan(start, |at, line| {
        *at += line.len();
        Some((*at - line.len(), line))
    });
    let (at, _) = header.into_iter().find(|(_, line)| !line.trim().is_empty())?;
    let names = cells(text, at, mark);
    let wanted = |name: &str, column: &str| name == column || find(name).is_some_and(|c| c.name == column);
    let index = place.column.as_deref().and_then(|column| {
        let is = |r: &Range<usize>| wanted(text[r.clone()].trim().trim_matches('"').trim(), column);
        // Of two columns of one meaning the second is the one complained about.
        if row.start == at { names.iter().rposition(is) } else { names.iter().position(is) }
    });
    let cell = index.and_then(|i| cells(text, row.start, mark).get(i).cloned());
    let trimmed = |r: Range<usize>| {
        let cell = &text[r.clone()];
        let start = r.start + cell.len() - cell.trim_start().len();
        start..start + cell.trim().len()
    };
    // An empty cell has no width: its separators show it.
    Some(
        cell.map(|r| if r.is_empty() { r.start.saturating_sub(1).max(row.start)..(r.end + 1).min(row.end) } else { trimmed(r) })
            .unwrap_or(row),
    )
}

/// The bytes of a line, from 1, without its end.
fn line(text: &str, number: usize) -> Option<Range<usize>> {
    let mut start = 0;
    for (i, line) in text.split_inclusive('\n').enumerate() {
        if i + 1 == number {
            return Some(start..start + line.trim_end_matches(['\n', '\r']).len());
        }
        start += line.len();
    }
    None
}

/// The cells of the record that begins at a byte.
fn cells(text: &str, start: usize, mark: u8) -> Vec<Range<usize>> {
    let (mut cells, mut from, mut quoted) = (Vec::new(), start, false);
    let mut at = start;
    for byte in text.as_bytes().iter().skip(start) {
        match *byte {
            b'"' if quoted || text[from..at].trim().is_empty() => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            b if b == mark && !quoted => {
                cells.push(from..at);
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    cells.push(from..at);
    cells
}

/// The value of a field of a JSON document, from a byte on and not far away.
fn field(text: &str, start: usize, name: &str) -> Option<Range<usize>> {
    let rest = &text[start..];
    let at = rest.find(&format!("\"{name}\"")).filter(|at| *at < 2000)?;
    let after = &rest[at + name.len() + 2..];
    let value = after.find(|c: char| !c.is_whitespace() && c != ':')?;
    let length = after[value..].find([',', '}', ']', '\n']).unwrap_or(0);
    let from = start + at + name.len() + 2 + value;
    (length > 0).then(|| from..from + after[value..value + length].trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown<'a>(text: &'a str, file: &str, row: usize, column: &str) -> &'a str {
        let column = Some(column).filter(|c| !c.is_empty()).map(str::to_owned);
        let place = Place { file: file.into(), row: Some(row), column };
        span_of(text, &place).map_or("nowhere", |r| &text[r])
    }

    #[test]
    fn cells_by_row_and_column() {
        let text = "study,analysis_set,\"sd1\"\n\"Hart, \"\"A\"\"\",itt, -1.2\nB,,x\r\n";
        assert_eq!(shown(text, "a.csv", 2, "sd1"), "-1.2");
        assert_eq!(shown(text, "a.csv", 2, "study"), "\"Hart, \"\"A\"\"\"");
        assert_eq!(shown(text, "a.csv", 3, "analysis"), ",,");
        assert_eq!(shown(text, "a.csv", 3, "sd1"), "x");
        assert_eq!(shown(text, "a.csv", 3, ""), "B,,x");
        assert_eq!(shown(text, "a.csv", 9, "sd1"), "nowhere");
        assert_eq!(shown("sep=;\nstudy;yi\nA;0,5\n", "a.csv", 3, "yi"), "0,5");
        assert_eq!(shown("{\"rows\": [\n{\"yi\": 0.1, \"vi\": -2}]}", "a.json", 2, "vi"), "-2");
        assert_eq!(shown("{\"rows\": [\n{\"yi\": 0.1}]}", "a.json", 2, "vi"), "{\"yi\": 0.1}]}");
    }
}
