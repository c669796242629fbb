//! What is drawn in the plot of a forest: squares, lines, diamonds, arrows, judgements.

use super::rows::{Kind, Row};
use super::style::Style;
use crate::bias::Level;
use crate::figure::frame::Scale;
use crate::figure::scene::{Anchor, Fill, Node, Stroke, Text, line};

/// Half the length of an arrow's head.
const HEAD: f64 = 4.0;

/// The mark of a row. `largest` is the side of the largest square.
pub fn mark(row: &Row, y: f64, scale: &Scale, style: &Style, largest: f64) -> Vec<Node> {
    let mut out = Vec::new();
    let ends = row.ends.filter(|e| e.iter().all(|x| !x.is_nan()));
    match row.kind {
        Kind::Study => {
            if let Some(x) = row.estimate.filter(|x| scale.holds(*x)) {
                // The area is proportional to the weight; a pixel stays of the smallest.
                let side = (largest * row.share.max(0.0).sqrt()).max(1.0);
                let at = [scale.at(x) - side / 2.0, y - side / 2.0];
                out.push(Node::Rect { at, size: [side, side], fill: Fill::of(style.square), stroke: None });
            } else if let (Some(x), None) = (row.estimate.filter(|x| !x.is_nan()), ends) {
                out.push(arrow(x, y, scale, style.line));
            }
            // Over the square, so that an interval that is shorter is seen.
            out.extend(ends.into_iter().flat_map(|ends| interval(ends, y, scale, Stroke::of(style.line, 1.2))));
        }
        Kind::Group | Kind::Pooled => {
            if let (Some(x), Some([a, b])) = (row.estimate.filter(|x| !x.is_nan()), ends) {
                let half = if row.kind == Kind::Pooled { 6.5 } else { 5.5 };
                let [left, middle, right] = [a, x, b].map(|x| scale.clamped(x));
                let points = vec![[left, y], [middle, y - half], [right, y], [middle, y + half]];
                out.push(Node::Polygon { points, fill: Fill::of(style.diamond), stroke: Some(Stroke::of(style.line, 0.8)) });
                out.extend(cut([a, b], y, scale, style.line));
            }
        }
        Kind::Prediction => {
            if let Some(ends) = ends {
                let [a, b] = ends.map(|x| scale.clamped(x));
                let fill = Fill::faint(style.prediction, 0.75);
                let bar = Node::Rect { at: [a, y - 2.5], size: [(b - a).max(0.5), 5.0], fill, stroke: None };
                out.push(bar);
                out.extend(cut(ends, y, scale, style.prediction));
            }
        }
        Kind::Heading | Kind::Note => {}
    }
    out
}

/// An interval: a line within the plot, an arrow where it goes on.
fn interval(ends: [f64; 2], y: f64, scale: &Scale, stroke: Stroke) -> Vec<Node> {
    let [a, b] = ends;
    let outside = |x: f64| !scale.holds(x);
    let [left, right] = scale.pixels;
    if outside(a) && outside(b) && scale.clamped(a) == scale.clamped(b) {
        return vec![arrow(a, y, scale, stroke.colour)];
    }
    let mut out = vec![line([scale.clamped(a).max(left), y], [scale.clamped(b).min(right), y], stroke)];
    out.extend(cut(ends, y, scale, stroke.colour));
    out
}

/// Arrows at the ends that lie outside.
fn cut(ends: [f64; 2], y: f64, scale: &Scale, colour: &'static str) -> Vec<Node> {
    ends.into_iter().filter(|x| !scale.holds(*x)).map(|x| arrow(x, y, scale, colour)).collect()
}

/// An arrow at the edge beyond which a value lies.
fn arrow(x: f64, y: f64, scale: &Scale, colour: &'static str) -> Node {
    let edge = scale.clamped(x);
    let back = if edge <= (scale.pixels[0] + scale.pixels[1]) / 2.0 { HEAD * 1.6 } else { -HEAD * 1.6 };
    Node::Polygon { points: vec![[edge, y], [edge + back, y - HEAD], [edge + back, y + HEAD]], fill: Fill::of(colour), stroke: None }
}

/// A judgement of risk of bias: a disc with its sign.
pub fn judgement(level: Level, x: f64, y: f64) -> Vec<Node> {
    let (fill, ink) = level.colours(false);
    let size = if level == Level::Critical { 9.0 } else { 11.0 };
    let sign = Text::new([x, y + 0.36 * size], level.symbol(), size).bold(true).anchored(Anchor::Middle).coloured(ink);
    vec![Node::Circle { at: [x, y], radius: 7.5, fill: Fill::of(fill), stroke: Some(Stroke::of("#333333", 0.5)) }, sign.into()]
}
