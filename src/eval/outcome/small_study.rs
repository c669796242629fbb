//! Results of further tests of small-study effects.

use super::{Head, Line, NoteResult, PoolResult};
use serde::Serialize;

/// An estimate and its interval on the scale displayed.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Shown {
    /// The estimate.
    pub estimate: f64,
    /// Its interval.
    pub ci: [f64; 2],
}

/// `harbord`, `peters`, `macaskill`, `deeks`.
#[derive(Debug, Clone, Serialize)]
pub struct CountTestResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// The test's word.
    #[serde(skip)]
    pub test: &'static str,
    /// Of the slope.
    pub statistic: f64,
    /// Of t.
    pub df: Option<f64>,
    /// Two-sided.
    pub p: f64,
    /// The slope.
    pub slope: Line,
    /// The effect of a study of unlimited size; null for Macaskill's test.
    pub limit: Option<Line>,
    /// Studies of the analysis that could not enter.
    pub left_out: Vec<String>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// `ruecker`.
#[derive(Debug, Clone, Serialize)]
pub struct RueckerResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// `classical`, `mixed`, `rank`.
    pub method: &'static str,
    /// t of the slope; null for ranks.
    pub statistic: Option<f64>,
    /// Of t.
    pub df: Option<f64>,
    /// Two-sided.
    pub p: f64,
    /// The slope; null for ranks.
    pub slope: Option<Line>,
    /// The arcsine difference of a study of unlimited size; null for ranks.
    pub limit: Option<Line>,
    /// Residual tau2 of the mixed regression.
    pub tau2: Option<f64>,
    /// Kendall's tau, for ranks.
    pub tau: Option<f64>,
    /// How the p of ranks was computed.
    pub distribution: Option<&'static str>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// `pet_peese`.
#[derive(Debug, Clone, Serialize)]
pub struct PetPeeseResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// `pet` or `peese`: the one taken.
    pub chosen: &'static str,
    /// The one taken.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Its interval.
    pub ci: [f64; 2],
    /// Its two-sided p.
    pub p: f64,
    /// Of all t.
    pub df: f64,
    /// One-sided p of PET, which decides.
    pub p_one_sided: f64,
    /// What that was held against.
    pub alpha: f64,
    /// `greater` or `less`.
    pub alternative: &'static str,
    /// `clause`, `outcome` or `effects`: who says so.
    pub alternative_from: &'static str,
    /// The line on the standard error, at 0.
    pub pet: Tested,
    /// The line on the variance, at 0.
    pub peese: Tested,
    /// The slope on the standard error: the funnel-asymmetry test.
    pub pet_slope: Tested,
    /// The slope on the variance.
    pub peese_slope: Tested,
    /// The one taken, PET and PEESE on the scale displayed.
    pub display: PetPeeseDisplay,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// PET-PEESE on the scale displayed.
#[derive(Debug, Clone, Serialize)]
pub struct PetPeeseDisplay {
    /// The one taken.
    #[serde(flatten)]
    pub chosen: Shown,
    /// PET.
    pub pet: Shown,
    /// PEESE.
    pub peese: Shown,
}

/// A coefficient with its test.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Tested {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// t.
    pub statistic: f64,
    /// Two-sided.
    pub p: f64,
    /// Its interval.
    pub ci: [f64; 2],
}

/// `excess_significance`.
#[derive(Debug, Clone, Serialize)]
pub struct ExcessResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// `exact`, `binomial`, `chi-squared`.
    pub method: &'static str,
    /// `greater` or `two-sided`.
    pub alternative: &'static str,
    /// Significant studies.
    pub observed: usize,
    /// How many their power lets expect.
    pub expected: f64,
    /// Chi-squared, for that method.
    pub statistic: Option<f64>,
    /// Of the comparison.
    pub p: f64,
    /// The true effect that power was computed for.
    pub theta: f64,
    /// The variance of true effects about it.
    pub tau2: f64,
    /// The level at which studies count as significant, two-sided.
    pub alpha: f64,
    /// The true effect nearest to no effect at which p reaches 0.10.
    pub limit: Option<f64>,
    /// Power of each study.
    pub studies: Vec<Powered>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// A study with its power.
#[derive(Debug, Clone, Serialize)]
pub struct Powered {
    /// The study.
    pub study: String,
    /// Its power.
    pub power: f64,
    /// Whether it is significant.
    pub significant: bool,
}

/// `henmi_copas`.
#[derive(Debug, Clone, Serialize)]
pub struct HenmiCopasResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// The common-effect mean.
    pub estimate: f64,
    /// Its standard error under heterogeneity.
    pub se: f64,
    /// Half-width of the interval in units of the standard error.
    pub critical: f64,
    /// The interval.
    pub ci: [f64; 2],
    /// By DerSimonian and Laird.
    pub tau2: f64,
    /// On the scale displayed.
    pub display: Shown,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}
