//! Effects without a pooled one (SWiM): directions with a sign test, median and range, and the
//! effect-direction plot. Nothing counts what is significant.
//!
//! Sources: Campbell M et al. BMJ 2020;368:l6890 (SWiM); Boon MH, Thomson H. Res Synth Methods
//! 2021;12:29-33 (the plot; sizes of arrows by sample size).

use crate::eval::outcome::{PoolResult, StudyEffect, TableResult};
use crate::figure::Figure;
use crate::figure::font::Fonts;
use crate::figure::forest::standing;
use crate::figure::scene::{Anchor, Fill, Node, Scene, Stroke, Text, group, line};
use crate::figure::twin::Twin;
use crate::number;
use crate::report::compose::{directions, effect};
use crate::report::words;
use crate::stats::combined_p::{CombinedP, fisher};
use crate::stats::dist::norm_sf;
use crate::store::Store;

/// The effects that count, each with a value on its side of no effect.
fn effects(pool: &PoolResult) -> Vec<(&StudyEffect, f64)> {
    crate::eval::directed(pool)
}

/// Direction by direction.
pub fn table(store: &Store, pool: &PoolResult) -> TableResult {
    let columns = ["study", "people", "direction", effect::label(pool).as_str()].map(str::to_owned).to_vec();
    let rows = effects(pool)
        .into_iter()
        .map(|(study, y)| vec![label(store, study), people(study), direction(pool, y), shown(pool, study)])
        .collect();
    let mut notes = Vec::new();
    notes.extend(counted(pool));
    notes.extend(range(pool));
    notes.extend(combined(pool));
    notes.push(
        "directions are counted whatever their p; the sign test asks whether effects lie on one side more often than by chance".into(),
    );
    TableResult { title: format!("Effects without pooling: {}", super::results::about(store, pool)), columns, rows, notes }
}

/// How a study is printed.
fn label(store: &Store, study: &StudyEffect) -> String {
    store.studies.get(&study.study).map_or(study.study.as_str(), |s| s.label()).to_owned()
}

/// The directions, counted and tested.
fn counted(pool: &PoolResult) -> Option<String> {
    let found = || crate::eval::directions(pool.spec.measure.value, effects(pool).into_iter().map(|(_, y)| y), pool.level);
    // Those without a variance count too, whatever a rule has counted before.
    found().map(|d| directions(&d, pool.level))
}

/// One-sided p-values combined, for each side: whether at least one study has an effect there.
fn combined(pool: &PoolResult) -> Option<String> {
    let null = pool.spec.measure.value.null_value()?;
    let z: Vec<f64> = effects(pool).into_iter().filter_map(|(s, y)| Some((y - null) / s.vi.filter(|v| *v > 0.0)?.sqrt())).collect();
    let side = |sign: f64| fisher(&z.iter().map(|z| norm_sf(sign * z).max(f64::MIN_POSITIVE)).collect::<Vec<f64>>());
    let (above, below) = (side(1.0)?, side(-1.0)?);
    let said = |c: CombinedP| format!("chi2({}) = {}, {}", number::df(c.df), number::statistic(c.statistic), number::p_value(c.p));
    let words = pool.sides.clone().unwrap_or(["below no effect".into(), "above no effect".into()]);
    Some(format!(
        "p-values combined by Fisher's method, one-sided: {}: {}; {}: {} (small where at least one study has an effect on that side; it tells nothing of its size)",
        words[1],
        said(above),
        words[0],
        said(below)
    ))
}

fn people(study: &StudyEffect) -> String {
    match (study.n1, study.n2) {
        (Some(a), Some(b)) => number::size(a + b),
        (Some(a), None) => number::size(a),
        _ => study.leaning.and_then(|l| l.people).map(number::size).unwrap_or_default(),
    }
}

fn shown(pool: &PoolResult, study: &StudyEffect) -> String {
    if let Some(leaning) = study.leaning.filter(|_| !study.included) {
        return match leaning.yi {
            Some(y) => format!("{} (no interval)", effect::digits(pool).show(words::back(pool, y))),
            None => "direction only".into(),
        };
    }
    let (estimate, ci) = effect::study_shown(pool, study);
    number::interval(estimate, ci, effect::digits(pool)).to_string()
}

/// The side of an effect, in the words of the outcome where it has a direction.
fn direction(pool: &PoolResult, y: f64) -> String {
    let null = pool.spec.measure.value.null_value().unwrap_or(0.0);
    match (&pool.sides, y == null) {
        (_, true) => "no effect".into(),
        (Some([left, right]), _) => {
            if y < null {
                left.clone()
            } else {
                right.clone()
            }
        }
        (None, _) => {
            if y < null {
                "below no effect".into()
            } else {
                "above no effect".into()
            }
        }
    }
}

/// An effect in displayed units, with an interval or without.
fn value(pool: &PoolResult, study: &StudyEffect) -> Option<f64> {
    match study.leaning.filter(|_| !study.included) {
        Some(leaning) => leaning.yi.map(|y| words::back(pool, y)),
        None => effect::study_shown(pool, study).0,
    }
}

/// Median, quartiles and range of the effects.
fn range(pool: &PoolResult) -> Option<String> {
    let mut all: Vec<f64> = effects(pool).into_iter().filter_map(|(s, _)| value(pool, s)).collect();
    all.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (all.len() - 1) as f64;
        let (low, high) = (place.floor() as usize, place.ceil() as usize);
        all[low] + (all[high] - all[low]) * (place - low as f64)
    };
    if all.is_empty() {
        return None;
    }
    let d = effect::digits(pool);
    let show = |x: f64| d.show(x);
    Some(format!(
        "{} {}: median {}, quartiles {} and {}, range {} to {}",
        all.len(),
        if all.len() == 1 { "effect" } else { "effects" },
        show(at(0.5)),
        show(at(0.25)),
        show(at(0.75)),
        show(at(0.0)),
        show(at(1.0))
    ))
}

/// The effect-direction plot.
pub fn figure(store: &Store, pool: &PoolResult, fingerprint: Option<&str>, fonts: &Fonts) -> Figure {
    const SIZE: f64 = 13.0;
    const ROW: f64 = 28.0;
    const EDGE: f64 = 16.0;
    let found = effects(pool);
    let title = format!("Direction of effects: {}", super::results::about(store, pool));
    let mut scene = Scene { title: title.clone(), ..Scene::default() };
    let mut twin = Twin { columns: vec!["yi", "people"], rows: Vec::new() };
    twin.text(title.clone());
    twin.text(effect::head(pool));
    let widest = |texts: &mut dyn Iterator<Item = String>| texts.map(|t| fonts.width(&t, SIZE, false)).fold(50.0, f64::max);
    let names = widest(&mut found.iter().map(|(s, _)| label(store, s))) + 16.0;
    let sizes = widest(&mut found.iter().map(|(s, _)| people(s))) + 24.0;
    let sides = pool.sides.clone().unwrap_or(["below no effect".into(), "above no effect".into()]);
    let half = sides.iter().map(|t| fonts.width(t, SIZE, true)).fold(70.0, f64::max) + 16.0;
    let effects_at = EDGE + names + sizes + 2.0 * half + 12.0;
    let centre = EDGE + names + sizes + half;
    let mut y = EDGE + SIZE;
    scene.push(Text::new([EDGE, y], title.clone(), SIZE + 2.0).bold(true));
    y += ROW + 4.0;
    scene.push(Text::new([EDGE, y], "Study", SIZE).bold(true));
    scene.push(Text::new([EDGE + names + sizes - 20.0, y], "People", SIZE).bold(true).anchored(Anchor::End));
    scene.push(Text::new([centre - 8.0, y], sides[0].clone(), SIZE).bold(true).anchored(Anchor::End));
    scene.push(Text::new([centre + 8.0, y], sides[1].clone(), SIZE).bold(true));
    scene.push(Text::new([effects_at, y], effect::head(pool), SIZE).bold(true));
    let mut right = effects_at + fonts.width(&effect::head(pool), SIZE, true);
    let top = y + 8.0;
    y = top;
    let null = pool.spec.measure.value.null_value().unwrap_or(0.0);
    let mut said = Vec::new();
    for (study, yi) in &found {
        let middle = y + ROW / 2.0;
        let base = middle + SIZE * 0.35;
        let count = study.n1.map(|a| a + study.n2.unwrap_or(0.0)).or(study.leaning.and_then(|l| l.people));
        // Small, middle and large studies: below 50, to 300, above.
        let size = match count {
            Some(n) if n > 300.0 => 11.0,
            Some(n) if n >= 50.0 => 8.0,
            _ => 5.0,
        };
        let mut nodes: Vec<Node> = vec![
            Text::new([EDGE, base], label(store, study), SIZE).into(),
            Text::new([EDGE + names + sizes - 20.0, base], people(study), SIZE).anchored(Anchor::End).into(),
        ];
        nodes.push(if *yi == null {
            Node::Circle { at: [centre, middle], radius: size * 0.7, fill: Fill::of("#777777"), stroke: None }
        } else {
            let sign = if *yi < null { -1.0 } else { 1.0 };
            let tip = centre + sign * (half / 2.0 + size);
            let back = centre + sign * (half / 2.0 - size);
            let fill = if sign < 0.0 { Fill::of("#b35806") } else { Fill::of("#2d5f8a") };
            Node::Polygon { points: vec![[tip, middle], [back, middle - size], [back, middle + size]], fill, stroke: None }
        });
        let text = shown(pool, study);
        right = right.max(effects_at + fonts.width(&text, SIZE, false));
        nodes.push(Text::new([effects_at, base], text.clone(), SIZE).into());
        let words = format!("{}: {}, {text}", label(store, study), direction(pool, *yi));
        let known = study.yi.filter(|_| study.included).or(study.leaning.and_then(|l| l.yi));
        twin.row("study", label(store, study), vec![known, count], format!("{} | {text}", people(study)));
        said.push(words.clone());
        scene.push(group(words, nodes));
        y += ROW;
    }
    scene.push(line([centre, top], [centre, y], Stroke::of("#333333", 1.0)));
    y += 8.0;
    let mut lines = vec!["Arrows: small below 50 people, middle to 300, large above; no size without numbers.".to_owned()];
    lines.extend(counted(pool));
    lines.extend(range(pool));
    lines.extend(combined(pool));
    lines.push(standing(pool.status, pool.label.as_deref(), fingerprint));
    let room = (right - EDGE).max(420.0);
    for text in lines {
        for part in fonts.wrapped(&text, SIZE - 2.0, false, room) {
            y += 16.0;
            right = right.max(EDGE + fonts.width(&part, SIZE - 2.0, false));
            scene.push(Text::new([EDGE, y], part, SIZE - 2.0).coloured("#333333"));
        }
        y += 2.0;
        twin.text(text);
    }
    scene.width = (right.max(EDGE + fonts.width(&title, SIZE + 2.0, true)) + EDGE).ceil();
    scene.height = y + EDGE;
    scene.description = said.join(". ");
    Figure { scene, twin, notes: Vec::new() }
}
