//! Statement words about rules and published numbers.

use super::clauses::ClauseId as C;
use super::{Group, Subject, Verb, VerbId, verb_row as verb};

/// These verbs, in order of listing.
pub const OF_PLANS: &[Verb] = &[
    verb!(
        Plan,
        "plan",
        Plans,
        Other,
        &[],
        false,
        "plan ID ROLE [of PARENT] [because \"REASON\"]: STATEMENT [when CONDITION] [expects LEVEL > LEVEL]",
        "Plans an analysis: `primary`, `secondary`, `sensitivity`, `subgroup`, `meta-regression` or `small-study`",
        "plan P1 primary: pool mortality model reml ci hksj"
    ),
    verb!(
        Apply,
        "apply",
        Plans,
        Other,
        &[],
        false,
        "apply RULE to NAME",
        "Runs on a result what a rule says, such as leave-one-out or tests of small-study effects, or nothing",
        "apply small_study to vaccine"
    ),
    verb!(
        Accept,
        "accept",
        Plans,
        Other,
        &[C::Because],
        false,
        "accept CODE [for RULE | RESULT] because \"REASON\" [by \"PERSON\"]",
        "Accepts a warning with a reason that stands in the output",
        "accept W301 because \"the review team has used this rule before\""
    ),
    verb!(
        Judge,
        "judge",
        Plans,
        NewName,
        &[C::Because],
        false,
        "judge NAME [for RESULT] by PERSON, … [answer yes | no | \"TEXT\" | NUMBER] [date \"DATE\"] [because \"REASON\"]",
        "Announces a judgement that people make or, with its answer, records it, so that rules can read it",
        "judge similar_pico for vaccine by \"A. Reviewer\", \"B. Reviewer\" answer yes date \"2024-05-01\" because \"same vaccine, same outcome\""
    ),
    verb!(
        Reproduce,
        "reproduce",
        Plans,
        Analysis,
        &[C::From],
        false,
        "reproduce NAME FIELD VALUE … [from \"SOURCE\"]",
        "Searches estimators, intervals, measures, zero cells and overlap choices for those that give printed numbers",
        "reproduce vaccine display 0.49 display_ci [0.34, 0.70] k 13"
    ),
    verb!(
        Infer,
        "infer",
        Plans,
        Other,
        &[C::Where],
        false,
        "infer rule from \"FILE.csv\" [where CONDITION]",
        "Finds the simplest rules of one or two thresholds that fit published decisions, or says that none does",
        "infer rule from \"decisions.csv\" where k > 1"
    ),
];
