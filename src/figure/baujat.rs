//! The plot of Baujat: which studies make the heterogeneity, and which move the result.

use super::effects::POINT;
use super::font::Fonts;
use super::plane::{Plane, Range};
use super::scene::Fill;
use super::{Figure, FigureError};
use crate::eval::outcome::{Outcome, PictureRequest};

/// Contribution to heterogeneity against influence, the farthest points named.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let Outcome::Baujat(result) = &request.subject else {
        return Err(FigureError::unfit("this is no result of `baujat`", ""));
    };
    let both = |f: fn(&crate::stats::sensitivity::BaujatPoint) -> f64| result.rows.iter().map(move |r| f(&r.values));
    let (Some(x), Some(y)) = (Range::around(both(|p| p.heterogeneity), false), Range::around(both(|p| p.influence), false)) else {
        return Err(FigureError::unfit("no study has a place in this plot", ""));
    };
    let titles = ["Contribution to heterogeneity", "Influence on the pooled effect"];
    let columns = ["heterogeneity", "influence"];
    let room = |r: Range| r.from((r.low).min(0.0).max(-0.02 * r.high));
    let mut plane = Plane::new(request, fonts, [room(x), room(y)], titles, &columns);
    for row in &result.rows {
        let p = row.values;
        plane.point(
            "study",
            &row.study,
            [p.heterogeneity, p.influence],
            4.5,
            Fill::of(POINT),
            vec![Some(p.heterogeneity), Some(p.influence)],
        );
    }
    // Names crowd in the corner near 0, where they say least.
    let (high_x, high_y) = (x.high, y.high);
    let far: Vec<bool> = result.rows.iter().map(|r| r.values.heterogeneity / high_x > 0.08 || r.values.influence / high_y > 0.08).collect();
    plane.name_points(|i| request.labels || far.get(i).copied().unwrap_or(false));
    Ok(plane.finish(&result.base, "Baujat plot", &[]))
}
