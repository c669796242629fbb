//! The analysis without each study in turn, or without each group of rows (a trial).

use super::fit::gather;
use super::watch::{Watch, each, each_or_error};
use crate::stats::error::StatsError;
use crate::stats::pool::{PoolOptions, Pooled, pool};
use serde::Serialize;
use std::collections::BTreeMap;

/// A result without some rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeftOut<T> {
    /// The rows left out, counted from 0, ascending.
    pub rows: Vec<usize>,
    /// The result of the others.
    pub result: T,
}

/// The analysis without each study in turn, in the order given.
///
/// Each result is that of `pool` on the others, under the same options; its `weights` are left
/// empty, since k times k of them would be of no use. The estimator stays the one asked for,
/// tau2 is estimated anew.
///
/// Errors: those of `pool`, for all studies or for some of them; one study alone;
/// [`StatsError::Stopped`].
pub fn leave_one_out(y: &[f64], v: &[f64], o: &PoolOptions, watch: Watch<'_>) -> Result<Vec<LeftOut<Pooled>>, StatsError> {
    leave_rows_out(y, v, (0..y.len()).map(|i| vec![i]).collect(), o, watch)
}

/// The analysis without each group of rows in turn (all reports of a trial, all effects of a
/// study), groups in the order of their first row. `groups` holds a label for each row; the
/// labels are only compared.
///
/// Errors: as [`leave_one_out`]; unequal lengths; fewer than two groups.
pub fn leave_groups_out(
    y: &[f64],
    v: &[f64],
    groups: &[usize],
    o: &PoolOptions,
    watch: Watch<'_>,
) -> Result<Vec<LeftOut<Pooled>>, StatsError> {
    if groups.len() != y.len() {
        return Err(StatsError::LengthMismatch { what: "effects and groups", left: y.len(), right: groups.len() });
    }
    leave_rows_out(y, v, members(groups), o, watch)
}

fn leave_rows_out(
    y: &[f64],
    v: &[f64],
    members: Vec<Vec<usize>>,
    o: &PoolOptions,
    watch: Watch<'_>,
) -> Result<Vec<LeftOut<Pooled>>, StatsError> {
    // Faults of the data are named by their place in all of them.
    pool(y, v, o)?;
    enough(members.len())?;
    let results = each_or_error(members.len(), watch, Default::default, |buffer, i| {
        gather(buffer, y, v, others(y.len(), &members[i]));
        pooled_without_weights(&buffer[0], &buffer[1], o)
    })?;
    Ok(joined(members, results))
}

/// A pooled result whose weights, one per study, are dropped.
pub(crate) fn pooled_without_weights(y: &[f64], v: &[f64], o: &PoolOptions) -> Result<Pooled, StatsError> {
    let mut pooled = pool(y, v, o)?;
    pooled.weights = Vec::new();
    Ok(pooled)
}

/// Any analysis without each group of rows in turn: `fit` is given the rows that stay,
/// ascending, and may return an error of its own as part of `T`.
///
/// Errors: fewer than two groups, [`StatsError::Stopped`].
pub fn leave_out<T: Send>(
    groups: &[usize],
    watch: Watch<'_>,
    fit: impl Fn(&[usize]) -> T + Sync + Send,
) -> Result<Vec<LeftOut<T>>, StatsError> {
    let members = members(groups);
    enough(members.len())?;
    let results = each(members.len(), watch, Vec::new, |stay: &mut Vec<usize>, i| {
        stay.clear();
        stay.extend(others(groups.len(), &members[i]));
        fit(stay)
    })?;
    Ok(joined(members, results))
}

fn joined<T>(members: Vec<Vec<usize>>, results: Vec<T>) -> Vec<LeftOut<T>> {
    members.into_iter().zip(results).map(|(rows, result)| LeftOut { rows, result }).collect()
}

fn enough(groups: usize) -> Result<(), StatsError> {
    if groups == 0 {
        return Err(StatsError::NoStudies);
    }
    if groups < 2 {
        return Err(StatsError::TooFewStudies { model: "leaving one out", k: groups, needed: 2 });
    }
    Ok(())
}

/// The rows of each label, labels in the order of their first row.
fn members(groups: &[usize]) -> Vec<Vec<usize>> {
    let mut place = BTreeMap::new();
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (row, label) in groups.iter().enumerate() {
        let at = *place.entry(label).or_insert_with(|| {
            members.push(Vec::new());
            members.len() - 1
        });
        members[at].push(row);
    }
    members
}

/// 0..n without the rows of an ascending list.
fn others(n: usize, out: &[usize]) -> impl Iterator<Item = usize> {
    let mut out = out.iter().copied().peekable();
    (0..n).filter(move |i| out.next_if_eq(i).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_in_the_order_of_their_first_row() {
        assert_eq!(members(&[7, 3, 7, 9, 3]), [vec![0, 2], vec![1, 4], vec![3]]);
        assert_eq!(others(5, &[1, 4]).collect::<Vec<_>>(), [0, 2, 3]);
    }
}
