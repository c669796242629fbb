//! The normal quantile-quantile plot of standardised residuals.

use super::effects::{POINT, POOLED, estimate, points, tau2};
use super::font::Fonts;
use super::plane::{Plane, Range};
use super::scene::{Fill, Stroke};
use super::{Figure, FigureError};
use crate::eval::outcome::{Outcome, PictureRequest};
use crate::stats::dist::norm_quantile;

/// Residuals (y - mu) / sqrt(v + tau2 - 1 / sum w), w = 1 / (v + tau2), in order, against the
/// normal quantiles at (i - 0.5) / k.
///
/// Wang & Bushman 1998, Psychol Methods 3:46-54.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let Outcome::Pool(result) = &request.subject else {
        return Err(FigureError::unfit("a normal QQ plot shows studies of a pooled result", ""));
    };
    if result.structure.is_some() {
        return Err(FigureError::unfit(
            "residuals of a multilevel model are not independent",
            "combine the effects of a trial first: `combine rho 0.5`",
        ));
    }
    let (all, mean, between) = (points(result, request)?, estimate(result)?, tau2(result));
    if all.len() < 2 {
        return Err(FigureError::unfit("one study leaves no residual", ""));
    }
    let total: f64 = all.iter().map(|p| 1.0 / (p.se * p.se + between)).sum();
    let residual = |yi: f64, se: f64| (yi - mean) / (se * se + between - 1.0 / total).sqrt();
    let mut ordered: Vec<_> = all.iter().map(|p| (residual(p.yi, p.se), p)).filter(|(r, _)| r.is_finite()).collect();
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    let k = ordered.len();
    let quantile = |i: usize| norm_quantile((i as f64 + 0.5) / k as f64);
    let ends = ordered.iter().enumerate().flat_map(|(i, (r, _))| [quantile(i), *r]);
    let Some(range) = Range::around(ends, false) else { return Err(FigureError::unfit("no residual is finite", "")) };
    let mut plane = Plane::new(request, fonts, [range, range], ["Normal quantile", "Standardised residual"], &["quantile", "residual"]);
    plane.line(&[[range.low, range.low], [range.high, range.high]], Stroke::of(POOLED, 1.2));
    for (i, (r, p)) in ordered.iter().enumerate() {
        let q = quantile(i);
        plane.point("study", &p.name, [q, *r], 4.2, Fill::of(POINT), vec![Some(q), Some(*r)]);
    }
    if request.labels {
        plane.name_points(|_| true);
    }
    Ok(plane.finish(result, "Normal QQ plot", &["On the line, residuals are as a normal distribution has them".into()]))
}
