//! What a verification found, for reading and for programs.

use super::document::{Block, Document};
use crate::diagnostic::{Problem, Severity};
use crate::protocol::verify::{Check, DOES_NOT_PROVE, PROVES, Subject, Verdict, Verification};
use serde::Serialize;

/// A verification as a document.
pub fn document(plan: &str, found: &Verification) -> Document {
    let mut out = Document::default();
    out.push(Block::Heading(2, plan.to_owned()));
    let mut facts = Vec::new();
    if let Some(fingerprint) = found.fingerprint() {
        let draft = if found.locks.last().is_some_and(|l| l.draft) { ", a draft" } else { "" };
        facts.push(("fingerprint".to_owned(), format!("plan {fingerprint}{draft} (SHA-256, full in the lock)")));
    }
    if let Some(from) = found.locks.last().and_then(|l| l.declared.reconstructed.as_deref()) {
        facts.push(("kind".to_owned(), crate::protocol::lock::reconstructed(from)));
    }
    facts.push((
        "verdict".to_owned(),
        match found.verdict() {
            Verdict::Holds => "holds",
            Verdict::Warning => "holds, with a warning",
            Verdict::NotLocked => "not locked",
            Verdict::Changed => "does not hold",
        }
        .to_owned(),
    ));
    out.push(Block::Facts(facts));
    out.push_list(found.checks.iter().map(line).collect());
    for problem in found.checks.iter().flat_map(|c| &c.problems) {
        let mut text = problem.message.clone();
        if let Some(row) = problem.place.as_ref().and_then(|p| p.row).filter(|_| problem.is_error()) {
            text.push_str(&format!(" (line {row})"));
        }
        if let Some(help) = &problem.help {
            text.push_str(&format!(": {help}"));
        }
        out.push(Block::Note { code: problem.code.to_owned(), text });
        out.push_list(problem.details.clone());
    }
    out.push(Block::Heading(3, "What this shows".to_owned()));
    out.push_list(shows(found).into_iter().map(str::to_owned).collect());
    out.push(Block::Heading(3, "What it does not show".to_owned()));
    out.push_list(DOES_NOT_PROVE.map(str::to_owned).to_vec());
    out
}

/// What a verification shows.
fn shows(found: &Verification) -> Vec<&'static str> {
    match found.verdict() {
        Verdict::Holds | Verdict::Warning => PROVES.to_vec(),
        Verdict::NotLocked => vec!["Nothing yet: there is no lock that the plan could be held against."],
        Verdict::Changed => vec!["The files do not fit one another: what was changed, or is missing, is named above."],
    }
}

fn line(check: &Check) -> String {
    let subject = match check.subject {
        Subject::Plan => "plan",
        Subject::Lock => "lock",
        Subject::Chain => "chain",
        Subject::Receipt => "receipt",
        Subject::Journal => "journal",
        Subject::Stamp => "time stamp",
    };
    let verdict = match check.verdict() {
        Verdict::Holds => "",
        Verdict::Warning => "warning: ",
        Verdict::NotLocked => "NOT LOCKED: ",
        Verdict::Changed => "CHANGED: ",
    };
    format!("{verdict}{subject} {}: {}", check.file, check.words)
}

/// A verification as JSON.
#[derive(Debug, Serialize)]
pub struct VerificationJson {
    plan: String,
    holds: bool,
    verdict: Verdict,
    /// Whether the last lock is a draft.
    draft: bool,
    fingerprint: Option<String>,
    plan_sha256: Option<String>,
    locks: usize,
    checks: Vec<CheckJson>,
    shows: Vec<&'static str>,
    does_not_show: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct CheckJson {
    subject: Subject,
    file: String,
    verdict: Verdict,
    words: String,
    problems: Vec<ProblemJson>,
}

#[derive(Debug, Serialize)]
struct ProblemJson {
    severity: Severity,
    code: &'static str,
    message: String,
    help: Option<String>,
    line: Option<usize>,
    details: Vec<String>,
}

impl VerificationJson {
    /// Of what was found.
    pub fn of(plan: &str, found: &Verification) -> Self {
        let problem = |p: &Problem| ProblemJson {
            severity: p.severity,
            code: p.code,
            message: p.message.clone(),
            help: p.help.clone(),
            line: p.place.as_ref().and_then(|p| p.row),
            details: p.details.clone(),
        };
        let check = |c: &Check| CheckJson {
            subject: c.subject,
            file: c.file.clone(),
            verdict: c.verdict(),
            words: c.words.clone(),
            problems: c.problems.iter().map(problem).collect(),
        };
        VerificationJson {
            plan: plan.to_owned(),
            holds: found.holds(),
            verdict: found.verdict(),
            draft: found.locks.last().is_some_and(|l| l.draft),
            fingerprint: found.fingerprint(),
            plan_sha256: found.locks.last().map(|l| l.plan_sha256.clone()),
            locks: found.locks.len(),
            checks: found.checks.iter().map(check).collect(),
            shows: shows(found),
            does_not_show: DOES_NOT_PROVE.to_vec(),
        }
    }

    /// The document.
    pub fn render(&self) -> String {
        // Serialising into memory can't fail: keys are texts.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
