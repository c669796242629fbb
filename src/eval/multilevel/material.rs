//! The effects of an analysis, their trials, and how their sampling errors go together.

use super::shared_arms;
use crate::diagnostic::Problem;
use crate::eval::outcome::NoteResult;
use crate::eval::pooling::{Included, refused, values};
use crate::eval::state::State;
use crate::language::spec::{AnalysisSpec, Dependence};
use crate::stats::error::StatsError;
use crate::stats::multilevel::{Clustered, CovarianceBlock, DependentEffects, MultilevelNote, Sampling};
use indexmap::IndexMap;

/// Effects by trial.
pub struct Dependent {
    /// Effects.
    pub y: Vec<f64>,
    /// Variances.
    pub v: Vec<f64>,
    /// The trial of each effect, by number.
    pub trial: Vec<usize>,
    /// The names of the trials.
    pub trials: Vec<String>,
    /// One correlation for all sampling errors of a trial.
    rho: f64,
    /// Covariances trial by trial, where one correlation does not say it.
    blocks: Option<Vec<CovarianceBlock>>,
    /// What there is to say about them.
    pub notes: Vec<NoteResult>,
}

impl Dependent {
    /// The effects as a specification takes them: with `multilevel`, sampling errors correlate
    /// through `rho` and through arms that rows of one trial share; else they are independent.
    pub fn of(spec: &AnalysisSpec, included: &[Included], state: &State) -> Self {
        let (y, v) = values(included);
        let mut numbers: IndexMap<&str, usize> = IndexMap::new();
        let trial = included
            .iter()
            .map(|(c, _)| {
                let next = numbers.len();
                *numbers.entry(&c.trial).or_insert(next)
            })
            .collect();
        let trials = numbers.keys().map(|t| (*t).to_owned()).collect();
        let mut it = Self { y, v, trial, trials, rho: 0.0, blocks: None, notes: Vec::new() };
        if let Dependence::Multilevel { rho } = spec.dependence.value {
            it.rho = rho.unwrap_or(0.0);
            if let Some(shared) = shared_arms::blocks(spec, included, &it, rho, state) {
                it.blocks = Some(shared.blocks);
                it.notes = shared.notes;
            }
        }
        it
    }

    /// The effects of each trial, by their positions.
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.trials.len()];
        for (i, trial) in self.trial.iter().enumerate() {
            members[*trial].push(i);
        }
        members
    }

    /// Whether a trial has several effects.
    pub fn is_dependent(&self) -> bool {
        self.trials.len() < self.y.len()
    }

    /// As the core takes them; `x` is a design by row, an intercept alone without one.
    pub fn effects<'a>(&'a self, x: Option<&'a [f64]>) -> DependentEffects<'a> {
        let sampling = match &self.blocks {
            Some(blocks) => Sampling::Blocks(blocks),
            None if self.rho != 0.0 => Sampling::Correlated(self.rho),
            None => Sampling::Independent,
        };
        DependentEffects { y: &self.y, v: &self.v, study: &self.trial, x, sampling }
    }

    /// Checked and prepared.
    pub fn clustered(&self, x: Option<&[f64]>, spec: &AnalysisSpec, included: &[Included]) -> Result<Clustered, Problem> {
        Clustered::new(&self.effects(x)).map_err(|e| self.refused(e, spec, included))
    }

    /// What the core says against the effects, in the words of the data.
    pub fn refused(&self, error: StatsError, spec: &AnalysisSpec, included: &[Included]) -> Problem {
        match error {
            StatsError::Correlation { .. } => Problem::error("E421", format!("the effects of one trial can't correlate so: {error}"))
                .at(spec.span, "with this `rho`")
                .help("a correlation so low is impossible among so many effects: write a larger one, such as `rho 0.5`"),
            StatsError::Covariance { block, .. } => {
                let first = self.blocks.as_ref().and_then(|b| b.get(block)).and_then(|b| b.effects.first());
                let trial = first.and_then(|i| self.trial.get(*i)).and_then(|t| self.trials.get(*t)).map_or("", String::as_str);
                Problem::error("E422", format!("the sampling errors of the effects of `{trial}` can't go together as its arms say"))
                    .at(spec.span, "in this analysis")
                    .help("where every pair of three arms is compared, one comparison follows from the others: leave it out with `exclude where`; a correlation near 1 has the same effect")
            }
            other => refused(other, included, spec),
        }
    }
}

/// Notes of the core with their codes; `name` names a coefficient.
pub fn notes_of(notes: &[MultilevelNote], name: impl Fn(usize) -> String) -> Vec<NoteResult> {
    notes
        .iter()
        .map(|note| {
            let code = match note {
                MultilevelNote::AtZero { .. }
                | MultilevelNote::NotSeparable
                | MultilevelNote::NotIdentified { .. }
                | MultilevelNote::SeveralMaxima { .. } => "W470",
                MultilevelNote::NormalForT { .. } | MultilevelNote::FewStudies { .. } => "W471",
                MultilevelNote::FewDf { .. }
                | MultilevelNote::NoRobustError { .. }
                | MultilevelNote::FullLeverage { .. }
                | MultilevelNote::RobustFewStudies { .. } => "W472",
            };
            NoteResult { code, text: worded(note, &name) }
        })
        .collect()
}

/// The note in the words of the language: its clusters are trials, its coefficients have names.
fn worded(note: &MultilevelNote, name: &dyn Fn(usize) -> String) -> String {
    match *note {
        MultilevelNote::FewDf { coefficient, df } => format!(
            "{} has {df:.1} Satterthwaite degrees of freedom: below 4 neither its p-value nor its interval can be trusted (Tipton 2015)",
            name(coefficient)
        ),
        MultilevelNote::NoRobustError { coefficient } => {
            format!("{} rests on the only trial that bears on it, so that it has no robust standard error", name(coefficient))
        }
        MultilevelNote::NotSeparable => {
            "the variances between and within trials only add up here (one effect per trial), so all of it is counted as between trials"
                .into()
        }
        other => other.text().replace("studies", "trials").replace("study", "trial"),
    }
}
