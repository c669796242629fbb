//! Which rows enter an analysis, and the effect of each.

use super::convert::{self, Converted};
use super::leaning::{self, Leaning};
use super::row_scope;
use super::state::State;
use crate::diagnostic::Problem;
use crate::language::catalogue::comparison_of;
use crate::language::spec::{AnalysisSpec, Conventions, Filter};
use crate::stats::effect::{self, Effect, Groups, NoEffect, Options, ZeroPolicy};
use crate::store::{Direction, Instrument, Row};

/// A row that belongs to the estimand, with its effect or the reason why it is out.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Index of the row in the store.
    pub row: usize,
    /// Its study.
    pub study: String,
    /// The independent unit it belongs to: the trial, or disjoint people within it.
    pub unit: String,
    /// Its trial, whatever the people within it.
    pub trial: String,
    /// The effect, direction aligned.
    pub effect: Option<Effect>,
    /// Why it does not enter.
    pub reason: Option<String>,
    /// Which side it lies on, where it has no effect with a variance.
    pub leaning: Option<Leaning>,
    /// Remarks beyond those of the effect.
    pub remarks: Vec<String>,
    /// Studies behind it, once effects have been combined.
    pub combined: Vec<String>,
    /// Their rows, once effects have been combined.
    pub combined_rows: Vec<usize>,
    /// Its numbers, where a rule has changed them.
    pub converted: Option<Box<Converted>>,
}

impl Candidate {
    /// The rows behind its effect.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        let own = self.combined_rows.is_empty().then_some(self.row);
        own.into_iter().chain(self.combined_rows.iter().copied())
    }

    /// Whether it enters the pool.
    pub fn is_in(&self) -> bool {
        self.reason.is_none() && self.effect.is_some()
    }
}

/// The options of the effect measures under a specification.
pub fn options_of(spec: &AnalysisSpec, lower_is_better: bool) -> Options {
    let base = match spec.conventions {
        Some(Conventions::Metafor) => Options::metafor(),
        Some(Conventions::Revman5) => Options::revman5(),
        None => Options::default(),
    };
    let medians = spec.conversions.medians.value;
    Options { smd_variance: spec.variance.value, zero: spec.zero.value, lower_is_better, medians, ..base }
}

/// The rows of the estimand, filtered step by step, in file order.
pub fn gather(spec: &AnalysisSpec, state: &State) -> Result<Vec<Candidate>, Vec<Problem>> {
    let store = &state.store;
    let Some(entry) = state.catalogue.outcomes.get(&spec.estimand.outcome) else { return Ok(Vec::new()) };
    let outcome = store.outcomes.get(&spec.estimand.outcome);
    let direction = outcome.and_then(|o| o.direction);
    let mut options = options_of(spec, direction == Some(Direction::LowerBetter));
    if super::classic::is_uncorrected(spec) {
        // Counts are pooled without an effect of each study; one with a zero is in all the same.
        options.zero = ZeroPolicy::Edition;
    }
    let mut problems = Vec::new();
    let mut out = Vec::with_capacity(entry.rows.len());
    for &index in &entry.rows {
        let Some(row) = store.rows.get(index) else { continue };
        if !belongs(row, spec, state) {
            continue;
        }
        let mut candidate = Candidate {
            row: index,
            study: row.study.clone(),
            unit: unit_of(row, state),
            trial: state.store.trial_of(row).to_owned(),
            effect: None,
            reason: None,
            leaning: None,
            remarks: Vec::new(),
            combined: Vec::new(),
            combined_rows: Vec::new(),
            converted: None,
        };
        for filter in &spec.filters {
            match left_out_by(filter, row, state) {
                Ok((reason, remark)) => {
                    candidate.remarks.extend(remark);
                    if reason.is_some() {
                        candidate.reason = reason;
                        break;
                    }
                }
                Err(problem) => {
                    problems.push(problem);
                    break;
                }
            }
        }
        out.push(candidate);
    }
    super::consensus::decide(&mut out, state);
    convert::convert(spec, &options, &mut out, state);
    for candidate in &mut out {
        let Some(row) = store.rows.get(candidate.row) else { continue };
        candidate.remarks.extend(candidate.converted.iter().flat_map(|c| c.history.iter().map(|h| h.text.clone())).collect::<Vec<_>>());
        match made(candidate, spec, &options, state) {
            Ok(effect) => {
                convert::spreads(&effect, &options, candidate, state);
                candidate.effect = Some(align(effect, row, direction, spec, state, &mut candidate.remarks, &mut problems));
            }
            Err(why) => {
                // What a person left out is not counted another way.
                if matches!(why, NoEffect::Missing { .. }) && candidate.reason.is_none() {
                    candidate.leaning = leaning::of(row, &candidate.input(state), spec, options.lower_is_better, state);
                }
                no_effect(why, row, candidate, &mut problems);
            }
        }
    }
    dedup(&mut problems);
    if problems.iter().any(Problem::is_error) { Err(problems) } else { Ok(out) }
}

/// The effect of a row, as its conversions left it.
fn made(candidate: &Candidate, spec: &AnalysisSpec, options: &Options, state: &State) -> Result<Effect, NoEffect> {
    let inflation = candidate.converted.as_ref().map_or(1.0, |c| c.inflation);
    let mut effect = match candidate.converted.as_ref().and_then(|c| c.effect.clone()) {
        Some(effect) => effect,
        None => effect::effect(spec.measure.value, &candidate.input(state), options)?,
    };
    effect.vi *= inflation;
    Ok(effect)
}

fn dedup(problems: &mut Vec<Problem>) {
    let mut seen: Vec<Problem> = Vec::new();
    problems.retain(|p| {
        let new = !seen.contains(p);
        if new {
            seen.push(p.clone());
        }
        new
    });
}

fn belongs(row: &Row, spec: &AnalysisSpec, state: &State) -> bool {
    let e = &spec.estimand;
    let fits = |wanted: &Option<String>, have: &Option<String>| wanted.is_none() || wanted == have;
    let comparison = || match &e.comparison {
        None => true,
        Some(wanted) => {
            let declared = state.store.comparisons.get(wanted);
            comparison_of(row).as_ref() == Some(wanted)
                || declared.is_some_and(|c| {
                    row.arm1.as_ref().is_some_and(|a| c.arm1.contains(a)) && row.arm2.as_ref().is_some_and(|a| c.arm2.contains(a))
                })
        }
    };
    fits(&e.timepoint, &row.timepoint) && fits(&e.analysis, &row.analysis) && comparison()
}

/// The trial, or the disjoint people within it.
fn unit_of(row: &Row, state: &State) -> String {
    let trial = state.store.trial_of(row);
    match &row.subgroup {
        Some(subgroup) => format!("{trial} · {subgroup}"),
        None => trial.to_owned(),
    }
}

/// The reason a filter gives for leaving a row out, and a remark where a value is missing.
fn left_out_by(filter: &Filter, row: &Row, state: &State) -> Result<(Option<String>, Option<String>), Problem> {
    let because = |text: String, why: &Option<String>| why.as_ref().map_or(text.clone(), |w| format!("{text}: {w}"));
    Ok(match filter {
        Filter::Exclude { studies, because: why } => (studies.contains(&row.study).then(|| because("excluded".into(), why)), None),
        Filter::Only { studies, because: why } => {
            ((!studies.contains(&row.study)).then(|| because("not among the studies named".into(), why)), None)
        }
        Filter::Where { condition, text, because: why } => match row_scope::holds(condition, row, state)? {
            Some(true) => (None, None),
            Some(false) => (Some(because(format!("not where {text}"), why)), None),
            None => (Some(because(format!("a value of `{text}` is missing"), why)), None),
        },
        Filter::ExcludeWhere { condition, text, because: why } => match row_scope::holds(condition, row, state)? {
            Some(true) => (Some(because(format!("excluded where {text}"), why)), None),
            Some(false) => (None, None),
            None => (None, Some(format!("kept, though a value of `{text}` is missing"))),
        },
    })
}

/// The instrument of a row, its direction and the outcome's, where the two differ.
fn against<'s>(row: &Row, outcome: Option<Direction>, state: &'s State) -> Option<(&'s Instrument, Direction, Direction)> {
    let instrument = state.store.instruments.get(row.instrument.as_ref()?)?;
    let (theirs, ours) = (instrument.direction?, outcome?);
    (theirs != ours).then_some((instrument, theirs, ours))
}

/// Whether the effect of a row was turned because its instrument runs against its outcome.
pub fn is_turned(row: &Row, spec: &AnalysisSpec, state: &State) -> bool {
    let outcome = state.store.outcomes.get(&spec.estimand.outcome).and_then(|o| o.direction);
    against(row, outcome, state).is_some()
}

/// Turns an effect whose instrument runs against its outcome, once.
fn align(
    mut effect: Effect,
    row: &Row,
    outcome: Option<Direction>,
    spec: &AnalysisSpec,
    state: &State,
    remarks: &mut Vec<String>,
    problems: &mut Vec<Problem>,
) -> Effect {
    let Some((instrument, theirs, ours)) = against(row, outcome, state) else { return effect };
    let measure = spec.measure.value;
    if measure.groups() == Groups::One {
        let problem = Problem::error(
            "E340",
            format!(
                "instrument `{}` runs against outcome `{}`, and a {} of one group can't be turned",
                instrument.id,
                spec.estimand.outcome,
                measure.full_name()
            ),
        )
        .place(row.origin.place())
        .help("give the result on the outcome's own direction, or pool the instrument alone under an outcome of its own");
        problems.push(problem);
        return effect;
    }
    effect.yi = -effect.yi;
    remarks.push(format!("turned: {} is {}, the outcome {}", instrument.id, theirs.words(), ours.words()));
    effect
}

/// A row that gives no effect: left out with a reason, or an error where its data are impossible.
fn no_effect(why: NoEffect, row: &Row, candidate: &mut Candidate, problems: &mut Vec<Problem>) {
    match &why {
        NoEffect::Invalid { column, .. } if candidate.reason.is_none() => {
            problems.push(
                Problem::error("E341", format!("study `{}`: {}", row.study, why.text()))
                    .place(row.place(column))
                    .help("correct the value in the data, or leave the study out with `exclude`"),
            );
        }
        NoEffect::YiLooksNatural { .. } if candidate.reason.is_none() => {
            problems.push(
                Problem::error("E342", format!("study `{}`: {}", row.study, why.text()))
                    .place(row.place("yi"))
                    .help("put ratios as printed, with their limits, into `effect`, `effect_lower` and `effect_upper`, or their logarithms into `yi`, `ci_lower` and `ci_upper`"),
            );
        }
        _ => {}
    }
    if candidate.reason.is_none() {
        candidate.reason = Some(why.text());
    }
}
