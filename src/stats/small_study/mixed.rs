//! Mixed-effects regression on one predictor: y = a + b x with variances v + tau2, in O(k).
//!
//! The general regression of this crate can take its place: only [`fit`] is used from outside.
//! With W = diag(1 / (v + tau2)), X = [1, x], x relative to its weighted mean (so that X'WX is
//! diagonal), P = W - WX (X'WX)^-1 X'W and r the residuals:
//!
//! - tr P = sum w (1 - h), h = w (1 / S1 + x^2 / Sxx)
//! - tr PP = sum w^2 - 2 (sum w^3 / S1 + sum w^3 x^2 / Sxx) + the squared elements of
//!   X'W^2 X in units of X'WX
//! - y'Py = sum w r^2, y'PPy = sum w^2 r^2, y'PPPy = sum w^3 r^2 less its part along X
//!
//! Sources: Thompson and Sharp 1999, Stat Med 18:2693-2708; Viechtbauer 2005, J Educ Behav
//! Stat 30:261-293; Lopez-Lopez et al. 2014, Br J Math Stat Psychol 67:30-48.

use super::line::Line;
use crate::stats::dist::chi2_quantile;
use crate::stats::error::StatsError;
use crate::stats::math::{CompensatedSum, ln, sqrt, sum};
use crate::stats::pool::{Model, Tau2Estimator};
use crate::stats::root::falling_root;

/// Ratio of neighbouring points of the search grid.
const RATIO: f64 = 1.15;

/// A fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mixed {
    /// Residual variance between studies.
    pub tau2: f64,
    /// The line at that tau2; its `rss` is the generalised Q.
    pub line: Line,
}

/// The sums at one tau2.
#[derive(Debug, Clone, Copy)]
struct Moments {
    tau2: f64,
    line: Line,
    tr_p: f64,
    tr_pp: f64,
    s2: f64,
    ypp: f64,
    yppp: f64,
}

struct Data<'a> {
    y: &'a [f64],
    v: &'a [f64],
    x: &'a [f64],
    vmin: f64,
    w: Vec<f64>,
}

impl Data<'_> {
    fn k(&self) -> f64 {
        self.y.len() as f64
    }

    fn line(&mut self, tau2: f64) -> Result<Line, StatsError> {
        for (w, v) in self.w.iter_mut().zip(self.v) {
            *w = 1.0 / (v + tau2);
        }
        Line::fit(self.y, self.x, &self.w).ok_or(StatsError::Range)
    }

    fn moments(&mut self, tau2: f64) -> Result<Moments, StatsError> {
        let line = self.line(tau2)?;
        let mut s = [CompensatedSum::new(); 10];
        for i in 0..self.y.len() {
            let (w, x) = (self.w[i], self.x[i] - line.x_mean);
            let r = line.residual(self.y[i], self.x[i]);
            let h = w * (1.0 / line.s1 + x * (x / line.sxx));
            let (w2, wr) = (w * w, w * r);
            let terms = [w * (1.0 - h).max(0.0), w2, w2 * w, w2 * x, w2 * x * x, w2 * w * x * x, wr * wr, w * wr * wr, w * wr, w * wr * x];
            for (sum, term) in s.iter_mut().zip(terms) {
                sum.add(term);
            }
        }
        let [tr_p, s2, s3, x2, xx2, xx3, ypp, g, u, ux] = s.map(|s| s.value());
        let (s1, sxx) = (line.s1, line.sxx);
        let (a, b) = (s2 / s1, xx2 / sxx);
        Ok(Moments {
            tau2,
            line,
            tr_p,
            tr_pp: s2 - 2.0 * (s3 / s1 + xx3 / sxx) + a * a + b * b + 2.0 * (x2 / s1) * (x2 / sxx),
            s2,
            ypp,
            yppp: (g - u * (u / s1) - ux * (ux / sxx)).max(0.0),
        })
    }

    /// Sum of squares about the unweighted line, and tr(P V) for it.
    fn unweighted(&self) -> Result<(f64, f64), StatsError> {
        let ones = vec![1.0; self.y.len()];
        let line = Line::fit(self.y, self.x, &ones).ok_or(StatsError::Range)?;
        let k = self.k();
        let trace = sum((0..self.y.len()).map(|i| {
            let x = self.x[i] - line.x_mean;
            self.v[i] * (1.0 - 1.0 / k - x * (x / line.sxx))
        }));
        Ok((line.rss, trace))
    }

    /// tau2 where the generalised Q equals `target`; 0 where it is below it at 0.
    fn solve_q(&mut self, target: f64) -> Result<f64, StatsError> {
        let zero = self.line(0.0)?;
        if zero.rss <= target {
            return Ok(0.0);
        }
        let upper = (self.unweighted()?.0 / target).max(self.vmin) * (1.0 + 1e-9);
        let mut failed = None;
        let vmin = self.vmin;
        let root = falling_root(
            |t| match self.moments(t) {
                Ok(m) => {
                    let value = m.line.rss - target;
                    (value, value * m.line.rss / (target * m.ypp))
                }
                Err(e) => {
                    failed = Some(e);
                    (f64::NAN, f64::NAN)
                }
            },
            0.0,
            upper,
            0.0,
            vmin,
        );
        failed.map_or(Ok(root.x), Err)
    }

    /// The highest of the local maxima of the likelihood, 0 included.
    fn maximise(&mut self, restricted: bool) -> Result<f64, StatsError> {
        let k = self.k() - if restricted { 2.0 } else { 0.0 };
        let spread = self.unweighted()?.0 / k;
        let vmax = self.v.iter().fold(0.0, |a: f64, b| a.max(*b));
        let vmin = self.vmin;
        // Beyond it y'PPy <= SS / (vmin + t)^2 is below tr P >= (k - 2) / (vmax + t).
        let bound = 0.5 * (spread + sqrt(spread * (spread + 4.0 * (vmax - vmin)))) * (1.0 + 1e-9);
        let mut candidates = Vec::new();
        let mut last = self.point(0.0, restricted)?;
        if !last.rises() {
            candidates.push(0.0);
        }
        let mut x = vmin;
        while last.tau2 < bound || last.rises() && x < 1e300 {
            x *= RATIO;
            let next = self.point(x - vmin, restricted)?;
            let middle = if last.rises() == next.rises() { self.bump(last, next, restricted)? } else { None };
            for (a, b) in [(last, middle.unwrap_or(next)), (middle.unwrap_or(next), next)] {
                if a.rises() && !b.rises() {
                    candidates.push(self.refine(a, b, restricted)?);
                }
            }
            last = next;
        }
        if let [only] = candidates[..] {
            return Ok(only);
        }
        let mut best = (f64::NEG_INFINITY, 0.0);
        for t in candidates {
            let ll = self.log_likelihood(t, restricted)?;
            if ll > best.0 {
                best = (ll, t);
            }
        }
        Ok(best.1)
    }

    fn point(&mut self, tau2: f64, restricted: bool) -> Result<Point, StatsError> {
        let m = self.moments(tau2)?;
        let (n, n2) = if restricted { (m.tr_p, m.tr_pp) } else { (m.line.s1, m.s2) };
        Ok(Point {
            tau2: m.tau2,
            excess: m.ypp / n - 1.0,
            slope: (m.ypp * n2 - 2.0 * m.yppp * n) / (n * n),
            step: (m.ypp - n) * m.ypp / (2.0 * n * m.yppp - n2 * m.ypp),
        })
    }

    /// A point of the other sign between two of one sign, where the slopes allow one.
    fn bump(&mut self, a: Point, b: Point, restricted: bool) -> Result<Option<Point>, StatsError> {
        let sign = if a.rises() { -1.0 } else { 1.0 };
        let (mut lo, mut hi) = (a, b);
        for _ in 0..50 {
            if !(sign * lo.slope > 0.0 && sign * hi.slope < 0.0) {
                return Ok(None);
            }
            let width = hi.tau2 - lo.tau2;
            let reach = sign * lo.excess + sign * lo.slope * width;
            if reach < 0.0 {
                return Ok(None);
            }
            let middle = self.point(lo.tau2 + 0.5 * width, restricted)?;
            if middle.rises() != a.rises() {
                return Ok(Some(middle));
            }
            if sign * middle.slope > 0.0 {
                lo = middle;
            } else {
                hi = middle;
            }
        }
        Ok(None)
    }

    fn refine(&mut self, a: Point, b: Point, restricted: bool) -> Result<f64, StatsError> {
        let mut failed = None;
        let start = a.tau2 + (b.tau2 - a.tau2) * a.excess / (a.excess - b.excess);
        let vmin = self.vmin;
        let root = falling_root(
            |t| match self.point(t, restricted) {
                Ok(p) => (p.excess, p.step),
                Err(e) => {
                    failed = Some(e);
                    (f64::NAN, f64::NAN)
                }
            },
            a.tau2,
            b.tau2,
            start,
            vmin,
        );
        failed.map_or(Ok(root.x), Err)
    }

    /// Up to a constant.
    fn log_likelihood(&mut self, tau2: f64, restricted: bool) -> Result<f64, StatsError> {
        let line = self.line(tau2)?;
        let logs = sum(self.v.iter().map(|v| ln(v + tau2)));
        let rest = if restricted { ln(line.s1) + ln(line.sxx) } else { 0.0 };
        Ok(-0.5 * (logs + rest + line.rss))
    }

    fn tau2(&mut self, estimator: Tau2Estimator) -> Result<f64, StatsError> {
        let k = self.k();
        let df = k - 2.0;
        let raw = match estimator {
            Tau2Estimator::Ml => self.maximise(false)?,
            Tau2Estimator::Reml => self.maximise(true)?,
            Tau2Estimator::Eb | Tau2Estimator::Pm => self.solve_q(df)?,
            Tau2Estimator::Pmm => self.solve_q(chi2_quantile(0.5, df))?,
            Tau2Estimator::He => {
                let (rss, trace) = self.unweighted()?;
                (rss - trace) / df
            }
            Tau2Estimator::Sj => {
                let mean = sum(self.y.iter().map(|y| y - self.y[0])) / k;
                let start = sum(self.y.iter().map(|y| ((y - self.y[0]) - mean) * ((y - self.y[0]) - mean))) / k;
                if start > 0.0 { start * self.line(start)?.rss / df } else { 0.0 }
            }
            Tau2Estimator::Dl => {
                let m = self.moments(0.0)?;
                (m.line.rss - df) / m.tr_p
            }
            Tau2Estimator::Hs => {
                let line = self.line(0.0)?;
                (line.rss - k) / line.s1
            }
            Tau2Estimator::Hsk => {
                let line = self.line(0.0)?;
                (line.rss * (k / df) - k) / line.s1
            }
        };
        if raw.is_finite() { Ok(raw.max(0.0)) } else { Err(StatsError::Range) }
    }
}

/// One evaluation of the score.
#[derive(Debug, Clone, Copy)]
struct Point {
    tau2: f64,
    /// y'PPy / tr P - 1 (ML: / sum w), and its derivative.
    excess: f64,
    slope: f64,
    step: f64,
}

impl Point {
    fn rises(&self) -> bool {
        self.excess > 0.0
    }
}

/// The regression of `y` on `x` under a model; the data are checked, k at least 3.
///
/// Errors: a predictor that does not vary (`what` names the method), numbers out of range.
pub(super) fn fit(y: &[f64], v: &[f64], x: &[f64], model: Model, what: &'static str) -> Result<Mixed, StatsError> {
    let vmin = v.iter().fold(f64::INFINITY, |a: f64, b| a.min(*b));
    let mut data = Data { y, v, x, vmin, w: vec![0.0; y.len()] };
    if data.line(0.0).is_err() {
        return Err(StatsError::Undefined { model: what, reason: "its predictor does not differ between the studies" });
    }
    let tau2 = match model {
        Model::Common => 0.0,
        Model::Given(value) if value.is_finite() && value >= 0.0 => value,
        Model::Given(value) => return Err(StatsError::Tau2 { value }),
        Model::Random(estimator) => data.tau2(estimator)?,
    };
    Ok(Mixed { tau2, line: data.line(tau2)? })
}
