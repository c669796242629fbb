//! Results of the verbs that serve a decision.

use super::{Head, NoteResult, PoolResult};
use serde::Serialize;

/// `probability`.
#[derive(Debug, Clone, Serialize)]
pub struct ProbabilityResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// `above` or `below`.
    pub side: &'static str,
    /// The threshold on the analysis scale.
    pub threshold: f64,
    /// As displayed.
    pub display_threshold: f64,
    /// `clause`, or `outcome` for its minimal important difference.
    pub threshold_from: &'static str,
    /// Of the effect in a new setting; null where effects have no distribution of their own.
    pub effect: Option<f64>,
    /// Degrees of freedom of that distribution; null for the normal.
    pub effect_df: Option<f64>,
    /// Of the mean effect.
    pub mean: f64,
    /// Degrees of freedom of its distribution; null for the normal.
    pub mean_df: Option<f64>,
    /// Why the side is this one, where the statement leaves it open.
    #[serde(skip)]
    pub because: Option<&'static str>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// An estimate with its intervals.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Ends {
    /// The estimate.
    pub estimate: f64,
    /// Confidence interval.
    pub ci: Option<[f64; 2]>,
    /// Prediction interval.
    pub pi: Option<[f64; 2]>,
}

impl Ends {
    /// Through a monotone function; where it falls, ends change places.
    pub fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let ends = |[a, b]: [f64; 2]| {
            let (a, b) = (f(a), f(b));
            if a <= b { [a, b] } else { [b, a] }
        };
        Self { estimate: f(self.estimate), ci: self.ci.map(ends), pi: self.pi.map(ends) }
    }
}

/// `absolute`.
#[derive(Debug, Clone, Serialize)]
pub struct AbsoluteResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// Whether more events are better; null where the outcome does not say.
    pub more_is_better: Option<bool>,
    /// One for each risk, in the order stated.
    pub rows: Vec<AbsoluteRow>,
    /// The odds ratio that a standardised mean difference was turned into.
    pub odds_ratio: Option<Ends>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// Absolute effects at one risk. Risks and differences are proportions.
#[derive(Debug, Clone, Serialize)]
pub struct AbsoluteRow {
    /// The risk without the intervention.
    pub risk: f64,
    /// The risk with it.
    pub with: Ends,
    /// With less without.
    pub difference: Ends,
    /// Number needed to treat.
    pub nnt: Nnt,
}

/// A number needed to treat.
#[derive(Debug, Clone, Serialize)]
pub struct Nnt {
    /// For one event more or fewer; null without a difference.
    #[serde(flatten)]
    pub number: NntEnd,
    /// The ends of its interval; null where there is none.
    pub ci: Option<[NntEnd; 2]>,
    /// Whether the interval leads from the first end through infinity to the second.
    pub through_infinity: bool,
}

/// A number needed to treat, or an end of its interval.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct NntEnd {
    /// The number; null for infinity.
    pub number: Option<f64>,
    /// `more` or `fewer` events.
    pub events: &'static str,
    /// `benefit` or `harm`; null where the outcome does not say which is better.
    pub is: Option<&'static str>,
}

/// `re_express`.
#[derive(Debug, Clone, Serialize)]
pub struct ReExpressResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// The instrument named.
    pub instrument: Option<String>,
    /// The standard deviation of scores.
    pub sd: Option<f64>,
    /// Where it is from.
    pub sd_from: Option<String>,
    /// The minimal important difference.
    pub mid: Option<f64>,
    /// `units` or `sd`.
    pub mid_unit: Option<&'static str>,
    /// Where it is from.
    pub mid_from: Option<String>,
    /// Each way.
    pub rows: Vec<ReExpressed>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// The effect in another unit.
#[derive(Debug, Clone, Serialize)]
pub struct ReExpressed {
    /// `smd`, `units`, `mid`, `odds_ratio`.
    #[serde(rename = "as")]
    pub unit: &'static str,
    /// The numbers.
    #[serde(flatten)]
    pub ends: Ends,
}
