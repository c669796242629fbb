//! Bubble plots: effects against a moderator, with the line of a meta-regression.

use super::effects::{POINT, POOLED, name, radius, range, title};
use super::font::Fonts;
use super::frame::GREY;
use super::plane::{Plane, Range, Sample};
use super::scene::{Fill, Stroke};
use super::{Figure, FigureError};
use crate::eval::outcome::{Outcome, PictureRequest};
use crate::number;
use crate::stats::regression::Value;

/// Studies with areas by weight, the line, its confidence band and the band of new studies.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let Outcome::Regress(result) = &request.subject else {
        return Err(FigureError::unfit("a bubble plot shows a regression", "write `regress NAME on COLUMN` first"));
    };
    let Some((moderator, curve)) = &request.curve else {
        return Err(FigureError::unfit("the regression has no moderator with numbers", "a bubble plot needs one; `forest` shows groups"));
    };
    let base = &result.base;
    let value = |rows: &[usize]| request.facts.get(rows.first()?)?.values.get(moderator)?.number;
    let studies: Vec<_> = result
        .studies
        .iter()
        .filter(|s| s.study.included)
        .filter_map(|s| Some((&s.study, value(&s.study.rows)?, s.study.yi?, s.study.vi?)))
        .collect();
    let line: Vec<_> = curve
        .rows
        .iter()
        .filter_map(|r| match r.at.get(moderator) {
            Some(Value::Number(x)) => Some((*x, r)),
            _ => None,
        })
        .collect();
    let Some(x) = Range::around(studies.iter().map(|s| s.1), false) else {
        return Err(FigureError::unfit(format!("no study has a value of `{moderator}`"), ""));
    };
    let x = Range { whole: studies.iter().all(|s| s.1.fract() == 0.0), ..x };
    let y = range(base, studies.iter().map(|s| s.2).chain(line.iter().flat_map(|(_, r)| r.ci)))?;
    let effect = title(base);
    let mut plane = Plane::new(
        request,
        fonts,
        [x, y],
        [moderator, &effect],
        &["x", "yi", "se", "weight", "ci_lower", "ci_upper", "pi_lower", "pi_upper"],
    );
    let predicted: Vec<_> = line.iter().filter_map(|(x, r)| Some((*x, r.pi?))).collect();
    let bands = [Fill::faint("#b5562b", 0.12), Fill::faint("#3b6ea5", 0.22)];
    plane.band(&predicted, bands[0]);
    plane.band(&line.iter().map(|(x, r)| (*x, r.ci)).collect::<Vec<_>>(), bands[1]);
    if let Some(null) = base.spec.measure.value.null_value().filter(|n| *n > y.low && *n < y.high) {
        plane.line(&[[x.low, null], [x.high, null]], Stroke::dashed(GREY, 0.9, [2.0, 3.0]));
    }
    plane.line(&line.iter().map(|(x, r)| [*x, r.estimate]).collect::<Vec<_>>(), Stroke::of(POOLED, 1.8));
    for (x, r) in &line {
        let pi = r.pi.unwrap_or([f64::NAN; 2]);
        let values = [*x, r.estimate, r.se, f64::NAN, r.ci[0], r.ci[1], pi[0], pi[1]];
        plane.twin.row("line", "", values.iter().map(|x| Some(*x).filter(|x| x.is_finite())).collect(), "");
    }
    let largest = studies.iter().filter_map(|s| s.0.weight).fold(0.0, f64::max);
    // Large ones first, so that small ones stay visible.
    let mut ordered = studies.clone();
    ordered.sort_by(|a, b| b.0.weight.unwrap_or(0.0).total_cmp(&a.0.weight.unwrap_or(0.0)));
    for (study, x, yi, vi) in ordered {
        let values = vec![Some(x), Some(yi), Some(vi.sqrt()), study.weight];
        plane.point("study", &name(study, request), [x, yi], radius(study.weight, largest) * 1.3, Fill::faint(POINT, 0.7), values);
    }
    if request.labels {
        plane.name_points(|_| true);
    }
    let words =
        [format!("{} confidence band", number::level(result.head.level)), format!("{} prediction band", number::level(result.head.level))];
    let mut entries = vec![(Sample::Area(bands[1]), words[0].as_str())];
    if !predicted.is_empty() {
        entries.push((Sample::Area(bands[0]), words[1].as_str()));
    }
    plane.legend(&entries);
    let mut lines: Vec<String> = Vec::new();
    if let Some(c) = result.coefficients.iter().find(|c| c.term == *moderator) {
        let ends = number::interval(Some(c.estimate), Some(c.ci), number::decimals([c.estimate, c.ci[0], c.ci[1]]));
        lines.push(format!("Slope {ends} per unit of {moderator} on the analysis scale, {}", number::p_value(c.p)));
    }
    if result.formula != *moderator {
        lines.push(format!("Regression on {}; other moderators at their means or most frequent levels", result.formula));
    }
    if let Some(h) = &result.heterogeneity {
        let tau2 = h.tau2.map(|t| format!("τ² = {}", number::variance(t))).unwrap_or_default();
        let r2 = result.r2.map(|r| format!("; R² = {}", number::percent(r))).unwrap_or_default();
        lines.push(format!("Residual {tau2}{r2}"));
    }
    Ok(plane.finish(base, "Bubble plot", &lines))
}
