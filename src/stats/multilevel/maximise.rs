//! The highest maximum of the likelihood of both variances, and the evidence for it.

use super::climb::Climb;
use super::clustered::Clustered;
use super::likelihood::Point;
use super::options::{Component, Likelihood, MultilevelOptions, Variances};
use crate::stats::error::StatsError;
use serde::Serialize;

/// How the variances were found, for `explain` to show. In the caller's units.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VarianceCertificate {
    /// Derivatives of the log-likelihood with respect to the variances, between and within, at
    /// the estimate; on the boundary at most 0.
    pub score: [f64; 2],
    /// Whether each variance is 0 because the maximum is at the boundary.
    pub boundary: [bool; 2],
    /// Whether minus the second derivatives of the log-likelihood, over the variances that are
    /// not on the boundary, are positive definite: a maximum, not a saddle.
    pub maximum: bool,
    /// The next Newton step, relative to the estimate: the precision reached.
    pub last_step: f64,
    /// How many ascents were made.
    pub starts: usize,
    /// All local maxima found, the highest first, with their log-likelihoods.
    pub maxima: Vec<(Variances, f64)>,
    /// How often the sums over all studies were computed.
    pub evaluations: usize,
}

/// Maxima with one variance or both held at 0, in the caller's units: the ingredients of
/// likelihood-ratio tests. `None` where that variance is not estimated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Restricted {
    /// The highest log-likelihood without variance between studies.
    pub without_between: Option<f64>,
    /// The highest log-likelihood without variance within studies.
    pub without_within: Option<f64>,
    /// The log-likelihood without either.
    pub without_both: Option<f64>,
}

/// The best point, its certificate and the edges.
pub(crate) struct Maximised {
    pub best: Point,
    pub certificate: VarianceCertificate,
    pub edges: Restricted,
    /// Whether each variance could be told from the data and was estimated.
    pub estimated: [bool; 2],
}

/// Whether each variance can be told from the data at all, and both apart.
///
/// At variances far above every sampling variance, the information tr(P K P K) of a variance
/// that the fixed effects absorb is 0, and the information matrix of two variances that only
/// add up (one effect per study) is singular.
pub(crate) fn identified(data: &Clustered) -> [bool; 2] {
    let high = data.d.iter().fold(1.0, |a: f64, d| a.max(*d));
    let Some(at) = data.point([high; 2], true) else { return [false; 2] };
    let sums = data.sums([high; 2], true).double_traces();
    let (b, w, bw) = (2.0 * at.expected[0][0], 2.0 * at.expected[1][1], 2.0 * at.expected[0][1]);
    let between = data.studies() > 1 && b > 1e-9 * sums[0];
    let within = w > 1e-9 * sums[2];
    [between, within && !(between && b * w - bw * bw <= 1e-9 * b * w)]
}

/// Values of one variance at which the likelihood is first looked at.
fn ladder(top: f64, steps: usize) -> Vec<f64> {
    let ratio = if steps > 4 { 4.0 } else { 8.0 };
    let mut values = vec![0.0];
    let mut x = 2.0 * top;
    for _ in 1..steps {
        values.push(x);
        x /= ratio;
    }
    values[1..].reverse();
    values
}

/// Where ascents begin.
struct Starts {
    /// Local maxima of a coarse grid, or the points given.
    peaks: Vec<[f64; 2]>,
    /// The best points of the grid where the first, and where the second variance is 0.
    edges: [Option<[f64; 2]>; 2],
}

/// Looks at the likelihood on a coarse grid over the variances that are not fixed.
fn starts(data: &Clustered, restricted: bool, fixed: [Option<f64>; 2], evaluations: &mut usize) -> Starts {
    let spread = spread(data);
    let steps = if data.k > 4000 { 4 } else { 6 };
    let axes: [Vec<f64>; 2] = [0, 1].map(|i| fixed[i].map_or_else(|| ladder(spread[i], steps), |x| vec![x]));
    let (rows, columns) = (axes[0].len(), axes[1].len());
    let point = |i: usize| [axes[0][i / columns], axes[1][i % columns]];
    let grid: Vec<f64> = (0..rows * columns).map(|i| data.log_likelihood(point(i), restricted)).collect();
    *evaluations += grid.len();
    let is_peak = |i: &usize| {
        let (r, c) = (i / columns, i % columns);
        let around =
            (r.saturating_sub(1)..(r + 2).min(rows)).flat_map(|a| (c.saturating_sub(1)..(c + 2).min(columns)).map(move |b| (a, b)));
        grid[*i].is_finite() && around.map(|(a, b)| grid[a * columns + b]).all(|other| other <= grid[*i])
    };
    let highest = |on: &dyn Fn(usize) -> bool| (0..grid.len()).filter(|i| on(*i)).max_by(|a, b| grid[*a].total_cmp(&grid[*b])).map(point);
    Starts {
        peaks: (0..grid.len()).filter(is_peak).map(point).collect(),
        edges: [highest(&|i| i / columns == 0), highest(&|i| i % columns == 0)],
    }
}

/// Rough sizes of the variances: the mean square of the study means (by precision), and that of
/// all effects, about the fit without true variance.
fn spread(data: &Clustered) -> [f64; 2] {
    let (mut between, mut total) = (0.0, 0.0);
    for i in 0..data.studies() {
        let (mut s, mut sy) = (0.0, 0.0);
        for j in data.of(i) {
            let y = data.at(j, data.p);
            let t = data.u[j] / data.d[j];
            s += t * data.u[j];
            sy += t * y;
            total += y * y;
        }
        between += (sy / s) * (sy / s);
    }
    let df = |n: usize| n.saturating_sub(data.p).max(1) as f64;
    let floor = 1e-3 * data.d.iter().fold(f64::INFINITY, |a, d| a.min(*d));
    [(between / df(data.studies())).max(floor), (total / df(data.k)).max(floor)]
}

/// Maximises over the variances that are to be estimated. With `near`, ascents start from there
/// and from no variance only, for the many fits of a bootstrap.
pub(crate) fn maximise(data: &Clustered, o: &MultilevelOptions, near: Option<[f64; 2]>) -> Result<Maximised, StatsError> {
    let restricted = o.method == Likelihood::Reml;
    let can = identified(data);
    let mut fixed = [o.between, o.within].map(|c| match c {
        Component::Estimated => None,
        Component::Fixed(x) => Some(data.square_in(x)),
    });
    let asked = fixed.map(|f| f.is_none());
    // With the other variance held, the two need not be told apart.
    let alone = [can[0], can[1] || (can[0] && !asked[0])];
    for i in 0..2 {
        if fixed[i].is_none() && !alone[i] {
            fixed[i] = Some(0.0);
        }
    }
    let free = fixed.map(|f| f.is_none());
    let mut evaluations = 0;
    let origin = fixed.map(|f| f.unwrap_or(0.0));
    let mut from = match near {
        Some(near) => Starts { peaks: vec![[0, 1].map(|i| fixed[i].unwrap_or(near[i])), origin], edges: [None; 2] },
        None => starts(data, restricted, fixed, &mut evaluations),
    };
    if from.peaks.is_empty() {
        from.peaks.push(origin);
    }
    let mut ascents = 0;
    let mut found: Vec<Point> = Vec::new();
    let mut climb = Climb { data, restricted, free, evaluations: 0 };
    for start in from.peaks {
        ascents += 1;
        keep(&mut found, climb.from(start));
    }
    // The edges where a variance is 0: their maxima are candidates, too.
    let mut edges = [None, None];
    for i in 0..2 {
        let Some(mut start) = from.edges[i].filter(|_| free[i]) else { continue };
        start[i] = 0.0;
        ascents += 1;
        climb.free = free;
        climb.free[i] = false;
        edges[i] = climb.from(start);
        keep(&mut found, edges[i].clone().filter(|p| p.score[i] <= 0.0));
    }
    evaluations += climb.evaluations;
    found.sort_by(|a, b| b.ll.total_cmp(&a.ll));
    // Of equal heights, the one with less variance.
    let Some(highest) = found.first().map(|p| p.ll) else { return Err(StatsError::Range) };
    let level = highest - 1e-12 * (1.0 + highest.abs());
    let rank = |p: &Point| (p.theta.iter().filter(|t| **t > 0.0).count(), p.theta[0] + p.theta[1]);
    let best = (0..found.len()).filter(|i| found[*i].ll >= level).min_by(|a, b| {
        let (a, b) = (rank(&found[*a]), rank(&found[*b]));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let chosen = found.remove(best.unwrap_or(0));
    found.insert(0, chosen);
    let out = |ll: f64| data.log_likelihood_out(ll, restricted);
    let variances = |p: &Point| Variances { between: data.square_out(p.theta[0]), within: data.square_out(p.theta[1]) };
    let maxima = found.iter().map(|p| (variances(p), out(p.ll))).collect();
    let best = found.swap_remove(0);
    let boundary = [0, 1].map(|i| free[i] && best.theta[i] == 0.0);
    let h = best.observed;
    let inner = [0, 1].map(|i| free[i] && !boundary[i]);
    let maximum = match inner {
        [true, true] => h[0][0] > 0.0 && h[0][0] * h[1][1] > h[0][1] * h[0][1],
        [true, false] => h[0][0] > 0.0,
        [false, true] => h[1][1] > 0.0,
        [false, false] => true,
    };
    let last = Climb { data, restricted, free, evaluations: 0 }.residual_step(&best);
    let without_both = free.iter().any(|f| *f).then(|| out(data.log_likelihood(origin, restricted)));
    let certificate = VarianceCertificate {
        score: best.score.map(|s| data.square_in(s)),
        boundary,
        maximum,
        last_step: last,
        starts: ascents,
        maxima,
        evaluations,
    };
    let ll = |i: usize| edges[i].as_ref().map(|p| out(p.ll));
    let edges = Restricted { without_between: ll(0), without_within: ll(1), without_both };
    Ok(Maximised { best, certificate, edges, estimated: free })
}

/// Adds a maximum that is not yet there.
fn keep(found: &mut Vec<Point>, new: Option<Point>) {
    let Some(new) = new else { return };
    let same =
        |p: &Point| (0..2).all(|i| (p.theta[i] - new.theta[i]).abs() <= 1e-6 * (p.theta[0] + p.theta[1] + new.theta[0] + new.theta[1]));
    match found.iter_mut().find(|p| same(p)) {
        // An exact 0 is better than a number next to it.
        Some(p) => {
            if new.ll > p.ll || (new.ll == p.ll && new.theta[0] + new.theta[1] < p.theta[0] + p.theta[1]) {
                *p = new;
            }
        }
        None => found.push(new),
    }
}
