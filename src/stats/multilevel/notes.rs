//! What a reader must know of a multilevel result, as values; the wording stands here.

use super::options::Level;
use serde::Serialize;

/// A remark on one multilevel or robust result.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum MultilevelNote {
    /// A variance is estimated as 0.
    AtZero { level: Level },
    /// Every study has one effect, or the two variances add up in another way: only one can
    /// be estimated.
    NotSeparable,
    /// The data say nothing of a variance: a single study, or a design that absorbs it.
    NotIdentified { level: Level },
    /// The likelihood has several local maxima; the highest was taken.
    SeveralMaxima { count: usize },
    /// studies - coefficients is not positive: the normal stands for t.
    NormalForT { studies: usize, coefficients: usize },
    /// Variance between studies from few studies.
    FewStudies { studies: usize },
    /// Satterthwaite df below 4: the p-value and the interval are not to be trusted.
    FewDf { coefficient: usize, df: f64 },
    /// A single study determines the coefficient: there is no robust standard error.
    NoRobustError { coefficient: usize },
    /// Studies that fix a coefficient by themselves, for which CR2 has no correction.
    FullLeverage { studies: usize },
    /// Fewer studies than ten: robust errors other than CR2 are too small.
    RobustFewStudies { studies: usize },
}

impl MultilevelNote {
    /// The remark as a sentence without its final stop.
    #[must_use]
    pub fn text(&self) -> String {
        let name = |level: Level| match level {
            Level::Between => "between studies",
            Level::Within => "within studies",
        };
        match *self {
            Self::AtZero { level } => {
                format!("the variance {} is estimated as 0, which does not show that there is none", name(level))
            }
            Self::NotSeparable => {
                "the variance between studies and that within studies only add up here, so all of it is counted as between studies".into()
            }
            Self::NotIdentified { level } => format!("these data hold no information on the variance {}, which is taken as 0", name(level)),
            Self::SeveralMaxima { count } => format!("the likelihood of the variances has {count} local maxima: the highest was taken"),
            Self::NormalForT { studies, coefficients } => format!(
                "the normal distribution in place of t: {studies} studies leave no degrees of freedom for {coefficients} {}",
                if coefficients == 1 { "coefficient" } else { "coefficients" }
            ),
            Self::FewStudies { studies } => format!("{studies} studies cannot tell much about the variance between studies"),
            Self::FewDf { coefficient, df } => format!(
                "coefficient {} has {df:.1} Satterthwaite degrees of freedom: below 4 neither its p-value nor its interval can be trusted",
                coefficient + 1
            ),
            Self::NoRobustError { coefficient } => {
                format!("coefficient {} rests on the only study that bears on it, so that it has no robust standard error", coefficient + 1)
            }
            Self::FullLeverage { studies } => format!(
                "{studies} {} a coefficient alone, so that {} residuals are 0 whatever the data and add nothing to the robust standard error",
                if studies == 1 { "study determines" } else { "studies each determine" },
                if studies == 1 { "its" } else { "their" }
            ),
            Self::RobustFewStudies { studies } => {
                format!("with {studies} studies robust standard errors without the correction cr2 tend to be too small")
            }
        }
    }

    /// The paper behind it, or nothing.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        match self {
            Self::AtZero { .. } | Self::NotSeparable | Self::NotIdentified { .. } | Self::SeveralMaxima { .. } => "",
            Self::NormalForT { .. } | Self::FullLeverage { .. } | Self::NoRobustError { .. } => "",
            Self::FewStudies { .. } => "Van den Noortgate W et al. Behav Res Methods 2013;45:576-594",
            Self::FewDf { .. } | Self::RobustFewStudies { .. } => "Tipton E. Psychol Methods 2015;20:375-393",
        }
    }
}
