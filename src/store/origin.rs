//! Where a row was read from.

use crate::diagnostic::Place;
use std::sync::Arc;

/// The file and line of a row. Rows of one file share its name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The file, as the user named it; empty if the row was not read from one.
    pub file: Arc<str>,
    /// Line of the file, header = 1.
    pub row: Option<usize>,
}

impl Origin {
    /// A line of a file.
    pub fn new(file: &Arc<str>, row: Option<usize>) -> Self {
        Origin { file: file.clone(), row }
    }

    /// The place of the whole row, for a message.
    pub fn place(&self) -> Place {
        Place { file: self.file.to_string(), row: self.row, column: None }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.place().fmt(f)
    }
}

/// Where a part of the store that is no row was read from. It says nothing about what the part
/// holds: two parts that differ in it alone are equal.
#[derive(Debug, Clone, Default)]
pub struct Whence(pub Origin);

impl PartialEq for Whence {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
