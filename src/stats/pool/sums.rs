//! What the estimators of tau2 ask of the data: the sums of a model with any fixed part.
//!
//! With an intercept only it is [`super::evidence::Evidence`]; with moderators it is the
//! evidence of `stats::regression`. All values are in scaled units.

use super::evidence::Moments;
use super::moment::MomentEstimate;

/// Studies with a fixed part of `p` coefficients, scaled so that the smallest variance is
/// between 1 and 4.
pub(crate) trait Sums {
    /// Number of studies.
    fn k(&self) -> usize;
    /// Number of coefficients, below `k`.
    fn p(&self) -> usize;
    /// Sampling variances, in any order.
    fn variances(&self) -> &[f64];
    /// The smallest variance.
    fn vmin(&self) -> f64;
    /// The largest variance.
    fn vmax(&self) -> f64;
    /// Sum of squared residuals of the unweighted fit.
    fn squares(&self) -> f64;
    /// The sums at one tau2; `hint` is the `mu` of a nearby tau2.
    fn moments(&self, tau2: f64, hint: f64) -> Moments;
    /// As [`Sums::moments`], of which only `mu`, `q` and `ypp` are needed.
    fn squares_at(&self, tau2: f64, hint: f64) -> Moments {
        self.moments(tau2, hint)
    }
    /// ln |X'WX| - ln |X'X| at a tau2, `at` holding the sums there.
    fn ln_det(&self, tau2: f64, at: &Moments) -> f64;
    /// ln of the factor by which lengths were divided.
    fn ln_scale(&self) -> f64;
    /// The estimate of Hedges; `df` = k - p.
    fn hedges(&self, df: f64) -> MomentEstimate;
    /// The estimate of Sidik and Jonkman; `zero` holds the sums at tau2 = 0.
    fn sidik_jonkman(&self, zero: &Moments, df: f64) -> MomentEstimate;

    /// Residual degrees of freedom, k - p.
    fn df(&self) -> f64 {
        (self.k() - self.p()) as f64
    }
}
