//! A picture before it is bytes: shapes and texts at places.
//!
//! Units are CSS pixels (1/96 inch); y grows downwards; the place of a text is on its baseline.
//! A scene knows nothing of effects, and the renderers know nothing of scenes' subjects.

use super::font::Fonts;

/// A colour, as `#rrggbb`.
pub type Colour = &'static str;

/// A picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
    /// What it shows, in a few words: the title for screen readers.
    pub title: String,
    /// What it says, in a few sentences, for those who don't see it.
    pub description: String,
    /// Font families after the bundled one, such as that of a given font.
    pub families: Vec<String>,
    /// In order of painting.
    pub nodes: Vec<Node>,
}

/// A shape, or several under one name.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Shapes that belong together: a row, a point with its label.
    Group {
        /// Shown by a browser when the pointer rests on it, and read aloud; may be empty.
        title: String,
        /// In order of painting.
        nodes: Vec<Node>,
    },
    /// A line through points.
    Line {
        /// At least two.
        points: Vec<[f64; 2]>,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// An upright rectangle.
    Rect {
        /// Its upper left corner.
        at: [f64; 2],
        /// Width and height.
        size: [f64; 2],
        /// Inside.
        fill: Fill,
        /// Outline.
        stroke: Option<Stroke>,
    },
    /// A closed shape with straight sides.
    Polygon {
        /// At least three.
        points: Vec<[f64; 2]>,
        /// Inside.
        fill: Fill,
        /// Outline.
        stroke: Option<Stroke>,
    },
    /// A circle.
    Circle {
        /// Its centre.
        at: [f64; 2],
        /// Its radius.
        radius: f64,
        /// Inside.
        fill: Fill,
        /// Outline.
        stroke: Option<Stroke>,
    },
    /// A line of text.
    Text(Text),
}

/// The inside of a shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fill {
    /// Its colour.
    pub colour: Colour,
    /// 0 to 1.
    pub opacity: f64,
}

impl Fill {
    /// Opaque.
    pub fn of(colour: Colour) -> Self {
        Self { colour, opacity: 1.0 }
    }

    /// Not opaque.
    pub fn faint(colour: Colour, opacity: f64) -> Self {
        Self { colour, opacity }
    }
}

/// A drawn line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Pixels.
    pub width: f64,
    /// Lengths of dash and gap.
    pub dash: Option<[f64; 2]>,
}

impl Stroke {
    /// Without gaps.
    pub fn of(colour: Colour, width: f64) -> Self {
        Self { colour, width, dash: None }
    }

    /// With gaps.
    pub fn dashed(colour: Colour, width: f64, dash: [f64; 2]) -> Self {
        Self { colour, width, dash: Some(dash) }
    }
}

/// Where the place of a text lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// At its left end.
    Start,
    /// In its middle.
    Middle,
    /// At its right end.
    End,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// On the baseline.
    pub at: [f64; 2],
    /// What it says.
    pub text: String,
    /// Height of the font, pixels.
    pub size: f64,
    /// Bold.
    pub bold: bool,
    /// What lies at its place.
    pub anchor: Anchor,
    /// Its colour.
    pub colour: Colour,
    /// Read upwards, turned about its place.
    pub upright: bool,
    /// With a white rim, to be read over lines.
    pub rim: bool,
}

impl Text {
    /// Black, regular, from its left end.
    pub fn new(at: [f64; 2], text: impl Into<String>, size: f64) -> Self {
        Self { at, text: text.into(), size, bold: false, anchor: Anchor::Start, colour: "#000000", upright: false, rim: false }
    }

    /// Bold, if so.
    pub fn bold(self, bold: bool) -> Self {
        Self { bold, ..self }
    }

    /// Anchored elsewhere.
    pub fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// In another colour.
    pub fn coloured(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// With a white rim.
    pub fn rimmed(self) -> Self {
        Self { rim: true, ..self }
    }

    /// Turned to be read upwards.
    pub fn upright(self) -> Self {
        Self { upright: true, ..self }
    }

    /// The box it fills: left, top, right, bottom.
    pub fn bounds(&self, fonts: &Fonts) -> [f64; 4] {
        let width = fonts.width(&self.text, self.size, self.bold);
        let before = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        };
        let (up, down) = (self.size * ASCENT, self.size * DESCENT);
        let [x, y] = self.at;
        if self.upright { [x - up, y - width + before, x + down, y + before] } else { [x - before, y - up, x - before + width, y + down] }
    }
}

/// The height of letters above the baseline, of the size of the font. Accents on capitals stand above.
pub const ASCENT: f64 = 0.75;
/// What hangs below it.
pub const DESCENT: f64 = 0.22;

impl Scene {
    /// All texts, groups gone through.
    pub fn texts(&self) -> Vec<&Text> {
        texts_of(&self.nodes)
    }

    /// Adds a shape.
    pub fn push(&mut self, node: impl Into<Node>) {
        self.nodes.push(node.into());
    }
}

/// All texts of some nodes, groups gone through.
pub fn texts_of(nodes: &[Node]) -> Vec<&Text> {
    let mut out = Vec::new();
    collect(nodes, &mut out);
    out
}

/// Changes the words of all texts of some nodes.
pub fn reword(nodes: &mut [Node], word: &impl Fn(&str) -> String) {
    for node in nodes {
        match node {
            Node::Group { nodes, .. } => reword(nodes, word),
            Node::Text(text) => text.text = word(&text.text),
            _ => {}
        }
    }
}

fn collect<'a>(nodes: &'a [Node], out: &mut Vec<&'a Text>) {
    for node in nodes {
        match node {
            Node::Group { nodes, .. } => collect(nodes, out),
            Node::Text(text) => out.push(text),
            _ => {}
        }
    }
}

impl From<Text> for Node {
    fn from(text: Text) -> Self {
        Node::Text(text)
    }
}

/// A straight line.
pub fn line(a: [f64; 2], b: [f64; 2], stroke: Stroke) -> Node {
    Node::Line { points: vec![a, b], stroke }
}

/// A group with a title.
pub fn group(title: impl Into<String>, nodes: Vec<Node>) -> Node {
    Node::Group { title: title.into(), nodes }
}
