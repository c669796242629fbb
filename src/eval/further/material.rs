//! The effects that a verb works on, and whether it can.

use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{NoteResult, OfStudy};
use crate::eval::pooling::{Included, inverse_variance, options, refused, values};
use crate::language::further::{Further, FurtherSpec};
use crate::language::vocabulary;
use crate::stats::error::StatsError;
use crate::stats::pool::{Model, PoolOptions};

/// Effects pooled by inverse variance, with the options of their analysis.
pub struct Material<'a> {
    /// The effects with their candidates.
    pub included: Vec<Included<'a>>,
    /// Effects.
    pub y: Vec<f64>,
    /// Variances.
    pub v: Vec<f64>,
    /// Model, interval, level.
    pub options: PoolOptions,
}

impl<'a> Material<'a> {
    /// The effects of an analysis; an error where it pools by Mantel-Haenszel or Peto.
    pub fn of(spec: &FurtherSpec, analysed: &'a Analysed) -> Result<Self, Problem> {
        let included = analysed.included();
        let Some((_, model)) = inverse_variance(&analysed.result.spec, &analysed.result) else {
            let model = analysed.result.model.as_deref().unwrap_or("none");
            return Err(Problem::error("E411", format!("`{}` needs a model by inverse variance, and this one is `{model}`", spec.verb))
                .at(spec.base.span, "does not fit the model")
                .help(format!("write `{} model reml`, or another model", again(spec))));
        };
        let (y, v) = values(&included);
        Ok(Self { y, v, options: options(&analysed.result.spec, model), included })
    }

    /// The model.
    pub fn model(&self) -> Model {
        self.options.model
    }

    /// What the core says against it.
    pub fn refused(&self, e: StatsError, spec: &FurtherSpec) -> Problem {
        refused(e, &self.included, &spec.base)
    }

    /// Values study by study.
    pub fn of_studies<T>(&self, values: impl IntoIterator<Item = T>) -> Vec<OfStudy<T>> {
        of_studies(&self.included, values)
    }
}

/// The verb with its name, as a statement begins.
fn again(spec: &FurtherSpec) -> String {
    let subject = vocabulary::verb(spec.verb).map(|v| v.subject);
    let of = if subject == Some(vocabulary::Subject::OfAnalysis) { "of " } else { "" };
    let on = match &spec.what {
        Further::Regress(formula) => format!(" on {}", formula.text),
        _ => String::new(),
    };
    format!("{} {of}{}{on}", spec.verb, short(&spec.of))
}

/// Values study by study.
pub fn of_studies<T>(included: &[Included], values: impl IntoIterator<Item = T>) -> Vec<OfStudy<T>> {
    included.iter().zip(values).map(|((candidate, _), values)| OfStudy { study: candidate.study.clone(), values }).collect()
}

/// The name of a result in an example, `NAME` for a statement in its place.
pub fn short(of: &str) -> &str {
    if of.contains(' ') { "NAME" } else { of }
}

/// Why there is nothing to answer, where nothing was pooled or too little.
pub fn lacking(spec: &FurtherSpec, analysed: &Analysed, needed: usize) -> Option<NoteResult> {
    let result = &analysed.result;
    let text = match &result.not_pooled {
        Some(why) => format!("nothing was pooled, so that `{}` has nothing to say: {}", spec.verb, why.reason),
        None if result.k < needed => format!("`{}` needs {needed} studies, and there is one", spec.verb),
        None => return None,
    };
    Some(NoteResult { code: "W440", text })
}
