//! One result through every renderer, exactly.

use crate::build;
use weald::eval::outcome::*;
use weald::language::spec::RuleTaken;
use weald::report::{DocumentJson, Hints, Style, csv, methods, to_markdown, to_text};
use weald::source::{Source, Span};

fn pool(result: PoolResult) -> Outcome {
    Outcome::Pool(Box::new(result))
}

fn text(outcome: &Outcome, width: usize) -> String {
    to_text(outcome, &Hints::default(), &Style::plain(width))
}
