//! The two figures of risk of bias.

use super::grid::{Grid, Panel, Shares, word};
use crate::bias::{Level, Tool};
use crate::figure::Figure;
use crate::figure::font::Fonts;
use crate::figure::scene::{Anchor, Fill, Node, Scene, Stroke, Text, group, line};
use crate::figure::twin::Twin;
use crate::number;
use crate::store::Store;

/// Height of letters.
const SIZE: f64 = 13.0;
/// Height of a row.
const ROW: f64 = 26.0;
/// Width of a domain's column.
const CELL: f64 = 46.0;
/// Space around.
const EDGE: f64 = 16.0;
const INK: &str = "#222222";

/// Studies by domains.
pub fn traffic_light(store: &Store, grid: &Grid, colour_blind: bool, fonts: &Fonts) -> Figure {
    let title = format!("Risk of bias by study, {}", grid.tool.name);
    let labels = grid.panels.iter().flat_map(|p| p.rows.iter().map(|r| fonts.width(&r.label, SIZE, false)));
    let names = labels.fold(60.0_f64, f64::max) + 14.0;
    let mut scene = Scene { title: title.clone(), ..Scene::default() };
    let mut twin = Twin { columns: vec!["rank"], rows: Vec::new() };
    twin.text(title.clone());
    let mut y = EDGE + SIZE;
    scene.push(Text::new([EDGE, y], title.clone(), SIZE + 2.0).bold(true));
    let mut right = EDGE + fonts.width(&title, SIZE + 2.0, true);
    let mut said = Vec::new();
    for panel in &grid.panels {
        y += 14.0;
        if let Some(text) = panel.title(store) {
            y += ROW;
            right = right.max(EDGE + fonts.width(&text, SIZE, true));
            twin.text(text.clone());
            scene.push(Text::new([EDGE, y - 8.0], text, SIZE).bold(true));
        }
        y = heads(&mut scene, grid.tool, panel, names, y);
        for row in &panel.rows {
            let mut nodes = vec![Node::from(Text::new([EDGE, y + ROW / 2.0 + SIZE * 0.35], row.label.clone(), SIZE).coloured(INK))];
            let mut words = Vec::new();
            let cells = row.levels.iter().copied().chain(panel.has_overall().then_some(row.overall));
            for (i, level) in cells.enumerate() {
                let mark = grid.tool.domains.get(i).map_or("overall", |d| d.mark);
                let x = EDGE + names + CELL * (i as f64 + 0.5);
                let Some(level) = level else {
                    words.push(format!("{mark} not judged"));
                    continue;
                };
                nodes.extend(dot([x, y + ROW / 2.0], level, colour_blind));
                words.push(format!("{mark} {}", level.word()));
                twin.row("judgement", format!("{}, {mark}", row.label), vec![level.rank().map(f64::from)], level.word());
            }
            let text = format!("{}: {}", row.label, words.join(", "));
            scene.push(group(text.clone(), nodes));
            said.push(text);
            y += ROW;
            scene.push(line([EDGE, y], [EDGE + names + width_of(grid.tool, panel), y], Stroke::of("#dddddd", 1.0)));
        }
        right = right.max(EDGE + names + width_of(grid.tool, panel));
    }
    y += 20.0;
    let (bottom, wide) = legend(&mut scene, &mut twin, grid.tool, colour_blind, y, fonts);
    scene.width = (right.max(wide) + EDGE).ceil();
    scene.height = bottom + EDGE;
    scene.description = said.join(". ");
    Figure { scene, twin, notes: Vec::new() }
}

fn width_of(tool: &Tool, panel: &Panel) -> f64 {
    CELL * (tool.domains.len() + usize::from(panel.has_overall())) as f64
}

/// The heads of the columns; the overall judgement stands on grey.
fn heads(scene: &mut Scene, tool: &Tool, panel: &Panel, names: f64, y: f64) -> f64 {
    let below = y + ROW;
    if panel.has_overall() {
        let x = EDGE + names + CELL * tool.domains.len() as f64;
        let height = ROW * (panel.rows.len() + 1) as f64;
        scene.push(Node::Rect { at: [x - 4.0, y], size: [CELL + 8.0, height], fill: Fill::of("#eeeeee"), stroke: None });
        scene.push(Text::new([x + CELL / 2.0, below - 8.0], "Overall", SIZE - 1.0).bold(true).anchored(Anchor::Middle));
    }
    for (i, domain) in tool.domains.iter().enumerate() {
        let x = EDGE + names + CELL * (i as f64 + 0.5);
        scene.push(Text::new([x, below - 8.0], domain.mark, SIZE).bold(true).anchored(Anchor::Middle));
    }
    scene.push(line([EDGE, below], [EDGE + names + width_of(tool, panel), below], Stroke::of(INK, 1.0)));
    below
}

/// A judgement: a circle with its sign.
fn dot(at: [f64; 2], level: Level, colour_blind: bool) -> Vec<Node> {
    let (fill, ink) = level.colours(colour_blind);
    vec![
        Node::Circle { at, radius: 10.0, fill: Fill::of(fill), stroke: Some(Stroke::of("#444444", 1.0)) },
        Text::new([at[0], at[1] + SIZE * 0.35], level.symbol(), SIZE).bold(true).anchored(Anchor::Middle).coloured(ink).into(),
    ]
}

/// What marks and signs mean; where it ends, and how wide it is.
fn legend(scene: &mut Scene, twin: &mut Twin, tool: &Tool, colour_blind: bool, top: f64, fonts: &Fonts) -> (f64, f64) {
    let (mut y, mut wide) = (top, 0.0_f64);
    for domain in tool.domains {
        let text = format!("{}: {}", domain.mark, domain.name);
        wide = wide.max(EDGE + fonts.width(&text, SIZE - 1.0, false));
        twin.text(text.clone());
        scene.push(Text::new([EDGE, y + SIZE], text, SIZE - 1.0).coloured(INK));
        y += 19.0;
    }
    y += 8.0;
    let mut x = EDGE;
    for level in tool.levels {
        scene.nodes.extend(dot([x + 10.0, y + 12.0], *level, colour_blind));
        scene.push(Text::new([x + 26.0, y + 12.0 + SIZE * 0.35], level.word(), SIZE - 1.0).coloured(INK));
        x += 26.0 + fonts.width(level.word(), SIZE - 1.0, false) + 20.0;
    }
    (y + 26.0, wide.max(x - 20.0))
}

/// Domains by judgements, one panel for each result; `by` says what the shares are of.
pub fn summary(grid: &Grid, panels: &[(Option<String>, Vec<Shares>)], by: &str, colour_blind: bool, fonts: &Fonts) -> Figure {
    const BAR: f64 = 420.0;
    let title = format!("Risk of bias by domain, {}, {by}", grid.tool.name);
    let names = panels.iter().flat_map(|p| &p.1).map(|s| fonts.width(s.domain, SIZE, false)).fold(60.0_f64, f64::max) + 14.0;
    let mut scene = Scene { title: title.clone(), ..Scene::default() };
    let mut twin = Twin { columns: vec!["share"], rows: Vec::new() };
    twin.text(title.clone());
    let mut y = EDGE + SIZE;
    scene.push(Text::new([EDGE, y], title.clone(), SIZE + 2.0).bold(true));
    let mut right = EDGE + fonts.width(&title, SIZE + 2.0, true);
    y += 16.0;
    let left = EDGE + names;
    let mut said = Vec::new();
    for (heading, domains) in panels {
        if let Some(text) = heading {
            y += ROW;
            right = right.max(EDGE + fonts.width(text, SIZE, true));
            scene.push(Text::new([EDGE, y - 8.0], text.clone(), SIZE).bold(true));
            twin.text(text.clone());
        }
        for domain in domains {
            let mut nodes = vec![Node::from(Text::new([EDGE, y + ROW / 2.0 + SIZE * 0.35], domain.domain, SIZE).coloured(INK))];
            let (mut x, mut words) = (left, Vec::new());
            for (level, share) in &domain.parts {
                let width = BAR * share;
                nodes.extend(bar(*level, [x, y], width, colour_blind, fonts));
                let text = number::percent(100.0 * share);
                twin.row("share", format!("{}, {}", domain.domain, word(*level)), vec![Some(*share)], text.clone());
                words.push(format!("{} {text}", word(*level)));
                x += width;
            }
            let heading = heading.as_ref().map(|h| format!("{h}, ")).unwrap_or_default();
            let text = format!("{heading}{}: {}", domain.domain, words.join(", "));
            scene.push(group(text.clone(), nodes));
            said.push(text);
            y += ROW;
        }
    }
    scene.push(line([left, y + 2.0], [left + BAR, y + 2.0], Stroke::of(INK, 1.0)));
    let ticks = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| (share, format!("{}%", share * 100.0)));
    twin.axis("share", &ticks);
    for (tick, text) in ticks {
        let x = left + BAR * tick;
        scene.push(line([x, y + 2.0], [x, y + 7.0], Stroke::of(INK, 1.0)));
        scene.push(Text::new([x, y + 20.0], text, SIZE - 2.0).anchored(Anchor::Middle).coloured(INK));
    }
    y += 34.0;
    let mut x = EDGE;
    for level in grid.tool.levels {
        scene.nodes.extend(dot([x + 10.0, y + 12.0], *level, colour_blind));
        scene.push(Text::new([x + 26.0, y + 12.0 + SIZE * 0.35], level.word(), SIZE - 1.0).coloured(INK));
        x += 26.0 + fonts.width(level.word(), SIZE - 1.0, false) + 20.0;
    }
    if panels.iter().flat_map(|p| &p.1).any(|s| s.parts.iter().any(|(level, _)| level.is_none())) {
        let blank = Stroke::dashed("#444444", 1.0, [3.0, 2.0]);
        scene.push(Node::Rect { at: [x, y + 3.0], size: [20.0, 18.0], fill: Fill::of("#ffffff"), stroke: Some(blank) });
        scene.push(Text::new([x + 26.0, y + 12.0 + SIZE * 0.35], "not judged", SIZE - 1.0).coloured(INK));
        x += 26.0 + fonts.width("not judged", SIZE - 1.0, false) + 20.0;
    }
    scene.width = (right.max(left + BAR + 20.0).max(x) + EDGE).ceil();
    scene.height = y + 26.0 + EDGE;
    scene.description = said.join(". ");
    Figure { scene, twin, notes: Vec::new() }
}

/// The part of a bar that one judgement has; what is not judged is blank.
fn bar(level: Option<Level>, [x, y]: [f64; 2], width: f64, colour_blind: bool, fonts: &Fonts) -> Vec<Node> {
    let (fill, ink) = level.map_or(("#ffffff", INK), |l| l.colours(colour_blind));
    let stroke = if level.is_some() { Stroke::of("#444444", 1.0) } else { Stroke::dashed("#444444", 1.0, [3.0, 2.0]) };
    let mut out = vec![Node::Rect { at: [x, y + 3.0], size: [width, ROW - 6.0], fill: Fill::of(fill), stroke: Some(stroke) }];
    // The sign stands where it has room; the share stands in the table and the alt text.
    if let Some(level) = level.filter(|l| fonts.width(l.symbol(), SIZE, true) + 6.0 < width) {
        let at = [x + width / 2.0, y + ROW / 2.0 + SIZE * 0.35];
        out.push(Text::new(at, level.symbol(), SIZE).bold(true).anchored(Anchor::Middle).coloured(ink).into());
    }
    out
}
