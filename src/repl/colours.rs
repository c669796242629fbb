//! Colours of what is typed, from the terminal's own palette.

use crate::language::complete::Names;
use crate::language::highlight::{Class, classes};

/// The text in colours. Without the escapes it is the text itself, so its width is the same.
pub fn painted(text: &str, names: &Names) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for (span, class) in classes(text, names) {
        let piece = text.get(span.start as usize..span.end as usize).unwrap_or_default();
        match code(class) {
            Some(code) if !piece.trim().is_empty() => out.push_str(&format!("\u{1b}[{code}m{piece}\u{1b}[0m")),
            _ => out.push_str(piece),
        }
    }
    out
}

fn code(class: Class) -> Option<&'static str> {
    match class {
        Class::Verb => Some("1"),
        Class::Clause => Some("36"),
        Class::Choice => Some("32"),
        Class::Name => Some("94"),
        Class::Function => Some("35"),
        Class::Text => Some("33"),
        Class::Number => Some("35"),
        Class::Comment => Some("2"),
        Class::Error => Some("31"),
        Class::Plain => None,
    }
}

/// A remark that is not part of the line.
pub fn grey(text: &str) -> String {
    format!("\u{1b}[90m{text}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_add_no_width() {
        let names = Names::default();
        for text in ["pool recovery measure or", "print \"é 中文 {x}\" # 😀", "study A\n  main: yi -0.5", "", "   ", "\"open"] {
            let painted = painted(text, &names);
            let mut plain = String::new();
            let mut rest = painted.as_str();
            while let Some(at) = rest.find('\u{1b}') {
                plain.push_str(&rest[..at]);
                rest = &rest[at + rest[at..].find('m').map_or(0, |n| n + 1)..];
            }
            plain.push_str(rest);
            assert_eq!(plain, text);
        }
        assert_eq!(painted("quit", &names), "\u{1b}[1mquit\u{1b}[0m");
    }
}
