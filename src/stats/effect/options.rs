//! The choices that an effect depends on.

use super::Measure;
use serde::{Deserialize, Serialize};

/// Sampling variance of a standardised mean difference. `N = n1 + n2`, `m = N - 2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmdVariance {
    /// Large-sample: `1/n1 + 1/n2 + g^2 / (2N)` (Hedges 1982, eq. 8).
    #[default]
    Ls,
    /// Unbiased: `1/n1 + 1/n2 + (1 - (m - 2) / (m J^2)) g^2` (Hedges 1983, eq. 9).
    Ub,
    /// RevMan 5: `1/n1 + 1/n2 + g^2 / (2 (N - 3.94))`.
    Revman5,
}

/// Small-sample factor of a standardised mean difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmallSample {
    /// Through the gamma function ([`crate::stats::math::hedges_j`]).
    #[default]
    Exact,
    /// `1 - 3 / (4m - 1)`.
    Approx,
}

/// What is done about cells without events (or without non-events).
///
/// "Double-zero" is no event in either group, "all-event" nothing but events in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZeroPolicy {
    /// Edition 2026. OR, RR, IRR: 0.5 to every cell of a study with a zero. RD, IRD: the raw
    /// estimate, 0.5 in the variance only where it would be 0. pr, pln, plo, ir, irln: 0.5
    /// only where the variance would not exist. Others: none. Double-zero and all-event
    /// studies give no OR, RR or Peto OR.
    #[default]
    Edition,
    /// As `escalc` of metafor: 0.5 to every cell of a study with a zero, for OR, RR, RD, Peto,
    /// IRR, IRD, pr, pln, plo, ir, irln; double-zero and all-event studies kept.
    Metafor,
    /// As RevMan 5: like [`ZeroPolicy::Edition`] for what RevMan computes.
    Revman5,
    /// No correction: an effect that does not exist without one is refused.
    None,
    /// 0.5 to every cell of a study with a zero, for OR, RR, RD, IRR, IRD and the one-group
    /// measures; double-zero and all-event studies kept.
    OnlyZeroStudies,
    /// 0.5 to every cell of every study.
    AllStudies,
    /// Treatment-arm correction (Sweeting et al. 2004, Stat Med 23:1351) for OR, RR, IRR of
    /// a study with a zero: to both cells of an arm a correction proportional to the
    /// reciprocal of the other arm's size, `n1/N` and `n2/N`, 1 in sum. Else as the edition.
    Tacc,
    /// [`ZeroPolicy::OnlyZeroStudies`], but double-zero and all-event studies give nothing,
    /// RD and IRR included.
    DropDoubleZero,
}

impl ZeroPolicy {
    /// What is done with zero cells of a measure, to follow "zero cells:".
    pub fn words(self, measure: Measure) -> &'static str {
        use Measure::{As, Ird, Irr, Or, Peto, Rd, Rr};
        match (self, measure) {
            (_, As) | (ZeroPolicy::Edition | ZeroPolicy::Revman5, Peto) => "no correction",
            (ZeroPolicy::Edition | ZeroPolicy::Revman5, Or | Rr | Irr) => "0.5 added to every cell of a study with a zero",
            (ZeroPolicy::Edition | ZeroPolicy::Revman5, Rd | Ird) => "0.5 in the variance only, where it would be 0",
            (ZeroPolicy::Edition | ZeroPolicy::Revman5, _) => "0.5 added only where the variance would not exist",
            (ZeroPolicy::Metafor | ZeroPolicy::OnlyZeroStudies, _) => {
                "0.5 added to every cell of a study with a zero, double-zero studies kept"
            }
            (ZeroPolicy::None, _) => "no correction",
            (ZeroPolicy::AllStudies, _) => "0.5 added to every cell of every study",
            (ZeroPolicy::Tacc, _) => "treatment-arm continuity correction in studies with a zero",
            (ZeroPolicy::DropDoubleZero, _) => "0.5 added to every cell of a study with a zero, double-zero studies left out",
        }
    }
}

/// The way from a median with quartiles or range to a mean and an SD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medians {
    /// Mean by Luo et al. 2018, SD by Wan et al. 2014 and Shi et al. 2020; skewed data are flagged.
    #[default]
    Luo,
    /// Mean and SD by Wan et al. 2014.
    Wan,
    /// As [`Medians::Luo`]; what the test of Shi et al. 2023 finds skewed gives no effect.
    Unskewed,
    /// Medians give no effect.
    None,
}

impl Medians {
    /// The word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Medians::Luo => "luo",
            Medians::Wan => "wan",
            Medians::Unskewed => "unskewed",
            Medians::None => "none",
        }
    }
}

/// All choices together. The default is that of edition 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Options {
    /// Variance of `smd` (and `smd1`, which knows LS and RevMan's as LS).
    pub smd_variance: SmdVariance,
    /// Small-sample factor of the standardised measures.
    pub j: SmallSample,
    /// Zero cells.
    pub zero: ZeroPolicy,
    /// Whether `rom` and `romc` get the bias correction of Lajeunesse 2015 (eq. 8).
    pub rom_bias_correction: bool,
    /// Whether a result that favours group 1 is a negative effect (`favours` with F or p).
    pub lower_is_better: bool,
    /// Medians.
    pub medians: Medians,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            smd_variance: SmdVariance::Ls,
            j: SmallSample::Exact,
            zero: ZeroPolicy::Edition,
            rom_bias_correction: true,
            lower_is_better: false,
            medians: Medians::Luo,
        }
    }
}

impl Options {
    /// The defaults of metafor 5.
    #[must_use]
    pub fn metafor() -> Self {
        Options { zero: ZeroPolicy::Metafor, ..Self::default() }
    }

    /// The defaults of RevMan 5.
    #[must_use]
    pub fn revman5() -> Self {
        Options {
            smd_variance: SmdVariance::Revman5,
            j: SmallSample::Approx,
            zero: ZeroPolicy::Revman5,
            rom_bias_correction: false,
            ..Self::default()
        }
    }
}
