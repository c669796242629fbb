//! Findings of the data checks, for reading and for programs.

use super::style::{Paint, Style};
use super::width::wrap;
use crate::diagnostic::{Problem, Severity};
use crate::number::plural;
use crate::validate::{Finding, rule};
use serde::Serialize;

/// How many findings of one rule are told one by one.
const EACH: usize = 12;

/// Findings as text: what was looked at, then each with its place, and what to do.
pub fn findings_text(name: &str, rows: usize, studies: usize, found: &[Finding], style: &Style) -> String {
    let mut out = format!("{name}: {} of {}, {}\n", plural(rows, "row", "rows"), plural(studies, "study", "studies"), counts(found));
    let mut told: std::collections::BTreeMap<u8, usize> = std::collections::BTreeMap::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        for finding in found.iter().filter(|f| f.severity == severity && f.is_open()) {
            let count = told.entry(finding.rule).or_default();
            *count += 1;
            if *count <= EACH {
                out.push('\n');
                out.push_str(&one(finding, style));
            }
        }
    }
    for (number, count) in told.into_iter().filter(|(_, count)| *count > EACH) {
        let name = rule(number).map_or("", |r| r.name);
        let more = plural(count - EACH, "more finding", "more findings");
        out.push_str(&format!("\n… and {more} of rule {number} ({name}); `--format json` has all\n"));
    }
    let settled: Vec<&Finding> = found.iter().filter(|f| !f.is_open()).collect();
    if !settled.is_empty() {
        out.push_str("\nsettled\n");
        for finding in settled {
            if let Some(d) = &finding.disposition {
                let line = format!("{} {}, {} by {}: {}", finding.code(), finding.message, d.disposition.name(), d.by, d.reason);
                out.push_str(&lines(&line, style.width, 2));
            }
        }
    }
    out
}

/// `2 errors, 1 warning and no notes`.
pub fn counts(found: &[Finding]) -> String {
    let of = |severity: Severity| found.iter().filter(|f| f.severity == severity && f.is_open()).count();
    let parts: Vec<String> =
        [(Severity::Error, "error", "errors"), (Severity::Warning, "warning", "warnings"), (Severity::Note, "note", "notes")]
            .into_iter()
            .filter(|(s, _, _)| of(*s) > 0)
            .map(|(s, one, many)| plural(of(s), one, many))
            .collect();
    if parts.is_empty() { "nothing found".to_owned() } else { parts.join(", ") }
}

/// One finding.
fn one(finding: &Finding, style: &Style) -> String {
    let (word, paint) = match finding.severity {
        Severity::Error => ("error", Paint::Bold),
        Severity::Warning => ("warning", Paint::Yellow),
        Severity::Note => ("note", Paint::Dim),
    };
    let name = rule(finding.rule).map_or("", |r| r.name);
    let place = finding.place.to_string();
    let mut out =
        format!("{} {}  {name}  {}\n", style.paint(word, paint), finding.code(), style.paint(&format!("[{}]", finding.id), Paint::Dim));
    if !place.is_empty() {
        out.push_str(&lines(&place, style.width, 2));
    }
    out.push_str(&lines(&finding.message, style.width, 2));
    if !finding.help.is_empty() {
        out.push_str(&lines(&format!("→ {}", finding.help), style.width, 2));
    }
    out
}

/// A text in lines, indented.
fn lines(text: &str, width: usize, indent: usize) -> String {
    let blank = " ".repeat(indent);
    wrap(text, width.saturating_sub(indent).max(20), 0).iter().map(|line| format!("{blank}{line}\n")).collect()
}

/// The document of `weald validate --format json`.
#[derive(Debug, Serialize)]
pub struct FindingsJson {
    findings: Vec<FindingJson>,
    rows: usize,
}

/// One finding as JSON.
#[derive(Debug, Serialize)]
pub struct FindingJson {
    code: String,
    severity: Severity,
    rule: Option<u8>,
    name: Option<&'static str>,
    file: String,
    row: Option<usize>,
    column: Option<String>,
    study: Option<String>,
    message: String,
    help: Option<String>,
    id: Option<String>,
    disposition: Option<crate::store::Disposition>,
}

impl FindingJson {
    /// From a finding.
    pub fn of(finding: &Finding) -> Self {
        FindingJson {
            code: finding.code(),
            severity: finding.severity,
            rule: Some(finding.rule),
            name: rule(finding.rule).map(|r| r.name),
            file: finding.place.file.clone(),
            row: finding.place.row,
            column: finding.place.column.clone(),
            study: finding.study.clone(),
            message: finding.message.clone(),
            help: Some(finding.help.clone()).filter(|h| !h.is_empty()),
            id: Some(finding.id.clone()),
            disposition: finding.disposition.clone(),
        }
    }

    /// From a problem of reading, which has no rule.
    fn reading(problem: &Problem) -> Self {
        let place = problem.place.clone().unwrap_or_default();
        FindingJson {
            code: problem.code.to_owned(),
            severity: problem.severity,
            rule: None,
            name: None,
            file: place.file,
            row: place.row,
            column: place.column,
            study: None,
            message: problem.message.clone(),
            help: problem.help.clone(),
            id: None,
            disposition: None,
        }
    }
}

impl FindingsJson {
    /// What the rules found, and before it what is wrong with the file itself.
    pub fn of(found: &[Finding], reading: &[Problem], rows: usize) -> Self {
        FindingsJson { findings: reading.iter().map(FindingJson::reading).chain(found.iter().map(FindingJson::of)).collect(), rows }
    }

    /// As text, indented.
    pub fn render(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
