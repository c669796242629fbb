//! What a reader must know of a test of small-study effects.

use super::PredictorKind;
use crate::stats::effect::Measure;
use serde::Serialize;

/// A remark on one result.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum SmallStudyNote {
    /// Fewer than ten studies.
    FewStudies { k: usize },
    /// Studies with no event in either group, or nothing but events, say nothing here.
    LeftOut { count: usize },
    /// A standardised mean difference is correlated with its own standard error.
    SmdWithItsError,
    /// A log odds ratio or risk ratio is correlated with its own standard error.
    RatioWithItsError,
    /// Ties, so that the exact distribution does not apply.
    TiesNormal { tied: usize },
    /// Too many studies for the exact distribution to be worth its cost.
    ManyNormal { k: usize },
    /// The interval of the coefficient asked for was narrower than Wald's, which is the result.
    NarrowerThanWald,
    /// The residual heterogeneity is estimated as 0.
    Tau2AtZero,
    /// PET-PEESE with heterogeneity or few studies.
    PetPeeseFragile { k: usize, i2: f64 },
    /// Trim-and-fill went round in a circle: the smallest number of it was taken.
    Cycle { smallest: usize, largest: usize },
    /// Trim-and-fill did not settle within the iterations allowed.
    NotSettled { iterations: usize },
    /// Another order of studies with equal effects changes trim-and-fill: the range of the
    /// number of missing studies and of the estimate.
    TiesDecide { k0: [usize; 2], estimate: [f64; 2] },
    /// What trim-and-fill gives under heterogeneity.
    TrimHeterogeneity,
    /// All that a fail-safe number leaves out.
    FailSafeReading,
    /// The combined result is not significant in the first place.
    NotSignificant { p: f64 },
    /// The mean is already within the target.
    WithinTarget { mean: f64 },
    /// Under heterogeneity an excess of significant results has other reasons.
    ExcessHeterogeneity,
    /// The limit estimate does not exist.
    NoLimitEstimate,
    /// A single study: its own interval.
    SingleStudy,
}

impl SmallStudyNote {
    /// The remark that a regression of a measure's effects on a predictor calls for, if any:
    /// standardised mean differences and ratios are correlated with the standard errors that
    /// are computed from them.
    #[must_use]
    pub fn for_measure(measure: Measure, predictor: PredictorKind) -> Option<Self> {
        if !matches!(predictor, PredictorKind::Se | PredictorKind::Vi) {
            return None;
        }
        match measure {
            Measure::Smd | Measure::Smd1 | Measure::Smdh | Measure::Dppc => Some(Self::SmdWithItsError),
            Measure::Or | Measure::Rr => Some(Self::RatioWithItsError),
            _ => None,
        }
    }

    /// The remark as a sentence without its final stop.
    #[must_use]
    pub fn text(&self) -> String {
        match *self {
            Self::FewStudies { k } => {
                format!("{k} studies: below ten, a test of small-study effects can hardly tell chance from asymmetry")
            }
            Self::LeftOut { count } => {
                let (study, have) = if count == 1 { ("study", "has") } else { ("studies", "have") };
                format!("{count} {study} {have} no event in either group or nothing but events, and cannot enter this test")
            }
            Self::SmdWithItsError => {
                "a standardised mean difference is correlated with its own standard error, which alone can make a funnel look asymmetric; `predictor modified` avoids it".into()
            }
            Self::RatioWithItsError => {
                "a log ratio of counts is correlated with its own standard error, which alone can make a funnel look asymmetric; the tests of Harbord and Peters avoid it".into()
            }
            Self::TiesNormal { tied } => {
                format!("{tied} studies share a rank: p is from the normal distribution with a correction for ties")
            }
            Self::ManyNormal { k } => format!("with {k} studies p is from the normal distribution"),
            Self::NarrowerThanWald => "Wald's interval and p are the result: the interval asked for would be narrower".into(),
            Self::Tau2AtZero => "the residual tau2 is estimated as 0".into(),
            Self::PetPeeseFragile { k, i2 } => {
                format!("PET and PEESE are unreliable with few studies or much heterogeneity: here {k} studies and an I2 of {i2:.0}%")
            }
            Self::Cycle { smallest, largest } => {
                format!("the number of missing studies went round between {smallest} and {largest} without settling: {smallest} was taken")
            }
            Self::NotSettled { iterations } => {
                format!("the number of missing studies had not settled after {iterations} iterations")
            }
            Self::TiesDecide { k0: [a, b], estimate: [low, high] } => format!(
                "studies with the same effect were taken in the order given; in another order of them {a} to {b} studies are missing and the estimate is {low:.4} to {high:.4}"
            ),
            Self::TrimHeterogeneity => {
                "trim-and-fill assumes that asymmetry comes from missing studies alone, and does poorly where true effects differ".into()
            }
            Self::FailSafeReading => {
                "a fail-safe number supposes that the missing studies found nothing on average, and says nothing of how large the effect is".into()
            }
            Self::NotSignificant { p } => format!("the combined result is not significant to begin with (p = {p:.3})"),
            Self::WithinTarget { mean } => format!("the mean ({mean:.4}) is within the target already"),
            Self::ExcessHeterogeneity => {
                "where true effects differ, the power that the test supposes for each study is uncertain".into()
            }
            Self::NoLimitEstimate => "no true effect makes the number of significant results this probable: there is no limit estimate".into(),
            Self::SingleStudy => "a single study: its own interval".into(),
        }
    }

    /// The paper behind it, or nothing.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        match self {
            Self::FewStudies { .. } | Self::RatioWithItsError => "Sterne JAC et al. BMJ 2011;343:d4002",
            Self::SmdWithItsError => "Pustejovsky JE, Rodgers MA. Res Synth Methods 2019;10:57-71",
            Self::TiesNormal { .. } | Self::ManyNormal { .. } => "Kendall MG. Rank Correlation Methods. 4th ed. Griffin, 1970",
            Self::PetPeeseFragile { .. } => "Stanley TD. Soc Psychol Personal Sci 2017;8:581-591",
            Self::TrimHeterogeneity => "Peters JL et al. Stat Med 2007;26:4544-4562",
            Self::FailSafeReading => {
                "Becker BJ. In: Rothstein HR, Sutton AJ, Borenstein M (eds). Publication Bias in Meta-Analysis. Wiley, 2005"
            }
            Self::ExcessHeterogeneity => "Ioannidis JPA, Trikalinos TA. Clin Trials 2007;4:245-253",
            _ => "",
        }
    }

    /// The note on few studies, if it applies.
    pub(super) fn few(k: usize) -> Option<Self> {
        (k < 10).then_some(Self::FewStudies { k })
    }
}
