//! A picture to be drawn of a result. What draws it lies above this layer: it gets a
//! [`PictureRequest`] and gives back a [`Drawn`].

use super::{Outcome, PredictResult};
use crate::bias::Level;
use std::collections::BTreeMap;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plot {
    /// Effects and intervals, row by row.
    Forest,
    /// Effects against their standard errors.
    Funnel,
    /// Effects against a moderator.
    Bubble,
    /// Contributions to Q against influence on the result.
    Baujat,
    /// Standardised effects against precision (Galbraith).
    Radial,
    /// Risks of one group against those of the other.
    Labbe,
    /// The pools of all subsets.
    Gosh,
    /// Diagnostics of each study.
    Influence,
    /// The likelihood of tau2.
    Profile,
    /// Standardised residuals against normal quantiles.
    Qq,
    /// Confidence curves.
    Drapery,
    /// Effects, interval and prediction interval.
    Orchard,
    /// Every combination of choices.
    Specification,
}

impl Plot {
    /// The word in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Plot::Forest => "forest",
            Plot::Funnel => "funnel",
            Plot::Bubble => "bubble",
            Plot::Baujat => "baujat",
            Plot::Radial => "radial",
            Plot::Labbe => "labbe",
            Plot::Gosh => "gosh",
            Plot::Influence => "influence",
            Plot::Profile => "profile",
            Plot::Qq => "qq",
            Plot::Drapery => "drapery",
            Plot::Orchard => "orchard",
            Plot::Specification => "specification",
        }
    }
}

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Lines and texts, for browsers and editors.
    Svg,
    /// Pixels.
    Png,
    /// Lines and texts, for print.
    Pdf,
}

impl Format {
    /// By the end of a file's name.
    pub fn of(path: &str) -> Option<Format> {
        let (stem, ending) = path.rsplit_once('.')?;
        if stem.is_empty() || stem.ends_with('/') {
            return None;
        }
        match ending.to_ascii_lowercase().as_str() {
            "svg" => Some(Format::Svg),
            "png" => Some(Format::Png),
            "pdf" => Some(Format::Pdf),
            _ => None,
        }
    }
}

/// How a forest is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// Weald's own.
    #[default]
    Weald,
    /// As RevMan prints it.
    Revman,
    /// As JAMA prints it.
    Jama,
    /// As The BMJ prints it.
    Bmj,
}

/// A picture to draw.
#[derive(Debug, Clone)]
pub struct PictureRequest {
    /// What.
    pub plot: Plot,
    /// Into which kind of file.
    pub format: Format,
    /// Of which result.
    pub subject: Outcome,
    /// The layout of a forest.
    pub layout: Layout,
    /// The columns of a forest, in order; `None` for those of the layout.
    pub columns: Option<Vec<String>>,
    /// The column by which the rows of a forest are ordered; largest first, if so.
    pub order: Option<(String, bool)>,
    /// A heading.
    pub title: Option<String>,
    /// Whether points carry the names of their studies.
    pub labels: bool,
    /// A font for what the bundled one lacks.
    pub font: Option<Vec<u8>>,
    /// What the store says of the rows that studies come from, by row.
    pub facts: BTreeMap<usize, RowFacts>,
    /// The domains of the judgements of risk of bias, the overall judgement last.
    pub domains: Vec<BiasDomain>,
    /// The tools that judged the rows; the domains are those of the first.
    pub bias_tools: Vec<&'static str>,
    /// How the two groups are called, where all rows call them the same.
    pub arms: Option<[String; 2]>,
    /// Half the width of the band in which differences do not matter, on the analysis scale.
    pub mid: Option<f64>,
    /// The line of a regression, for a bubble plot, and the moderator it runs along.
    pub curve: Option<(String, PredictResult)>,
    /// How the outcome is printed.
    pub outcome: Option<String>,
    /// Fingerprint of the lock of the plan that the script follows.
    pub fingerprint: Option<String>,
}

/// What the store says of a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RowFacts {
    /// How its study is printed.
    pub label: String,
    /// Values by column, the text as typed.
    pub values: BTreeMap<String, Fact>,
    /// Judgements of risk of bias, as many as there are domains.
    pub judgements: Vec<Option<Level>>,
}

/// A domain of risk of bias, as its tool names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BiasDomain {
    /// `D1`, `A`; `O` for the overall judgement.
    pub mark: &'static str,
    /// Its official name.
    pub name: &'static str,
}

/// A value with its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The number, if it is one.
    pub number: Option<f64>,
    /// As typed.
    pub text: String,
}

/// A picture drawn.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The bytes of its file.
    pub picture: Vec<u8>,
    /// The CSV with every number drawn.
    pub numbers: Vec<u8>,
    /// The same for the JSON.
    pub figure: serde_json::Value,
    /// Things to know: characters without a glyph, points left out.
    pub notes: Vec<String>,
}

/// Why a picture can't be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotDrawn {
    /// Whether the font that the statement names is what is wrong.
    pub of_font: bool,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}
