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
        "plan P2 secondary: pool mortality model reml ci hksj"
    ),
    verb!(
        Declare,
        "declare",
        Plans,
        Other,
        &[],
        false,
        "declare results_seen none | some | all by PERSON, … [date \"DATE\"] | declare amendments \"TEXT\" | declare reconstructed from \"TEXT\"",
        "Says how much of the results was known, how amendments are documented, or what a plan was reconstructed from",
        "declare results_seen none by \"A. Reviewer\", \"B. Reviewer\" date \"2024-05-01\""
    ),
    verb!(
        Designs,
        "designs",
        Plans,
        Other,
        &[],
        false,
        "designs DESIGN, … [because [CODE] \"REASON\"]",
        "Says which designs of studies are eligible",
        "designs rct, cluster_rct"
    ),
    verb!(
        Criterion,
        "criterion",
        Plans,
        NewName,
        &[],
        false,
        "criterion ID \"TEXT\" [because [CODE] \"REASON\"]",
        "States a criterion that people apply, study by study; `because criterion ID` cites it",
        "criterion C1 \"fewer than half of the people were seen again\""
    ),
    verb!(
        Conclude,
        "conclude",
        Plans,
        Other,
        &[],
        false,
        "conclude against null | mid | conclude \"CRITERION\"",
        "Says what conclusions are drawn against",
        "conclude against mid"
    ),
    verb!(Seal, "seal", Plans, Nothing, &[], false, "seal", "Asks that planned estimates stay hidden until the plan is locked", "seal"),
    verb!(
        Amend,
        "amend",
        Plans,
        NewName,
        &[],
        false,
        "amend ID date \"DATE\" reason CODE \"REASON\" after data yes | no",
        "Announces a change of a locked plan; the next lock says what has changed",
        "amend A1 date \"2024-05-01\" reason better_method \"too few trials for a regression\" after data no"
    ),
    verb!(
        Dry,
        "dry",
        Plans,
        Other,
        &[],
        false,
        "dry run [k NUMBER] [n FROM..TO] [seed NUMBER]",
        "Runs the planned analyses on synthetic rows, and shows what their reports will look like",
        "dry run k 6 n 30..120 seed 1"
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
