//! Statement words of scripts that follow a plan.

use super::{Group, Subject, Verb, VerbId, verb_row as verb};

/// These verbs, in order of listing.
pub const OF_FOLLOWING: &[Verb] = &[
    verb!(
        Follow,
        "follow",
        Plans,
        File,
        &[],
        false,
        "follow \"NAME.plan.weald\"",
        "Takes the declarations, rules and settings of a locked plan, and compares with it whatever is run",
        "follow \"bcg.plan.weald\""
    ),
    verb!(Run, "run", Plans, Other, &[], false, "run plan | ID, … | ID*", "Runs planned analyses as they were locked", "run plan"),
    verb!(
        Explore,
        "explore",
        Plans,
        Other,
        &[],
        false,
        "explore STATEMENT",
        "Runs an analysis that stands in the place of nothing planned: it is post hoc, exploratory",
        "explore pool outcome measure or"
    ),
    verb!(
        Sensitivity,
        "sensitivity",
        Plans,
        Other,
        &[],
        false,
        "sensitivity STATEMENT",
        "Runs an analysis that stands in the place of nothing planned: it is post hoc, a sensitivity analysis",
        "sensitivity vaccine model dl"
    ),
    verb!(
        Omit,
        "omit",
        Plans,
        Other,
        &[],
        false,
        "omit ID, … because [CODE] \"REASON\"",
        "Says why planned analyses are not run",
        "omit S1 because not_applicable_data \"no trial reports it\""
    ),
    verb!(
        Record,
        "record",
        Plans,
        Other,
        &[],
        false,
        "record update | late | correction | removal STUDY, … [field NAME] [from VALUE to VALUE] [by PERSON] [date \"DATE\"] [because \"REASON\"]",
        "Records what happened to the data since the lock: a search update, a late result, a correction, a study taken out",
        "record correction \"Aronson 1948\" field n1 from 132 to 123 by \"A. Reviewer\" date \"2024-05-01\" because \"typing error\""
    ),
    verb!(
        Differences,
        "differences",
        Plans,
        Nothing,
        &[],
        false,
        "differences",
        "Shows the table of differences between protocol and review, with the effect of each",
        "differences"
    ),
    verb!(
        Status,
        "status",
        Plans,
        Other,
        &[],
        false,
        "status of plan",
        "Shows what became of each planned analysis, and what happened to the data",
        "status of plan"
    ),
];
