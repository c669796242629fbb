//! Codes of scripts that follow a plan.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code("E520", "a statement asks for a plan, and the script follows none", "`follow \"NAME.plan.weald\"` stands above it."),
    code(
        "E521",
        "a reason can't be read",
        "A reason is a text in quotes, after one of the reason codes or without one. A criterion is cited by its id: `because criterion S2 \"…\"`.",
    ),
    code(
        "E522",
        "what is explored is not an analysis",
        "`explore` and `sensitivity` stand before `pool …`, a derived analysis or a verb on a result.",
    ),
    code("E523", "a script follows two plans", "Each plan has a script of its own."),
    code("E524", "an analysis is not in the plan", "`run` and `omit` name planned analyses by their ids; the help line lists them."),
    code("E525", "a name belongs to the plan", "Planned analyses keep their ids: a result of the script takes another name."),
    code("E526", "a data event can't be read", "An event says what changed, and for a correction also by whom and why."),
    code(
        "E527",
        "a script is compared with a plan it does not follow",
        "`weald diff` takes the plan that the script follows, which lies beside it.",
    ),
    code("W520", "a plan has no lock", "Nothing of it is registered until `weald lock` has locked it."),
    code("W521", "data or script say otherwise than the plan", "Planned analyses are run with what was locked."),
    code("W522", "a planned analysis can't be run with these data", "It is listed as not done, with the reason."),
    code("W523", "a reason is given where no plan is followed", "Reason codes explain differences from a registered plan."),
    code(
        "W524",
        "the data hold an instrument or a level that the plan does not name",
        "Results that meet the plan's selection enter its analyses all the same. Tell of them in the review.",
    ),
];
