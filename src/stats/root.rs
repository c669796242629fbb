//! A bracketed root of a smooth function: Newton steps kept inside a shrinking bracket.
//!
//! Source: Press et al. 2007, Numerical Recipes, section 9.4 (`rtsafe`), with a stopping rule
//! at the resolution of double precision in place of a tolerance.

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Root {
    /// The root.
    pub x: f64,
    /// The last bracket: the function is >= 0 at its lower end and <= 0 at its upper end.
    pub bracket: [f64; 2],
    /// How often the function was evaluated.
    pub evaluations: usize,
}

/// The root of a function that is >= 0 at `lower` and <= 0 at `upper`.
///
/// `f(x)` returns the sign-carrying value at x and the Newton step (value / -slope) proposed
/// there, which may be anything: a step that leaves the bracket, is not finite, or fails to
/// halve the bracket in three evaluations is replaced by bisection. The search ends when the
/// step is below `resolution * (|x| + scale)`, where `scale` is the size below which changes
/// of x are lost in the rounding of the function. Always returns; at most 400 evaluations.
pub fn falling_root(mut f: impl FnMut(f64) -> (f64, f64), lower: f64, upper: f64, start: f64, scale: f64) -> Root {
    const RESOLUTION: f64 = 2.0 * f64::EPSILON;
    let (mut lo, mut hi) = (lower, upper);
    let mut x = start.clamp(lo, hi);
    let mut reference_width = hi - lo;
    let mut evaluations = 0;
    let mut bisect = false;
    while evaluations < 400 {
        let (value, step) = f(x);
        evaluations += 1;
        if value == 0.0 {
            return Root { x, bracket: [lo, hi], evaluations };
        }
        if value > 0.0 {
            lo = x;
        } else {
            hi = x;
        }
        if evaluations % 3 == 0 {
            bisect = hi - lo > 0.5 * reference_width;
            reference_width = hi - lo;
        }
        let proposed = x + step;
        let small = RESOLUTION * (x.abs() + scale);
        let next = if step.abs() <= small && step * value > 0.0 {
            // Converged. The proposed point is the better one, if it is still inside.
            let x = proposed.clamp(lo, hi);
            return Root { x, bracket: [lo, hi], evaluations };
        } else if bisect || !proposed.is_finite() || proposed <= lo || proposed >= hi {
            bisect = false;
            lo + 0.5 * (hi - lo)
        } else {
            proposed
        };
        if hi - lo <= small || next <= lo || next >= hi {
            return Root { x: next.clamp(lo, hi), bracket: [lo, hi], evaluations };
        }
        x = next;
    }
    Root { x, bracket: [lo, hi], evaluations }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newton_reaches_the_last_bit() {
        let root = falling_root(|x| (2.0 - x * x, (2.0 - x * x) / (2.0 * x)), 0.0, 2.0, 1.0, 0.0);
        assert!((root.x - std::f64::consts::SQRT_2).abs() <= 4.5e-16);
        assert!(root.evaluations < 12);
    }

    #[test]
    fn a_useless_step_ends_in_bisection() {
        for step in [0.0, f64::NAN, f64::INFINITY, 1e-3] {
            let root = falling_root(|x| (0.3 - x, step), 0.0, 1e6, 5.0, 1.0);
            assert!((root.x - 0.3).abs() < 2e-15, "{step}: {root:?}");
        }
    }

    #[test]
    fn a_root_at_an_end_is_found() {
        let root = falling_root(|x| (-x, -x), 0.0, 1.0, 0.5, 1.0);
        assert!(root.x.abs() < 1e-15);
    }
}
