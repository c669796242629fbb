//! From results to text: what to say (`compose`), as what blocks (`document`), and how it
//! looks (`text`, `markdown`; `csv` and `json` for programs, with every digit).
//!
//! One way only: `Outcome` to [`Document`] to bytes. Nothing here prints, computes a result or
//! asks the environment: width and colour are passed in a [`Style`].

pub mod audit;
pub mod audit_html;
pub mod changes;
pub mod compose;
pub mod csv;
pub mod differences_csv;
pub mod document;
pub mod docx;
mod excerpt;
pub mod findings;
mod forest;
pub mod html;
pub mod json;
pub mod markdown;
pub mod methods;
pub mod plan;
pub mod problem;
pub mod style;
mod table;
pub mod text;
pub mod verification;
pub mod width;
pub mod words;

pub use crate::number;
pub use compose::Hints;
pub use document::Document;
pub use json::DocumentJson;
pub use problem::render_problems;
pub use style::Style;

use crate::eval::outcome::Outcome;

/// A result as text.
pub fn to_text(outcome: &Outcome, hints: &Hints, style: &Style) -> String {
    text::render(&compose::document(outcome, hints), style)
}

/// A result as Markdown.
pub fn to_markdown(outcome: &Outcome, hints: &Hints) -> String {
    markdown::render(&compose::document(outcome, hints))
}
