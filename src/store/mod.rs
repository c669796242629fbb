//! Study data: what was found, where, and in whose words.
//!
//! A [`Store`] holds studies and result rows with the text every number was written as, and
//! what they refer to. [`open`] reads a tidy CSV, a JSON document or a folder; all problems of
//! a file are found at once, each with its row and column. This layer knows no statistics.
//!
//! ```
//! use weald::store::{Memory, open};
//! let files = Memory::new().with("bcg.csv", "study,events1,n1,events2,n2\nAronson 1948,4,123,11,139\n");
//! let loaded = open(&files, "bcg.csv");
//! assert_eq!(loaded.store.map(|store| store.rows.len()), Some(1));
//! ```

mod cell;
mod change;
mod checks;
mod columns;
mod decode;
mod definitions;
mod design;
mod dialect;
mod digest;
mod disk;
mod disposition;
pub mod edit;
mod entities;
mod files;
mod flow;
mod folder;
mod foreign;
mod header;
mod json;
mod keep;
mod known;
mod linked;
mod links;
mod locate;
mod look_alikes;
mod lookup;
mod maps;
mod memory;
mod merge;
mod migrate;
mod model;
mod near_miss;
mod numbers;
mod open;
mod origin;
mod problems;
mod read_csv;
mod review;
mod revman;
mod row;
mod rows;
#[cfg(test)]
mod schema;
mod settle;
mod stored_analysis;
mod study;
mod table;
mod told;
mod totals;
mod unreadable;
mod value;
mod weeks;
mod write_csv;

pub use crate::digest::sha256;
pub use cell::{Bound, Cell, Style, Unreadable, is_missing};
pub use change::Change;
pub use columns::{ANALYSIS_SETS, COLUMNS, Column, Kind, Range, find as find_column, markdown as columns_markdown};
pub use design::Design;
pub use disk::Disk;
pub use disposition::{Decision, Disposition};
pub use entities::{AnalysisSet, Arm, Characteristic, Comparison, Direction, Instrument, Mid, OutcomeDef, Timepoint};
pub use files::{Author, Files, Held, join};
pub use flow::{BoxId, FLOW_BOXES, FlowBox};
pub use folder::MANIFEST;
pub use foreign::{Format as TableFormat, Left, ReadAs, Sheet, metafor_csv, prisma_csv, robvis_csv, tidy_csv, to_xlsx};
pub use json::{read_json, to_json};
pub use keep::{Entry, Keeper, Saved, read_log};
pub use known::{Holds, KNOWN, markdown as known_markdown};
pub use linked::{REGISTRATIONS, registration_numbers};
pub use locate::{shown_text, span_of};
pub use lookup::ColumnKind;
pub use memory::Memory;
pub use model::{SCHEMA, Store};
pub use near_miss::{nearest, suggest as suggest_column};
pub use numbers::Numbers;
pub use open::{Loaded, open, open_as, save, save_imported};
pub use origin::Origin;
pub use problems::CAP;
pub use read_csv::read_csv;
pub use review::{
    Epoch, Exclusion, FlowCount, Grade, Judgement, Lock, Registration, Report, Review, RobJudgement, Screening, Search, Statement,
};
pub use row::{DEFAULT_OUTCOME, Row};
pub use rows::Rows;
pub use stored_analysis::{DataKind, RESULTS as STORED_RESULTS, StoredAnalysis, StoredGroup, StoredStudy, Totals};
pub use study::{STUDY_FIELDS, Study};
pub use told::change_lines;
pub use value::Value;
pub use weeks::weeks;
pub use write_csv::to_csv;

/// Whether a field holds nothing worth writing.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
