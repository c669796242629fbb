//! Codes of plans as they are written, before data.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code(
        "E213",
        "a command of the command line stands in a script",
        "Locking, registering and verifying plans, and checking files, are done at the command line. The help line shows how.",
    ),
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
    code("E505", "a date that is none", "Dates are written `2024-05-01`: year, month, day."),
    code(
        "E506",
        "an amendment that does not say everything",
        "`amend` gives the date, the reason with its code, and whether data had been seen: readers judge a change by these.",
    ),
    code("E507", "a dry run of nothing", "`dry run` tries what is planned above it."),
    code(
        "E510",
        "a plan that leaves open what it needs",
        "What stands in the message has to be said before results are known. `weald lock --draft` locks the plan all the same, and the lock says that it is a draft.",
    ),
    code(
        "E511",
        "a plan that does not run on synthetic rows",
        "Before a plan is locked it is run on rows that fit its declarations. What fails there would fail with real data. `weald lock --draft` locks it all the same, and the lock says that it is a draft.",
    ),
    code(
        "E512",
        "a plan is locked already",
        "A lock is never rewritten. A changed plan says so with a new `amend`, and its lock stands beside the first.",
    ),
    code("E513", "not a plan", "`weald lock` takes a script with `plan` statements."),
    code("W510", "a plan leaves something open", "It is kept in the lock. What is settled later is labelled a clarification."),
    code(
        "W511",
        "studies named before there are data",
        "A plan that names studies rests on knowledge of them. A criterion says why they are left out, and holds for studies that nobody knows yet.",
    ),
    code(
        "W512",
        "the data go further than the declared stage",
        "The store given with `--store` holds results, and the plan declares a stage before extraction.",
    ),
    code(
        "W514",
        "an odd amendment",
        "An amendment that changes nothing that is compared, or is dated before the plan it amends, is locked all the same: readers will ask.",
    ),
    code(
        "W513",
        "made of synthetic rows",
        "A dry run shows what will be reported. The numbers of its synthetic rows say nothing, and are left out.",
    ),
];
