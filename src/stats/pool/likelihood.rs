//! ML and REML: every local maximum of the likelihood of tau2, and the highest of them.
//!
//! The score of the restricted likelihood is (y'PPy - tr P) / 2, of the full one
//! (y'PPy - sum w) / 2; its sign is that of the excess e = y'PPy / tr P - 1.
//!
//! 1. Beyond an upper bound the score is proved negative: y'PPy <= SS / (vmin + t)^2 and
//!    tr P >= (k - p) / (vmax + t) (for ML, sum w >= k / (vmax + t)), SS being the sum of
//!    squared residuals of the unweighted fit and p the number of coefficients.
//! 2. Between 0 and that bound e is evaluated on a grid, geometric in vmin + t, which is the
//!    scale on which it can change; where its slope shows a bump between two points that
//!    might cross 0, the bump is followed to its top.
//! 3. Each fall through 0 is a local maximum, refined by Newton's method on 1 / (1 + e),
//!    which is linear in tau2 for equal variances, within the bracket.
//! 4. The likelihoods at all of them, and at 0 where the score there is not positive, are
//!    compared. The highest wins, the smallest tau2 among equals.

use super::certificate::Certificate;
use super::evidence::Moments;
use super::sums::Sums;
use crate::stats::math::{CompensatedSum, ln};
use crate::stats::root::{Root, falling_root};

/// Ratio of neighbouring grid points.
const RATIO: f64 = 1.3;

/// One evaluation of the score.
#[derive(Debug, Clone, Copy)]
struct Point {
    tau2: f64,
    /// y'PPy / tr P - 1 (ML: / sum w).
    excess: f64,
    /// Its derivative.
    slope: f64,
    /// The Newton step.
    step: f64,
    score: f64,
}

impl Point {
    fn rises(&self) -> bool {
        self.excess > 0.0
    }
}

/// The score as a function of tau2.
struct Score<'a, S: Sums> {
    evidence: &'a S,
    restricted: bool,
    hint: f64,
    evaluations: usize,
}

impl<S: Sums> Score<'_, S> {
    fn at(&mut self, tau2: f64) -> Point {
        let m = self.evidence.moments(tau2, self.hint);
        self.hint = m.mu;
        self.evaluations += 1;
        let (n, n2) = if self.restricted { (m.tr_p, m.tr_pp) } else { (m.s1, m.s2) };
        Point {
            tau2,
            excess: m.ypp / n - 1.0,
            slope: (m.ypp * n2 - 2.0 * m.yppp * n) / (n * n),
            step: (m.ypp - n) * m.ypp / (2.0 * n * m.yppp - n2 * m.ypp),
            score: 0.5 * (m.ypp - n),
        }
    }

    /// A point between two of equal sign where the sign differs, if the slopes allow one.
    fn crossing_between(&mut self, a: Point, b: Point) -> Option<Point> {
        // Mirrored so that both values are negative and a maximum is sought.
        let sign = if a.rises() { -1.0 } else { 1.0 };
        let (mut lo, mut hi) = (a, b);
        for _ in 0..60 {
            let (s_lo, s_hi) = (sign * lo.slope, sign * hi.slope);
            if !(s_lo > 0.0 && s_hi < 0.0) {
                return None;
            }
            // Height at which the two tangents meet.
            let width = hi.tau2 - lo.tau2;
            let (f_lo, f_hi) = (sign * lo.excess, sign * hi.excess);
            let meet = f_lo + s_lo * (f_hi - f_lo - s_hi * width) / (s_lo - s_hi);
            if meet < 0.0 {
                return None;
            }
            let middle = self.at(lo.tau2 + 0.5 * width);
            if middle.rises() != a.rises() {
                return Some(middle);
            }
            if sign * middle.slope > 0.0 {
                lo = middle;
            } else {
                hi = middle;
            }
        }
        None
    }

    /// The local maximum between a point where the likelihood rises and one where it falls.
    fn refine(&mut self, a: Point, b: Point) -> (Root, f64) {
        let scale = self.evidence.vmin();
        let start = a.tau2 + (b.tau2 - a.tau2) * a.excess / (a.excess - b.excess);
        let mut score = f64::NAN;
        let root = falling_root(
            |t| {
                let p = self.at(t);
                score = p.score;
                (p.excess, p.step)
            },
            a.tau2,
            b.tau2,
            start,
            scale,
        );
        (root, score)
    }
}

/// Above this scaled tau2 the score is negative.
pub(crate) fn upper_bound(evidence: &impl Sums, restricted: bool) -> f64 {
    let s2 = evidence.squares() / if restricted { evidence.df() } else { evidence.k() as f64 };
    let (vmin, vmax) = (evidence.vmin(), evidence.vmax());
    // With x = vmin + t: x^2 > s2 (x + vmax - vmin).
    let x = 0.5 * (s2 + crate::stats::math::sqrt(s2 * (s2 + 4.0 * (vmax - vmin))));
    x * (1.0 + 1e-9) - vmin
}

/// All local maxima of one likelihood.
struct Search {
    /// The score at tau2 = 0.
    zero: Point,
    /// Roots with the score there, from the smallest.
    maxima: Vec<(Root, f64)>,
    evaluations: usize,
}

impl Search {
    fn new(evidence: &impl Sums, restricted: bool, hint: f64) -> Self {
        let mut score = Score { evidence, restricted, hint, evaluations: 0 };
        let vmin = evidence.vmin();
        let bound = upper_bound(evidence, restricted);
        let zero = score.at(0.0);
        let mut maxima: Vec<(Root, f64)> = Vec::new();
        let mut last = zero;
        let mut x = vmin;
        while last.tau2 < bound || last.rises() && x < 1e300 {
            x *= RATIO;
            let next = score.at((x - vmin).min(if bound > last.tau2 { bound } else { f64::INFINITY }));
            match (last.rises(), next.rises()) {
                (true, false) => maxima.push(score.refine(last, next)),
                (false, true) => {}
                (up, _) => {
                    if let Some(between) = score.crossing_between(last, next) {
                        let (a, b) = if up { (last, between) } else { (between, next) };
                        maxima.push(score.refine(a, b));
                    }
                    // Where both rise, the rest of the interval rises from a valley to `next`,
                    // whose maximum is found further on.
                }
            }
            last = next;
        }
        Self { zero, maxima, evaluations: score.evaluations }
    }

    /// How many maxima there are, 0 included where it is one.
    fn found(&self) -> usize {
        self.maxima.len() + usize::from(!self.zero.rises())
    }

    /// The highest maximum but 0; `None` where 0 is the highest. Of equals, the smallest.
    fn highest(&self, evidence: &impl Sums, restricted: bool, hint: f64) -> Option<&(Root, f64)> {
        if self.found() == 1 {
            return self.maxima.first();
        }
        let ll = |t: f64| log_likelihood(evidence, restricted, t, &evidence.moments(t, hint));
        let (mut best, mut height) = (None, if self.zero.rises() { f64::NEG_INFINITY } else { ll(0.0) });
        for maximum in &self.maxima {
            let here = ll(maximum.0.x);
            if here > height {
                (best, height) = (Some(maximum), here);
            }
        }
        best
    }
}

/// The scaled maximum-likelihood (or restricted) estimate with its certificate, both in
/// scaled units; the log-likelihood at zero includes all constants and is in the caller's.
///
/// Sources: Hardy and Thompson 1996, Stat Med 15:619-629; Viechtbauer 2005, J Educ Behav
/// Stat 30:261-293.
pub(crate) fn maximise(evidence: &impl Sums, restricted: bool, hint: f64) -> (f64, Certificate) {
    let search = Search::new(evidence, restricted, hint);
    let ll_zero = log_likelihood(evidence, restricted, 0.0, &evidence.moments(0.0, hint));
    let mut certificate = Certificate::at_boundary(search.zero.score, Some(ll_zero), search.evaluations);
    certificate.roots_found = search.found();
    let Some((root, score_at_root)) = search.highest(evidence, restricted, hint) else {
        return (0.0, certificate);
    };
    certificate.bracket = root.bracket;
    certificate.score_at_root = *score_at_root;
    certificate.boundary = false;
    (root.x, certificate)
}

/// The estimate of [`maximise`] alone.
pub(crate) fn maximum(evidence: &impl Sums, restricted: bool, hint: f64) -> f64 {
    Search::new(evidence, restricted, hint).highest(evidence, restricted, hint).map_or(0.0, |(root, _)| root.x)
}

/// Log-likelihood in the caller's units, all constants included:
///
/// - ML: -(k ln 2 pi + sum ln(v + tau2) + y'Py) / 2
/// - REML: -((k - p) ln 2 pi - ln |X'X| + sum ln(v + tau2) + ln |X'WX| + y'Py) / 2
pub(crate) fn log_likelihood(evidence: &impl Sums, restricted: bool, tau2: f64, at: &Moments) -> f64 {
    let k = evidence.k() as f64;
    let ln_2pi = ln(2.0 * std::f64::consts::PI);
    let logs = sum_ln(evidence.variances(), tau2);
    let (n, rest) = if restricted { (evidence.df(), evidence.ln_det(tau2, at)) } else { (k, 0.0) };
    -0.5 * (n * ln_2pi + logs + rest + at.q) - n * evidence.ln_scale()
}

/// sum ln(v + tau2), one logarithm for eight studies; every v is at least 1.
fn sum_ln(v: &[f64], tau2: f64) -> f64 {
    let mut sum = CompensatedSum::new();
    for eight in v.chunks(8) {
        let product = eight.iter().fold(1.0, |p, v| p * (v + tau2));
        if product < 1e300 {
            sum.add(ln(product));
        } else {
            sum.extend(eight.iter().map(|v| ln(v + tau2)));
        }
    }
    sum.value()
}
