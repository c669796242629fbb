//! The results of all subsets of the studies, or of a sample of them.

use super::material::{Material, lacking};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{GoshDistribution, GoshPoints, GoshResult, GoshRow, Head, NoteResult, Outcome};
use crate::eval::pooling::{Included, again, inverse_variance, refused};
use crate::eval::state::State;
use crate::eval::work::Work;
use crate::language::further::{Draws, FurtherSpec};
use crate::stats::sensitivity::{Gosh, GoshOptions, GoshPoint, GoshSampling, gosh, gosh_with};
use indexmap::IndexMap;
use std::sync::Arc;

/// Subsets drawn where there are more than 20 studies.
const DRAWS: usize = 100_000;
/// Points that a result keeps: all subsets of 17 studies.
const KEPT: usize = (1 << 17) - 1;

/// Pools every subset.
pub fn run(spec: &FurtherSpec, draws: Draws, analysed: &Analysed, state: &State, work: &Work) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let mut result = GoshResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        subsets: 0,
        complete: true,
        seed: None,
        other_side: None,
        distribution: IndexMap::new(),
        rows: Vec::new(),
        points: None,
        notes: Vec::new(),
        base,
    };
    if let Some(note) = lacking(spec, analysed, 1) {
        result.notes.push(note);
        return Ok(Outcome::Gosh(Box::new(result)));
    }
    let included = analysed.included();
    let options =
        GoshOptions { draws: draws.draws.unwrap_or(DRAWS), seed: draws.seed.unwrap_or(work.seed), sampling: GoshSampling::EachSubset };
    let found = if inverse_variance(&analysed.result.spec, &analysed.result).is_some() {
        let material = Material::of(spec, analysed)?;
        gosh(&material.y, &material.v, material.model(), &options, work.watch)
    } else {
        gosh_with(included.len(), &options, work.watch, |rows| classic(rows, &included, analysed, state))
    }
    .map_err(|e| refused(e, &included, &spec.base))?;
    fill(&mut result, &found, &included);
    if found.sampling == GoshSampling::Complete && (draws.draws.is_some() || draws.seed.is_some()) {
        let text = "up to 20 studies every subset is pooled once: nothing is drawn, and `draws` and `seed` change nothing".into();
        result.notes.push(NoteResult { code: "W447", text });
    }
    Ok(Outcome::Gosh(Box::new(result)))
}

/// A subset under Mantel-Haenszel or Peto; without an estimate where it has none.
fn classic(rows: &[usize], included: &[Included], analysed: &Analysed, state: &State) -> GoshPoint {
    let subset: Vec<Included> = rows.iter().map(|i| included[*i]).collect();
    let pool = again(&analysed.result.spec, &subset, None, state, analysed.result.line).ok();
    let h = pool.as_ref().and_then(|p| p.heterogeneity.as_ref());
    GoshPoint {
        k: rows.len(),
        estimate: pool.as_ref().and_then(|p| p.estimate).unwrap_or(f64::NAN),
        tau2: 0.0,
        i2: h.map_or(0.0, |h| h.i2),
        q: h.map_or(0.0, |h| h.q),
    }
}

fn fill(result: &mut GoshResult, found: &Gosh, included: &[Included]) {
    let points: Vec<(usize, &GoshPoint)> = found.points.iter().enumerate().filter(|(_, p)| p.estimate.is_finite()).collect();
    result.subsets = found.points.len();
    result.complete = found.sampling == GoshSampling::Complete;
    result.seed = found.seed;
    let lost = found.points.len() - points.len();
    if lost > 0 {
        let text = format!("{lost} of {} subsets have no estimate and are left out", found.points.len());
        result.notes.push(NoteResult { code: "W441", text });
    }
    let quantities: [(&'static str, fn(&GoshPoint) -> f64); 3] = [("estimate", |p| p.estimate), ("tau2", |p| p.tau2), ("i2", |p| p.i2)];
    for (name, of) in quantities {
        if let Some(distribution) = distribution(points.iter().map(|(_, p)| of(p)).collect()) {
            result.distribution.insert(name, distribution);
        }
    }
    let null = result.base.spec.measure.value.null_value();
    if let (Some(null), Some(all), false) = (null, result.base.estimate, points.is_empty()) {
        let other = points.iter().filter(|(_, p)| (p.estimate - null) * (all - null) < 0.0).count();
        result.other_side = Some(other as f64 / points.len() as f64);
    }
    let rows = with_and_without(found, &points, included.len());
    result.rows = super::material::of_studies(included, rows);
    if found.points.len() <= KEPT {
        let column = |of: fn(&GoshPoint) -> f64| found.points.iter().map(of).collect();
        result.points = Some(Arc::new(GoshPoints {
            k: found.points.iter().map(|p| p.k).collect(),
            estimate: column(|p| p.estimate),
            tau2: column(|p| p.tau2),
            i2: column(|p| p.i2),
            q: column(|p| p.q),
        }));
    } else {
        let text = format!("{} points are too many to be written: their distribution stands for them", found.points.len());
        result.notes.push(NoteResult { code: "W442", text });
    }
}

/// Quartiles, those between two values in the middle between them (Hyndman and Fan's type 2).
fn distribution(mut values: Vec<f64>) -> Option<GoshDistribution> {
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len();
    let quantile = |quarter: usize| {
        let at = n * quarter;
        let upper = values.get((at / 4).min(n - 1))?;
        if at.is_multiple_of(4) { Some(0.5 * (values.get(at / 4 - 1)? + upper)) } else { Some(*upper) }
    };
    Some(GoshDistribution {
        smallest: *values.first()?,
        lower_quartile: quantile(1)?,
        median: quantile(2)?,
        upper_quartile: quantile(3)?,
        largest: *values.last()?,
    })
}

/// Means over the subsets with each study and over those without it.
fn with_and_without(found: &Gosh, points: &[(usize, &GoshPoint)], k: usize) -> Vec<GoshRow> {
    let mut total = [0.0; 2];
    let mut with = vec![(0_usize, [0.0; 2]); k];
    for (index, point) in points {
        total[0] += point.estimate;
        total[1] += point.i2;
        for i in found.members(*index) {
            with[i].0 += 1;
            with[i].1[0] += point.estimate;
            with[i].1[1] += point.i2;
        }
    }
    let mean = |sum: f64, n: usize| (n > 0).then(|| sum / n as f64);
    let row = |(n, sums): &(usize, [f64; 2])| {
        let others = points.len() - n;
        GoshRow {
            estimate_with: mean(sums[0], *n),
            estimate_without: mean(total[0] - sums[0], others),
            i2_with: mean(sums[1], *n),
            i2_without: mean(total[1] - sums[1], others),
        }
    };
    with.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles() {
        let of =
            |values: &[f64]| distribution(values.to_vec()).map(|d| [d.smallest, d.lower_quartile, d.median, d.upper_quartile, d.largest]);
        assert_eq!(of(&[4.0, 1.0, 3.0, 2.0]), Some([1.0, 1.5, 2.5, 3.5, 4.0]));
        assert_eq!(of(&[5.0, 4.0, 3.0, 2.0, 1.0]), Some([1.0, 2.0, 3.0, 4.0, 5.0]));
        assert_eq!(of(&[7.0]), Some([7.0; 5]));
        assert_eq!(of(&[]), None);
    }
}
