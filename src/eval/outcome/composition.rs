//! What is composed of results rather than computed: a report, a flow diagram, a table of all
//! results. The statement only says what; the session composes it at the end of the run, when
//! every result is there and has its label.

use super::{DataForm, Effects, PoolResult, ResultForm};
use crate::source::Source;
use crate::source::Span;
use crate::store::Store;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Something to compose, with what was known when the statement stood.
#[derive(Debug, Clone)]
pub struct Composition {
    /// What.
    pub what: Composed,
    /// Where it is written, if to a file.
    pub to: Option<String>,
    /// A font for letters that the bundled one lacks.
    pub font: Option<Vec<u8>>,
    /// The lines of named regressions along their first moderator with numbers, by name.
    pub curves: BTreeMap<String, (String, super::PredictResult)>,
    /// The data.
    pub store: Arc<Store>,
    /// What people wrote for it.
    pub sections: Vec<Section>,
    /// For a report: the tables of findings that statements asked for, and one of what else was rated.
    pub findings: Vec<Vec<FindingRow>>,
    /// The statement, for problems.
    pub span: Span,
    /// The text it stands in.
    pub source: Source,
    /// Where it stands in the outermost text.
    pub at: u32,
}

/// What is composed.
#[derive(Debug, Clone)]
pub enum Composed {
    /// The whole report.
    Report,
    /// Script, data, results and pictures as one archive.
    Bundle,
    /// The PRISMA 2020 flow diagram.
    Flow,
    /// Judgements of risk of bias, study by study.
    TrafficLight(RobRequest),
    /// Judgements of risk of bias, domain by domain.
    RobSummary(RobRequest),
    /// The table of included studies, with these columns or all.
    Characteristics(Vec<String>),
    /// What was left out, and why.
    Exclusions,
    /// Every result in one table.
    Results,
    /// What was decided about findings of the data checks, and what was changed.
    Dispositions,
    /// The GRADE summary of findings, of these analyses.
    SummaryOfFindings(Vec<FindingRow>),
    /// A picture of a result in a script that follows a plan: its label is known when all has been run.
    Picture(Box<super::PictureRequest>),
    /// Directions of effects where nothing is pooled.
    Directions(Box<super::Outcome>),
    /// A result as a file of another program; with the effects behind it for a script.
    ExportResult {
        /// The result.
        outcome: Box<super::Outcome>,
        /// The effects, for a script of R.
        effects: Option<Effects>,
        /// What is written.
        form: ResultForm,
    },
    /// The data as a file of another program.
    ExportData {
        /// What is written.
        form: DataForm,
        /// Whose judgements, for robvis.
        tool: Option<String>,
    },
}

/// Which judgements of risk of bias are shown, and how.
#[derive(Debug, Clone, Default)]
pub struct RobRequest {
    /// The tool, where the store holds several.
    pub tool: Option<String>,
    /// The outcome.
    pub outcome: Option<String>,
    /// The timepoint.
    pub timepoint: Option<String>,
    /// The analysis whose weights the summary counts, or whose studies are shown.
    pub weights: Option<Box<PoolResult>>,
    /// Colours that people who confuse red and green can tell apart.
    pub colour_blind: bool,
}

/// One outcome of a summary of findings.
#[derive(Debug, Clone)]
pub struct FindingRow {
    /// The name by which ratings refer to it.
    pub name: String,
    /// The result.
    pub result: Box<PoolResult>,
    /// The same analysis of the studies at low risk of bias only, where there are such and others.
    pub low_risk: Option<Box<PoolResult>>,
    /// The risk in the comparator group that absolute effects start from, and whence.
    pub risk: Option<(f64, String)>,
    /// Half the width of the band in which differences do not matter, on the analysis scale.
    pub mid: Option<f64>,
    /// By what the plan rates this analysis, in its words: `mid`, `null` or a number.
    pub threshold: Option<String>,
    /// What the optimal information size is for: as the statement says, else as planned.
    pub information: Option<Information>,
}

/// What the optimal information size is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Information {
    /// The difference to be found.
    pub difference: Sought,
    /// Two-sided type I error.
    pub alpha: f64,
    /// Power.
    pub power: f64,
}

/// A difference to be found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sought {
    /// In standard deviations.
    Sd(f64),
    /// A share by which the comparator's risk falls.
    Reduction(f64),
}

/// A piece of text that a person wrote for the report.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Which: a word of [`SECTIONS`].
    pub name: &'static str,
    /// The text, its references to results filled in.
    pub text: String,
}

/// The parts of a report that people write, with the item of PRISMA 2020 each answers and what
/// has to stand there.
pub const SECTIONS: &[(&str, &str, &str)] = &[
    ("abstract", "2", "the abstract, by the PRISMA 2020 for Abstracts checklist"),
    ("rationale", "3", "why the review was done, in the context of what is known"),
    ("objectives", "4", "the objectives or questions of the review"),
    ("eligibility", "5", "the criteria for including studies, and how studies were grouped for the syntheses"),
    ("sources", "6", "all databases, registers and other sources searched, each with the date of its last search"),
    ("search", "7", "the full search strategies with their filters and limits"),
    ("selection", "8", "how studies were selected: how many reviewers, whether independently, with which tools"),
    ("collection", "9", "how data were collected: how many reviewers, whether independently, what authors were asked"),
    ("outcomes", "10a", "which results were sought for each outcome, and how one was chosen where there were several"),
    ("variables", "10b", "which other variables were sought, and what was assumed where they were missing or unclear"),
    ("bias_methods", "11", "how risk of bias was assessed: the tool, how many reviewers, whether independently"),
    ("synthesis", "13d", "the rationale for the methods of synthesis"),
    ("missing_results", "14", "how risk of bias due to missing results was assessed"),
    ("certainty", "15", "how the certainty of the evidence was assessed"),
    ("interpretation", "23a", "a general interpretation of the results in the context of other evidence"),
    ("evidence_limits", "23b", "the limitations of the evidence"),
    ("process_limits", "23c", "the limitations of the review's processes"),
    ("implications", "23d", "what the results imply for practice, policy and research"),
    ("protocol", "24b", "where the protocol can be read, or that none was prepared"),
    ("amendments", "24c", "amendments to what was registered, each with its reason"),
    ("support", "25", "sources of support, and the role of funders"),
    ("interests", "26", "competing interests of the authors"),
    ("availability", "27", "what of data, code and other materials is public, and where"),
];
