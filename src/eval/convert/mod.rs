//! Rows converted by the declared rules before effects are made of them, each step kept.
//!
//! Order: results of the first period, changes from baseline, missing SDs, several arms,
//! clusters, people who crossed over. A converted row keeps every step with the numbers before
//! and after it.

mod baseline;
mod cluster;
mod crossover;
mod multiarm;
mod sds;

pub use cluster::unused;

use super::candidates::Candidate;
use super::state::State;
use crate::language::conversions::{Cluster, Conversions, Corr, Crossover, Impute, MultiArm};
use crate::language::spec::AnalysisSpec;
use crate::stats::effect::{Effect, EffectNote, Input, Measure, Options, two_groups};
use indexmap::IndexMap;
use serde::Serialize;

/// One step of a row on its way to an effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conversion {
    /// The rule's word.
    pub rule: &'static str,
    /// What was done, with its numbers.
    pub text: String,
    /// Columns that changed: before and after.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub values: IndexMap<&'static str, [Option<f64>; 2]>,
}

/// A row that is no longer as it stands in the store.
#[derive(Debug, Clone)]
pub struct Converted {
    /// Its numbers now.
    pub input: Input,
    /// What its variance is multiplied by.
    pub inflation: f64,
    /// Its effect, where a rule has made it.
    pub effect: Option<Effect>,
    /// Step by step.
    pub history: Vec<Conversion>,
}

impl Converted {
    /// Changes the numbers and keeps what was done.
    fn step(&mut self, rule: &'static str, text: String, change: impl FnOnce(&mut Input)) {
        let before = self.input;
        change(&mut self.input);
        let mut values = IndexMap::new();
        for column in Input::COLUMNS {
            let (old, new) = (before.get(column), self.input.get(column));
            if old != new {
                values.insert(*column, [old, new]);
            }
        }
        self.history.push(Conversion { rule, text, values });
    }
}

impl Candidate {
    /// Its numbers, as far as they have been converted.
    pub fn input(&self, state: &State) -> Input {
        match &self.converted {
            Some(converted) => converted.input,
            None => state.store.rows.get(self.row).map(super::input::input_of).unwrap_or_default(),
        }
    }

    /// One of its numbers.
    pub fn number(&self, name: &str, state: &State) -> Option<f64> {
        match &self.converted {
            Some(converted) => converted.input.get(name),
            None => state.store.rows.get(self.row)?.number(name),
        }
    }

    /// What has been done to its numbers.
    pub fn history(&self) -> &[Conversion] {
        self.converted.as_ref().map_or(&[], |c| &c.history)
    }

    /// Its numbers, to be changed.
    fn converting(&mut self, state: &State) -> &mut Converted {
        let input = self.input(state);
        self.converted.get_or_insert_with(|| Box::new(Converted { input, inflation: 1.0, effect: None, history: Vec::new() }))
    }
}

/// Converts the rows of an analysis.
pub fn convert(spec: &AnalysisSpec, options: &Options, candidates: &mut [Candidate], state: &State) {
    let Conversions { multiarm, cluster, crossover, impute, corr, .. } = &spec.conversions;
    let measure = spec.measure.value;
    if crossover.value == Crossover::FirstPeriod {
        crossover::first_period(candidates, state);
    }
    if corr.value != Corr::default() {
        baseline::changes(&corr.value, measure, candidates, state);
    }
    if impute.value != Impute::default() {
        sds::impute(&impute.value, measure, candidates, state);
    }
    match multiarm.value {
        MultiArm::AsGiven => {}
        MultiArm::Combine => multiarm::combine(options, measure, candidates, state),
        MultiArm::Split => multiarm::split(options, measure, candidates, state),
    }
    if let Cluster::Adjust { icc, inflate, from } = &cluster.value {
        let rule = cluster::Rule { icc: *icc, inflate: *inflate, from: from.as_deref() };
        cluster::adjust(&rule, options, measure, candidates, state);
    }
    if let Crossover::Paired { r } = crossover.value {
        crossover::paired(r, options, measure, candidates, state);
    }
}

/// Keeps the means and SDs that an effect was made of where the row prints other numbers: standard
/// errors, intervals, or medians with their spread.
pub(super) fn spreads(effect: &Effect, options: &Options, candidate: &mut Candidate, state: &State) {
    let found: Vec<(u8, String)> = effect
        .notes
        .iter()
        .filter_map(|note| match note {
            EffectNote::SeConverted { group } | EffectNote::CiConverted { group } | EffectNote::FromMedian { group } => {
                Some((*group, note.text()))
            }
            _ => None,
        })
        .collect();
    if found.is_empty() {
        return;
    }
    let input = candidate.input(state);
    let Ok(Some(groups)) = two_groups(&input, options.medians) else { return };
    for (group, text) in found {
        let (columns, made) = if group == 1 { (["mean1", "sd1"], groups[0]) } else { (["mean2", "sd2"], groups[1]) };
        let values: IndexMap<&'static str, [Option<f64>; 2]> = columns
            .into_iter()
            .zip([made.mean, made.sd])
            .filter(|(column, _)| input.get(column).is_none())
            .map(|(column, value)| (column, [None, Some(value)]))
            .collect();
        let shown: Vec<String> = values
            .iter()
            .filter_map(|(column, [_, after])| Some(format!("{} {}", column.trim_end_matches(['1', '2']), num((*after)?))))
            .collect();
        let text = format!("{text}: {}", shown.join(", ").replace("sd", "SD"));
        candidate.converting(state).history.push(Conversion { rule: "spread", text, values });
    }
}

/// Whether a measure is of two groups' means.
fn is_of_means(measure: Measure) -> bool {
    matches!(measure, Measure::Md | Measure::Smd | Measure::Smd1 | Measure::Smdh | Measure::Rom)
}

/// Whether a measure is of two groups' counts of people.
fn is_of_counts(measure: Measure) -> bool {
    matches!(measure, Measure::Or | Measure::Rr | Measure::Rd | Measure::As | Measure::Peto)
}

/// Whether a measure is of two groups' events in time.
fn is_of_rates(measure: Measure) -> bool {
    matches!(measure, Measure::Irr | Measure::Ird | Measure::Irsd)
}

/// A number in a remark.
fn num(x: f64) -> String {
    crate::number::significant(x, 4)
}

/// Means and SDs in the places of what they came from.
fn write_groups(input: &mut Input, groups: [crate::stats::arms::Group; 2]) {
    for column in SPREADS {
        input.set(column, None);
    }
    let [one, two] = groups;
    (input.n1, input.mean1, input.sd1) = (Some(one.n), Some(one.mean), Some(one.sd));
    (input.n2, input.mean2, input.sd2) = (Some(two.n), Some(two.mean), Some(two.sd));
}

/// Other ways to say a group's mean and spread.
const SPREADS: &[&str] = &[
    "se1",
    "ci_lower1",
    "ci_upper1",
    "median1",
    "lq1",
    "uq1",
    "min1",
    "max1",
    "se2",
    "ci_lower2",
    "ci_upper2",
    "median2",
    "lq2",
    "uq2",
    "min2",
    "max2",
];
