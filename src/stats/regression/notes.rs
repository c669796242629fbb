//! What a reader must know of a regression.

use crate::stats::pool::PoolNote;
use serde::Serialize;

/// A remark on a regression.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum RegressNote {
    /// One that also concerns a pooled mean.
    Pool(PoolNote),
    /// One that concerns regressions.
    Own(OwnNote),
}

/// A remark that only a regression can need.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum OwnNote {
    /// Fewer than ten studies for each coefficient beside the constant.
    FewStudies { k: usize, coefficients: usize },
    /// One residual degree of freedom: Wald's tests stand for those asked for.
    WaldForOneDegree,
    /// The study alone decides a coefficient: its leverage is 1.
    DecidedByOne { study: usize },
    /// The effects lie on the model exactly.
    ExactFit,
    /// No heterogeneity without moderators, so that there is none to explain.
    NothingToExplain,
}

impl RegressNote {
    /// The remark as a sentence without its final stop.
    pub fn text(&self) -> String {
        match *self {
            Self::Pool(PoolNote::WaldForCommonEffect { asked }) => {
                format!("Wald's tests and intervals in place of {}, which belongs to random effects", asked.name())
            }
            Self::Pool(note) => note.text(),
            Self::Own(OwnNote::FewStudies { k, coefficients: 1 }) => {
                format!("{k} studies for one coefficient: fewer than ten per coefficient are seldom enough")
            }
            Self::Own(OwnNote::FewStudies { k, coefficients }) => {
                format!("{k} studies for {coefficients} coefficients: fewer than ten per coefficient are seldom enough")
            }
            Self::Own(OwnNote::WaldForOneDegree) => {
                "Wald's tests and intervals, as only one degree of freedom is left for the residual heterogeneity".into()
            }
            Self::Own(OwnNote::DecidedByOne { study }) => {
                format!("study {} alone decides a coefficient: the model fits it exactly", study + 1)
            }
            Self::Own(OwnNote::ExactFit) => "the effects lie on the model exactly: no residual heterogeneity can be seen".into(),
            Self::Own(OwnNote::NothingToExplain) => "tau2 without moderators is 0: there is no heterogeneity for them to explain".into(),
        }
    }

    /// The paper behind it, or nothing.
    pub const fn source(&self) -> &'static str {
        match self {
            Self::Pool(note) => note.source(),
            Self::Own(OwnNote::FewStudies { .. }) => "Cochrane Handbook, section 10.11.4; Borenstein et al. 2009, chapter 20",
            Self::Own(OwnNote::NothingToExplain) => "Lopez-Lopez JA et al. Br J Math Stat Psychol 2014;67:30-48",
            Self::Own(_) => "",
        }
    }
}

impl From<PoolNote> for RegressNote {
    fn from(note: PoolNote) -> Self {
        Self::Pool(note)
    }
}

impl From<OwnNote> for RegressNote {
    fn from(note: OwnNote) -> Self {
        Self::Own(note)
    }
}
