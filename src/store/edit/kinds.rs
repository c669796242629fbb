//! The kinds of records that can be edited.

use crate::diagnostic::Problem;
use crate::store::near_miss::nearest;

/// One kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The word on the command line and in scripts.
    pub word: &'static str,
    /// What messages call it.
    pub name: &'static str,
    /// What it is, one line.
    pub summary: &'static str,
    pub(super) part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Row,
    Study,
    Outcome,
    Instrument,
    Timepoint,
    AnalysisSet,
    Arm,
    Comparison,
    Characteristic,
    Report,
    RiskOfBias,
    Exclusion,
    Judgement,
    Grade,
    Flow,
    Review,
}

const fn of(word: &'static str, name: &'static str, part: Part, summary: &'static str) -> Kind {
    Kind { word, name, summary, part }
}

/// All kinds.
pub const KINDS: &[Kind] = &[
    of("row", "row", Part::Row, "a result, by line, digest or keys; fields are the columns of the tidy CSV"),
    of("study", "study", Part::Study, "a study; fields that it does not know are characteristics"),
    of("outcome", "outcome", Part::Outcome, "an outcome"),
    of("instrument", "instrument", Part::Instrument, "a scale, test or questionnaire"),
    of("timepoint", "timepoint", Part::Timepoint, "a time of measurement"),
    of("set", "analysis set", Part::AnalysisSet, "an analysis set"),
    of("arm", "arm", Part::Arm, "an arm"),
    of("comparison", "comparison", Part::Comparison, "a comparison of arms"),
    of("characteristic", "characteristic", Part::Characteristic, "a declared characteristic and its levels"),
    of("report", "report", Part::Report, "a report of a study, with its screening"),
    of("bias", "judgement of bias", Part::RiskOfBias, "a judgement of the risk of bias, by number or fields"),
    of("exclusion", "exclusion", Part::Exclusion, "something left out, by number or fields"),
    of("judgement", "judgement", Part::Judgement, "a question and its answer, by number or fields"),
    of("grade", "rating", Part::Grade, "a rating of certainty, by number or fields"),
    of("flow", "flow count", Part::Flow, "a count of the flow diagram, by number or fields"),
    of("review", "review", Part::Review, "the review itself"),
];

/// The kind of a word.
pub fn kind(word: &str) -> Result<&'static Kind, Problem> {
    KINDS.iter().find(|k| k.word.eq_ignore_ascii_case(word)).ok_or_else(|| {
        let words: Vec<&str> = KINDS.iter().map(|k| k.word).collect();
        let problem = Problem::error("E383", format!("`{word}` is no kind of record"));
        match nearest(word, words.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`? The kinds are {}", words.join(", "))),
            None => problem.help(format!("the kinds are {}", words.join(", "))),
        }
    })
}
