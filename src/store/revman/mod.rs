//! RevMan's files: `.rm5` of RevMan 5, and the data package (a ZIP of CSVs) of RevMan.
//!
//! Both give a store whose rows hold the data as entered, and whose stored analyses hold the
//! settings and the results that RevMan computed, digit by digit, so that they can be
//! computed again and compared.

mod build;
mod names;
mod numbers;
mod package;
mod rm5;
mod rm5_analysis;

pub(crate) use names::name_in;
pub(crate) use package::{read_package, read_parts, unpacked};
pub(crate) use rm5::read_rm5;
