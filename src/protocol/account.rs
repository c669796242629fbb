//! What became of a plan: labels of all analyses, what was not done, and what stands beside it.

use super::amendments::Amended;
use super::deviation::{Deviation, Effect};
use super::executed::{Executed, Reason};
use super::label::{Label, label_all};
use super::matching::Known;
use super::obstacle::{Obstacle, Source};
use super::plan::Planned;
use super::record::{Code, Grade, Key};
use super::role::{Role, Status};
use super::version::Versions;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    /// One for each executed analysis, in their order.
    pub labels: Vec<Label>,
    /// Planned analyses that were not run, nor anything in their place.
    pub not_done: Vec<NotDone>,
    /// Planned analyses whose condition does not hold, or selects no study.
    pub condition_false: Vec<(String, String)>,
    /// Planned analyses beside an unplanned one that differs from it in one part of the question.
    pub similar: Vec<Similar>,
}

/// A planned analysis that was not done.
#[derive(Debug, Clone, PartialEq)]
pub struct NotDone {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub role: Role,
    /// Its code.
    pub code: Code,
    /// Why: computed, or given by a person. None where neither is known.
    pub reason: Option<String>,
    /// What stood in its way and is no reason, since a person can settle it.
    pub obstacle: Option<String>,
    /// The code a person gave.
    pub reason_code: Option<super::deviation::ReasonCode>,
    /// When it was decided, where that is stated.
    pub when: Option<super::executed::Timing>,
}

/// `Not run as registered; a similar unregistered analysis was run.`
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// The planned analysis.
    pub planned: String,
    /// Where the other stands among the executed ones.
    pub executed: usize,
    /// The field in which they differ.
    pub field: Key,
    /// As registered.
    pub registered: String,
    /// As run.
    pub run: String,
}

/// What a person says of planned analyses that will not be done, by id: `omit P4 because CODE "…"`.
pub type Omitted = BTreeMap<String, Reason>;

/// Makes up the account of a script.
pub fn account(executed: &[Executed], versions: &Versions, known: &Known, criteria: &BTreeSet<String>, omitted: &Omitted) -> Account {
    let labels = label_all(executed, versions, known, criteria);
    let in_place = |id: &str| labels.iter().any(|l| l.stands_for() == Some(id));
    let mut account = Account::default();
    for planned in versions.analyses().map(|f| f.planned) {
        let facts = known.get(&planned.id);
        let condition = facts.and_then(|f| f.gate.as_ref()).filter(|g| !g.0).map(|g| g.1.clone());
        if let Some(empty) = facts.and_then(|f| f.empty.clone()) {
            account.condition_false.push((planned.id.clone(), empty));
        }
        if in_place(&planned.id) {
            // It has been run, and there was nothing to run it on.
            if let Some(none) =
                facts.and_then(|f| f.impossible.clone()).filter(|why| matches!(why.from, Source::NoStudy | Source::OtherName))
            {
                account.not_done.push(not_done(planned, Some(none), omitted.get(&planned.id), versions));
            }
            continue;
        }
        match condition {
            Some(condition) => account.condition_false.push((planned.id.clone(), condition)),
            None => account.not_done.push(not_done(planned, facts.and_then(|f| f.impossible.clone()), omitted.get(&planned.id), versions)),
        }
    }
    let own_question = |n: &&NotDone| matches!(n.role, Role::Primary | Role::Secondary);
    account.similar =
        account.not_done.iter().filter(own_question).filter_map(|n| similar(versions.planned(&n.id)?, executed, &labels)).collect();
    account.labels = labels;
    account
}

impl Label {
    /// The planned analysis that was run, or in whose place this one stands.
    pub fn stands_for(&self) -> Option<&str> {
        let row = self.note.as_deref().is_some_and(|n| n.starts_with("row of "));
        let stands = matches!(self.status, Status::PreSpecified | Status::Amended | Status::Clarified | Status::Deviation) && !row;
        self.plan.as_deref().filter(|_| stands)
    }
}

fn not_done(planned: &Planned, impossible: Option<Obstacle>, given: Option<&Reason>, versions: &Versions) -> NotDone {
    let others = |key: Key| {
        let value = planned.record.root().field(key).map(|f| &f.value);
        versions.analyses().any(|f| f.planned.id != planned.id && f.planned.record.root().field(key).map(|f| &f.value) == value)
    };
    let question = if !others(Key::Outcome) {
        Key::Outcome
    } else if !others(Key::Timepoint) {
        Key::Timepoint
    } else if !others(Key::Comparison) {
        Key::Comparison
    } else {
        Key::Outcome
    };
    let computed = impossible.as_ref().filter(|o| o.explains());
    NotDone {
        id: planned.id.clone(),
        role: planned.role,
        code: Code::dropped(planned.role, question),
        reason: computed.map(|o| o.words.clone()).or_else(|| given.map(|r| r.text.clone())),
        obstacle: impossible.as_ref().filter(|o| !o.explains()).map(|o| o.words.clone()),
        reason_code: given.and_then(|r| r.code),
        when: given.and_then(|r| r.when),
    }
}

/// The one analysis beside the plan that differs from a planned one in one part of the question.
fn similar(planned: &Planned, executed: &[Executed], labels: &[Label]) -> Option<Similar> {
    // What belongs to a planned analysis replaces no other.
    let beside = |l: &Label| l.status == Status::PostHoc && l.plan.is_none();
    let mut found = executed.iter().enumerate().filter(|(i, run)| {
        labels.get(*i).is_some_and(beside)
            && run.record.kind == planned.record.kind
            && run.record.has_subgroups() == planned.record.has_subgroups()
    });
    let mut differing = found.by_ref().filter_map(|(i, run)| {
        let question = super::compare::question_differences(&planned.record, &run.record);
        let [one] = question.as_slice() else { return None };
        Some(Similar {
            planned: planned.id.clone(),
            executed: i,
            field: one.key,
            registered: one.registered.map(|f| f.words.clone()).unwrap_or_default(),
            run: one.executed.map(|f| f.words.clone()).unwrap_or_default(),
        })
    });
    let one = differing.next()?;
    differing.next().is_none().then_some(one)
}

impl Account {
    /// Whether nothing waits for a reason: no deviation of severity E or M, no primary or secondary analysis not done.
    pub fn is_complete(&self) -> bool {
        let explained = |l: &Label| l.status != Status::Deviation || !l.deviations.iter().any(Deviation::is_unexplained);
        self.labels.iter().all(explained) && self.not_done.iter().all(|n| !n.is_unexplained())
    }

    /// The rows of the table 'Differences between protocol and review', in its order: role and question first, then
    /// what is material, after results before the rest, then what was not done, clarified and technical.
    pub fn differences<'a>(&'a self, executed: &'a [Executed], versions: &'a Versions) -> Vec<Row<'a>> {
        let mut rows: Vec<Row> = Vec::new();
        for (label, run) in self.labels.iter().zip(executed) {
            for deviation in &label.deviations {
                rows.push(Row::Deviation {
                    plan: label.plan.as_deref().unwrap_or_default(),
                    status: label.status,
                    line: run.line,
                    deviation,
                });
            }
        }
        rows.extend(self.not_done.iter().map(Row::NotDone));
        rows.extend(versions.amended().into_iter().map(Row::Amended));
        rows.sort_by_key(Row::rank);
        rows
    }

    /// The analyses beside the plan, those of one code and one planned analysis together, with their lines.
    pub fn additions<'a>(&'a self, executed: &'a [Executed]) -> Vec<Addition<'a>> {
        let mut out: Vec<Addition> = Vec::new();
        for (label, run) in self.labels.iter().zip(executed) {
            let (Some(code), Some(role)) = (label.added, label.role) else { continue };
            let plan = label.plan.as_deref();
            match out.iter_mut().find(|a| a.code == code && a.plan == plan && a.role == role && a.is_said_as(run)) {
                Some(one) => one.runs.push(run),
                None => out.push(Addition { code, role, plan, runs: vec![run] }),
            }
        }
        out.sort_by_key(|a| a.code.severity());
        out
    }
}

impl Addition<'_> {
    /// Whether it was asked for in the same words, as in a loop, and for the same reason.
    fn is_said_as(&self, run: &Executed) -> bool {
        self.runs.first().is_some_and(|first| first.statement == run.statement && first.because == run.because)
    }
}

impl NotDone {
    /// Whether a reason is asked for.
    pub fn is_unexplained(&self) -> bool {
        self.reason.is_none() && matches!(self.role, Role::Primary | Role::Secondary)
    }
}

/// A row of the table of differences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Row<'a> {
    /// A field that differs.
    Deviation {
        /// The planned analysis.
        plan: &'a str,
        /// `deviation`, `amended`, `clarified`, or, for technicalities, `pre_specified`.
        status: Status,
        /// The line of the script.
        line: usize,
        /// The difference.
        deviation: &'a Deviation,
    },
    /// A planned analysis that was not done.
    NotDone(&'a NotDone),
    /// One that an amendment added or took out.
    Amended(Amended<'a>),
}

impl Row<'_> {
    /// Its place in the table.
    fn rank(&self) -> (u8, u8) {
        match self {
            Row::Deviation { deviation, .. } => match (deviation.code, deviation.severity) {
                (Code::Role, _) => (0, 0),
                (_, Grade::E) => (0, 1),
                (_, Grade::M) => (1, u8::from(deviation.when.is_some_and(|w| w != "after results"))),
                (_, Grade::N) => (2, 0),
                (_, Grade::C) => (3, 0),
                (_, Grade::T) => (4, 0),
            },
            Row::NotDone(n) => (2, n.role as u8),
            Row::Amended(a) => (if a.amendment.after_results { 1 } else { 2 }, 0),
        }
    }
}

/// Analyses beside the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Addition<'a> {
    /// `SEN+`, `SUB+`, `OUT+`, …
    pub code: Code,
    /// What they are for.
    pub role: Role,
    /// The planned analysis they belong to.
    pub plan: Option<&'a str>,
    /// They themselves.
    pub runs: Vec<&'a Executed>,
}

impl Effect {
    /// Whether the interval includes a value, as registered and as run.
    pub fn includes(&self, value: f64) -> Option<(bool, bool)> {
        let includes = |[_, low, high]: [f64; 3]| low <= value && high >= value;
        Some((includes(self.registered?), includes(self.executed?)))
    }
}
