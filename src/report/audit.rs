//! An audit, for reading and for programs.

use super::findings::{FindingJson, counts};
use super::style::{Paint, Style};
use super::width::wrap;
use crate::audit::{Audit, Audited, Compared, FindingEffect, Repooled};
use crate::diagnostic::{Problem, Severity};
use crate::number::{fixed, plural, significant};
use crate::validate::{Finding, rule};
use serde::Serialize;

/// An audit as text.
pub fn audit_text(name: &str, audit: &Audit, style: &Style) -> String {
    let found: Vec<Finding> = audit.findings.iter().map(|f| f.finding.clone()).collect();
    let mut out = format!(
        "{name}: {}, {} of {}\n",
        plural(audit.analyses.len(), "analysis", "analyses"),
        plural(audit.rows, "row", "rows"),
        plural(audit.studies, "study", "studies")
    );
    let stored: usize = audit.analyses.iter().filter(|a| a.stored).count();
    let numbers: usize = audit.analyses.iter().map(Audited::numbers).sum();
    let differ: usize = audit.analyses.iter().map(Audited::differences).sum();
    if stored > 0 {
        let verdict = match differ {
            0 => "all agree to the last digit".to_owned(),
            n => format!("{} not agree", if n == 1 { "1 does".to_owned() } else { format!("{n} do") }),
        };
        out.push_str(&format!("stored results  {} compared: {verdict}\n", plural(numbers, "number", "numbers")));
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
    if analysis.study_numbers > 0 {
        let n = plural(analysis.study_numbers, "number", "numbers");
        match analysis.study_differences.as_slice() {
            [] => out.push_str(&format!("  {n} of single studies compared: all agree\n")),
            differ => {
                out.push_str(&format!("  {n} of single studies compared: {} differ\n", differ.len()));
                for (study, c) in differ.iter().take(10) {
                    out.push_str(&format!("    {study}, {}: stored {}, computed {}\n", c.name, c.stored, significant(c.computed, 10)));
                }
            }
        }
    } else if !analysis.stored && !analysis.compared.is_empty() {
        out.push_str("  the file stores no results\n");
    }
    out
}

/// Stored and computed numbers side by side.
fn table(compared: &[Compared], indent: usize) -> String {
    let blank = " ".repeat(indent);
    let rows: Vec<[String; 4]> = compared
        .iter()
        .map(|c| {
            let verdict = if c.agrees { "agrees".to_owned() } else { format!("differs by {}", significant(c.difference, 2)) };
            [c.name.to_owned(), c.stored.clone(), significant(c.computed, 10), verdict]
        })
        .collect();
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
