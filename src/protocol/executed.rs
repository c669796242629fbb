//! What a script that follows a plan has run: one analysis at a time.

use super::deviation::ReasonCode;
use super::obstacle::Obstacle;
use super::record::{Field, Record};
use super::role::Role;
use std::collections::{BTreeMap, BTreeSet};

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
    /// Who judged that it applies.
    pub judged_by: Option<String>,
    /// Role and importance of the outcome in the plan and in the script, where they are not the same.
    pub claims: Option<Claim>,
    /// The named analysis that it derives from: `P1 model dl` from P1.
    pub base: Option<String>,
    /// What came of it.
    pub facts: Facts,
}

/// What an outcome is called otherwise than in the plan: its role, its importance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its role in the plan.
    pub of: String,
    /// In the plan.
    pub registered: String,
    /// In the data and the script.
    pub executed: String,
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
    /// Estimate and prediction interval, on the analysis scale.
    pub prediction: Option<[f64; 3]>,
    /// Estimate and cluster-robust interval, on the analysis scale.
    pub robust: Option<[f64; 3]>,
    /// I2, in per cent.
    pub i2: Option<f64>,
    /// How effects are pooled, as a rule or the statement settled it.
    pub settled: Option<Vec<Field>>,
    /// Which of several eligible results was taken of each trial that left a choice, where a rule chose.
    pub places: Vec<ChosenPlace>,
    /// Studies that a rule's loop left out as outliers.
    pub dropped: Vec<String>,
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

/// The place of the chosen among the eligible results of a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenPlace {
    /// The trial.
    pub trial: String,
    /// How many could be chosen, at least 2.
    pub eligible: usize,
    /// 1 the most favourable; equal ones share their mean rank.
    pub rank: f64,
    /// From 0, the least favourable, to 1.
    pub position: f64,
}

/// An effect that entered.
#[derive(Debug, Clone, PartialEq)]
pub struct UsedEffect {
    /// The study, or the trial where effects of several of its reports were combined.
    pub study: String,
    /// The trial it belongs to.
    pub trial: String,
    /// The studies behind it, in order.
    pub reports: Vec<String>,
    /// The effect, on the analysis scale.
    pub yi: f64,
    /// Its sampling variance.
    pub vi: f64,
}

impl Facts {
    /// The studies that entered, each once, in order.
    pub fn studies(&self) -> Vec<&str> {
        let mut studies: Vec<&str> = self.effects.iter().flatten().flat_map(|e| &e.reports).map(String::as_str).collect();
        studies.sort_unstable();
        studies.dedup();
        studies
    }

    /// The studies that speak for each trial, in order.
    pub fn reports(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut trials: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for effect in self.effects.iter().flatten() {
            trials.entry(&effect.trial).or_default().extend(effect.reports.iter().map(String::as_str));
        }
        trials
    }

    /// Whether two analyses took the same studies; none where that is not known of both.
    pub fn same_studies(&self, other: &Facts) -> Option<bool> {
        (self.effects.is_some() && other.effects.is_some()).then(|| self.studies() == other.studies())
    }
}
