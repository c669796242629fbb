//! Several small plots on one canvas: the influence panel and the specification curve.

use super::effects::{ACCENT, POINT, POOLED};
use super::font::Fonts;
use super::forest::method_and_status;
use super::frame::{GREY, INK, PALE, SMALL, Scale};
use super::plane::Range;
use super::scene::{Anchor, Fill, Node, Scene, Stroke, Text, group, line};
use super::twin::Twin;
use super::{Figure, FigureError};
use crate::eval::outcome::{Outcome, PictureRequest, PoolResult};
use crate::number;
use crate::report::compose::effect::shown;
use crate::report::words;

const MARGIN: f64 = 16.0;

/// Heading at the top; where what follows begins.
pub(super) fn heading(scene: &mut Scene, twin: &mut Twin, request: &PictureRequest, fonts: &Fonts, width: f64) -> f64 {
    let mut y = MARGIN;
    if let Some(title) = &request.title {
        for text in fonts.wrapped(title, 14.0, true, width - 2.0 * MARGIN) {
            y += 16.0;
            scene.push(Text::new([MARGIN, y - 2.0], &text, 14.0).bold(true));
            twin.text(text);
        }
        y += 8.0;
    }
    y
}

/// Lines at the bottom: those given, method and status; the canvas ends below them.
#[allow(clippy::too_many_arguments)]
pub(super) fn footing(
    scene: &mut Scene,
    twin: &mut Twin,
    base: &PoolResult,
    request: &PictureRequest,
    fonts: &Fonts,
    y: f64,
    lines: &[String],
    what: &str,
) {
    let mut y = y;
    let asides = method_and_status(base, request);
    for (text, size, colour) in lines.iter().map(|l| (l, 10.0, "#000000")).chain(asides.iter().map(|l| (l, 10.0, GREY))) {
        for part in fonts.wrapped(text, size, false, scene.width - 2.0 * MARGIN) {
            y += size + 3.5;
            scene.push(Text::new([MARGIN, y], part, size).coloured(colour));
        }
        twin.text(text.clone());
    }
    scene.height = y + MARGIN;
    scene.title =
        request.title.clone().unwrap_or_else(|| format!("{what} of {}: {}", super::outcome_of(request, base), words::label(base)));
    scene.description = [lines, &asides].concat().join(". ");
}

/// One diagnostic of the influence panel: its name and its limits.
type Diagnostic = (&'static str, Vec<f64>, Vec<f64>);

/// Nine diagnostics, a point for each study; influential studies stand out.
pub fn influence(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let Outcome::Influence(result) = &request.subject else {
        return Err(FigureError::unfit("this is no result of `influence`", ""));
    };
    if result.rows.is_empty() {
        return Err(FigureError::unfit("no study can be left out", ""));
    }
    let of = |f: fn(&crate::stats::sensitivity::InfluenceRow) -> f64| result.rows.iter().map(|r| f(&r.values)).collect::<Vec<f64>>();
    let both = |x: Option<f64>| x.map_or_else(Vec::new, |x| vec![-x, x]);
    let limits = &result.limits;
    let one = |x: Option<f64>| x.into_iter().collect::<Vec<f64>>();
    let even = 100.0 / result.rows.len() as f64;
    let panels: [Diagnostic; 9] = [
        ("Studentised residual", of(|r| r.rstudent), vec![-1.96, 0.0, 1.96]),
        ("DFFITS", of(|r| r.dffits), both(limits.dffits)),
        ("Cook's distance", of(|r| r.cook_d), one(limits.cook_d)),
        ("Covariance ratio", of(|r| r.cov_r), vec![1.0]),
        ("τ² without the study", of(|r| r.tau2_del), one(result.base.heterogeneity.as_ref().and_then(|h| h.tau2))),
        ("Q without the study", of(|r| r.q_del), one(result.base.heterogeneity.as_ref().map(|h| h.q))),
        ("Leverage", of(|r| r.hat), one(limits.hat)),
        ("Weight (%)", of(|r| r.weight), vec![even]),
        ("DFBETAS", of(|r| r.dfbetas), both(limits.dfbetas)),
    ];
    let (w, h, gap) = (200.0, 110.0, [62.0, 52.0]);
    let width = MARGIN + 3.0 * (w + gap[0]) + MARGIN;
    let mut scene = Scene { width, ..Scene::default() };
    let mut twin = Twin { columns: vec!["x", "y"], rows: Vec::new() };
    let top = heading(&mut scene, &mut twin, request, fonts, width) + 8.0;
    let k = result.rows.len();
    for (i, (name, values, limits)) in panels.iter().enumerate() {
        let left = MARGIN + 52.0 + (i % 3) as f64 * (w + gap[0]) - 0.0;
        let up = top + 16.0 + (i / 3) as f64 * (h + gap[1]);
        // Limits that no study comes near would press the points together.
        let spread = Range::around(values.iter().copied(), false);
        let Some(own) = spread else { continue };
        let room = (own.high - own.low) * 1.5;
        let near: Vec<f64> = limits.iter().copied().filter(|x| *x > own.low - room && *x < own.high + room).collect();
        let Some(y) = Range::around(values.iter().copied().chain(near.iter().copied()), false) else { continue };
        let scale = Scale { log: false, whole: false, ends: [y.low, y.high], pixels: [up + h, up] };
        let across = Scale { log: false, whole: true, ends: [0.0, k as f64 + 1.0], pixels: [left, left + w] };
        scene.push(Text::new([left, up - 7.0], *name, SMALL).bold(true));
        twin.text(*name);
        scene.push(Node::Rect { at: [left, up], size: [w, h], fill: Fill::of("#ffffff"), stroke: Some(Stroke::of(PALE, 1.0)) });
        for limit in &near {
            let y = scale.at(*limit);
            scene.push(line([left, y], [left + w, y], Stroke::dashed(GREY, 0.9, [4.0, 3.0])));
            twin.row("limit", *name, vec![None, Some(*limit)], "");
        }
        let ys = scale.ticks(fonts, 5, false);
        for (x, text) in &ys {
            scene.push(line([left - 4.0, scale.at(*x)], [left, scale.at(*x)], Stroke::of(INK, 0.8)));
            scene.push(Text::new([left - 6.0, scale.at(*x) + 3.5], text, 10.0).anchored(Anchor::End).coloured(INK));
        }
        twin.axis(name, &ys);
        let xs: Vec<(f64, String)> =
            across.ticks(fonts, 8, true).into_iter().filter(|(x, _)| x.fract() == 0.0 && *x >= 1.0 && *x <= k as f64).collect();
        for (x, text) in &xs {
            scene.push(Text::new([across.at(*x), up + h + 13.0], text, 10.0).anchored(Anchor::Middle).coloured(INK));
        }
        twin.axis("study", &xs);
        let places: Vec<[f64; 2]> = values.iter().enumerate().map(|(j, v)| [across.at(j as f64 + 1.0), scale.at(*v)]).collect();
        for run in places.split(|p| !p[1].is_finite()).filter(|r| r.len() > 1) {
            scene.push(Node::Line { points: run.to_vec(), stroke: Stroke::of("#b8c7d9", 0.9) });
        }
        for ((j, at), row) in places.iter().enumerate().zip(&result.rows) {
            twin.row("study", format!("{name}: {}", row.study), vec![Some(j as f64 + 1.0), Some(values[j])], "");
            if at[1].is_finite() {
                let fill = Fill::of(if row.values.influential { ACCENT } else { POINT });
                scene.push(group(row.study.clone(), vec![Node::Circle { at: *at, radius: 2.8, fill, stroke: None }]));
            }
        }
    }
    let names: Vec<String> = result.rows.iter().enumerate().map(|(i, r)| format!("{} {}", i + 1, r.study)).collect();
    let marked: Vec<&str> = result.rows.iter().filter(|r| r.values.influential).map(|r| r.study.as_str()).collect();
    let told = if marked.is_empty() { "No study is influential".to_owned() } else { format!("Influential: {}", marked.join(", ")) };
    let y = top + 16.0 + 3.0 * (h + gap[1]) - 22.0;
    footing(&mut scene, &mut twin, &result.base, request, fonts, y, &[told, names.join("; ")], "Influence");
    Ok(Figure { scene, twin, notes: Vec::new() })
}

/// The specification curve of `robustness`: estimates in order of size, and the choices behind each.
///
/// Simonsohn, Simmons & Nelson 2020, Nat Hum Behav 4:1208-1214.
pub fn specification(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let Outcome::Robustness(result) = &request.subject else {
        return Err(FigureError::unfit("this is no result of `robustness`", ""));
    };
    let base = &result.base;
    let mut rows: Vec<_> = result
        .rows
        .iter()
        .filter(|r| r.pool.measure == base.measure)
        .filter_map(|r| Some((r, shown(&r.pool).estimate.filter(|x| x.is_finite())?, shown(&r.pool).ci?)))
        .collect();
    if rows.is_empty() {
        return Err(FigureError::unfit("no combination of choices has an estimate", ""));
    }
    rows.sort_by(|a, b| a.1.total_cmp(&b.1));
    let log = words::on_log_axis(base);
    let null = words::null(base);
    let on = |x: f64| crate::axis::along(x, log);
    let values = rows.iter().flat_map(|(_, e, ci)| [on(*e), on(ci[0]), on(ci[1])]).chain(null.map(on));
    let Some(y) = Range::around(values, log) else { return Err(FigureError::unfit("no estimate is finite", "")) };
    let choices: Vec<(&str, &String)> = result.over.iter().flat_map(|(clause, all)| all.iter().map(move |v| (*clause, v))).collect();
    let label = |(clause, value): &(&str, &String)| format!("{clause} {value}");
    let widest = choices.iter().map(|c| fonts.width(&label(c), SMALL, false)).fold(70.0, f64::max).min(240.0);
    let area = (28.0 * rows.len() as f64).clamp(400.0, 620.0);
    let step = (area / rows.len() as f64).clamp(2.0, 28.0);
    let left = MARGIN + widest + 12.0;
    let mut scene = Scene { width: left + area + MARGIN, ..Scene::default() };
    let mut twin = Twin { columns: vec!["estimate", "ci_lower", "ci_upper"], rows: Vec::new() };
    let top = heading(&mut scene, &mut twin, request, fonts, left + area) + 6.0;
    let high = 220.0;
    let scale = Scale { log, whole: false, ends: [y.low, y.high], pixels: [top + high, top] };
    let name = words::label(base);
    scene.push(Text::new([MARGIN + 11.0, top + high / 2.0], &name, 12.0).anchored(Anchor::Middle).upright());
    twin.text(name);
    scene.push(line([left, top], [left, top + high], Stroke::of(INK, 1.0)));
    let ticks = scale.ticks(fonts, 8, false);
    for (x, text) in &ticks {
        scene.push(line([left - 4.0, scale.at(*x)], [left, scale.at(*x)], Stroke::of(INK, 1.0)));
        scene.push(Text::new([left - 7.0, scale.at(*x) + 4.0], text, SMALL).anchored(Anchor::End).coloured(INK));
    }
    twin.axis("effect", &ticks);
    if let Some(null) = null.filter(|x| scale.holds(*x)) {
        scene.push(line([left, scale.at(null)], [left + area, scale.at(null)], Stroke::of(INK, 0.9)));
    }
    if let Some(own) = shown(base).estimate.filter(|x| scale.holds(*x)) {
        scene.push(line([left, scale.at(own)], [left + area, scale.at(own)], Stroke::dashed(POOLED, 0.9, [4.0, 3.0])));
        twin.row("pooled", "the analysis itself", vec![Some(own)], "");
    }
    let below = top + high + 14.0;
    for (i, choice) in choices.iter().enumerate() {
        let y = below + i as f64 * 16.0 + 8.0;
        let text = fonts.fitted(&label(choice), SMALL, false, widest);
        scene.push(Text::new([left - 7.0, y + 4.0], text, SMALL).anchored(Anchor::End));
        twin.text(label(choice));
        scene.push(line([left, y], [left + area, y], Stroke::of("#eeeeee", 1.0)));
    }
    for (i, (row, estimate, ci)) in rows.iter().enumerate() {
        let x = left + (i as f64 + 0.5) * area / rows.len() as f64;
        let clear = null.is_some_and(|n| ci[0] > n || ci[1] < n);
        let colour = if clear { POINT } else { "#999999" };
        let [a, b] = ci.map(|x| scale.clamped(x));
        let mut nodes = vec![
            line([x, a], [x, b], Stroke::of(colour, (step * 0.25).clamp(0.6, 1.6))),
            Node::Circle { at: [x, scale.at(*estimate)], radius: (step * 0.3).clamp(1.2, 4.0), fill: Fill::of(colour), stroke: None },
        ];
        for (j, (clause, value)) in choices.iter().enumerate() {
            if row.settings.get(clause).is_some_and(|v| v == *value) {
                let y = below + j as f64 * 16.0 + 8.0;
                nodes.push(Node::Circle { at: [x, y], radius: (step * 0.3).clamp(1.2, 4.0), fill: Fill::of(colour), stroke: None });
            }
        }
        twin.row("specification", row.name(), vec![Some(*estimate), Some(ci[0]), Some(ci[1])], "");
        scene.push(group(row.name(), nodes));
    }
    let all = number::plural(rows.len(), "specification", "specifications");
    let mut lines =
        vec![format!("{all} in order of size, each with its {} interval; grey where it includes no effect", number::level(base.level))];
    let elsewhere = result.rows.len() - rows.len();
    if elsewhere > 0 {
        lines.push(format!("{elsewhere} more have no estimate, or another measure, and are not drawn"));
    }
    let y = below + choices.len() as f64 * 16.0 + 8.0;
    footing(&mut scene, &mut twin, base, request, fonts, y, &lines, "Specification curve");
    Ok(Figure { scene, twin, notes: Vec::new() })
}
