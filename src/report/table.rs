//! Columns of text: aligned, and fitted into a width.

use super::document::{Align, Cell, Column};
use super::width::{clean, cut, glued, left, right, width, wrap};

/// Columns between columns.
pub const GAP: usize = 2;
/// A column of text is not made narrower than this while another can go.
const NARROW: usize = 14;
/// Nor is a word broken that is at most this long: a name cut in two is no name.
const WORD: usize = 26;

/// Heads and cells as texts of equal width per column; a cell may have several lines.
pub struct Laid {
    /// The lines of the heads; none without heads.
    pub head: Vec<String>,
    /// Each row as lines.
    pub rows: Vec<Vec<String>>,
}

/// Lays out a table in `available` columns: long texts wrap, then dispensable columns go,
/// then texts are cut.
pub fn lay(columns: &[Column], rows: &[Vec<Cell>], available: usize) -> Laid {
    let mut grid = Grid::new(columns, rows);
    grid.shrink_texts(available, |s| s.word.max(NARROW));
    while grid.total() > available && grid.drop_one() {}
    // What was dropped left room.
    grid.strips.iter_mut().for_each(|s| s.width = s.widest);
    grid.shrink_texts(available, |s| s.word.max(NARROW));
    grid.shrink_texts(available, |s| s.word);
    grid.shrink_texts(available, |_| 8);
    grid.shrink_texts(available, |_| 6);
    grid.laid(available)
}

/// One column's texts, aligned among themselves.
pub struct Strip {
    /// The head.
    pub head: String,
    /// One text a row.
    pub cells: Vec<String>,
    /// Texts stand left, numbers right.
    pub align: Align,
    /// As in [`Column`].
    pub rank: u8,
    /// Columns it takes.
    pub width: usize,
    /// Columns that nothing of it is cut in.
    widest: usize,
    /// Columns of its longest word, up to a bound.
    word: usize,
}

impl Strip {
    /// Aligns the `index`th cells of all rows.
    pub fn new(index: usize, column: &Column, rows: &[Vec<Cell>]) -> Self {
        let cells: Vec<&Cell> = rows.iter().map(|row| row.get(index).unwrap_or(&Cell::Empty)).collect();
        let intervals = cells.iter().any(|c| matches!(c, Cell::Interval(_)));
        let (cells, align) = match column.align {
            _ if intervals => (align_intervals(&cells), Align::Left),
            Align::Decimal => (align_decimals(&cells), Align::Right),
            align => (cells.iter().map(|c| clean(&c.to_string())).collect(), align),
        };
        let head = clean(&column.head);
        let widest = cells.iter().map(|c| width(c)).max().unwrap_or(0).max(width(&head));
        // An interval is one word: its ends on two lines read as two numbers.
        let words = cells.iter().chain([&head]).flat_map(|c| glued(c)).map(|w| width(&w)).filter(|w| *w <= WORD);
        let word = words.max().unwrap_or(0);
        Self { head, cells, align, rank: column.rank, width: widest, widest, word }
    }

    /// The head, filled to the width.
    pub fn head(&self) -> String {
        self.fill(&self.head)
    }

    /// A text, filled to the width.
    pub fn fill(&self, text: &str) -> String {
        if self.align == Align::Left { left(text, self.width) } else { right(text, self.width) }
    }
}

/// Point below point; what has no point ends where the point would stand.
fn align_decimals(cells: &[&Cell]) -> Vec<String> {
    let texts: Vec<String> = cells.iter().map(|c| clean(&c.to_string())).collect();
    let after = |t: &str| t.find(['.', '%']).map_or(0, |i| width(&t[i..]));
    let widest = texts.iter().map(|t| after(t)).max().unwrap_or(0);
    texts.iter().map(|t| if t.is_empty() { String::new() } else { format!("{t}{}", " ".repeat(widest - after(t))) }).collect()
}

/// Estimates, lower and upper ends each below each other.
fn align_intervals(cells: &[&Cell]) -> Vec<String> {
    let mut widths = [0; 3];
    for cell in cells {
        if let Cell::Interval(i) = cell {
            for (w, part) in widths.iter_mut().zip([&i.estimate, &i.lower, &i.upper]) {
                *w = (*w).max(width(part));
            }
        }
    }
    let [estimate, lower, upper] = widths;
    let lead = if estimate > 0 { estimate + 1 } else { 0 };
    let show = |cell: &&Cell| match cell {
        Cell::Interval(i) => {
            let point = if i.estimate.is_empty() { " ".repeat(lead) } else { right(&i.estimate, estimate) + " " };
            format!("{point}[{}, {}]", right(&i.lower, lower), right(&i.upper, upper))
        }
        other => clean(&other.to_string()),
    };
    cells.iter().map(show).collect()
}

/// All columns of a table.
struct Grid {
    strips: Vec<Strip>,
    rows: usize,
}

impl Grid {
    fn new(columns: &[Column], rows: &[Vec<Cell>]) -> Self {
        let strips = columns.iter().enumerate().map(|(i, c)| Strip::new(i, c, rows)).collect();
        Self { strips, rows: rows.len() }
    }

    fn total(&self) -> usize {
        total(&self.strips)
    }

    /// Takes columns from the widest texts until the table fits or all are at their least.
    fn shrink_texts(&mut self, available: usize, least: impl Fn(&Strip) -> usize) {
        while self.total() > available {
            let over = self.total() - available;
            let mut texts: Vec<&mut Strip> = self.strips.iter_mut().filter(|s| s.align == Align::Left && s.width > least(s)).collect();
            texts.sort_by_key(|s| std::cmp::Reverse(s.width));
            let next = texts.get(1).map_or(0, |s| s.width);
            let Some(widest) = texts.first_mut() else { return };
            let least = least(widest);
            let room = (widest.width - least).min(over);
            let step = (widest.width - next.max(least)).clamp(1, room);
            widest.width -= step;
        }
    }

    /// Drops the most dispensable column.
    fn drop_one(&mut self) -> bool {
        drop_dispensable(&mut self.strips)
    }

    fn laid(&self, available: usize) -> Laid {
        let head = if self.strips.iter().all(|s| s.head.is_empty()) { Vec::new() } else { self.lines(|s| &s.head, available) };
        let rows = (0..self.rows).map(|r| self.lines(|s| &s.cells[r], available)).collect();
        Laid { head, rows }
    }

    /// One text of each column, side by side.
    fn lines(&self, text: impl Fn(&Strip) -> &str, available: usize) -> Vec<String> {
        let wrapped: Vec<Vec<String>> = self.strips.iter().map(|s| cell_lines(text(s), s)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
        let part = |i: usize| self.strips.iter().zip(&wrapped).map(move |(s, lines)| s.fill(lines.get(i).map_or("", |l| l)));
        (0..height).map(|i| line(part(i), available)).collect()
    }
}

/// The lines of one cell: wrapped only if it is a text wider than its column.
fn cell_lines(text: &str, strip: &Strip) -> Vec<String> {
    if width(text) <= strip.width || strip.align != Align::Left || strip.width < 8 {
        return vec![text.to_owned()];
    }
    wrap(text, strip.width, 0)
}

/// Columns taken by strips and the gaps between them.
pub fn total(strips: &[Strip]) -> usize {
    strips.iter().map(|s| s.width).sum::<usize>() + GAP * strips.len().saturating_sub(1)
}

/// Drops the column of the highest rank; false if all must stay.
pub fn drop_dispensable(strips: &mut Vec<Strip>) -> bool {
    let worst = strips.iter().map(|s| s.rank).max().unwrap_or(0);
    if worst == 0 {
        return false;
    }
    strips.retain(|s| s.rank != worst);
    true
}

/// Texts side by side, without spaces at the end, never longer than `available`.
pub fn line(parts: impl Iterator<Item = String>, available: usize) -> String {
    let joined = parts.collect::<Vec<_>>().join(&" ".repeat(GAP));
    cut(joined.trim_end(), available)
}
