//! Plans before data: what was locked, and what a plan says of the items of protocols.

use super::document::{Align, Block, Cell, Column, Document, Table};
use super::style::Style;
use super::{Hints, markdown, text};
use crate::eval::outcome::{Outcome, RuleAnalysis};
use crate::number::plural;
use crate::protocol::compare::PLAN_SILENT;
use crate::protocol::completeness::{Coverage, Item, Registry};
use crate::protocol::lock::{Lock, reconstructed};
use crate::protocol::{Key, Plan};
use serde::Serialize;

/// What is said when a plan is locked.
pub struct LockReport<'a> {
    /// The lock's file.
    pub file: &'a str,
    /// The lock.
    pub lock: &'a Lock,
    /// What can be said of its rules.
    pub rules: &'a [RuleAnalysis],
    /// What would have stood in its way, were it no draft.
    pub stops: Vec<String>,
    /// Warnings.
    pub diagnostics: Vec<super::json::DiagnosticJson>,
}

impl LockReport<'_> {
    /// For a terminal.
    pub fn text(&self, style: &Style) -> String {
        text::render(&locked(self), style)
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        markdown::render(&locked(self))
    }

    /// For programs; the lock itself is JSON too, and holds all of the plan.
    pub fn json(&self) -> String {
        let lock = self.lock;
        let rules: Vec<Outcome> = self.rules.iter().map(|r| Outcome::RuleAnalysis(Box::new(r.clone()))).collect();
        render(&serde_json::json!({
            "weald": super::json::VERSION,
            "ok": true,
            "file": self.file,
            "draft": lock.draft,
            "sealed": lock.sealed,
            "fingerprint": lock.fingerprint(),
            "plan_sha256": lock.plan_sha256,
            "previous_lock": lock.previous_lock,
            "amendment": lock.amendment,
            "declared": lock.declared,
            "store_at_lock": lock.store_at_lock,
            "analyses": lock.plan.analyses,
            "not_chosen": defaults(&lock.plan),
            "open": opened(self),
            "accepted": lock.plan.accepted,
            "rules": rules,
            "diagnostics": self.diagnostics,
        }))
    }
}

/// What a program reads where a plan was not locked.
pub fn refused_json(plan: &str, diagnostics: Vec<super::json::DiagnosticJson>) -> String {
    render(&serde_json::json!({ "weald": super::json::VERSION, "ok": false, "plan": plan, "diagnostics": diagnostics }))
}

fn render(value: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// What is left open, what would stop a lock that is no draft first.
fn opened(report: &LockReport) -> Vec<String> {
    report.stops.iter().chain(report.lock.plan.open.iter().filter(|o| !report.stops.contains(o))).cloned().collect()
}

fn locked(report: &LockReport) -> Document {
    let lock = report.lock;
    let mut out = Document::default();
    let (title, draft) = if lock.draft { (", as a draft", ", a draft") } else { ("", "") };
    out.push(Block::Heading(1, format!("{}: locked{title}", report.file)));
    let mut facts = vec![
        ("fingerprint".to_owned(), format!("plan {}{draft}", lock.fingerprint())),
        ("plan_sha256".to_owned(), lock.plan_sha256.clone()),
    ];
    if lock.draft {
        let why = "it leaves open what it needs, does not resolve or does not run, as listed below; the lock of the whole plan follows it";
        facts.push(("draft".to_owned(), why.to_owned()));
    }
    if let Some(from) = &lock.declared.reconstructed {
        facts.push(("kind".to_owned(), reconstructed(from)));
    }
    let mut fact = |name: &str, value: Option<String>| facts.extend(value.map(|v| (name.to_owned(), v)));
    fact("stage", lock.declared.stage.clone());
    let on = lock.declared.on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
    let by = |seen: &String| format!("{seen}, declared by {}{on}", lock.declared.by.join(", "));
    fact("results seen", lock.declared.results_seen.as_ref().map(by));
    fact("data", Some(data(lock)));
    fact("amendment", lock.amendment.as_ref().map(|a| format!("{} of {}: {}", a.id, a.date, a.reason)));
    fact("sealed", lock.sealed.then(|| sealing(lock)));
    out.push(Block::Facts(facts));
    out.push(Block::Heading(2, "Planned".into()));
    out.push(planned(&lock.plan));
    let open = opened(report);
    for (title, lines) in [
        ("Plan silent", silent(&lock.plan)),
        ("Not chosen by the authors", defaults(&lock.plan)),
        ("Left open", open),
        ("Warnings accepted", lock.plan.accepted.clone()),
    ] {
        if !lines.is_empty() {
            out.push(Block::Heading(2, title.into()));
            out.push(Block::List(lines));
        }
    }
    for rule in report.rules {
        out.blocks.extend(super::compose::document(&Outcome::RuleAnalysis(Box::new(rule.clone())), &Hints::default()).blocks);
    }
    let verify = "`weald verify` says what a lock shows and what it does not.";
    out.push(Block::Paragraph(if lock.draft {
        format!("A draft is not for a registry: complete the plan and lock it again. {verify}")
    } else if lock.declared.reconstructed.is_some() {
        format!("A plan that was reconstructed is no registration: its lock keeps what the published text states. {verify}")
    } else {
        format!("Paste `plan {}` into the registry record. {verify}", lock.fingerprint())
    }));
    out
}

/// Until when planned estimates are hidden.
fn sealing(lock: &Lock) -> String {
    // A plan that says `seal` is sealed until its lock; `weald lock --seal` goes on after it.
    let of_the_plan = lock.plan.declared.get("sealed").is_some();
    if of_the_plan && !lock.sealed_after {
        "the plan says `seal`: planned estimates were hidden before this lock, and are shown from now on".to_owned()
    } else {
        "planned estimates stay hidden until `weald unseal`".to_owned()
    }
}

fn data(lock: &Lock) -> String {
    let held = &lock.store_at_lock;
    if held.snapshot_sha256.is_none() {
        return "not looked at (`--store STORE` records their counts)".into();
    }
    let rows: Vec<String> = held.result_rows.iter().map(|(outcome, n)| format!("{outcome} {n}")).collect();
    let rows = if rows.is_empty() { "no result rows".to_owned() } else { format!("result rows: {}", rows.join(", ")) };
    format!("{}; {rows}", plural(held.studies, "study", "studies"))
}

fn planned(plan: &Plan) -> Block {
    let columns = ["id", "role", "of", "statement"].map(|h| Column::new(h, Align::Left)).to_vec();
    let rows = plan
        .analyses
        .iter()
        .map(|p| {
            let gate = p.record.field(Key::Gate).map(|f| format!(" {}", f.words)).unwrap_or_default();
            let cells =
                [p.id.clone(), p.role.name().replace('_', "-"), p.parent.clone().unwrap_or_default(), format!("{}{gate}", p.statement)];
            cells.into_iter().map(Cell::Text).collect()
        })
        .collect();
    Block::Table(Table { columns, rows })
}

/// Every value that comes from the edition or from conventions, with the analyses it holds for.
fn defaults(plan: &Plan) -> Vec<String> {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for planned in plan.analyses.iter().filter(|p| p.record.of.is_none()) {
        for field in planned.record.fields.iter().filter(|f| is_default(&f.origin)) {
            let text = format!("{} {} ({})", words(field.key), field.words, root(&field.origin));
            match lines.iter_mut().find(|(t, _)| *t == text) {
                Some((_, ids)) => ids.push(&planned.id),
                None => lines.push((text, vec![&planned.id])),
            }
        }
    }
    lines.into_iter().map(|(text, ids)| format!("{text}: {}", ids.join(", "))).collect()
}

/// What a reconstructed plan does not state, with the analyses it holds for.
fn silent(plan: &Plan) -> Vec<String> {
    let mut lines: Vec<(&str, Vec<&str>)> = Vec::new();
    for planned in plan.analyses.iter().filter(|p| p.record.of.is_none()) {
        for field in planned.record.fields.iter().filter(|f| f.origin == PLAN_SILENT) {
            let text = words(field.key).trim_end_matches(':');
            match lines.iter_mut().find(|(t, _)| *t == text) {
                Some((_, ids)) => ids.push(&planned.id),
                None => lines.push((text, vec![&planned.id])),
            }
        }
    }
    lines.into_iter().map(|(text, ids)| format!("{text}: {}", ids.join(", "))).collect()
}

/// Whether nobody chose a value, by its origin.
fn is_default(origin: &str) -> bool {
    let root = root(origin);
    root.starts_with("edition ") || root.starts_with("conventions ")
}

/// `inherited from P1 (edition 2026)` is of the edition.
fn root(origin: &str) -> &str {
    origin.rsplit_once('(').map_or(origin, |(_, inner)| inner.trim_end_matches(')'))
}

/// What a field is about.
fn words(key: Key) -> &'static str {
    match key {
        Key::Measure => "effect measure",
        Key::Zero => "zero cells:",
        Key::Model => "model",
        Key::Tau2Estimator => "tau2 estimator",
        Key::Ci => "confidence interval",
        Key::Pi => "prediction interval",
        Key::Level => "level",
        Key::I2 => "I2",
        Key::Robust => "cluster-robust errors",
        Key::UnitOfAnalysis => "several effects of one trial:",
        Key::Hierarchy => "hierarchy of results:",
        Key::MissingData => "missing data:",
        _ => "setting",
    }
}

/// `weald check` of a plan.
#[derive(Debug, Serialize)]
pub struct CheckReport<'a> {
    /// Weald's version.
    pub weald: &'static str,
    /// The plan's file.
    pub plan: &'a str,
    /// No error, and nothing left open that it needs.
    pub ok: bool,
    /// The fingerprint it would be locked with.
    pub fingerprint: String,
    /// Errors, warnings and notes.
    pub diagnostics: Vec<super::json::DiagnosticJson>,
    /// The items of PRISMA-P and the registries.
    pub items: &'a [Item],
    /// Texts to paste.
    pub registries: &'a [Registry],
    /// Left open.
    pub open: &'a [String],
    /// The planned analyses, every default filled in.
    pub analyses: &'a Plan,
    /// What the plan was reconstructed from, if it was.
    pub reconstructed: Option<String>,
}

impl CheckReport<'_> {
    fn document(&self) -> Document {
        let mut out = Document::default();
        out.push(Block::Heading(1, format!("{}: plan {}", self.plan, self.fingerprint)));
        if let Some(from) = &self.reconstructed {
            out.push(Block::Paragraph(format!("A plan {}.", reconstructed(from))));
        }
        out.push(planned(self.analyses));
        let count = |c: Coverage| self.items.iter().filter(|i| i.coverage == c).count();
        out.push(Block::Heading(2, "Completeness".into()));
        out.push(Block::Paragraph(format!(
            "{} of {} items stated, {} defaulted, {} missing.",
            count(Coverage::Stated),
            self.items.len(),
            count(Coverage::Defaulted),
            count(Coverage::Missing)
        )));
        out.push(completeness(self.items));
        out.push(Block::Paragraph(format!("{} PROSPERO is numbered as in its form until 2024.", crate::protocol::completeness::BY_HAND)));
        let missing: Vec<String> = self
            .items
            .iter()
            .filter(|i| i.coverage != Coverage::Stated && !i.write.is_empty())
            .map(|i| format!("{}: {}", i.content, i.write))
            .collect();
        if !missing.is_empty() {
            out.push(Block::Heading(2, "How to state the others".into()));
            out.push(Block::List(missing));
        }
        for (title, lines) in [("Plan silent", silent(self.analyses)), ("Not chosen by the authors", defaults(self.analyses))] {
            if !lines.is_empty() {
                out.push(Block::Heading(2, title.into()));
                out.push(Block::List(lines));
            }
        }
        if !self.open.is_empty() {
            out.push(Block::Heading(2, "Left open".into()));
            out.push(Block::List(self.open.to_vec()));
        }
        for registry in self.registries {
            out.push(Block::Heading(2, format!("To paste into {}", registry.name)));
            for field in &registry.fields {
                out.push(Block::Heading(3, field.field.to_owned()));
                for line in field.text.lines() {
                    out.push(Block::Paragraph(line.to_owned()));
                }
            }
        }
        out
    }

    /// For a terminal.
    pub fn text(&self, style: &Style) -> String {
        text::render(&self.document(), style)
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        markdown::render(&self.document())
    }

    /// For programs.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

fn completeness(items: &[Item]) -> Block {
    let mut columns = vec![Column::new("item", Align::Left), Column::new("", Align::Left)];
    columns.push(Column::dispensable("PRISMA-P", Align::Left, 1));
    columns.push(Column::dispensable("PROSPERO", Align::Left, 2));
    columns.push(Column::dispensable("INPLASY", Align::Left, 3));
    columns.push(Column::dispensable("OSF", Align::Left, 4));
    let rows = items
        .iter()
        .map(|i| [i.content, i.coverage.name(), i.prisma_p, i.prospero, i.inplasy, i.osf].into_iter().map(Cell::text).collect())
        .collect();
    Block::Table(Table { columns, rows })
}
