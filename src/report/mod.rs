//! From results to text: what to say (`compose`), as what blocks (`document`), and how it
//! looks (`text`, `markdown`, `csv`, `json`). Nothing here prints or asks the environment:
//! width and colour are passed in a [`Style`].

pub mod number;
pub mod width;
pub mod document;
pub mod compose;
pub mod methods;
pub mod text;
pub mod markdown;
pub mod problem;
pub mod json;
pub mod csv;
pub mod style;
mod words;
mod forest;
mod table;
