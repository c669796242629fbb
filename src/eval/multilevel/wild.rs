//! Cluster wild bootstrap of a pooled effect or a regression.

use super::fit::asked;
use super::material::Dependent;
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::further::design::design;
use crate::eval::outcome::{Head, NoteResult, Outcome, WildResult, WildRow};
use crate::eval::pooling::Included;
use crate::eval::state::State;
use crate::eval::work::Work;
use crate::language::formula::Formula;
use crate::language::further::{Draws, FurtherSpec};
use crate::language::spec::{AnalysisSpec, PoolModel};
use crate::stats::multilevel::{Component, Likelihood, MultilevelOptions, WildOptions, WildWeights, wild_bootstrap};
use crate::stats::pool::Tau2Estimator;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The model that is fitted in every draw: of an ordinary pool, effects without levels.
fn working(spec: &AnalysisSpec, model: Option<&str>) -> Result<MultilevelOptions, Problem> {
    if spec.is_multilevel() {
        return asked(spec, &mut Vec::new()).map(|(options, _)| options);
    }
    let named = |m: PoolModel| model == Some(m.name().as_str());
    let base = MultilevelOptions { between: Component::Fixed(0.0), level: spec.level.value, ..MultilevelOptions::default() };
    if named(PoolModel::Common) {
        Ok(MultilevelOptions { within: Component::Fixed(0.0), ..base })
    } else if named(PoolModel::Random(Tau2Estimator::Ml)) {
        Ok(MultilevelOptions { method: Likelihood::Ml, ..base })
    } else if named(PoolModel::Random(Tau2Estimator::Reml)) {
        Ok(base)
    } else {
        let name = model.unwrap_or("none");
        Err(Problem::error("E411", format!("a wild bootstrap fits `reml`, `ml` or `common` in every draw, and the model is `{name}`"))
            .at(spec.span, "does not fit the model")
            .help("write `bootstrap of NAME model reml method wild`"))
    }
}

/// `bootstrap of … method wild`.
pub fn wild(
    spec: &FurtherSpec,
    formula: Option<&Formula>,
    draws: Draws,
    webb: bool,
    analysed: &Analysed,
    state: &State,
    work: &Work,
) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let settled = &base.spec;
    let all = analysed.included();
    let mut notes: Vec<NoteResult> = Vec::new();
    let (included, x, names): (Vec<Included>, Option<Vec<f64>>, Vec<String>) = match formula {
        None => (all, None, vec!["intercept".to_owned()]),
        Some(formula) => {
            let designed = design(&all, formula, state, spec.base.span)?;
            let matrix = &designed.built.design;
            let x = (0..matrix.rows()).flat_map(|i| matrix.row(i).iter().copied()).collect();
            if !designed.left_out.is_empty() {
                let names: Vec<&str> = designed.left_out.iter().map(|l| l.study.as_str()).collect();
                let text = format!("left out for want of a moderator: {}", names.join(", "));
                notes.push(NoteResult { code: "W460", text });
            }
            (designed.included, Some(x), matrix.names().to_vec())
        }
    };
    let options = working(settled, base.model.as_deref())?;
    let effects = Dependent::of(settled, &included, state);
    notes.extend(effects.notes.iter().cloned());
    let defaults = WildOptions::default();
    let how = WildOptions {
        weights: if webb { WildWeights::Webb } else { WildWeights::Rademacher },
        draws: draws.draws.unwrap_or(defaults.draws),
        seed: draws.seed.unwrap_or(work.seed),
        ..defaults
    };
    let tested: Vec<usize> = if formula.is_some() { (0..names.len()).filter(|j| names[*j] != "intercept").collect() } else { vec![0] };
    let mut hypotheses: Vec<(String, Vec<usize>)> = tested.iter().map(|j| (names[*j].clone(), vec![*j])).collect();
    if tested.len() > 1 {
        hypotheses.push(("all".to_owned(), tested));
    }
    let total = how.draws * hypotheses.len();
    let done = AtomicUsize::new(0);
    let every = (total / 1000).max(1);
    let stop = || {
        let now = 1 + done.fetch_add(1, Ordering::Relaxed);
        if now.is_multiple_of(every) {
            (work.watch.progress)(now.min(total), total);
        }
        (work.watch.stop)()
    };
    let mut result = WildResult {
        head: Head { k: included.len(), ..Head::of(&base, &spec.of, spec.name.clone()) },
        method: if webb { "webb" } else { "wild" },
        formula: formula.map(|f| f.text.clone()),
        trials: effects.trials.len(),
        exact: false,
        draws: how.draws,
        seed: Some(how.seed),
        rows: Vec::new(),
        notes,
        base: base.clone(),
    };
    for (term, columns) in hypotheses {
        let found = wild_bootstrap(&effects.effects(x.as_deref()), &options, &columns, &how, &stop)
            .map_err(|e| effects.refused(e, settled, &included))?;
        result.exact = found.exact;
        result.draws = found.draws + found.failed;
        if found.exact {
            result.seed = None;
        }
        result.rows.push(WildRow { term, statistic: found.statistic, as_large: found.as_large, failed: found.failed, p: found.p });
    }
    if result.exact && (draws.draws.is_some() || draws.seed.is_some()) {
        let text = format!("all {} sign patterns were used, so that `draws` and `seed` change nothing", result.draws);
        result.notes.push(NoteResult { code: "W478", text });
    }
    if result.exact && result.draws < 20 {
        let text = format!(
            "{} trials have {} sign patterns only, so that no p below {:.2} is possible; `method webb` has more",
            result.trials,
            result.draws,
            1.0 / result.draws as f64
        );
        result.notes.push(NoteResult { code: "W478", text });
    }
    Ok(Outcome::Wild(Box::new(result)))
}
