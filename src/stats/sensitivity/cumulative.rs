//! The analysis as studies came in: the first alone, the first two, and so on.

use super::leave_out::pooled_without_weights;
use super::watch::{Watch, each, each_or_error};
use crate::stats::error::StatsError;
use crate::stats::pool::{PoolOptions, Pooled, pool};
use serde::Serialize;
use std::cmp::Ordering;

/// What becomes of studies with equal places in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// One at a time, in the order of the data.
    FileOrder,
    /// All in one step.
    Together,
}

/// The steps in which studies enter: each study once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Order {
    steps: Vec<Vec<usize>>,
    ties: usize,
}

impl Order {
    /// n studies in the order of `compare` (year, size, whatever; reversed for descending).
    /// Where it says `Equal` the studies are tied.
    pub fn by(n: usize, compare: impl Fn(usize, usize) -> Ordering, ties: Ties) -> Self {
        let mut all: Vec<usize> = (0..n).collect();
        all.sort_by(|a, b| compare(*a, *b));
        let same = |a: usize, b: usize| compare(a, b) == Ordering::Equal;
        let runs: Vec<&[usize]> = all.chunk_by(|a, b| same(*a, *b)).collect();
        let tied = runs.iter().filter(|run| run.len() > 1).map(|run| run.len()).sum();
        let steps = match ties {
            Ties::Together => runs.iter().map(|run| run.to_vec()).collect(),
            Ties::FileOrder => all.iter().map(|i| vec![*i]).collect(),
        };
        Self { steps, ties: tied }
    }

    /// Studies by their number, which must not be NaN; ascending.
    ///
    /// Errors: a number that is NaN ([`StatsError::Undefined`]): a study without a place has
    /// to be left out by the caller, who can name it.
    pub fn ascending(keys: &[f64], ties: Ties) -> Result<Self, StatsError> {
        if keys.iter().any(|key| key.is_nan()) {
            return Err(StatsError::Undefined { model: "an order", reason: "a study has no number to order it by" });
        }
        Ok(Self::by(keys.len(), |a, b| keys[a].partial_cmp(&keys[b]).unwrap_or(Ordering::Equal), ties))
    }

    /// The studies of each step.
    #[must_use]
    pub fn steps(&self) -> &[Vec<usize>] {
        &self.steps
    }

    /// How many studies share their place with another.
    #[must_use]
    pub const fn ties(&self) -> usize {
        self.ties
    }

    /// All studies, first to last, and how many are in after each step.
    fn flat(&self) -> (Vec<usize>, Vec<usize>) {
        let ends = self.steps.iter().scan(0, |sum, step| {
            *sum += step.len();
            Some(*sum)
        });
        (self.steps.concat(), ends.collect())
    }
}

/// The result after one step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Accumulated<T> {
    /// The rows that came in by this step, counted from 0.
    pub added: Vec<usize>,
    /// The result of these and all before.
    pub result: T,
}

/// The analysis after each step of an order.
///
/// Each result is that of `pool` on the studies so far, which stand in the order in which they
/// came, under the same options; its `weights` are left empty. A first step of one study is
/// that study's own result.
///
/// Errors: those of `pool`; an order of another number of studies; [`StatsError::Stopped`].
///
/// Source: Lau et al. 1992, N Engl J Med 327:248-254.
pub fn cumulative(y: &[f64], v: &[f64], order: &Order, o: &PoolOptions, watch: Watch<'_>) -> Result<Vec<Accumulated<Pooled>>, StatsError> {
    pool(y, v, o)?;
    let (all, ends) = order.flat();
    if all.len() != y.len() {
        return Err(StatsError::LengthMismatch { what: "effects and places in the order", left: y.len(), right: all.len() });
    }
    let ys: Vec<f64> = all.iter().map(|i| y[*i]).collect();
    let vs: Vec<f64> = all.iter().map(|i| v[*i]).collect();
    let results = each_or_error(ends.len(), watch, || (), |(), i| pooled_without_weights(&ys[..ends[i]], &vs[..ends[i]], o))?;
    Ok(joined(order, results))
}

/// Any analysis after each step: `fit` is given the rows so far, in the order in which they
/// came, and may return an error of its own as part of `T`.
///
/// Errors: an empty order, [`StatsError::Stopped`].
pub fn accumulate<T: Send>(
    order: &Order,
    watch: Watch<'_>,
    fit: impl Fn(&[usize]) -> T + Sync + Send,
) -> Result<Vec<Accumulated<T>>, StatsError> {
    let (all, ends) = order.flat();
    if all.is_empty() {
        return Err(StatsError::NoStudies);
    }
    let results = each(ends.len(), watch, || (), |(), i| fit(&all[..ends[i]]))?;
    Ok(joined(order, results))
}

fn joined<T>(order: &Order, results: Vec<T>) -> Vec<Accumulated<T>> {
    order.steps.iter().zip(results).map(|(added, result)| Accumulated { added: added.clone(), result }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_one_by_one_or_together() {
        let years = [1970.0, 1950.0, 1970.0, 1960.0, 1950.0];
        let apart = Order::ascending(&years, Ties::FileOrder).expect("an order");
        assert_eq!(apart.steps(), [vec![1], vec![4], vec![3], vec![0], vec![2]]);
        let together = Order::ascending(&years, Ties::Together).expect("an order");
        assert_eq!(together.steps(), [vec![1, 4], vec![3], vec![0, 2]]);
        assert_eq!((apart.ties(), together.ties()), (4, 4));
        let falling = Order::by(5, |a, b| years[b].total_cmp(&years[a]), Ties::FileOrder);
        assert_eq!(falling.steps().concat(), [0, 2, 3, 1, 4]);
        assert!(Order::ascending(&[1.0, f64::NAN], Ties::Together).is_err());
    }
}
