//! Numbers of RevMan's files. A blank is missing; what is no number is said, with its place, and
//! never left out in silence.

use crate::diagnostic::{Place, Problem};
use crate::store::cell::{Cell, Style, is_missing};
use crate::store::problems::Problems;

/// Where numbers are read.
pub(super) struct Numbers<'a> {
    pub(super) problems: &'a mut Problems,
    /// The file, or the part of the package.
    pub(super) file: &'a str,
    /// The analysis and study, such as `1.2, Gruen`.
    pub(super) about: String,
    pub(super) line: usize,
}

impl Numbers<'_> {
    /// A number as entered.
    pub(super) fn entered(&mut self, column: &str, text: Option<&str>) -> Option<Cell> {
        let text = text?.trim();
        if is_missing(text) {
            return None;
        }
        match Cell::parse(text, Style::default()) {
            Ok(cell) => Some(cell),
            Err(why) => {
                self.say(column, Problem::error("E308", format!("{}: `{column}` {}", self.about, why.message)).help(why.help));
                None
            }
        }
    }

    /// A number that RevMan computed; where it could not, it may write that it is none.
    pub(super) fn computed(&mut self, column: &str, text: Option<&str>) -> Option<Cell> {
        let none =
            |t: &str| matches!(t.trim().trim_start_matches('-').to_lowercase().as_str(), "nan" | "infinity" | "inf" | "n/a" | "#n/a");
        self.entered(column, text.filter(|t| !none(t)))
    }

    /// Something to tell about a column of this line.
    pub(super) fn say(&mut self, column: &str, problem: Problem) {
        let place = Place { file: self.file.to_owned(), row: Some(self.line), column: Some(column.to_owned()) };
        self.problems.push_at(place, problem);
    }
}
