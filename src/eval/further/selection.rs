//! Which of a trial's eligible results were taken, and what the others would have given.

use super::material::lacking;
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::candidates::{Candidate, gather};
use crate::eval::dependence::describe;
use crate::eval::outcome::{Head, NoteResult, OfStudy, Outcome, SelectionResult, SelectionRow};
use crate::eval::pooling::{Included, again, inverse_variance, options, refused};
use crate::eval::state::State;
use crate::eval::work::Work;
use crate::language::further::{Draws, FurtherSpec};
use crate::language::spec::{AnalysisSpec, Dependence};
use crate::stats::pool::{PoolOptions, pool};
use crate::stats::selection::{Place, bootstrap_interval, climb, combination, drawn, extreme, place, potential_bias_index};
use crate::stats::sensitivity::each;
use crate::store::Direction;
use indexmap::IndexMap;

/// Choices pooled one by one where there are no more.
const ALL: f64 = 100_000.0;
/// Choices drawn where there are.
const DRAWS: usize = 10_000;
/// Pools that the search for each end of the range may cost.
const SEARCH: usize = 20_000;
/// Samples of the bootstrap of the index (Page et al. 2016).
const SAMPLES: usize = 2_000;

/// The eligible results of one trial, and which of them was taken.
struct Trial {
    name: String,
    /// Positions among the eligible candidates.
    members: Vec<usize>,
    /// Position within `members`.
    chosen: Option<usize>,
    /// What the analysis took: a result or a combination.
    effect: Option<f64>,
}

/// Pools every choice, or a sample.
pub fn run(
    spec: &FurtherSpec,
    draws: Draws,
    across: &[&'static str],
    analysed: &Analysed,
    state: &State,
    work: &Work,
) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let mut result = SelectionResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        chosen_by: chosen_by(&base.spec),
        across: across.iter().map(|k| (*k).to_owned()).collect(),
        eligible: 0,
        with_a_choice: 0,
        pbi: None,
        pbi_weighted: None,
        pbi_ci: None,
        selections: 1.0,
        pooled: 0,
        exact: true,
        seed: None,
        smallest: None,
        median: None,
        largest: None,
        display: None,
        less_favourable: None,
        other_side: None,
        rows: Vec::new(),
        notes: Vec::new(),
        base,
    };
    if let Some(note) = lacking(spec, analysed, 1) {
        result.notes.push(note);
        return Ok(Outcome::Selection(Box::new(result)));
    }
    let mut wide = analysed.result.spec.clone();
    for key in across {
        match *key {
            "timepoint" => wide.estimand.timepoint = None,
            _ => wide.estimand.analysis = None,
        }
    }
    let eligible = gather(&wide, state).map_err(|mut problems| {
        problems
            .pop()
            .unwrap_or_else(|| Problem::error("E401", "the eligible results can't be read").at(spec.base.span, "in this analysis"))
    })?;
    let trials = trials(&eligible, analysed);
    let larger = direction(&analysed.result.spec, state, &mut result.notes);
    rows(&mut result, &trials, &eligible, larger, state);
    let seed = draws.seed.unwrap_or(work.seed);
    if result.with_a_choice == 0 {
        let text = "every trial has one eligible result here: there was nothing to choose".into();
        result.notes.push(NoteResult { code: "W491", text });
    } else {
        index(&mut result, seed);
        let draws = Draws { seed: Some(seed), ..draws };
        results(&mut result, &trials, &eligible, draws, larger, spec, analysed, state, work)?;
    }
    Ok(Outcome::Selection(Box::new(result)))
}

/// The rule that chose, as the analysis has it.
fn chosen_by(spec: &AnalysisSpec) -> String {
    let how = match &spec.dependence.value {
        Dependence::Refuse => "no rule: a trial with several results would have stopped the pool".to_owned(),
        Dependence::Prefer(preferences) => {
            let one = |p: &crate::language::spec::Preference| format!("prefer {} {}", p.key, p.ranking.join(" > "));
            preferences.iter().map(one).collect::<Vec<_>>().join(", then ")
        }
        Dependence::Combine { rho, .. } => format!("none was: results of one trial combined, rho {rho}"),
        Dependence::Multilevel { .. } => "none was: all results in a multilevel model".to_owned(),
        Dependence::Keep { .. } => "none was: all results, as if independent".to_owned(),
    };
    format!("{how} ({})", spec.dependence.origin)
}

/// Trials in the pool with their eligible results.
fn trials(eligible: &[Candidate], analysed: &Analysed) -> Vec<Trial> {
    let mut members: IndexMap<&str, Vec<usize>> = IndexMap::new();
    for (at, candidate) in eligible.iter().enumerate().filter(|(_, c)| c.is_in()) {
        members.entry(candidate.unit.as_str()).or_default().push(at);
    }
    let mut out: Vec<Trial> = Vec::new();
    for candidate in analysed.candidates.iter().filter(|c| c.is_in()) {
        let members = members.get(candidate.unit.as_str()).cloned().unwrap_or_default();
        if members.is_empty() {
            continue;
        }
        if let Some(known) = out.iter_mut().find(|t| t.name == candidate.unit) {
            // Several results of one trial were taken: none is the chosen one.
            (known.chosen, known.effect) = (None, None);
            continue;
        }
        let whole = candidate.combined.is_empty();
        let chosen = members.iter().position(|at| eligible[*at].row == candidate.row).filter(|_| whole || members.len() == 1);
        out.push(Trial { name: candidate.unit.clone(), members, chosen, effect: candidate.effect.as_ref().map(|e| e.yi) });
    }
    out
}

/// Whether a larger effect is the more favourable; said where nobody has declared it.
fn direction(spec: &AnalysisSpec, state: &State, notes: &mut Vec<NoteResult>) -> bool {
    let declared = state.store.outcomes.get(&spec.estimand.outcome).and_then(|o| o.direction);
    if declared.is_none() {
        let text = format!("`{}` has no direction: larger effects count as more favourable", spec.estimand.outcome);
        notes.push(NoteResult { code: "W492", text });
    }
    declared != Some(Direction::LowerBetter)
}

fn rows(result: &mut SelectionResult, trials: &[Trial], eligible: &[Candidate], larger: bool, state: &State) {
    for trial in trials {
        let siblings: Vec<&Candidate> = trial.members.iter().map(|at| &eligible[*at]).collect();
        let effects = effects(trial, eligible);
        let found = trial.chosen.and_then(|chosen| place(&effects, chosen, larger));
        result.eligible += siblings.len();
        result.with_a_choice += usize::from(siblings.len() > 1);
        result.selections *= siblings.len() as f64;
        let values = SelectionRow {
            eligible: siblings.len(),
            chosen: trial.chosen.filter(|_| siblings.len() > 1).map(|at| describe(siblings[at], &siblings, state)),
            rank: found.map(|p| p.rank),
            position: found.map(|p| p.position),
            effect: trial.effect,
            smallest: effects.iter().copied().fold(f64::INFINITY, f64::min),
            largest: effects.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        };
        result.rows.push(OfStudy { study: trial.name.clone(), values });
    }
}

fn effects(trial: &Trial, eligible: &[Candidate]) -> Vec<f64> {
    trial.members.iter().filter_map(|at| eligible[*at].effect.as_ref().map(|e| e.yi)).collect()
}

/// The index with its interval, where one result of each trial was chosen.
fn index(result: &mut SelectionResult, seed: u64) {
    let of = |r: &OfStudy<SelectionRow>| {
        let v = &r.values;
        Some(Place { eligible: v.eligible, rank: v.rank?, position: v.position? })
    };
    let places: Vec<Place> = result.rows.iter().filter_map(of).collect();
    if places.len() < result.with_a_choice {
        let text = "where several results of a trial were taken, or combined, none was chosen: the index counts the others".into();
        result.notes.push(NoteResult { code: "W493", text });
    }
    result.pbi = potential_bias_index(&places, false);
    result.pbi_weighted = potential_bias_index(&places, true);
    result.pbi_ci = bootstrap_interval(&places, result.head.level, SAMPLES, seed);
    if result.pbi_ci.is_some() {
        result.seed = Some(seed);
    }
}

/// The pooled effect of every choice, or of a sample.
fn results(
    result: &mut SelectionResult,
    trials: &[Trial],
    eligible: &[Candidate],
    draws: Draws,
    larger: bool,
    spec: &FurtherSpec,
    analysed: &Analysed,
    state: &State,
    work: &Work,
) -> Result<(), Problem> {
    let seed = draws.seed.unwrap_or(work.seed);
    let sizes: Vec<usize> = trials.iter().map(|t| t.members.len()).collect();
    result.exact = result.selections <= ALL;
    if !result.exact {
        result.seed = Some(seed);
    }
    let n = if result.exact { result.selections as usize } else { draws.draws.unwrap_or(DRAWS) };
    if result.exact && draws.draws.is_some() {
        let text = "every choice is pooled once: nothing is drawn, and `draws` changes nothing".into();
        result.notes.push(NoteResult { code: "W447", text });
    }
    let exact = result.exact;
    // One effect of each trial: what the analysis did about several has no object.
    let mut one_each = analysed.result.spec.clone();
    one_each.dependence.value = Dependence::Refuse;
    one_each.robust.value = None;
    let model = inverse_variance(&analysed.result.spec, &analysed.result)
        .map(|(_, model)| PoolOptions { tau2_ci: false, ..options(&one_each, model) });
    let of = |choice: &[usize]| -> Option<f64> {
        let picked: Vec<Included> = trials
            .iter()
            .zip(choice)
            .filter_map(|(t, c)| {
                let candidate = &eligible[*t.members.get(*c)?];
                Some((candidate, candidate.effect.as_ref()?))
            })
            .collect();
        let found = match &model {
            Some(options) => {
                let (y, v): (Vec<f64>, Vec<f64>) = picked.iter().map(|(_, e)| (e.yi, e.vi)).unzip();
                pool(&y, &v, options).ok().map(|p| p.estimate)
            }
            None => again(&one_each, &picked, None, state, analysed.result.line).ok().and_then(|p| p.estimate),
        };
        found.filter(|x| x.is_finite())
    };
    let one = |choice: &mut Vec<usize>, i: usize| -> Option<f64> {
        if exact {
            combination(i, &sizes, choice)
        } else {
            drawn(seed, i as u64, &sizes, choice)
        }
        of(choice)
    };
    let mut estimates: Vec<f64> =
        each(n, work.watch, Vec::new, one).map_err(|e| refused(e, &[], &spec.base))?.into_iter().flatten().collect();
    result.pooled = estimates.len();
    if estimates.len() < n {
        let text = format!("{} of {n} choices have no estimate and are left out", n - estimates.len());
        result.notes.push(NoteResult { code: "W441", text });
    }
    estimates.sort_unstable_by(f64::total_cmp);
    let (Some(smallest), Some(largest)) = (estimates.first().copied(), estimates.last().copied()) else { return Ok(()) };
    let middle = estimates.len() / 2;
    let median = if estimates.len() % 2 == 1 { estimates[middle] } else { 0.5 * (estimates[middle - 1] + estimates[middle]) };
    // Draws miss the ends, which are what a choice by results aims at: they are looked for.
    let (smallest, largest) = if exact {
        (smallest, largest)
    } else {
        let end = |sign: f64| {
            let start: Vec<usize> = trials.iter().map(|t| extreme(&effects(t, eligible), sign)).collect();
            climb(start, &sizes, SEARCH, || (work.watch.stop)(), |choice| of(choice).map(|x| sign * x)).map(|x| sign * x)
        };
        let (low, high) = rayon::join(|| end(-1.0), || end(1.0));
        (low.map_or(smallest, |x| x.min(smallest)), high.map_or(largest, |x| x.max(largest)))
    };
    (result.smallest, result.median, result.largest) = (Some(smallest), Some(median), Some(largest));
    let measure = analysed.result.spec.measure.value;
    let harmonic = crate::eval::pooling::harmonic_n(&analysed.included());
    result.display = Some([smallest, median, largest].map(|x| measure.display(x, harmonic)));
    if let Some(own) = analysed.result.estimate {
        // Results that differ by rounding alone are the same.
        let near = 1e-12 * own.abs().max(1.0);
        let less = estimates.iter().filter(|x| if larger { **x < own - near } else { **x > own + near }).count();
        result.less_favourable = Some(less as f64 / estimates.len() as f64);
        if let Some(null) = measure.null_value() {
            let other = estimates.iter().filter(|x| (**x - null) * (own - null) < 0.0).count();
            result.other_side = Some(other as f64 / estimates.len() as f64);
        }
    }
    Ok(())
}
