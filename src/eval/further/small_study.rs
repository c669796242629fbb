//! Small-study effects.

use super::refusal::{Refusal, refused};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{Bare, BeggResult, EggerResult, FailSafeResult, Filled, Head, Line, NoteResult, Outcome, TrimAndFillResult};
use crate::eval::pooling::{inverse_variance, of_pooled, options, values};
use crate::language::further::FurtherSpec;
use crate::stats::small_study::{
    self as core, EggerMethod, EggerOptions, FailSafeMethod, FailSafeOptions, KendallP, MissingEstimator, OrwinMean, Predictor, Side,
    SmallStudyNote, TrimAndFillOptions,
};

pub(super) fn notes(found: &[SmallStudyNote]) -> Vec<NoteResult> {
    found.iter().map(|n| NoteResult { code: "W450", text: n.text() }).collect()
}

/// The sizes of the groups, or of all people.
pub(super) fn sizes(spec: &FurtherSpec, analysed: &Analysed, which: &str) -> Result<Vec<f64>, Problem> {
    let included = analysed.included();
    let get = |e: &crate::stats::effect::Effect| match which {
        "n1" => e.n1,
        "n2" => e.n2,
        _ => e.n1.zip(e.n2).map(|(a, b)| a + b).or(e.n),
    };
    included
        .iter()
        .map(|(candidate, effect)| {
            get(effect).ok_or_else(|| {
                let what = if which == "n" { "the size of every study" } else { "the sizes of both groups of every study" };
                Problem::error(
                    "E413",
                    format!(
                        "`{}` needs {what} here, and `{}` does not state {}",
                        spec.verb,
                        candidate.study,
                        if which == "n" { "it" } else { "them" }
                    ),
                )
                .at(spec.base.span, "needs sizes")
                .help(if spec.verb == "egger" {
                    "use `predictor se`, or leave the study out with `exclude`"
                } else {
                    "state the sizes in the columns `n1` and `n2`, or leave the study out with `exclude`"
                })
            })
        })
        .collect()
}

/// Egger's test.
pub fn egger(spec: &FurtherSpec, predictor: &'static str, mixed: bool, analysed: &Analysed) -> Result<Outcome, Refusal> {
    let (y, v) = values(&analysed.included());
    let base = analysed.result.clone();
    let settled = &base.spec;
    let (n, n1, n2);
    let chosen = match predictor {
        "vi" => Predictor::Vi,
        "n" => {
            n = sizes(spec, analysed, "n")?;
            Predictor::N(&n)
        }
        "ninv" => {
            n = sizes(spec, analysed, "n")?;
            Predictor::Ninv(&n)
        }
        "modified" => {
            n1 = sizes(spec, analysed, "n1")?;
            n2 = sizes(spec, analysed, "n2")?;
            Predictor::Modified { n1: &n1, n2: &n2 }
        }
        _ => Predictor::Se,
    };
    let method = if mixed {
        let Some((_, model)) = inverse_variance(settled, &base) else {
            return Err(Problem::error("E413", "`method mixed` regresses under an inverse-variance model")
                .at(spec.base.span, "mh and peto are none")
                .help("leave out `method mixed`, or state another model")
                .into());
        };
        EggerMethod::Mixed { model, ci: settled.ci.value.method, guard: settled.ci.value.guarded }
    } else {
        EggerMethod::Classical
    };
    let level = settled.level.value;
    let found = core::egger(&y, &v, &EggerOptions { predictor: chosen, method, level }).map_err(|e| refused(spec, e))?;
    let mut remarks = notes(&found.notes);
    remarks
        .extend(SmallStudyNote::for_measure(settled.measure.value, found.predictor).map(|n| NoteResult { code: "W451", text: n.text() }));
    Ok(Outcome::Egger(Box::new(EggerResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        predictor,
        method: if mixed { "mixed" } else { "classical" },
        statistic: found.statistic,
        df: found.df,
        p: found.p,
        slope: Line { estimate: found.slope.estimate, se: found.slope.se, ci: found.slope.ci },
        limit: found.limit.map(|l| Line { estimate: l.estimate, se: l.se, ci: l.ci }),
        tau2: found.tau2,
        robust: None,
        notes: remarks,
        base,
    })))
}

/// Begg and Mazumdar's test.
pub fn begg(spec: &FurtherSpec, analysed: &Analysed) -> Result<Outcome, Refusal> {
    let (y, v) = values(&analysed.included());
    let found = core::begg(&y, &v).map_err(|e| refused(spec, e))?;
    let base = analysed.result.clone();
    Ok(Outcome::Begg(Box::new(BeggResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        tau: found.tau,
        p: found.p,
        method: match found.method {
            KendallP::Exact => "exact",
            KendallP::NormalTies => "normal, ties corrected",
            KendallP::Normal => "normal",
        },
        notes: notes(&found.notes),
        base,
    })))
}

/// Trim-and-fill under the analysis' own model.
pub fn trim_and_fill(
    spec: &FurtherSpec,
    estimator: &'static str,
    side: Option<&'static str>,
    analysed: &Analysed,
) -> Result<Outcome, Refusal> {
    let included = analysed.included();
    let (y, v) = values(&included);
    let base = &analysed.result;
    let Some((model, core_model)) = inverse_variance(&base.spec, base) else {
        return Err(Problem::error("E413", "trim-and-fill mirrors effects, and this model pools counts")
            .at(spec.base.span, "mh and peto pool counts")
            .help("state an inverse-variance model, such as `model common`")
            .into());
    };
    let wanted = TrimAndFillOptions {
        estimator: match estimator {
            "r0" => MissingEstimator::R0,
            "q0" => MissingEstimator::Q0,
            _ => MissingEstimator::L0,
        },
        side: side.map(|s| if s == "left" { Side::Left } else { Side::Right }),
        ..TrimAndFillOptions::default()
    };
    let found = core::trim_and_fill(&y, &v, &options(&base.spec, core_model), &wanted).map_err(|e| refused(spec, e))?;
    let result = |pooled| of_pooled(&base.spec, pooled, model, &included, base.line);
    let mut observed = result(&found.observed);
    // Its row in the JSON leaves them out; a funnel draws them.
    observed.studies.clone_from(&base.studies);
    let mut filled = result(&found.filled);
    filled.participants = None;
    Ok(Outcome::TrimAndFill(Box::new(TrimAndFillResult {
        head: Head::of(base, &spec.of, spec.name.clone()),
        estimator,
        k0: found.k0,
        k0_se: found.k0_se,
        side: found.side.name(),
        observed: Bare(observed),
        filled: Bare(filled),
        studies: found
            .studies
            .iter()
            .map(|s| Filled {
                mirrors: included.get(s.mirrors).map(|(c, _)| c.study.clone()).unwrap_or_default(),
                yi: s.effect,
                vi: s.variance,
            })
            .collect(),
        notes: notes(&found.notes),
    })))
}

/// Fail-safe N.
pub fn fail_safe(
    spec: &FurtherSpec,
    method: &'static str,
    target: Option<f64>,
    weighted: bool,
    analysed: &Analysed,
) -> Result<Outcome, Refusal> {
    let (y, v) = values(&analysed.included());
    let base = analysed.result.clone();
    let chosen = match (method, target) {
        ("orwin", Some(target)) => FailSafeMethod::Orwin { target, mean: if weighted { OrwinMean::Weighted } else { OrwinMean::Plain } },
        ("rosenberg", _) => FailSafeMethod::Rosenberg,
        _ => FailSafeMethod::Rosenthal,
    };
    let found = core::fail_safe(&y, &v, &FailSafeOptions { method: chosen, ..FailSafeOptions::default() }).map_err(|e| refused(spec, e))?;
    let measure = base.spec.measure.value;
    let mut remarks = notes(&found.notes);
    if measure.null_value().is_none() {
        let text =
            format!("a {} has no value of no effect: the studies counted have one of 0 on the {} scale", measure.full_name(), base.scale);
        remarks.push(NoteResult { code: "W486", text });
    }
    Ok(Outcome::FailSafe(Box::new(FailSafeResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        method,
        n: found.n,
        target,
        mean: (method == "orwin").then_some(if weighted { "weighted" } else { "plain" }),
        alpha: found.alpha,
        notes: remarks,
        base,
    })))
}
