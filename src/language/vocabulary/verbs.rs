//! Statement words.

use super::clauses::ClauseId as C;
use super::verbs_of_plans::OF_PLANS;
use super::{Group, Subject, Verb, verb_row as verb};

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
    LeaveOneOut,
    Cumulative,
    Influence,
    Blup,
    Baujat,
    Gosh,
    Bootstrap,
    Profile,
    Robustness,
    Egger,
    Begg,
    TrimAndFill,
    FailSafe,
    Regress,
    Predict,
    Contrast,
    Test,
    Vif,
    Permute,
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
    Apply,
    Accept,
    Judge,
    Reproduce,
    Infer,
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

/// The lists the table is put together from.
const LISTS: [&[Verb]; 2] = [FIRST, OF_PLANS];

/// All verbs; groups are listed together.
pub const VERBS: &[Verb] = &joined();

const fn total() -> usize {
    let (mut n, mut list) = (0, 0);
    while list < LISTS.len() {
        n += LISTS[list].len();
        list += 1;
    }
    n
}

const fn joined() -> [Verb; total()] {
    let mut out = [FIRST[0]; total()];
    let (mut at, mut list) = (0, 0);
    while list < LISTS.len() {
        let mut i = 0;
        while i < LISTS[list].len() {
            out[at] = LISTS[list][i];
            at += 1;
            i += 1;
        }
        list += 1;
    }
    out
}

/// Those of [`VERBS`] that stand here.
const FIRST: &[Verb] = &[
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
    verb!(
        LeaveOneOut,
        "leave-one-out",
        Analysis,
        OfAnalysis,
        &[C::By],
        false,
        "leave-one-out of NAME [by trial] [CLAUSES]",
        "Pools again without each study in turn",
        "leave-one-out of vaccine"
    ),
    verb!(
        Cumulative,
        "cumulative",
        Analysis,
        OfAnalysis,
        &[C::Order, C::Ties],
        false,
        "cumulative of NAME order COLUMN [ties together] [CLAUSES]",
        "Pools again as each study is added in order",
        "cumulative of vaccine order year"
    ),
    verb!(
        Influence,
        "influence",
        Analysis,
        OfAnalysis,
        &[],
        false,
        "influence of NAME [CLAUSES]",
        "Shows how much each study moves the result",
        "influence of vaccine"
    ),
    verb!(
        Blup,
        "blup",
        Analysis,
        OfAnalysis,
        &[],
        false,
        "blup of NAME [CLAUSES]",
        "Estimates the true effect of each study, drawn towards the pooled one",
        "blup of vaccine"
    ),
    verb!(
        Baujat,
        "baujat",
        Analysis,
        OfAnalysis,
        &[],
        false,
        "baujat of NAME [CLAUSES]",
        "Shows which studies make the heterogeneity, and which move the result",
        "baujat of vaccine"
    ),
    verb!(
        Gosh,
        "gosh",
        Analysis,
        OfAnalysis,
        &[C::Draws, C::Seed],
        false,
        "gosh of NAME [draws NUMBER] [seed NUMBER] [CLAUSES]",
        "Pools every subset of the studies, beyond 20 studies a random sample of subsets",
        "gosh of vaccine"
    ),
    verb!(
        Bootstrap,
        "bootstrap",
        Analysis,
        OfAnalysis,
        &[C::Draws, C::Seed, C::Method],
        false,
        "bootstrap of NAME [draws NUMBER] [seed NUMBER] [method nonparametric | parametric] [CLAUSES]",
        "Bootstrap intervals of the pooled effect and of tau2",
        "bootstrap of vaccine draws 1000 seed 7"
    ),
    verb!(
        Profile,
        "profile",
        Analysis,
        OfAnalysis,
        &[],
        false,
        "profile of NAME [CLAUSES]",
        "The likelihood of tau2 along its axis, and the interval of tau2 it gives",
        "profile of vaccine"
    ),
    verb!(
        Robustness,
        "robustness",
        Analysis,
        OfAnalysis,
        &[C::Over],
        false,
        "robustness of NAME [CLAUSES] over CLAUSE [VALUE, VALUE …] CLAUSE [VALUE, VALUE …] …",
        "Runs every combination of the choices listed, and says how far the result depends on them",
        "robustness of vaccine over model [dl, reml, pm] ci [wald, hksj] measure [rr, or]"
    ),
    verb!(
        Egger,
        "egger",
        Analysis,
        OfAnalysis,
        &[C::Predictor, C::Method],
        false,
        "egger of NAME [predictor se | vi | n | ninv | modified] [method classical | mixed] [CLAUSES]",
        "Egger's regression test of small-study effects",
        "egger of vaccine"
    ),
    verb!(
        Begg,
        "begg",
        Analysis,
        OfAnalysis,
        &[],
        false,
        "begg of NAME [CLAUSES]",
        "Begg and Mazumdar's rank test of small-study effects",
        "begg of vaccine"
    ),
    verb!(
        TrimAndFill,
        "trim-and-fill",
        Analysis,
        OfAnalysis,
        &[C::Estimator, C::Side],
        false,
        "trim-and-fill of NAME [estimator l0 | r0 | q0] [side left | right] [CLAUSES]",
        "Imputes studies that a symmetric funnel would have, and pools again",
        "trim-and-fill of vaccine"
    ),
    verb!(
        FailSafe,
        "fail-safe",
        Analysis,
        OfAnalysis,
        &[C::Method, C::Target],
        false,
        "fail-safe of NAME [method rosenthal | orwin | rosenberg] [target NUMBER] [CLAUSES]",
        "How many studies of no effect would overturn the result",
        "fail-safe of vaccine method rosenthal"
    ),
    verb!(
        Regress,
        "regress",
        Analysis,
        Analysis,
        &[C::On, C::NoIntercept],
        false,
        "regress NAME on FORMULA [no intercept] [CLAUSES]",
        "Meta-regression of the effects on moderators",
        "regress vaccine on ablat + year"
    ),
    verb!(
        Predict,
        "predict",
        Analysis,
        Analysis,
        &[C::At],
        false,
        "predict NAME [at COLUMN VALUE, COLUMN VALUE …] [CLAUSES]",
        "The mean effect of a regression at given values of its moderators, with a prediction interval",
        "predict (regress vaccine on ablat) at ablat [13, 33, 55]"
    ),
    verb!(
        Contrast,
        "contrast",
        Analysis,
        Analysis,
        &[C::At, C::On],
        false,
        "contrast NAME COLUMN VALUE vs VALUE [at COLUMN VALUE …] [CLAUSES] | contrast NAME on FORMULA [CLAUSES]",
        "Differences between mean effects of a regression, or sums of multiples of its coefficients",
        "contrast (regress vaccine on alloc) alloc random vs systematic"
    ),
    verb!(
        Test,
        "test",
        Analysis,
        Analysis,
        &[],
        false,
        "test NAME COLUMN, COLUMN … [CLAUSES]",
        "Tests some moderators of a regression together",
        "test (regress vaccine on ablat + alloc) alloc"
    ),
    verb!(
        Vif,
        "vif",
        Analysis,
        OfAnalysis,
        &[],
        false,
        "vif of NAME [CLAUSES]",
        "How far the moderators of a regression stand in each other's way: variance inflation",
        "vif of (regress vaccine on ablat + year)"
    ),
    verb!(
        Permute,
        "permute",
        Analysis,
        Analysis,
        &[C::On, C::NoIntercept, C::Draws, C::Seed],
        false,
        "permute NAME [on FORMULA] [no intercept] [draws NUMBER] [seed NUMBER] [CLAUSES]",
        "Tests a pooled effect or a regression by permutation, exactly where feasible",
        "permute (regress vaccine on alloc) draws 200"
    ),
    verb!(Show, "show", Looking, Analysis, &[], false, "show NAME", "Prints a result again", "show vaccine"),
    verb!(
        Explain,
        "explain",
        Looking,
        Analysis,
        &[],
        false,
        "explain NAME | RULE",
        "Shows every setting of a result, where it came from, and how the number was computed; of a rule, where each branch decides",
        "explain vaccine"
    ),
    verb!(Describe, "describe", Looking, Other, &[], false, "describe [OUTCOME | STUDY | COLUMN | RULE]", "Says what the data hold; of a rule, where each branch decides", "describe"),
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
        "rule NAME\n  when CONDITION then not_pooled [swim effect_direction] | [MODEL] [CLAUSES] [drop_outliers …] | TEST, TEST …\n  when undefined then …\n  otherwise …",
        "Chooses model, interval, whether to pool or which tests, by conditions on the data, the first that holds",
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
    ("forest", "forest plots as files"),
    ("funnel", "funnel plots"),
    ("bubble", "bubble plots"),
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
    ("unseal", "sealed plans"),
    ("dry", "dry runs of plans"),
];
