//! What became of a registered plan, for the document of a run and for the tables.

use crate::eval::follow::DataEvent;
use crate::protocol::receipt::Registration;
use crate::protocol::{Amendment, Effect};
use serde::Serialize;

/// What became of a plan (contract: the document's `plan`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanReport {
    /// The plan's file.
    pub path: String,
    /// The first lock, in words.
    #[serde(skip)]
    pub locked: String,
    /// What was pasted into a registry.
    pub fingerprint: Option<String>,
    /// What it was reconstructed from after its results were known; null for a plan of its own.
    pub reconstructed: Option<String>,
    /// Whether its last lock is a draft.
    pub draft: bool,
    /// Whether locks, chain, receipt and journal hold.
    pub verified: bool,
    /// What became of each planned analysis.
    pub planned: Vec<PlannedRow>,
    /// The locks, each with its fingerprint.
    #[serde(skip)]
    pub locks: Vec<(String, String)>,
    /// Registrations that the receipt names.
    #[serde(skip)]
    pub registrations: Vec<Registration>,
    /// Amendments, in order.
    #[serde(skip)]
    pub amendments: Vec<Amendment>,
    /// Planned analyses that were not run.
    pub not_done: Vec<NotDoneRow>,
    /// Planned analyses whose condition does not hold, or is met by no study.
    pub planned_condition_false: Vec<ConditionRow>,
    /// Planned analyses that were not run, each beside an unregistered one of nearly the same question.
    pub similar: Vec<SimilarRow>,
    /// The differences between protocol and review, in the order of the table.
    pub differences: Vec<DifferenceRow>,
    /// Analyses beside the plan.
    pub additions: Vec<AdditionRow>,
    /// What happened to the data.
    pub data_events: Vec<EventRow>,
    /// Registered criteria that people applied.
    pub criteria: Vec<CriterionRow>,
    /// What data and script hold that the plan does not name.
    pub beyond: Vec<BeyondRow>,
    /// The line at which the script ended early; what stands below it was not run.
    pub stopped: Option<usize>,
    /// Whether nothing waits for a reason.
    pub complete: bool,
}

/// A registered criterion, as a person applied it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriterionRow {
    /// Its id.
    pub criterion: String,
    /// What it says.
    pub text: String,
    /// The planned analysis.
    pub plan: String,
    /// The studies left out.
    pub studies: Vec<String>,
    /// Who judged.
    pub by: Option<String>,
    /// Why it applies.
    pub reason: Option<String>,
    /// When it was decided, where that is stated.
    pub when: Option<&'static str>,
    /// Where it is said to have been decided before results were seen: the day of which the journal has results.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// Where in the script.
    pub line: usize,
    /// The planned analysis without the criterion and with it, on the analysis scale.
    pub effect: Effect,
    /// On the scale displayed.
    #[serde(skip)]
    pub shown: EffectShown,
}

/// What the plan does not name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BeyondRow {
    /// `name`, `instrument`, `level`.
    pub kind: &'static str,
    /// In words.
    pub words: String,
    /// The studies whose results it concerns.
    pub studies: Vec<String>,
    /// The planned analyses they enter.
    pub plans: Vec<String>,
    /// What they do to the planned pools.
    pub effects: Vec<EventEffect>,
}

/// A planned analysis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedRow {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub role: &'static str,
    /// What it belongs to.
    pub parent: Option<String>,
    /// `pre_specified`, …, `not_done`, `planned_condition_false`.
    pub status: &'static str,
    /// Where it was run.
    pub line: Option<usize>,
    /// Its label.
    pub label: String,
    /// The order of subgroups that was expected: `random > alternate`.
    #[serde(skip)]
    pub expects: Option<String>,
    /// `k = 1`, the condition that does not hold, the reason.
    pub detail: Option<String>,
}

/// A planned analysis that was not done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NotDoneRow {
    /// Its id.
    pub id: String,
    /// Why; null where nothing is known.
    pub reason: Option<String>,
    /// What stood in its way and waits to be settled.
    pub obstacle: Option<String>,
    /// The reason's code, where a person gave one.
    pub reason_code: Option<&'static str>,
    /// What it was for.
    pub role: &'static str,
    /// `OUT-`, `SEN-`, …
    pub code: &'static str,
}

/// A planned analysis whose condition does not hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConditionRow {
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// Not run as registered; a similar unregistered analysis was run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SimilarRow {
    /// The planned analysis.
    pub plan: String,
    /// The part of the question in which they differ.
    pub field: &'static str,
    /// As registered.
    pub registered: String,
    /// As run.
    pub executed: String,
    /// Where.
    pub line: usize,
    /// What.
    pub statement: String,
}

/// A row of the table of differences.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DifferenceRow {
    /// The planned analysis.
    pub plan: String,
    /// What it is for.
    pub role: Option<&'static str>,
    /// `deviation`, `amended`, `clarified`, `not_done`.
    pub status: &'static str,
    /// Where in the script.
    pub line: Option<usize>,
    /// The code.
    pub code: &'static str,
    /// `E`, `M`, `N`, `C`, `T`.
    pub severity: &'static str,
    /// The field.
    pub item: String,
    /// As registered.
    pub registered: String,
    /// As done.
    pub executed: String,
    /// When it was decided, where that is stated.
    pub when: Option<&'static str>,
    /// Where it is said to have been decided before results were seen: the day of which the journal has results of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// The reason's code.
    pub reason_code: Option<&'static str>,
    /// The reason.
    pub reason: Option<String>,
    /// On the analysis scale.
    pub effect: Option<Effect>,
    /// On the scale displayed.
    #[serde(skip)]
    pub shown: Option<EffectShown>,
    /// The studies it concerns.
    pub studies: Vec<String>,
    /// What it comes to, study by study: signs that turned, ranks of chosen results.
    pub details: Vec<String>,
    /// Whether a reason is still asked for.
    pub unexplained: bool,
}

impl DifferenceRow {
    /// Whether its effect is that of several changes of one analysis together.
    pub fn is_joint(&self, report: &PlanReport) -> bool {
        let joins = |d: &&DifferenceRow| d.effect.is_some() && d.effect == self.effect && (&d.plan, d.line) == (&self.plan, self.line);
        self.status == "deviation" && report.differences.iter().filter(joins).count() > 1
    }

    /// Its place in the table: roles and questions, what is material, what was not done,
    /// clarified and technical.
    pub fn rank(&self) -> (u8, u8) {
        match (self.code, self.severity) {
            ("ROLE", _) => (0, 0),
            (_, "E") => (0, 1),
            (_, "M") => (1, u8::from(self.when.is_some_and(|w| w != "after results"))),
            (_, "N") => (2, 0),
            (_, "C") => (3, 0),
            _ => (5, 0),
        }
    }
}

/// Analyses beside the plan, of one code and one planned analysis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AdditionRow {
    /// `SEN+`, `SUB+`, `OUT+`, …
    pub code: &'static str,
    /// What they are for.
    pub role: &'static str,
    /// The planned analysis they belong to.
    pub plan: Option<String>,
    /// Where they stand.
    pub lines: Vec<usize>,
    /// What they are.
    pub statements: Vec<String>,
}

/// An event of the data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventRow {
    /// `DAT+` or `DAT`.
    pub code: &'static str,
    /// What happened.
    #[serde(flatten)]
    pub event: DataEvent,
    /// The results it is about, by their keys, where a journal knows them.
    pub results: Vec<String>,
    /// Why the record does not fit the data.
    pub misfit: Option<String>,
    /// Whether it asks for a record.
    pub unexplained: bool,
    /// What it does to each planned pool it touches.
    pub effects: Vec<EventEffect>,
}

/// What an event does to a planned pool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventEffect {
    /// The planned analysis.
    pub plan: String,
    /// Studies without it.
    pub k_before: usize,
    /// Studies with it.
    pub k_after: usize,
    /// Estimate and interval without it, on the analysis scale.
    pub before: Option<[f64; 3]>,
    /// Estimate and interval with it.
    pub after: Option<[f64; 3]>,
    /// The same on the scale displayed.
    #[serde(skip)]
    pub shown: EffectShown,
}

/// An effect as it is displayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EffectShown {
    /// On the scale that is displayed.
    pub effect: Effect,
    /// Whether the interval includes no effect, as registered and as run; none where the measure has no such
    /// value, as a proportion, or an interval is missing.
    pub includes_null: Option<(bool, bool)>,
}
