//! A document as one HTML file: semantic, readable on a phone and on paper, without the network.
//!
//! Tables have captions and heads with a scope, pictures stand in the text as SVG with a title
//! and a description, and the same document always gives the same bytes.

use super::document::{Align, Block, Cell, Column, Document, Figure, Link};
use super::text::in_item;
use super::width::clean_lines;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The look: fonts of the system, one column, tables that scroll by themselves where they are
/// wider than the screen, and black on white in print.
const STYLE: &str = include_str!("html.css");

/// Headings of at most this depth stand in the table of contents.
const CONTENTS: u8 = 2;

/// A table of more columns than this is wider than a sheet of paper.
const WIDE: usize = 9;

/// The whole file; `title` names it in the browser.
pub fn page(title: &str, document: &Document) -> String {
    let mut body = Body::default();
    let text = body.document(document);
    let mut out = String::with_capacity(text.len() + 4096);
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"Weald {}\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        super::json::VERSION,
        escape(title)
    );
    out.push_str("<a class=\"skip\" href=\"#content\">Skip to the text</a>\n<main id=\"content\">\n");
    // The contents stand below the title, not before it.
    let (title, rest) = text.find("</h1>\n").map_or(("", text.as_str()), |at| text.split_at(at + "</h1>\n".len()));
    out.push_str(title);
    if body.contents.len() > 2 {
        out.push_str(&contents(&body.contents));
    }
    let _ = write!(out, "{rest}</main>\n</body>\n</html>\n");
    out
}

/// The headings as a list of links, nested by depth.
fn contents(headings: &[(u8, String, String)]) -> String {
    let mut out = String::from("<nav aria-label=\"Contents\">\n<details>\n<summary>Contents</summary>\n<ul>\n");
    let mut inside = false;
    for (i, (level, id, text)) in headings.iter().enumerate() {
        let deeper = headings.get(i + 1).is_some_and(|next| next.0 > *level);
        let _ = write!(out, "<li><a href=\"#{id}\">{}</a>", escape(text));
        if *level < CONTENTS && deeper {
            out.push_str("\n<ul>\n");
            inside = true;
        } else {
            out.push_str("</li>\n");
            let ends = inside && headings.get(i + 1).is_none_or(|next| next.0 < CONTENTS);
            if ends {
                out.push_str("</ul>\n</li>\n");
                inside = false;
            }
        }
    }
    out.push_str("</ul>\n</details>\n</nav>\n");
    out
}

/// What is known while blocks are written.
#[derive(Default)]
struct Body {
    /// Names of anchors given so far: each stands once.
    taken: BTreeSet<String>,
    /// The name of what follows.
    anchor: Option<String>,
    /// The caption of what follows.
    caption: Option<String>,
    /// Level, anchor and text of the headings.
    contents: Vec<(u8, String, String)>,
    /// How deep the last heading stands: levels are never left out.
    depth: u8,
    /// How many pictures there are, to keep their names apart.
    figures: usize,
    /// How many tables there are, for the same.
    tables: usize,
}

impl Body {
    fn document(&mut self, document: &Document) -> String {
        document.blocks.iter().map(|b| self.block(b)).collect()
    }

    fn block(&mut self, block: &Block) -> String {
        match block {
            Block::Heading(level, text) => self.heading(*level, text),
            Block::Code(code) => format!("<pre tabindex=\"0\"><code>{}</code></pre>\n", escape(&clean_lines(code))),
            Block::Facts(facts) => facts_list(facts),
            Block::Table(t) => self.table(&t.columns, t.rows.iter().map(Vec::as_slice)),
            Block::Forest(f) => self.table(&f.columns, f.rows.iter().map(|r| r.cells.as_slice())),
            Block::Paragraph(text) => format!("<p{}>{}</p>\n", self.id(), prose(text)),
            Block::List(items) => {
                let items: String = items.iter().map(|i| format!("<li>{}</li>\n", prose(i))).collect();
                format!("<ul{}>\n{items}</ul>\n", self.id())
            }
            Block::Note { code, text } if code.is_empty() => format!("<p class=\"note\">{}</p>\n", prose(text)),
            Block::Note { code, text } => format!("<p class=\"note\"><strong>{}</strong> {}</p>\n", escape(code), prose(text)),
            Block::Text(text) => format!("<pre tabindex=\"0\">{}</pre>\n", escape(clean_lines(text).trim_end())),
            Block::Anchor(id) => {
                // Two anchors on one place: the first becomes a place of its own.
                let before = self.anchor.replace(id.clone()).map(|id| self.unique(&id));
                before.map(|id| format!("<span id=\"{id}\"></span>\n")).unwrap_or_default()
            }
            Block::Caption(text) => {
                self.caption = Some(text.clone());
                String::new()
            }
            Block::Figure(f) => self.figure(f),
            Block::Gap { item, text } => {
                let id = self.id();
                format!("<p class=\"gap\"{id}><strong>To be written{}.</strong> {}</p>\n", escape(&in_item(item)), prose(text))
            }
        }
    }

    /// An anchor that no other place has.
    fn unique(&mut self, wanted: &str) -> String {
        let base = slug(wanted);
        let mut id = base.clone();
        let mut n = 2;
        while !self.taken.insert(id.clone()) {
            id = format!("{base}-{n}");
            n += 1;
        }
        id
    }

    /// ` id="…"`, if an anchor waits for its place.
    fn id(&mut self) -> String {
        match self.anchor.take() {
            Some(id) => format!(" id=\"{}\"", self.unique(&id)),
            None => String::new(),
        }
    }

    fn heading(&mut self, level: u8, text: &str) -> String {
        let level = level.clamp(1, 6).min(self.depth + 1);
        self.depth = level;
        let wanted = self.anchor.take().unwrap_or_else(|| text.to_owned());
        let id = self.unique(&wanted);
        if (2..=CONTENTS + 1).contains(&level) {
            self.contents.push((level - 1, id.clone(), text.to_owned()));
        }
        format!("<h{level} id=\"{id}\">{}</h{level}>\n", escape(text))
    }

    fn table<'a>(&mut self, columns: &[Column], rows: impl Iterator<Item = &'a [Cell]>) -> String {
        let id = self.id();
        let caption = self.caption.take();
        let label = caption.clone().unwrap_or_else(|| self.contents.last().map_or_else(|| "Table".to_owned(), |c| c.2.clone()));
        self.tables += 1;
        let label = format!("Table {}: {label}", self.tables);
        // On paper a table of many columns has a page of its own, turned.
        let wide = if columns.len() > WIDE { " wide" } else { "" };
        let mut out =
            format!("<div class=\"scroll{wide}\" role=\"region\" aria-label=\"{}\" tabindex=\"0\"{id}>\n<table>\n", attribute(&label));
        if let Some(caption) = caption {
            let _ = writeln!(out, "<caption>{}</caption>", escape(&caption));
        }
        out.push_str("<thead><tr>");
        for column in columns {
            let class = if column.align == Align::Left { "" } else { " class=\"n\"" };
            // A head without a text would tell a screen reader nothing.
            if column.head.trim().is_empty() {
                let _ = write!(out, "<td{class}></td>");
            } else {
                let _ = write!(out, "<th scope=\"col\"{class}>{}</th>", escape(&column.head));
            }
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for cells in rows {
            out.push_str("<tr>");
            for (i, column) in columns.iter().enumerate() {
                let text = cells.get(i).map(cell).unwrap_or_default();
                match (i, column.align) {
                    (0, Align::Left) if !text.is_empty() => {
                        let _ = write!(out, "<th scope=\"row\">{text}</th>");
                    }
                    // An interval over several lines can't be read.
                    (_, Align::Left) if matches!(cells.get(i), Some(Cell::Interval(_))) => {
                        let _ = write!(out, "<td class=\"i\">{text}</td>");
                    }
                    (_, Align::Left) => {
                        let _ = write!(out, "<td>{text}</td>");
                    }
                    _ => {
                        let _ = write!(out, "<td class=\"n\">{text}</td>");
                    }
                }
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table>\n</div>\n");
        out
    }

    fn figure(&mut self, figure: &Figure) -> String {
        self.figures += 1;
        let n = self.figures;
        let caption = self.caption.take().unwrap_or_else(|| figure.title.clone());
        // Several pictures stand in one file: their titles need names of their own.
        let svg = figure
            .svg
            .replacen("aria-labelledby=\"title desc\"", &format!("aria-labelledby=\"f{n}-title f{n}-desc\""), 1)
            .replacen("<title id=\"title\">", &format!("<title id=\"f{n}-title\">"), 1)
            .replacen("<desc id=\"desc\">", &format!("<desc id=\"f{n}-desc\">"), 1);
        let id = self.id();
        format!(
            "<figure{id}>\n<div class=\"scroll\" role=\"region\" aria-label=\"Figure {n}: {}\" tabindex=\"0\">\n{}</div>\n<figcaption>{}</figcaption>\n</figure>\n",
            attribute(&caption),
            svg,
            escape(&caption)
        )
    }
}

/// Names with their values.
fn facts_list(facts: &[(String, String)]) -> String {
    let mut out = String::from("<dl>\n");
    let mut before = "";
    for (name, value) in facts {
        // A fact without a name goes on with the one before.
        if !name.is_empty() && name != before {
            let _ = write!(out, "<dt>{}</dt>", escape(name));
        } else if before.is_empty() {
            out.push_str("<dt>–</dt>");
        }
        before = if name.is_empty() { before } else { name };
        let _ = writeln!(out, "<dd>{}</dd>", prose(value));
    }
    out + "</dl>\n"
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Links(links) => links.iter().map(link).collect::<Vec<_>>().join("; "),
        other => escape(&other.to_string()),
    }
}

fn link(link: &Link) -> String {
    format!("<a href=\"#{}\">{}</a>", slug(&link.to), escape(&link.text))
}

/// The name of an anchor: letters, digits and hyphens.
fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() || c == '_' {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() { "part".to_owned() } else { out.to_owned() }
}

/// A text of people or about commands: what stands between backticks is code.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // Without its other half a backtick is a backtick.
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    let part = |(i, part): (usize, &&str)| if i % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) };
    parts.iter().enumerate().map(part).collect()
}

/// A text with what HTML would take for markup escaped, control characters as spaces.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push('\n'),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The same, between quotation marks.
pub fn attribute(text: &str) -> String {
    escape(text).replace('"', "&quot;").replace('\n', " ")
}
