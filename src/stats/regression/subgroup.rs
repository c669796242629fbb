//! Subgroups under a common tau2: a factor without intercept.

use super::design::{Design, Term};
use super::fit::{Regression, regress};
use super::options::RegressOptions;
use super::space::{Coefficient, WaldTest};
use crate::stats::error::StatsError;
use crate::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, pool};
use serde::Serialize;

/// One group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Subgroup {
    /// Its level; of two factors, both joined by a comma.
    pub level: String,
    /// Number of its studies; 1 is enough, as tau2 is that of all groups.
    pub k: usize,
    /// Its mean effect under the common tau2.
    pub mean: Coefficient,
    /// Prediction interval of a new study of the group.
    pub pi: Option<[f64; 2]>,
    /// Cochran's Q within the group, weights 1/v; 0 for one study.
    pub q: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// Its p; 1 for one study.
    pub p: f64,
    /// I2 by Q within the group, in percent.
    pub i2_q: f64,
    /// Its studies, by index.
    pub studies: Vec<usize>,
}

/// Groups compared under one tau2.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Subgroups {
    /// The groups, by code point of their level.
    pub groups: Vec<Subgroup>,
    /// The test that all means are equal, from model-based standard errors: chi-squared.
    /// `None` for one group.
    pub between: Option<WaldTest>,
    /// The same by the method of the intervals: F under HKSJ and t.
    pub between_as_asked: Option<WaldTest>,
    /// The model: one column per group; its tau2 is the common one.
    pub regression: Regression,
}

/// Compares groups under a common tau2.
///
/// The model has one mean per group and one residual tau2 by the estimator of the options.
/// The test between groups is that of the factor in the same model with an intercept. A group
/// of one study is shown and enters the test.
///
/// Errors: as [`regress`]; levels and effects that differ in number. Random effects need more
/// studies than groups.
///
/// Source: Borenstein et al. 2009, Introduction to Meta-Analysis, chapter 19.
pub fn subgroups(y: &[f64], v: &[f64], levels: &[String], pi: PiMethod, o: &RegressOptions) -> Result<Subgroups, StatsError> {
    if levels.len() != y.len() {
        return Err(StatsError::LengthMismatch { what: "levels and effects", left: levels.len(), right: y.len() });
    }
    if y.is_empty() {
        return Err(StatsError::NoStudies);
    }
    let mut names: Vec<String> = levels.to_vec();
    names.sort_unstable();
    names.dedup();
    let of = |i: usize| names.binary_search(&levels[i]).unwrap_or(0);
    let m = names.len();
    let mut values = vec![0.0; y.len() * m];
    for i in 0..y.len() {
        values[i * m + of(i)] = 1.0;
    }
    let term = Term { name: "group".to_owned(), columns: (0..m).collect() };
    let design = Design::with_terms(names.clone(), vec![term], values, y.len())?;
    let regression = regress(y, v, &design, &RegressOptions { test_columns: Some((0..m).collect()), ..o.clone() })?;
    let mut groups = Vec::with_capacity(m);
    for (j, level) in names.iter().enumerate() {
        let studies: Vec<usize> = (0..y.len()).filter(|i| of(*i) == j).collect();
        let own: (Vec<f64>, Vec<f64>) = studies.iter().map(|i| (y[*i], v[*i])).unzip();
        let within = PoolOptions { model: Model::Common, ci: CiMethod::Wald, pi: PiMethod::None, tau2_ci: false, ..PoolOptions::default() };
        let h = pool(&own.0, &own.1, &within)?.heterogeneity;
        let unit: Vec<f64> = (0..m).map(|l| if l == j { 1.0 } else { 0.0 }).collect();
        let pi = regression.predict(&unit, pi)?.pi;
        let k = studies.len();
        let mean = regression.coefficients[j].clone();
        groups.push(Subgroup { level: level.clone(), k, mean, pi, q: h.q, df: (k - 1) as f64, p: h.p, i2_q: h.i2_q, studies });
    }
    let rows: Vec<Vec<f64>> = (1..m)
        .map(|j| {
            (0..m)
                .map(|l| {
                    if l == j {
                        1.0
                    } else if l == 0 {
                        -1.0
                    } else {
                        0.0
                    }
                })
                .collect()
        })
        .collect();
    let between = between(&regression, &rows, Some(CiMethod::Wald))?;
    let between_as_asked = self::between(&regression, &rows, None)?;
    Ok(Subgroups { groups, between, between_as_asked, regression })
}

/// The joint test of rows, by a method of its own or that of the regression.
fn between(regression: &Regression, rows: &[Vec<f64>], method: Option<CiMethod>) -> Result<Option<WaldTest>, StatsError> {
    if rows.is_empty() {
        return Ok(None);
    }
    let mut space = regression.space.clone();
    space.method = method.unwrap_or(space.method);
    let combinations: Vec<_> = rows.iter().map(|row| space.combination(row)).collect();
    space.test(&combinations).map(Some)
}

/// Two factors at once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TwoFactors {
    /// The groups that both factors form, those that occur; `None` where there are not more
    /// studies than groups, so that random effects have no tau2.
    pub cells: Option<Subgroups>,
    /// The test that the difference between levels of one factor is the same at each level
    /// of the other, in the model of the cells; `None` without cells or where the cells that
    /// occur cannot show it.
    pub interaction: Option<WaldTest>,
    /// The model of both factors without their interaction.
    pub additive: Regression,
    /// The first factor in that model, the second given; `None` for one level.
    pub first: Option<WaldTest>,
    /// The second factor, the first given; `None` for one level.
    pub second: Option<WaldTest>,
}

/// Compares groups by two factors under a common tau2: the cells, the interaction, and each
/// factor given the other (its columns in the additive model). Tests from model-based
/// standard errors (chi-squared) unless the options ask for t.
///
/// Errors: as [`regress`], of the additive model, whose columns are named `first[level]` and
/// `second[level]` with the names given.
pub fn two_factors(
    y: &[f64],
    v: &[f64],
    first: (&str, &[String]),
    second: (&str, &[String]),
    pi: PiMethod,
    o: &RegressOptions,
) -> Result<TwoFactors, StatsError> {
    let k = y.len();
    for (_, levels) in [first, second] {
        if levels.len() != k {
            return Err(StatsError::LengthMismatch { what: "levels and effects", left: levels.len(), right: k });
        }
    }
    let (design, groups) = additive(k, first, second)?;
    let additive = regress(y, v, &design, &RegressOptions { test_columns: None, ..o.clone() })?;
    let of_factor = |columns: &[usize]| -> Result<Option<WaldTest>, StatsError> {
        let rows: Vec<Vec<f64>> = columns.iter().map(|j| (0..additive.p).map(|l| if l == *j { 1.0 } else { 0.0 }).collect()).collect();
        between(&additive, &rows, None)
    };
    let (test_first, test_second) = (of_factor(&groups[0])?, of_factor(&groups[1])?);
    let joined: Vec<String> = first.1.iter().zip(second.1).map(|(a, b)| format!("{a}, {b}")).collect();
    let cells = match subgroups(y, v, &joined, pi, o) {
        Ok(cells) => Some(cells),
        Err(StatsError::TooFewStudies { .. }) => None,
        Err(other) => return Err(other),
    };
    let interaction = match &cells {
        None => None,
        Some(cells) => {
            // The rows of the additive design at the cells; the interaction is what of the cell
            // means they cannot reach.
            let m = cells.groups.len();
            let at: Vec<usize> = cells.groups.iter().map(|g| g.studies[0]).collect();
            let columns: Vec<f64> = (0..additive.p).flat_map(|j| at.iter().map(|i| design.row(*i)[j]).collect::<Vec<_>>()).collect();
            let mut all = columns;
            let (mut rows, mut p) = (Vec::new(), additive.p);
            for cell in 0..m {
                let unit = (0..m).map(|i| if i == cell { 1.0 } else { 0.0 });
                let mut tried = all.clone();
                tried.extend(unit);
                if let Ok(f) = super::small::Orthonormal::new(&tried, m, p + 1, Some(0)) {
                    rows.push(f.column(p).to_vec());
                    (all, p) = (tried, p + 1);
                }
            }
            between(&cells.regression, &rows, None)?
        }
    };
    Ok(TwoFactors { cells, interaction, additive, first: test_first, second: test_second })
}

/// An intercept and the levels of both factors but the first of each.
fn additive(k: usize, first: (&str, &[String]), second: (&str, &[String])) -> Result<(Design, [Vec<usize>; 2]), StatsError> {
    let mut names = vec!["intercept".to_owned()];
    let mut terms = vec![Term { name: "intercept".to_owned(), columns: vec![0] }];
    let mut coded: Vec<(usize, String)> = Vec::new();
    let mut groups = [Vec::new(), Vec::new()];
    for (f, (name, levels)) in [first, second].into_iter().enumerate() {
        let mut different = levels.to_vec();
        different.sort_unstable();
        different.dedup();
        for level in different.into_iter().skip(1) {
            groups[f].push(names.len());
            names.push(format!("{name}[{level}]"));
            coded.push((f, level));
        }
        terms.push(Term { name: name.to_owned(), columns: groups[f].clone() });
    }
    let mut values = Vec::with_capacity(k * names.len());
    for i in 0..k {
        values.push(1.0);
        values.extend(coded.iter().map(|(f, level)| if [first, second][*f].1[i] == *level { 1.0 } else { 0.0 }));
    }
    Ok((Design::with_terms(names, terms, values, k)?, groups))
}
