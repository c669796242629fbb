//! The likelihood along one variance, the other and the coefficients at their best, and the
//! interval it gives.
//!
//! The interval holds every value with 2 (ll at the maximum - ll(value)) <= the chi-squared
//! quantile with 1 df. Its ends are bracketed roots; the slope of the profile is the score of
//! the variance at the best of the others, so that Newton's step costs nothing.
//!
//! Sources: Hardy and Thompson 1996, Stat Med 15:619-629; Viechtbauer 2007, Stat Med 26:37-52.

use super::climb::Climb;
use super::clustered::Clustered;
use super::fit::Multilevel;
use super::likelihood::Point;
use super::options::{Component, Level, Likelihood};
use crate::stats::dist::chi2_isf;
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use crate::stats::pool::tail;
use serde::Serialize;

/// What to show of the likelihood of one variance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ComponentProfileOptions {
    /// Number of points, evenly spaced over the range; 0 for the interval alone.
    pub points: usize,
    /// The range of the variance; `None` for 0 to a fifth beyond the interval.
    pub range: Option<[f64; 2]>,
    /// Of the interval, in percent.
    pub level: f64,
}

/// The model with one variance held at a value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComponentProfilePoint {
    /// The value, in squared units of the effect.
    pub value: f64,
    /// The other variance at its best.
    pub other: f64,
    /// Log-likelihood (restricted under REML), all constants included.
    pub log_likelihood: f64,
    /// The coefficients there.
    pub coefficients: Vec<f64>,
}

/// The likelihood of one variance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComponentProfile {
    /// Which variance.
    pub component: Level,
    /// Its estimate.
    pub estimate: f64,
    /// The likelihood.
    pub method: Likelihood,
    /// The highest log-likelihood.
    pub log_likelihood: f64,
    /// Of the interval, in percent.
    pub level: f64,
    /// The lower end of the interval; 0 is exact.
    pub lower: f64,
    /// The upper end; `None` where it is beyond double precision.
    pub upper: Option<f64>,
    /// The model along the range.
    pub points: Vec<ComponentProfilePoint>,
}

/// The profile of one variance in scaled units.
struct Profiler<'a> {
    data: &'a Clustered,
    restricted: bool,
    index: usize,
    /// The other variance: free, or its fixed value.
    other: Result<f64, f64>,
    highest: f64,
    drop: f64,
}

impl Profiler<'_> {
    /// The best model with the variance at a value.
    fn at(&mut self, value: f64) -> Option<Point> {
        let pair = |other: f64| if self.index == 0 { [value, other] } else { [other, value] };
        match self.other {
            Err(fixed) => self.data.point(pair(fixed), self.restricted),
            Ok(hint) => {
                let mut free = [false; 2];
                free[1 - self.index] = true;
                let mut climb = Climb { data: self.data, restricted: self.restricted, free, evaluations: 0 };
                let mut best: Option<Point> = None;
                for start in [hint, 0.0] {
                    if let Some(p) = climb.from(pair(start))
                        && best.as_ref().is_none_or(|b| p.ll > b.ll)
                    {
                        best = Some(p);
                    }
                }
                if let Some(p) = &best {
                    self.other = Ok(p.theta[1 - self.index]);
                }
                best
            }
        }
    }

    /// How far above the threshold the profile is, and its slope; the value is 0 where it is
    /// below the rounding of the likelihood.
    fn above(&mut self, value: f64) -> (f64, f64) {
        let Some(p) = self.at(value) else { return (f64::NEG_INFINITY, 0.0) };
        let above = p.ll - (self.highest - self.drop);
        (if above.abs() <= 16.0 * f64::EPSILON * (1.0 + p.ll.abs()) { 0.0 } else { above }, p.score[self.index])
    }

    /// Where the profile crosses the threshold, between a value above it and one below it.
    /// Newton's method on the signed root of the deviance, which is nearly linear, kept inside
    /// the shrinking bracket.
    fn crossing(&mut self, mut inside: f64, mut outside: f64) -> f64 {
        let mut x = outside;
        for _ in 0..200 {
            let (value, slope) = self.above(x);
            if value == 0.0 {
                return x;
            }
            if value > 0.0 {
                inside = x;
            } else {
                outside = x;
            }
            let root = sqrt(2.0 * (self.drop - value).max(0.0));
            let next = x + (root - sqrt(2.0 * self.drop)) * root / slope;
            let (low, high) = (inside.min(outside), inside.max(outside));
            let settled = (next - x).abs() <= 2.0 * f64::EPSILON * (x + 1.0);
            x = if next > low && next < high { next } else { low + 0.5 * (high - low) };
            if settled || high - low <= 2.0 * f64::EPSILON * (high + 1.0) {
                return x;
            }
        }
        x
    }

    fn lower(&mut self, estimate: f64) -> f64 {
        if estimate == 0.0 || self.above(0.0).0 >= 0.0 { 0.0 } else { self.crossing(estimate, 0.0) }
    }

    fn upper(&mut self, estimate: f64, se: f64) -> Option<f64> {
        let mut low = estimate;
        let mut width = if se > 0.0 { 2.0 * se } else { 1.0 };
        loop {
            let high = estimate + width;
            if high.is_nan() || high >= 1e280 {
                return None;
            }
            if self.above(high).0 <= 0.0 {
                return Some(self.crossing(low, high));
            }
            low = high;
            width *= 2.0;
        }
    }
}

impl Clustered {
    /// Profiles the likelihood of one estimated variance of a fit of these data.
    ///
    /// Errors: a level not between 0 and 100, a variance that the fit did not estimate, a range
    /// that is not ascending from 0 or more, numbers out of range.
    pub fn profile(&self, fit: &Multilevel, component: Level, o: &ComponentProfileOptions) -> Result<ComponentProfile, StatsError> {
        tail(o.level)?;
        let undefined = |reason| StatsError::Undefined { model: "a profile likelihood of a variance", reason };
        let index = component.index();
        let asked = [fit.options.between, fit.options.within];
        let edges = [fit.edges.without_between, fit.edges.without_within];
        if edges[index].is_none() {
            return Err(undefined("the variance was not estimated"));
        }
        if let Some([a, b]) = o.range
            && !(a >= 0.0 && b > a && b.is_finite())
        {
            return Err(undefined("the range does not ascend from 0 or more"));
        }
        let sigma2 = [fit.heterogeneity.sigma2.between, fit.heterogeneity.sigma2.within];
        let other = self.square_in(sigma2[1 - index]);
        let free = asked[1 - index] == Component::Estimated && edges[1 - index].is_some();
        let restricted = fit.options.method == Likelihood::Reml;
        let estimate = self.square_in(sigma2[index]);
        let mut profiler = Profiler {
            data: self,
            restricted,
            index,
            other: if free { Ok(other) } else { Err(other) },
            highest: 0.0,
            drop: 0.5 * chi2_isf(1.0 - o.level / 100.0, 1.0),
        };
        profiler.highest = profiler.at(estimate).ok_or(StatsError::Range)?.ll;
        let se = profiler.at(estimate).map_or(1.0, |p| 1.0 / sqrt(p.expected[index][index]));
        let lower = profiler.lower(estimate);
        profiler.other = if free { Ok(other) } else { Err(other) };
        let upper = profiler.upper(estimate, se);
        let (lower, upper) = (self.square_out(lower), upper.map(|x| self.square_out(x)).filter(|x| x.is_finite()));
        let [from, to] = o.range.unwrap_or_else(|| [0.0, 1.2 * upper.unwrap_or(2.0 * sigma2[index])]);
        let last = o.points.saturating_sub(1).max(1) as f64;
        let mut points = Vec::with_capacity(o.points);
        for i in 0..o.points {
            let value = from + (to - from) * i as f64 / last;
            let p = profiler.at(self.square_in(value)).ok_or(StatsError::Range)?;
            points.push(ComponentProfilePoint {
                value,
                other: self.square_out(p.theta[1 - index]),
                log_likelihood: self.log_likelihood_out(p.ll, restricted),
                coefficients: self.coefficients_out(&p.b),
            });
        }
        Ok(ComponentProfile {
            component,
            estimate: sigma2[index],
            method: fit.options.method,
            log_likelihood: fit.log_likelihood,
            level: o.level,
            lower,
            upper,
            points,
        })
    }
}
