//! Collecting the problems of one file.

use crate::diagnostic::{Place, Problem};

/// How many problems of one file are told one by one.
pub const CAP: usize = 20;

/// The problems of one file, in the order of its rows.
#[derive(Debug)]
pub(crate) struct Problems {
    file: String,
    list: Vec<Problem>,
}

impl Problems {
    /// None yet.
    pub(crate) fn of(file: &str) -> Self {
        Problems { file: file.to_owned(), list: Vec::new() }
    }

    /// The file they are about.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Adds a problem of the file as a whole.
    pub(crate) fn whole(&mut self, problem: Problem) {
        self.push(None, None, problem);
    }

    /// Adds a problem of a row and column.
    pub(crate) fn push(&mut self, row: Option<usize>, column: Option<&str>, problem: Problem) {
        let place = Place { file: self.file.clone(), row, column: column.map(str::to_owned) };
        self.list.push(problem.place(place));
    }

    /// Adds the problems of a later part of the same file.
    pub(crate) fn append(&mut self, mut later: Problems) {
        self.list.append(&mut later.list);
    }

    /// Adds a problem of a place in another file that belongs to this one, such as a part of a ZIP.
    pub(crate) fn push_at(&mut self, place: Place, problem: Problem) {
        self.list.push(problem.place(place));
    }

    /// Adds problems that may know their place.
    pub(crate) fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        for mut problem in problems {
            let place = problem.place.get_or_insert_default();
            if place.file.is_empty() {
                place.file.clone_from(&self.file);
            }
            self.list.push(problem);
        }
    }

    /// Whether one of them is an error.
    pub(crate) fn any_error(&self) -> bool {
        self.list.iter().any(Problem::is_error)
    }

    /// All of them by row; beyond [`CAP`] errors come first and the rest is counted.
    pub(crate) fn finish(self) -> Vec<Problem> {
        let mut list = self.list;
        let row = |p: &Problem| p.place.as_ref().and_then(|place| place.row).unwrap_or(0);
        if list.len() > CAP {
            list.sort_by_key(|p| (!p.is_error(), row(p)));
            let rest = list.split_off(CAP);
            let errors = rest.iter().filter(|p| p.is_error()).count();
            let problem = if errors > 0 {
                Problem::error("E330", format!("{} more problems in this file, {errors} of them errors", rest.len()))
            } else {
                Problem::warning("W330", format!("{} more warnings in this file", rest.len()))
            };
            list.push(problem.help("repair those above first; many have one cause").place(Place {
                file: self.file,
                row: None,
                column: None,
            }));
        } else {
            list.sort_by_key(row);
        }
        list
    }
}
