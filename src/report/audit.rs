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
pub fn audit_text(name: &str, audit: &Audit, problems: &[Problem], style: &Style) -> String {
    let found: Vec<Finding> = audit.findings.iter().map(|f| f.finding.clone()).collect();
    let mut out = format!(
        "{name}: {}, {} of {}\n",
        plural(audit.analyses.len(), "analysis", "analyses"),
        plural(audit.rows, "row", "rows"),
        plural(audit.studies, "study", "studies")
    );
    if let Some(told) = reading(problems) {
        out.push_str(&format!("reading         {told}\n"));
    }
    if let Some(told) = stored(audit) {
        out.push_str(&format!("stored results  {told}\n"));
    }
    out.push_str(&format!("data checks     {}\n", counts(&found)));
    for analysis in &audit.analyses {
        out.push('\n');
        out.push_str(&one(analysis, stored(audit).is_some(), style));
    }
    if audit.analyses.iter().any(|a| a.numbers() > 0) {
        out.push_str(&format!("\n{}", lines(AGREES, style.width, 0)));
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

/// What reading the file had to say, counted.
pub(super) fn reading(problems: &[Problem]) -> Option<String> {
    let errors = problems.iter().filter(|p| p.is_error()).count();
    let warnings = problems.iter().filter(|p| p.severity == Severity::Warning).count();
    let parts: Vec<String> = [(errors, "error", "errors"), (warnings, "warning", "warnings")]
        .into_iter()
        .filter(|(n, _, _)| *n > 0)
        .map(|(n, one, many)| plural(n, one, many))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What became of the stored results; `None` if the file stores none.
pub(super) fn stored(audit: &Audit) -> Option<String> {
    let numbers: usize = audit.analyses.iter().map(Audited::numbers).sum();
    let differ: usize = audit.analyses.iter().map(Audited::differences).sum();
    let not: usize = audit.analyses.iter().map(|a| a.not_compared).sum();
    if numbers + not == 0 {
        return None;
    }
    let verdict = match differ {
        0 if numbers == 0 => String::new(),
        0 => ": all agree".to_owned(),
        1 => ": 1 does not agree".to_owned(),
        n => format!(": {n} do not agree"),
    };
    let rest = if not == 0 { String::new() } else { format!("; {not} could not be computed again") };
    Some(format!("{} compared{verdict}{rest}", plural(numbers, "number", "numbers")))
}

/// When a stored number counts as the computed one.
pub(super) const AGREES: &str =
    "a stored number agrees if the computed one rounds to it, or to 1e-8; the p of Q to 1e-6, as finely as RevMan computes it";

/// Studies that give no effect, in words.
pub(super) fn gone(analysis: &Audited) -> Vec<String> {
    let told = |l: &crate::audit::LeftOut| {
        let stored = if l.stored { ", though the file stores its effect" } else { "" };
        let entered = if l.entered.is_empty() { "no numbers".to_owned() } else { l.entered.clone() };
        format!("left out: {} ({}; {entered}) gives no effect{stored}", l.study, l.place)
    };
    analysis.left_out.iter().map(told).collect()
}

/// The numbers of single studies that differ: by study, and weights that only follow from others in one line.
pub(super) fn differing(analysis: &Audited) -> Vec<String> {
    let own = analysis.study_differences.iter().filter(|d| d.compared.name != "weight");
    let mut out: Vec<String> = own
        .clone()
        .map(|d| {
            let c = &d.compared;
            let computed = significant(c.computed, 10);
            format!("{} ({}; {}), {}: stored {}, computed {computed}", d.study, d.place, d.entered, c.name, c.stored)
        })
        .collect();
    let wrong: std::collections::BTreeSet<&str> = own.map(|d| d.study.as_str()).collect();
    let weights: Vec<&crate::audit::StudyDifference> = analysis.study_differences.iter().filter(|d| d.compared.name == "weight").collect();
    if wrong.is_empty() {
        out.extend(weights.iter().map(|d| {
            let c = &d.compared;
            format!("{} ({}), weight: stored {}, computed {}", d.study, d.place, c.stored, significant(c.computed, 10))
        }));
    } else if !weights.is_empty() {
        out.push(format!("{} with them", plural(weights.len(), "weight differs", "weights differ")));
    }
    out
}

/// What there is to say where nothing is compared.
pub(super) fn nothing_stored(analysis: &Audited, audit_stores: bool) -> Option<&'static str> {
    (audit_stores && !analysis.stored && analysis.not_compared == 0).then_some("the file holds no results of it")
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

fn one(analysis: &Audited, audit_stores: bool, style: &Style) -> String {
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
        match analysis.study_differences.len() {
            0 => out.push_str(&format!("  {n} of single studies compared: all agree\n")),
            1 => out.push_str(&format!("  {n} of single studies compared: 1 differs\n")),
            differ => out.push_str(&format!("  {n} of single studies compared: {differ} differ\n")),
        }
        let told = differing(analysis);
        out.extend(told.iter().take(MOST).map(|line| lines(line, style.width, 4)));
        if told.len() > MOST {
            out.push_str(&format!("    and {} more; `--format json` has all\n", told.len() - MOST));
        }
    }
    if let Some(told) = nothing_stored(analysis, audit_stores) {
        out.push_str(&lines(told, style.width, 2));
    }
    out.extend(gone(analysis).iter().map(|line| lines(line, style.width, 2)));
    out
}

/// How many differing numbers of studies are told.
const MOST: usize = 10;

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
    left_out: Vec<LeftOutJson>,
    not_compared: usize,
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
    place: String,
    entered: String,
    #[serde(flatten)]
    compared: ComparedJson,
}

#[derive(Debug, Serialize)]
struct LeftOutJson {
    study: String,
    place: String,
    entered: String,
    stored: bool,
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
                    .map(|d| StudyDifferenceJson {
                        study: d.study.clone(),
                        place: d.place.clone(),
                        entered: d.entered.clone(),
                        compared: ComparedJson::of(&d.compared),
                    })
                    .collect(),
                left_out: a
                    .left_out
                    .iter()
                    .map(|l| LeftOutJson { study: l.study.clone(), place: l.place.clone(), entered: l.entered.clone(), stored: l.stored })
                    .collect(),
                not_compared: a.not_compared,
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
