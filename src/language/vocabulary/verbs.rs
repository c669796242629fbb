//! Statement words.

use super::clauses::ClauseId as C;
use super::{Group, Subject, Verb};

/// Every statement word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum VerbId {
    Edition,
    Use,
    Set,
    Include,
    Review,
    Stage,
    Outcome,
    Instrument,
    Timepoint,
    Characteristic,
    Compare,
    Study,
    Prefer,
    Pool,
    Show,
    Explain,
    Describe,
    List,
    Check,
    Print,
    Methods,
    Help,
    Expect,
    Let,
    If,
    For,
    Rule,
    Undo,
    Save,
    Quit,
}

/// The clauses of every analysis, `pool` or derived.
pub const ANALYSIS: &[C] = &[
    C::At,
    C::Measure,
    C::Variance,
    C::Model,
    C::Tau2,
    C::Ci,
    C::Pi,
    C::Level,
    C::I2,
    C::Zero,
    C::Exclude,
    C::Only,
    C::Where,
    C::Because,
    C::By,
    C::Combine,
    C::Prefer,
    C::Keep,
];

/// A row of the table.
macro_rules! verb {
    ($id:ident, $name:literal, $group:ident, $subject:ident, $clauses:expr, $entries:literal, $usage:literal, $summary:literal, $example:literal) => {
        Verb {
            id: VerbId::$id,
            name: $name,
            group: Group::$group,
            summary: $summary,
            usage: $usage,
            subject: Subject::$subject,
            clauses: $clauses,
            takes_entries: $entries,
            example: $example,
        }
    };
}

/// All verbs, in order of listing.
pub const VERBS: &[Verb] = &[
    verb!(Edition, "edition", SettingUp, Other, &[], false, "edition 2026", "Fixes every default to those of a year", "edition 2026"),
    verb!(Use, "use", SettingUp, File, &[], false, "use \"FILE\"", "Takes a study store or a data file as the data", "use \"bcg.csv\""),
    verb!(
        Set,
        "set",
        SettingUp,
        Other,
        &[C::Measure, C::Variance, C::Model, C::Ci, C::Pi, C::Level, C::I2, C::Zero, C::Conventions],
        false,
        "set CLAUSE VALUE …",
        "Changes a default for the statements that follow",
        "set ci wald level 90%"
    ),
    verb!(
        Include,
        "include",
        SettingUp,
        File,
        &[],
        false,
        "include \"FILE.weald\"",
        "Runs another script in place",
        "include \"definitions.weald\""
    ),
    verb!(
        Review,
        "review",
        SettingUp,
        NewName,
        &[],
        false,
        "review ID \"TITLE\" [question \"…\"] [registration \"…\"]",
        "Names the review",
        "review bcg \"BCG vaccine against tuberculosis\""
    ),
    verb!(
        Stage,
        "stage",
        SettingUp,
        Other,
        &[],
        false,
        "stage protocol | search | screening | extraction | analysis | complete",
        "Says how far the review has come",
        "stage extraction"
    ),
    verb!(
        Outcome,
        "outcome",
        SettingUp,
        NewName,
        &[C::Measure, C::Mid],
        false,
        "outcome ID [\"LABEL\"] [primary | secondary] [critical | important] [higher | lower better] [measure M] [mid N]",
        "Declares an outcome, its direction and its measure",
        "outcome recovery \"Personal recovery\" primary higher better measure smd"
    ),
    verb!(
        Instrument,
        "instrument",
        SettingUp,
        NewName,
        &[C::Items, C::Range, C::Mid],
        false,
        "instrument ID [\"LABEL\"] for OUTCOME [higher | lower better] [items N] [range A..B] [mid N]",
        "Declares an instrument; one that runs against its outcome has its effects turned once",
        "instrument RAS for recovery items 24 range 24..120 higher better"
    ),
    verb!(
        Timepoint,
        "timepoint",
        SettingUp,
        NewName,
        &[C::Window],
        false,
        "timepoint ID [\"LABEL\"] [window A..B]",
        "Declares a timepoint",
        "timepoint posttest window -2w..4w"
    ),
    verb!(
        Characteristic,
        "characteristic",
        SettingUp,
        NewName,
        &[],
        false,
        "characteristic ID [\"LABEL\"] LEVEL, LEVEL, …",
        "Declares a study characteristic and its levels",
        "characteristic comparator tau, waitlist, active"
    ),
    verb!(
        Compare,
        "compare",
        SettingUp,
        Other,
        &[],
        false,
        "compare ARM vs ARM, ARM [as control]",
        "Declares a comparison of arms",
        "compare imr vs tau, waitlist as control"
    ),
    verb!(
        Study,
        "study",
        SettingUp,
        NewName,
        &[C::From],
        true,
        "study ID [\"LABEL\"] [trial ID] [CHARACTERISTIC VALUE …]\n  OUTCOME [at TIMEPOINT] [SET] [ARM vs ARM] [KEY VALUE …] [from \"SOURCE\"]: NUMBERS [vs NUMBERS]",
        "Writes a study and, on indented lines, its results into the data",
        "study Jensen2019 \"Jensen et al. 2019\" country Denmark\n  recovery at posttest cc: n 59 mean 69.5 sd 12.2 vs n 57 mean 69.2 sd 18.0"
    ),
    verb!(
        Prefer,
        "prefer",
        SettingUp,
        Other,
        &[],
        false,
        "prefer KEY A > B > …",
        "Says which of several results of one trial is taken",
        "prefer instrument RAS > QPR"
    ),
    verb!(
        Pool,
        "pool",
        Analysis,
        Estimand,
        ANALYSIS,
        false,
        "pool OUTCOME [at TIMEPOINT] [SET] [ARM vs ARM] [CLAUSES]",
        "Pools the effects of an outcome",
        "pool outcome measure rr model reml"
    ),
    verb!(Show, "show", Looking, Analysis, &[], false, "show NAME", "Prints a result again", "show vaccine"),
    verb!(
        Explain,
        "explain",
        Looking,
        Analysis,
        &[],
        false,
        "explain NAME",
        "Shows every setting, where it came from, and how the number was computed",
        "explain vaccine"
    ),
    verb!(Describe, "describe", Looking, Other, &[], false, "describe [OUTCOME | STUDY | COLUMN]", "Says what the data hold", "describe"),
    verb!(
        List,
        "list",
        Looking,
        Other,
        &[C::Where],
        false,
        "list studies | outcomes | rows | columns | analyses | rules [where CONDITION]",
        "Lists studies, outcomes, rows, columns, analyses or rules",
        "list studies where year >= 1960"
    ),
    verb!(Check, "check", Looking, Other, &[], false, "check data", "Lists what is odd in the data", "check data"),
    verb!(
        Print,
        "print",
        Looking,
        Other,
        &[],
        false,
        "print EXPRESSION",
        "Prints a value or a text with {values} in it",
        "print \"{vaccine.k} trials\""
    ),
    verb!(
        Methods,
        "methods",
        Looking,
        OfAnalysis,
        &[],
        false,
        "methods of NAME",
        "Prints the sentences for a paper's Methods, with citations",
        "methods of vaccine"
    ),
    verb!(Help, "help", Looking, Other, &[], false, "help [WORD …]", "Explains a word of the language", "help pool model"),
    verb!(
        Expect,
        "expect",
        Looking,
        Analysis,
        &[C::From, C::ReportOnly],
        false,
        "expect NAME FIELD VALUE … [from \"SOURCE\"] [report only]",
        "Compares a result with printed values; one that differs makes the run end with status 3",
        "expect vaccine k 13 from \"Table 1\""
    ),
    verb!(
        Let,
        "let",
        Programming,
        NewName,
        &[],
        false,
        "let NAME = EXPRESSION | STATEMENT",
        "Gives a name to a value or a result",
        "let ratio = exp(vaccine.estimate)"
    ),
    verb!(
        If,
        "if",
        Programming,
        Other,
        &[],
        false,
        "if CONDITION { … } else { … }",
        "Runs statements when a condition holds",
        "if vaccine.k >= 10 { print \"ten or more\" }"
    ),
    verb!(
        For,
        "for",
        Programming,
        NewName,
        &[],
        false,
        "for NAME in LIST { … }",
        "Runs statements once for each element",
        "for m in [dl, reml] { vaccine model m }"
    ),
    verb!(
        Rule,
        "rule",
        Programming,
        NewName,
        &[C::Model, C::Tau2, C::Ci, C::Pi, C::Level, C::I2],
        true,
        "rule NAME\n  when CONDITION then not_pooled | MODEL [CLAUSES]\n  otherwise not_pooled | MODEL [CLAUSES]",
        "Chooses the model by conditions on the data, the first that holds",
        "rule paper\n  when k < 2 then not_pooled\n  when p(q) < 0.10 and i2(q) >= 50% then reml\n  otherwise common"
    ),
    verb!(Undo, "undo", Session, Nothing, &[], false, "undo", "Takes back the last statement of a session", "undo"),
    verb!(
        Save,
        "save",
        Session,
        Other,
        &[],
        false,
        "save session to \"FILE.weald\" | save data to \"FILE.json\"",
        "Writes the session's statements, or its data, to a file",
        "save session to \"session.weald\""
    ),
    verb!(Quit, "quit", Session, Nothing, &[], false, "quit", "Ends the session", "quit"),
];

/// Words of the language that this version does not run yet, with what they will do.
pub const LATER: &[(&str, &str)] = &[
    ("regress", "meta-regression"),
    ("leave-one-out", "leave-one-out analysis"),
    ("cumulative", "cumulative meta-analysis"),
    ("influence", "influence diagnostics"),
    ("egger", "Egger's test"),
    ("begg", "Begg's test"),
    ("trim-and-fill", "trim-and-fill"),
    ("fail-safe", "fail-safe N"),
    ("permute", "permutation tests"),
    ("gosh", "GOSH"),
    ("robustness", "robustness grids"),
    ("forest", "forest plots as files"),
    ("funnel", "funnel plots"),
    ("bubble", "bubble plots"),
    ("baujat", "Baujat plots"),
    ("radial", "radial plots"),
    ("labbe", "L'Abbe plots"),
    ("rob", "risk-of-bias figures"),
    ("flow", "the PRISMA flow diagram"),
    ("characteristics", "the table of included studies"),
    ("summary-of-findings", "summary of findings"),
    ("report", "reports"),
    ("export", "exports"),
    ("plan", "registered plans"),
    ("follow", "registered plans"),
    ("run", "registered plans"),
    ("explore", "registered plans"),
    ("amend", "registered plans"),
    ("register", "registered plans"),
    ("accept", "dispositions of findings"),
    ("judge", "recorded judgements"),
    ("unseal", "sealed plans"),
    ("reproduce", "the search for reproducing conventions"),
    ("infer", "inference of rules"),
    ("dry", "dry runs of plans"),
];
