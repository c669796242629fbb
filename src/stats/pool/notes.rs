//! What a reader must know of a result, as values; the wording is kept here with its source.

use super::options::CiMethod;
use serde::Serialize;

/// A remark on one pooled result.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum PoolNote {
    /// k = 1: nothing was pooled.
    SingleStudy,
    /// k = 2: too few to estimate heterogeneity.
    TwoStudies,
    /// k = 2 under the guard: Wald's interval stands for the one asked for.
    WaldForTwoStudies { asked: CiMethod },
    /// A common effect under the guard: Wald's interval stands for the one asked for.
    WaldForCommonEffect { asked: CiMethod },
    /// The interval asked for was narrower than Wald's, which is the result. Half-widths.
    NarrowerThanWald { asked: CiMethod, half_width: f64, wald_half_width: f64 },
    /// HKSJ, taken literally, is narrower than Wald's interval. Half-widths.
    LiteralHksjNarrower { half_width: f64, wald_half_width: f64 },
    /// All effects are the same number.
    AllEffectsEqual,
    /// The estimate of tau2 is 0.
    Tau2AtZero,
    /// The likelihood of tau2 has more than one local maximum; the highest was taken.
    SeveralMaxima { count: usize },
    /// No prediction interval below three studies.
    PredictionNeedsThree { k: usize },
    /// A prediction interval from fewer than five studies.
    PredictionFewStudies { k: usize },
    /// k = 2 and t with k - 2 df: 1 df was used.
    PredictionDfFloored,
    /// No tau2 is compatible with the data by the Q-profile.
    QProfileEmpty,
    /// The Q-profile has no finite upper bound.
    QProfileOpen,
    /// The Q-profile interval excludes the estimate of tau2.
    QProfileExcludesEstimate { tau2: f64, lower: f64, upper: f64 },
    /// Largest by smallest sampling variance is at least 1e7.
    VariancesFarApart { ratio: f64 },
}

impl PoolNote {
    /// The remark as a sentence without its final stop.
    pub fn text(&self) -> String {
        match *self {
            Self::SingleStudy => "a single study: its own result, nothing was pooled".into(),
            Self::TwoStudies => "two studies cannot tell much about heterogeneity: tau2 rests on one difference".into(),
            Self::WaldForTwoStudies { asked } => {
                format!("Wald's interval in place of {}, which with two studies has 1 degree of freedom", asked.name())
            }
            Self::WaldForCommonEffect { asked } => format!("Wald's interval in place of {}, which belongs to random effects", asked.name()),
            Self::NarrowerThanWald { asked, half_width, wald_half_width } => format!(
                "Wald's interval and p are the result: {} would be narrower (half-width {} against {})",
                asked.name(),
                short(half_width),
                short(wald_half_width)
            ),
            Self::LiteralHksjNarrower { half_width, wald_half_width } => {
                format!("the hksj interval is narrower than Wald's (half-width {} against {})", short(half_width), short(wald_half_width))
            }
            Self::AllEffectsEqual => "all effects are equal: tau2 is 0".into(),
            Self::Tau2AtZero => "tau2 is estimated as 0, which does not show that there is no heterogeneity".into(),
            Self::SeveralMaxima { count } => format!("the likelihood of tau2 has {count} local maxima: the highest was taken"),
            Self::PredictionNeedsThree { k } => {
                format!("no prediction interval: it needs three studies, there are {k}")
            }
            Self::PredictionFewStudies { k } => {
                format!("the prediction interval rests on {k} studies and is imprecise")
            }
            Self::PredictionDfFloored => "k - 2 is 0: the prediction interval has 1 degree of freedom".into(),
            Self::QProfileEmpty => "the Q-profile set for tau2 is empty: the effects lie closer together than chance allows".into(),
            Self::QProfileOpen => "the Q-profile interval of tau2 has no upper bound".into(),
            Self::QProfileExcludesEstimate { tau2, lower, upper } => format!(
                "tau2 ({}) lies outside its Q-profile interval ({} to {}), which rests on another principle",
                short(tau2),
                short(lower),
                short(upper)
            ),
            Self::VariancesFarApart { ratio } => format!("the largest sampling variance is {} times the smallest", short(ratio)),
        }
    }

    /// The paper behind it, or nothing.
    pub const fn source(&self) -> &'static str {
        match self {
            Self::SingleStudy | Self::AllEffectsEqual | Self::SeveralMaxima { .. } => "",
            Self::VariancesFarApart { .. } | Self::WaldForCommonEffect { .. } => "",
            Self::TwoStudies | Self::WaldForTwoStudies { .. } => {
                "Gonnermann A, Framke T, Grosshennig A, Koch A. Stat Med 2015;34:2476-2480"
            }
            Self::NarrowerThanWald { .. } | Self::LiteralHksjNarrower { .. } => {
                "Jackson D, Law M, Rucker G, Schwarzer G. Stat Med 2017;36:3923-3934"
            }
            Self::Tau2AtZero => "Viechtbauer W. J Educ Behav Stat 2005;30:261-293",
            Self::PredictionNeedsThree { .. } | Self::PredictionFewStudies { .. } | Self::PredictionDfFloored => {
                "Riley RD, Higgins JPT, Deeks JJ. BMJ 2011;342:d549"
            }
            Self::QProfileEmpty | Self::QProfileOpen | Self::QProfileExcludesEstimate { .. } => "Viechtbauer W. Stat Med 2007;26:37-52",
        }
    }
}

/// Four significant digits.
fn short(x: f64) -> String {
    if x == 0.0 {
        "0".into()
    } else if (1e-4..1e6).contains(&x.abs()) {
        let decimals = (3 - libm::floor(libm::log10(x.abs())) as i32).max(0) as usize;
        format!("{x:.decimals$}")
    } else {
        format!("{x:.3e}")
    }
}
