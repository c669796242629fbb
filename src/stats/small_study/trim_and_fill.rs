//! Trim-and-fill: studies that would make the funnel symmetric, and the result with them.

use super::notes::SmallStudyNote;
use super::rank_estimators::{MissingEstimator, missing, p_of_run};
use super::{at_least, check, mixed};
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use crate::stats::pool::{Model, PoolOptions, Pooled, pool};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The side of the funnel on which studies are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Low effects are missing.
    Left,
    /// High effects are missing.
    Right,
}

impl Side {
    /// The word for it: `left`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// Which of two studies with the same effect counts as the more extreme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieRule {
    /// The later in the order given, as metafor has it.
    #[default]
    FileOrder,
    /// The one with the larger variance: the order given does not matter.
    LargerVariance,
    /// The one with the smaller variance.
    SmallerVariance,
}

/// Everything that [`trim_and_fill`] is asked besides the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrimAndFillOptions {
    /// The estimator of the number of missing studies.
    pub estimator: MissingEstimator,
    /// The side, or `None` for that of the regression.
    pub side: Option<Side>,
    /// The order of studies with equal effects.
    pub ties: TieRule,
    /// Iterations after which it is given up, at least 1.
    pub max_iterations: usize,
}

impl Default for TrimAndFillOptions {
    /// L0, side from the regression, ties in file order, 100 iterations.
    fn default() -> Self {
        Self { estimator: MissingEstimator::L0, side: None, ties: TieRule::FileOrder, max_iterations: 100 }
    }
}

/// A study filled in: the mirror image of one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FilledStudy {
    /// Index of the study that it mirrors.
    pub mirrors: usize,
    /// 2 centre - its effect.
    pub effect: f64,
    /// Its sampling variance.
    pub variance: f64,
}

/// How the iterations ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TrimStop {
    /// The number repeated itself.
    Settled { iterations: usize },
    /// The numbers went round in a circle of this length; the smallest of it was taken.
    Cycle { iterations: usize, length: usize },
    /// The iterations allowed were used up; the last number was taken.
    GivenUp { iterations: usize },
}

/// Trim-and-fill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrimAndFill {
    /// Number of studies there are.
    pub k: usize,
    /// The estimator.
    pub estimator: MissingEstimator,
    /// The side of the missing studies.
    pub side: Side,
    /// Whether `side` comes from the regression of effects on standard errors.
    pub side_from_regression: bool,
    /// Estimated number of missing studies.
    pub k0: usize,
    /// Its standard error; `None` where the formula gives a negative variance, which an
    /// estimate far below 0 can.
    pub k0_se: Option<f64>,
    /// R0: probability of at least so many if none is missing.
    pub k0_p: Option<f64>,
    /// The mean of the studies left after trimming, about which the others are mirrored.
    pub centre: f64,
    /// How the iterations ended.
    pub stop: TrimStop,
    /// The result as it is.
    pub observed: Pooled,
    /// The result with the studies filled in (the observed one where there are none).
    pub filled: Pooled,
    /// The studies filled in, the most extreme first.
    pub studies: Vec<FilledStudy>,
    /// Remarks.
    pub notes: Vec<SmallStudyNote>,
}

/// Trim-and-fill under the model of `o`.
///
/// The k0 studies furthest to the full side are trimmed, the rest pooled, k0 estimated anew
/// from the ranks of all deviations from that mean, until k0 stays the same; then the k0 most
/// extreme are mirrored about the last mean and all are pooled. The same model trims and fills.
///
/// The side, unless given, is against the slope of the mixed regression of y on the standard
/// error under the same model: right where it is negative, else left.
///
/// Studies are sorted by effect, equal effects by the rule for ties; of two equal absolute
/// deviations the one on the full side ranks higher. Where effects are equal and variances not,
/// the rule can matter: the other rules are tried too, and a note says what they give.
///
/// Errors: those of [`pool`], fewer than three studies, standard errors all equal and no side
/// given, Q0 where it is not defined.
///
/// Sources: Duval and Tweedie 2000, J Am Stat Assoc 95:89-98; 2000, Biometrics 56:455-463.
pub fn trim_and_fill(y: &[f64], v: &[f64], o: &PoolOptions, t: &TrimAndFillOptions) -> Result<TrimAndFill, StatsError> {
    const NAME: &str = "trim-and-fill";
    check(y, v)?;
    let k = y.len();
    at_least(3, k, NAME)?;
    let observed = pool(y, v, o)?;
    let side = match t.side {
        Some(side) => side,
        None => side_of_regression(y, v, o.model)?,
    };
    let found = trimmed(y, v, o, t, side)?;
    let mut notes = Vec::from_iter(SmallStudyNote::few(k));
    notes.extend(found.note);
    notes.extend(other_rules(y, v, o, t, side, &found)?);
    if observed.heterogeneity.i2 > 50.0 {
        notes.push(SmallStudyNote::TrimHeterogeneity);
    }
    let filled = if found.studies.is_empty() { observed.clone() } else { with_filled(y, v, o, &found.studies)? };
    Ok(TrimAndFill {
        k,
        estimator: t.estimator,
        side,
        side_from_regression: t.side.is_none(),
        k0: found.last.to,
        k0_se: found.last.se,
        k0_p: (t.estimator == MissingEstimator::R0).then(|| p_of_run(found.last.to)),
        centre: found.centre,
        stop: found.stop,
        observed,
        filled,
        studies: found.studies,
        notes,
    })
}

/// The end of the iterations under one rule for ties.
struct Trimmed {
    last: Step,
    centre: f64,
    stop: TrimStop,
    note: Option<SmallStudyNote>,
    studies: Vec<FilledStudy>,
}

fn trimmed(y: &[f64], v: &[f64], o: &PoolOptions, t: &TrimAndFillOptions, side: Side) -> Result<Trimmed, StatsError> {
    let k = y.len();
    // Mirrored where needed, so that the missing are low; ascending.
    let sign = if side == Side::Right { -1.0 } else { 1.0 };
    let by_rule = |a: usize, b: usize| match t.ties {
        TieRule::FileOrder => Ordering::Equal,
        TieRule::LargerVariance => v[a].total_cmp(&v[b]),
        TieRule::SmallerVariance => v[b].total_cmp(&v[a]),
    };
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by(|a, b| (sign * y[*a]).total_cmp(&(sign * y[*b])).then(by_rule(*a, *b)).then(a.cmp(b)));
    let sorted: Vec<f64> = order.iter().map(|i| sign * y[*i]).collect();
    let variances: Vec<f64> = order.iter().map(|i| v[*i]).collect();
    let lean = PoolOptions { tau2_ci: false, ..*o };
    let mut step = |k0: usize| -> Result<Step, StatsError> {
        let centre = pool(&sorted[..k - k0], &variances[..k - k0], &lean)?.estimate;
        let deviations: Vec<f64> = sorted.iter().map(|y| y - centre).collect();
        let found = missing(&deviations, t.estimator)?;
        Ok(Step { from: k0, centre, to: found.k0, se: found.se })
    };
    let (last, (stop, note)) = iterate(&mut step, t.max_iterations)?;
    let studies = (k - last.to..k)
        .rev()
        .map(|i| FilledStudy { mirrors: order[i], effect: sign * (last.centre - (sorted[i] - last.centre)), variance: variances[i] })
        .collect();
    Ok(Trimmed { last, centre: sign * last.centre, stop, note, studies })
}

/// The result with the studies filled in.
fn with_filled(y: &[f64], v: &[f64], o: &PoolOptions, studies: &[FilledStudy]) -> Result<Pooled, StatsError> {
    let all_y: Vec<f64> = y.iter().copied().chain(studies.iter().map(|s| s.effect)).collect();
    let all_v: Vec<f64> = v.iter().copied().chain(studies.iter().map(|s| s.variance)).collect();
    pool(&all_y, &all_v, o)
}

/// A note, where another order of studies with equal effects gives another result.
fn other_rules(
    y: &[f64],
    v: &[f64],
    o: &PoolOptions,
    t: &TrimAndFillOptions,
    side: Side,
    found: &Trimmed,
) -> Result<Option<SmallStudyNote>, StatsError> {
    let mut pairs: Vec<(f64, f64)> = y.iter().copied().zip(v.iter().copied()).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    if !pairs.windows(2).any(|p| p[0].0 == p[1].0 && p[0].1 != p[1].1) {
        return Ok(None);
    }
    let lean = PoolOptions { tau2_ci: false, ..*o };
    let own = with_filled(y, v, &lean, &found.studies)?.estimate;
    let mut k0 = [found.last.to; 2];
    let mut estimate = [own; 2];
    for ties in [TieRule::LargerVariance, TieRule::SmallerVariance] {
        // Q0 can be undefined under one rule and not under another.
        let Ok(other) = trimmed(y, v, o, &TrimAndFillOptions { ties, ..*t }, side) else { continue };
        let value = with_filled(y, v, &lean, &other.studies)?.estimate;
        k0 = [k0[0].min(other.last.to), k0[1].max(other.last.to)];
        estimate = [estimate[0].min(value), estimate[1].max(value)];
    }
    let differs =
        k0[0] != k0[1] || (estimate[1] - estimate[0]).abs() > 1e-9 * (own.abs() + v.iter().fold(0.0, |a: f64, b| a.max(sqrt(*b))));
    Ok(differs.then_some(SmallStudyNote::TiesDecide { k0, estimate }))
}

/// One iteration: k0 studies trimmed, the centre of the rest, the new k0.
#[derive(Debug, Clone, Copy)]
struct Step {
    from: usize,
    centre: f64,
    to: usize,
    se: Option<f64>,
}

/// Repeats until k0 is the same, comes round again, or the iterations are used up.
fn iterate(
    step: &mut impl FnMut(usize) -> Result<Step, StatsError>,
    max_iterations: usize,
) -> Result<(Step, (TrimStop, Option<SmallStudyNote>)), StatsError> {
    let mut steps: Vec<Step> = vec![step(0)?];
    loop {
        let iterations = steps.len();
        let last = steps[iterations - 1];
        if last.to == last.from {
            return Ok((last, (TrimStop::Settled { iterations }, None)));
        }
        if let Some(first) = steps.iter().position(|s| s.from == last.to) {
            // The next step would be `first` again: each k0 has one successor.
            let round = &steps[first..];
            let chosen = round.iter().fold(last, |a, b| if b.to < a.to { *b } else { a });
            let largest = round.iter().map(|s| s.to).max().unwrap_or(chosen.to);
            let note = SmallStudyNote::Cycle { smallest: chosen.to, largest };
            return Ok((chosen, (TrimStop::Cycle { iterations, length: round.len() }, Some(note))));
        }
        if iterations >= max_iterations.max(1) {
            return Ok((last, (TrimStop::GivenUp { iterations }, Some(SmallStudyNote::NotSettled { iterations }))));
        }
        steps.push(step(last.to)?);
    }
}

fn side_of_regression(y: &[f64], v: &[f64], model: Model) -> Result<Side, StatsError> {
    let s: Vec<f64> = v.iter().map(|v| sqrt(*v)).collect();
    let slope = mixed::fit(y, v, &s, model, "the side of trim-and-fill by regression")?.line.slope;
    Ok(if slope < 0.0 { Side::Right } else { Side::Left })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_ends_at_its_smallest() {
        let next = [3, 3, 9, 5, 9, 4, 9, 9, 9, 3];
        let mut step = |k0: usize| Ok(Step { from: k0, centre: 0.0, to: next[k0], se: None });
        // 0 -> 3 -> 5 -> 4 -> 9 -> 3.
        let (last, (stop, note)) = iterate(&mut step, 100).expect("a result");
        assert_eq!((last.to, stop), (3, TrimStop::Cycle { iterations: 5, length: 4 }));
        assert_eq!(note, Some(SmallStudyNote::Cycle { smallest: 3, largest: 9 }));
        let (last, (stop, _)) = iterate(&mut step, 2).expect("a result");
        assert_eq!((last.to, stop), (5, TrimStop::GivenUp { iterations: 2 }));
    }
}
