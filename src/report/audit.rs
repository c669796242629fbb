//! An audit, for reading and for programs.

use super::findings::{FindingJson, counts};
use super::style::{Paint, Style};
use super::width::wrap;
use crate::audit::{Audit, Audited, Compared, FindingEffect, Repooled};
use crate::diagnostic::{Problem, Severity};
use crate::number::{fixed, plural, significant};
use crate::validate::{Finding, rule};
use serde::Serialize;

/// An audit as text, with the count of what reading the file had to say.
pub fn audit_text(name: &str, audit: &Audit, problems: &[Problem], style: &Style) -> String {
    let found: Vec<Finding> = audit.findings.iter().map(|f| f.finding.clone()).collect();
    let mut out = format!(
        "{name}: {}, {} of {}\n",
        plural(audit.analyses.len(), "analysis", "analyses"),
        plural(audit.rows, "row", "rows"),
        plural(audit.studies, "study", "studies")
    );
    if let Some(reading) = reading(problems) {
        out.push_str(&format!("reading         {reading}, told at the end\n"));
    }
    if audit.analyses.iter().any(|a| a.listed) {
        out.push_str(&lines(&format!("stored results  {}", verdict(audit)), style.width, 0));
    }
    out.push_str(&format!("data checks     {}\n", counts(&found)));
    for analysis in &audit.analyses {
        out.push('\n');
        out.push_str(&one(analysis, style));
    }
    let told: Vec<_> = audit.findings.iter().filter(|f| f.finding.is_open() && f.finding.severity != Severity::Note).collect();
    if !told.is_empty() {
        out.push_str(&format!("\n{}\n", style.paint("findings and what hangs on them", Paint::Bold)));
    }
    for f in told {
        let word = if f.finding.severity == Severity::Error { "error" } else { "warning" };
        out.push_str(&format!("\n{word} {}  {}  [{}]\n", f.finding.code(), rule(f.finding.rule).map_or("", |r| r.name), f.finding.id));
        out.push_str(&lines(&f.finding.place.to_string(), style.width, 2));
        out.push_str(&lines(&f.finding.message, style.width, 2));
        for effect in &f.effects {
            out.push_str(&lines(&hangs(effect), style.width, 4));
        }
    }
    out
}

/// What comparing came to.
pub(super) fn verdict(audit: &Audit) -> String {
    let [compared, differ, not] = audit.numbers();
    let near = audit.analyses.iter().flat_map(|a| a.compared.iter().chain(a.groups.iter().flat_map(|g| &g.compared))).any(|c| c.near);
    let mut parts = Vec::new();
    if compared > 0 {
        let word = match (differ, near) {
            (0, false) => "all agree to the last digit".to_owned(),
            (0, true) => "all agree to the last digit (the p of Q to 1e-6, as far as RevMan computes it)".to_owned(),
            (1, _) => "1 does not agree".to_owned(),
            (n, _) => format!("{n} do not agree"),
        };
        parts.push(format!("{} compared: {word}", plural(compared, "number", "numbers")));
    }
    if not > 0 {
        // What is not known goes before what agrees, and after what does not.
        let text = format!("{} could not be compared", plural(not, "number", "numbers"));
        parts.insert(if differ == 0 { 0 } else { parts.len() }, text);
    }
    let without = audit.analyses.iter().filter(|a| a.listed && !a.stored).count();
    if without > 0 {
        parts.push(format!("the file holds no results of {}", plural(without, "analysis", "analyses")));
    }
    parts.join("; ")
}

/// How many errors and warnings reading gave.
pub(super) fn reading(problems: &[Problem]) -> Option<String> {
    let of = |severity: Severity| problems.iter().filter(|p| p.severity == severity).count();
    let counts = [(of(Severity::Error), "error", "errors"), (of(Severity::Warning), "warning", "warnings")];
    let parts: Vec<String> = counts.into_iter().filter(|(n, _, _)| *n > 0).map(|(n, one, many)| plural(n, one, many)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What is told of an analysis beside its numbers: what could not be compared, who is missing, and why numbers differ.
pub(super) fn remarks(analysis: &Audited) -> Vec<String> {
    let mut out = Vec::new();
    if analysis.listed && !analysis.stored {
        out.push("the file holds no results of it".to_owned());
    }
    if analysis.uncompared > 0 {
        out.push(format!("{} could not be compared", plural(analysis.uncompared, "stored number", "stored numbers")));
    }
    for left in &analysis.left_out {
        let stored = left.stored.as_ref().map_or_else(String::new, |effect| format!("; the file stores the effect {effect} for it"));
        out.push(format!("left out: {} ({}): {}{stored}", left.study, at(&left.place), left.why));
    }
    for m in &analysis.mismatches {
        let [e, l, u] = m.computed.map(|x| fixed(x, 2));
        let short = |text: &String| text.parse::<f64>().map_or_else(|_| text.clone(), |x| fixed(x, 2));
        let [stored, lower, upper] = m.stored.each_ref().map(short);
        out.push(format!(
            "{} ({}): {} gives {e} [{l}, {u}]; the file stores {stored} [{lower}, {upper}]",
            m.study,
            at(&m.place),
            m.entered
        ));
    }
    let own = |study: &str| analysis.mismatches.iter().any(|m| m.study == study);
    let weights = analysis.study_differences.iter().filter(|(study, c)| c.name == "weight" && !own(study)).count();
    if weights > 0 && !analysis.mismatches.is_empty() {
        out.push(format!(
            "{} of other studies follow{} from this",
            plural(weights, "weight", "weights"),
            if weights == 1 { "s" } else { "" }
        ));
    }
    out.extend(analysis.hints.iter().cloned());
    out
}

/// A line of a file, without the file.
fn at(place: &crate::diagnostic::Place) -> String {
    let whole = place.to_string();
    whole.strip_prefix(&place.file).map_or_else(|| whole.clone(), |rest| rest.trim_start_matches(", ").to_owned())
}

/// A pooled result in one line.
pub(super) fn short(r: &Repooled) -> String {
    let i2 = r.i2.map_or_else(String::new, |i2| format!(", I2 {}%", fixed(i2, 1)));
    format!("{} [{}, {}]{i2}, k {}", fixed(r.effect, 2), fixed(r.ci[0], 2), fixed(r.ci[1], 2), r.k)
}

/// The stored effect and its interval in short.
fn printed(compared: &[Compared]) -> String {
    let value = |name: &str| {
        let text = compared.iter().find(|c| c.name == name).map_or("", |c| c.stored.as_str());
        text.parse::<f64>().map_or_else(|_| text.to_owned(), |x| fixed(x, 2))
    };
    format!("{} [{}, {}]", value("effect"), value("ci_lower"), value("ci_upper"))
}

/// What a pooled result becomes.
pub(super) fn hangs(effect: &FindingEffect) -> String {
    let before = effect.before.as_ref().map_or_else(|| "no result".to_owned(), short);
    let after = effect.after.as_ref().map_or_else(Clone::clone, short);
    format!("{}: {before}; {} {after}", effect.analysis, effect.how)
}

fn one(analysis: &Audited, style: &Style) -> String {
    let title = if analysis.title.is_empty() { String::new() } else { format!("  {}", analysis.title) };
    let mut out = format!("{}{title}\n", style.paint(&analysis.id, Paint::Bold));
    if !analysis.settings.is_empty() {
        out.push_str(&lines(&analysis.settings, style.width, 2));
    }
    match &analysis.result {
        Ok(result) => {
            let total = |name: &str| analysis.compared.iter().find(|c| c.name == name && !c.agrees).map(|c| c.stored.as_str());
            let was = [total("effect"), total("ci_lower"), total("ci_upper")].iter().any(Option::is_some);
            let stored = if was { format!("; the file says {}", printed(&analysis.compared)) } else { String::new() };
            out.push_str(&lines(&format!("{}{stored}", short(result)), style.width, 2));
        }
        Err(why) => out.push_str(&lines(&format!("not pooled: {why}"), style.width, 2)),
    }
    out.push_str(&table(&analysis.compared, 2));
    for group in &analysis.groups {
        match &group.result {
            Ok(result) => out.push_str(&lines(&format!("subgroup {}: {}", group.name, short(result)), style.width, 2)),
            Err(why) => out.push_str(&lines(&format!("subgroup {}: not pooled: {why}", group.name), style.width, 2)),
        }
        out.push_str(&table(&group.compared, 4));
    }
    for remark in remarks(analysis) {
        out.push_str(&lines(&remark, style.width, 2));
    }
    if analysis.study_numbers > 0 {
        let n = plural(analysis.study_numbers, "number", "numbers");
        match analysis.study_differences.len() {
            0 => out.push_str(&format!("  {n} of single studies compared: all agree\n")),
            differ => out.push_str(&format!("  {n} of single studies compared: {differ} differ\n")),
        }
        // Where the studies' own effects agree, the weights that differ are told one by one.
        if analysis.mismatches.is_empty() {
            for (study, c) in analysis.study_differences.iter().take(10) {
                out.push_str(&format!("    {study}, {}: stored {}, computed {}\n", c.name, c.stored, significant(c.computed, 10)));
            }
        }
    }
    out
}

/// Whether two numbers agree, in words.
pub(super) fn agreement(c: &Compared) -> String {
    match (c.agrees, c.near) {
        (true, false) => "agrees".to_owned(),
        (true, true) => "agrees to 1e-6".to_owned(),
        (false, _) => format!("differs by {}", significant(c.difference, 2)),
    }
}

/// Stored and computed numbers side by side.
fn table(compared: &[Compared], indent: usize) -> String {
    let blank = " ".repeat(indent);
    let rows: Vec<[String; 4]> =
        compared.iter().map(|c| [c.name.to_owned(), c.stored.clone(), significant(c.computed, 10), agreement(c)]).collect();
    if rows.is_empty() {
        return String::new();
    }
    let head = ["", "stored", "computed", ""].map(str::to_owned);
    let width = |column: usize| std::iter::once(&head).chain(&rows).map(|r| r[column].chars().count()).max().unwrap_or(0);
    let [a, b, c] = [width(0), width(1), width(2)];
    std::iter::once(&head)
        .chain(&rows)
        .map(|r| format!("{blank}{:<a$}  {:>b$}  {:>c$}  {}", r[0], r[1], r[2], r[3]).trim_end().to_owned() + "\n")
        .collect()
}

fn lines(text: &str, width: usize, indent: usize) -> String {
    let blank = " ".repeat(indent);
    wrap(text, width.saturating_sub(indent).max(20), 2).iter().map(|line| format!("{blank}{line}\n")).collect()
}

/// The document of `weald audit --format json`.
#[derive(Debug, Serialize)]
pub struct AuditJson {
    file: String,
    rows: usize,
    studies: usize,
    analyses: Vec<AnalysisJson>,
    findings: Vec<AuditFindingJson>,
    diagnostics: Vec<serde_json::Value>,
    ok: bool,
}

#[derive(Debug, Serialize)]
struct AnalysisJson {
    id: String,
    title: String,
    settings: String,
    result: Option<ResultJson>,
    not_pooled: Option<String>,
    stored: bool,
    compared: Vec<ComparedJson>,
    groups: Vec<GroupJson>,
    study_numbers: usize,
    study_differences: Vec<StudyDifferenceJson>,
    mismatches: Vec<MismatchJson>,
    left_out: Vec<LeftOutJson>,
    uncompared: usize,
    hints: Vec<String>,
}

#[derive(Debug, Serialize)]
struct MismatchJson {
    study: String,
    place: crate::diagnostic::Place,
    entered: String,
    computed: [f64; 3],
    stored: [String; 3],
}

#[derive(Debug, Serialize)]
struct LeftOutJson {
    study: String,
    place: crate::diagnostic::Place,
    why: String,
    stored: Option<String>,
}

#[derive(Debug, Serialize)]
struct GroupJson {
    group: String,
    result: Option<ResultJson>,
    not_pooled: Option<String>,
    compared: Vec<ComparedJson>,
}

#[derive(Debug, Serialize)]
struct ComparedJson {
    field: &'static str,
    stored: String,
    computed: f64,
    difference: f64,
    agrees: bool,
}

#[derive(Debug, Serialize)]
struct StudyDifferenceJson {
    study: String,
    #[serde(flatten)]
    compared: ComparedJson,
}

#[derive(Debug, Serialize)]
struct ResultJson {
    k: usize,
    effect: f64,
    ci: [f64; 2],
    q: Option<f64>,
    df: f64,
    p_q: Option<f64>,
    i2_q: Option<f64>,
    tau2: Option<f64>,
    z: f64,
    p: f64,
}

#[derive(Debug, Serialize)]
struct AuditFindingJson {
    #[serde(flatten)]
    finding: FindingJson,
    effects: Vec<EffectJson>,
}

#[derive(Debug, Serialize)]
struct EffectJson {
    analysis: String,
    how: &'static str,
    before: Option<ResultJson>,
    after: Option<ResultJson>,
    why_not: Option<String>,
}

impl ResultJson {
    fn of(r: &Repooled) -> Self {
        ResultJson { k: r.k, effect: r.effect, ci: r.ci, q: r.q, df: r.df, p_q: r.p_q, i2_q: r.i2, tau2: r.tau2, z: r.z, p: r.p }
    }
}

impl ComparedJson {
    fn of(c: &Compared) -> Self {
        ComparedJson { field: c.name, stored: c.stored.clone(), computed: c.computed, difference: c.difference, agrees: c.agrees }
    }
}

impl MismatchJson {
    fn of(m: crate::audit::Mismatch) -> Self {
        MismatchJson { study: m.study, place: m.place, entered: m.entered, computed: m.computed, stored: m.stored }
    }
}

impl LeftOutJson {
    fn of(l: crate::audit::LeftOut) -> Self {
        LeftOutJson { study: l.study, place: l.place, why: l.why, stored: l.stored }
    }
}

impl AuditJson {
    /// An audit, and what reading the file had to say.
    pub fn of(file: &str, audit: &Audit, problems: &[Problem]) -> Self {
        let analyses = audit
            .analyses
            .iter()
            .map(|a| AnalysisJson {
                id: a.id.clone(),
                title: a.title.clone(),
                settings: a.settings.clone(),
                result: a.result.as_ref().ok().map(ResultJson::of),
                not_pooled: a.result.as_ref().err().cloned(),
                stored: a.stored,
                compared: a.compared.iter().map(ComparedJson::of).collect(),
                groups: a
                    .groups
                    .iter()
                    .map(|g| GroupJson {
                        group: g.name.clone(),
                        result: g.result.as_ref().ok().map(ResultJson::of),
                        not_pooled: g.result.as_ref().err().cloned(),
                        compared: g.compared.iter().map(ComparedJson::of).collect(),
                    })
                    .collect(),
                study_numbers: a.study_numbers,
                study_differences: a
                    .study_differences
                    .iter()
                    .map(|(study, c)| StudyDifferenceJson { study: study.clone(), compared: ComparedJson::of(c) })
                    .collect(),
                mismatches: a.mismatches.iter().cloned().map(MismatchJson::of).collect(),
                left_out: a.left_out.iter().cloned().map(LeftOutJson::of).collect(),
                uncompared: a.uncompared,
                hints: a.hints.clone(),
            })
            .collect();
        let findings = audit
            .findings
            .iter()
            .map(|f| AuditFindingJson {
                finding: FindingJson::of(&f.finding),
                effects: f
                    .effects
                    .iter()
                    .map(|e| EffectJson {
                        analysis: e.analysis.clone(),
                        how: e.how,
                        before: e.before.as_ref().map(ResultJson::of),
                        after: e.after.as_ref().ok().map(ResultJson::of),
                        why_not: e.after.as_ref().err().cloned(),
                    })
                    .collect(),
            })
            .collect();
        let diagnostics = problems
            .iter()
            .map(|p| serde_json::json!({"severity": p.severity, "code": p.code, "message": p.message, "help": p.help, "place": p.place}))
            .collect();
        let ok = !audit.has_errors() && !problems.iter().any(Problem::is_error);
        AuditJson { file: file.to_owned(), rows: audit.rows, studies: audit.studies, analyses, findings, diagnostics, ok }
    }

    /// As text, indented.
    pub fn render(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
