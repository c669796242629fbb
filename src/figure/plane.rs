//! One plot of points and lines on two axes, with a heading and lines below it.

use super::Figure;
use super::font::Fonts;
use super::forest::method_and_status;
use super::frame::{Frame, GREY, SMALL, Scale};
use super::labels;
use super::scene::{Fill, Node, Scene, Stroke, Text};
use super::twin::Twin;
use crate::eval::outcome::{PictureRequest, PoolResult};
use crate::report::words;

/// Around everything.
const MARGIN: f64 = 16.0;
/// Width and height of the area of a plot.
const AREA: [f64; 2] = [460.0, 340.0];

/// The range of an axis before it has pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// From, in units of the axis (logarithms, if so).
    pub low: f64,
    /// To.
    pub high: f64,
    /// Labels are ratios.
    pub log: bool,
    /// Labels are whole numbers.
    pub whole: bool,
    /// The low end stands where the high one would.
    pub reversed: bool,
}

impl Range {
    /// Around values, with a little room; a range of no width gets some.
    pub fn around(values: impl IntoIterator<Item = f64>, log: bool) -> Option<Self> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for x in values.into_iter().filter(|x| x.is_finite()) {
            low = low.min(x);
            high = high.max(x);
        }
        if low > high {
            return None;
        }
        let span = high - low;
        let room = if span > 0.0 { span * 0.05 } else { low.abs().max(1.0) * 0.1 };
        Some(Self { low: low - room, high: high + room, log, whole: false, reversed: false }).filter(|r| (r.high - r.low).is_finite())
    }

    /// From this value on, without room below it.
    pub fn from(self, low: f64) -> Self {
        Self { low, ..self }
    }
}

/// A plot being drawn.
pub struct Plane<'a> {
    /// The area.
    pub frame: Frame,
    /// Below the points.
    pub nodes: Vec<Node>,
    /// Every number drawn.
    pub twin: Twin,
    /// Things to know.
    pub notes: Vec<String>,
    fonts: &'a Fonts<'a>,
    request: &'a PictureRequest,
    /// Points that may get a name: place, radius, name.
    named: Vec<([f64; 2], f64, String)>,
    /// Where the axes and their titles end.
    bottom: f64,
    right: f64,
}

impl<'a> Plane<'a> {
    /// Axes with titles; `columns` are the names of the numbers of a point.
    pub fn new(request: &'a PictureRequest, fonts: &'a Fonts<'a>, ranges: [Range; 2], titles: [&str; 2], columns: &[&'static str]) -> Self {
        Self::with(request, fonts, ranges, titles, columns, AREA[1], true)
    }

    /// Lanes above one axis: nothing is measured upwards.
    pub fn lanes(request: &'a PictureRequest, fonts: &'a Fonts<'a>, ranges: [Range; 2], title: &str, columns: &[&'static str]) -> Self {
        let lanes = ranges[1].high - ranges[1].low;
        Self::with(request, fonts, ranges, [title, ""], columns, (lanes * 120.0).max(160.0), false)
    }

    fn with(
        request: &'a PictureRequest,
        fonts: &'a Fonts<'a>,
        [x, y]: [Range; 2],
        titles: [&str; 2],
        columns: &[&'static str],
        height: f64,
        upright: bool,
    ) -> Self {
        let mut nodes = Vec::new();
        let mut top = MARGIN;
        let mut top_texts = Vec::new();
        if let Some(title) = &request.title {
            for text in fonts.wrapped(title, 14.0, true, AREA[0] + 60.0) {
                top += 16.0;
                nodes.push(Text::new([MARGIN, top - 2.0], &text, 14.0).bold(true).into());
                top_texts.push(text);
            }
            top += 8.0;
        }
        let scale = |r: Range, [a, b]: [f64; 2]| Scale {
            log: r.log,
            whole: r.whole,
            ends: [r.low, r.high],
            pixels: if r.reversed { [b, a] } else { [a, b] },
        };
        // The labels of the vertical axis take as much room as they need.
        let vertical = scale(y, [top + height, top]);
        let labels = if upright { vertical.ticks(fonts, 9, false) } else { Vec::new() };
        let widest = labels.iter().map(|(_, t)| fonts.width(t, SMALL, false)).fold(0.0, f64::max);
        let left = if upright { MARGIN + 28.0 + widest } else { MARGIN + 8.0 };
        let frame = Frame { x: scale(x, [left, left + AREA[0]]), y: vertical };
        let (axes, [xs, ys]) = frame.axes(titles, fonts, upright);
        nodes.extend(axes);
        let mut twin = Twin { columns: columns.to_vec(), rows: Vec::new() };
        top_texts.iter().for_each(|t| twin.text(t.clone()));
        twin.axis("x", &xs);
        twin.axis("y", &ys);
        titles.iter().filter(|t| !t.is_empty()).for_each(|t| twin.text((*t).to_owned()));
        let (bottom, right) = (top + height + 44.0, left + AREA[0]);
        Self { frame, nodes, twin, notes: Vec::new(), fonts, request, named: Vec::new(), bottom, right }
    }

    /// The area in pixels: left, top, right, bottom.
    pub fn edges(&self) -> [f64; 4] {
        self.frame.edges()
    }

    /// Room right of the area.
    pub fn widen(&mut self, by: f64) {
        self.right = self.right.max(self.edges()[2] + by);
    }

    /// A place in units of the axes.
    pub fn at(&self, x: f64, y: f64) -> [f64; 2] {
        [self.frame.x.place(x), self.frame.y.place(y)]
    }

    /// Adds what has no numbers of its own.
    pub fn push(&mut self, node: impl Into<Node>) {
        self.nodes.push(node.into());
    }

    /// A line through places in units of the axes, cut at the edges of the area.
    pub fn line(&mut self, points: &[[f64; 2]], stroke: Stroke) {
        let mut run: Vec<[f64; 2]> = Vec::new();
        for pair in points.windows(2) {
            match self.clipped(self.at(pair[0][0], pair[0][1]), self.at(pair[1][0], pair[1][1])) {
                Some([a, b]) => {
                    if run.last() != Some(&a) {
                        self.end_line(&mut run, stroke);
                        run.push(a);
                    }
                    run.push(b);
                }
                None => self.end_line(&mut run, stroke),
            }
        }
        self.end_line(&mut run, stroke);
    }

    fn end_line(&mut self, run: &mut Vec<[f64; 2]>, stroke: Stroke) {
        if run.len() > 1 {
            self.nodes.push(Node::Line { points: std::mem::take(run), stroke });
        }
        run.clear();
    }

    /// The part of a line within the area (Liang and Barsky).
    fn clipped(&self, a: [f64; 2], b: [f64; 2]) -> Option<[[f64; 2]; 2]> {
        if !a.iter().chain(&b).all(|x| x.is_finite()) {
            return None;
        }
        let [left, top, right, bottom] = self.edges();
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        for (p, q) in [(-dx, a[0] - left), (dx, right - a[0]), (-dy, a[1] - top), (dy, bottom - a[1])] {
            if p == 0.0 {
                if q < 0.0 {
                    return None;
                }
            } else if p < 0.0 {
                from = from.max(q / p);
            } else {
                to = to.min(q / p);
            }
        }
        let point = |t: f64| [a[0] + t * dx, a[1] + t * dy];
        (from <= to).then(|| [if from == 0.0 { a } else { point(from) }, if to == 1.0 { b } else { point(to) }])
    }

    /// A band between two lines over the same x; cut at the upper and lower edge. White lies
    /// below it, so that its colour is that of the legend.
    pub fn band(&mut self, points: &[(f64, [f64; 2])], fill: Fill) {
        let [_, top, _, bottom] = self.edges();
        let place = |x: f64, y: f64| [self.frame.x.place(x), self.frame.y.place(y)];
        let lower = points.iter().map(|(x, [a, _])| place(*x, *a));
        let upper = points.iter().rev().map(|(x, [_, b])| place(*x, *b));
        let all: Vec<[f64; 2]> = lower.chain(upper).collect();
        if !all.iter().flatten().all(|x| x.is_finite()) {
            return;
        }
        let points = cut(&cut(&all, top, 1.0), bottom, -1.0);
        if points.len() > 2 {
            self.nodes.push(Node::Polygon { points: points.clone(), fill: Fill::of("#ffffff"), stroke: None });
            self.nodes.push(Node::Polygon { points, fill, stroke: None });
        }
    }

    /// A point with its numbers, named if names are asked for.
    pub fn point(&mut self, part: &'static str, name: &str, [x, y]: [f64; 2], radius: f64, fill: Fill, values: Vec<Option<f64>>) {
        let at = self.at(x, y);
        self.twin.row(part, name, values, "");
        if !at.iter().all(|x| x.is_finite()) {
            return;
        }
        let node = Node::Circle { at, radius, fill, stroke: Some(Stroke::of("#ffffff", 0.6)) };
        self.nodes.push(super::scene::group(name, vec![node]));
        self.named.push((at, radius, name.to_owned()));
    }

    /// Names the points that have been drawn.
    pub fn name_points(&mut self, which: impl Fn(usize) -> bool) {
        let points: Vec<([f64; 2], f64, &str)> = self.named.iter().map(|(at, r, n)| (*at, *r, n.as_str())).collect();
        let wanted: Vec<_> = points.iter().enumerate().filter(|(i, _)| which(*i)).map(|(_, p)| *p).collect();
        let texts = super::scene::texts_of(&self.nodes).into_iter().map(|t| t.bounds(self.fonts));
        // Bars are as much in the way as points.
        let bars = self.nodes.iter().filter_map(|node| match node {
            Node::Line { points, stroke } if stroke.width >= 1.6 && points.len() == 2 && points[0][1] == points[1][1] => {
                let ([a, y], half) = (points[0], stroke.width / 2.0);
                Some([a.min(points[1][0]), y - half, a.max(points[1][0]), y + half])
            }
            Node::Circle { at: [x, y], radius, .. } => Some([x - radius, y - radius, x + radius, y + radius]),
            _ => None,
        });
        let taken: Vec<[f64; 4]> = points.iter().map(|([x, y], r, _)| [x - r, y - r, x + r, y + r]).chain(texts).chain(bars).collect();
        let [left, top, right, bottom] = self.edges();
        let (nodes, without) = labels::beside(&wanted, [left + 2.0, top + 1.0, right, bottom - 2.0], &taken, self.fonts);
        for node in &nodes {
            if let Node::Text(text) = node {
                self.twin.row("name", text.text.clone(), Vec::new(), text.text.clone());
            }
        }
        if without > 0 {
            let names = crate::number::plural(without, "name has", "names have");
            self.notes.push(format!("{names} no room beside the points; the CSV has them all"));
        }
        self.nodes.extend(nodes);
    }

    /// A row of samples with what they stand for, below the axes.
    pub fn legend(&mut self, entries: &[(Sample, &str)]) {
        let [left, _, right, _] = self.edges();
        let mut x = left;
        self.bottom += 4.0;
        for (sample, text) in entries {
            let width = 26.0 + self.fonts.width(text, 10.0, false);
            if x + width > right + 20.0 && x > left {
                x = left;
                self.bottom += 16.0;
            }
            let y = self.bottom + 6.0;
            self.nodes.push(match sample {
                Sample::Area(fill) => {
                    Node::Rect { at: [x, y - 5.0], size: [14.0, 10.0], fill: *fill, stroke: Some(Stroke::of("#999999", 0.5)) }
                }
                Sample::Line(stroke) => Node::Line { points: vec![[x, y], [x + 16.0, y]], stroke: *stroke },
                Sample::Point(fill, stroke) => Node::Circle { at: [x + 8.0, y], radius: 4.0, fill: *fill, stroke: *stroke },
            });
            self.nodes.push(Text::new([x + 21.0, y + 3.5], *text, 10.0).into());
            self.twin.text((*text).to_owned());
            x += width + 14.0;
        }
        self.bottom += 18.0;
    }

    /// The picture, with lines below: those given, then the method and the status of `result`.
    pub fn finish(mut self, result: &PoolResult, what: &str, lines: &[String]) -> Figure {
        let width = self.right + MARGIN + 8.0;
        let mut y = self.bottom;
        let asides = method_and_status(result, self.request);
        let all = lines.iter().map(|l| (l, SMALL, "#000000")).chain(asides.iter().map(|l| (l, 10.0, GREY)));
        for (line, size, colour) in all {
            for text in self.fonts.wrapped(line, size, false, width - 2.0 * MARGIN) {
                y += size + 3.5;
                self.nodes.push(Text::new([MARGIN, y], text, size).coloured(colour).into());
            }
            self.twin.text(line.clone());
        }
        let title = self.request.title.clone().unwrap_or_else(|| {
            let k = crate::number::plural(result.k, "study", "studies");
            format!("{what} of {}: {}, {k}", super::outcome_of(self.request, result), words::label(result))
        });
        let description = [lines, &asides].concat().join(". ");
        let scene = Scene { width, height: y + MARGIN, title, description, nodes: self.nodes, families: Vec::new() };
        Figure { scene, twin: self.twin, notes: self.notes }
    }
}

/// The part of a shape below a height (`side` 1) or above it (-1), in pixels (Sutherland and Hodgman).
fn cut(points: &[[f64; 2]], height: f64, side: f64) -> Vec<[f64; 2]> {
    let inside = |p: &[f64; 2]| side * (p[1] - height) >= 0.0;
    let mut out = Vec::new();
    for (i, b) in points.iter().enumerate() {
        let a = &points[(i + points.len() - 1) % points.len()];
        if inside(a) != inside(b) {
            let t = (height - a[1]) / (b[1] - a[1]);
            out.push([a[0] + t * (b[0] - a[0]), height]);
        }
        if inside(b) {
            out.push(*b);
        }
    }
    out
}

/// What stands before the words of a legend.
#[derive(Debug, Clone, Copy)]
pub enum Sample {
    /// A filled area.
    Area(Fill),
    /// A line.
    Line(Stroke),
    /// A point.
    Point(Fill, Option<Stroke>),
}
