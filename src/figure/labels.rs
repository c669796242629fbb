//! Names beside points, where there is room.

use super::font::Fonts;
use super::scene::{Anchor, Node, Text};

/// Height of the letters.
const SIZE: f64 = 10.0;

/// Names beside points: right, left, above or below, wherever nothing is covered; a name that
/// has no place is left out, and counted.
pub fn beside(points: &[([f64; 2], f64, &str)], edges: [f64; 4], taken: &[[f64; 4]], fonts: &Fonts) -> (Vec<Node>, usize) {
    let mut boxes: Vec<[f64; 4]> = taken.to_vec();
    boxes.extend(points.iter().map(|([x, y], r, _)| [x - r * 0.7, y - r * 0.7, x + r * 0.7, y + r * 0.7]));
    let (mut nodes, mut without) = (Vec::new(), 0);
    for ([x, y], r, name) in points {
        let places = [
            ([x + r + 3.0, y + 3.5], Anchor::Start),
            ([x - r - 3.0, y + 3.5], Anchor::End),
            ([*x, y - r - 4.0], Anchor::Middle),
            ([*x, y + r + 10.0], Anchor::Middle),
        ];
        let text = |(at, anchor)| Text::new(at, fonts.fitted(name, SIZE, false, 160.0), SIZE).anchored(anchor).coloured("#444444").rimmed();
        let free = |text: &Text| {
            let [a, b, c, d] = text.bounds(fonts);
            let inside = a >= edges[0] && b >= edges[1] && c <= edges[2] && d <= edges[3];
            // A name nearer to another point would be read as that one's.
            let away = |[px, py]: [f64; 2], r: f64| libm::hypot((px - px.clamp(a, c)).abs(), (py - py.clamp(b, d)).abs()) - r;
            let own = away([*x, *y], *r);
            let nearest = || points.iter().all(|(at, radius, _)| *at == [*x, *y] || away(*at, *radius) > own + 2.0);
            inside && !boxes.iter().any(|o| a < o[2] && o[0] < c && b < o[3] && o[1] < d) && nearest()
        };
        match places.into_iter().map(text).find(free) {
            Some(text) => {
                boxes.push(text.bounds(fonts));
                nodes.push(text.into());
            }
            None => without += 1,
        }
    }
    (nodes, without)
}
