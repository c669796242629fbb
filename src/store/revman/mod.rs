//! RevMan's files: `.rm5` of RevMan 5, and the data package (a ZIP of CSVs) of RevMan.
//!
//! Both give a store whose rows hold the data as entered, and whose stored analyses hold the
//! settings and the results that RevMan computed, digit by digit, so that they can be
//! computed again and compared.

mod build;
mod package;
mod rm5;

pub(crate) use package::read_package;
pub(crate) use rm5::read_rm5;
