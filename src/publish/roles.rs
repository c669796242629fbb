//! What each result is for: its role in the plan, or, without one, what its statement says.

use crate::eval::outcome::{Outcome, PoolResult};

/// The part of a report that a result stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A synthesis.
    Synthesis,
    /// Possible causes of heterogeneity.
    Heterogeneity,
    /// Robustness.
    Sensitivity,
    /// Missing results.
    MissingResults,
    /// Absolute effects and what else bears on certainty.
    Certainty,
    /// Comparisons with printed numbers.
    Published,
    /// Not shown again: listings, prints, files.
    Aside,
}

/// The part of a pooled result. Without a plan: what restates another is a sensitivity analysis,
/// what has subgroups explores heterogeneity.
pub fn of_pool(result: &PoolResult) -> Part {
    match result.role {
        Some("primary" | "secondary") => Part::Synthesis,
        Some("subgroup" | "meta_regression") => Part::Heterogeneity,
        Some("sensitivity") => Part::Sensitivity,
        Some("small_study") => Part::MissingResults,
        _ if !result.spec.by.is_empty() => Part::Heterogeneity,
        _ if result.spec.parent.is_some() => Part::Sensitivity,
        _ => Part::Synthesis,
    }
}

/// The part of any result.
pub fn of(outcome: &Outcome) -> Part {
    match outcome {
        Outcome::Pool(result) => of_pool(result),
        Outcome::Regress(_)
        | Outcome::Predict(_)
        | Outcome::Contrast(_)
        | Outcome::Test(_)
        | Outcome::Vif(_)
        | Outcome::Permute(_)
        | Outcome::Baujat(_) => Part::Heterogeneity,
        Outcome::LeaveOneOut(_)
        | Outcome::Cumulative(_)
        | Outcome::Influence(_)
        | Outcome::Gosh(_)
        | Outcome::Blup(_)
        | Outcome::Bootstrap(_)
        | Outcome::Wild(_)
        | Outcome::Profile(_)
        | Outcome::LevelProfile(_)
        | Outcome::Robustness(_) => Part::Sensitivity,
        Outcome::Egger(_)
        | Outcome::Begg(_)
        | Outcome::TrimAndFill(_)
        | Outcome::FailSafe(_)
        | Outcome::Harbord(_)
        | Outcome::Peters(_)
        | Outcome::Macaskill(_)
        | Outcome::Deeks(_)
        | Outcome::Ruecker(_)
        | Outcome::PetPeese(_)
        | Outcome::ExcessSignificance(_)
        | Outcome::HenmiCopas(_)
        | Outcome::RuleRun(_)
        | Outcome::Unanswered(_) => Part::MissingResults,
        Outcome::Probability(_) | Outcome::Absolute(_) | Outcome::ReExpress(_) => Part::Certainty,
        Outcome::Expect(_) | Outcome::Reproduce(_) => Part::Published,
        _ => Part::Aside,
    }
}
