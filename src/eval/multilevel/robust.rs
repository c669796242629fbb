//! Cluster-robust inference beside that of the model.

use super::material::{Dependent, notes_of};
use crate::eval::outcome::{NoteResult, PoolResult, RobustResult};
use crate::eval::pooling::{Included, harmonic_n};
use crate::language::spec::AnalysisSpec;
use crate::language::suggest::count;
use crate::stats::error::StatsError;
use crate::stats::multilevel::{Clustered, Coefficient, Robust, Variances};

/// Adds robust inference to a pooled result, if its specification asks for it.
pub fn add_robust(
    result: &mut PoolResult,
    spec: &AnalysisSpec,
    effects: &Dependent,
    clustered: &Clustered,
    sigma2: Variances,
    included: &[Included],
) {
    let Some(kind) = spec.robust.value else { return };
    result.trials = Some(effects.trials.len());
    match clustered.robust(sigma2, kind, spec.level.value) {
        Ok(robust) => {
            let harmonic = harmonic_n(included);
            let back = |x: f64| spec.measure.value.display(x, harmonic);
            result.robust = robust.coefficients.first().map(|c| robust_of(c, &robust, back));
            result.notes.extend(notes_of(&robust.notes, |_| "the pooled effect".to_owned()));
        }
        Err(e) => result.notes.push(missing(&e)),
    }
    if !spec.is_multilevel() && effects.is_dependent() {
        result.notes.push(NoteResult {
            code: "W476",
            text: format!(
                "the model takes {} of {} for independent, and with them its own standard error, test and intervals: those that hold are the robust ones",
                count(effects.y.len(), "effect", "effects"),
                count(effects.trials.len(), "trial", "trials")
            ),
        });
    }
}

fn missing(error: &StatsError) -> NoteResult {
    let why = match error {
        StatsError::TooFewStudies { needed, k, .. } => {
            format!("no robust standard error: it needs {needed} trials, and there {} {k}", if *k == 1 { "is" } else { "are" })
        }
        other => format!("no robust standard error: {other}"),
    };
    NoteResult { code: "W472", text: why }
}

/// One coefficient.
pub fn robust_of(c: &Coefficient, robust: &Robust, back: impl Fn(f64) -> f64) -> RobustResult {
    let finite = |x: f64| x.is_finite().then_some(x);
    let ci = c.ci.iter().all(|x| x.is_finite()).then_some(c.ci);
    RobustResult {
        kind: robust.kind.name(),
        trials: robust.studies,
        se: finite(c.se),
        statistic: finite(c.statistic),
        df: c.df,
        p: finite(c.p),
        ci,
        display_ci: ci.map(|ci| ci.map(back)),
    }
}
