//! From a statement's words to an [`AnalysisSpec`].

mod as_run;
mod clauses;
mod decision;
mod dependence;
mod dependent;
mod estimand;
mod further;
mod grid;
mod regression;
mod selection;

use super::catalogue::{Catalogue, OutcomeEntry};
use super::cursor::{Cursor, Lookup};
use super::settings::{EDITION, Overrides, Settings};
use super::spec::{AnalysisSpec, CiChoice, Dependence, Estimand, Filter, ModelChoice, Origin, PoolModel, Setting};
use super::suggest::and_list;
use crate::diagnostic::Problem;
use crate::source::Span;
use crate::stats::effect::Measure;
use crate::stats::multilevel::RobustKind;
use crate::store::Store;
use crate::syntax::ast::{Command, Expr, Item, ItemKind};
use as_run::as_run;
use clauses::read;
use dependence::declared_preference;
use estimand::{measure, open_keys, outcome_name};

pub(super) use as_run::formula_as_run;
pub use dependence::{estimates_variances, is_hksj, read_preference};
pub use further::{Named, derived_regression, further};
pub use regression::coefficient;
pub use selection::{column_names, unknown_column, unknown_study};

/// Everything a statement is resolved against.
pub struct Context<'a> {
    /// The data.
    pub store: &'a Store,
    /// Their names.
    pub catalogue: &'a Catalogue,
    /// Defaults.
    pub settings: &'a Settings,
    /// Variables.
    pub lookup: &'a Lookup<'a>,
    /// Rules, by name.
    pub rules: Vec<String>,
    /// Checks a row condition; its problems.
    pub check_condition: &'a dyn Fn(&Expr) -> Vec<Problem>,
    /// The measures that the rows of an outcome allow.
    pub measures_allowed: &'a dyn Fn(&OutcomeEntry) -> Vec<Measure>,
    /// Whether any row of an outcome allows one of some measures.
    pub some_row_allows: &'a dyn Fn(&OutcomeEntry, &[Measure]) -> bool,
    /// The measures that any row of an outcome allows.
    pub measures_possible: &'a dyn Fn(&OutcomeEntry) -> Vec<Measure>,
}

/// What a statement says, before defaults.
#[derive(Default)]
struct Said {
    timepoint: Option<String>,
    analysis: Option<String>,
    comparison: Option<String>,
    overrides: Overrides,
    filters: Vec<Filter>,
    dependence: Option<Dependence>,
    robust: Option<Option<RobustKind>>,
    by: Vec<String>,
    tau2_common: Option<bool>,
}

/// `pool OUTCOME …`
pub fn pool(command: &Command, context: &Context, problems: &mut Vec<Problem>) -> Option<AnalysisSpec> {
    let before = problems.len();
    let mut cursor = Cursor::new(&command.items, command.head.span);
    let outcome = outcome_name(&mut cursor, command, context, problems);
    if context.catalogue.outcomes.is_empty() {
        return None;
    }
    let mut said = Said::default();
    read(&mut said, &mut cursor, outcome.as_deref(), context, problems);
    let outcome = outcome?;
    let entry = context.catalogue.outcomes.get(&outcome)?;
    if problems[before..].iter().any(Problem::is_error) {
        return None;
    }
    let (timepoint, analysis) = open_keys(&mut said, entry, &outcome, command, context, problems);
    let estimand = Estimand { timepoint, analysis, comparison: said.comparison.take(), outcome };
    let measure = measure(&said, &estimand, entry, command, context, problems);
    if problems[before..].iter().any(Problem::is_error) {
        return None;
    }
    let measure = measure?;
    let settings = context.settings;
    let mut spec = AnalysisSpec {
        name: None,
        statement: as_run(command, context),
        span: command.span,
        parent: None,
        filters: Vec::new(),
        variance: settings.variance(),
        zero: settings.zero(),
        model: settings.model(measure.value),
        ci: settings.ci(),
        pi: settings.pi(),
        level: settings.level(),
        i2: settings.i2(),
        conversions: settings.conversions(),
        dependence: declared_preference(context),
        robust: Setting::new(None, Origin::Edition(EDITION)),
        by: Vec::new(),
        tau2_common: Setting::new(false, Origin::Edition(EDITION)),
        rule_branch: None,
        conventions: settings.conventions,
        edition: EDITION,
        measure,
        estimand,
    };
    apply(said, &mut spec);
    fits(&spec, command, problems).then_some(spec)
}

/// `NAME clauses…`
pub fn derive(
    command: &Command,
    parent: &AnalysisSpec,
    parent_name: &str,
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Option<AnalysisSpec> {
    let before = problems.len();
    let mut cursor = Cursor::new(&command.items, command.head.span);
    let mut said = Said::default();
    read(&mut said, &mut cursor, Some(&parent.estimand.outcome), context, problems);
    if problems[before..].iter().any(Problem::is_error) {
        return None;
    }
    let mut spec = inherited(said, parent, parent_name);
    spec.statement = as_run(command, context);
    spec.span = command.span;
    fits(&spec, command, problems).then_some(spec)
}

/// The parent's specification with what was said in its places.
fn inherited(mut said: Said, parent: &AnalysisSpec, parent_name: &str) -> AnalysisSpec {
    let mut spec = parent.clone();
    inherit(&mut spec, parent_name);
    spec.name = None;
    spec.parent = Some(parent_name.to_owned());
    spec.conventions = parent.conventions;
    for (slot, stated) in [
        (&mut spec.estimand.timepoint, said.timepoint.take()),
        (&mut spec.estimand.analysis, said.analysis.take()),
        (&mut spec.estimand.comparison, said.comparison.take()),
    ] {
        if stated.is_some() {
            *slot = stated;
        }
    }
    if said.overrides.model.is_some() {
        spec.rule_branch = None;
    }
    apply(said, &mut spec);
    spec
}

/// Marks every setting as inherited.
fn inherit(spec: &mut AnalysisSpec, from: &str) {
    let inherit = |origin: &mut Origin| *origin = Origin::Inherited(from.to_owned(), Box::new(origin.root().clone()));
    inherit(&mut spec.measure.origin);
    inherit(&mut spec.variance.origin);
    inherit(&mut spec.zero.origin);
    inherit(&mut spec.model.origin);
    inherit(&mut spec.ci.origin);
    inherit(&mut spec.pi.origin);
    inherit(&mut spec.level.origin);
    inherit(&mut spec.i2.origin);
    spec.conversions.origins_mut().into_iter().for_each(inherit);
    inherit(&mut spec.dependence.origin);
    inherit(&mut spec.robust.origin);
    inherit(&mut spec.tau2_common.origin);
}

/// Puts what was said over what stands.
fn apply(said: Said, spec: &mut AnalysisSpec) {
    let stated = || Origin::Stated;
    let o = said.overrides;
    if let Some(x) = o.measure {
        spec.measure = Setting::new(x, stated());
    }
    if let Some(x) = o.variance {
        spec.variance = Setting::new(x, stated());
    }
    if let Some(x) = o.zero {
        spec.zero = Setting::new(x, stated());
    }
    if let Some(x) = o.model {
        spec.model = Setting::new(x, stated());
    }
    if let Some(method) = o.ci {
        spec.ci = Setting::new(CiChoice { method, guarded: false }, stated());
    }
    if let Some(x) = o.pi {
        spec.pi = Setting::new(x, stated());
    }
    if let Some(x) = o.level {
        spec.level = Setting::new(x, stated());
    }
    if let Some(x) = o.i2 {
        spec.i2 = Setting::new(x, stated());
    }
    o.conversions.apply(&mut spec.conversions, &stated());
    if let Some(x) = said.dependence {
        spec.dependence = Setting::new(x, stated());
    }
    if let Some(x) = said.robust {
        spec.robust = Setting::new(x, stated());
    }
    if let Some(x) = said.tau2_common {
        spec.tau2_common = Setting::new(x, stated());
    }
    if !said.by.is_empty() {
        spec.by = said.by;
    }
    spec.filters.extend(said.filters);
}

/// Settings that contradict each other.
fn fits(spec: &AnalysisSpec, command: &Command, problems: &mut Vec<Problem>) -> bool {
    let before = problems.len();
    if spec.tau2_common.value && spec.by.is_empty() {
        problems.push(
            Problem::error("E212", "`tau2 common` needs subgroups")
                .at(clause_span(command, "tau2"), "no `by`")
                .help("write `by COLUMN tau2 common`, or leave it out"),
        );
    }
    dependence::contradictions(spec, command, problems);
    let measure = spec.measure.value;
    let refused = |model: &PoolModel| match model {
        PoolModel::MantelHaenszel if !matches!(measure, Measure::Or | Measure::Rr | Measure::Rd | Measure::Irr | Measure::Ird) => {
            Some(("mh", &["or", "rr", "rd", "irr", "ird"][..]))
        }
        PoolModel::Peto if !matches!(measure, Measure::Or | Measure::Peto) => Some(("peto", &["or", "peto"][..])),
        _ => None,
    };
    let models: &[PoolModel] = match &spec.model.value {
        ModelChoice::One(model) => std::slice::from_ref(model),
        ModelChoice::FirstOf(models) => models,
        ModelChoice::Rule(_) => &[],
    };
    if let Some((word, measures)) = models.iter().find_map(refused) {
        problems.push(
            Problem::error("E216", format!("model `{word}` pools {}, and the measure is `{}`", and_list(measures, 9), measure.name()))
                .at(clause_span(command, "model"), format!("does not pool `{}`", measure.name()))
                .help(format!("write `measure {}`, or another model such as `model common`", measures[0])),
        );
    } else if models.len() > 1 && models.iter().any(|m| matches!(m, PoolModel::MantelHaenszel | PoolModel::Peto)) {
        problems.push(
            Problem::error("E216", "`mh` and `peto` always apply, and don't stand in a list of models")
                .at(clause_span(command, "model"), "a list with them")
                .help("write `model mh` or `model peto` alone, or leave it out of the list"),
        );
    }
    problems.len() == before
}

/// The words of a clause of the statement, or the statement where it is inherited or set.
fn clause_span(command: &Command, clause: &str) -> Span {
    let word = |item: &Item| matches!(&item.kind, ItemKind::Word(w) if w.eq_ignore_ascii_case(clause));
    match command.items.iter().position(word) {
        Some(at) => command.items[at].span.to(command.items.get(at + 1).map_or(command.items[at].span, |i| i.span)),
        None => command.span,
    }
}
