//! What a plan leaves open: found before there are data.

use crate::eval::state::State;
use crate::source::{Source, Span};

/// Something that a plan leaves open.
#[derive(Debug, Clone)]
pub struct Gap {
    /// What, in a sentence without its final stop.
    pub text: String,
    /// What to write.
    pub help: String,
    /// Whether a plan with it can only be locked as a draft.
    pub stops: bool,
    /// The statement it is about.
    pub at: Option<(Source, Span)>,
}

/// Everything that a plan leaves open.
pub fn gaps(state: &State) -> Vec<Gap> {
    let _ = state;
    Vec::new()
}
