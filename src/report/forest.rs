//! Effects and intervals drawn with characters.

use super::document::{Axis, Forest, ForestRow, RowKind};
use super::number;
use super::width::width;
use crate::axis::{self, Reach};

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
        let x = axis::along(x, self.log);
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

/// The ends of the axis, in its own units.
fn limits(forest: &Forest) -> Option<(f64, f64)> {
    let on_axis = |x: f64| Some(axis::along(x, forest.axis.log)).filter(|x| x.is_finite());
    let reach = |row: &ForestRow| Reach {
        middle: row.estimate.and_then(on_axis),
        ends: row.ends.map_or([None; 2], |ends| ends.map(on_axis)),
        study: row.kind == RowKind::Study,
    };
    let rows: Vec<Reach> = forest.rows.iter().map(reach).collect();
    axis::limits(&rows, forest.axis.null.and_then(on_axis))
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
    let candidates = axis::ticks(scale.low, scale.high, scale.log);
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
