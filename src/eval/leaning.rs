//! Results that can't be pooled, and still say which side of no effect they lie on: an effect
//! without a variance, means without standard deviations, a direction alone (`favours`).
//!
//! They count where effects are counted by their direction (Cochrane Handbook 12.2.1.3; SWiM item 3).

use super::candidates::is_turned;
use super::outcome::{PoolResult, StudyEffect};
use super::state::State;
use crate::language::spec::AnalysisSpec;
use crate::stats::effect::{Input, Scale};
use crate::store::Row;

/// What is known of a result without a variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leaning {
    /// Above (1) or below (-1) no effect, or exactly there (0), on the analysis scale.
    pub side: f64,
    /// The effect itself, where it is given.
    pub yi: Option<f64>,
    /// The people behind it.
    pub people: Option<f64>,
}

/// What a row says of its side; `lower_is_better` as its outcome declares.
pub fn of(row: &Row, input: &Input, spec: &AnalysisSpec, lower_is_better: bool, state: &State) -> Option<Leaning> {
    let measure = spec.measure.value;
    let null = measure.null_value()?;
    let turn = if is_turned(row, spec, state) { -1.0 } else { 1.0 };
    let natural = |x: f64| if measure.scale() == Scale::Log { libm::log(x) } else { x };
    let people = input.n1.zip(input.n2).map(|(a, b)| a + b).or(input.n);
    let given = input.yi.or(input.effect.map(natural)).filter(|y| y.is_finite());
    if let Some(y) = given {
        let away = turn * (y - null);
        return Some(Leaning { side: sign(away), yi: Some(null + away), people });
    }
    let apart = input.md.or(input.mean1.zip(input.mean2).map(|(a, b)| a - b));
    if let Some(apart) = apart.filter(|x| x.is_finite()) {
        return Some(Leaning { side: turn * sign(apart), yi: None, people });
    }
    // Whom it favours is said of the outcome, whichever way its instrument runs.
    let favours = input.favours?;
    Some(Leaning { side: if (favours == 2) != lower_is_better { -1.0 } else { 1.0 }, yi: None, people })
}

/// -1, 0 or 1.
fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// The effects of a result that count by their direction, each with a value on its side of no
/// effect: those pooled, then those that only lean, one of each study that has no other.
pub fn directed(result: &PoolResult) -> Vec<(&StudyEffect, f64)> {
    let null = result.spec.measure.value.null_value().unwrap_or(0.0);
    let mut out: Vec<(&StudyEffect, f64)> = result.studies.iter().filter(|s| s.included).filter_map(|s| Some((s, s.yi?))).collect();
    for study in result.studies.iter().filter(|s| s.is_left_out()) {
        if let Some(leaning) = study.leaning.filter(|_| !out.iter().any(|(s, _)| s.study == study.study)) {
            out.push((study, leaning.yi.unwrap_or(null + leaning.side)));
        }
    }
    out
}
