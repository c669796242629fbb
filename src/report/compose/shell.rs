//! The empty shell of a report: what a dry run shows has the tables and lines of a result, and none of its numbers.

use crate::report::document::{Block, Cell, Column, Document, Forest, Table};

/// What stands where a number will stand.
const BLANK: &str = "…";

/// The document without what only data can say.
pub fn empty(document: Document) -> Document {
    Document { blocks: document.blocks.into_iter().filter_map(block).collect() }
}

fn block(block: Block) -> Option<Block> {
    Some(match block {
        Block::Facts(facts) => Block::Facts(facts.into_iter().map(|(name, value)| (name, blank(&value))).collect()),
        Block::Table(table) => Block::Table(self::table(table)),
        Block::Forest(forest) => Block::Table(self::table(unpictured(forest))),
        Block::List(lines) => Block::List(lines.iter().map(|l| blank(l)).collect()),
        // Methods are settings, which a plan has: only what was left out is not known yet.
        Block::Paragraph(text) => {
            let known = text.split("; ").filter(|part| !part.ends_with("left out"));
            Block::Paragraph(known.collect::<Vec<_>>().join("; "))
        }
        // Remarks, pictures and texts of results are about numbers.
        Block::Note { .. } | Block::Figure(_) | Block::Text(_) => return None,
        kept => kept,
    })
}

/// A forest without its picture.
fn unpictured(forest: Forest) -> Table {
    Table { columns: forest.columns, rows: forest.rows.into_iter().map(|row| row.cells).collect() }
}

fn table(table: Table) -> Table {
    let row = |cells: Vec<Cell>| cells.into_iter().enumerate().map(|(at, cell)| if at == 0 { cell } else { without(cell) }).collect();
    let columns = table.columns.into_iter().map(|column| Column { head: blank(&column.head), ..column }).collect();
    Table { columns, rows: table.rows.into_iter().map(row).collect() }
}

fn without(cell: Cell) -> Cell {
    match cell {
        Cell::Text(text) if !text.chars().any(|c| c.is_ascii_digit()) => Cell::Text(text),
        Cell::Text(_) | Cell::Interval(_) => Cell::text(BLANK),
        kept => kept,
    }
}

/// A text with every number left out; `I2` and `95% confidence interval` are words.
fn blank(text: &str) -> String {
    if text.contains("Synthetic ") {
        return BLANK.to_owned();
    }
    let mut out = String::new();
    let mut rest = text;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let signed = c == '-' && !before.is_alphanumeric() && rest[1..].starts_with(|d: char| d.is_ascii_digit());
        let length = if before.is_alphanumeric() { 0 } else { number(&rest[usize::from(signed)..]) };
        if length > 0 {
            let after = &rest[usize::from(signed) + length..];
            let is_level = ["% confidence", "% prediction", "% CI"].iter().any(|words| after.starts_with(words));
            let written = &rest[..usize::from(signed) + length];
            out.push_str(if is_level { written } else { BLANK });
            before = '0';
            rest = if is_level { after } else { after.trim_start_matches('%') };
        } else {
            out.push(c);
            before = c;
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The length of the number that a text begins with; 0 if it begins with none.
fn number(text: &str) -> usize {
    let digits = |from: usize| text[from..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |n| from + n);
    let mut end = digits(0);
    while end > 0 && text[end..].starts_with(['.', ',']) && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    if end > 0 && text[end..].starts_with('e') {
        let sign = usize::from(text[end + 1..].starts_with(['-', '+']));
        let exponent = digits(end + 1 + sign);
        end = if exponent > end + 1 + sign { exponent } else { end };
    }
    end
}

#[cfg(test)]
mod tests {
    use super::blank;

    #[test]
    fn numbers_go_and_words_stay() {
        for (text, left) in [
            ("RR 0.90 [0.53, 1.52], t(5) = -0.50, p = 6.2e-05", "RR … […, …], t(…) = …, p = …"),
            ("I2 (tau2-based) = 57.0% [0.0%, 93.7%]; k = 1,826", "I2 (tau2-based) = … […, …]; k = …"),
            ("95% prediction interval [0.31, 2.63]", "95% prediction interval […, …]"),
            ("Synthetic 1, Synthetic 3 (excluded)", "…"),
            ("é-1 und 2e", "é-… und …e"),
        ] {
            assert_eq!(blank(text), left);
        }
    }
}
