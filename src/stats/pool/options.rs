//! What can be asked of a pooled analysis: model, interval, prediction interval, level.

use serde::{Deserialize, Serialize};

/// An estimator of tau2, the variance of true effects between studies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tau2Estimator {
    /// DerSimonian and Laird.
    Dl,
    /// Hedges (also called variance component, Cochran).
    He,
    /// Hunter and Schmidt.
    Hs,
    /// Hunter and Schmidt, corrected for few studies.
    Hsk,
    /// Sidik and Jonkman.
    Sj,
    /// Maximum likelihood.
    Ml,
    /// Restricted maximum likelihood.
    Reml,
    /// Empirical Bayes (Morris); the same equation as Paule-Mandel.
    Eb,
    /// Paule and Mandel.
    Pm,
    /// Paule and Mandel, median-unbiased.
    Pmm,
}

impl Tau2Estimator {
    /// All estimators, in the order of the documentation.
    pub const ALL: [Self; 10] = [Self::Dl, Self::He, Self::Hs, Self::Hsk, Self::Sj, Self::Ml, Self::Reml, Self::Eb, Self::Pm, Self::Pmm];

    /// The word for it, lower case: `reml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dl => "dl",
            Self::He => "he",
            Self::Hs => "hs",
            Self::Hsk => "hsk",
            Self::Sj => "sj",
            Self::Ml => "ml",
            Self::Reml => "reml",
            Self::Eb => "eb",
            Self::Pm => "pm",
            Self::Pmm => "pmm",
        }
    }

    /// The name as prose: `restricted maximum likelihood`.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Dl => "DerSimonian-Laird",
            Self::He => "Hedges",
            Self::Hs => "Hunter-Schmidt",
            Self::Hsk => "Hunter-Schmidt with small-sample correction",
            Self::Sj => "Sidik-Jonkman",
            Self::Ml => "maximum likelihood",
            Self::Reml => "restricted maximum likelihood",
            Self::Eb => "empirical Bayes",
            Self::Pm => "Paule-Mandel",
            Self::Pmm => "median-unbiased Paule-Mandel",
        }
    }

    /// The paper that defines it.
    pub const fn citation(self) -> &'static str {
        match self {
            Self::Dl => "DerSimonian R, Laird N. Control Clin Trials 1986;7:177-188",
            Self::He => "Hedges LV. Psychol Bull 1983;93:388-395",
            Self::Hs => "Hunter JE, Schmidt FL. Methods of Meta-Analysis. 2nd ed. Sage, 2004",
            Self::Hsk => "Brannick MT, Potter SM, Benitez B, Morris SB. Organ Res Methods 2019;22:490-514",
            Self::Sj => "Sidik K, Jonkman JN. J R Stat Soc C 2005;54:367-384",
            Self::Ml => "Hardy RJ, Thompson SG. Stat Med 1996;15:619-629",
            Self::Reml => "Viechtbauer W. J Educ Behav Stat 2005;30:261-293",
            Self::Eb => "Morris CN. J Am Stat Assoc 1983;78:47-55",
            Self::Pm => "Paule RC, Mandel J. J Res Natl Bur Stand 1982;87:377-385",
            Self::Pmm => {
                "Viechtbauer W. Median-unbiased estimators for the amount of heterogeneity in meta-analysis. European Congress of Methodology, Valencia, 2021"
            }
        }
    }

    /// Whether it is the root of an equation, and so comes with a [`super::Certificate`].
    pub const fn is_iterative(self) -> bool {
        matches!(self, Self::Ml | Self::Reml | Self::Eb | Self::Pm | Self::Pmm)
    }
}

/// How studies are pooled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// One common effect: inverse-variance weights, no tau2.
    Common,
    /// Random effects with tau2 estimated.
    Random(Tau2Estimator),
    /// Random effects with tau2 stated, in squared units of the effect.
    Given(f64),
}

impl Model {
    /// The word for it: `common`, `reml`, `given`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Random(estimator) => estimator.name(),
            Self::Given(_) => "given",
        }
    }
}

/// How the confidence interval and test of the pooled effect are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CiMethod {
    /// Standard normal, model-based standard error.
    Wald,
    /// Student t with k - 1 df, model-based standard error.
    T,
    /// Hartung-Knapp-Sidik-Jonkman: standard error scaled by sqrt(q), t with k - 1 df.
    Hksj,
    /// As `Hksj` with q at least 1.
    Mhksj,
}

impl CiMethod {
    /// The word for it: `hksj`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wald => "wald",
            Self::T => "t",
            Self::Hksj => "hksj",
            Self::Mhksj => "mhksj",
        }
    }

    /// The paper that defines it.
    pub const fn citation(self) -> &'static str {
        match self {
            Self::Wald => "DerSimonian R, Laird N. Control Clin Trials 1986;7:177-188",
            Self::T => "Follmann DA, Proschan MA. Biometrics 1999;55:732-737",
            Self::Hksj => "Hartung J, Knapp G. Stat Med 2001;20:3875-3889; Sidik K, Jonkman JN. Stat Med 2002;21:3153-3159",
            Self::Mhksj => "Rover C, Knapp G, Friede T. BMC Med Res Methodol 2015;15:99",
        }
    }
}

/// How the prediction interval is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PiMethod {
    /// None.
    None,
    /// Student t with k - 1 df.
    T,
    /// Student t with k - 2 df, at least 1.
    Riley,
    /// Standard normal.
    Normal,
    /// Normal where the confidence interval is Wald's, else t with k - 1 df.
    Matches,
}

impl PiMethod {
    /// The word for it: `riley`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::T => "t",
            Self::Riley => "riley",
            Self::Normal => "normal",
            Self::Matches => "matches",
        }
    }

    /// The paper that defines it.
    pub const fn citation(self) -> &'static str {
        match self {
            Self::None => "",
            Self::T | Self::Matches => "Veroniki AA et al. Res Synth Methods 2019;10:23-43",
            Self::Riley => {
                "Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137-159; Riley RD, Higgins JPT, Deeks JJ. BMJ 2011;342:d549"
            }
            Self::Normal => "Skipka G. Poster, Cochrane Colloquium 2006; Veroniki AA et al. Res Synth Methods 2019;10:23-43",
        }
    }
}

/// Everything that [`super::pool`] is asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PoolOptions {
    /// The model.
    pub model: Model,
    /// The interval and test of the pooled effect.
    pub ci: CiMethod,
    /// Edition 2026: HKSJ never narrower than Wald. Where `ci` is `Hksj` or `Mhksj`, Wald's
    /// interval and p are the result for k = 2, under the common-effect model, and where
    /// the interval asked for would be narrower than Wald's. Without it, `ci` is literal.
    pub guard: bool,
    /// The prediction interval (random effects only).
    pub pi: PiMethod,
    /// No prediction interval below k = 3.
    pub pi_requires_three: bool,
    /// Of all intervals, in percent, between 0 and 100.
    pub level: f64,
    /// Whether the Q-profile interval of tau2 is computed.
    pub tau2_ci: bool,
}

impl Default for PoolOptions {
    /// Edition 2026: REML, HKSJ guarded, prediction interval t with k - 1 df, 95%.
    fn default() -> Self {
        Self {
            model: Model::Random(Tau2Estimator::Reml),
            ci: CiMethod::Hksj,
            guard: true,
            pi: PiMethod::T,
            pi_requires_three: true,
            level: 95.0,
            tau2_ci: true,
        }
    }
}
