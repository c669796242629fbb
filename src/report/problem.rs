//! Problems as miette reports: the words of the source marked, what to do below.

use super::style::Style;
use super::width::{clean, clean_lines};
use crate::diagnostic::{Problem, Severity};
use crate::source::{Source, Span};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use std::fmt;

/// All problems of one run, one after the other, divided by empty lines.
pub fn render_problems(problems: &[Problem], source: &Source, style: &Style) -> String {
    let handler = handler(style);
    let named = NamedSource::new(&source.name, source.text.to_string());
    let one = |problem: &Problem| {
        let report = Report { problem, source, named: &named };
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
    named: &'a NamedSource<String>,
}

impl Report<'_> {
    /// The span on one line: brackets around several lines hide more than they show.
    fn span(&self, span: Span) -> Span {
        let span = span.clamp(&self.source.text);
        let text = self.source.slice(span);
        let end = text.find(['\n', '\r']).unwrap_or(text.len());
        let start = span.start as usize;
        Span::new(start, start + if end == 0 { text.len().min(1) } else { end })
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&clean_lines(&self.problem.message))?;
        if let Some(place) = &self.problem.place {
            write!(f, "\n{}", clean(&place.to_string()))?;
        }
        for line in &self.problem.details {
            write!(f, "\n  {}", clean(line))?;
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
        self.problem.help.as_ref().map(|h| Box::new(clean_lines(h)) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        if self.problem.labels.is_empty() { None } else { Some(self.named) }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        if self.problem.labels.is_empty() {
            return None;
        }
        let label = |(i, (span, text)): (usize, &(Span, String))| {
            let span = self.span(*span);
            let text = Some(clean(text)).filter(|t| !t.is_empty());
            let place = (span.start as usize, (span.end - span.start) as usize);
            if i == 0 { LabeledSpan::new_primary_with_span(text, place) } else { LabeledSpan::new_with_span(text, place) }
        };
        Some(Box::new(self.problem.labels.iter().enumerate().map(label)))
    }
}
