//! The flow diagram as a picture: columns for databases and registers, for other methods and for
//! previous studies where there are any, and the bars of the three phases. A box without a
//! number stays, with `n =` and nothing behind it.

use super::boxes::{Count, Diagram, OTHER, boxes, label};
use crate::figure::Figure;
use crate::figure::font::Fonts;
use crate::figure::scene::{Anchor, Fill, Node, Scene, Stroke, Text, group, line};
use crate::figure::twin::Twin;
use crate::number;
use crate::store::BoxId as B;

const SIZE: f64 = 12.0;
const LINE: f64 = 16.0;
const PAD: f64 = 9.0;
const EDGE: f64 = 14.0;
const GAP: f64 = 26.0;
const BAR: f64 = 26.0;
const WIDE: f64 = 230.0;
const INK: &str = "#222222";
const FRAME: Stroke = Stroke { colour: INK, width: 1.0, dash: None };

/// A box to draw: where its column begins, and its lines.
struct Slot {
    x: f64,
    lines: Vec<(String, bool)>,
    said: String,
}

/// A row of the diagram: its boxes by column.
#[derive(Default)]
struct Row {
    previous: Option<Slot>,
    main: Option<Slot>,
    main_side: Option<Slot>,
    other: Option<Slot>,
    other_side: Option<Slot>,
}

/// The picture, with every number in its twin.
pub fn figure(d: &Diagram, fonts: &Fonts) -> Figure {
    let previous = d.any(&[B::PreviousStudies, B::PreviousReports]);
    let other = d.any(OTHER);
    let step = WIDE + GAP;
    let left = EDGE + BAR + 12.0;
    let main = left + if previous { step } else { 0.0 };
    let beside = main + step;
    let other_at = beside + step;
    let other_side = other_at + step;
    let width = if other { other_side + WIDE } else { beside + WIDE } + EDGE;
    let slot = |x: f64, heading: Option<&str>, ids: &[B]| Slot::new(d, fonts, x, heading, ids);
    let pooled: Vec<B> = [B::StudiesPooled, B::ReportsPooled].into_iter().filter(|id| d.value(*id).is_some()).collect();
    let mut rows: Vec<(usize, Row)> = vec![(
        0,
        Row {
            previous: previous.then(|| slot(left, None, &[B::PreviousStudies, B::PreviousReports])),
            main: Some(slot(main, Some("Records identified from:"), &[B::DatabaseResults, B::RegisterResults])),
            main_side: Some(slot(
                beside,
                Some("Records removed before screening:"),
                &[B::Duplicates, B::ExcludedAutomatic, B::ExcludedOther],
            )),
            other: other.then(|| slot(other_at, Some("Records identified from:"), &[B::Websites, B::Organisations, B::Citations])),
            other_side: (other && d.value(B::OtherScreenedOut).is_some()).then(|| slot(other_side, None, &[B::OtherScreenedOut])),
        },
    )];
    rows.push((
        1,
        Row { main: Some(slot(main, None, &[B::Screened])), main_side: Some(slot(beside, None, &[B::RecordsExcluded])), ..Row::default() },
    ));
    rows.push((
        1,
        Row {
            main: Some(slot(main, None, &[B::Sought])),
            main_side: Some(slot(beside, None, &[B::NotRetrieved])),
            other: other.then(|| slot(other_at, None, &[B::OtherSought])),
            other_side: other.then(|| slot(other_side, None, &[B::OtherNotRetrieved])),
            ..Row::default()
        },
    ));
    rows.push((
        1,
        Row {
            main: Some(slot(main, None, &[B::Assessed])),
            main_side: Some(slot(beside, None, &[B::Excluded])),
            other: other.then(|| slot(other_at, None, &[B::OtherAssessed])),
            other_side: other.then(|| slot(other_side, None, &[B::OtherExcluded])),
            ..Row::default()
        },
    ));
    rows.push((2, Row { main: Some(slot(main, None, &[B::NewStudies, B::NewReports])), ..Row::default() }));
    if previous {
        rows.push((2, Row { main: Some(slot(main, None, &[B::TotalStudies, B::TotalReports])), ..Row::default() }));
    }
    if !pooled.is_empty() {
        rows.push((2, Row { main: Some(slot(main, None, &pooled)), ..Row::default() }));
    }
    let mut sheet = Sheet { scene: Scene { width, title: "PRISMA 2020 flow diagram".into(), ..Scene::default() }, said: Vec::new() };
    let mut y = sheet.heads(fonts, previous.then_some(left), main, beside, other.then_some((other_at, other_side)));
    let mut bars: Vec<[f64; 2]> = vec![[f64::NAN; 2]; 3];
    let mut last: [Option<(f64, f64)>; 2] = [None, None];
    for (i, (phase, row)) in rows.iter().enumerate() {
        let slots = [&row.previous, &row.main, &row.main_side, &row.other, &row.other_side];
        let height = slots.into_iter().flatten().map(Slot::height).fold(0.0, f64::max);
        if bars[*phase][0].is_nan() {
            bars[*phase][0] = y;
        }
        bars[*phase][1] = y + height;
        let into = [(&row.main, 0), (&row.other, 1)];
        for (slot, column) in into {
            if let Some(slot) = slot {
                let x = slot.x + WIDE / 2.0;
                if let Some((from_x, from_y)) = last[column] {
                    sheet.arrow(&[[from_x, from_y], [x, y]]);
                }
                last[column] = Some((x, y + height));
            }
        }
        for (from, to) in [(&row.main, &row.main_side), (&row.other, &row.other_side)] {
            if let (Some(from), Some(to)) = (from, to) {
                let middle = y + height.min(from.height().min(to.height())) / 2.0;
                sheet.arrow(&[[from.x + WIDE, middle], [to.x, middle]]);
            }
        }
        // The columns meet where studies are included.
        if *phase == 2
            && rows.get(i.wrapping_sub(1)).is_some_and(|r| r.0 == 1)
            && let (Some((x, from)), Some(to)) = (last[1].take(), &row.main)
        {
            let middle = y + height / 2.0;
            sheet.arrow(&[[x, from], [x, middle], [to.x + WIDE, middle]]);
        }
        let totals = previous && i + 1 == rows.len() - usize::from(!pooled.is_empty());
        if totals && let Some(to) = &row.main {
            let middle = y + height / 2.0;
            let top = rows[0].1.previous.as_ref().map_or(0.0, Slot::height) + sheet.top(fonts);
            sheet.arrow(&[[left + WIDE / 2.0, top], [left + WIDE / 2.0, middle], [to.x, middle]]);
        }
        for slot in slots.into_iter().flatten() {
            // Boxes of the way down fill the row, so that arrows meet them.
            let tall = slot.x == main || slot.x == other_at;
            sheet.draw(slot, y, if tall { height } else { slot.height() });
        }
        y += height + GAP;
    }
    sheet.bars(&bars);
    sheet.scene.height = y - GAP + EDGE;
    sheet.scene.description = sheet.said.join(". ");
    let mut twin = Twin { columns: vec!["n"], rows: Vec::new() };
    for b in boxes() {
        let Some(count) = d.count(b.id) else { continue };
        twin.row("box", b.data, vec![count.value().map(|n| n as f64)], format!("{} | {}", b.label, shown(Some(count))));
        for (what, n) in &count.parts {
            twin.row("part", what.clone(), vec![Some(*n as f64)], number::count(*n));
        }
    }
    Figure { scene: sheet.scene, twin, notes: Vec::new() }
}

/// `n = 1,093`; `n =` for a box without a number.
fn shown(count: Option<&Count>) -> String {
    count.and_then(Count::value).map_or_else(|| "n\u{a0}=".to_owned(), |n| format!("n\u{a0}=\u{a0}{}", number::count(n)))
}

impl Slot {
    fn new(d: &Diagram, fonts: &Fonts, x: f64, heading: Option<&str>, ids: &[B]) -> Self {
        let mut lines: Vec<(String, bool)> = heading.iter().map(|h| ((*h).to_owned(), true)).collect();
        let mut said = Vec::new();
        for id in ids {
            let label = label(*id);
            let label = label.strip_suffix(" (other methods)").unwrap_or(label);
            let short = heading.and_then(|_| label.strip_prefix("Records identified from ")).unwrap_or(label);
            let mut text = short.to_owned();
            if heading.is_some() {
                text = text[..1].to_uppercase() + &text[1..];
            }
            let n = shown(d.count(*id));
            // In a box of its own the first count is its head.
            let head = heading.is_none() && lines.is_empty();
            lines.extend(wrapped(&format!("{text} ({n})"), fonts).into_iter().map(|l| (l, head)));
            said.push(format!("{label}: {n}"));
            for (what, n) in d.count(*id).map(|c| c.parts.as_slice()).unwrap_or_default() {
                let part = format!("{what} (n = {})", number::count(*n));
                said.push(part.clone());
                lines.extend(wrapped(&format!("– {part}"), fonts).into_iter().map(|l| (l, false)));
            }
        }
        Slot { x, lines, said: said.join("; ") }
    }

    fn height(&self) -> f64 {
        self.lines.len() as f64 * LINE + 2.0 * PAD
    }
}

/// Lines that fit into a box.
fn wrapped(text: &str, fonts: &Fonts) -> Vec<String> {
    let fits = |line: &str| fonts.width(line, SIZE, true) <= WIDE - 2.0 * PAD;
    let mut lines: Vec<String> = Vec::new();
    let mut current = String::new();
    // A number stays on the line of its `n =`.
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let longer = if current.is_empty() { word.to_owned() } else { format!("{current} {word}") };
        if fits(&longer) {
            current = longer;
            continue;
        }
        if !current.is_empty() {
            lines.push(std::mem::take(&mut current));
        }
        // A word wider than the box is cut, as a page cuts a long address.
        for c in word.chars() {
            if !current.is_empty() && !fits(&format!("{current}{c}")) {
                lines.push(std::mem::take(&mut current));
            }
            current.push(c);
        }
    }
    lines.push(current);
    lines
}

/// The scene as it grows.
struct Sheet {
    scene: Scene,
    said: Vec<String>,
}

impl Sheet {
    /// Where the boxes begin.
    fn top(&self, fonts: &Fonts) -> f64 {
        EDGE + 2.0 * LINE + 2.0 * PAD + GAP / 2.0 + fonts.width("", SIZE, false)
    }

    /// The grey heads of the columns; where the boxes begin.
    fn heads(&mut self, fonts: &Fonts, previous: Option<f64>, main: f64, beside: f64, other: Option<(f64, f64)>) -> f64 {
        let whole = |a: f64, b: f64| b + WIDE - a;
        let mut heads = vec![(main, whole(main, beside), "Identification of new studies via databases and registers")];
        heads.extend(previous.map(|x| (x, WIDE, "Previous studies")));
        heads.extend(other.map(|(a, b)| (a, whole(a, b), "Identification of new studies via other methods")));
        let height = 2.0 * LINE + 2.0 * PAD;
        for (x, width, text) in heads {
            self.scene.push(Node::Rect { at: [x, EDGE], size: [width, height], fill: Fill::of("#e6e9ed"), stroke: None });
            let at = [x + width / 2.0, EDGE + height / 2.0 + SIZE * 0.35];
            self.scene.push(Text::new(at, text, SIZE).bold(true).anchored(Anchor::Middle));
        }
        self.top(fonts)
    }

    /// A box with its lines.
    fn draw(&mut self, slot: &Slot, y: f64, height: f64) {
        let mut nodes = vec![Node::Rect { at: [slot.x, y], size: [WIDE, height], fill: Fill::of("#ffffff"), stroke: Some(FRAME) }];
        for (i, (text, bold)) in slot.lines.iter().enumerate() {
            let at = [slot.x + PAD, y + PAD + LINE * (i as f64 + 0.75)];
            nodes.push(Text::new(at, text.clone(), SIZE).bold(*bold).coloured(INK).into());
        }
        self.said.push(slot.said.clone());
        self.scene.push(group(slot.said.clone(), nodes));
    }

    /// A line with a head at its end.
    fn arrow(&mut self, points: &[[f64; 2]]) {
        let [.., [ax, ay], [bx, by]] = points else { return };
        let length = libm::hypot(bx - ax, by - ay).max(1e-9);
        let (ux, uy) = ((bx - ax) / length, (by - ay) / length);
        let back = [bx - 8.0 * ux, by - 8.0 * uy];
        let mut shaft = points.to_vec();
        shaft.pop();
        shaft.push(back);
        self.scene.push(if shaft.len() == 2 { line(shaft[0], shaft[1], FRAME) } else { Node::Line { points: shaft, stroke: FRAME } });
        let side = |s: f64| [back[0] - s * uy * 4.0, back[1] + s * ux * 4.0];
        self.scene.push(Node::Polygon { points: vec![[*bx, *by], side(1.0), side(-1.0)], fill: Fill::of(INK), stroke: None });
    }

    /// The phases at the left.
    fn bars(&mut self, bars: &[[f64; 2]]) {
        for (text, [from, to]) in ["Identification", "Screening", "Included"].into_iter().zip(bars.iter().copied()) {
            self.scene.push(Node::Rect { at: [EDGE, from], size: [BAR, to - from], fill: Fill::of("#cfe0f0"), stroke: None });
            let at = [EDGE + BAR / 2.0 + SIZE * 0.35, (from + to) / 2.0];
            // A phase of one low box has no room for its name upright at full size.
            let size = SIZE.min((to - from) / 8.0);
            self.scene.push(Text::new(at, text, size).bold(true).anchored(Anchor::Middle).upright());
        }
    }
}
