//! Studies as points on the analysis scale, for plots that are no tables.

use super::FigureError;
use super::plane::Range;
use crate::eval::outcome::{PictureRequest, PoolResult, StudyEffect};
use crate::report::compose::effect::included;
use crate::report::words;

/// One effect that was pooled.
#[derive(Debug, Clone)]
pub struct Point<'a> {
    /// Its study, as printed.
    pub name: String,
    /// On the analysis scale.
    pub yi: f64,
    /// Its standard error.
    pub se: f64,
    /// Percent of the displayed model.
    pub weight: Option<f64>,
    /// The study itself.
    pub study: &'a StudyEffect,
}

/// The effects that were pooled.
pub fn points<'a>(result: &'a PoolResult, request: &PictureRequest) -> Result<Vec<Point<'a>>, FigureError> {
    let point = |study: &'a StudyEffect| {
        let (yi, vi) = (study.yi.filter(|x| x.is_finite())?, study.vi.filter(|v| v.is_finite() && *v >= 0.0)?);
        Some(Point { name: name(study, request), yi, se: vi.sqrt(), weight: study.weight, study })
    };
    let points: Vec<Point> = included(result).filter_map(point).collect();
    if points.is_empty() {
        return Err(FigureError::unfit("no study has an effect to draw", "`show` says why studies are left out"));
    }
    Ok(points)
}

/// How a study is printed.
pub fn name(study: &StudyEffect, request: &PictureRequest) -> String {
    let facts = if let [row] = study.rows.as_slice() { request.facts.get(row) } else { None };
    let label = facts.map(|f| f.label.as_str()).filter(|l| !l.is_empty()).unwrap_or(&study.study);
    format!("{label}{}", study.told)
}

/// The pooled estimate, or why there is none.
pub fn estimate(result: &PoolResult) -> Result<f64, FigureError> {
    result.estimate.filter(|x| x.is_finite() && result.not_pooled.is_none()).ok_or_else(|| {
        let why = result.not_pooled.as_ref().map_or("there is no estimate", |n| n.reason.as_str());
        FigureError::unfit(why, "")
    })
}

/// The between-study variance of the model; 0 without one.
pub fn tau2(result: &PoolResult) -> f64 {
    result.heterogeneity.as_ref().and_then(|h| h.tau2).unwrap_or(0.0)
}

/// Radius of a point whose area grows with its weight; the largest has 9 pixels, the least stays visible.
pub fn radius(weight: Option<f64>, largest: f64) -> f64 {
    weight.filter(|_| largest > 0.0).map_or(4.0, |w| (9.0 * (w.max(0.0) / largest).sqrt()).max(1.5))
}

/// The largest weight.
pub fn largest(points: &[Point]) -> f64 {
    points.iter().filter_map(|p| p.weight).fold(0.0, f64::max)
}

/// The name of the axis of effects: ratios by their own name, others on the analysis scale.
pub fn title(result: &PoolResult) -> String {
    let short = words::short(result.spec.measure.value);
    match result.scale {
        "identity" => short.to_owned(),
        _ if words::on_log_axis(result) => format!("{short} (log scale)"),
        scale => format!("{short} ({} scale)", scale.replace('_', " ")),
    }
}

/// A range of effects, in units of the analysis scale.
pub fn range(result: &PoolResult, values: impl IntoIterator<Item = f64>) -> Result<Range, FigureError> {
    Range::around(values, words::on_log_axis(result)).ok_or_else(|| FigureError::unfit("no effect has a finite value to draw", ""))
}

/// No effect on the analysis scale.
pub fn null(result: &PoolResult) -> Option<f64> {
    result.spec.measure.value.null_value()
}

/// Colours of points and lines.
pub const POINT: &str = "#3b6ea5";
/// Of pooled effects.
pub const POOLED: &str = "#1c3f66";
/// Of what stands out.
pub const ACCENT: &str = "#b5562b";
