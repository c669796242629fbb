//! The meaning of words: the vocabulary, values and expressions, and the way from a
//! statement to a resolved specification. Knows the names in the data, never their numbers.

pub mod catalogue;
pub mod complete;
mod conversion_clauses;
pub mod conversions;
pub mod cursor;
pub mod expr;
pub mod formula;
pub mod functions;
pub mod further;
pub mod help;
pub mod highlight;
pub mod reference;
pub mod resolve;
pub mod settings;
pub mod spec;
pub mod suggest;
pub mod value;
pub mod vocabulary;
