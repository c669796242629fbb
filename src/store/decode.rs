//! Bytes to text: only UTF-8, and help for everything else.

use super::problems::Problems;
use super::unreadable::shorten;
use crate::diagnostic::Problem;

/// What to do about a wrong encoding.
const SAVE_AS: &str = "in the spreadsheet choose Save as, CSV UTF-8 (comma delimited)";

/// The text of a file, without a byte-order mark and with `\n` where lines ended in `\r` only.
pub(crate) fn decode(bytes: &[u8], problems: &mut Problems) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Some((code, what, help)) = other_format(bytes) {
        problems.whole(Problem::error(code, what).help(help));
        return None;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            not_utf8(bytes, error.valid_up_to(), problems);
            return None;
        }
    };
    if let Some(at) = text.find('\0') {
        let line = line_of(bytes, at);
        let problem = Problem::error("E302", "the file holds a NUL byte, which no text has");
        problems.push(Some(line), None, problem.help(format!("it is no CSV, or damaged: {SAVE_AS}")));
        return None;
    }
    if !text.contains('\n') && text.contains('\r') {
        return Some(text.replace('\r', "\n"));
    }
    Some(text.to_owned())
}

/// Formats that are recognised by their first bytes.
fn other_format(bytes: &[u8]) -> Option<(&'static str, &'static str, String)> {
    let start = |magic: &[u8]| bytes.starts_with(magic);
    if start(b"\xFF\xFE") || start(b"\xFE\xFF") {
        return Some(("E302", "the file is UTF-16, not UTF-8", SAVE_AS.to_owned()));
    }
    if start(b"PK\x03\x04") {
        return Some(("E301", "the file is a zip or an Excel workbook, not text", format!("open it and save it anew: {SAVE_AS}")));
    }
    if start(b"\xD0\xCF\x11\xE0") {
        return Some(("E301", "the file is an old Excel workbook, not text", format!("open it and save it anew: {SAVE_AS}")));
    }
    if start(b"%PDF") {
        return Some(("E301", "the file is a PDF, not text", "extract its tables into a CSV first".to_owned()));
    }
    let zeros = bytes.iter().take(200).filter(|b| **b == 0).count();
    (zeros * 3 > bytes.len().min(200)).then(|| ("E302", "the file is UTF-16, not UTF-8", SAVE_AS.to_owned()))
}

/// Names the first row that is not UTF-8, how many there are, and what the bytes would be.
fn not_utf8(bytes: &[u8], at: usize, problems: &mut Problems) {
    let lines = bytes.split(|b| *b == b'\n').filter(|line| std::str::from_utf8(line).is_err()).count();
    let windows = bytes.iter().any(|b| (0x80..0xA0).contains(b));
    let likely = if windows { "Windows-1252" } else { "Latin-1 (ISO 8859-1) or Windows-1252" };
    let start = bytes.iter().take(at).rposition(|b| *b == b'\n').map_or(0, |i| i + 1).max(at.saturating_sub(20));
    let near: String = bytes.iter().skip(start).take(40).take_while(|b| **b != b'\n').map(|b| char::from(*b)).collect();
    let byte = bytes.get(at).copied().unwrap_or(0);
    let problem = Problem::error("E302", format!("the file is not UTF-8 (byte 0x{byte:02X} near `{}`)", shorten(near.trim())))
        .help(format!("it is probably {likely}: {SAVE_AS}"))
        .details([format!("{lines} {} can't be read", if lines == 1 { "line" } else { "lines" })]);
    problems.push(Some(line_of(bytes, at)), None, problem);
}

/// The line, from 1, of a byte.
fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).filter(|b| **b == b'\n').count() + 1
}
