//! Funnel plots: effects against standard errors, the precise ones on top.
//!
//! Contours of significance about no effect: Peters et al. 2008, J Clin Epidemiol 61:991-996.

use super::effects::{ACCENT, POINT, POOLED, estimate, null, points, range, title};
use super::font::Fonts;
use super::frame::INK;
use super::plane::{Plane, Range, Sample};
use super::scene::{Fill, Node, Stroke};
use super::{Figure, FigureError};
use crate::eval::outcome::{Filled, Outcome, PictureRequest};
use crate::number;
use crate::stats::dist::norm_quantile;

/// Significance levels of the contours, and the shades between them from the middle outwards.
const LEVELS: [f64; 3] = [0.10, 0.05, 0.01];
const SHADES: [&str; 4] = ["#ffffff", "#dfe7f1", "#c2d1e4", "#eef1f5"];

/// The funnel of a pooled result, or of a trim-and-fill with the studies filled in.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let (result, filled): (_, &[Filled]) = match &request.subject {
        Outcome::Pool(result) => (&**result, &[]),
        Outcome::TrimAndFill(trim) => (&trim.observed.0, &trim.studies),
        _ => return Err(FigureError::unfit("a funnel shows studies of a pooled result", "")),
    };
    let points = points(result, request)?;
    let centre = match &request.subject {
        Outcome::TrimAndFill(trim) => estimate(&trim.filled.0)?,
        _ => estimate(result)?,
    };
    let z = norm_quantile(0.5 + result.level / 200.0);
    let deepest = points.iter().map(|p| p.se).chain(filled.iter().map(|f| f.vi.sqrt())).fold(0.0, f64::max);
    if deepest <= 0.0 {
        return Err(FigureError::unfit("all standard errors are 0", ""));
    }
    let deepest = deepest * 1.05;
    let all = points.iter().map(|p| p.yi).chain(filled.iter().map(|f| f.yi)).chain([centre - z * deepest, centre + z * deepest]);
    let x = range(result, all.chain(null(result)))?;
    let y = Range { low: 0.0, high: deepest, log: false, whole: false, reversed: true };
    let mut plane = Plane::new(request, fonts, [x, y], [&title(result), "Standard error"], &["yi", "se", "weight"]);
    if let Some(null) = null(result) {
        contours(&mut plane, null, x, deepest);
    }
    plane.line(&[[centre, 0.0], [centre, deepest]], Stroke::of(POOLED, 1.2));
    for side in [-1.0, 1.0] {
        plane.line(&[[centre, 0.0], [centre + side * z * deepest, deepest]], Stroke::dashed(POOLED, 1.0, [5.0, 4.0]));
    }
    for p in &points {
        plane.point("study", &p.name, [p.yi, p.se], 4.2, Fill::of(POINT), vec![Some(p.yi), Some(p.se), p.weight]);
    }
    for f in filled {
        let se = f.vi.sqrt();
        let at = plane.at(f.yi, se);
        plane.twin.row("filled", format!("mirror of {}", f.mirrors), vec![Some(f.yi), Some(se), None], "");
        let fill = Fill::of("#ffffff");
        plane.push(Node::Circle { at, radius: 4.2, fill, stroke: Some(Stroke::of(ACCENT, 1.4)) });
    }
    plane.twin.row("pooled", "", vec![Some(centre), None, None], "");
    if request.labels {
        plane.name_points(|_| true);
    }
    legend(&mut plane, result.level, null(result).is_some(), !filled.is_empty());
    let mut lines = Vec::new();
    if let Outcome::TrimAndFill(trim) = &request.subject {
        let studies = number::plural(trim.k0, "study", "studies");
        lines.push(if trim.k0 == 0 {
            format!("Trim and fill ({}): no study is filled in", trim.estimator)
        } else {
            format!("Trim and fill ({}): {studies} filled in on the {}; the line stands at the effect with them", trim.estimator, trim.side)
        });
    }
    lines.push("Asymmetry has other causes than publication bias: heterogeneity, choice of measure, chance".into());
    Ok(plane.finish(result, "Funnel plot", &lines))
}

/// Areas of significance about no effect.
fn contours(plane: &mut Plane, null: f64, x: Range, deepest: f64) {
    let [left, top, right, bottom] = plane.edges();
    let whole = Node::Rect { at: [left, top], size: [right - left, bottom - top], fill: Fill::of(SHADES[3]), stroke: None };
    let mut areas = vec![whole];
    for (level, shade) in LEVELS.iter().rev().zip(SHADES[..3].iter().rev()) {
        let z = norm_quantile(1.0 - level / 2.0);
        // From the apex down to one edge, along the bottom, up to the apex.
        let side = |edge: f64, sign: f64| {
            let down = ((edge - null) / (sign * z)).clamp(0.0, deepest);
            let corner = null + sign * z * down;
            [plane.at(corner, down), plane.at(if down < deepest { edge } else { corner }, deepest)]
        };
        let apex = plane.at(null.clamp(x.low, x.high), 0.0);
        let [[a, b], [c, d]] = [side(x.low, -1.0), side(x.high, 1.0)];
        areas.push(Node::Polygon { points: vec![apex, a, b, d, c], fill: Fill::of(shade), stroke: None });
    }
    // Below the axes, which are drawn already.
    plane.nodes.splice(0..0, areas);
    if null >= x.low && null <= x.high {
        plane.line(&[[null, 0.0], [null, deepest]], Stroke::of(INK, 0.7));
    }
}

fn legend(plane: &mut Plane, level: f64, contours: bool, filled: bool) {
    let cone = format!("{} limits about the pooled effect", number::level(level));
    let mut entries: Vec<(Sample, &str)> = Vec::new();
    if contours {
        let words = ["p > 0.10", "0.05 < p < 0.10", "0.01 < p < 0.05", "p < 0.01"];
        entries.extend(SHADES.iter().zip(words).map(|(shade, words)| (Sample::Area(Fill::of(shade)), words)));
    }
    entries.push((Sample::Line(Stroke::dashed(POOLED, 1.0, [5.0, 4.0])), &cone));
    if filled {
        entries.push((Sample::Point(Fill::of("#ffffff"), Some(Stroke::of(ACCENT, 1.4))), "study filled in"));
    }
    plane.legend(&entries);
}
