//! An audit as one HTML file: a document of the same words as the text, written by [`super::html`].

use super::audit::{agreement, hangs, reading, remarks, short, verdict};
use super::document::{Align, Block, Cell, Column, Document, Table};
use super::findings::counts;
use super::html::page;
use crate::audit::{Audit, Audited, Compared, FindingWithEffects};
use crate::diagnostic::{Problem, Severity};
use crate::number::{plural, significant};
use crate::validate::{Finding, rule};

/// The page.
pub fn audit_html(name: &str, audit: &Audit, problems: &[Problem]) -> String {
    let title = format!("Audit of {name}");
    page(&title, &document(&title, audit, problems))
}

/// What there is to say, before it is written.
fn document(title: &str, audit: &Audit, problems: &[Problem]) -> Document {
    let mut out = Document::default();
    out.push(Block::Heading(1, title.to_owned()));
    out.push(Block::Facts(summary(audit, problems)));
    if !problems.is_empty() {
        out.push(Block::Heading(2, "Reading the file".to_owned()));
        out.push_list(problems.iter().map(told).collect());
    }
    out.push(Block::Heading(2, "Analyses".to_owned()));
    for analysis in &audit.analyses {
        one(&mut out, analysis);
    }
    findings(&mut out, audit);
    out
}

/// What the whole comes to.
fn summary(audit: &Audit, problems: &[Problem]) -> Vec<(String, String)> {
    let found: Vec<Finding> = audit.findings.iter().map(|f| f.finding.clone()).collect();
    let data = format!("{} of {}", plural(audit.rows, "row", "rows"), plural(audit.studies, "study", "studies"));
    let mut facts = vec![("Analyses", audit.analyses.len().to_string()), ("Data", data)];
    facts.extend(reading(problems).map(|told| ("Reading", told)));
    let stored = audit.analyses.iter().any(|a| a.stored);
    facts.push(("Stored results", if stored { verdict(audit) } else { "none in the file".to_owned() }));
    facts.push(("Data checks", counts(&found)));
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A problem of reading, in a line.
fn told(problem: &Problem) -> String {
    let place = problem.place.as_ref().map(|p| format!("{p}: ")).unwrap_or_default();
    let help = problem.help.as_ref().map(|h| format!(". {h}")).unwrap_or_default();
    format!("{} {place}{}{help}", problem.code, problem.message)
}

fn one(out: &mut Document, analysis: &Audited) {
    out.push(Block::Heading(3, format!("{} {}", analysis.id, analysis.title).trim().to_owned()));
    if !analysis.settings.is_empty() {
        out.push(Block::Paragraph(analysis.settings.clone()));
    }
    out.push(Block::Paragraph(match &analysis.result {
        Ok(result) => format!("Computed: {}", short(result)),
        Err(why) => format!("Not pooled: {why}"),
    }));
    table(out, format!("Stored and computed results of {}", analysis.id), &analysis.compared);
    for group in &analysis.groups {
        out.push(Block::Heading(4, format!("Subgroup {}", group.name)));
        out.push(Block::Paragraph(match &group.result {
            Ok(result) => short(result),
            Err(why) => format!("Not pooled: {why}"),
        }));
        table(out, format!("Stored and computed results of {}, {}", analysis.id, group.name), &group.compared);
    }
    if analysis.study_numbers > 0 {
        let differ = match analysis.study_differences.len() {
            0 => "all agree".to_owned(),
            1 => "1 of them differs".to_owned(),
            n => format!("{n} of them differ"),
        };
        let numbers = plural(analysis.study_numbers, "number", "numbers");
        out.push(Block::Paragraph(format!("{numbers} of single studies compared, {differ}.")));
        let differing = analysis.study_differences.iter();
        out.push_list(
            differing
                .map(|(study, c)| format!("{study}, {}: stored {}, computed {}", c.name, c.stored, significant(c.computed, 10)))
                .collect(),
        );
    }
    out.push_list(remarks(analysis));
}

/// Stored and computed numbers side by side: what agrees and what differs is said in words.
fn table(out: &mut Document, caption: String, compared: &[Compared]) {
    if compared.is_empty() {
        return;
    }
    let column = |head: &str, align| Column::new(head, align);
    let columns = vec![
        column("Number", Align::Left),
        column("Stored", Align::Decimal),
        column("Computed", Align::Decimal),
        column("Verdict", Align::Left),
    ];
    let rows =
        compared.iter().map(|c| [c.name.to_owned(), c.stored.clone(), significant(c.computed, 10), agreement(c)].map(Cell::Text).to_vec());
    out.push(Block::Caption(caption));
    out.push(Block::Table(Table { columns, rows: rows.collect() }));
}

fn findings(out: &mut Document, audit: &Audit) {
    out.push(Block::Heading(2, "Findings and what hangs on them".to_owned()));
    if audit.findings.is_empty() {
        out.push(Block::Paragraph("Nothing found.".to_owned()));
    }
    let (open, settled): (Vec<_>, Vec<_>) = audit.findings.iter().partition(|f| f.finding.is_open());
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        for found in open.iter().filter(|f| f.finding.severity == severity) {
            finding(out, found);
        }
    }
    let settled = settled.into_iter().filter_map(|found| {
        let f = &found.finding;
        let d = f.disposition.as_ref()?;
        Some(format!("{} {}: {}, {} by {}: {}", f.code(), f.place, f.message, d.disposition.name(), d.by, d.reason))
    });
    let settled: Vec<String> = settled.collect();
    if !settled.is_empty() {
        out.push(Block::Heading(3, "Settled".to_owned()));
        out.push_list(settled);
    }
}

fn finding(out: &mut Document, found: &FindingWithEffects) {
    let f = &found.finding;
    let word = match f.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Note => "Note",
    };
    out.push(Block::Heading(3, format!("{word} {}: {}", f.code(), rule(f.rule).map_or("", |r| r.name))));
    out.push(Block::Paragraph(f.place.to_string()));
    out.push(Block::Paragraph(f.message.clone()));
    if !f.help.is_empty() {
        out.push(Block::Paragraph(format!("What to do: {}", f.help)));
    }
    out.push_list(found.effects.iter().map(hangs).collect());
}
