//! The likelihood of tau2 along its axis, and the interval it gives.
//!
//! At each tau2 the mean is at its best, so that ll(tau2) has one argument. The interval holds
//! every tau2 with 2 (ll at the maximum - ll(tau2)) <= the chi-squared quantile with 1 df. Its
//! ends are roots of that equation, bracketed on a grid that runs to where the likelihood is
//! proved to fall for good; where the likelihood has several maxima it can be in pieces.
//!
//! Sources: Hardy and Thompson 1996, Stat Med 15:619-629 (ML); for the restricted likelihood
//! Viechtbauer 2007, Stat Med 26:37-52.

use super::fit::restricted;
use crate::stats::dist::chi2_isf;
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use crate::stats::pool::{Evidence, Model, Moments, likelihood_bound, log_likelihood, scaled, tail};
use crate::stats::root::falling_root;
use serde::Serialize;

/// Ratio of neighbouring grid points of vmin + tau2, as in the search for the maximum.
const RATIO: f64 = 1.3;

/// What to show of the likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ProfileOptions {
    /// Number of points, evenly spaced over the range; 0 for the interval alone.
    pub points: usize,
    /// The range of tau2; `None` for 0 to a fifth beyond the interval.
    pub range: Option<[f64; 2]>,
    /// Of the interval, in percent.
    pub level: f64,
}

/// The model with tau2 held at one value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ProfilePoint {
    /// The value, in squared units of the effect.
    pub tau2: f64,
    /// Log-likelihood (restricted under REML), all constants included.
    pub log_likelihood: f64,
    /// The mean effect there.
    pub estimate: f64,
    /// Its model-based standard error.
    pub se: f64,
}

/// The profile-likelihood interval of tau2, in squared units of the effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileInterval {
    /// Its lower end; 0 is exact.
    pub lower: f64,
    /// Its upper end; `None` where that is beyond double precision.
    pub upper: Option<f64>,
    /// Its pieces, ascending: one, unless the likelihood has several high maxima. `None` as
    /// an end is beyond double precision.
    pub pieces: Vec<(f64, Option<f64>)>,
}

/// The likelihood of tau2.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// Number of studies.
    pub k: usize,
    /// Whether it is the restricted likelihood (REML), not the full one (ML).
    pub restricted: bool,
    /// The model at the maximum.
    pub best: ProfilePoint,
    /// Of the interval, in percent.
    pub level: f64,
    /// The interval.
    pub interval: ProfileInterval,
    /// The model along the range.
    pub points: Vec<ProfilePoint>,
}

/// Profiles the likelihood of tau2 under ML or REML.
///
/// Errors: those of `pool`; a model without a likelihood of tau2; fewer than two studies; a
/// level not between 0 and 100; a range that is not ascending from 0 or more.
pub fn profile(y: &[f64], v: &[f64], model: Model, o: &ProfileOptions) -> Result<Profile, StatsError> {
    let undefined = |reason| StatsError::Undefined { model: "a profile likelihood of tau2", reason };
    let (Some(restricted), Model::Random(estimator)) = (restricted(model), model) else {
        return Err(undefined("only ml and reml estimate tau2 by likelihood"));
    };
    let critical = chi2_isf(2.0 * tail(o.level)?, 1.0);
    if o.range.is_some_and(|[a, b]| !(a >= 0.0 && b > a && b.is_finite())) {
        return Err(undefined("its range has to ascend from 0 or more"));
    }
    let evidence = Evidence::new(y, v)?;
    let k = evidence.k();
    if k < 2 {
        return Err(StatsError::TooFewStudies { model: "a profile likelihood of tau2", k, needed: 2 });
    }
    let zero = evidence.moments(0.0, 0.0);
    let tau2 = scaled(&evidence, &zero, estimator).value;
    let mut curve = Curve { evidence: &evidence, restricted, hint: zero.mu, highest: 0.0, critical };
    let (best, at) = (curve.place(tau2), evidence.moments(tau2, zero.mu));
    curve.highest = best.log_likelihood;
    let pieces = curve.pieces(tau2);
    let out = |t: f64| Some(evidence.square_out(t)).filter(|t| t.is_finite());
    let pieces: Vec<(f64, Option<f64>)> = pieces.into_iter().map(|[a, b]| (evidence.square_out(a), out(b))).collect();
    let (Some(&(lower, _)), Some(&(_, upper))) = (pieces.first(), pieces.last()) else {
        return Err(StatsError::Range);
    };
    if !best.log_likelihood.is_finite() || at.s1 <= 0.0 {
        return Err(StatsError::Range);
    }
    let point = |t: f64, m: &Moments| ProfilePoint {
        tau2: evidence.square_out(t),
        log_likelihood: log_likelihood(&evidence, restricted, t, m),
        estimate: evidence.location_out(m.mu),
        se: evidence.length_out(1.0 / sqrt(m.s1)),
    };
    let [from, to] = o.range.unwrap_or([0.0, 1.2 * upper.unwrap_or(f64::MAX / 2.0)]);
    let last = o.points.saturating_sub(1).max(1) as f64;
    let points = (0..o.points).map(|i| {
        let share = i as f64 / last;
        let tau2 = from + share * (to - from);
        let t = evidence.square_in(tau2);
        ProfilePoint { tau2, ..point(t, &evidence.moments(t, at.mu)) }
    });
    Ok(Profile {
        k,
        restricted,
        best: point(tau2, &at),
        level: o.level,
        interval: ProfileInterval { lower, upper, pieces },
        points: points.collect(),
    })
}

/// The curve whose zeros are the ends of the interval, in scaled units.
struct Curve<'a> {
    evidence: &'a Evidence,
    restricted: bool,
    hint: f64,
    /// The log-likelihood at the maximum.
    highest: f64,
    critical: f64,
}

/// One value of tau2.
#[derive(Debug, Clone, Copy)]
struct Place {
    tau2: f64,
    log_likelihood: f64,
    /// Derivative of the log-likelihood.
    score: f64,
}

impl Curve<'_> {
    fn place(&mut self, tau2: f64) -> Place {
        let m = self.evidence.moments(tau2, self.hint);
        self.hint = m.mu;
        let n = if self.restricted { m.tr_p } else { m.s1 };
        Place { tau2, log_likelihood: log_likelihood(self.evidence, self.restricted, tau2, &m), score: 0.5 * (m.ypp - n) }
    }

    /// Above 0 outside the interval, below inside.
    fn excess(&self, p: &Place) -> f64 {
        2.0 * (self.highest - p.log_likelihood) - self.critical
    }

    fn inside(&self, p: &Place) -> bool {
        self.excess(p) <= 0.0
    }

    /// The pieces of the interval, ascending.
    fn pieces(&mut self, best: f64) -> Vec<[f64; 2]> {
        let mut ends = Vec::new();
        let mut last = self.place(0.0);
        if self.inside(&last) {
            ends.push(0.0);
        }
        let vmin = self.evidence.vmin();
        let bound = likelihood_bound(self.evidence, self.restricted);
        let mut x = vmin;
        while last.tau2 < bound || self.inside(&last) {
            x *= RATIO;
            if x > 1e300 {
                break;
            }
            let next = self.place(x - vmin);
            // The maximum is a grid point of its own, so that its piece cannot be missed.
            let stops = if last.tau2 < best && best < next.tau2 { vec![self.place(best), next] } else { vec![next] };
            for stop in stops {
                self.crossings(last, stop, &mut ends);
                last = stop;
            }
        }
        if ends.len() % 2 == 1 {
            ends.push(f64::INFINITY);
        }
        ends.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect()
    }

    /// Adds the ends of the interval that lie between two places.
    fn crossings(&mut self, a: Place, b: Place, ends: &mut Vec<f64>) {
        match (self.inside(&a), self.inside(&b)) {
            (true, true) if a.score < 0.0 && b.score > 0.0 => self.by_way_of_extremum(a, b, -1.0, ends),
            (false, false) if a.score > 0.0 && b.score < 0.0 => self.by_way_of_extremum(a, b, 1.0, ends),
            (true, true) | (false, false) => {}
            _ => ends.push(self.root(a, b)),
        }
    }

    /// Two ends or none, on either side of a valley (`sign` -1) or a peak (1) between.
    fn by_way_of_extremum(&mut self, a: Place, b: Place, sign: f64, ends: &mut Vec<f64>) {
        let vmin = self.evidence.vmin();
        let middle = a.tau2 + 0.5 * (b.tau2 - a.tau2);
        let root = falling_root(|t| (sign * self.place(t).score, f64::NAN), a.tau2, b.tau2, middle, vmin);
        let extremum = self.place(root.x);
        if self.inside(&extremum) != self.inside(&a) {
            ends.extend([self.root(a, extremum), self.root(extremum, b)]);
        }
    }

    /// The end between a place inside and one outside, in either order.
    fn root(&mut self, a: Place, b: Place) -> f64 {
        let sign = if self.inside(&a) { -1.0 } else { 1.0 };
        let (fa, fb) = (self.excess(&a), self.excess(&b));
        let start = a.tau2 + (b.tau2 - a.tau2) * fa / (fa - fb);
        let scale = self.evidence.vmin();
        falling_root(
            |t| {
                let p = self.place(t);
                let f = self.excess(&p);
                (sign * f, f / (2.0 * p.score))
            },
            a.tau2,
            b.tau2,
            start,
            scale,
        )
        .x
    }
}
