//! Problems as miette reports: the words of the source marked, what to do below.

use super::excerpt::{Excerpt, has_long_lines};
use super::style::Style;
use super::width::{clean, clean_lines, width};
use crate::diagnostic::{Place, Problem, Severity};
use crate::source::{Source, Span};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use std::fmt;

/// All problems of one run, one after the other, divided by empty lines.
pub fn render_problems(problems: &[Problem], source: &Source, style: &Style) -> String {
    let handler = handler(style);
    let long = has_long_lines(source, style.width);
    let one = |problem: &Problem| {
        let spans: Vec<Span> = problem.labels.iter().map(|(span, _)| on_one_line(*span, source)).collect();
        let excerpt = if long { Excerpt::cut(source, &spans, style.width) } else { Excerpt::whole(source, spans) };
        let report = Report { problem, source, excerpt: &excerpt, width: style.width };
        let mut out = String::new();
        match handler.render_report(&mut out, &report) {
            Ok(()) => tidy(&out),
            Err(_) => format!("{}: {}\n", problem.code, clean(&problem.message)),
        }
    };
    problems.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The theme and width the style asks for; never links.
fn handler(style: &Style) -> GraphicalReportHandler {
    let theme = match (style.unicode, style.colour) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    GraphicalReportHandler::new_themed(theme).with_width(style.width).with_links(false)
}

/// Without spaces at line ends and empty lines around.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.trim_matches('\n').lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// A problem with the source it points into.
struct Report<'a> {
    problem: &'a Problem,
    source: &'a Source,
    excerpt: &'a Excerpt<'a>,
    width: usize,
}

/// A text in lines of at most so many columns, broken between words; a piece of code in
/// backticks stays together unless it is long. Later lines begin with `indent` spaces.
fn laid_out(text: &str, columns: usize, indent: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in together(paragraph) {
            if line.trim().is_empty() {
                line.push_str(&word);
            } else if width(&line) + 1 + width(&word) <= columns {
                line.push(' ');
                line.push_str(&word);
            } else {
                lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
                line.push_str(&word);
            }
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// Words, with short pieces of code in one.
fn together(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match out.last_mut() {
            Some(last) if last.matches('`').count() % 2 == 1 && width(last) + width(word) < 44 => {
                last.push(' ');
                last.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    out
}

/// The span on one line: brackets around several lines hide more than they show.
fn on_one_line(span: Span, source: &Source) -> Span {
    let span = span.clamp(&source.text);
    let text = source.slice(span);
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let start = span.start as usize;
    Span::new(start, start + if end == 0 { text.len().min(1) } else { end })
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `  × ` stands before the first line, `  │ ` before the others; miette leaves two columns free.
        let columns = self.width.saturating_sub(6).max(20);
        f.write_str(&laid_out(&clean_lines(&self.problem.message), columns, 0))?;
        // A label in the data file shows the place.
        let shown = |place: &Place| !self.problem.labels.is_empty() && place.file == *self.source.name;
        if let Some(place) = self.problem.place.as_ref().filter(|p| !shown(p)) {
            write!(f, "\n{}", clean(&place.to_string()))?;
        }
        for line in &self.problem.details {
            write!(f, "\n  {}", laid_out(&clean(line), columns - 2, 4))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Report<'_> {}

impl Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.problem.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.problem.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem
            .help
            .as_ref()
            .map(|h| Box::new(laid_out(&clean_lines(h), self.width.saturating_sub(10).max(20), 0)) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        if self.problem.labels.is_empty() { None } else { Some(self.excerpt) }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        if self.problem.labels.is_empty() {
            return None;
        }
        let label = |(i, ((_, text), span)): (usize, (&(Span, String), &Span))| {
            let text = Some(clean(text)).filter(|t| !t.is_empty());
            let place = (span.start as usize, (span.end - span.start) as usize);
            if i == 0 { LabeledSpan::new_primary_with_span(text, place) } else { LabeledSpan::new_with_span(text, place) }
        };
        Some(Box::new(self.problem.labels.iter().zip(&self.excerpt.spans).enumerate().map(label)))
    }
}
