//! Codes of stores that are kept: edited, logged, guarded by digests.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code(
        "W372",
        "a known characteristic holds something unexpected",
        "Some characteristics of studies have a meaning to the data checks, such as `n_randomised` or `recruitment_start`. The table stands in the page on the store.",
    ),
    code(
        "W373",
        "a judgement that its tool does not have",
        "RoB 1, RoB 2 and ROBINS-I each have their own words. Tools that Weald does not know are not checked.",
    ),
];
