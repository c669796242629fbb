//! What can be asked of a regression.

use crate::stats::pool::{CiMethod, Model, Tau2Estimator};
use serde::{Deserialize, Serialize};

/// Everything that [`super::regress`] is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegressOptions {
    /// Common effect (no residual tau2), random effects, or a stated tau2.
    pub model: Model,
    /// Tests and intervals of the coefficients, the omnibus test and contrasts.
    pub ci: CiMethod,
    /// Edition 2026: HKSJ never narrower than Wald. Where `ci` is `Hksj` or `Mhksj`, Wald's
    /// tests and intervals are the result under the common-effect model, with one residual
    /// degree of freedom, and where those asked for would be narrower. Without it, `ci` is
    /// literal.
    pub guard: bool,
    /// Of all intervals, in percent, between 0 and 100.
    pub level: f64,
    /// Whether the Q-profile interval of the residual tau2 is computed.
    pub tau2_ci: bool,
    /// The columns of the omnibus test; `None` for all but the constant one.
    pub test_columns: Option<Vec<usize>>,
}

impl Default for RegressOptions {
    /// Edition 2026: REML, HKSJ guarded, 95%.
    fn default() -> Self {
        Self { model: Model::Random(Tau2Estimator::Reml), ci: CiMethod::Hksj, guard: true, level: 95.0, tau2_ci: true, test_columns: None }
    }
}
