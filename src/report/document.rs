//! What a report says, before anything is decided about how it looks.
//!
//! A [`Document`] is a list of semantic blocks. Numbers in it are formatted
//! already (in `number`), layout is not: that is the renderers' work.

use super::number::Interval;

/// A report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// In reading order.
    pub blocks: Vec<Block>,
}

/// A piece of a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A title; 1 is the topmost level.
    Heading(u8, String),
    /// A statement of the language.
    Code(String),
    /// Names with their values.
    Facts(Vec<(String, String)>),
    /// Rows and columns.
    Table(Table),
    /// Effects and intervals, drawn where the medium can.
    Forest(Forest),
    /// Running text.
    Paragraph(String),
    /// Short lines, each its own.
    List(Vec<String>),
    /// Something to know, with its code.
    Note {
        /// `W402`; empty if it has none.
        code: String,
        /// The sentence.
        text: String,
    },
    /// A text kept as it is.
    Text(String),
    /// The name under which links lead to what follows.
    Anchor(String),
    /// What the table or picture that follows is called.
    Caption(String),
    /// A picture.
    Figure(Figure),
    /// What a person has still to write.
    Gap {
        /// The item of the reporting guideline that asks for it; empty if none does.
        item: String,
        /// What to write.
        text: String,
    },
}

/// A picture that has been drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    /// What it shows, in a few words.
    pub title: String,
    /// What it says, for those who do not see it.
    pub description: String,
    /// The file beside the document that holds the same, where there is one.
    pub file: Option<String>,
    /// The picture as SVG.
    pub svg: String,
    /// The same as pixels, for what shows no SVG; empty if none were asked for.
    pub png: Vec<u8>,
    /// Width and height in CSS pixels.
    pub size: [f64; 2],
}

impl Document {
    /// Adds a block.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Adds a list, unless it is empty.
    pub fn push_list(&mut self, lines: Vec<String>) {
        if !lines.is_empty() {
            self.push(Block::List(lines));
        }
    }
}

/// How a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Texts.
    Left,
    /// Whole numbers.
    Right,
    /// Numbers, point below point.
    Decimal,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// How its cells stand.
    pub align: Align,
    /// 0 always stays; the highest goes first where the width does not suffice.
    pub rank: u8,
}

impl Column {
    /// A column that always stays.
    pub fn new(head: impl Into<String>, align: Align) -> Self {
        Self { head: head.into(), align, rank: 0 }
    }

    /// A column that may go.
    pub fn dispensable(head: impl Into<String>, align: Align, rank: u8) -> Self {
        Self { head: head.into(), align, rank }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text or a formatted number.
    Text(String),
    /// An estimate with its interval, aligned part by part.
    Interval(Interval),
    /// Texts that lead to anchors of the same document.
    Links(Vec<Link>),
}

/// A text that leads to an anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What is read.
    pub text: String,
    /// The anchor.
    pub to: String,
}

impl Cell {
    /// A text cell.
    pub fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }

    /// A formatted number, or nothing.
    pub fn maybe(text: Option<String>) -> Self {
        text.map_or(Cell::Empty, Cell::Text)
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Cell::Empty => Ok(()),
            Cell::Text(text) => f.write_str(text),
            Cell::Interval(interval) => interval.fmt(f),
            Cell::Links(links) => {
                for (i, link) in links.iter().enumerate() {
                    write!(f, "{}{}", if i == 0 { "" } else { "; " }, link.text)?;
                }
                Ok(())
            }
        }
    }
}

/// Rows and columns. A row shorter than the columns is filled with empty cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A table with a picture of effects and intervals beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    /// The scale.
    pub axis: Axis,
    /// The columns left of the picture.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<ForestRow>,
}

/// The scale of a forest, in displayed units.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Equal ratios stand equally far apart.
    pub log: bool,
    /// No effect.
    pub null: Option<f64>,
    /// What lies left and right of no effect: `favours IMR`.
    pub sides: Option<[String; 2]>,
}

/// One row of a forest.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestRow {
    /// What it shows.
    pub kind: RowKind,
    /// As many as there are columns, or fewer.
    pub cells: Vec<Cell>,
    /// Point; absent for a prediction interval.
    pub estimate: Option<f64>,
    /// Interval.
    pub ends: Option<[f64; 2]>,
    /// Share of the largest weight, 0 to 1.
    pub share: f64,
}

/// What a row of a forest shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// The name of the subgroup whose studies follow.
    Heading,
    /// One study.
    Study,
    /// A subgroup's pooled effect.
    Group,
    /// The pooled effect.
    Pooled,
    /// A prediction interval.
    Prediction,
}
