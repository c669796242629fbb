//! Source texts and places in them.
//!
//! A [`Source`] always ends in a newline, so that a span at the end of the text
//! still has a character to point at (miette drops labels past the end).

use std::sync::Arc;

/// A named text: a script, one REPL entry, an argument of `weald eval`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What messages call it: a file's path as given, `<repl>`, `<eval>`.
    pub name: Arc<str>,
    /// The text, newline-terminated, with `\r\n` kept as it is, `\r` alone as line ends read as `\n`, and a byte-order mark removed.
    pub text: Arc<str>,
    /// Where each line begins.
    starts: Arc<[u32]>,
}

impl Source {
    /// Wraps a text, adding the final newline if it lacks one.
    pub fn new(name: impl Into<Arc<str>>, text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // Line ends of an old Mac.
        let lines = if text.contains('\r') && !text.contains('\n') { text.replace('\r', "\n") } else { String::new() };
        let text = if lines.is_empty() { text } else { &lines };
        let text: Arc<str> = if text.ends_with('\n') { text.into() } else { format!("{text}\n").into() };
        let ends = text.bytes().zip(1..).filter(|(b, _)| *b == b'\n').map(|(_, next)| next);
        let starts = std::iter::once(0).chain(ends).collect();
        Self { name: name.into(), text, starts }
    }

    /// The text of a span, clamped to the source.
    pub fn slice(&self, span: Span) -> &str {
        let span = span.clamp(&self.text);
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column (both from 1, column in characters) of a byte offset.
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let mut at = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= at);
        let start = self.starts.get(line.wrapping_sub(1)).map_or(0, |start| *start as usize);
        (line, self.text[start..at].chars().count() + 1)
    }
}

/// Bytes `start..end` of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets.
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        Self { start, end: end.max(start) }
    }

    /// The smallest span holding both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The span moved right by `by` bytes.
    pub fn shift(self, by: usize) -> Span {
        Span::new(self.start as usize + by, self.end as usize + by)
    }

    /// The span cut to the text, never past its final newline and never empty where avoidable.
    pub fn clamp(self, text: &str) -> Span {
        let last = text.len().saturating_sub(1);
        let mut start = (self.start as usize).min(last);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = (self.end as usize).clamp(start, text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        Span::new(start, end)
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let source = Source::new("s", "aé\n\nb🦀c");
        for (offset, place) in
            [(0, (1, 1)), (1, (1, 2)), (2, (1, 2)), (3, (1, 3)), (4, (2, 1)), (5, (3, 1)), (6, (3, 2)), (10, (3, 3)), (11, (3, 4))]
        {
            assert_eq!(source.line_column(offset), place, "{offset}");
        }
        assert_eq!(source.line_column(12), (4, 1), "past the last newline");
        assert_eq!(source.line_column(999), (4, 1));
        assert_eq!(Source::new("s", "").line_column(0), (1, 1));
    }
}
