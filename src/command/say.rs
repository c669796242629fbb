//! Standard output and standard error. A closed pipe ends the output, never the program with a panic.

use crate::diagnostic::Problem;
use crate::eval::Located;
use crate::report::{Style, render_problems};
use crate::source::Source;
use std::io::{IsTerminal, Write};

/// Bytes on standard output.
pub fn bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Text on standard output.
pub fn out(text: &str) {
    bytes(text.as_bytes());
}

/// Text on standard error.
pub fn err(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
}

fn columns() -> Option<usize> {
    terminal_size::terminal_size().map(|(w, _)| usize::from(w.0)).filter(|w| *w >= 40)
}

/// How standard output looks.
pub fn style_out(width: Option<u16>) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let width = width.map(usize::from).or_else(|| columns().filter(|_| terminal)).unwrap_or(100);
    Style::new(width, terminal && !no_color())
}

/// How standard error looks.
pub fn style_err() -> Style {
    let terminal = std::io::stderr().is_terminal();
    Style::new(columns().filter(|_| terminal).unwrap_or(100).min(120), terminal && !no_color())
}

/// More problems than this are counted, not told.
const MOST: usize = 100;

/// Problems, each with its own text, in order.
pub fn render(problems: &[Located], style: &Style) -> String {
    let mut out = String::new();
    let mut rest = &problems[..problems.len().min(MOST)];
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|p| p.source == first.source).count();
        let (these, others) = rest.split_at(same);
        let list: Vec<Problem> = these.iter().map(|p| p.problem.clone()).collect();
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&render_problems(&list, &first.source, style));
        rest = others;
    }
    if problems.len() > MOST {
        out.push_str(&format!("\n… and {}\n", crate::language::suggest::count(problems.len() - MOST, "more problem", "more problems")));
    }
    out
}

/// Problems on standard error.
pub fn problems(problems: &[Located]) {
    if !problems.is_empty() {
        err(&render(problems, &style_err()));
    }
}

/// A problem that lies in no text.
pub fn problem(problem: Problem) {
    problems(&[Located { source: Source::new("", ""), at: 0, problem }]);
}
