//! Whether printed numbers can belong together: pure arithmetic with the interval that each
//! printed number stands for.
//!
//! A number printed as `3.47` is any number from 3.465 to 3.475. Every check here asks
//! whether *some* numbers within these intervals fit; only where none does it says so. It
//! follows that data which were computed and rounded correctly never fail.

mod bounds;
mod counts;
mod granularity;
mod interval;
mod overlap;
mod printed;
mod spread;
mod test;

pub use bounds::{largest_sd, mean_within};
pub use counts::Counts;
pub use granularity::{Granularity, debit, grim, grimmer};
pub use interval::{Centre, centre, p_from_interval, p_from_ratio, se_from_interval};
pub use overlap::{Shared, jaccard, overlap_score};
pub use printed::{Printed, Range};
pub use spread::{SpreadReading, median, reading, sd_ratio_unlikely};
pub use test::{PrintedP, d_from_means, degrees, difference, p_from_f, p_from_means, p_from_t, se_of_difference, t_from_means};
