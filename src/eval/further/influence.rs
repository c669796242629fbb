//! What each study does to the result.

use super::material::{Material, lacking};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{Head, InfluenceLimits, InfluenceResult, Outcome};
use crate::eval::work::Work;
use crate::language::further::FurtherSpec;
use crate::stats::sensitivity::influence;

/// Deletion diagnostics.
pub fn run(spec: &FurtherSpec, analysed: &Analysed, work: &Work) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let head = Head::of(&base, &spec.of, spec.name.clone());
    let mut result = InfluenceResult { head, limits: InfluenceLimits::default(), rows: Vec::new(), notes: Vec::new(), base };
    if let Some(note) = lacking(spec, analysed, 2) {
        result.notes.push(note);
        return Ok(Outcome::Influence(Box::new(result)));
    }
    let material = Material::of(spec, analysed)?;
    let found = influence(&material.y, &material.v, &material.options, work.watch).map_err(|e| material.refused(e, spec))?;
    result.limits = InfluenceLimits {
        dffits: Some(found.dffits_limit),
        cook_d: Some(found.cook_d_limit),
        hat: Some(found.hat_limit),
        dfbetas: Some(found.dfbetas_limit),
    };
    result.rows = material.of_studies(found.rows);
    Ok(Outcome::Influence(Box::new(result)))
}
