//! The one table of the language's words.
//!
//! Checking, "did you mean", help, completion, hints, highlighting and
//! `docs/reference.md` all read it; nothing about a word is written anywhere else.

mod analysis;
mod choices;
mod clauses;
mod commands;
mod fields;
mod functions;
mod lists;
mod reserved;
mod triggers;
mod verbs;
mod verbs_after_pooling;
mod verbs_of_conversions;
mod verbs_of_editing;
mod verbs_of_files;
mod verbs_of_following;
mod verbs_of_pictures;
mod verbs_of_plans;
mod verbs_of_reports;
mod verbs_of_selection;

pub use choices::{
    ALTERNATIVES, CI, CONVENTIONS, I2, LAYOUTS, MEANS, MEASURES, MEDIANS, METHODS, MODELS, PI, PREDICTORS, ROBUST, RULE_TESTS, SIDES,
    TAU2_SHARING, TRIM_ESTIMATORS, VARIANCES, ZERO,
};
pub use clauses::{CLAUSES, ClauseId};
pub use commands::COMMANDS;
pub use fields::FIELDS;
pub use functions::FUNCTIONS;
pub use lists::VERBS;
pub use reserved::RESERVED;
pub use triggers::TRIGGERS;
pub use verbs::VerbId;

use crate::language::spec::{Conventions, I2Definition, PoolModel};
use crate::stats::effect::{Measure, Medians, SmdVariance, ZeroPolicy};
use crate::stats::multilevel::RobustKind;
use crate::stats::pool::{CiMethod, PiMethod};

/// The groups under which verbs are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Setting up.
    SettingUp,
    /// Analysis.
    Analysis,
    /// Pictures.
    Pictures,
    /// Looking.
    Looking,
    /// Programming.
    Programming,
    /// Registered plans.
    Plans,
    /// Reports, diagrams and tables of the whole review.
    Reports,
    /// The session itself.
    Session,
}

impl Group {
    /// All, in order of listing.
    pub const ALL: [Group; 8] = [
        Group::SettingUp,
        Group::Analysis,
        Group::Pictures,
        Group::Looking,
        Group::Plans,
        Group::Reports,
        Group::Programming,
        Group::Session,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::SettingUp => "Setting up",
            Group::Analysis => "Analysis",
            Group::Pictures => "Pictures",
            Group::Looking => "Looking",
            Group::Programming => "Programming",
            Group::Plans => "Registered plans",
            Group::Reports => "Reports",
            Group::Session => "The session",
        }
    }
}

/// What a verb is about: what may stand right after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An outcome, then timepoint, analysis set, comparison.
    Estimand,
    /// The name of an analysis.
    Analysis,
    /// `of` and the name of an analysis.
    OfAnalysis,
    /// A file in quotes.
    File,
    /// A new name.
    NewName,
    /// Something else, shown by the usage.
    Other,
    /// Nothing.
    Nothing,
}

/// A statement word.
#[derive(Clone, Copy)]
pub struct Verb {
    /// Which.
    pub id: VerbId,
    /// The word.
    pub name: &'static str,
    /// Under which group it is listed.
    pub group: Group,
    /// One sentence, without its final stop.
    pub summary: &'static str,
    /// The shape, for help and hints.
    pub usage: &'static str,
    /// What stands after it.
    pub subject: Subject,
    /// Clauses that fit.
    pub clauses: &'static [ClauseId],
    /// Indented lines may follow.
    pub takes_entries: bool,
    /// A runnable example, against the BCG data bound to `vaccine` where it needs data.
    pub example: &'static str,
}

impl Verb {
    /// Whether it works on a regression.
    pub fn asks_regressions(&self) -> bool {
        use VerbId::{Bootstrap, Contrast, Permute, Predict, Regress, Test, Vif};
        matches!(self.id, Regress | Predict | Contrast | Test | Vif | Permute | Bootstrap)
    }

    /// Whether it works on a result and gives another: `leave-one-out of a`, `regress a on x`.
    pub fn is_further(&self) -> bool {
        self.group == Group::Analysis && matches!(self.subject, Subject::OfAnalysis | Subject::Analysis)
    }
}

/// What a clause takes.
#[derive(Clone, Copy)]
pub enum Takes {
    /// One of these words.
    Choice(&'static [Choice]),
    /// A percentage such as `95%`.
    Percent {
        /// Lowest allowed.
        min: f64,
        /// Highest allowed.
        max: f64,
    },
    /// A number.
    Number {
        /// Lowest allowed.
        min: f64,
        /// Highest allowed.
        max: f64,
    },
    /// Study names.
    Studies,
    /// Column names.
    Columns,
    /// A timepoint.
    Timepoint,
    /// Quoted text.
    Text,
    /// A condition.
    Condition,
    /// Something of its own, shown by the usage.
    Special,
}

/// A clause.
pub struct Clause {
    /// Which.
    pub id: ClauseId,
    /// The word.
    pub name: &'static str,
    /// The shape.
    pub usage: &'static str,
    /// One sentence, without its final stop.
    pub summary: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether `set` accepts it.
    pub settable: bool,
}

/// A word a clause can choose.
pub struct Choice {
    /// The canonical word.
    pub name: &'static str,
    /// Other words for the same.
    pub aliases: &'static [&'static str],
    /// One sentence, without its final stop.
    pub summary: &'static str,
    /// The paper behind it.
    pub source: &'static str,
    /// What it stands for.
    pub value: ChoiceValue,
}

/// The meaning of a choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ChoiceValue {
    /// An effect measure.
    Measure(Measure),
    /// An SMD variance.
    Variance(SmdVariance),
    /// A model.
    Model(PoolModel),
    /// The edition's random-effects model.
    RandomDefault,
    /// An interval.
    Ci(CiMethod),
    /// A prediction interval.
    Pi(PiMethod),
    /// A zero-cell policy.
    Zero(ZeroPolicy),
    /// A way from medians to means.
    Medians(Medians),
    /// A cluster-robust standard error; `None` for none.
    Robust(Option<RobustKind>),
    /// An I2 definition.
    I2(I2Definition),
    /// Another program's defaults; `None` turns back to the edition's.
    Conventions(Option<Conventions>),
    /// Whether subgroups share tau2.
    SharedTau2(bool),
    /// The word itself.
    Word(&'static str),
}

/// A function of expressions.
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// How it is called.
    pub usage: &'static str,
    /// Least and most arguments.
    pub arity: (usize, usize),
    /// One sentence, without its final stop.
    pub summary: &'static str,
    /// A true statement in the language that shows it.
    pub example: &'static str,
}

/// A field of a result.
pub struct Field {
    /// `estimate`, `i2(q)`.
    pub name: &'static str,
    /// One sentence, without its final stop.
    pub summary: &'static str,
    /// Whether `expect` can compare it.
    pub expectable: bool,
}

/// A row of the table.
macro_rules! verb_row {
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

use verb_row;

/// The verb of that name.
pub fn verb(name: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|v| v.name.eq_ignore_ascii_case(name))
}

/// The clause of that name.
pub fn clause(name: &str) -> Option<&'static Clause> {
    CLAUSES.iter().find(|c| c.name.eq_ignore_ascii_case(name))
}

/// The clause with that id.
pub fn clause_of(id: ClauseId) -> &'static Clause {
    let found = CLAUSES.iter().find(|c| c.id == id);
    debug_assert!(found.is_some(), "every clause id stands in the table");
    found.unwrap_or(&CLAUSES[0])
}

/// The choice of that name or alias.
pub fn choice(list: &'static [Choice], name: &str) -> Option<&'static Choice> {
    list.iter().find(|c| c.name.eq_ignore_ascii_case(name) || c.aliases.iter().any(|a| a.eq_ignore_ascii_case(name)))
}

/// The function of that name.
pub fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|f| f.name.eq_ignore_ascii_case(name))
}

/// Whether a statement that starts with this word may take indented lines.
pub fn takes_entries(head: &str) -> bool {
    head.eq_ignore_ascii_case("rule") || verb(head).is_some_and(|v| v.takes_entries)
}
