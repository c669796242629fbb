//! The area of a plot: from values to places, axes with their ticks and titles.

use super::font::Fonts;
use super::scene::{Anchor, Node, Stroke, Text, line};
use crate::axis;
use crate::number;

/// Ink of axes.
pub const INK: &str = "#333333";
/// Ink of what stands back.
pub const GREY: &str = "#6b6b6b";
/// Ink of lines that only guide the eye.
pub const PALE: &str = "#cccccc";
/// Height of the letters at an axis.
pub const SMALL: f64 = 11.0;

/// A round value at an axis: `0.5`, `1e20`.
pub fn label(x: f64) -> String {
    let text = number::significant(x, 6);
    match text.split_once('e') {
        Some((digits, power)) => format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.')),
        None => text,
    }
}

/// One direction of a plot: values between two ends, pixels between two others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Equal ratios stand equally far apart.
    pub log: bool,
    /// Its values are whole numbers, such as years.
    pub whole: bool,
    /// Where the axis begins and ends, in its own units (logarithms, if so).
    pub ends: [f64; 2],
    /// The pixels of the two.
    pub pixels: [f64; 2],
}

impl Scale {
    /// The pixel of a value of the axis; outside, beyond the ends.
    pub fn at(&self, x: f64) -> f64 {
        self.place(axis::along(x, self.log))
    }

    /// The pixel of a place of the axis.
    pub fn place(&self, x: f64) -> f64 {
        let share = (x - self.ends[0]) / (self.ends[1] - self.ends[0]);
        self.pixels[0] + share * (self.pixels[1] - self.pixels[0])
    }

    /// Whether a value lies between the ends.
    pub fn holds(&self, x: f64) -> bool {
        let x = axis::along(x, self.log);
        x >= self.ends[0].min(self.ends[1]) && x <= self.ends[0].max(self.ends[1])
    }

    /// The pixel of a value, at the edge where it lies outside.
    pub fn clamped(&self, x: f64) -> f64 {
        let [a, b] = self.pixels;
        self.at(x).clamp(a.min(b), a.max(b))
    }

    /// The densest round values whose labels do not touch.
    pub fn ticks(&self, fonts: &Fonts, most: usize, across: bool) -> Vec<(f64, String)> {
        let (low, high) = (self.ends[0].min(self.ends[1]), self.ends[0].max(self.ends[1]));
        let sets = axis::ticks(low, high, self.log);
        let label = |x: &f64| (*x, label(*x));
        let place = |set: &Vec<f64>| -> Vec<(f64, String)> {
            set.iter().filter(|x| self.holds(**x) && !(self.whole && x.fract() != 0.0)).map(label).collect()
        };
        let room = |set: &Vec<(f64, String)>| {
            let spans: Vec<[f64; 2]> = set.iter().map(|(x, text)| self.label_span(*x, text, fonts, across)).collect();
            set.len() <= most && spans.windows(2).all(|w| w[0][1] + 6.0 <= w[1][0] || w[1][1] + 6.0 <= w[0][0])
        };
        sets.iter().map(place).find(|set| !set.is_empty() && room(set)).unwrap_or_default()
    }

    /// From where to where the label of a tick reaches along the axis.
    fn label_span(&self, x: f64, text: &str, fonts: &Fonts, across: bool) -> [f64; 2] {
        let half = if across { fonts.width(text, SMALL, false) / 2.0 } else { SMALL * 0.5 };
        [self.at(x) - half, self.at(x) + half]
    }
}

/// An area with a horizontal and a vertical scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Left to right.
    pub x: Scale,
    /// Bottom to top: the first pixel is the lower edge, unless the axis is reversed.
    pub y: Scale,
}

impl Frame {
    /// Left, top, right, bottom.
    pub fn edges(&self) -> [f64; 4] {
        let ([a, b], [c, d]) = (self.x.pixels, self.y.pixels);
        [a.min(b), c.min(d), a.max(b), c.max(d)]
    }

    /// Axes at the left (if upright) and lower edge with ticks and titles, and the ticks drawn (x, then y).
    pub fn axes(&self, titles: [&str; 2], fonts: &Fonts, upright: bool) -> (Vec<Node>, [Vec<(f64, String)>; 2]) {
        let [left, top, right, bottom] = self.edges();
        let stroke = Stroke::of(INK, 1.0);
        let mut nodes = vec![line([left, bottom], [right, bottom], stroke), line([left, top], [left, bottom], stroke)];
        let xs = self.x.ticks(fonts, 9, true);
        let ys = if upright { self.y.ticks(fonts, 9, false) } else { Vec::new() };
        for (x, text) in &xs {
            let at = self.x.at(*x);
            nodes.push(line([at, bottom], [at, bottom + 5.0], stroke));
            // A long label at the right end stays on the canvas.
            let at = at.min(right + 20.0 - fonts.width(text, SMALL, false) / 2.0);
            nodes.push(Text::new([at, bottom + 18.0], text, SMALL).anchored(Anchor::Middle).coloured(INK).into());
        }
        let mut widest: f64 = 0.0;
        for (y, text) in &ys {
            let at = self.y.at(*y);
            nodes.push(line([left - 5.0, at], [left, at], stroke));
            nodes.push(Text::new([left - 8.0, at + 4.0], text, SMALL).anchored(Anchor::End).coloured(INK).into());
            widest = widest.max(fonts.width(text, SMALL, false));
        }
        let middle = [(left + right) / 2.0, (top + bottom) / 2.0];
        let room = [right - left, bottom - top];
        let title = |i: usize| fonts.fitted(titles[i], 12.0, false, room[i]);
        nodes.push(Text::new([middle[0], bottom + 38.0], title(0), 12.0).anchored(Anchor::Middle).into());
        if upright {
            nodes.push(Text::new([left - 18.0 - widest, middle[1]], title(1), 12.0).anchored(Anchor::Middle).upright().into());
        }
        (nodes, [xs, ys])
    }
}
