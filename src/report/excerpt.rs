//! The lines of a text that a report shows. A line far wider than the page is shown as the
//! window around what is marked in it, `…` where it is cut.

use crate::source::{Source, Span};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::borrow::Cow;

/// A text as reports show it, with the labels' places in it.
pub(super) struct Excerpt<'a> {
    source: &'a Source,
    text: Cow<'a, str>,
    /// Where the labels begin in the source.
    starts: Vec<u32>,
    /// The labels' places in `text`.
    pub spans: Vec<Span>,
}

/// The text with what can't be seen, or would act on the terminal, replaced by marks of the same length.
fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        let invisible = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        invisible || c.is_control() && !matches!(c, '\n' | '\t')
    };
    // The `\r` of a line end is no more than that.
    if !text.replace("\r\n", "\n").contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mark = |c: char| match c.len_utf8() {
        1 => '?',
        2 => '¿',
        _ => '\u{fffd}',
    };
    let mut next = text.chars().skip(1);
    let shown = text.chars().map(|c| {
        let after = next.next();
        if hidden(c) && !(c == '\r' && after == Some('\n')) { mark(c) } else { c }
    });
    Cow::Owned(shown.collect())
}

/// Whether a text has a line that is cut on a page of this width.
pub(super) fn has_long_lines(source: &Source, width: usize) -> bool {
    source.text.lines().any(|line| line.len() > longest(width))
}

/// The longest line that is shown whole.
fn longest(width: usize) -> usize {
    width.max(60) * 2
}

impl<'a> Excerpt<'a> {
    /// The text as it is.
    pub fn whole(source: &'a Source, spans: Vec<Span>) -> Self {
        Self { source, text: visible(&source.text), starts: spans.iter().map(|s| s.start).collect(), spans }
    }

    /// The text with its long lines cut. Every span lies on one line.
    pub fn cut(source: &'a Source, spans: &[Span], width: usize) -> Self {
        let room = width.max(60) - 16;
        let mut moved: Vec<Span> = spans.to_vec();
        let (mut text, mut start) = (String::new(), 0);
        for line in source.text.split_inclusive('\n') {
            let end = start + line.len();
            let new = text.len();
            let here = |s: &Span| (start..end).contains(&(s.start as usize));
            if line.len() <= longest(width) {
                text.push_str(line);
                for (span, moved) in spans.iter().zip(&mut moved).filter(|(s, _)| here(s)) {
                    *moved = Span::new(span.start as usize - start + new, span.end as usize - start + new);
                }
            } else {
                let first = spans.iter().filter(|s| here(s)).map(|s| s.start as usize - start).min().unwrap_or(0);
                let (from, to) = window(line, first, room);
                let left = if from > 0 { "…" } else { "" };
                let right = if to < line.trim_end().len() { "…" } else { "" };
                text.push_str(left);
                text.push_str(&line[from..to]);
                text.push_str(right);
                text.push('\n');
                let place = |at: usize| new + left.len() + at.saturating_sub(start).clamp(from, to) - from;
                for (span, moved) in spans.iter().zip(&mut moved).filter(|(s, _)| here(s)) {
                    *moved = Span::new(place(span.start as usize), place(span.end as usize));
                }
            }
            start = end;
        }
        let text = Cow::Owned(visible(&text).into_owned());
        Self { source, text, starts: spans.iter().map(|s| s.start).collect(), spans: moved }
    }
}

/// The bytes of a line to show: `room` characters, some of them before what is marked.
fn window(line: &str, marked: usize, room: usize) -> (usize, usize) {
    let line = line.trim_end();
    let boundary = |mut at: usize| {
        at = at.min(line.len());
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let before = if marked < room / 2 { marked } else { room / 4 };
    let from = boundary(marked.saturating_sub(before));
    let to = line[from..].char_indices().nth(room).map_or(line.len(), |(at, _)| from + at);
    (from, to)
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'b>(&'b self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let inner = self.text.as_ref().read_span(span, before, after)?;
        let label = self.spans.iter().position(|s| s.start as usize == span.offset()).and_then(|i| self.starts.get(i));
        let column = label.filter(|_| before == 0).map_or(inner.column(), |start| self.source.line_column(*start).1 - 1);
        Ok(Box::new(MietteSpanContents::new_named(
            self.source.name.to_string(),
            inner.data(),
            *inner.span(),
            inner.line(),
            column,
            inner.line_count(),
        )))
    }
}
