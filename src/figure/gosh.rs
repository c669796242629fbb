//! GOSH: the pools of all subsets, effects against heterogeneity.
//!
//! Olkin, Dahabreh & Trikalinos 2012, Res Synth Methods 3:214-223.

use super::effects::{POINT, POOLED, range, title};
use super::font::Fonts;
use super::plane::{Plane, Range};
use super::scene::{Fill, Node, Stroke, group};
use super::{Figure, FigureError};
use crate::eval::outcome::{Outcome, PictureRequest};
use crate::number;

/// More points than this make a heavy file and no other picture.
const MOST: usize = 4000;

/// One point a subset, and the pool of all studies.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let Outcome::Gosh(result) = &request.subject else {
        return Err(FigureError::unfit("this is no result of `gosh`", ""));
    };
    let Some(points) = result.points.as_deref() else {
        return Err(FigureError::unfit("there are too many subsets to keep each of them", "write `gosh of NAME draws 10000` for a sample"));
    };
    let base = &result.base;
    let x = range(base, points.estimate.iter().copied())?;
    let y = Range { low: -2.0, high: 102.0, log: false, whole: false, reversed: false };
    let mut plane = Plane::new(request, fonts, [x, y], [&title(base), "I² (%)"], &["estimate", "i2", "k", "tau2"]);
    let every = points.estimate.len().div_ceil(MOST).max(1);
    // Few points are dark, many show by their shade where they crowd.
    let shade = Fill::faint(POINT, (300.0 / points.estimate.len().max(1) as f64).clamp(0.18, 0.8));
    let mut dots = Vec::new();
    for i in (0..points.estimate.len()).step_by(every) {
        let (Some(b), Some(i2)) = (points.estimate.get(i), points.i2.get(i)) else { continue };
        let at = plane.at(*b, *i2);
        if at.iter().all(|x| x.is_finite()) {
            dots.push(Node::Circle { at, radius: 1.8, fill: shade, stroke: None });
            let k = points.k.get(i).map(|k| *k as f64);
            plane.twin.row("subset", (i + 1).to_string(), vec![Some(*b), Some(*i2), k, points.tau2.get(i).copied()], "");
        }
    }
    plane.push(group("subsets", dots));
    if let (Some(b), Some(h)) = (base.estimate, &base.heterogeneity) {
        let at = plane.at(b, h.i2);
        plane.push(Node::Circle { at, radius: 5.0, fill: Fill::of("#ffffff"), stroke: Some(Stroke::of(POOLED, 2.0)) });
        plane.twin.row("pooled", "all studies", vec![Some(b), Some(h.i2), Some(base.k as f64), h.tau2], "");
    }
    let subsets = number::plural(result.subsets, "subset", "subsets");
    let mut lines = vec![format!(
        "{subsets} of the studies, {}; the ring is the pool of all",
        if result.complete { "all there are" } else { "a sample" }
    )];
    if every > 1 {
        lines.push(format!("One subset in {every} is drawn; the JSON has them all"));
    }
    Ok(plane.finish(base, "GOSH plot", &lines))
}
