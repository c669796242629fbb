//! What can be asked of a multilevel model.

use serde::{Deserialize, Serialize};

/// The likelihood whose maximum gives the variances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likelihood {
    /// Restricted maximum likelihood.
    Reml,
    /// Maximum likelihood.
    Ml,
}

/// One of the two variances of true effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Between studies.
    Between,
    /// Between the effects of one study.
    Within,
}

impl Level {
    /// Its place in a pair.
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Between => 0,
            Self::Within => 1,
        }
    }
}

/// Whether a variance is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// Estimated.
    Estimated,
    /// Held at a value of at least 0, in squared units of the effect. `Fixed(0.0)` for both
    /// gives the common-effect model.
    Fixed(f64),
}

/// Variances of true effects, in squared units of the effect.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Variances {
    /// sigma2 between studies.
    pub between: f64,
    /// sigma2 between the effects of one study.
    pub within: f64,
}

impl Variances {
    /// Their sum: the variance of the true effects of different studies.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.between + self.within
    }

    /// One of them.
    #[must_use]
    pub const fn of(&self, level: Level) -> f64 {
        match level {
            Level::Between => self.between,
            Level::Within => self.within,
        }
    }
}

/// Test and interval of a coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoefficientTest {
    /// Student t with studies - coefficients df.
    T,
    /// Standard normal.
    Wald,
}

/// Everything that a fit is asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MultilevelOptions {
    /// The likelihood.
    pub method: Likelihood,
    /// The variance between studies.
    pub between: Component,
    /// The variance between the effects of one study.
    pub within: Component,
    /// Tests and intervals.
    pub test: CoefficientTest,
    /// Of all intervals, in percent.
    pub level: f64,
}

impl Default for MultilevelOptions {
    /// Edition 2026: REML, t with studies - coefficients df, 95%.
    fn default() -> Self {
        Self {
            method: Likelihood::Reml,
            between: Component::Estimated,
            within: Component::Estimated,
            test: CoefficientTest::T,
            level: 95.0,
        }
    }
}
