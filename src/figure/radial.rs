//! The radial plot: standardised effects against precision.
//!
//! Galbraith 1988, Stat Med 7:889-894: a study's effect is the slope of the line from the origin
//! to its point, and all points have the same error upwards.

use super::effects::{POINT, POOLED, estimate, points, tau2, title};
use super::font::Fonts;
use super::frame::{INK, SMALL, label};
use super::plane::{Plane, Range};
use super::scene::{Fill, Node, Stroke, Text, line};
use super::{Figure, FigureError};
use crate::axis;
use crate::eval::outcome::{Outcome, PictureRequest};
use crate::number;
use crate::report::words;
use crate::stats::dist::norm_quantile;

/// Points, the line of the pooled effect with its band, and effects along the right edge.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let Outcome::Pool(result) = &request.subject else {
        return Err(FigureError::unfit("a radial plot shows studies of a pooled result", ""));
    };
    let (all, slope, between) = (points(result, request)?, estimate(result)?, tau2(result));
    let z = norm_quantile(0.5 + result.level / 200.0);
    let place = |yi: f64, se: f64| {
        let precision = 1.0 / (se * se + between).sqrt();
        [precision, yi * precision]
    };
    let widest = all.iter().map(|p| place(p.yi, p.se)[0]).filter(|x| x.is_finite()).fold(0.0, f64::max) * 1.05;
    if widest <= 0.0 {
        return Err(FigureError::unfit("all standard errors are 0", ""));
    }
    let heights = all.iter().map(|p| place(p.yi, p.se)[1]).chain([0.0, z, -z, slope * widest + z, slope * widest - z]);
    let x = Range { low: 0.0, high: widest, log: false, whole: false, reversed: false };
    let Some(y) = Range::around(heights, false) else { return Err(FigureError::unfit("no effect has a finite value to draw", "")) };
    let titles = if between > 0.0 {
        ["1 / √(variance + τ²)", "Effect / √(variance + τ²)"]
    } else {
        ["1 / standard error", "Effect / standard error"]
    };
    let mut plane = Plane::new(request, fonts, [x, y], titles, &["yi", "se", "precision", "standardised"]);
    plane.band(&[(0.0, [-z, z]), (widest, [slope * widest - z, slope * widest + z])], Fill::faint(POINT, 0.12));
    plane.line(&[[0.0, 0.0], [widest, 0.0]], Stroke::dashed(INK, 0.7, [2.0, 3.0]));
    plane.line(&[[0.0, 0.0], [widest, slope * widest]], Stroke::of(POOLED, 1.5));
    for p in &all {
        let at = place(p.yi, p.se);
        plane.point("study", &p.name, at, 4.2, Fill::of(POINT), vec![Some(p.yi), Some(p.se), Some(at[0]), Some(at[1])]);
    }
    plane.twin.row("pooled", "", vec![Some(slope), None, None, None], "");
    effects_at_the_edge(&mut plane, words::on_log_axis(result), [y.low / widest, y.high / widest], widest);
    if request.labels {
        plane.name_points(|_| true);
    }
    let lines = [
        format!("The slope of a line from the origin is an effect: {}, along the right edge", title(result)),
        format!("Within the band lie effects whose {} interval holds the pooled one", number::level(result.level)),
    ];
    Ok(plane.finish(result, "Radial plot", &lines))
}

/// Effects as slopes: where the lines of round effects meet the right edge.
fn effects_at_the_edge(plane: &mut Plane, log: bool, [low, high]: [f64; 2], widest: f64) {
    let [_, _, right, _] = plane.edges();
    let far = |set: &Vec<f64>| {
        let places: Vec<f64> = set.iter().map(|x| plane.at(widest, axis::along(*x, log) * widest)[1]).collect();
        set.len() <= 9 && places.windows(2).all(|w| (w[0] - w[1]).abs() > 16.0)
    };
    let sets = axis::ticks(low, high, log)
        .into_iter()
        .map(|set| set.into_iter().filter(|x| (low..=high).contains(&axis::along(*x, log))).collect::<Vec<_>>());
    let Some(set) = sets.into_iter().filter(|s| !s.is_empty()).find(|s| far(s)) else { return };
    let ticks: Vec<(f64, String)> = set.iter().map(|x| (*x, label(*x))).collect();
    for (x, text) in &ticks {
        let at = plane.at(widest, axis::along(*x, log) * widest);
        plane.push(line([right, at[1]], [right + 5.0, at[1]], Stroke::of(INK, 1.0)));
        plane.push(Text::new([right + 8.0, at[1] + 4.0], text, SMALL).coloured(INK));
        plane.widen(8.0 + SMALL * 0.6 * text.chars().count() as f64);
    }
    let [_, top, _, bottom] = plane.edges();
    plane.push(Node::Line { points: vec![[right, top], [right, bottom]], stroke: Stroke::of(INK, 1.0) });
    plane.twin.axis("effect", &ticks);
}
