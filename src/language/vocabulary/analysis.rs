//! The clauses of an analysis, and those that `set` takes.

use super::clauses::ClauseId as C;

/// The clauses of every analysis, `pool` or derived.
pub const ANALYSIS: &[C] = &[
    C::At,
    C::Measure,
    C::Variance,
    C::Model,
    C::Tau2,
    C::Ci,
    C::Pi,
    C::Level,
    C::I2,
    C::Zero,
    C::MultiArm,
    C::Cluster,
    C::Crossover,
    C::Impute,
    C::Corr,
    C::Medians,
    C::Exclude,
    C::Only,
    C::Where,
    C::Because,
    C::By,
    C::Combine,
    C::Multilevel,
    C::Robust,
    C::Prefer,
    C::Keep,
];

/// The clauses that `set` takes.
pub const SETTABLE: &[C] = &[
    C::Measure,
    C::Variance,
    C::Model,
    C::Ci,
    C::Pi,
    C::Level,
    C::I2,
    C::Zero,
    C::Conventions,
    C::MultiArm,
    C::Cluster,
    C::Crossover,
    C::Impute,
    C::Corr,
    C::Medians,
];
