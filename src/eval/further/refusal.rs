//! Why a verb has no result: a mistake in the statement, or data that hold no answer.

use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{Head, NoResult, Outcome, UnansweredResult};
use crate::language::further::FurtherSpec;
use crate::stats::error::StatsError;

/// Why a verb has no result.
pub enum Refusal {
    /// The statement can't be run: an error.
    Problem(Problem),
    /// These data hold no answer: a result without numbers, and a note.
    NoResult(NoResult),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Refusal {
    /// Nothing was pooled, or what the verb needs does not exist.
    pub fn undefined(reason: impl Into<String>) -> Self {
        Self::NoResult(NoResult { code: "undefined", reason: reason.into() })
    }

    /// What becomes of the statement.
    pub fn outcome(self, spec: &FurtherSpec, analysed: &Analysed) -> Result<Outcome, Problem> {
        let base = &analysed.result;
        match self {
            Self::Problem(problem) => Err(problem),
            Self::NoResult(mut why) => {
                if let Some(not_pooled) = base.not_pooled.as_ref().filter(|_| base.k == 0) {
                    why = NoResult { code: not_pooled.code, reason: format!("nothing was pooled, as {}", not_pooled.reason) };
                }
                let head = Head::of(base, &spec.of, spec.name.clone());
                Ok(Outcome::Unanswered(Box::new(UnansweredResult::new(spec.verb, head, why, base.clone()))))
            }
        }
    }
}

/// What the core says against it.
pub fn refused(spec: &FurtherSpec, error: StatsError) -> Refusal {
    let code = match error {
        StatsError::NoStudies => "no_studies",
        StatsError::TooFewStudies { .. } => "too_few_studies",
        StatsError::Undefined { .. } => "undefined",
        _ => {
            let text = format!("`{}` has no result here: {error}", spec.verb);
            return Refusal::Problem(Problem::error("E413", text).at(spec.base.span, "this statement"));
        }
    };
    Refusal::NoResult(NoResult { code, reason: error.to_string() })
}
