//! A review's analyses computed again: beside what its file stores, and with and without
//! each finding of the data checks.

mod compare;
mod plan;
mod repool;

pub use compare::{Compared, agrees, compare};
pub use repool::{Line, LineResult, Repooled, Settings, Way, repool};

use crate::stats::dist::chi2_sf;
use crate::stats::heterogeneity::i2_from_q;
use crate::stats::math::sum;
use crate::store::{Row, Store, StoredAnalysis, Totals};
use crate::validate::{Finding, Repair, validate};
use plan::Task;
use std::collections::BTreeMap;

/// An audit.
#[derive(Debug, Clone, PartialEq)]
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
    /// Those that do not agree.
    pub study_differences: Vec<StudyDifference>,
    /// Studies that belong to the analysis and give no effect here.
    pub left_out: Vec<LeftOut>,
    /// Stored numbers beside which nothing could be computed.
    pub not_compared: usize,
    /// Whether the file stores results for it.
    pub stored: bool,
}

/// A number of one study that is not what its row gives.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyDifference {
    /// The study.
    pub study: String,
    /// The file and line of its row.
    pub place: String,
    /// The numbers of its row, as entered.
    pub entered: String,
    /// Stored and computed.
    pub compared: Compared,
}

/// A study that gives no effect here.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// The study.
    pub study: String,
    /// The file and line of its row.
    pub place: String,
    /// The numbers of its row, as entered.
    pub entered: String,
    /// Whether the file stores an effect of it all the same.
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

    /// Whether everything that the file stores could be computed again, and is the same.
    pub fn holds(&self) -> bool {
        self.differences() == 0 && self.not_compared == 0
    }

    /// How many numbers were compared.
    pub fn numbers(&self) -> usize {
        self.compared.len() + self.groups.iter().map(|g| g.compared.len()).sum::<usize>() + self.study_numbers
    }
}

impl Audit {
    /// Whether an error is open, or a stored result is not what its data and settings give.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|f| f.finding.is_open_error()) || !self.analyses.iter().all(Audited::holds)
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
        left_out: Vec::new(),
        not_compared: 0,
        stored: task.stored.is_some_and(|s| !s.results.is_empty() || s.subgroups.iter().any(|g| !g.results.is_empty())),
    };
    let settings = match &task.settings {
        Ok(settings) => settings,
        Err(why) => {
            out.result = Err(why.clone());
            out.not_compared = task.stored.map_or(0, held);
            return out;
        }
    };
    out.result = repool(settings, &task.lines);
    if let Ok(found) = &out.result {
        let gone = task.lines.iter().zip(&found.lines).filter(|(_, result)| result.is_none()).map(|(line, _)| line.row);
        out.left_out = gone.filter_map(|row| left_out(store, task, row)).collect();
    }
    let Some(stored) = task.stored else { return out };
    // A study that the file has in its total, and that is not in this one.
    out.not_compared = out.left_out.iter().filter(|l| l.stored).count();
    if out.result.is_err() {
        out.not_compared = held(stored);
        return out;
    }
    let whole = out.result.as_ref().ok().filter(|_| stored.totals == Totals::All);
    if let Some(found) = whole {
        out.compared = compare(&stored.results, found);
    }
    for group in &stored.subgroups {
        let lines: Vec<Line> = stored
            .studies
            .iter()
            .zip(&task.all)
            .filter(|(s, _)| s.group.as_deref() == Some(group.name.as_str()) && !s.left_out)
            .map(|(_, line)| *line)
            .collect();
        let result = repool(settings, &lines);
        let compared = result.as_ref().map(|found| compare(&group.results, found)).unwrap_or_default();
        out.groups.push(AuditedGroup { name: group.name.clone(), result, compared });
    }
    if whole.is_some() {
        between(stored, &mut out);
    }
    studies(store, stored, task, settings, &mut out);
    out
}

/// How many numbers an analysis stores.
fn held(stored: &StoredAnalysis) -> usize {
    let groups: usize = stored.subgroups.iter().map(|g| g.results.len()).sum();
    stored.results.len() + groups + stored.studies.iter().map(|s| s.results.len()).sum::<usize>()
}

/// A row's numbers, as entered.
fn entered(row: &Row) -> String {
    row.values.iter().map(|(name, cell)| format!("{name} {}", cell.text)).collect::<Vec<_>>().join(", ")
}

/// The study of a row that gives no effect.
fn left_out(store: &Store, task: &Task, row: usize) -> Option<LeftOut> {
    let of = store.rows.get(row)?;
    let at = task.all.iter().position(|line| line.row == row);
    let stored = at.zip(task.stored).and_then(|(at, s)| s.studies.get(at)).is_some_and(|s| !s.left_out && s.results.contains_key("effect"));
    Some(LeftOut { study: of.study.clone(), place: of.origin.to_string(), entered: entered(of), stored })
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

/// Each study's own line.
fn studies(store: &Store, stored: &StoredAnalysis, task: &Task, settings: &Settings, out: &mut Audited) {
    let Ok(found) = repool(settings, &task.all) else { return };
    let weights: BTreeMap<usize, f64> = match &out.result {
        Ok(whole) if stored.totals == Totals::All => {
            task.lines.iter().zip(&whole.lines).filter_map(|(line, r)| Some((line.row, r.as_ref()?.weight?))).collect()
        }
        _ => BTreeMap::new(),
    };
    for ((of_study, line), result) in stored.studies.iter().zip(&task.all).zip(&found.lines) {
        let Some(result) = result else { continue };
        let row = store.rows.get(line.row);
        let weight = weights.get(&line.row).copied();
        let numbers = [
            ("effect", Some(result.effect)),
            ("ci_lower", Some(result.ci[0])),
            ("ci_upper", Some(result.ci[1])),
            ("se", Some(result.se)),
            ("weight", weight),
        ];
        for (name, value) in numbers {
            let (Some(cell), Some(value)) = (of_study.results.get(name), value) else { continue };
            if let Some(compared) = compare::one(name, cell, value) {
                out.study_numbers += 1;
                if !compared.agrees {
                    out.study_differences.push(StudyDifference {
                        study: row.map_or(of_study.study.as_str(), |r| r.study.as_str()).to_owned(),
                        place: row.map(|r| r.origin.to_string()).unwrap_or_default(),
                        entered: row.map(entered).unwrap_or_default(),
                        compared,
                    });
                }
            }
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
