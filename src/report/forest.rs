//! Effects and intervals drawn with characters.

use super::document::{Axis, Forest, ForestRow, RowKind};
use super::number;
use super::width::width;

/// Fewer columns than this show nothing.
pub const LEAST: usize = 15;
/// More columns than this add nothing.
pub const MOST: usize = 61;

/// A drawn forest: one text per row, and the lines of the axis below them.
pub struct Picture {
    /// As many as the forest has rows, each of the picture's width.
    pub rows: Vec<String>,
    /// Axis, tick labels, sides.
    pub axis: Vec<String>,
}

/// Draws a forest in `columns`; nothing if no effect is finite.
pub fn draw(forest: &Forest, columns: usize, unicode: bool) -> Option<Picture> {
    let scale = Scale::new(forest, columns)?;
    let glyphs = if unicode { &UNICODE } else { &ASCII };
    let rows = forest.rows.iter().map(|row| draw_row(row, &scale, glyphs)).collect();
    Some(Picture { rows, axis: draw_axis(&forest.axis, &scale, glyphs) })
}

/// The characters of a picture.
struct Glyphs {
    /// The line at no effect, in an empty place and crossing an interval or a diamond.
    null: [char; 3],
    /// Ends and line of a study's interval.
    study: [char; 3],
    /// Small, middle and large weight.
    squares: [char; 3],
    /// Line and point of a pooled effect.
    pooled: [char; 2],
    /// Prediction interval.
    prediction: char,
    /// Cut on the left, on the right.
    arrows: [char; 2],
    /// Axis: line, tick, no effect, both.
    axis: [char; 4],
}

const UNICODE: Glyphs = Glyphs {
    null: ['│', '┼', '┿'],
    study: ['├', '─', '┤'],
    squares: ['▪', '■', '█'],
    pooled: ['━', '◆'],
    prediction: '╌',
    arrows: ['←', '→'],
    axis: ['─', '┬', '┴', '┼'],
};

const ASCII: Glyphs = Glyphs {
    null: [':', '+', '+'],
    study: ['|', '-', '|'],
    squares: ['o', 'O', '#'],
    pooled: ['=', '*'],
    prediction: '.',
    arrows: ['<', '>'],
    axis: ['-', '+', '+', '+'],
};

/// Where a value falls.
#[derive(Clone, Copy, PartialEq)]
enum Position {
    Left,
    At(usize),
    Right,
}

/// From displayed values to columns.
struct Scale {
    log: bool,
    low: f64,
    high: f64,
    columns: usize,
    null: Option<usize>,
}

impl Scale {
    fn new(forest: &Forest, columns: usize) -> Option<Self> {
        let log = forest.axis.log;
        let (low, high) = limits(forest)?;
        let mut scale = Self { log, low, high, columns, null: None };
        scale.null = forest.axis.null.and_then(|x| match scale.position(x) {
            Position::At(column) => Some(column),
            _ => None,
        });
        Some(scale)
    }

    fn position(&self, x: f64) -> Position {
        let x = along(x, self.log);
        if x < self.low {
            Position::Left
        } else if x > self.high {
            Position::Right
        } else {
            let share = (x - self.low) / (self.high - self.low);
            Position::At((share * (self.columns - 1) as f64).round() as usize)
        }
    }
}

/// A displayed value on the axis.
fn along(x: f64, log: bool) -> f64 {
    if log { libm::log(x) } else { x }
}

/// The ends of the axis. All estimates and intervals are shown, but for those so far out
/// that the rest would shrink to a point: these are cut, with an arrow.
fn limits(forest: &Forest) -> Option<(f64, f64)> {
    let log = forest.axis.log;
    let on_axis = |x: f64| Some(along(x, log)).filter(|x| x.is_finite());
    let points: Vec<f64> = forest.rows.iter().filter_map(|r| r.estimate.and_then(on_axis)).collect();
    let centre = median(points.clone())?;
    let halves: Vec<f64> = forest.rows.iter().filter_map(|r| r.ends).filter_map(|[a, b]| Some((on_axis(b)? - on_axis(a)?) / 2.0)).collect();
    let spread = median(points.iter().map(|x| (x - centre).abs()).collect()).unwrap_or(0.0) * 1.5;
    let unit = spread.max(median(halves).unwrap_or(0.0)).max(centre.abs() * 1e-6).max(1e-9);
    let fence = |x: f64| x.clamp(centre - 8.0 * unit, centre + 8.0 * unit);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for row in &forest.rows {
        let middle = row.estimate.and_then(on_axis);
        let reach = if row.kind == RowKind::Study { 3.0 } else { 6.0 } * unit;
        let [a, b] = row.ends.map_or([None; 2], |[a, b]| [on_axis(a), on_axis(b)]);
        let around = middle.unwrap_or(centre);
        for x in [middle, a.map(|a| a.max(around - reach)), b.map(|b| b.min(around + reach))].into_iter().flatten() {
            low = low.min(fence(x));
            high = high.max(fence(x));
        }
    }
    let span = (high - low).max(unit);
    if let Some(null) = forest.axis.null.and_then(on_axis).filter(|x| *x > low - span && *x < high + span) {
        low = low.min(null);
        high = high.max(null);
    }
    let margin = (high - low).max(unit) * 0.02;
    Some((low - margin, high + margin)).filter(|(a, b)| a.is_finite() && b.is_finite() && a < b)
}

/// The middle value.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// One row's picture.
fn draw_row(row: &ForestRow, scale: &Scale, glyphs: &Glyphs) -> String {
    let mut cells = vec![' '; scale.columns];
    if let Some(null) = scale.null {
        cells[null] = glyphs.null[0];
    }
    let pooled = matches!(row.kind, RowKind::Pooled | RowKind::Group);
    let (ends, fill, cross) = match row.kind {
        RowKind::Study => ([glyphs.study[0], glyphs.study[2]], glyphs.study[1], glyphs.null[1]),
        RowKind::Prediction => ([glyphs.prediction; 2], glyphs.prediction, glyphs.null[0]),
        _ => ([glyphs.pooled[0]; 2], glyphs.pooled[0], glyphs.null[2]),
    };
    let last = scale.columns - 1;
    if let Some([lower, upper]) = row.ends.filter(|[a, b]| !a.is_nan() && !b.is_nan()) {
        match (scale.position(lower), scale.position(upper)) {
            (Position::Right, _) => cells[last] = glyphs.arrows[1],
            (_, Position::Left) => cells[0] = glyphs.arrows[0],
            (from, to) => {
                let (a, left) = if let Position::At(a) = from { (a, ends[0]) } else { (0, glyphs.arrows[0]) };
                let (b, right) = if let Position::At(b) = to { (b, ends[1]) } else { (last, glyphs.arrows[1]) };
                for (i, cell) in cells.iter_mut().enumerate().take(b + 1).skip(a) {
                    *cell = if *cell == glyphs.null[0] { cross } else { fill };
                    if i == a {
                        *cell = left;
                    }
                    if i == b {
                        *cell = right;
                    }
                }
            }
        }
    }
    match row.estimate.filter(|x| !x.is_nan()).map(|x| scale.position(x)) {
        Some(Position::At(i)) => cells[i] = if pooled { glyphs.pooled[1] } else { square(row.share, glyphs) },
        Some(Position::Left) => cells[0] = glyphs.arrows[0],
        Some(Position::Right) => cells[last] = glyphs.arrows[1],
        None => {}
    }
    cells.into_iter().collect()
}

/// A square that grows with the weight.
fn square(share: f64, glyphs: &Glyphs) -> char {
    match share {
        s if s > 0.67 => glyphs.squares[2],
        s if s > 0.33 => glyphs.squares[1],
        _ => glyphs.squares[0],
    }
}

/// The axis, its labels, and what lies on its sides.
fn draw_axis(axis: &Axis, scale: &Scale, glyphs: &Glyphs) -> Vec<String> {
    let mut line = vec![glyphs.axis[0]; scale.columns];
    let mut labels = String::new();
    if let Some(null) = scale.null {
        line[null] = glyphs.axis[2];
    }
    for (column, label) in ticks(scale) {
        line[column] = if scale.null == Some(column) { glyphs.axis[3] } else { glyphs.axis[1] };
        let start = start_of(column, &label, scale.columns);
        labels.push_str(&" ".repeat(start.saturating_sub(width(&labels))));
        labels.push_str(&label);
    }
    let mut lines = vec![line.into_iter().collect(), labels];
    if let (Some(null), Some([left, right])) = (scale.null, &axis.sides) {
        lines.extend(sides(null, left, right, scale.columns, glyphs));
    }
    lines
}

/// Where a label centred on a column begins.
fn start_of(column: usize, label: &str, columns: usize) -> usize {
    let w = width(label);
    column.saturating_sub(w / 2).min(columns.saturating_sub(w))
}

/// `← favours IMR   favours usual care →`, around no effect where it fits.
fn sides(null: usize, left: &str, right: &str, columns: usize, glyphs: &Glyphs) -> Option<String> {
    let left = format!("{} {left}", glyphs.arrows[0]);
    let right = format!("{right} {}", glyphs.arrows[1]);
    let (l, r) = (width(&left), width(&right));
    if l + r + 3 > columns {
        return None;
    }
    let gap = 3;
    let start = null.saturating_sub(l + 1).min(columns - l - r - gap);
    let space = (null + 2).saturating_sub(start + l).clamp(gap, columns - r - start - l);
    Some(format!("{}{left}{}{right}", " ".repeat(start), " ".repeat(space)))
}

/// The densest round values whose labels do not touch, with their columns.
fn ticks(scale: &Scale) -> Vec<(usize, String)> {
    let (low, high) = if scale.log { (libm::exp(scale.low), libm::exp(scale.high)) } else { (scale.low, scale.high) };
    let candidates: Vec<Vec<f64>> = if scale.log && high / low > 4.0 { decades(low, high) } else { steps(low, high) };
    let placed = |values: &Vec<f64>| -> Vec<(usize, String)> {
        let place = |x: &f64| if let Position::At(c) = scale.position(*x) { Some((c, number::significant(*x, 6))) } else { None };
        values.iter().filter_map(place).collect()
    };
    candidates.iter().map(placed).find(|t| !t.is_empty() && apart(t, scale.columns)).unwrap_or_default()
}

/// Whether labels leave two columns between them.
fn apart(ticks: &[(usize, String)], columns: usize) -> bool {
    let spans: Vec<(usize, usize)> = ticks.iter().map(|(c, l)| (start_of(*c, l, columns), width(l))).collect();
    ticks.len() <= 9 && spans.windows(2).all(|w| w[0].0 + w[0].1 + 2 <= w[1].0)
}

/// Equal steps of 1, 2 or 5 times a power of ten, fine to coarse.
fn steps(low: f64, high: f64) -> Vec<Vec<f64>> {
    let finest = libm::floor(libm::log10((high - low) / 20.0)) as i32;
    let mut out = Vec::new();
    for power in finest..finest + 4 {
        for unit in [1.0, 2.0, 5.0] {
            let step = unit * libm::pow(10.0, f64::from(power));
            let (first, last) = (libm::ceil(low / step), libm::floor(high / step));
            if last - first <= 40.0 && first <= last {
                out.push((0..=(last - first) as usize).map(|i| (first + i as f64) * step).collect());
            }
        }
    }
    out
}

/// 1, 2, 5 in every power of ten, then 1, 3, then powers of ten, of a hundred, and so on.
fn decades(low: f64, high: f64) -> Vec<Vec<f64>> {
    let (from, to) = (libm::floor(libm::log10(low)) as i32, libm::ceil(libm::log10(high)) as i32);
    let power = |e: i32| libm::pow(10.0, f64::from(e));
    let dense = (from..=to).flat_map(|e| [1.0, 2.0, 5.0].map(|m| m * power(e))).collect();
    let middle = (from..=to).flat_map(|e| [1.0, 3.0].map(|m| m * power(e))).collect();
    let mut out: Vec<Vec<f64>> = vec![dense, middle];
    for every in [1, 2, 3, 5, 10, 20, 50, 100] {
        out.push((from..=to).filter(|e| e % every == 0).map(power).collect());
    }
    out
}
