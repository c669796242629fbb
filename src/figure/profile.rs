//! The profile of the likelihood of tau2.

use super::effects::{ACCENT, POOLED};
use super::font::Fonts;
use super::frame::{Frame, GREY, Scale};
use super::panels::{footing, heading};
use super::plane::{Plane, Range, Sample};
use super::scene::{Fill, Node, Scene, Stroke, Text, group, line};
use super::twin::Twin;
use super::{Figure, FigureError};
use crate::eval::outcome::{LevelProfileResult, Outcome, PictureRequest};
use crate::number;
use crate::stats::dist::chi2_quantile;

/// The likelihood along tau2, its maximum, and the interval where it stays high.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let result = match &request.subject {
        Outcome::Profile(result) => result,
        Outcome::LevelProfile(result) => return levels(request, result, fonts),
        _ => return Err(FigureError::unfit("this is no result of `profile`", "")),
    };
    let best = result.best.ok_or_else(|| FigureError::unfit("the likelihood has no maximum to draw", ""))?;
    let drop = chi2_quantile(result.head.level / 100.0, 1.0) / 2.0;
    let ends = result.tau2_ci.unwrap_or([None; 2]);
    let points = through(
        result.points.iter().map(|p| [p.tau2, p.log_likelihood]).collect(),
        [best.tau2, best.log_likelihood],
        ends.into_iter().flatten().filter(|x| *x > 0.0).map(|x| [x, best.log_likelihood - drop]),
    );
    let floor = best.log_likelihood - 3.0 * drop;
    // Far from the maximum the curve says nothing; the interval is in the picture.
    let widest = points.iter().filter(|p| p[1] >= floor).map(|p| p[0]).fold(best.tau2, f64::max);
    let widest = ends[1].filter(|x| x.is_finite()).map_or(widest, |x| widest.max(x)).max(f64::MIN_POSITIVE);
    let x = Range { low: 0.0, high: widest * 1.05, log: false, whole: false, reversed: false };
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

/// The line through the points of a grid, its maximum, and the ends of its interval, where it is
/// the limit by definition.
fn through(mut points: Vec<[f64; 2]>, best: [f64; 2], ends: impl Iterator<Item = [f64; 2]>) -> Vec<[f64; 2]> {
    points.push(best);
    points.extend(ends);
    points.retain(|p| p.iter().all(|x| x.is_finite()));
    points.sort_by(|a, b| a[0].total_cmp(&b[0]));
    points.dedup_by(|a, b| a[0] == b[0]);
    points
}

/// The variances of a multilevel model, a panel for each.
fn levels(request: &PictureRequest, result: &LevelProfileResult, fonts: &Fonts) -> Result<Figure, FigureError> {
    if result.components.is_empty() {
        return Err(FigureError::unfit("the data tell no variance from the other, so that none has a likelihood of its own", ""));
    }
    let (w, h, gap, edge) = (280.0, 220.0, 84.0, 16.0);
    let width = edge + result.components.len().max(2) as f64 * (w + gap);
    let mut scene = Scene { width, ..Scene::default() };
    let mut twin = Twin { columns: vec!["variance", "log_likelihood"], rows: Vec::new() };
    let top = heading(&mut scene, &mut twin, request, fonts, width) + 24.0;
    let drop = chi2_quantile(result.head.level / 100.0, 1.0) / 2.0;
    let limit = result.log_likelihood - drop;
    let floor = result.log_likelihood - 3.0 * drop;
    let name = if result.likelihood == "restricted" { "Restricted log-likelihood" } else { "Log-likelihood" };
    let mut lines = vec![format!("Dashed: the {} limit, {} below the maximum", number::level(result.head.level), number::fixed(drop, 2))];
    for (i, component) in result.components.iter().enumerate() {
        let left = edge + 62.0 + i as f64 * (w + gap);
        let points = through(
            component.points.iter().map(|p| [p.value, p.log_likelihood]).collect(),
            [component.estimate, result.log_likelihood],
            component.ci.into_iter().flatten().filter(|x| *x > 0.0).map(|x| [x, limit]),
        );
        let seen: Vec<[f64; 2]> = points.iter().copied().filter(|p| p[1] >= floor).collect();
        let widest = seen.iter().map(|p| p[0]).chain(component.ci[1]).fold(component.estimate, f64::max).max(f64::MIN_POSITIVE);
        let heights = points.iter().filter(|p| p[0] <= widest * 1.05).map(|p| p[1].max(floor));
        let Some(y) = Range::around(heights.chain([result.log_likelihood, limit]), false) else { continue };
        let across = Scale { log: false, whole: false, ends: [0.0, widest * 1.05], pixels: [left, left + w] };
        let up = Scale { log: false, whole: false, ends: [y.low, y.high], pixels: [top + h, top] };
        let frame = Frame { x: across, y: up };
        let title = format!("Variance {} trials", component.level);
        scene.push(Text::new([left, top - 9.0], &title, 12.0).bold(true));
        twin.text(title.clone());
        let (axes, [xs, ys]) = frame.axes(["Variance", name], fonts, true);
        axes.into_iter().for_each(|node| scene.push(node));
        twin.axis("variance", &xs);
        twin.axis("log-likelihood", &ys);
        ["Variance", name].iter().for_each(|t| twin.text(*t));
        scene.push(line([left, up.at(limit)], [left + w, up.at(limit)], Stroke::dashed(GREY, 1.0, [5.0, 4.0])));
        for end in component.ci.into_iter().flatten().filter(|x| across.holds(*x)) {
            scene.push(line([across.at(end), top + h], [across.at(end), up.at(limit)], Stroke::dashed(ACCENT, 1.2, [3.0, 3.0])));
            twin.row("interval", component.level, vec![Some(end), Some(limit)], "");
        }
        let run: Vec<[f64; 2]> =
            points.iter().filter(|p| across.holds(p[0]) && up.holds(p[1])).map(|p| [across.at(p[0]), up.at(p[1])]).collect();
        if run.len() > 1 {
            scene.push(Node::Line { points: run, stroke: Stroke::of(POOLED, 1.8) });
        }
        for p in &points {
            twin.row("line", component.level, vec![Some(p[0]), Some(p[1])], "");
        }
        let at = [across.at(component.estimate), up.at(result.log_likelihood)];
        let mark = Node::Circle { at, radius: 4.5, fill: Fill::of(ACCENT), stroke: Some(Stroke::of("#ffffff", 0.6)) };
        scene.push(group(format!("{title}: maximum"), vec![mark]));
        twin.row("maximum", component.level, vec![Some(component.estimate), Some(result.log_likelihood)], "");
        let interval = number::open_interval(component.ci, number::variance);
        lines.push(format!("{title}: {} {interval} by profile likelihood", number::variance(component.estimate)));
    }
    lines.extend(result.notes.iter().map(|n| n.text.clone()));
    footing(&mut scene, &mut twin, &result.base, request, fonts, top + h + 48.0, &lines, "Profile likelihood");
    Ok(Figure { scene, twin, notes: Vec::new() })
}
