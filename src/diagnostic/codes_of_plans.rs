//! Codes of plans as they are written, before data.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code("E500", "a planned analysis lacks its statement", "What is planned stands after the colon: `plan P1 primary: pool recovery`."),
    code("E501", "two planned analyses share an id", "Results are matched to planned analyses by id, so that each has its own."),
    code(
        "E502",
        "what is planned is not an analysis",
        "A plan holds `pool …`, derived analyses such as `P1 exclude where rob == \"high\"`, verbs on a planned result and `apply RULE to P1`.",
    ),
    code(
        "E503",
        "a planned analysis belongs to none",
        "Sensitivity analyses, subgroups, meta-regressions and tests of small-study effects belong to a planned analysis, which stands before them. `P*` stands for every planned analysis whose id begins with `P`.",
    ),
    code(
        "E504",
        "a condition before there is a result",
        "`when` after an analysis of a result reads that result. Whether effects are pooled at all is said by a rule.",
    ),
];
