//! What comes out: an effect with its history, or the reason why there is none.

use super::measure::Measure;
use std::fmt;

/// Where the spread of an arm's mean came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpreadSource {
    /// Standard deviation.
    Sd,
    /// Standard error of the mean.
    Se,
    /// Confidence interval of the mean.
    Ci,
    /// Median and quartiles.
    Quartiles,
    /// Median and range.
    Range,
    /// Median, quartiles and range.
    FiveNumber,
}

/// The way from the columns to the effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Route {
    Means(SpreadSource),
    MeansMixed,
    Events,
    PersonTime,
    Correlation,
    Proportion,
    Rate,
    Mean,
    PrePost,
    ChangeSd,
    TwoPrePost,
    YiVariance,
    YiSe,
    YiCi,
    LogCi,
    FisherCi,
    LogitCi,
    TransformedCi,
    NaturalCi,
    MdSe,
    MdCi,
    MdSds,
    MdSeToSmd,
    MdCiToSmd,
    MdSdsToSmd,
    D,
    G,
    DSe,
    GSe,
    T,
    Z,
    F,
    P,
    PBound,
    OeV,
    Crossover,
}

impl Route {
    /// A few words for tables.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Route::Means(SpreadSource::Sd) => "means and SDs",
            Route::Means(SpreadSource::Se) => "means and SEs",
            Route::Means(SpreadSource::Ci) => "means and CIs",
            Route::Means(SpreadSource::Quartiles) => "median and IQR",
            Route::Means(SpreadSource::Range) => "median and range",
            Route::Means(SpreadSource::FiveNumber) => "five-number summary",
            Route::MeansMixed => "means, spreads of several kinds",
            Route::Events => "events",
            Route::PersonTime => "events and person-time",
            Route::Correlation => "r and n",
            Route::Proportion => "events of one group",
            Route::Rate => "events and time of one group",
            Route::Mean => "mean and SD of one group",
            Route::PrePost => "before and after",
            Route::ChangeSd => "before and after, SD of change",
            Route::TwoPrePost => "two groups before and after",
            Route::YiVariance => "effect and variance",
            Route::YiSe => "effect and SE",
            Route::YiCi => "effect and CI",
            Route::LogCi => "log CI",
            Route::FisherCi => "Fisher z CI",
            Route::LogitCi => "logit CI",
            Route::TransformedCi => "transformed CI",
            Route::NaturalCi => "printed CI",
            Route::MdSe => "MD and SE",
            Route::MdCi => "MD and CI",
            Route::MdSds => "MD and SDs",
            Route::MdSeToSmd => "MD and SE → SMD",
            Route::MdCiToSmd => "MD and CI → SMD",
            Route::MdSdsToSmd => "MD and SDs → SMD",
            Route::D => "d",
            Route::G => "g",
            Route::T => "t",
            Route::Z => "z",
            Route::DSe => "d and SE",
            Route::GSe => "g and SE",
            Route::F => "F, 1 df",
            Route::P => "p",
            Route::PBound => "p, a bound",
            Route::OeV => "O - E and V",
            Route::Crossover => "paired means, crossover",
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Something a reader should know about how an effect came about.
#[derive(Debug, Clone, PartialEq)]
pub enum EffectNote {
    /// F or p has no sign and the row does not say which group it favours: taken as positive.
    SignAssumed {
        /// The column.
        column: &'static str,
    },
    /// `p < x` was used as `p = x`: the effect is at least as large as computed.
    PAtMost(f64),
    /// `p > x` was used as `p = x`: the effect is at most as large as computed.
    PAtLeast(f64),
    /// SD from the standard error of the mean.
    SeConverted {
        /// 1 or 2.
        group: u8,
    },
    /// SD from the confidence interval of the mean, t with n - 1 degrees of freedom.
    CiConverted {
        /// 1 or 2.
        group: u8,
    },
    /// Mean and SD estimated from median and spread.
    FromMedian {
        /// 1 or 2.
        group: u8,
    },
    /// The five-number summary looks skewed (Shi et al. 2023): the estimates are doubtful.
    Skewed {
        /// 1 or 2.
        group: u8,
        /// The test statistic.
        statistic: f64,
        /// Its critical value at the 5% level.
        critical: f64,
    },
    /// A reported test, d or g does not fit the means or counts of its row.
    TestDisagrees {
        /// The column.
        column: &'static str,
        /// As reported, as t or z for t, F and p.
        reported: f64,
        /// From the means or counts, on the same scale.
        computed: f64,
    },
    /// The standard error of a raw mean difference served to standardise it.
    MdStandardised,
    /// The estimate is not in the middle of its interval, by this share of its half-width.
    OffCentre {
        /// The column of the estimate.
        column: &'static str,
        /// Distance from the middle over half the width, on the analysis scale.
        share: f64,
    },
    /// A correction was added to cells, because of a zero.
    ZeroCells {
        /// Added to each cell of group 1 (or of the only group).
        add1: f64,
        /// Added to each cell of group 2.
        add2: f64,
        /// Whether only the variance was corrected.
        variance_only: bool,
    },
    /// The correlation between before and after follows from the SD of the change.
    CorrelationFromChange(f64),
    /// The same in one of two groups.
    GroupCorrelationFromChange {
        /// 1 or 2.
        group: u8,
        /// The correlation.
        r: f64,
    },
}

impl EffectNote {
    /// One sentence, without a full stop.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            EffectNote::SignAssumed { column } => format!("{column} has no sign and `favours` is empty: the effect is taken as positive"),
            EffectNote::PAtMost(p) => {
                format!("p < {p} was used as p = {p}, a bound: the effect is at least this large")
            }
            EffectNote::PAtLeast(p) => {
                format!("p > {p} was used as p = {p}, a bound: the effect is at most this large")
            }
            EffectNote::SeConverted { group } => {
                format!("SD of group {group} from its standard error")
            }
            EffectNote::CiConverted { group } => {
                format!("SD of group {group} from the confidence interval of its mean")
            }
            EffectNote::FromMedian { group } => {
                format!("mean or SD of group {group} estimated from median and spread")
            }
            EffectNote::Skewed { group, statistic, critical } => format!(
                "group {group} looks skewed (Shi 2023: {statistic:.3} > {critical:.3}): \
                 mean and SD from its median are doubtful"
            ),
            EffectNote::TestDisagrees { column, reported, computed } => format!(
                "the reported {column} does not fit the data of its row ({})",
                match *column {
                    "d" | "g" | "t" | "z" => format!("{column} = {reported:.3} reported, {computed:.3} computed"),
                    _ => format!("it means a test statistic of {reported:.3}, the data give {computed:.3}"),
                }
            ),
            EffectNote::MdStandardised => "standardised through the t of the mean difference, d = MD/SE sqrt(1/n1 + 1/n2)".to_string(),
            EffectNote::OffCentre { column, share } => {
                format!("{column} is {:.0}% of the half-width away from the middle of its interval", 100.0 * share)
            }
            EffectNote::ZeroCells { add1, add2, variance_only } => {
                let what = if add1 == add2 {
                    format!("{add1} added to every cell")
                } else {
                    format!("{add1:.4} (group 1) and {add2:.4} (group 2) added to every cell")
                };
                if *variance_only { format!("{what}, in the variance only") } else { what }
            }
            EffectNote::CorrelationFromChange(r) => {
                format!("correlation {r:.3} from the SD of the change")
            }
            EffectNote::GroupCorrelationFromChange { group, r } => {
                format!("correlation {r:.3} in group {group} from the SD of the change")
            }
        }
    }
}

/// An effect size with its sampling variance, on the analysis scale of its measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The estimate.
    pub yi: f64,
    /// Its sampling variance, above 0.
    pub vi: f64,
    /// The way from the data.
    pub from: Route,
    /// People of group 1, as used.
    pub n1: Option<f64>,
    /// People of group 2, as used.
    pub n2: Option<f64>,
    /// People in all, as used.
    pub n: Option<f64>,
    /// Whether a zero-cell correction was applied (in the estimate or the variance).
    pub zero_adjusted: bool,
    /// What a reader should know.
    pub notes: Vec<EffectNote>,
}

/// Why a row gives no effect.
#[derive(Debug, Clone, PartialEq)]
pub enum NoEffect {
    /// Columns are missing, for the way that is nearest to what is there.
    Missing {
        /// The columns.
        needed: Vec<&'static str>,
    },
    /// No event in either group: the ratio does not exist.
    DoubleZero,
    /// Nothing but events in both groups.
    AllEvents,
    /// A cell is 0 and the policy is to correct nothing: no variance.
    ZeroCell,
    /// A value that cannot be.
    Invalid {
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The data are valid but this measure does not exist for them.
    NotForThisMeasure {
        /// The reason.
        why: String,
    },
    /// A `yi` whose interval is symmetric only on the log: it is on the natural scale.
    YiLooksNatural {
        /// As given.
        yi: f64,
        /// As given.
        lower: f64,
        /// As given.
        upper: f64,
    },
}

impl NoEffect {
    pub(super) fn invalid(column: &'static str, why: impl Into<String>) -> Self {
        NoEffect::Invalid { column, why: why.into() }
    }

    pub(super) fn not_for(measure: Measure, why: &str) -> Self {
        NoEffect::NotForThisMeasure { why: format!("{}: {why}", measure.name()) }
    }

    /// One sentence, without a full stop.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            NoEffect::Missing { needed } => format!("missing: {}", needed.join(", ")),
            NoEffect::DoubleZero => "no events in either group".to_string(),
            NoEffect::AllEvents => "all people of both groups have the event".to_string(),
            NoEffect::ZeroCell => "a cell is zero and no correction was asked for, so there is no variance".to_string(),
            NoEffect::Invalid { column, why } => format!("`{column}` {why}"),
            NoEffect::NotForThisMeasure { why } => why.clone(),
            NoEffect::YiLooksNatural { yi, lower, upper } => format!(
                "`yi` looks like a ratio on its natural scale: its interval {lower} to {upper} is symmetric around {yi} only on the log"
            ),
        }
    }
}

impl fmt::Display for NoEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl std::error::Error for NoEffect {}
