//! Which studies make the heterogeneity, and which move the result.

use super::material::{Material, lacking, of_studies};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{BaujatResult, Head, NoteResult, OfStudy, Outcome};
use crate::eval::pooling::{Included, again, inverse_variance, refused};
use crate::eval::state::State;
use crate::eval::work::Work;
use crate::language::further::FurtherSpec;
use crate::stats::sensitivity::{BaujatPoint, baujat, leave_out};

/// The coordinates of the plot of Baujat.
pub fn run(spec: &FurtherSpec, analysed: &Analysed, state: &State, work: &Work) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let head = Head::of(&base, &spec.of, spec.name.clone());
    let mut result = BaujatResult { head, rows: Vec::new(), notes: Vec::new(), base };
    if let Some(note) = lacking(spec, analysed, 2) {
        result.notes.push(note);
    } else if inverse_variance(&analysed.result.spec, &analysed.result).is_some() {
        let material = Material::of(spec, analysed)?;
        let points = baujat(&material.y, &material.v, &material.options, work.watch).map_err(|e| material.refused(e, spec))?;
        result.rows = material.of_studies(points);
    } else {
        let (rows, without) = classic(spec, analysed, state, work)?;
        result.rows = rows;
        if !without.is_empty() {
            result.notes.push(NoteResult {
                code: "W441",
                text: format!("without these the others have no estimate, so that they have no place: {}", without.join(", ")),
            });
        }
    }
    Ok(Outcome::Baujat(Box::new(result)))
}

/// Under Mantel-Haenszel and Peto: the same coordinates with tau2 = 0, and the studies that have none.
fn classic(
    spec: &FurtherSpec,
    analysed: &Analysed,
    state: &State,
    work: &Work,
) -> Result<(Vec<OfStudy<BaujatPoint>>, Vec<String>), Problem> {
    let included = analysed.included();
    let each: Vec<usize> = (0..included.len()).collect();
    let left = leave_out(&each, work.watch, |stay| {
        let rest: Vec<Included> = stay.iter().map(|i| included[*i]).collect();
        again(&analysed.result.spec, &rest, None, state, analysed.result.line)
    })
    .map_err(|e| refused(e, &included, &spec.base))?;
    let mut points = Vec::new();
    for ((_, effect), without) in included.iter().zip(left) {
        let without = without.result?;
        let point = match (analysed.result.estimate, without.estimate, without.se) {
            (Some(all), Some(others), Some(se)) => {
                let (residual, change) = (effect.yi - all, all - others);
                Some(BaujatPoint {
                    heterogeneity: residual * residual / effect.vi,
                    influence: if change == 0.0 { 0.0 } else { change * change / (se * se) },
                })
            }
            _ => None,
        };
        points.push(point);
    }
    let without = included.iter().zip(&points).filter(|(_, p)| p.is_none()).map(|((c, _), _)| c.study.clone()).collect();
    let rows = of_studies(&included, points).into_iter();
    Ok((rows.filter_map(|r| r.values.map(|values| OfStudy { study: r.study, values })).collect(), without))
}
