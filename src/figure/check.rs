//! What may not be in a picture: texts over texts, texts cut off at the edge.

use super::font::Fonts;
use super::scene::{Scene, Text};

/// Texts may touch by this much: hinting and kerning.
const SLACK: f64 = 0.25;

/// Every text that leaves the canvas, and every two texts that cover each other.
///
/// Texts are compared in the order of their tops, so that a forest of a thousand rows takes
/// no longer than it has to.
pub fn faults(scene: &Scene, fonts: &Fonts) -> Vec<String> {
    let mut boxes: Vec<(&Text, [f64; 4])> =
        scene.texts().into_iter().filter(|t| !t.text.trim().is_empty()).map(|t| (t, t.bounds(fonts))).collect();
    let mut out = Vec::new();
    for (text, [left, top, right, bottom]) in &boxes {
        if *left < -SLACK || *top < -SLACK || *right > scene.width + SLACK || *bottom > scene.height + SLACK {
            out.push(format!("`{}` leaves the canvas", text.text));
        }
    }
    boxes.sort_by(|a, b| a.1[1].total_cmp(&b.1[1]));
    for (i, (one, a)) in boxes.iter().enumerate() {
        for (other, b) in &boxes[i + 1..] {
            if b[1] >= a[3] - SLACK {
                break;
            }
            if a[0] < b[2] - SLACK && b[0] < a[2] - SLACK {
                out.push(format!("`{}` and `{}` cover each other", one.text, other.text));
            }
        }
    }
    out
}
