//! A multilevel model into a result.

use super::material::{Dependent, notes_of};
use super::robust::add_robust;
use crate::diagnostic::Problem;
use crate::eval::outcome::{Display, HeterogeneityResult, LevelErrors, Levels, NoteResult, PoolResult};
use crate::eval::pooling::{Included, harmonic_n};
use crate::eval::state::State;
use crate::language::resolve::{estimates_variances, is_hksj};
use crate::language::spec::{AnalysisSpec, I2Definition, ModelChoice, Origin, PoolModel};
use crate::language::suggest::count;
use crate::stats::heterogeneity::i2_from_q;
use crate::stats::multilevel::{CoefficientTest, Likelihood, Multilevel, MultilevelOptions, prediction_interval, weights};
use crate::stats::pool::{CiMethod, PiMethod, Tau2Estimator};
use std::sync::Arc;

/// What the core is asked under a specification, and the model's word.
pub fn asked(spec: &AnalysisSpec, notes: &mut Vec<NoteResult>) -> Result<(MultilevelOptions, PoolModel), Problem> {
    let models = match &spec.model.value {
        ModelChoice::One(model) => std::slice::from_ref(model),
        ModelChoice::FirstOf(models) => models,
        ModelChoice::Rule(_) => &[],
    };
    let Some(at) = models.iter().position(estimates_variances) else {
        let name = models.first().map_or_else(|| "none".to_owned(), |m| m.name());
        return Err(Problem::error("E216", format!("a multilevel model is estimated by `reml` or `ml`, and the model is `{name}`"))
            .at(spec.span, "does not go with `multilevel`")
            .help("state `model reml`, or take one effect per trial first with `combine rho 0.5`"));
    };
    for passed in &models[..at] {
        let text = format!("model {} does not estimate the variances of a multilevel model, the next of the list was tried", passed.name());
        notes.push(NoteResult { code: "W411", text });
    }
    let model = models[at];
    let method = if model == PoolModel::Random(Tau2Estimator::Ml) { Likelihood::Ml } else { Likelihood::Reml };
    let ci = spec.ci.value;
    if is_hksj(ci.method) && !ci.guarded {
        notes.push(NoteResult {
            code: "W474",
            text: format!(
                "`ci {}` has no counterpart in a multilevel model: t with trials - coefficients degrees of freedom stands in its place",
                ci.method.name()
            ),
        });
    }
    let test = if ci.method == CiMethod::Wald { CoefficientTest::Wald } else { CoefficientTest::T };
    Ok((MultilevelOptions { method, test, level: spec.level.value, ..MultilevelOptions::default() }, model))
}

/// Fits the model of the result's specification to effects, two or more.
pub fn pool(result: &mut PoolResult, spec: &AnalysisSpec, included: &[Included], state: &State) -> Result<(), Problem> {
    let (options, model) = asked(spec, &mut result.notes)?;
    let effects = Dependent::of(spec, included, state);
    let clustered = effects.clustered(None, spec, included)?;
    let refused = |e| effects.refused(e, spec, included);
    let fit = clustered.fit(&options).map_err(refused)?;
    let weights = weights(&effects.effects(None), fit.heterogeneity.sigma2).map_err(refused)?;
    fill(result, &fit, model, spec, included)?;
    for (study, weight) in result.studies.iter_mut().filter(|s| s.included).zip(&weights) {
        study.weight = Some(*weight);
    }
    result.notes.extend(effects.notes.iter().cloned());
    result.notes.extend(notes_of(&fit.notes, |_| "the pooled effect".to_owned()));
    let negative = weights.iter().filter(|w| **w < 0.0).count();
    if negative > 0 {
        result.notes.push(NoteResult {
            code: "W475",
            text: format!(
                "{} a negative weight: among correlated effects of unequal precision the imprecise one corrects the others",
                count(negative, "effect has", "effects have")
            ),
        });
    }
    let sigma2 = fit.heterogeneity.sigma2;
    result.multilevel = Some(Arc::new(fit));
    add_robust(result, spec, &effects, &clustered, sigma2, included);
    Ok(())
}

fn fill(result: &mut PoolResult, fit: &Multilevel, model: PoolModel, spec: &AnalysisSpec, included: &[Included]) -> Result<(), Problem> {
    let pooled = fit.coefficients[0];
    let finite = |x: f64| x.is_finite().then_some(x);
    let ci = spec.ci.value;
    result.structure = Some("multilevel");
    result.trials = Some(fit.studies);
    result.model = Some(model.name());
    result.ci_method = if fit.test_used == CoefficientTest::T { "t" } else { "wald" };
    result.ci_requested = if ci.guarded && ci.method != CiMethod::Wald { "t" } else { ci.method.name() };
    result.level = spec.level.value;
    result.estimate = finite(pooled.estimate);
    result.se = finite(pooled.se);
    result.statistic = finite(pooled.statistic);
    result.df = pooled.df;
    result.p = finite(pooled.p);
    result.ci = Some(pooled.ci);
    result.pi = prediction(result, fit, spec)?;
    result.pi_method = spec.pi.value.name();
    result.log_likelihood = finite(fit.log_likelihood);
    let harmonic = harmonic_n(included);
    let back = |x: f64| spec.measure.value.display(x, harmonic);
    result.display =
        Some(Display { estimate: finite(back(pooled.estimate)), ci: Some(pooled.ci.map(back)), pi: result.pi.map(|pi| pi.map(back)) });
    result.heterogeneity = Some(heterogeneity(fit, spec));
    Ok(())
}

/// The interval of the true effect of a new effect in a new trial, from the sum of the variances.
fn prediction(result: &mut PoolResult, fit: &Multilevel, spec: &AnalysisSpec) -> Result<Option<[f64; 2]>, Problem> {
    let trials = fit.studies;
    let method = spec.pi.value;
    let stated = matches!(spec.pi.origin, Origin::Stated | Origin::Conventions(_));
    if method == PiMethod::None {
        return Ok(None);
    }
    let mut note = |text: String| result.notes.push(NoteResult { code: "W408", text });
    if trials < 3 && !stated {
        note(format!("no prediction interval: it needs three trials, there {} {trials}", if trials == 1 { "is" } else { "are" }));
        return Ok(None);
    }
    let df = match method {
        PiMethod::T => Some(trials as f64 - 1.0).filter(|df| *df > 0.0),
        PiMethod::Riley => Some((trials as f64 - 2.0).max(1.0)),
        PiMethod::Matches => fit.df,
        PiMethod::Normal | PiMethod::None => None,
    };
    if trials < 5 {
        note(format!("the prediction interval rests on {trials} trials and is imprecise"));
    }
    let pooled = fit.coefficients[0];
    let found = prediction_interval(pooled.estimate, pooled.se, df, fit.heterogeneity.sigma2, spec.level.value);
    found.map(Some).map_err(|e| Problem::error("E401", e.to_string()).at(spec.span, "this analysis"))
}

/// Heterogeneity of a multilevel model as results have it, of a mean or residual.
pub fn heterogeneity(fit: &Multilevel, spec: &AnalysisSpec) -> HeterogeneityResult {
    let h = &fit.heterogeneity;
    let i2_q = i2_from_q(h.q, h.df);
    let by_q = spec.i2.value == I2Definition::Q || h.i2.is_none();
    let h2 = match h.typical_variance {
        Some(typical) if !by_q => (h.sigma2.total() + typical) / typical,
        _ if h.df > 0.0 => h.q / h.df,
        _ => 1.0,
    };
    HeterogeneityResult {
        q: h.q,
        df: h.df,
        p: h.p,
        tau2: Some(h.sigma2.total()),
        tau2_se: None,
        tau2_ci: None,
        i2: if by_q { i2_q } else { h.i2.unwrap_or(i2_q) },
        i2_ci: None,
        i2_definition: if by_q { "q" } else { "tau2" },
        i2_q,
        i2_q_ci: None,
        i2_tau2: h.i2,
        h2,
        levels: Some(Levels {
            sigma2: h.sigma2,
            sigma2_se: LevelErrors { between: h.sigma2_se[0], within: h.sigma2_se[1] },
            i2_between: h.i2_between,
            i2_within: h.i2_within,
            icc: h.icc,
        }),
    }
}
