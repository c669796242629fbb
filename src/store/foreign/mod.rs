//! Other programs' tables and references: what is recognised, and what is mapped to what.
//!
//! A table of another program becomes a tidy one before it is read, so that every check of a
//! tidy CSV holds for it too. What was mapped to what is said in a note; a column that means
//! nothing here stays as a moderator, so that nothing is lost.

mod arms;
mod metafor;
mod metapsy;
mod prisma;
mod ris;
mod robvis;
mod write;
mod xlsx;
mod xlsx_formats;
mod xlsx_write;

pub(crate) use ris::{is_ris, read_ris, reports};
pub use write::{Left, metafor_csv, prisma_csv, robvis_csv, tidy_csv};
pub(crate) use xlsx::{is_workbook, read_xlsx};
pub use xlsx_write::{Sheet, to_xlsx};

use super::model::Store;
use super::open::Loaded;
use super::problems::Problems;
use super::table::Table;
use crate::diagnostic::Problem;

/// A shape of a table, or references.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One row per comparison, with Weald's names.
    Tidy,
    /// One row per arm of a study.
    Arms,
    /// The arguments of `escalc`: `ai`, `n1i`, `m1i`, `yi`, `slab` and so on.
    Metafor,
    /// The data standard of Metapsy.
    Metapsy,
    /// Risk of bias as robvis reads it.
    Robvis,
    /// The counts of a flow diagram as the package PRISMA2020 reads them.
    Prisma,
    /// References.
    Ris,
}

impl Format {
    /// All, in order of listing.
    pub const ALL: [Format; 7] =
        [Format::Tidy, Format::Arms, Format::Metafor, Format::Metapsy, Format::Robvis, Format::Prisma, Format::Ris];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Tidy => "tidy",
            Format::Arms => "arms",
            Format::Metafor => "metafor",
            Format::Metapsy => "metapsy",
            Format::Robvis => "robvis",
            Format::Prisma => "prisma",
            Format::Ris => "ris",
        }
    }

    /// The format of a word.
    pub fn of(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|f| f.name().eq_ignore_ascii_case(word))
    }
}

/// How a file is to be read where its content does not say, or says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadAs {
    /// The format; recognised by the content if not given.
    pub format: Option<Format>,
    /// The sheet of a workbook; the first that holds anything if not given.
    pub sheet: Option<String>,
    /// The arm that the others are compared with, where a row is an arm.
    pub control: Option<String>,
    /// The tool of risk-of-bias judgements; told from their number and words if not given.
    pub tool: Option<String>,
    /// Whether a table with an arm in each row is recognised as such (a tidy CSV may hold one
    /// group a row, so that only an import guesses).
    pub guess_arms: bool,
}

/// The format of a table by its header. A table with a column of Weald's own numbers is tidy.
pub(crate) fn recognise(table: &Table, how: &ReadAs) -> Format {
    if let Some(format) = how.format {
        return format;
    }
    if prisma::fits(table) {
        return Format::Prisma;
    }
    if robvis::fits(table) {
        return Format::Robvis;
    }
    // A table exported for metafor keeps what Metapsy had beside its numbers.
    if metapsy::fits(table) && position(table, "slab").is_none() {
        return Format::Metapsy;
    }
    if metafor::fits(table) {
        return Format::Metafor;
    }
    if how.guess_arms && arms::fits(table) { Format::Arms } else { Format::Tidy }
}

/// A table of whatever shape as a store.
pub(crate) fn read_table(file: &str, mut table: Table, how: &ReadAs, mut problems: Problems) -> Loaded {
    if how.format.is_none() && position(&table, "analysis group").is_some() && position(&table, "analysis number").is_some() {
        let problem = Problem::error("E322", "the file is a part of a RevMan data package, which is read as a whole");
        problems.whole(problem.help("name the package (.zip), or the folder that it was unpacked into"));
        return Loaded { store: None, draft: None, problems: problems.finish() };
    }
    match recognise(&table, how) {
        Format::Robvis => {
            let mut store = Store::default();
            robvis::read(&table, how.tool.as_deref(), &mut store, &mut problems);
            return super::json::finish(store, problems);
        }
        Format::Prisma => {
            let mut store = Store::default();
            prisma::read(&table, &mut store, &mut problems);
            return super::json::finish(store, problems);
        }
        Format::Tidy | Format::Ris => {
            if how.format.is_none() && arms::fits(&table) {
                let note = Problem::note("W390", "each study has several rows with an `arm` each, and each row is read as one group");
                problems.whole(note.help("if the arms of a study are to be compared, read the file with `as arms`"));
            }
        }
        Format::Arms => table = arms::read(table, how.control.as_deref(), &mut problems),
        Format::Metafor => metafor::read(&mut table, &mut problems),
        Format::Metapsy => metapsy::read(&mut table, &mut problems),
    }
    super::read_csv::read_table(file, &table, problems)
}

/// Says what was mapped to what.
fn mapped(program: &str, pairs: &[(String, String)], problems: &mut Problems) {
    if pairs.is_empty() {
        return;
    }
    let list: Vec<String> = pairs.iter().map(|(from, to)| format!("`{from}` as `{to}`")).collect();
    let note = Problem::note("W390", format!("read as {program}: {}", list.join(", ")));
    problems.whole(note.help("read it otherwise with `as tidy`; other columns are moderators"));
}

/// The columns of a table by name, whatever the case.
fn position(table: &Table, name: &str) -> Option<usize> {
    table.header.iter().position(|h| h.eq_ignore_ascii_case(name))
}
