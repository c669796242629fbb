//! A document as text for a terminal or a file, no line wider than the style allows.

use super::document::{Align, Block, Document, Forest, RowKind, Table};
use super::forest::{self, Picture};
use super::style::{Paint, Style};
use super::table::{self, GAP, Strip, drop_dispensable, line, total};
use super::width::{clean, clean_lines, left, width, wrap};

/// The longest name of a study in a forest, where there is room.
const LONGEST_NAME: usize = 28;
/// The shortest.
const SHORTEST_NAME: usize = 8;
/// A picture worth having, if it can be had by giving up dispensable columns.
const GOOD_PICTURE: usize = 24;

/// The document as lines, each ended by a line feed.
pub fn render(document: &Document, style: &Style) -> String {
    let mut out = String::new();
    let mut before: Option<&Block> = None;
    for block in &document.blocks {
        if before.is_some_and(|b| !close(b, block)) {
            out.push('\n');
        }
        for line in lines(block, style) {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        before = Some(block);
    }
    out
}

/// Whether no empty line stands between two blocks.
fn close(a: &Block, b: &Block) -> bool {
    use Block::{Forest, Heading, Note};
    matches!(a, Heading(..) | Block::Caption(_) | Block::Anchor(_)) && !matches!(b, Forest(_))
        || matches!((a, b), (Note { .. }, Note { .. }))
}

/// One block.
fn lines(block: &Block, style: &Style) -> Vec<String> {
    match block {
        Block::Heading(_, text) => painted(wrap(&clean(text), style.width, 2), Paint::Bold, style),
        Block::Code(code) => painted(indented(&clean(code), style.width), Paint::Dim, style),
        Block::Facts(facts) => facts_lines(facts, style),
        Block::Table(table) => table_lines(table, style),
        Block::Forest(forest) => forest_lines(forest, style),
        Block::Paragraph(text) => wrap(&clean(text), style.width, 0),
        Block::List(items) => items.iter().flat_map(|item| wrap(&format!("- {}", clean(item)), style.width, 2)).collect(),
        Block::Note { code, text } => note_lines(code, text, style),
        Block::Text(text) => clean_lines(text).lines().map(str::to_owned).collect(),
        Block::Anchor(_) => Vec::new(),
        Block::Caption(text) => painted(wrap(&clean(text), style.width, 2), Paint::Bold, style),
        Block::Figure(figure) => wrap(&clean(&format!("[figure] {}: {}", figure.title, figure.description)), style.width, 2),
        Block::Gap { item, text } => wrap(&clean(&format!("[to be written{}] {text}", in_item(item))), style.width, 2),
    }
}

/// `, item 5`
pub(super) fn in_item(item: &str) -> String {
    if item.is_empty() { String::new() } else { format!(", item {item}") }
}

/// Every line in a paint.
fn painted(lines: Vec<String>, paint: Paint, style: &Style) -> Vec<String> {
    lines.into_iter().map(|l| style.paint(&l, paint)).collect()
}

/// A statement, two columns in.
fn indented(text: &str, columns: usize) -> Vec<String> {
    wrap(text, columns.saturating_sub(2), 2).into_iter().map(|l| format!("  {l}")).collect()
}

/// Names on the left, values wrapped beside them.
fn facts_lines(facts: &[(String, String)], style: &Style) -> Vec<String> {
    let column = facts.iter().map(|(k, _)| width(k)).max().unwrap_or(0).min(style.width / 3);
    let room = style.width.saturating_sub(column + GAP);
    let mut out = Vec::new();
    for (key, value) in facts {
        for (i, text) in wrap(&clean(value), room, 0).into_iter().enumerate() {
            let key = left(if i == 0 { key } else { "" }, column);
            out.push(format!("{}{}{text}", style.paint(&key, Paint::Cyan), " ".repeat(GAP)));
        }
    }
    out
}

/// `W402  The sentence.`
fn note_lines(code: &str, text: &str, style: &Style) -> Vec<String> {
    let label = if code.is_empty() { "note" } else { code };
    let paint = if code.starts_with('W') { Paint::Yellow } else { Paint::Cyan };
    let indent = width(label) + GAP;
    let wrapped = wrap(&clean(text), style.width.saturating_sub(indent), 0);
    let lead = |i: usize| if i == 0 { format!("{}{}", style.paint(label, paint), " ".repeat(GAP)) } else { " ".repeat(indent) };
    wrapped.iter().enumerate().map(|(i, l)| format!("{}{l}", lead(i))).collect()
}

/// Head, then rows.
fn table_lines(table: &Table, style: &Style) -> Vec<String> {
    let laid = table::lay(&table.columns, &table.rows, style.width);
    let mut out = Vec::new();
    out.extend(painted(laid.head, Paint::Bold, style));
    out.extend(laid.rows.into_iter().flatten());
    out
}

/// The columns of a forest, and its picture right of them if there is room.
fn forest_lines(forest: &Forest, style: &Style) -> Vec<String> {
    let rows: Vec<_> = forest.rows.iter().map(|r| r.cells.clone()).collect();
    let mut strips: Vec<Strip> = forest.columns.iter().enumerate().map(|(i, c)| Strip::new(i, c, &rows)).collect();
    let picture = fit(&mut strips, forest, style);
    let mut out = vec![style.paint(&line(strips.iter().map(Strip::head), style.width), Paint::Bold)];
    for (i, row) in forest.rows.iter().enumerate() {
        let drawn = picture.as_ref().map(|p| p.rows[i].clone());
        let parts = strips.iter().map(|s| s.fill(&s.cells[i])).chain(drawn);
        let text = line(parts, style.width);
        out.push(match row.kind {
            RowKind::Study => text,
            RowKind::Prediction => style.paint(&text, Paint::Dim),
            RowKind::Heading | RowKind::Group | RowKind::Pooled => style.paint(&text, Paint::Bold),
        });
    }
    let margin = " ".repeat(total(&strips) + GAP);
    out.extend(picture.iter().flat_map(|p| &p.axis).map(|l| format!("{margin}{l}")));
    out
}

/// Gives up, in this order: room for long names, dispensable columns, half of the picture,
/// more of the names, and last the picture.
fn fit(strips: &mut Vec<Strip>, forest: &Forest, style: &Style) -> Option<Picture> {
    limit_names(strips, LONGEST_NAME);
    let room = |strips: &[Strip]| style.width.saturating_sub(total(strips) + GAP);
    if room(strips) < GOOD_PICTURE {
        limit_names(strips, 18);
    }
    while room(strips) < GOOD_PICTURE && drop_dispensable(strips) {}
    for names in [14, 11, SHORTEST_NAME] {
        if room(strips) < forest::LEAST {
            limit_names(strips, names);
        }
    }
    let columns = room(strips).min(forest::MOST);
    let picture = if columns >= forest::LEAST { forest::draw(forest, columns, style.unicode) } else { None };
    if picture.is_none() {
        restore_names(strips, style.width);
    }
    picture
}

/// Without a picture the names have its room.
fn restore_names(strips: &mut [Strip], available: usize) {
    let over = available.saturating_sub(total(strips));
    if let Some(names) = strips.first_mut() {
        let natural = names.cells.iter().map(|c| width(c)).max().unwrap_or(0).max(width(&names.head));
        names.width = natural.min(names.width + over);
    }
}

/// The first column of text is the study's name.
fn limit_names(strips: &mut [Strip], most: usize) {
    if let Some(names) = strips.first_mut().filter(|s| s.align == Align::Left) {
        names.width = names.width.min(most);
    }
}
