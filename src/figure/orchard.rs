//! Orchard plots: every effect, the pooled one, its interval and prediction interval.
//!
//! Nakagawa et al. 2021, Res Synth Methods 12:4-12.

use super::effects::{POINT, POOLED, largest, null, points, radius, range, title};
use super::font::Fonts;
use super::frame::INK;
use super::plane::{Plane, Range, Sample};
use super::scene::{Anchor, Fill, Node, Stroke, Text};
use super::{Figure, FigureError};
use crate::eval::outcome::{Outcome, PictureRequest, PoolResult};
use crate::number;

/// Shares of a lane by which points stand off its middle, in turn, so that they cover each other less.
const STEPS: [f64; 7] = [0.0, 0.45, -0.45, 0.22, -0.22, 0.65, -0.65];

/// A lane for each subgroup, or one.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let Outcome::Pool(result) = &request.subject else {
        return Err(FigureError::unfit("an orchard plot shows studies of a pooled result", ""));
    };
    let groups: Vec<&PoolResult> = match &result.groups {
        Some(groups) => groups.iter().filter(|g| g.studies.iter().any(|s| s.included)).collect(),
        None => vec![&**result],
    };
    let ends = |p: &PoolResult| p.ci.into_iter().chain(p.pi).flatten().collect::<Vec<f64>>();
    let everything: Vec<f64> = points(result, request)?.iter().map(|p| p.yi).chain(groups.iter().flat_map(|g| ends(g))).collect();
    let x = range(result, everything.into_iter().chain(null(result)))?;
    let lanes = groups.len() as f64;
    let y = Range { low: -0.5, high: lanes - 0.5, log: false, whole: false, reversed: true };
    let columns = ["yi", "se", "weight", "ci_lower", "ci_upper", "pi_lower", "pi_upper"];
    let mut plane = Plane::lanes(request, fonts, [x, y], &title(result), &columns);
    if let Some(null) = null(result) {
        plane.line(&[[null, y.low], [null, y.high]], Stroke::dashed(INK, 0.8, [3.0, 3.0]));
    }
    for (lane, group) in groups.iter().enumerate() {
        let lane = lane as f64;
        let mut all = points(group, request)?;
        all.sort_by(|a, b| a.yi.total_cmp(&b.yi));
        let most = largest(&all);
        for (i, p) in all.iter().enumerate() {
            let at = [p.yi, lane + STEPS[i % STEPS.len()] * 0.5];
            let values = vec![Some(p.yi), Some(p.se), p.weight];
            plane.point("study", &p.name, at, radius(p.weight, most) * 1.2, Fill::faint(POINT, 0.45), values);
        }
        let Some(estimate) = group.estimate.filter(|_| group.not_pooled.is_none()) else { continue };
        if let Some([a, b]) = group.pi {
            plane.line(&[[a, lane], [b, lane]], Stroke::of(POOLED, 1.6));
        }
        if let Some([a, b]) = group.ci {
            plane.line(&[[a, lane], [b, lane]], Stroke::of(POOLED, 5.0));
        }
        let at = plane.at(estimate, lane);
        plane.push(Node::Circle { at, radius: 6.5, fill: Fill::of("#ffffff"), stroke: Some(Stroke::of(POOLED, 2.4)) });
        let [ci, pi] = [group.ci, group.pi].map(|e| e.map_or([None; 2], |e| e.map(Some)));
        let name = group.group.clone().unwrap_or_default();
        plane.twin.row("pooled", name.clone(), vec![Some(estimate), group.se, None, ci[0], ci[1], pi[0], pi[1]], "");
        let [left, ..] = plane.edges();
        let k = format!("k = {}", number::count(group.k as u64));
        let text = if name.is_empty() { k } else { format!("{name}, {k}") };
        let top = plane.at(0.0, lane - 0.46)[1];
        plane.twin.text(text.clone());
        let text = fonts.fitted(&text, 11.0, true, 300.0);
        plane.push(Text::new([left + 6.0, top + 12.0], text, 11.0).bold(true).anchored(Anchor::Start));
    }
    let mut entries = vec![
        (Sample::Point(Fill::of("#ffffff"), Some(Stroke::of(POOLED, 2.0))), "pooled effect"),
        (Sample::Line(Stroke::of(POOLED, 5.0)), "confidence interval"),
    ];
    if groups.iter().any(|g| g.pi.is_some()) {
        entries.push((Sample::Line(Stroke::of(POOLED, 1.6)), "prediction interval"));
    }
    plane.legend(&entries);
    if request.labels {
        plane.name_points(|_| true);
    }
    Ok(plane.finish(result, "Orchard plot", &["The area of a point is proportional to its weight".into()]))
}
