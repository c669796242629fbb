//! Permutation tests of a pooled effect or a regression.

use super::material::{Material, lacking};
use super::regress::{fit, notes};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{Head, NoteResult, Outcome, PermuteResult, PermuteRow};
use crate::eval::state::State;
use crate::eval::work::Work;
use crate::language::formula::Formula;
use crate::language::further::{Draws, FurtherSpec};
use crate::stats::error::StatsError;
use crate::stats::regression::{Design, Permutation, PermutationOptions, RegressOptions, Regression, permute, regress};
use std::sync::atomic::{AtomicU64, Ordering};

/// The statement.
pub fn run(
    spec: &FurtherSpec,
    formula: Option<&Formula>,
    draws: Draws,
    analysed: &Analysed,
    state: &State,
    work: &Work,
) -> Result<Outcome, Problem> {
    let mut head = Head::of(&analysed.result, &spec.of, spec.name.clone());
    let (found, model, mut remarks) = match formula {
        Some(formula) => {
            let fitted = fit(spec, formula, analysed, state)?;
            head.k = fitted.regression.k;
            let refused = |e| super::regress::refused(e, &fitted.designed, spec);
            let design = &fitted.designed.built.design;
            let found = watched(&fitted.y, &fitted.v, design, &fitted.options, draws, work).map_err(refused)?;
            // The statistic is taken literally, and so is the p beside it.
            let model = regress(&fitted.y, &fitted.v, design, &literal(&fitted.options)).map_err(refused)?;
            let remarks = notes(&fitted).into_iter().filter(|n| !matches!(n.code, "W404" | "W405")).collect();
            (found, model, remarks)
        }
        None => {
            if let Some(note) = lacking(spec, analysed, 2) {
                return Err(Problem::error("E431", note.text).at(spec.base.span, "nothing to permute"));
            }
            let material = Material::of(spec, analysed)?;
            let o = &material.options;
            let options = literal(&RegressOptions { model: o.model, ci: o.ci, level: o.level, ..RegressOptions::default() });
            let design = Design::intercept(material.y.len());
            let model = regress(&material.y, &material.v, &design, &options).map_err(|e| material.refused(e, spec))?;
            let found = watched(&material.y, &material.v, &design, &options, draws, work).map_err(|e| material.refused(e, spec))?;
            (found, model, Vec::new())
        }
    };
    remarks.extend(few(&found, &draws));
    Ok(Outcome::Permute(Box::new(PermuteResult {
        head,
        formula: formula.map(|f| f.text.clone()),
        ci_method: found.ci.name(),
        exact: found.exact,
        draws: found.draws,
        possible: found.possible,
        seed: found.seed,
        coefficients: rows(&found, &model),
        moderators: found.moderators.as_ref().zip(model.moderators.as_ref()).map(|(m, of_model)| PermuteRow {
            term: m.term.clone(),
            statistic: m.statistic,
            p: m.p,
            p_model: of_model.p,
        }),
        notes: remarks,
        base: analysed.result.clone(),
    })))
}

/// The options without the guard of the edition.
fn literal(o: &RegressOptions) -> RegressOptions {
    RegressOptions { guard: false, tau2_ci: false, ..o.clone() }
}

fn rows(found: &Permutation, model: &Regression) -> Vec<PermuteRow> {
    let pairs = found.coefficients.iter().zip(&model.coefficients);
    pairs.map(|(c, m)| PermuteRow { term: c.term.clone(), statistic: c.statistic, p: c.p, p_model: m.p }).collect()
}

/// What the number of arrangements means for the smallest p there can be.
fn few(found: &Permutation, draws: &Draws) -> Vec<NoteResult> {
    let mut out = Vec::new();
    let mut note = |text: String| out.push(NoteResult { code: "W465", text });
    if found.exact && (draws.draws.is_some() || draws.seed.is_some()) {
        note(format!("all {} arrangements were tried, so that `draws` and `seed` change nothing", found.draws));
    }
    let different = if found.coefficients.len() == 1 { found.draws / 2 } else { found.draws };
    if found.exact && different < 20 {
        note(format!("there are {} arrangements only, so that no p below {:.2} is possible", found.draws, 1.0 / different.max(1) as f64));
    }
    out
}

/// The core's test, its progress told.
fn watched(y: &[f64], v: &[f64], design: &Design, o: &RegressOptions, draws: Draws, work: &Work) -> Result<Permutation, StatsError> {
    let defaults = PermutationOptions::default();
    let how =
        PermutationOptions { draws: draws.draws.map_or(defaults.draws, |n| n as u64), seed: draws.seed.unwrap_or(work.seed), ..defaults };
    let done = AtomicU64::new(0);
    let total = how.draws.max(1);
    let every = (total / 1000).max(1);
    let stop = || {
        // Asked before every arrangement, which tells how many there have been.
        let now = 1 + done.fetch_add(1, Ordering::Relaxed);
        if now.is_multiple_of(every) {
            (work.watch.progress)((now as usize).min(total as usize), total as usize);
        }
        (work.watch.stop)()
    };
    permute(y, v, design, o, &how, &stop)
}
