//! A review's analyses computed again: beside what its file stores, and with and without
//! each finding of the data checks.

mod compare;
mod left_out;
mod plan;
mod repool;
mod single;

pub use compare::{Compared, agrees, compare};
pub use left_out::LeftOut;
pub use repool::{Line, LineResult, RandomBy, Repooled, Settings, Way, repool};
pub use single::Mismatch;

use crate::stats::dist::chi2_sf;
use crate::stats::heterogeneity::i2_from_q;
use crate::stats::math::sum;
use crate::store::{Store, StoredAnalysis, Totals};
use crate::validate::{Finding, Repair, validate};
use plan::Task;
use std::collections::BTreeMap;

/// An audit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Audit {
    /// Rows of the data.
    pub rows: usize,
    /// Studies of the data.
    pub studies: usize,
    /// The analyses, in order.
    pub analyses: Vec<Audited>,
    /// The findings of the checks.
    pub findings: Vec<FindingWithEffects>,
}

/// One analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct Audited {
    /// Its number, such as `1.1`; for a store without stored analyses, outcome, time and set.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How it is pooled, in words.
    pub settings: String,
    /// The result, or why there is none.
    pub result: Result<Repooled, String>,
    /// Stored numbers beside computed ones.
    pub compared: Vec<Compared>,
    /// Subgroups likewise.
    pub groups: Vec<AuditedGroup>,
    /// Numbers of single studies that were compared, and those that do not agree.
    pub study_numbers: usize,
    /// Those that do not agree, with the study.
    pub study_differences: Vec<(String, Compared)>,
    /// Why they do not, study by study.
    pub mismatches: Vec<Mismatch>,
    /// Studies without an effect here that the file does not call not estimable.
    pub left_out: Vec<LeftOut>,
    /// Stored numbers that could not be compared.
    pub uncompared: usize,
    /// What may explain that numbers differ.
    pub hints: Vec<String>,
    /// Whether it is an analysis of the file, and not one made here.
    pub listed: bool,
    /// Whether the file stores results for it.
    pub stored: bool,
}

/// A subgroup.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditedGroup {
    /// Its name.
    pub name: String,
    /// The result, or why there is none.
    pub result: Result<Repooled, String>,
    /// Stored numbers beside computed ones.
    pub compared: Vec<Compared>,
}

/// A finding, and what hangs on it.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingWithEffects {
    /// The finding.
    pub finding: Finding,
    /// The analyses that hold its rows.
    pub effects: Vec<FindingEffect>,
}

/// A pooled result with and without the rows of a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingEffect {
    /// The analysis.
    pub analysis: String,
    /// As it stands.
    pub before: Option<Repooled>,
    /// Otherwise.
    pub after: Result<Repooled, String>,
    /// What `after` is: without the row, or with its other reading.
    pub how: &'static str,
}

impl Audited {
    /// How many compared numbers do not agree.
    pub fn differences(&self) -> usize {
        let groups = self.groups.iter().flat_map(|g| &g.compared);
        self.compared.iter().chain(groups).filter(|c| !c.agrees).count() + self.study_differences.len()
    }

    /// How many numbers were compared.
    pub fn numbers(&self) -> usize {
        self.compared.len() + self.groups.iter().map(|g| g.compared.len()).sum::<usize>() + self.study_numbers
    }
}

impl Audit {
    /// Stored numbers that were compared, that do not agree, and that could not be compared.
    pub fn numbers(&self) -> [usize; 3] {
        let of = |count: fn(&Audited) -> usize| self.analyses.iter().map(count).sum();
        [of(Audited::numbers), of(Audited::differences), of(|a| a.uncompared)]
    }

    /// Whether an error is open or a stored result is not what its data and settings give.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|f| f.finding.is_open_error()) || self.analyses.iter().any(|a| a.differences() > 0 || a.uncompared > 0)
    }
}

/// Audits a store: its stored analyses if it has any, else one for each outcome, time and set.
///
/// ```
/// use weald::store::{Memory, open};
/// let csv = "study,outcome,events1,n1,events2,n2\nA,death,4,123,11,139\nB,death,6,306,29,303\n";
/// let store = open(&Memory::new().with("a.csv", csv), "a.csv").store.unwrap();
/// let audit = weald::audit::audit(&store);
/// assert_eq!(audit.analyses.len(), 1);
/// assert_eq!(audit.analyses[0].result.as_ref().unwrap().k, 2);
/// ```
pub fn audit(store: &Store) -> Audit {
    let tasks = plan::tasks(store);
    let analyses = tasks.iter().map(|task| audited(store, task)).collect::<Vec<_>>();
    let mut by_row: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, task) in tasks.iter().enumerate() {
        for line in &task.lines {
            by_row.entry(line.row).or_default().push(index);
        }
    }
    let findings = validate(store).into_iter().map(|finding| with_effects(finding, &tasks, &analyses, &by_row)).collect();
    Audit { rows: store.rows.len(), studies: store.study_names().len(), analyses, findings }
}

fn audited(store: &Store, task: &Task) -> Audited {
    let mut out = Audited {
        id: task.id.clone(),
        title: task.title.clone(),
        settings: task.words.clone(),
        result: Err(String::new()),
        compared: Vec::new(),
        groups: Vec::new(),
        study_numbers: 0,
        study_differences: Vec::new(),
        mismatches: Vec::new(),
        left_out: Vec::new(),
        uncompared: 0,
        hints: Vec::new(),
        listed: task.stored.is_some(),
        stored: task.stored.is_some_and(has_results),
    };
    match (&task.settings, task.stored) {
        (Err(why), stored) => {
            out.result = Err(why.clone());
            out.uncompared = stored.map_or(0, numbers_of);
        }
        (Ok(settings), None) => out.result = repool(settings, &task.lines),
        (Ok(settings), Some(stored)) => {
            compared_with(store, task, stored, settings, &mut out);
            if out.differences() > 0 {
                otherwise_settled(store, task, stored, settings, &mut out);
            }
            out.hints.extend(scale_hint(settings, &out));
        }
    }
    out
}

/// Whether a file stores results of an analysis, more than its counts.
fn has_results(stored: &StoredAnalysis) -> bool {
    let any = |results: &indexmap::IndexMap<String, crate::store::Cell>| results.contains_key("effect");
    any(&stored.results) || stored.subgroups.iter().any(|g| any(&g.results)) || stored.studies.iter().any(|s| any(&s.results))
}

/// All numbers that a file stores of an analysis.
fn numbers_of(stored: &StoredAnalysis) -> usize {
    let groups: usize = stored.subgroups.iter().map(|g| g.results.len()).sum();
    let studies: usize = stored.studies.iter().filter(|s| !s.left_out).map(|s| s.results.len()).sum();
    groups + studies + if stored.totals == Totals::All { stored.results.len() } else { 0 }
}

/// Pools an analysis and sets its numbers beside the stored ones.
fn compared_with(store: &Store, task: &Task, stored: &StoredAnalysis, settings: &Settings, out: &mut Audited) {
    let known = left_out::known(store, task);
    out.result = repool(settings, &task.lines);
    out.left_out = left_out::left_out(settings, &known);
    let whole = out.result.clone().ok().filter(|_| stored.totals == Totals::All);
    if let Some(found) = &whole {
        out.compared = left_out::counted(&stored.results, settings, &known, found);
        out.compared.extend(compare(&stored.results, found));
    } else if stored.totals == Totals::All && stored.results.contains_key("effect") {
        out.uncompared += stored.results.len();
    }
    for group in &stored.subgroups {
        let of = |s: &crate::store::StoredStudy| s.group.as_deref() == Some(group.name.as_str());
        let members: Vec<_> = left_out::known(store, task).into_iter().filter(|k| of(k.stored)).collect();
        let lines: Vec<Line> = members.iter().filter(|k| !k.stored.left_out).map(|k| *k.line).collect();
        let result = repool(settings, &lines);
        let compared = match &result {
            Ok(found) => {
                let mut all = left_out::counted(&group.results, settings, &members, found);
                all.extend(compare(&group.results, found));
                all
            }
            Err(_) => {
                out.uncompared += if group.results.contains_key("effect") { group.results.len() } else { 0 };
                Vec::new()
            }
        };
        out.groups.push(AuditedGroup { name: group.name.clone(), result, compared });
    }
    if whole.is_some() {
        between(stored, out);
    }
    single::studies(task, stored, settings, &known, out);
}

/// Where numbers differ and the file does not say how random effects are pooled, the ways of later
/// versions are tried; one under which every number agrees is the one it was.
fn otherwise_settled(store: &Store, task: &Task, stored: &StoredAnalysis, settings: &Settings, out: &mut Audited) {
    for other in settings.others(stored) {
        let mut again = Audited {
            settings: format!("{} (not said in the file: its numbers are these)", plan::words(&other, stored)),
            groups: Vec::new(),
            study_numbers: 0,
            study_differences: Vec::new(),
            mismatches: Vec::new(),
            uncompared: 0,
            ..out.clone()
        };
        compared_with(store, task, stored, &other, &mut again);
        if again.differences() == 0 && again.result.is_ok() {
            *out = again;
            return;
        }
    }
}

/// A stored effect that is the exponential or the logarithm of the computed one.
fn scale_hint(settings: &Settings, out: &Audited) -> Option<String> {
    let effect = out.compared.iter().find(|c| c.name == "effect" && !c.agrees)?;
    let stored = crate::store::Cell::parse(&effect.stored, crate::store::Style::default()).ok()?;
    let (exp, ln) = (crate::stats::math::exp(effect.computed), crate::stats::math::ln(effect.computed));
    if !settings.ratio && agrees(&stored, exp) {
        Some(
            "the stored effect is the exponential of the computed one: the estimates are logarithms, and the file does not say so"
                .to_owned(),
        )
    } else if settings.ratio && effect.computed > 0.0 && agrees(&stored, ln) {
        Some(
            "the stored effect is the logarithm of the computed one: the estimates are no logarithms, and the file says they are"
                .to_owned(),
        )
    } else {
        None
    }
}

/// The test of subgroup differences: Q of the subgroups' estimates.
fn between(stored: &StoredAnalysis, out: &mut Audited) {
    let results: Vec<&Repooled> = out.groups.iter().filter_map(|g| g.result.as_ref().ok()).collect();
    if results.len() < 2 {
        return;
    }
    let weight = |r: &&Repooled| 1.0 / (r.se * r.se);
    let total = sum(results.iter().map(weight));
    let mean = sum(results.iter().map(|r| weight(r) * r.estimate)) / total;
    let q = sum(results.iter().map(|r| weight(r) * (r.estimate - mean) * (r.estimate - mean)));
    let df = results.len() as f64 - 1.0;
    for (name, value) in [("q_between", q), ("df_between", df), ("p_between", chi2_sf(q, df)), ("i2_between", i2_from_q(q, df))] {
        if let Some(cell) = stored.results.get(name) {
            out.compared.extend(compare::one(name, cell, value));
        }
    }
}

/// What each pooled result would be without the rows of a finding, or with their other reading.
fn with_effects(finding: Finding, tasks: &[Task], analyses: &[Audited], by_row: &BTreeMap<usize, Vec<usize>>) -> FindingWithEffects {
    let Some(row) = finding.row else { return FindingWithEffects { finding, effects: Vec::new() } };
    let mut effects = Vec::new();
    for index in by_row.get(&row).into_iter().flatten() {
        let (Some(task), Some(analysis)) = (tasks.get(*index), analyses.get(*index)) else { continue };
        let Ok(settings) = &task.settings else { continue };
        let before = analysis.result.as_ref().ok().cloned();
        let contributes = task
            .lines
            .iter()
            .position(|l| l.row == row)
            .is_some_and(|at| before.as_ref().is_none_or(|b| b.lines.get(at).is_some_and(Option::is_some)));
        if !contributes {
            continue;
        }
        let (how, lines) = match finding.repair {
            Some(repair) => {
                ("read otherwise", task.lines.iter().map(|l| if l.row == row { otherwise(*l, repair) } else { *l }).collect::<Vec<_>>())
            }
            None => ("without the row", task.lines.iter().filter(|l| l.row != row).copied().collect()),
        };
        effects.push(FindingEffect { analysis: task.id.clone(), before, after: repool(settings, &lines), how });
    }
    FindingWithEffects { finding, effects }
}

/// A row with SDs for standard errors, or the reverse.
fn otherwise(mut line: Line, repair: Repair) -> Line {
    let i = &mut line.input;
    match repair {
        Repair::SdIsSe => (i.se1, i.se2, i.sd1, i.sd2) = (i.sd1, i.sd2, None, None),
        Repair::SeIsSd => (i.sd1, i.sd2, i.se1, i.se2) = (i.se1, i.se2, None, None),
    }
    line
}
