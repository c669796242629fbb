//! Bounded outlier loops: one study after another, each step logged.

use super::scope::{Material, RuleScope};
use super::state::{OutlierLoop, OutlierOrder, Share};
use crate::diagnostic::Problem;
use crate::eval::candidates::Candidate;
use crate::eval::pooling::{Included, core_model, participants, values};
use crate::eval::state::State;
use crate::language::expr;
use crate::language::spec::{AnalysisSpec, DropStep, ModelChoice, PoolModel};
use crate::stats::effect::Effect;
use crate::stats::pool::{CiMethod, PiMethod, PoolOptions};
use crate::stats::sensitivity::{Watch, influence};

/// What came of a loop.
pub struct Dropped {
    /// The steps, in order.
    pub steps: Vec<DropStep>,
    /// Positions among the effects that go, in order.
    pub gone: Vec<usize>,
    /// Whether the condition for stopping holds at the end.
    pub met: bool,
}

/// Leaves out effects one after another until the condition holds or the limit is reached.
pub fn drop_outliers(rule: &OutlierLoop, spec: &AnalysisSpec, included: &[Included], state: &State) -> Result<Dropped, Problem> {
    let default = match &spec.model.value {
        ModelChoice::One(model) => *model,
        _ => super::default_model(state, spec.measure.value),
    };
    let people = participants(included);
    if rule.of == Share::People && people.is_none() {
        return Err(Problem::error(
            "E410",
            "the limit of `drop_outliers` is a percentage of people, and not every study says how many it has",
        )
        .at(rule.until.span, "this loop")
        .help("write `at_most … of k` to count effects in place of people"));
    }
    let mut stay: Vec<usize> = (0..included.len()).collect();
    let mut out = Dropped { steps: Vec::new(), gone: Vec::new(), met: false };
    loop {
        let here: Vec<(&Candidate, &Effect)> = stay.iter().map(|i| included[*i]).collect();
        let (holds, read) = holds(rule, &here, spec, default, state)?;
        if let Some(step) = out.steps.last_mut() {
            step.then = read;
            step.stops = holds == Some(true);
        }
        if holds == Some(true) {
            out.met = true;
            return Ok(out);
        }
        if stay.len() <= 2 {
            return Ok(out);
        }
        let (y, v) = values(&here);
        let Some((at, value)) = largest(rule.order, default, &y, &v) else { return Ok(out) };
        let gone = stay[at];
        let left: Vec<Included> = stay.iter().filter(|i| **i != gone).map(|i| included[*i]).collect();
        let share = match (rule.of, people) {
            (Share::People, Some(all)) if all > 0 => 100.0 * (1.0 - participants(&left).unwrap_or(0) as f64 / all as f64),
            _ => 100.0 * (1.0 - left.len() as f64 / included.len() as f64),
        };
        if share > rule.at_most * (1.0 + 1e-12) {
            return Ok(out);
        }
        stay.remove(at);
        out.gone.push(gone);
        out.steps.push(DropStep {
            study: included[gone].0.study.clone(),
            by: rule.order.statistic(),
            value,
            gone: share,
            then: Vec::new(),
            stops: false,
        });
    }
}

type Reads = Vec<(String, f64)>;

fn holds(
    rule: &OutlierLoop,
    here: &[Included],
    spec: &AnalysisSpec,
    default: PoolModel,
    state: &State,
) -> Result<(Option<bool>, Reads), Problem> {
    let material = Material { included: here, analysis: spec.name.as_deref(), default };
    let mut scope = RuleScope::on(state, &material);
    let holds = expr::condition(&rule.until, &mut scope)?;
    Ok((holds, scope.read().values))
}

/// The effect that goes next and the value that chose it; of equals, the first in the file.
fn largest(order: OutlierOrder, model: PoolModel, y: &[f64], v: &[f64]) -> Option<(usize, f64)> {
    let found: Vec<f64> = match order {
        OutlierOrder::Q => {
            let total: f64 = v.iter().map(|v| 1.0 / v).sum();
            let mean = y.iter().zip(v).map(|(y, v)| y / v).sum::<f64>() / total;
            y.iter().zip(v).map(|(y, v)| (y - mean) * (y - mean) / v).collect()
        }
        _ => {
            let options = PoolOptions {
                model: core_model(model),
                ci: CiMethod::Wald,
                guard: false,
                pi: PiMethod::None,
                tau2_ci: false,
                ..PoolOptions::default()
            };
            let rows = influence(y, v, &options, Watch::NONE).ok()?.rows;
            rows.iter().map(|r| if order == OutlierOrder::Residual { r.rstudent.abs() } else { r.cook_d }).collect()
        }
    };
    let mut best: Option<(usize, f64)> = None;
    for (i, x) in found.into_iter().enumerate().filter(|(_, x)| !x.is_nan()) {
        if best.is_none_or(|(_, b)| x > b) {
            best = Some((i, x));
        }
    }
    best
}

/// W320: what a data-driven exclusion is, and what was done.
pub fn outlier_note(name: &str, rule: &OutlierLoop, found: &Dropped) -> crate::eval::outcome::NoteResult {
    let steps: Vec<String> = found
        .steps
        .iter()
        .map(|s| {
            let then: Vec<String> = s.then.iter().map(|(n, x)| format!("{n} {}", shown(n, *x))).collect();
            format!(
                "{} ({} {}; {}% gone; then {})",
                s.study,
                s.by,
                crate::number::fixed(s.value, 3),
                crate::number::fixed(s.gone, 1),
                then.join(", ")
            )
        })
        .collect();
    let done = match (steps.is_empty(), found.met) {
        (true, true) => "no study had to go".to_owned(),
        (true, false) => "no study could go within the limit".to_owned(),
        (false, true) => format!("left out, one after another: {}", steps.join("; ")),
        (false, false) => format!("tried, one after another, and not enough: {}", steps.join("; ")),
    };
    crate::eval::outcome::NoteResult {
        code: "W320",
        text: format!(
            "rule {name} leaves studies out by what they found (until {}, at most {}% of {}): {done}. Exclusions driven by results bias the pooled effect and its interval",
            rule.until_text,
            crate::number::plain(rule.at_most),
            if rule.of == Share::People { "the people" } else { "the effects" }
        ),
    }
}

fn shown(name: &str, x: f64) -> String {
    if name.starts_with("i2") || name.starts_with("share") {
        format!("{}%", crate::number::fixed(x, 1))
    } else {
        crate::number::fixed(x, 4)
    }
}
