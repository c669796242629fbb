//! The likelihood of each variance of a multilevel model.

use super::material::Dependent;
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{Head, LevelProfile, LevelProfileResult, NoteResult, Outcome};
use crate::eval::state::State;
use crate::language::further::FurtherSpec;
use crate::stats::multilevel::{ComponentProfileOptions, Level, Likelihood, MultilevelNote};

/// Points along each axis, from 0 to a fifth beyond the interval: enough for a smooth line.
const POINTS: usize = 61;

/// `profile of` a multilevel result.
pub fn profile(spec: &FurtherSpec, analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let Some(fit) = base.multilevel.clone() else {
        return Err(Problem::error("E431", "one effect has no variance of true effects, so that there is no likelihood to show")
            .at(spec.base.span, "nothing to profile"));
    };
    let included = analysed.included();
    let effects = Dependent::of(&base.spec, &included, state);
    let clustered = effects.clustered(None, &base.spec, &included)?;
    let options = ComponentProfileOptions { points: POINTS, range: None, level: base.level };
    let mut components = Vec::new();
    let mut notes = Vec::new();
    for (level, name) in [(Level::Between, "between"), (Level::Within, "within")] {
        let absent = fit.notes.iter().any(|n| match n {
            MultilevelNote::NotIdentified { level: l } => *l == level,
            MultilevelNote::NotSeparable => level == Level::Within,
            _ => false,
        });
        if absent {
            let text = format!("these data can't tell the variance {name} trials from the other, so that it has no likelihood of its own");
            notes.push(NoteResult { code: "W470", text });
            continue;
        }
        let found = clustered.profile(&fit, level, &options).map_err(|e| effects.refused(e, &base.spec, &included))?;
        components.push(LevelProfile { level: name, estimate: found.estimate, ci: [Some(found.lower), found.upper], points: found.points });
    }
    Ok(Outcome::LevelProfile(Box::new(LevelProfileResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        structure: "multilevel",
        likelihood: if fit.options.method == Likelihood::Reml { "restricted" } else { "full" },
        log_likelihood: fit.log_likelihood,
        components,
        notes,
        base,
    })))
}
