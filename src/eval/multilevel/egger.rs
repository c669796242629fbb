//! Egger's test of a multilevel analysis: the predictor as a moderator.

use super::fit::asked;
use super::material::{Dependent, notes_of};
use super::robust::robust_of;
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::further::refusal::{Refusal, refused};
use crate::eval::outcome::{EggerResult, Head, Line, NoteResult, Outcome};
use crate::eval::state::State;
use crate::language::further::FurtherSpec;
use crate::stats::effect::Effect;
use crate::stats::multilevel::Coefficient;

/// The predictor of an effect; `None` where it needs a size that is not stated.
fn predictor_of(predictor: &str, effect: &Effect) -> Option<f64> {
    let people = || effect.n1.zip(effect.n2).map(|(a, b)| a + b).or(effect.n);
    match predictor {
        "vi" => Some(effect.vi),
        "n" => people(),
        "ninv" => people().map(|n| 1.0 / n),
        "modified" => effect.n1.zip(effect.n2).map(|(a, b)| (1.0 / a + 1.0 / b).sqrt()),
        _ => Some(effect.vi.sqrt()),
    }
}

/// `egger of` a multilevel result.
pub fn egger(spec: &FurtherSpec, predictor: &'static str, analysed: &Analysed, state: &State) -> Result<Outcome, Refusal> {
    let base = analysed.result.clone();
    let settled = &base.spec;
    let included = analysed.included();
    let mut x = Vec::with_capacity(2 * included.len());
    for (candidate, effect) in &included {
        let Some(value) = predictor_of(predictor, effect) else {
            return Err(Problem::error(
                "E413",
                format!("`egger` with this predictor needs the size of every study, and `{}` states none", candidate.study),
            )
            .at(spec.base.span, "needs sizes")
            .help("use `predictor se`, or leave the study out")
            .into());
        };
        x.extend([1.0, value]);
    }
    if x.chunks_exact(2).all(|row| row[1] == x[1]) {
        return Err(Problem::error("E413", "Egger's test has no result here: its predictor does not differ between the effects")
            .at(spec.base.span, "nothing to compare")
            .help("choose another predictor, such as `predictor n`")
            .into());
    }
    let mut notes = Vec::new();
    let (options, _) = asked(settled, &mut notes)?;
    let effects = Dependent::of(settled, &included, state);
    let refused = |e| refused(spec, e);
    let clustered = effects.clustered(Some(&x), settled, &included)?;
    let fit = clustered.fit(&options).map_err(refused)?;
    let slope = fit.coefficients[1];
    let name = |j: usize| if j == 1 { "the slope".to_owned() } else { "the limit".to_owned() };
    notes.extend(effects.notes.iter().cloned());
    notes.extend(notes_of(&fit.notes, name));
    if fit.studies < 10 {
        notes.push(NoteResult { code: "W450", text: format!("with {} trials, fewer than ten, the test has little power", fit.studies) });
    }
    let mut robust = None;
    if let Some(kind) = settled.robust.value {
        let found = clustered.robust(fit.heterogeneity.sigma2, kind, base.level).map_err(refused)?;
        notes.extend(notes_of(&found.notes, name));
        robust = Some(robust_of(&found.coefficients[1], &found, |x| x));
    }
    let line = |c: &Coefficient| Line { estimate: c.estimate, se: c.se, ci: c.ci };
    Ok(Outcome::Egger(Box::new(EggerResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        predictor,
        method: "multilevel",
        statistic: slope.statistic,
        df: slope.df,
        p: slope.p,
        slope: line(&slope),
        limit: (predictor != "n").then(|| line(&fit.coefficients[0])),
        tau2: Some(fit.heterogeneity.sigma2.total()),
        robust,
        notes,
        base,
    })))
}
