//! A document as Markdown: headings, pipe tables, lists.

use super::document::{Align, Block, Cell, Column, Document};
use super::width::clean_lines;

/// The document; blocks are divided by empty lines.
pub fn render(document: &Document) -> String {
    let blocks: Vec<String> = document.blocks.iter().map(block).filter(|b| !b.is_empty()).collect();
    if blocks.is_empty() { String::new() } else { blocks.join("\n\n") + "\n" }
}

/// One block, without a final line feed.
fn block(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => format!("{} {}", "#".repeat(usize::from(*level).clamp(1, 5) + 1), escape(text)),
        Block::Code(code) => fenced("weald", code),
        Block::Facts(facts) => list(facts.iter().map(|(k, v)| format!("**{}:** {}", escape(k), escape(v)))),
        Block::Table(t) => table(&t.columns, t.rows.iter().map(Vec::as_slice)),
        Block::Forest(f) => table(&f.columns, f.rows.iter().map(|r| r.cells.as_slice())),
        Block::Paragraph(text) => prose(text),
        Block::List(items) => list(items.iter().map(|i| prose(i))),
        Block::Note { code, text } if code.is_empty() => format!("> {}", prose(text)),
        Block::Note { code, text } => format!("> **{}** {}", escape(code), prose(text)),
        Block::Text(text) => fenced("text", text),
        Block::Anchor(id) => format!("<a id=\"{}\"></a>", super::html::attribute(id)),
        Block::Caption(text) => format!("**{}**", escape(text)),
        Block::Figure(figure) => {
            let shown = figure.file.as_ref().map(|file| format!("![{}](<{file}>)\n\n", escape(&figure.title))).unwrap_or_default();
            format!("{shown}*Figure: {}.* {}", escape(&figure.title), escape(&figure.description))
        }
        Block::Gap { item, text } => format!("> **To be written{}:** {}", super::text::in_item(item), prose(text)),
    }
}

/// One item a line.
fn list(items: impl Iterator<Item = String>) -> String {
    items.map(|i| format!("- {i}")).collect::<Vec<_>>().join("\n")
}

/// A fence longer than any in the text.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", clean_lines(text).trim_end())
}

/// A pipe table.
fn table<'a>(columns: &[Column], rows: impl Iterator<Item = &'a [Cell]>) -> String {
    let rule = |c: &Column| if c.align == Align::Left { "---" } else { "---:" }.to_owned();
    let mut lines = vec![row(columns.iter().map(|c| escape(&c.head))), row(columns.iter().map(rule))];
    for cells in rows {
        lines.push(row((0..columns.len()).map(|i| cells.get(i).map_or_else(String::new, cell))));
    }
    lines.join("\n")
}

/// The text of a cell, its links as links.
fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Links(links) => links.iter().map(|l| format!("[{}](#{})", escape(&l.text), escape(&l.to))).collect::<Vec<_>>().join("; "),
        other => escape(&other.to_string()),
    }
}

/// `| a | b |`
fn row(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// The same, but that what stands between backticks stays code.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // Without its other half a backtick is a backtick.
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    let part = |(i, part): (usize, &&str)| if i % 2 == 1 { format!("`{}`", super::width::clean(part)) } else { escape(part) };
    parts.iter().enumerate().map(part).collect()
}

/// On one line, with the characters that Markdown would read put out of action.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in super::width::clean(text).chars() {
        if matches!(c, '|' | '\\' | '`' | '*' | '<' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
