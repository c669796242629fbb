//! The likelihood of tau2 along its axis.

use super::material::{Material, lacking, short};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{Head, Outcome, ProfileResult};
use crate::language::further::FurtherSpec;
use crate::stats::pool::{Model, Tau2Estimator};
use crate::stats::sensitivity::{ProfileOptions, profile};

/// Points along the axis, from 0 to a fifth beyond the interval: enough for a smooth line.
const POINTS: usize = 101;

/// The profile likelihood.
pub fn run(spec: &FurtherSpec, analysed: &Analysed) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let mut result = ProfileResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        likelihood: None,
        best: None,
        tau2_ci: None,
        pieces: Vec::new(),
        points: Vec::new(),
        notes: Vec::new(),
        base,
    };
    if let Some(note) = lacking(spec, analysed, 2) {
        result.notes.push(note);
        return Ok(Outcome::Profile(Box::new(result)));
    }
    let material = Material::of(spec, analysed)?;
    let model = material.model();
    if !matches!(model, Model::Random(Tau2Estimator::Ml | Tau2Estimator::Reml)) {
        return Err(Problem::error("E411", format!("`profile` shows a likelihood, and model `{}` estimates tau2 by none", model.name()))
            .at(spec.base.span, "needs ml or reml")
            .help(format!("write `profile of {} model reml`, or `model ml`", short(&spec.of))));
    }
    let options = ProfileOptions { points: POINTS, range: None, level: result.base.level };
    let found = profile(&material.y, &material.v, model, &options).map_err(|e| material.refused(e, spec))?;
    result.likelihood = Some(if found.restricted { "restricted" } else { "full" });
    result.best = Some(found.best);
    result.tau2_ci = Some([Some(found.interval.lower), found.interval.upper]);
    result.pieces = found.interval.pieces.iter().map(|(a, b)| [Some(*a), *b]).collect();
    result.points = found.points;
    Ok(Outcome::Profile(Box::new(result)))
}
