//! Studies and their moderators, checked, centred and scaled, with the sums of the model.

use super::design::Design;
use super::frame::{Frame, Solution};
use super::small::{Orthonormal, dot};
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use crate::stats::pool::{Evidence, MomentEstimate, Moments, Sums};

/// The ratio of variances that one basis serves.
const SPAN: f64 = 1e3;

/// A design factored once, for any number of fits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Factored {
    /// X = Q R.
    pub x: Orthonormal,
    /// Index and value of the first constant column.
    pub constant: Option<(usize, f64)>,
    /// Whether a constant is a combination of the columns.
    pub spans_constant: bool,
}

impl Factored {
    /// Errors: a number that is not finite, a redundant column.
    pub fn new(design: &Design) -> Result<Self, StatsError> {
        let (k, p) = (design.rows(), design.columns());
        let mut columns = Vec::with_capacity(k * p);
        for j in 0..p {
            columns.extend((0..k).map(|i| design.row(i)[j]));
        }
        if let Some(at) = columns.iter().position(|x| !(x.is_finite() && x.abs() < 1e150)) {
            return Err(StatsError::Count { what: "a moderator", index: at % k, value: columns[at] });
        }
        let constant = (0..p).map(|j| (j, columns[j * k])).find(|(j, c)| *c != 0.0 && columns[j * k..(j + 1) * k].iter().all(|x| x == c));
        let x = Orthonormal::new(&columns, k, p, constant.map(|(j, _)| j)).map_err(|column| StatsError::Redundant { column })?;
        let ones = vec![1.0; k];
        let inside = x.coordinates(&ones);
        let outside = (0..k).map(|i| 1.0 - (0..p).map(|j| inside[j] * x.q[j * k + i]).sum::<f64>());
        let spans_constant = constant.is_some() || outside.fold(0.0, |a: f64, x| a.max(x.abs())) < 1e-9;
        Ok(Self { x, constant, spans_constant })
    }
}

/// The data of one regression; see the module.
pub(crate) struct MixedEvidence<'a> {
    /// The effects without moderators: units, scale, and the model with a mean only.
    pub mean: &'a Evidence,
    /// Scaled variances, in the caller's order.
    v: Vec<f64>,
    /// Bases, from that of tau2 = 0 to those of larger tau2.
    frames: Vec<Frame>,
    p: usize,
    /// What was subtracted from the effects, in the caller's units.
    centre: f64,
    /// Coordinates of the unweighted fit.
    plain: Vec<f64>,
    /// Sum of squared residuals of the unweighted fit.
    squares: f64,
    /// Sum of squares of the working effects before that fit, to tell residuals from rounding.
    before: f64,
}

impl<'a> MixedEvidence<'a> {
    /// `order[i]` is the row of the design that belongs to study i.
    pub fn new(mean: &'a Evidence, design: &Factored, order: &[usize]) -> Result<Self, StatsError> {
        let (mut y, v) = mean.in_order();
        let x = &design.x;
        if x.n != y.len() || order.len() != y.len() {
            return Err(StatsError::LengthMismatch { what: "rows of the design and effects", left: x.n, right: y.len() });
        }
        let mut centre = mean.centre();
        if design.constant.is_none() {
            // Without a constant in the design the effects are not free to be shifted.
            let shift = mean.length_in(centre);
            for y in &mut y {
                *y += shift;
            }
            centre = 0.0;
            if !y.iter().all(|y| y.abs() < 1e150) {
                return Err(StatsError::Range);
            }
        }
        let before = dot(&y, &y);
        // Twice, so that the residuals are as orthogonal as they can be.
        let mut plain = vec![0.0; x.p];
        for _ in 0..2 {
            for (j, plain) in plain.iter_mut().enumerate() {
                let q = x.column(j);
                let along = crate::stats::pool::block_sum(y.len(), |i| q[order[i]] * y[i]);
                *plain += along;
                for (y, i) in y.iter_mut().zip(order) {
                    *y -= along * q[*i];
                }
            }
        }
        let mut from = 0.0;
        let mut frames = Vec::new();
        loop {
            frames.push(Frame::new(x, order, &y, &v, from).ok_or(StatsError::Range)?);
            from = if from == 0.0 { mean.vmin() * SPAN } else { from * SPAN };
            if from >= mean.vmax {
                break;
            }
        }
        let squares = dot(&y, &y);
        Ok(Self { mean, v, frames, p: x.p, centre, plain, squares, before })
    }

    fn frame(&self, tau2: f64) -> &Frame {
        let last = self.frames.iter().rposition(|f| f.from <= tau2).unwrap_or(0);
        &self.frames[last]
    }

    /// The fit at a scaled tau2.
    pub fn solve(&self, tau2: f64) -> Solution {
        let mut solution = self.frame(tau2).solve(tau2);
        for (c, plain) in solution.coordinates.iter_mut().zip(&self.plain) {
            *c += plain;
        }
        solution
    }

    /// What was subtracted from the effects, in the caller's units.
    pub fn centre(&self) -> f64 {
        self.centre
    }

    /// Whether the effects lie on the model exactly, up to rounding.
    pub fn fits_exactly(&self) -> bool {
        self.squares <= self.before * (self.v.len() as f64 * 1e-30)
    }
}

impl Sums for MixedEvidence<'_> {
    fn k(&self) -> usize {
        self.v.len()
    }
    fn p(&self) -> usize {
        self.p
    }
    fn variances(&self) -> &[f64] {
        &self.v
    }
    fn vmin(&self) -> f64 {
        self.mean.vmin()
    }
    fn vmax(&self) -> f64 {
        self.mean.vmax
    }
    fn squares(&self) -> f64 {
        self.squares
    }
    fn moments(&self, tau2: f64, _: f64) -> Moments {
        self.frame(tau2).moments(tau2)
    }
    fn squares_at(&self, tau2: f64, _: f64) -> Moments {
        self.frame(tau2).squares_at(tau2)
    }
    fn ln_det(&self, tau2: f64, _: &Moments) -> f64 {
        let frame = self.frame(tau2);
        frame.ln_det(|v| 1.0 / (v + tau2)) - frame.ln_det(|_| 1.0)
    }
    fn ln_scale(&self) -> f64 {
        self.mean.ln_scale()
    }
    fn hedges(&self, df: f64) -> MomentEstimate {
        let frame = self.frame(f64::INFINITY);
        let raw = (self.squares - frame.traces(|_| 1.0, |v| v).tr_pm) / df;
        let t = raw.max(0.0);
        MomentEstimate { raw, se: sqrt(2.0 * frame.traces(|_| 1.0, |v| v + t).tr_pmpm) / df }
    }
    fn sidik_jonkman(&self, _: &Moments, df: f64) -> MomentEstimate {
        let start = self.mean.sum_of_squares / self.v.len() as f64;
        if start <= 0.0 {
            return MomentEstimate { raw: 0.0, se: 0.0 };
        }
        let frame = self.frame(start);
        let raw = start * frame.moments(start).q / df;
        let trace = frame.traces(|v| 1.0 / (v + start), |v| v + raw).tr_pmpm;
        MomentEstimate { raw, se: start / df * sqrt(2.0 * trace) }
    }
}
