//! How a result was computed: one line below it, and sentences for a paper's Methods.

mod conversions;
mod line;
mod paper;
mod references;
mod regression;

pub use line::line;
pub use paper::{methods, sentences};
pub use regression::regression;
