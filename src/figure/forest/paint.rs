//! From rows and columns to places.

use super::columns::{Column, What, cell};
use super::footer::Line;
use super::marks;
use super::rows::{Kind, Row};
use super::style::Style;
use crate::axis::{self, Reach};
use crate::eval::outcome::{Layout, PictureRequest, PoolResult};
use crate::figure::font::Fonts;
use crate::figure::frame::{GREY, INK, PALE, SMALL, Scale};
use crate::figure::scene::{Anchor, Fill, Node, Scene, Stroke, Text, group, line};
use crate::figure::twin::Twin;
use crate::figure::{Figure, FigureError};
use crate::number;
use crate::report::words;

/// Height of letters.
const SIZE: f64 = 12.0;
/// Height of a row.
const ROW: f64 = 20.0;
/// Around everything.
const MARGIN: f64 = 16.0;
/// Between columns.
const GAP: f64 = 14.0;
/// Left and right of the plot, so that labels of ticks at its ends have room.
const AROUND: f64 = 26.0;
/// Width of the plot.
const PLOT: f64 = 260.0;
/// A name is cut beyond this.
const NAME: f64 = 280.0;
/// The side of the largest square.
const SQUARE: f64 = 14.0;

/// Everything that goes into a forest.
pub struct Sheet<'a> {
    /// As asked for.
    pub request: &'a PictureRequest,
    /// The result that the footer speaks of.
    pub result: &'a PoolResult,
    /// Top to bottom.
    pub rows: &'a [Row<'a>],
    /// Whether there are subgroups, whose rows are indented.
    pub grouped: bool,
    /// Left to right.
    pub columns: &'a [Column],
    /// Below.
    pub footer: &'a [Line],
    /// Ways of the layout.
    pub style: &'a Style,
    /// To measure with.
    pub fonts: &'a Fonts<'a>,
}

/// A column with its place.
struct Placed {
    left: f64,
    width: f64,
    cells: Vec<String>,
}

/// Paints.
pub fn paint(sheet: &Sheet) -> Result<Figure, FigureError> {
    let Sheet { request, result, rows, columns, style, fonts, .. } = *sheet;
    let log = words::on_log_axis(result);
    let null = words::null(result);
    let on = |x: f64| axis::along(x, log);
    let reach = |r: &Row| Reach {
        middle: r.estimate.map(on),
        ends: r.ends.map_or([None; 2], |e| e.map(|x| Some(on(x)))),
        study: r.kind == Kind::Study,
    };
    let reaches: Vec<Reach> = rows.iter().map(reach).collect();
    let Some((low, high)) = axis::limits(&reaches, null.map(on)) else {
        return Err(FigureError::unfit("no effect has a finite value to draw", ""));
    };
    // What the sides favour has no meaning without the line between them.
    let (low, high) = match null.map(on).filter(|_| result.sides.is_some()) {
        Some(x) if x < low => (x - 0.02 * (high - x), high),
        Some(x) if x > high => (low, x + 0.02 * (x - low)),
        _ => (low, high),
    };
    let (placed, right) = place(sheet);
    let plot = columns
        .iter()
        .position(|c| c.what == What::Plot)
        .map_or([MARGIN, MARGIN + PLOT], |i| [placed[i].left + AROUND, placed[i].left + placed[i].width - AROUND]);
    let scale = Scale { log, whole: false, ends: [low, high], pixels: plot };
    let mut scene = Scene { width: right + MARGIN, ..Scene::default() };
    let mut twin = Twin { columns: vec!["estimate", "ci_lower", "ci_upper", "weight"], rows: Vec::new() };

    let mut y = MARGIN;
    if let Some(title) = &request.title {
        for text in fonts.wrapped(title, 14.0, true, scene.width - 2.0 * MARGIN) {
            y += 16.0;
            scene.push(Text::new([MARGIN, y - 2.0], &text, 14.0).bold(true));
            twin.text(text);
        }
        y += 8.0;
    }
    let sides = result.sides.clone();
    let room = beside(style, &scale, scene.width);
    if let Some(sides) = sides.as_ref().filter(|_| style.sides_above) {
        y += self::sides(&mut scene, &mut twin, sides, null, &scale, room, y, fonts, true);
    }
    y = heads(sheet, &placed, &mut scene, &mut twin, y);
    let top = y;
    let rows_height: f64 = rows.iter().map(height).sum();
    let bottom = top + rows_height + 4.0;
    lines(sheet, &scale, null, [top, bottom], &mut scene);
    for (i, row) in rows.iter().enumerate() {
        if row.kind == Kind::Pooled && i > 0 && rows[i - 1].kind != Kind::Pooled {
            scene.push(line([MARGIN, y + 1.0], [scene.width - MARGIN, y + 1.0], Stroke::of(PALE, 0.8)));
        }
        paint_row(sheet, i, &placed, y + height(row) / 2.0, &scale, &mut scene, &mut twin);
        y += height(row);
    }
    let axis_end = below(sheet, &scale, null, bottom, &mut scene, &mut twin);
    let (at, width) = if style.footer_left() {
        // RevMan sets its tests left of the axis.
        (bottom + 4.0, (plot[0] - AROUND - MARGIN).max(200.0))
    } else {
        (axis_end + 10.0, scene.width - 2.0 * MARGIN)
    };
    let end = footer(sheet, [at, width], &mut scene, &mut twin);
    scene.height = end.max(axis_end) + MARGIN;
    scene.title = title(sheet);
    scene.description = description(sheet);
    Ok(Figure { scene, twin, notes: Vec::new() })
}

fn height(row: &Row) -> f64 {
    match row.kind {
        Kind::Heading => ROW + 2.0,
        Kind::Note => ROW - 3.0,
        Kind::Group => ROW,
        _ => ROW,
    }
}

fn bold(row: &Row, style: &Style) -> bool {
    matches!(row.kind, Kind::Heading | Kind::Pooled) || (row.kind == Kind::Group && style.layout != Layout::Weald)
}

/// Columns from left to right, and where the last ends.
fn place(sheet: &Sheet) -> (Vec<Placed>, f64) {
    let Sheet { rows, columns, style, fonts, result, .. } = *sheet;
    let mut left = MARGIN;
    let mut out: Vec<Placed> = Vec::new();
    for (i, column) in columns.iter().enumerate() {
        let cells: Vec<String> = rows
            .iter()
            .enumerate()
            .map(|(at, row)| match (row.kind, &column.what) {
                (Kind::Note, _) => String::new(),
                (Kind::Heading, What::Study) | (_, What::Study) => {
                    let indent = if in_group(sheet, row) { 10.0 } else { 0.0 };
                    fonts.shortened(&row.label, SIZE, bold(row, style), NAME - indent)
                }
                _ => fonts.fitted(&cell(column, at, rows, result, style), SIZE, bold(row, style), NAME),
            })
            .collect();
        let head = fonts.width(&column.head, SIZE, true).max(fonts.width(&column.under, SIZE, true));
        let widest = rows
            .iter()
            .zip(&cells)
            .map(|(r, c)| fonts.width(c, SIZE, bold(r, style)) + if in_group(sheet, r) && column.what == What::Study { 10.0 } else { 0.0 });
        let width = match column.what {
            What::Plot => (PLOT + 2.0 * AROUND).max(head),
            // Marks of more letters, as D1a, keep apart.
            What::Judgement(_) => 18.0_f64.max(head + 5.0),
            _ => widest.fold(head, f64::max),
        };
        let gap = match (i, &column.what, columns.get(i.wrapping_sub(1)).map(|c| &c.what)) {
            (0, ..) => 0.0,
            (_, What::Judgement(_), Some(What::Judgement(_))) => 2.0,
            (_, What::Plot, _) | (_, _, Some(What::Plot)) => 0.0,
            _ if !column.over.is_empty() && columns[i - 1].over != column.over => GAP + 6.0,
            _ => GAP,
        };
        out.push(Placed { left: left + gap, width, cells });
        left += gap + width;
    }
    widen(sheet, &mut out);
    let right = out.last().map_or(left, |p| p.left + p.width);
    (out, right.max(MARGIN + 320.0))
}

/// A head over several columns may be wider than they are: the last of them gets the room.
fn widen(sheet: &Sheet, placed: &mut [Placed]) {
    for span in overs(sheet.columns) {
        let (first, last) = span;
        let have = placed[last].left + placed[last].width - placed[first].left;
        let need = sheet.fonts.width(&over(sheet, first), SIZE, true);
        if need > have {
            placed[first].left += need - have;
            for p in &mut placed[first + 1..] {
                p.left += need - have;
            }
            // The names in front keep their place, the head begins where it began.
            placed[first].left -= need - have;
            placed[first].width += need - have;
        }
    }
}

/// A head over columns, cut where it is far too long.
fn over(sheet: &Sheet, column: usize) -> String {
    sheet.fonts.fitted(&sheet.columns[column].over, SIZE, true, 170.0)
}

/// Neighbours under one head: first and last.
fn overs(columns: &[Column]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (i, column) in columns.iter().enumerate().filter(|(_, c)| !c.over.is_empty()) {
        match out.last_mut() {
            Some((_, last)) if *last + 1 == i && columns[*last].over == column.over && !same_group(columns, *last, i) => *last = i,
            _ => out.push((i, i)),
        }
    }
    out
}

/// Whether two columns hold the same number of different groups, though the groups are called the same.
fn same_group(columns: &[Column], a: usize, b: usize) -> bool {
    let end = |c: &Column| match &c.what {
        What::Data(name) | What::Joined(name, _) => name.chars().last().filter(char::is_ascii_digit),
        _ => None,
    };
    end(&columns[a]) != end(&columns[b])
}

fn in_group(sheet: &Sheet, row: &Row) -> bool {
    sheet.grouped && matches!(row.kind, Kind::Study | Kind::Group | Kind::Note)
}

/// The heads of the columns; where the rows begin.
fn heads(sheet: &Sheet, placed: &[Placed], scene: &mut Scene, twin: &mut Twin, y: f64) -> f64 {
    let Sheet { columns, fonts, .. } = *sheet;
    let mut y = y;
    let spans = overs(columns);
    if !spans.is_empty() {
        y += ROW - 2.0;
        for (first, last) in spans {
            let (a, b) = (placed[first].left, placed[last].left + placed[last].width);
            let text = over(sheet, first);
            let half = fonts.width(&text, SIZE, true) / 2.0;
            let middle = ((a + b) / 2.0).max(a + half);
            scene.push(Text::new([middle, y - 5.0], &text, SIZE).bold(true).anchored(Anchor::Middle));
            twin.row("head", "", Vec::new(), text);
        }
    }
    let lines = 1 + usize::from(columns.iter().any(|c| !c.under.is_empty()));
    for (column, place) in columns.iter().zip(placed) {
        for (i, text) in [&column.head, &column.under].into_iter().enumerate().filter(|(_, t)| !t.is_empty()) {
            let line = lines as f64 - if column.under.is_empty() { 0.0 } else { 1.0 } + i as f64;
            let at = y + line * (ROW - 4.0) - 1.0;
            scene.push(anchored(column, place, at, text).bold(true));
            twin.row("head", "", Vec::new(), text.clone());
        }
    }
    y += lines as f64 * (ROW - 4.0) + 6.0;
    scene.push(line([MARGIN, y], [scene.width - MARGIN, y], Stroke::of(INK, 1.0)));
    y + 4.0
}

/// A text in its column.
fn anchored(column: &Column, place: &Placed, y: f64, text: &str) -> Text {
    match column.what {
        What::Judgement(_) | What::Plot => Text::new([place.left + place.width / 2.0, y], text, SIZE).anchored(Anchor::Middle),
        _ if column.left => Text::new([place.left, y], text, SIZE),
        _ => Text::new([place.left + place.width, y], text, SIZE).anchored(Anchor::End),
    }
}

/// The lines at no effect and at the pooled effect, and the band in which nothing matters.
fn lines(sheet: &Sheet, scale: &Scale, null: Option<f64>, [top, bottom]: [f64; 2], scene: &mut Scene) {
    let log = scale.log;
    if let (Some(mid), Some(null)) = (sheet.request.mid.filter(|m| m.is_finite() && *m > 0.0), null) {
        let centre = axis::along(null, log);
        let [a, b] = [centre - mid, centre + mid].map(|x| scale.place(x.clamp(scale.ends[0], scale.ends[1])));
        let band = Node::Rect { at: [a, top], size: [(b - a).max(0.0), bottom - top], fill: Fill::faint("#f2c14e", 0.18), stroke: None };
        scene.push(group("smaller than the minimal important difference", vec![band]));
    }
    if let Some(x) = null.filter(|x| scale.holds(*x)) {
        scene.push(line([scale.at(x), top], [scale.at(x), bottom], Stroke::of(INK, 1.0)));
    }
    let pooled = sheet.rows.iter().find(|r| r.kind == Kind::Pooled).and_then(|r| r.estimate);
    if let Some(x) = pooled.filter(|x| scale.holds(*x)) {
        scene.push(line([scale.at(x), top], [scale.at(x), bottom], Stroke::dashed(sheet.style.diamond, 0.9, [3.0, 3.0])));
    }
}

fn paint_row(sheet: &Sheet, i: usize, placed: &[Placed], y: f64, scale: &Scale, scene: &mut Scene, twin: &mut Twin) {
    let Sheet { columns, style, fonts, .. } = *sheet;
    let row = &sheet.rows[i];
    let (mut nodes, mut shown) = (Vec::new(), Vec::new());
    let base = y + 4.2;
    let heavy = bold(row, style);
    let indent = if in_group(sheet, row) { 10.0 } else { 0.0 };
    if row.kind == Kind::Note {
        // A line on a subgroup goes as far as the plot, or around it.
        let free = columns.iter().zip(placed).find(|(c, _)| c.what == What::Plot).map_or(scene.width, |(_, p)| p.left);
        let room = if free > MARGIN + 200.0 { free - MARGIN - indent - 4.0 } else { scene.width - 2.0 * MARGIN };
        let mut size = SMALL;
        while size > 7.5 && fonts.width(&row.label, size, false) > room {
            size -= 0.5;
        }
        let text = fonts.fitted(&row.label, size, false, room);
        nodes.push(Text::new([MARGIN + indent, base], &text, size).coloured(GREY).into());
        shown.push(row.label.clone());
    } else {
        for (column, place) in columns.iter().zip(placed) {
            let text = &place.cells[i];
            match column.what {
                What::Plot => nodes.extend(marks::mark(row, y, scale, style, SQUARE)),
                What::Judgement(domain) => {
                    if let Some(level) = row.facts.and_then(|f| f.judgements.get(domain)).copied().flatten() {
                        nodes.extend(marks::judgement(level, place.left + place.width / 2.0, y));
                        shown.push(level.word().to_owned());
                    }
                }
                _ if text.is_empty() => {}
                _ => {
                    let mut at = anchored(column, place, base, text).bold(heavy);
                    if column.what == What::Study {
                        at.at[0] += indent;
                    }
                    nodes.push(at.into());
                    shown.push(text.clone());
                }
            }
        }
    }
    let ends = row.ends.unwrap_or([f64::NAN; 2]);
    let values = [row.estimate, Some(ends[0]), Some(ends[1]), row.weight].map(|x| x.filter(|x| x.is_finite()));
    twin.row(row.kind.name(), row.label.clone(), values.to_vec(), shown.join(" | "));
    let tip = if row.kind == Kind::Note {
        String::new()
    } else {
        shown.join(" ").replace(&fonts.shortened(&row.label, SIZE, heavy, NAME - indent), &row.label)
    };
    scene.push(group(tip, nodes));
}

/// The axis, and what effects favour; where it ends.
fn below(sheet: &Sheet, scale: &Scale, null: Option<f64>, bottom: f64, scene: &mut Scene, twin: &mut Twin) -> f64 {
    let Sheet { result, style, fonts, .. } = *sheet;
    let [left, right] = scale.pixels;
    let stroke = Stroke::of(INK, 1.0);
    scene.push(line([left, bottom], [right, bottom], stroke));
    let ticks = scale.ticks(fonts, 9, true);
    for (x, text) in &ticks {
        let at = scale.at(*x);
        scene.push(line([at, bottom], [at, bottom + 5.0], stroke));
        // A long label at an end stays within its column.
        let half = fonts.width(text, SMALL, false) / 2.0;
        let middle = at.clamp((left - AROUND + half).min(right), (right + AROUND - half).max(left));
        scene.push(Text::new([middle, bottom + 17.0], text, SMALL).anchored(Anchor::Middle).coloured(INK));
    }
    twin.axis("effect", &ticks);
    let mut y = bottom + 22.0;
    if style.layout == Layout::Jama || style.layout == Layout::Bmj {
        let text = fonts.fitted(&style.effect_head(result), SMALL, false, right - left + AROUND);
        scene.push(Text::new([(left + right) / 2.0, y + 10.0], &text, SMALL).anchored(Anchor::Middle));
        twin.text(text);
        y += 16.0;
    }
    match &result.sides {
        Some(sides) if !style.sides_above => {
            let room = beside(style, scale, scene.width);
            y + self::sides(scene, twin, sides, null, scale, room, y, fonts, false)
        }
        _ => y,
    }
}

/// From where to where texts on the two sides may reach: beyond the plot where nothing stands beside them.
fn beside(style: &Style, scale: &Scale, width: f64) -> [f64; 2] {
    let [left, right] = scale.pixels;
    let near = left - AROUND + 2.0;
    // RevMan has its tests left of the axis.
    [if style.footer_left() { near } else { near.min(MARGIN + 60.0) }, (width - MARGIN).max(right + AROUND - 2.0)]
}

/// `Favours A` left and `Favours B` right of no effect, each broken within its half; their height.
#[allow(clippy::too_many_arguments)]
fn sides(
    scene: &mut Scene,
    twin: &mut Twin,
    sides: &[String; 2],
    null: Option<f64>,
    scale: &Scale,
    [from, to]: [f64; 2],
    y: f64,
    fonts: &Fonts,
    heavy: bool,
) -> f64 {
    let [left, right] = scale.pixels;
    // The texts meet at no effect, unless that leaves too little room for the longest word of one.
    let word = |text: &str| text.split(' ').map(|w| fonts.width(w, SMALL, heavy)).fold(0.0, f64::max) + 8.0;
    let (first, last) = (from + word(&sides[0]), to - word(&sides[1]));
    let middle = (left + right) / 2.0;
    let at = null.map_or(middle, |x| scale.clamped(x)).min(last.max(middle)).max(first.min(middle));
    let mut deepest: f64 = 0.0;
    for (i, text) in sides.iter().enumerate() {
        let mut letters = text.chars();
        let text: String = letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default();
        let (x, anchor, room) = if i == 0 { (at - 6.0, Anchor::End, at - 6.0 - from) } else { (at + 6.0, Anchor::Start, to - at - 6.0) };
        let lines = fonts.wrapped(&text, SMALL, heavy, room);
        for (n, line) in lines.iter().enumerate() {
            let down = y + 11.0 + n as f64 * 13.0;
            scene.push(Text::new([x, down], line, SMALL).anchored(anchor).bold(heavy));
        }
        twin.text(text);
        deepest = deepest.max(lines.len() as f64 * 13.0 + 5.0);
    }
    deepest
}

/// The lines below; where they end.
fn footer(sheet: &Sheet, [y, width]: [f64; 2], scene: &mut Scene, twin: &mut Twin) -> f64 {
    let mut y = y;
    for line in sheet.footer {
        let (size, colour) = if line.aside { (10.0, GREY) } else { (SMALL, "#000000") };
        for text in sheet.fonts.wrapped(&line.text, size, false, width) {
            y += size + 3.5;
            scene.push(Text::new([MARGIN, y], text, size).coloured(colour));
        }
        twin.text(line.text.clone());
    }
    y
}

/// `Forest plot of outcome: RR, 13 studies`
fn title(sheet: &Sheet) -> String {
    let Sheet { request, result, .. } = *sheet;
    let studies = number::plural(result.k, "study", "studies");
    let of = super::super::outcome_of(request, result);
    request.title.clone().unwrap_or_else(|| format!("Forest plot of {of}: {}, {studies}", words::label(result)))
}

/// What the picture says, for those who don't see it.
fn description(sheet: &Sheet) -> String {
    let mut group = "";
    let mut rows: Vec<String> = Vec::new();
    for r in sheet.rows.iter().filter(|r| r.kind != Kind::Study) {
        if r.kind == Kind::Heading {
            group = &r.label;
        }
        let Some(ends) = r.ends else { continue };
        let digits = crate::report::compose::effect::digits(sheet.result);
        // A subtotal alone does not say of which group it is.
        let of = if r.kind == Kind::Group && !group.is_empty() { format!("{group}, ") } else { String::new() };
        rows.push(format!("{of}{}: {}", r.label, sheet.style.interval(r.estimate, ends, digits)));
    }
    let studies = number::plural(sheet.rows.iter().filter(|r| r.kind == Kind::Study).count(), "row", "rows");
    let notes: Vec<&str> = sheet.footer.iter().map(|l| l.text.as_str()).collect();
    let parts: Vec<String> =
        [format!("{studies} with effect and interval")].into_iter().chain(rows).chain(notes.iter().map(|s| (*s).to_owned())).collect();
    parts.join(". ")
}
