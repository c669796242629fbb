//! What each result is for: its role in the plan, or, without one, what its statement says.

use crate::eval::outcome::{Outcome, Plot, PoolResult};

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

/// The status of an analysis by the plan; none of what is no analysis of its own.
pub fn status(outcome: &Outcome) -> Option<&'static str> {
    match of(outcome) {
        Part::Certainty | Part::Published | Part::Aside => None,
        _ => match outcome {
            Outcome::Pool(pool) => Some(pool.status),
            other => other.head().map(|head| head.status),
        },
    }
}

/// The picture that a report shows of a result, beside forests of pools.
pub fn plot_of(outcome: &Outcome) -> Option<Plot> {
    match outcome {
        Outcome::LeaveOneOut(_) | Outcome::Cumulative(_) => Some(Plot::Forest),
        Outcome::Regress(_) => Some(Plot::Bubble),
        Outcome::Baujat(_) => Some(Plot::Baujat),
        Outcome::Gosh(_) => Some(Plot::Gosh),
        Outcome::Influence(_) => Some(Plot::Influence),
        Outcome::Profile(_) | Outcome::LevelProfile(_) => Some(Plot::Profile),
        Outcome::Robustness(_) => Some(Plot::Specification),
        _ => None,
    }
}

/// What a result of a verb is called in a report: what it is, and of which analysis.
pub fn heading(outcome: &Outcome) -> Option<String> {
    let what = match outcome {
        Outcome::Regress(_) => "Meta-regression",
        Outcome::Predict(_) => "Predictions of a meta-regression",
        Outcome::Contrast(_) => "Contrast in a meta-regression",
        Outcome::Test(_) => "Test of coefficients",
        Outcome::Vif(_) => "Variance inflation",
        Outcome::Permute(_) => "Permutation test",
        Outcome::Baujat(_) => "Contributions to heterogeneity",
        Outcome::LeaveOneOut(_) => "Leave-one-out analysis",
        Outcome::Cumulative(_) => "Cumulative analysis",
        Outcome::Influence(_) => "Influence of single studies",
        Outcome::Gosh(_) => "All subsets of the studies",
        Outcome::Blup(_) => "Best predictions of the studies' effects",
        Outcome::Bootstrap(_) | Outcome::Wild(_) => "Bootstrap",
        Outcome::Profile(_) | Outcome::LevelProfile(_) => "Profile likelihood",
        Outcome::Robustness(_) => "Robustness to choices",
        Outcome::Egger(_) => "Egger's test",
        Outcome::Begg(_) => "Begg's test",
        Outcome::TrimAndFill(_) => "Trim and fill",
        Outcome::FailSafe(_) => "Fail-safe N",
        Outcome::Harbord(_) => "Harbord's test",
        Outcome::Peters(_) => "Peters' test",
        Outcome::Macaskill(_) => "Macaskill's test",
        Outcome::Deeks(_) => "Deeks' test",
        Outcome::Ruecker(_) => "Rücker's test",
        Outcome::PetPeese(_) => "PET-PEESE",
        Outcome::ExcessSignificance(_) => "Test of excess significance",
        Outcome::HenmiCopas(_) => "Henmi and Copas's interval",
        _ => return None,
    };
    let head = outcome.head()?;
    let name = head.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    Some(format!("{what} of {}{name}", head.of))
}
