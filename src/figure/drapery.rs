//! Drapery plots: the confidence curve of every study and of the pooled effect.
//!
//! Rücker & Schwarzer 2021, Res Synth Methods 12:8-19.

use super::effects::{ACCENT, POOLED, estimate, null, points, range, title};
use super::font::Fonts;
use super::frame::{GREY, INK};
use super::plane::{Plane, Range, Sample};
use super::scene::{Fill, Stroke, group};
use super::{Figure, FigureError};
use crate::eval::outcome::{Outcome, PictureRequest, PoolResult};
use crate::number;
use crate::stats::dist::{norm_quantile, t_quantile, two_sided_norm, two_sided_t};

/// How many places of a curve are drawn.
const STEPS: usize = 160;

/// The two-sided p of every value of the effect: of studies in pale, of the pool in bold.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let Outcome::Pool(result) = &request.subject else {
        return Err(FigureError::unfit("a drapery plot shows studies of a pooled result", ""));
    };
    let (all, mean) = (points(result, request)?, estimate(result)?);
    let z = norm_quantile(0.5 + result.level / 200.0);
    // Wide studies would press the others together: they go on beyond the edges.
    let mut halves: Vec<f64> = all.iter().map(|p| z * p.se).collect();
    halves.sort_by(f64::total_cmp);
    let usual = halves[halves.len() / 2];
    let ends = all.iter().flat_map(|p| [p.yi - (z * p.se).min(2.0 * usual), p.yi + (z * p.se).min(2.0 * usual)]);
    let x = range(result, ends.chain(result.ci.into_iter().flatten()).chain(result.pi.into_iter().flatten()).chain(null(result)))?;
    let y = Range { low: 0.0, high: 1.02, log: false, whole: false, reversed: false };
    let columns = ["estimate", "se", "ci_lower", "ci_upper"];
    let mut plane = Plane::new(request, fonts, [x, y], [&title(result), "p (two-sided)"], &columns);
    if let Some(null) = null(result) {
        plane.line(&[[null, 0.0], [null, 1.02]], Stroke::of(INK, 0.8));
    }
    let alpha = 1.0 - result.level / 100.0;
    let cut = Stroke::dashed(GREY, 1.0, [5.0, 4.0]);
    plane.line(&[[x.low, alpha], [x.high, alpha]], cut);
    let half = z;
    for p in &all {
        let before = plane.nodes.len();
        let curve = curve(x, p.yi, |v| if p.se > 0.0 { two_sided_norm((v - p.yi) / p.se) } else { f64::NAN });
        plane.line(&curve, Stroke::of("#9db7d5", 0.9));
        let lines = plane.nodes.split_off(before);
        plane.push(group(p.name.clone(), lines));
        let values = [p.yi, p.se, p.yi - half * p.se, p.yi + half * p.se];
        plane.twin.row("study", p.name.clone(), values.map(Some).to_vec(), "");
    }
    let prediction = predicted(result);
    if let (Some(scale), Some(pi)) = (prediction, result.pi) {
        let tail = |v: f64| tails((v - mean) / scale.0, scale.1);
        let area: Vec<(f64, [f64; 2])> = curve(x, mean, tail).into_iter().map(|[x, p]| (x, [0.0, p])).collect();
        plane.band(&area, Fill::faint(ACCENT, 0.15));
        plane.twin.row("prediction", "", vec![Some(mean), Some(scale.0), Some(pi[0]), Some(pi[1])], "");
    }
    if let (Some(se), Some(ci)) = (result.se.filter(|s| *s > 0.0), result.ci) {
        plane.line(&curve(x, mean, |v| tails((v - mean) / se, result.df)), Stroke::of(POOLED, 2.4));
        plane.twin.row("pooled", "", vec![Some(mean), Some(se), Some(ci[0]), Some(ci[1])], "");
    }
    let words = format!("{} interval: where a curve stands above p = {}", number::level(result.level), number::significant(alpha, 4));
    let mut entries = vec![
        (Sample::Line(Stroke::of(POOLED, 2.4)), "pooled effect"),
        (Sample::Line(Stroke::of("#9db7d5", 1.2)), "studies"),
        (Sample::Line(cut), words.as_str()),
    ];
    if prediction.is_some() {
        entries.insert(2, (Sample::Area(Fill::faint(ACCENT, 0.15)), "prediction"));
    }
    plane.legend(&entries);
    Ok(plane.finish(result, "Drapery plot", &[]))
}

/// Places along the axis, the peak among them.
fn curve(x: Range, peak: f64, p: impl Fn(f64) -> f64) -> Vec<[f64; 2]> {
    let mut at: Vec<f64> = (0..=STEPS).map(|i| x.low + (x.high - x.low) * i as f64 / STEPS as f64).collect();
    at.push(peak);
    at.sort_by(f64::total_cmp);
    at.into_iter().filter(|v| *v >= x.low && *v <= x.high).map(|v| [v, p(v)]).collect()
}

/// Both tails of t, or of the normal.
fn tails(t: f64, df: Option<f64>) -> f64 {
    df.map_or_else(|| two_sided_norm(t), |df| two_sided_t(t, df))
}

/// The standard error of a prediction and its degrees of freedom, from the interval in the result.
fn predicted(result: &PoolResult) -> Option<(f64, Option<f64>)> {
    let [a, b] = result.pi?;
    let df = match result.pi_method {
        "t" => Some(result.trials.unwrap_or(result.k) as f64 - 1.0),
        "riley" => Some(result.trials.unwrap_or(result.k) as f64 - 2.0),
        "normal" => None,
        _ => result.df,
    };
    let at = 0.5 + result.level / 200.0;
    let quantile = df.map_or_else(|| norm_quantile(at), |df| t_quantile(at, df));
    Some(((b - a) / (2.0 * quantile), df)).filter(|(scale, _)| *scale > 0.0 && scale.is_finite())
}
