//! Meta-regression.

use super::design::{Designed, design};
use super::material::{Material, lacking};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::multilevel::Levelled;
use crate::eval::outcome::{Head, NoteResult, Outcome, RegressResult, RegressStudy};
use crate::eval::pooling::{inverse_variance, of_heterogeneity, participants, values};
use crate::eval::state::State;
use crate::language::formula::Formula;
use crate::language::further::FurtherSpec;
use crate::stats::error::StatsError;
use crate::stats::pool::CiMethod;
use crate::stats::regression::{OwnNote, RegressNote, RegressOptions, Regression, regress};

/// A regression with what it was made from.
pub struct Fitted<'a> {
    /// Effects of the analysis and its options.
    pub material: Material<'a>,
    /// The design, and who is in it.
    pub designed: Designed<'a>,
    /// Effects of the regression.
    pub y: Vec<f64>,
    /// Their variances.
    pub v: Vec<f64>,
    /// As asked.
    pub options: RegressOptions,
    /// The fit.
    pub regression: Regression,
}

/// Fits a formula to the effects of an analysis.
pub fn fit<'a>(spec: &FurtherSpec, formula: &Formula, analysed: &'a Analysed, state: &State) -> Result<Fitted<'a>, Problem> {
    if let Some(note) = lacking(spec, analysed, 1) {
        return Err(Problem::error("E431", note.text).at(spec.base.span, "nothing to regress"));
    }
    let material = Material::of(spec, analysed)?;
    let designed = design(&material.included, formula, state, spec.base.span)?;
    let (y, v) = values(&designed.included);
    let o = &material.options;
    let options = RegressOptions { model: o.model, ci: o.ci, guard: o.guard, level: o.level, ..RegressOptions::default() };
    let regression = regress(&y, &v, &designed.built.design, &options).map_err(|e| refused(e, &designed, spec))?;
    Ok(Fitted { material, y, v, options, regression, designed })
}

/// What the core says against a regression.
pub fn refused(error: StatsError, designed: &Designed, spec: &FurtherSpec) -> Problem {
    if let StatsError::TooFewStudies { k, needed, .. } = error {
        let left = match designed.left_out.len() {
            0 => String::new(),
            n => format!("; {n} more lack a moderator"),
        };
        let columns = designed.built.design.columns();
        return Problem::error(
            "E431",
            format!("{k} studies can't carry {columns} coefficients: under this model it takes at least {needed}{left}"),
        )
        .at(spec.base.span, "too few studies")
        .help("leave moderators out of the formula, or pool in place of regressing");
    }
    crate::eval::pooling::refused(error, &designed.included, &spec.base)
}

/// The statement.
pub fn run(spec: &FurtherSpec, formula: &Formula, analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let fitted = fit(spec, formula, analysed, state)?;
    let r = &fitted.regression;
    let base = analysed.result.clone();
    let Some((model, _)) = inverse_variance(&base.spec, &base) else {
        return Err(Problem::error("E411", "this model pools counts").at(spec.base.span, "no regression"));
    };
    let mut head = Head::of(&base, &spec.of, spec.name.clone());
    head.k = r.k;
    let mut remarks = notes(&fitted);
    let mut robust = None;
    let mut trials = None;
    if base.spec.robust.value.is_some() {
        let again = design(&fitted.material.included, formula, state, spec.base.span)?;
        let levelled = Levelled::of(spec, again, r, &base.spec, state)?;
        robust = levelled.robust(&mut remarks);
        trials = Some(levelled.effects.trials.len());
    }
    let finite = |x: f64| x.is_finite().then_some(x);
    Ok(Outcome::Regress(Box::new(RegressResult {
        formula: formula.text.clone(),
        intercept: formula.intercept,
        ci_method: r.ci_used.name(),
        ci_requested: requested(&fitted).name(),
        pi_method: fitted.material.options.pi.name(),
        participants: participants(&fitted.designed.included),
        coefficients: r.coefficients.clone(),
        moderators: r.moderators.clone(),
        structure: None,
        trials,
        robust,
        r2: r.r2,
        heterogeneity: (r.k > r.p).then(|| of_heterogeneity(&r.heterogeneity, model, &base.spec)),
        tau2_without: r.tau2_mean.and_then(finite),
        log_likelihood: r.log_likelihood,
        studies: studies(&fitted, analysed),
        notes: remarks,
        terms: formula.clone(),
        head,
        base,
    })))
}

/// The interval asked for: the edition asks for hksj under random effects alone.
fn requested(fitted: &Fitted) -> CiMethod {
    let common = fitted.options.model == crate::stats::pool::Model::Common;
    if fitted.options.guard && common { CiMethod::Wald } else { fitted.regression.ci_requested }
}

fn studies(fitted: &Fitted, analysed: &Analysed) -> Vec<RegressStudy> {
    let (designed, r) = (&fitted.designed, &fitted.regression);
    let mut effect = 0;
    let mut place = 0;
    let mut out = Vec::with_capacity(analysed.result.studies.len());
    for study in &analysed.result.studies {
        let mut one = RegressStudy { study: study.clone(), fitted: None, residual: None, hat: None };
        if study.included {
            one.study.weight = None;
            match designed.left_out.iter().find(|l| l.effect == effect) {
                Some(left) => {
                    one.study.included = false;
                    one.study.reason = Some(left.reason.clone());
                }
                None => {
                    one.study.weight = r.weights.get(place).copied();
                    one.fitted = r.fitted.get(place).copied();
                    one.residual = r.residuals.get(place).copied();
                    one.hat = r.hat.get(place).copied();
                    place += 1;
                }
            }
            effect += 1;
        }
        out.push(one);
    }
    out
}

/// Who is left out, and what the core has to note.
pub fn notes(fitted: &Fitted) -> Vec<NoteResult> {
    let mut out = left_out(&fitted.designed);
    for note in &fitted.regression.notes {
        match note {
            RegressNote::Pool(crate::stats::pool::PoolNote::WaldForCommonEffect { .. }) => {}
            RegressNote::Own(OwnNote::DecidedByOne { study }) => {
                let name = fitted.designed.included.get(*study).map_or("", |(c, _)| c.study.as_str());
                let text = format!("`{name}` alone decides a coefficient: the model fits it exactly");
                out.push(NoteResult { code: "W462", text });
            }
            RegressNote::Own(OwnNote::FewStudies { .. }) => out.push(NoteResult { code: "W461", text: note.text() }),
            RegressNote::Own(_) => out.push(NoteResult { code: "W462", text: note.text() }),
            RegressNote::Pool(note) => out.push(crate::eval::notes::of_pool(note)),
        }
    }
    out
}

/// Who is left out for want of a moderator.
pub fn left_out(designed: &Designed) -> Vec<NoteResult> {
    let left = &designed.left_out;
    if left.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = left.iter().map(|l| format!("{} ({})", l.study, l.reason)).collect();
    let text = format!(
        "{} left out for want of a moderator: {}",
        crate::language::suggest::count(left.len(), "study is", "studies are"),
        names.join("; ")
    );
    vec![NoteResult { code: "W460", text }]
}
