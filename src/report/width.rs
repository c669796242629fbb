//! Texts in a terminal's columns: measuring, cutting, padding, wrapping.
//!
//! Wide, combining and right-to-left characters count what a terminal gives them.
//! Control characters, which could come from a data file and steer the terminal, are replaced.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// One line without control characters; a text that ends right-to-left is closed with a
/// left-to-right mark, so that numbers after it keep their place.
pub fn clean(text: &str) -> String {
    let mut out: String = text.chars().map(harmless).collect();
    if out.chars().any(is_right_to_left) {
        out.push('\u{200e}');
    }
    out
}

/// The same, with line ends kept.
pub fn clean_lines(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { harmless(c) }).filter(|&c| c != '\r').collect()
}

/// White space for line ends and tabs, a replacement for other controls and for direction overrides.
fn harmless(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

/// Hebrew, Arabic and their like.
fn is_right_to_left(c: char) -> bool {
    matches!(u32::from(c), 0x0590..=0x08ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x10800..=0x10fff | 0x1e800..=0x1efff)
}

/// The text in at most `limit` columns, `…` in place of what is cut.
pub fn cut(text: &str, limit: usize) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    if limit == 0 {
        return String::new();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w > limit - 1 {
            break;
        }
        used += w;
        out.push(c);
    }
    // A sequence can be wider than its parts (emoji): measure what was kept.
    while width(&out) > limit - 1 {
        out.pop();
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    if text.chars().any(is_right_to_left) {
        out.push('\u{200e}');
    }
    out
}

/// Cut or filled with spaces on the right to exactly `columns`.
pub fn left(text: &str, columns: usize) -> String {
    let text = cut(text, columns);
    let fill = columns - width(&text).min(columns);
    text + &" ".repeat(fill)
}

/// Cut or filled with spaces on the left to exactly `columns`.
pub fn right(text: &str, columns: usize) -> String {
    let text = cut(text, columns);
    " ".repeat(columns - width(&text).min(columns)) + &text
}

/// Lines of at most `columns`, broken between words; later lines start with `indent` spaces.
///
/// A word longer than a line is cut into pieces rather than lost.
pub fn wrap(text: &str, columns: usize, indent: usize) -> Vec<String> {
    let columns = columns.max(8);
    let indent = indent.min(columns / 2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in glued(text) {
        let mut word = word.as_str();
        while !word.is_empty() {
            let gap = usize::from(!line.trim_start().is_empty());
            if width(&line) + gap + width(word) <= columns {
                line.push_str(&" ".repeat(gap));
                line.push_str(word);
                break;
            }
            if !line.trim_start().is_empty() {
                lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
                continue;
            }
            let at = fitting(word, columns - width(&line));
            line.push_str(&word[..at]);
            word = &word[at..];
        }
    }
    if !line.trim_start().is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Words, with those kept together that one reads together: `k = 11`, `p < 0.001`, `[0.1, 0.2]`.
pub fn glued(text: &str) -> Vec<String> {
    let relation = |w: &str| matches!(w, "=" | "<" | ">" | "<=" | ">=" | "==" | "+/-");
    let mut out: Vec<String> = Vec::new();
    let mut before = "";
    for word in text.split_whitespace() {
        let open = before.starts_with('[') && before.ends_with(',') || relation(before);
        match out.last_mut() {
            Some(last) if (open || relation(word)) && width(last) < 24 => {
                last.push(' ');
                last.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
        before = word;
    }
    out
}

/// How many bytes of `word` fit into `columns`, at least one character.
fn fitting(word: &str, columns: usize) -> usize {
    let mut end = 0;
    for (at, c) in word.char_indices() {
        let next = at + c.len_utf8();
        if width(&word[..next]) > columns && end > 0 {
            break;
        }
        end = next;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting() {
        assert_eq!(cut("Frimodt-Moller et al 1973", 10), "Frimodt-M…");
        assert_eq!(cut("王伟等人2019年研究", 7), "王伟等…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(width(&left("王伟", 7)), 7);
        assert_eq!(width(&right("e\u{301}te\u{301}", 5)), 5);
    }

    #[test]
    fn cleaning() {
        assert_eq!(clean("a\u{1b}[31mb\nc"), "a\u{fffd}[31mb c");
        assert_eq!(clean("כהן 2001"), "כהן 2001\u{200e}");
        assert_eq!(width(&clean("כהן 2001")), 8);
    }

    #[test]
    fn wrapping() {
        assert_eq!(wrap("one two three four", 9, 2), ["one two", "  three", "  four"]);
        assert_eq!(wrap("abcdefghijklmnop", 8, 0), ["abcdefgh", "ijklmnop"]);
        assert_eq!(wrap("", 20, 0), [""]);
        assert_eq!(wrap("of them p < 0.001 in [0.1, 0.2]", 12, 0), ["of them", "p < 0.001 in", "[0.1, 0.2]"]);
    }
}
