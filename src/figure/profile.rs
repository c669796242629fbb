//! The profile of the likelihood of tau2.

use super::effects::{ACCENT, POOLED};
use super::font::Fonts;
use super::frame::GREY;
use super::plane::{Plane, Range, Sample};
use super::scene::{Fill, Stroke};
use super::{Figure, FigureError};
use crate::eval::outcome::{Outcome, PictureRequest};
use crate::number;
use crate::stats::dist::chi2_quantile;

/// The likelihood along tau2, its maximum, and the interval where it stays high.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let Outcome::Profile(result) = &request.subject else {
        return Err(FigureError::unfit(
            "the variances of a multilevel model have a profile each, and no picture yet",
            "`profile of` prints them",
        ));
    };
    let best = result.best.ok_or_else(|| FigureError::unfit("the likelihood has no maximum to draw", ""))?;
    let points: Vec<[f64; 2]> =
        result.points.iter().map(|p| [p.tau2, p.log_likelihood]).filter(|p| p.iter().all(|x| x.is_finite())).collect();
    let drop = chi2_quantile(result.head.level / 100.0, 1.0) / 2.0;
    let floor = best.log_likelihood - 3.0 * drop;
    // Far from the maximum the curve says nothing; the interval is in the picture.
    let widest = points.iter().filter(|p| p[1] >= floor).map(|p| p[0]).fold(best.tau2, f64::max);
    let ends = result.tau2_ci.unwrap_or([None; 2]);
    let widest = ends[1].filter(|x| x.is_finite()).map_or(widest, |x| widest.max(x)).max(f64::MIN_POSITIVE);
    let x = Range { low: 0.0, high: widest * 1.05, log: false, reversed: false };
    let heights = points.iter().filter(|p| p[0] <= x.high).map(|p| p[1].max(floor));
    let Some(y) = Range::around(heights.chain([best.log_likelihood, best.log_likelihood - drop]), false) else {
        return Err(FigureError::unfit("the likelihood has no finite value to draw", ""));
    };
    let name = if result.likelihood == Some("restricted") { "Restricted log-likelihood" } else { "Log-likelihood" };
    let mut plane = Plane::new(request, fonts, [x, y], ["τ²", name], &["tau2", "log_likelihood"]);
    let cut = Stroke::dashed(GREY, 1.0, [5.0, 4.0]);
    let limit = best.log_likelihood - drop;
    plane.line(&[[0.0, limit], [x.high, limit]], cut);
    for end in ends.into_iter().flatten() {
        plane.line(&[[end, y.low], [end, limit]], Stroke::dashed(ACCENT, 1.2, [3.0, 3.0]));
        plane.twin.row("interval", "", vec![Some(end), Some(limit)], "");
    }
    plane.line(&points, Stroke::of(POOLED, 1.8));
    for p in &points {
        plane.twin.row("line", "", vec![Some(p[0]), Some(p[1])], "");
    }
    plane.point(
        "maximum",
        "maximum",
        [best.tau2, best.log_likelihood],
        4.5,
        Fill::of(ACCENT),
        vec![Some(best.tau2), Some(best.log_likelihood)],
    );
    let words = format!("{} limit, {} below the maximum", number::level(result.head.level), number::fixed(drop, 2));
    plane.legend(&[(Sample::Line(cut), &words)]);
    let interval = result.tau2_ci.map(|ci| format!(" {}", number::open_interval(ci, number::variance))).unwrap_or_default();
    let line = format!("τ² = {}{interval} by profile likelihood", number::variance(best.tau2));
    Ok(plane.finish(&result.base, "Profile likelihood", &[line]))
}
