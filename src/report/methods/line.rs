//! The line below every result: measure, model, intervals, I2, and what was decided by default.

use crate::eval::outcome::PoolResult;
use crate::language::spec::{AnalysisSpec, Origin};
use crate::report::number;
use crate::report::words;
use crate::stats::pool::{CiMethod, PiMethod};

/// One sentence that names every method used and what came from the edition.
pub fn line(result: &PoolResult) -> String {
    let spec = &result.spec;
    let mut parts = vec![measure(spec)];
    match words::used_model(result).filter(|_| result.k != 1) {
        Some(model) => {
            parts.push(words::described(result, model));
            parts.push(interval(result));
            parts.extend(result.spec.robust.value.map(words::robust));
            parts.extend(prediction(result));
            parts.extend(result.heterogeneity.as_ref().map(|h| format!("I2 {}", words::i2(h.i2_definition))));
        }
        None if result.k == 1 && result.not_pooled.is_none() => {
            parts.push("one study, as it stands".into());
            parts.push(interval(result));
        }
        None => parts.push("nothing pooled".into()),
    }
    if words::from_counts(spec.measure.value) {
        parts.push(format!("zero cells: {}", words::zero_cells(result)));
    }
    parts.extend(spec.conversions.stated());
    parts.extend(words::dependence(&spec.dependence.value));
    if !spec.by.is_empty() {
        let sharing = if spec.tau2_common.value { ", common tau2" } else { ", separate tau2" };
        parts.push(format!("subgroups by {}{}", spec.by.join(", "), if words::is_random(result) { sharing } else { "" }));
    }
    parts.push(exclusions(result));
    parts.extend(defaults(spec));
    format!("Method: {}.", parts.join("; "))
}

/// The measure with its variance formula.
fn measure(spec: &AnalysisSpec) -> String {
    let name = spec.measure.value.full_name();
    if words::has_variances(spec.measure.value) { format!("{name}, {}", words::variance(spec.variance.value)) } else { name.to_owned() }
}

/// The interval used; where it is not the one asked for, both.
fn interval(result: &PoolResult) -> String {
    let multilevel = result.structure == Some("multilevel");
    let used = words::ci_of(result);
    let level = number::level(result.level);
    if result.ci_method == result.ci_requested {
        let guarded = result.spec.ci.value.guarded
            && result.ci_method != "wald"
            && !multilevel
            && matches!(result.spec.ci.value.method, CiMethod::Hksj | CiMethod::Mhksj);
        format!("{level} confidence interval by {used}{}", if guarded { " (never narrower than Wald)" } else { "" })
    } else {
        format!("{level} confidence interval by {used} in place of {}", words::ci(result.ci_requested))
    }
}

/// The prediction interval, for random effects.
fn prediction(result: &PoolResult) -> Option<String> {
    let method = result.spec.pi.value;
    match (result.pi, method) {
        (Some(_), PiMethod::Matches) => Some("prediction interval with the quantile of the confidence interval".into()),
        (Some(_), _) => Some(format!("prediction interval by {}", words::pi_of(result, method))),
        (None, PiMethod::None) => Some("no prediction interval".into()),
        (None, _) if result.heterogeneity.as_ref().is_some_and(|h| h.tau2.is_some()) => Some("no prediction interval".into()),
        (None, _) => None,
    }
}

/// How many effects were left out.
fn exclusions(result: &PoolResult) -> String {
    let out = result.studies.iter().filter(|s| s.is_left_out()).count();
    match out {
        0 => "no effect left out".into(),
        n => format!("{} of {} left out", number::count(n as u64), number::plural(result.studies.len(), "effect", "effects")),
    }
}

/// Whose defaults hold, and for which settings.
fn defaults(spec: &AnalysisSpec) -> Vec<String> {
    let (mut edition, mut other) = (Vec::new(), Vec::new());
    for (name, origin) in origins(spec) {
        match origin.root() {
            Origin::Edition(_) => edition.push(name),
            Origin::Conventions(_) => other.push(name),
            _ => {}
        }
    }
    let list = |names: &[&str]| if names.is_empty() { String::new() } else { format!(" (default: {})", names.join(", ")) };
    let mut out = Vec::new();
    if let Some(c) = spec.conventions {
        out.push(format!("conventions of {}{}", c.versioned(), list(&other)));
    }
    out.push(format!("edition {}{}", spec.edition, list(&edition)));
    out
}

/// The settings that matter to this analysis, with where each came from.
fn origins(spec: &AnalysisSpec) -> Vec<(&'static str, &Origin)> {
    let mut out = vec![("measure", &spec.measure.origin)];
    if words::has_variances(spec.measure.value) {
        out.push(("variance", &spec.variance.origin));
    }
    if words::from_counts(spec.measure.value) {
        out.push(("zero cells", &spec.zero.origin));
    }
    out.extend([
        ("model", &spec.model.origin),
        ("interval", &spec.ci.origin),
        ("prediction", &spec.pi.origin),
        ("level", &spec.level.origin),
        ("I2", &spec.i2.origin),
    ]);
    if !spec.by.is_empty() {
        out.push(("tau2 across subgroups", &spec.tau2_common.origin));
    }
    out
}
