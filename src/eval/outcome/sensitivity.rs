//! Results that say what a pooled result rests on.

use super::{Head, NoteResult, PoolResult};
use crate::stats::sensitivity::{BaujatPoint, Blup, InfluenceRow, ProfilePoint};
use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// Values of one study.
#[derive(Debug, Clone, Serialize)]
pub struct OfStudy<T> {
    /// The study.
    pub study: String,
    /// Its values.
    #[serde(flatten)]
    pub values: T,
}

/// `influence of`: a row per study; none where nothing can be left out.
#[derive(Debug, Clone, Serialize)]
pub struct InfluenceResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// Beyond these a study is influential.
    pub limits: InfluenceLimits,
    /// In file order.
    pub rows: Vec<OfStudy<InfluenceRow>>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// The limits of the diagnostics, of absolute values; null without rows.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct InfluenceLimits {
    /// 3 sqrt(1 / (k - 1)).
    pub dffits: Option<f64>,
    /// The median of chi-squared with 1 df.
    pub cook_d: Option<f64>,
    /// 3 / k.
    pub hat: Option<f64>,
    /// 1.
    pub dfbetas: Option<f64>,
}

/// `blup of`: the studies' own effects.
#[derive(Debug, Clone, Serialize)]
pub struct BlupResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// In file order.
    pub rows: Vec<OfStudy<BlupRow>>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// One prediction, on the analysis scale and as displayed.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct BlupRow {
    /// On the analysis scale.
    #[serde(flatten)]
    pub blup: Blup,
    /// The prediction back-transformed.
    pub display: f64,
    /// Its interval back-transformed.
    pub display_ci: [f64; 2],
}

/// `baujat of`: the coordinates of the plot.
#[derive(Debug, Clone, Serialize)]
pub struct BaujatResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// In file order.
    pub rows: Vec<OfStudy<BaujatPoint>>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// `gosh of`: the results of all subsets of the studies, or of a sample.
#[derive(Debug, Clone, Serialize)]
pub struct GoshResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// How many subsets were pooled.
    pub subsets: usize,
    /// Whether these are all there are.
    pub complete: bool,
    /// The seed of a sample.
    pub seed: Option<u64>,
    /// The share of subsets whose estimate lies on the other side of no effect than the whole.
    pub other_side: Option<f64>,
    /// How estimate, tau2 and I2 are spread over the subsets.
    pub distribution: IndexMap<&'static str, GoshDistribution>,
    /// The subsets with and without each study.
    pub rows: Vec<OfStudy<GoshRow>>,
    /// Every subset, column by column; null where there are too many.
    #[serde(serialize_with = "shared")]
    pub points: Option<Arc<GoshPoints>>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// Points that several copies of a result share.
fn shared<S: Serializer>(points: &Option<Arc<GoshPoints>>, serializer: S) -> Result<S::Ok, S::Error> {
    points.as_deref().serialize(serializer)
}

/// How a quantity is spread.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct GoshDistribution {
    /// The smallest.
    pub smallest: f64,
    /// A quarter is below.
    pub lower_quartile: f64,
    /// Half is below.
    pub median: f64,
    /// A quarter is above.
    pub upper_quartile: f64,
    /// The largest.
    pub largest: f64,
}

/// Means over the subsets with and without a study; null where there are none.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct GoshRow {
    /// Mean estimate of the subsets with it.
    pub estimate_with: Option<f64>,
    /// Mean estimate of those without it.
    pub estimate_without: Option<f64>,
    /// Mean I2 of the subsets with it, percent.
    pub i2_with: Option<f64>,
    /// Mean I2 of those without it.
    pub i2_without: Option<f64>,
}

/// The subsets, each a place in all lists. Of a complete set, the study number i (from 0) is in
/// the subset number s (from 1) where bit i of s is set.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GoshPoints {
    /// Number of studies.
    pub k: Vec<usize>,
    /// Pooled effects.
    pub estimate: Vec<f64>,
    /// tau2.
    pub tau2: Vec<f64>,
    /// I2, percent.
    pub i2: Vec<f64>,
    /// Cochran's Q.
    pub q: Vec<f64>,
}

/// `bootstrap of`: intervals from draws.
#[derive(Debug, Clone, Serialize)]
pub struct BootstrapResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// `nonparametric`, `parametric`.
    pub method: &'static str,
    /// How many draws.
    pub draws: usize,
    /// Their seed.
    pub seed: u64,
    /// `estimate`, and `tau2` where the model estimates it.
    pub rows: Vec<BootstrapRow>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// The bootstrap of one parameter.
#[derive(Debug, Clone, Serialize)]
pub struct BootstrapRow {
    /// `estimate`, `tau2`.
    pub parameter: &'static str,
    /// Of the data.
    pub observed: f64,
    /// Mean of the draws minus that.
    pub bias: f64,
    /// Standard deviation of the draws.
    pub se: f64,
    /// The share of draws that equal the smallest: of tau2, mostly those at 0.
    pub share_at_smallest: f64,
    /// Intervals on the analysis scale.
    #[serde(flatten)]
    pub intervals: Intervals,
    /// The value and its intervals back-transformed; of the estimate alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<Intervals>,
}

/// Bootstrap intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Intervals {
    /// Quantiles of the draws.
    pub percentile: [f64; 2],
    /// Twice the value minus the quantiles.
    pub basic: [f64; 2],
    /// Bias-corrected and accelerated.
    pub bca: Option<[f64; 2]>,
}

/// `profile of`: the likelihood of tau2.
#[derive(Debug, Clone, Serialize)]
pub struct ProfileResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// `restricted` (REML) or `full` (ML).
    pub likelihood: Option<&'static str>,
    /// The maximum.
    pub best: Option<ProfilePoint>,
    /// The profile-likelihood interval; an end beyond double precision is null.
    pub tau2_ci: Option<[Option<f64>; 2]>,
    /// Its pieces: one, unless the likelihood has several high maxima.
    pub pieces: Vec<[Option<f64>; 2]>,
    /// Points along the axis.
    pub points: Vec<ProfilePoint>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// `robustness of`: every combination of choices.
#[derive(Debug, Clone, Serialize)]
pub struct RobustnessResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// The clauses varied, each with its values.
    pub over: IndexMap<&'static str, Vec<String>>,
    /// Combinations with an estimate.
    pub computed: usize,
    /// The range of estimates, for each measure.
    pub ranges: Vec<Range>,
    /// How many estimates lie on the other side of no effect than that of the analysis itself.
    pub sign_changes: Option<usize>,
    /// How many intervals include no effect.
    pub null_included: Option<usize>,
    /// The share of intervals that include no effect.
    pub null_share: Option<f64>,
    /// The same for the minimal important difference.
    pub mid: Option<Mid>,
    /// Every combination, the last clause varying fastest.
    pub rows: Vec<RobustnessRow>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// The range of the estimates in one measure.
#[derive(Debug, Clone, Serialize)]
pub struct Range {
    /// The measure's word.
    pub measure: &'static str,
    /// How many analyses.
    pub analyses: usize,
    /// Smallest estimate, analysis scale.
    pub lowest: f64,
    /// Largest estimate.
    pub highest: f64,
    /// Both back-transformed.
    pub display: [f64; 2],
}

/// Intervals held against the minimal important difference.
#[derive(Debug, Clone, Serialize)]
pub struct Mid {
    /// As declared.
    pub value: f64,
    /// `sd`, or none for the unit of the measure.
    pub unit: Option<String>,
    /// How many intervals are in a measure that it belongs to.
    pub intervals: usize,
    /// How many of them include it, in either direction unless the outcome states which is better.
    pub included: usize,
    /// Their share.
    pub share: Option<f64>,
}

/// One combination.
#[derive(Debug, Clone)]
pub struct RobustnessRow {
    /// The value of each clause.
    pub settings: IndexMap<&'static str, String>,
    /// The analysis.
    pub pool: PoolResult,
}

impl RobustnessRow {
    /// `model dl, ci wald`.
    pub fn name(&self) -> String {
        self.settings.iter().map(|(clause, value)| format!("{clause} {value}")).collect::<Vec<_>>().join(", ")
    }
}

impl Serialize for RobustnessRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let error = serde::ser::Error::custom::<serde_json::Error>;
        let mut value = super::further::row_value(&self.pool).map_err(error)?;
        if let Some(object) = value.as_object_mut() {
            object.shift_insert(0, "name".to_owned(), self.name().into());
            object.shift_insert(1, "settings".to_owned(), serde_json::to_value(&self.settings).map_err(error)?);
        }
        value.serialize(serializer)
    }
}
