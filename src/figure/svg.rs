//! A scene as SVG: the same bytes for the same scene.

use super::font::FAMILY;
use super::scene::{Anchor, Fill, Node, Scene, Stroke, Text};
use std::fmt::Write;

/// The text of an SVG file.
pub fn svg(scene: &Scene) -> String {
    let mut out = String::with_capacity(4096 + scene.nodes.len() * 400);
    let (w, h) = (number(scene.width), number(scene.height));
    let mut families = vec![FAMILY.to_owned(), "Liberation Sans".into(), "Arial".into(), "Helvetica".into()];
    families.extend(scene.families.iter().cloned());
    let families: Vec<String> = families.iter().map(|f| format!("'{}'", f.replace(['\'', '\\'], ""))).collect();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-labelledby=\"title desc\" font-family=\"{}, sans-serif\">",
        escaped(&families.join(", "))
    );
    let _ = writeln!(out, "<title id=\"title\">{}</title>", escaped(&scene.title));
    let _ = writeln!(out, "<desc id=\"desc\">{}</desc>", escaped(&scene.description));
    let _ = writeln!(out, "<rect width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/>");
    for one in &scene.nodes {
        node(&mut out, one);
    }
    out.push_str("</svg>\n");
    out
}

fn node(out: &mut String, node_: &Node) {
    match node_ {
        Node::Group { title, nodes } => {
            out.push_str("<g>");
            if !title.is_empty() {
                let _ = write!(out, "<title>{}</title>", escaped(title));
            }
            out.push('\n');
            for one in nodes {
                node(out, one);
            }
            out.push_str("</g>\n");
        }
        Node::Line { points, stroke } => match points.as_slice() {
            [a, b] => {
                let _ =
                    write!(out, "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"", number(a[0]), number(a[1]), number(b[0]), number(b[1]));
                stroked(out, stroke);
                out.push_str("/>\n");
            }
            _ => {
                let _ = write!(out, "<polyline points=\"{}\" fill=\"none\"", places(points));
                stroked(out, stroke);
                out.push_str("/>\n");
            }
        },
        Node::Rect { at, size, fill, stroke } => {
            let [x, y, w, h] = [at[0], at[1], size[0], size[1]].map(number);
            let _ = write!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"");
            closed(out, fill, stroke.as_ref());
        }
        Node::Polygon { points, fill, stroke } => {
            let _ = write!(out, "<polygon points=\"{}\"", places(points));
            closed(out, fill, stroke.as_ref());
        }
        Node::Circle { at, radius, fill, stroke } => {
            let _ = write!(out, "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", number(at[0]), number(at[1]), number(*radius));
            closed(out, fill, stroke.as_ref());
        }
        Node::Text(text) => words(out, text),
    }
}

fn words(out: &mut String, text: &Text) {
    let [x, y] = text.at.map(number);
    let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"", number(text.size));
    if text.bold {
        out.push_str(" font-weight=\"bold\"");
    }
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
        Anchor::End => out.push_str(" text-anchor=\"end\""),
    }
    if text.colour != "#000000" {
        let _ = write!(out, " fill=\"{}\"", text.colour);
    }
    if text.rim {
        out.push_str(" stroke=\"#ffffff\" stroke-width=\"2.5\" stroke-linejoin=\"round\" paint-order=\"stroke\"");
    }
    if text.upright {
        let _ = write!(out, " transform=\"rotate(-90 {x} {y})\"");
    }
    let _ = writeln!(out, ">{}</text>", escaped(&text.text));
}

fn closed(out: &mut String, fill: &Fill, stroke: Option<&Stroke>) {
    let _ = write!(out, " fill=\"{}\"", fill.colour);
    if fill.opacity < 1.0 {
        let _ = write!(out, " fill-opacity=\"{}\"", number(fill.opacity));
    }
    if let Some(stroke) = stroke {
        stroked(out, stroke);
    }
    out.push_str("/>\n");
}

fn stroked(out: &mut String, stroke: &Stroke) {
    let _ = write!(out, " stroke=\"{}\" stroke-width=\"{}\"", stroke.colour, number(stroke.width));
    if let Some([dash, gap]) = stroke.dash {
        let _ = write!(out, " stroke-dasharray=\"{} {}\"", number(dash), number(gap));
    }
}

fn places(points: &[[f64; 2]]) -> String {
    points.iter().map(|[x, y]| format!("{},{}", number(*x), number(*y))).collect::<Vec<_>>().join(" ")
}

/// A place: two decimals are a hundredth of a pixel.
fn number(x: f64) -> String {
    let rounded = libm::round(x * 100.0) / 100.0;
    if rounded == 0.0 { "0".into() } else { format!("{rounded}") }
}

/// A text that may stand in XML; control characters may not.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
