//! One ascent of the likelihood to a local maximum over the quadrant of variances.
//!
//! Newton's method with the observed information, or Fisher scoring where that is not positive
//! definite. A step that would make a variance negative ends where it is exactly 0, and a
//! variance stays there while the score points outward. Steps that do not raise the likelihood
//! are shortened; once the gain to expect is below the rounding of the likelihood, steps are
//! judged by the score alone, which is good to full precision.

use super::clustered::Clustered;
use super::likelihood::Point;

/// An ascent: which variances may move, which likelihood, how many evaluations it took.
pub(crate) struct Climb<'a> {
    pub data: &'a Clustered,
    pub restricted: bool,
    pub free: [bool; 2],
    pub evaluations: usize,
}

impl Climb<'_> {
    /// The local maximum reached from a start; `None` where the likelihood does not exist.
    pub fn from(&mut self, start: [f64; 2]) -> Option<Point> {
        let mut at = self.point(start)?;
        for _ in 0..200 {
            let (step, gain) = self.step(&at);
            if gain <= 0.0 {
                return Some(at);
            }
            if gain < 1e-9 * (1.0 + 1e-4 * at.ll.abs()) {
                return Some(self.polish(at, step, gain));
            }
            let mut length = 1.0;
            let next = loop {
                let next = self.point(moved(at.theta, step, length));
                match next {
                    Some(next) if next.ll > at.ll => break Some(next),
                    _ if length < 1e-12 => break None,
                    _ => length *= 0.25,
                }
            };
            match next {
                Some(next) => at = next,
                None => return Some(at),
            }
        }
        Some(at)
    }

    /// Full steps near a maximum, as long as the expected gain shrinks.
    fn polish(&mut self, mut at: Point, mut step: [f64; 2], mut gain: f64) -> Point {
        for _ in 0..12 {
            let Some(next) = self.point(moved(at.theta, step, 1.0)) else { return at };
            let (next_step, next_gain) = self.step(&next);
            if next_gain >= gain {
                return at;
            }
            let settled = next_gain <= 0.0 || (0..2).all(|i| next_step[i].abs() <= f64::EPSILON * next.theta[i]);
            (at, step, gain) = (next, next_step, next_gain);
            if settled {
                return at;
            }
        }
        at
    }

    /// The step still proposed at a point, relative to the variances.
    pub fn residual_step(&self, at: &Point) -> f64 {
        let (step, gain) = self.step(at);
        let size = at.theta[0] + at.theta[1];
        if gain <= 0.0 || size == 0.0 { 0.0 } else { (step[0].abs() + step[1].abs()) / size }
    }

    fn point(&mut self, theta: [f64; 2]) -> Option<Point> {
        self.evaluations += 1;
        self.data.point(theta, self.restricted)
    }

    /// The step proposed at a point, and twice the gain to expect of it; 0 at a maximum.
    fn step(&self, at: &Point) -> ([f64; 2], f64) {
        let mut moving = [0, 1].map(|i| self.free[i] && !(at.theta[i] == 0.0 && at.score[i] <= 0.0));
        loop {
            let step = direction(at, moving);
            // A variance at 0 that the other one drags below 0 stays.
            let outward = (0..2).find(|i| moving[*i] && at.theta[*i] == 0.0 && step[*i] < 0.0);
            match outward {
                Some(i) => moving[i] = false,
                None => return (step, at.score[0] * step[0] + at.score[1] * step[1]),
            }
        }
    }
}

/// Newton's step over the moving variances, or Fisher's.
fn direction(at: &Point, moving: [bool; 2]) -> [f64; 2] {
    let solve = |h: &[[f64; 2]; 2]| -> Option<[f64; 2]> {
        let s = at.score;
        match moving {
            [false, false] => Some([0.0; 2]),
            [true, false] => (h[0][0] > 0.0).then(|| [s[0] / h[0][0], 0.0]),
            [false, true] => (h[1][1] > 0.0).then(|| [0.0, s[1] / h[1][1]]),
            [true, true] => {
                let det = h[0][0] * h[1][1] - h[0][1] * h[0][1];
                (h[0][0] > 0.0 && h[1][1] > 0.0 && det > 1e-10 * h[0][0] * h[1][1])
                    .then(|| [(h[1][1] * s[0] - h[0][1] * s[1]) / det, (h[0][0] * s[1] - h[0][1] * s[0]) / det])
            }
        }
    };
    let finite = |d: &[f64; 2]| d.iter().all(|x| x.is_finite());
    // Where even the information is singular, along the score alone.
    let along = || [0, 1].map(|i| if moving[i] && at.expected[i][i] > 0.0 { 0.5 * at.score[i] / at.expected[i][i] } else { 0.0 });
    solve(&at.observed).filter(finite).or_else(|| solve(&at.expected).filter(finite)).unwrap_or_else(along)
}

/// A step of a length, ended at the first variance that reaches 0.
fn moved(theta: [f64; 2], step: [f64; 2], length: f64) -> [f64; 2] {
    let mut length = length;
    let mut hit = None;
    for i in 0..2 {
        if step[i] < 0.0 && theta[i] + length * step[i] <= 0.0 {
            length = theta[i] / -step[i];
            hit = Some(i);
        }
    }
    let mut next = [0, 1].map(|i| (theta[i] + length * step[i]).max(0.0));
    if let Some(i) = hit {
        next[i] = 0.0;
    }
    next
}
