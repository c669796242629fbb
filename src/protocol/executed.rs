//! What a script that follows a plan has run: one analysis at a time.

use super::deviation::ReasonCode;
use super::obstacle::Obstacle;
use super::record::Record;
use super::role::Role;

/// One analysis as it was run.
#[derive(Debug, Clone, PartialEq)]
pub struct Executed {
    /// What it was, resolved; outcomes, timepoints and arms under the names of the plan.
    pub record: Record,
    /// The name it is bound to.
    pub name: Option<String>,
    /// The statement.
    pub statement: String,
    /// Its line in the script, from 1.
    pub line: usize,
    /// The planned analysis it was run as: `run P1`.
    pub ran: Option<String>,
    /// `explore …`, `sensitivity …`: declared to stand in the place of nothing planned.
    pub declared: Option<Role>,
    /// Why it is not as planned: `because CODE "…"`.
    pub because: Option<Reason>,
    /// Why studies were left out or kept: `exclude A because "…"`.
    pub steps: Vec<Reason>,
    /// The planned criterion that a reason cites: `because criterion S2 "…"`.
    pub cites: Option<String>,
    /// What the outcome is called in the script, where that is not its role in the plan.
    pub claims: Option<Role>,
    /// What came of it.
    pub facts: Facts,
}

/// A reason, and what a person says of its time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reason {
    /// One of the list.
    pub code: Option<ReasonCode>,
    /// In words.
    pub text: String,
    /// `before results`, …; none where it is not stated.
    pub when: Option<Timing>,
}

/// When a change was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timing {
    /// Before the search.
    BeforeSearch,
    /// Before data were extracted.
    BeforeExtraction,
    /// Before results were seen.
    BeforeResults,
    /// After results were seen.
    AfterResults,
}

impl Timing {
    /// All of them.
    pub const ALL: [Timing; 4] = [Timing::BeforeSearch, Timing::BeforeExtraction, Timing::BeforeResults, Timing::AfterResults];

    /// In words, as scripts have it.
    pub fn words(self) -> &'static str {
        match self {
            Timing::BeforeSearch => "before search",
            Timing::BeforeExtraction => "before extraction",
            Timing::BeforeResults => "before results",
            Timing::AfterResults => "after results",
        }
    }
}

/// What is known of an analysis on today's data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// The effects that entered: study, effect, variance; sorted. None for what pools nothing of its own.
    pub effects: Option<Vec<UsedEffect>>,
    /// Estimate, lower and upper limit, on the analysis scale.
    pub result: Option<[f64; 3]>,
    /// Model, interval and prediction interval as a rule or the statement settled them.
    pub methods: Option<Vec<String>>,
    /// Whether effects were pooled.
    pub pooled: Option<bool>,
    /// The rule that chose, its branch and values, in words: `pooling→reml ci hksj, k = 6`.
    pub rule: Option<String>,
    /// Whether the condition under which it is to be run holds, with the condition and its values in words.
    pub gate: Option<(bool, String)>,
    /// Why it can't be done with these data.
    pub impossible: Option<Obstacle>,
    /// A condition that selects no study, in words.
    pub empty: Option<String>,
}

/// An effect that entered.
#[derive(Debug, Clone, PartialEq)]
pub struct UsedEffect {
    /// The study.
    pub study: String,
    /// The effect, on the analysis scale.
    pub yi: f64,
    /// Its sampling variance.
    pub vi: f64,
}

impl Facts {
    /// The studies that entered, each once, in order.
    pub fn studies(&self) -> Vec<&str> {
        let mut studies: Vec<&str> = self.effects.iter().flatten().map(|e| e.study.as_str()).collect();
        studies.sort_unstable();
        studies.dedup();
        studies
    }

    /// Whether two analyses took the same studies; none where that is not known of both.
    pub fn same_studies(&self, other: &Facts) -> Option<bool> {
        (self.effects.is_some() && other.effects.is_some()).then(|| self.studies() == other.studies())
    }
}
