//! The texts around an entry: the banner, and lines that want their indentation.

use super::say;
use crate::language::suggest::{and_list, count};
use crate::language::vocabulary;
use crate::report::width::{width, wrap};
use crate::session::Session;

/// What a session begins with.
pub fn banner(session: &Session) -> String {
    let data = data(session).unwrap_or_else(|| "no data yet: `use \"FILE\"` takes some".to_owned());
    format!("Weald {}: {data}\n`help` explains, Tab completes, `quit` ends the session\n\n", env!("CARGO_PKG_VERSION"))
}

/// What data the session holds, in a line.
pub fn data(session: &Session) -> Option<String> {
    let state = session.state();
    if state.store.rows.is_empty() {
        return None;
    }
    let outcomes: Vec<&str> = state.catalogue.outcomes.keys().map(String::as_str).collect();
    let named = match outcomes.as_slice() {
        [one] => format!("outcome `{one}`"),
        several => format!("{} outcomes: {}", several.len(), and_list(several, 6)),
    };
    let studies = count(state.catalogue.studies.len(), "study", "studies");
    Some(format!("{studies}, {}, {named}", count(state.store.rows.len(), "result row", "result rows")))
}

/// A remark below a result.
pub fn dim(text: &str) -> String {
    format!("{}\n", say::style_err().paint(text, crate::report::style::Paint::Dim))
}

/// Lines that are wider than the terminal, broken between words; what goes on stands
/// below the last column of the line, as in the tables of `help`.
pub fn wrapped(text: &str, columns: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if width(line) <= columns {
            out.push_str(line);
        } else {
            let gap = line
                .match_indices("  ")
                .map(|(at, _)| line.len() - line[at..].trim_start().len())
                .filter(|at| *at <= columns * 2 / 3)
                .last();
            let body = gap.unwrap_or(line.len() - line.trim_start().len());
            let (head, rest) = line.split_at(body);
            let indent = width(head);
            for (at, piece) in wrap(rest.trim_start(), columns - indent, 0).iter().enumerate() {
                out.push_str(&if at == 0 { head.to_owned() } else { format!("\n{}", " ".repeat(indent)) });
                out.push_str(piece);
            }
        }
        out.push('\n');
    }
    out
}

/// Indents the lines of `study` and `rule` that were typed without it: those that hold a
/// colon, or begin with `when` or `otherwise`. Everything else stays as typed.
pub fn indented(text: &str) -> String {
    let head = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let takes = vocabulary::takes_entries(head);
    let mut out = String::with_capacity(text.len() + 16);
    let mut ended = false;
    for (at, line) in text.split('\n').enumerate() {
        ended |= line.trim().is_empty();
        let first = line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let branch = ["when", "otherwise"].iter().any(|w| first.eq_ignore_ascii_case(w));
        if at > 0 {
            out.push('\n');
            let flush = !line.starts_with([' ', '\t']);
            if takes && flush && !ended && (branch || line.contains(':')) {
                out.push_str("  ");
            }
        }
        out.push_str(line.trim_end());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_lines_are_broken_below_their_last_column() {
        let text = "  at X      The timepoint of the estimand\nshort\n";
        assert_eq!(wrapped(text, 80), text);
        assert_eq!(wrapped(text, 30), "  at X      The timepoint of\n            the estimand\nshort\n");
        assert_eq!(wrapped("one two three four five six", 20), "one two three four\nfive six\n");
    }

    #[test]
    fn entries_get_their_indentation() {
        for (typed, expected) in [
            ("rule r\nwhen k < 2 then not_pooled\notherwise dl", "rule r\n  when k < 2 then not_pooled\n  otherwise dl"),
            ("rule r\n    otherwise dl", "rule r\n    otherwise dl"),
            ("study A\nmain: yi 1 vi 2", "study A\n  main: yi 1 vi 2"),
            ("study A\n  main: yi 1 vi 2\n\nlet a = pool main", "study A\n  main: yi 1 vi 2\n\nlet a = pool main"),
            ("study A\n\nprint \"a: b\"", "study A\n\nprint \"a: b\""),
            ("print \"a\"\nprint \"b: c\"", "print \"a\"\nprint \"b: c\""),
        ] {
            assert_eq!(indented(typed), expected);
        }
    }
}
