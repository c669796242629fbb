//! The studies' own effects, drawn towards the mean.

use super::material::{Material, lacking, short};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{BlupResult, BlupRow, Head, Outcome};
use crate::language::further::FurtherSpec;
use crate::stats::pool::Model;
use crate::stats::sensitivity::blups;

/// Best linear unbiased predictions.
pub fn run(spec: &FurtherSpec, analysed: &Analysed) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let head = Head::of(&base, &spec.of, spec.name.clone());
    let mut result = BlupResult { head, rows: Vec::new(), notes: Vec::new(), base };
    if let Some(note) = lacking(spec, analysed, 2) {
        result.notes.push(note);
        return Ok(Outcome::Blup(Box::new(result)));
    }
    let material = Material::of(spec, analysed)?;
    if material.model() == Model::Common {
        return Err(Problem::error("E411", "under a common effect all studies have the same, and none has one of its own")
            .at(spec.base.span, "needs random effects")
            .help(format!("write `blup of {} model reml`", short(&spec.of))));
    }
    let found = blups(&material.y, &material.v, &material.options).map_err(|e| material.refused(e, spec))?;
    let measure = result.base.spec.measure.value;
    let rows = found.rows.iter().zip(&material.included).map(|(blup, (_, effect))| {
        let back = |x: f64| measure.display(x, effect.n);
        BlupRow { blup: *blup, display: back(blup.estimate), display_ci: blup.ci.map(back) }
    });
    result.rows = material.of_studies(rows);
    Ok(Outcome::Blup(Box::new(result)))
}
