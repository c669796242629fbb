//! A pooled analysis as fields.

use super::number::{decimal, duration, of_float};
use super::{Fields, condition, of_rule};
use crate::eval::state::{Rule, RuleBranch, State};
use crate::language::conversions::Cluster;
use crate::language::spec::{
    AnalysisSpec, CiChoice, Dependence, Filter, I2Definition, ModelChoice, Origin, PoolModel, Preference, Setting,
};
use crate::protocol::{Field, Key, Record};
use crate::stats::effect::Measure;
use crate::stats::multilevel::RobustKind;
use crate::store::{Cell, ColumnKind, Mid, Timepoint};
use serde_json::{Value, json};

/// The record of a pooled analysis: the specification before a rule has spoken.
pub fn of_analysis(spec: &AnalysisSpec, state: &State) -> Record {
    let mut fields = Fields::default();
    estimand(&mut fields, spec, state);
    selection(&mut fields, spec, state);
    method(&mut fields, spec, state);
    fields.record("pool", None)
}

fn estimand(fields: &mut Fields, spec: &AnalysisSpec, state: &State) {
    let store = &state.store;
    let open = |x: &Option<String>| x.clone().unwrap_or_else(|| "not stated".to_owned());
    let of = &spec.estimand;
    fields.add(Key::Outcome, of.outcome.clone(), of.outcome.clone(), "stated");
    fields.add(Key::Timepoint, json!(of.timepoint), open(&of.timepoint), "stated");
    fields.add(Key::Comparison, json!(of.comparison), open(&of.comparison), "stated");
    fields.add(Key::AnalysisSet, json!(of.analysis), open(&of.analysis), "stated");
    let mut instruments: Vec<_> = store.instruments.values().filter(|i| i.outcome.as_deref() == Some(&of.outcome)).collect();
    instruments.sort_by(|a, b| a.id.cmp(&b.id));
    if !instruments.is_empty() {
        let value: Vec<Value> = instruments
            .iter()
            .map(|i| json!({ "id": i.id, "items": cell(&i.items), "min": cell(&i.min), "max": cell(&i.max), "reference_sd": cell(&i.reference_sd), "mid": mid(&i.mid) }))
            .collect();
        let words: Vec<String> = instruments.iter().map(|i| instrument_words(i)).collect();
        fields.add(Key::Instruments, value, words.join(", "), "declared");
        let value: serde_json::Map<String, Value> =
            instruments.iter().map(|i| (i.id.clone(), json!(i.direction.map(crate::store::Direction::words)))).collect();
        let words: Vec<String> =
            instruments.iter().map(|i| format!("{} {}", i.id, i.direction.map_or("not stated", crate::store::Direction::words))).collect();
        fields.add(Key::Orientation, value, words.join(", "), "declared");
    }
    if let Some(outcome) = store.outcomes.get(&of.outcome) {
        let direction = outcome.direction.map(crate::store::Direction::words);
        let value = json!({ "direction": direction, "mid": mid(&outcome.mid) });
        let size = outcome.mid.as_ref().and_then(|m| Some((cell(&m.value)?, m.unit.clone().unwrap_or_default())));
        let size = size.map(|(v, unit)| format!(", mid {v} {unit}")).unwrap_or_default();
        fields.add(Key::Direction, value, format!("{}{}", direction.unwrap_or("not stated"), size.trim_end()), "declared");
    }
    if let Some(t) = of.timepoint.as_ref().and_then(|t| store.timepoints.get(t)).filter(|t| t.from.is_some() || t.pick.is_some()) {
        let words = [
            t.from.as_ref().zip(t.to.as_ref()).map(|(a, b)| format!("{a}..{b}")),
            t.target.as_ref().map(|t| format!("target {t}")),
            t.pick.as_ref().map(|p| format!("pick {p}")),
        ];
        let value = window(t);
        fields.add(Key::Window, value, words.into_iter().flatten().collect::<Vec<_>>().join(" "), "declared");
    }
    let measure = spec.measure.value;
    let variance = matches!(measure, Measure::Smd | Measure::Smd1).then(|| variance_word(spec));
    let words = match variance.as_deref() {
        Some(v) if v != "ls" => format!("{} variance {v}", measure.name()),
        _ => measure.name().to_owned(),
    };
    fields.add(Key::Measure, json!({ "measure": measure.name(), "variance": variance }), words, &spec.measure.origin);
}

/// `RAS (24 items, 24..120, sd 14, mid 6)`
fn instrument_words(of: &crate::store::Instrument) -> String {
    let mut parts: Vec<String> = cell(&of.items).map(|x| format!("{x} items")).into_iter().collect();
    parts.extend(cell(&of.min).zip(cell(&of.max)).map(|(a, b)| format!("{a}..{b}")));
    parts.extend(cell(&of.reference_sd).map(|x| format!("sd {x}")));
    parts.extend(
        of.mid
            .as_ref()
            .and_then(|m| Some(format!("mid {} {}", cell(&m.value)?, m.unit.as_deref().unwrap_or_default()).trim_end().to_owned())),
    );
    if parts.is_empty() { of.id.clone() } else { format!("{} ({})", of.id, parts.join(", ")) }
}

fn variance_word(spec: &AnalysisSpec) -> String {
    json!(spec.variance.value).as_str().unwrap_or_default().to_owned()
}

/// When a timepoint is, and which measurement of it is taken.
pub(in crate::eval) fn window(t: &Timepoint) -> Value {
    let mut value = json!({ "from": t.from.as_deref().map(duration), "to": t.to.as_deref().map(duration), "pick": t.pick });
    if let (Some(target), Value::Object(fields)) = (&t.target, &mut value) {
        fields.insert("target".to_owned(), json!(duration(target)));
    }
    value
}

/// A cell's number as exact decimal text.
pub(in crate::eval) fn cell(cell: &Option<Cell>) -> Option<String> {
    cell.as_ref().map(|c| decimal(c.text.trim()))
}

pub(in crate::eval) fn mid(mid: &Option<Mid>) -> Value {
    mid.as_ref().map_or(Value::Null, |m| json!({ "value": cell(&m.value), "unit": m.unit }))
}

fn selection(fields: &mut Fields, spec: &AnalysisSpec, state: &State) {
    let (mut criteria, mut named): (Vec<(Value, String)>, Vec<(Value, String)>) = (Vec::new(), Vec::new());
    for filter in &spec.filters {
        match filter {
            Filter::Where { condition: c, .. } => {
                let text = condition(c, state);
                criteria.push((json!({ "where": text }), format!("where {text}")));
            }
            Filter::ExcludeWhere { condition: c, .. } => {
                let text = condition(c, state);
                criteria.push((json!({ "exclude": text }), format!("exclude where {text}")));
            }
            Filter::Exclude { studies, .. } => named.push(studies_of("exclude", studies)),
            Filter::Only { studies, .. } => named.push(studies_of("only", studies)),
        }
    }
    for (key, mut steps, none) in [(Key::Criteria, criteria, "none"), (Key::Named, named, "none")] {
        // Each step drops rows by itself, so that their order says nothing.
        steps.sort_by(|a, b| a.1.cmp(&b.1));
        steps.dedup();
        let words: Vec<&str> = steps.iter().map(|s| s.1.as_str()).collect();
        let words = if words.is_empty() { none.to_owned() } else { words.join("; ") };
        fields.add(key, steps.iter().map(|s| s.0.clone()).collect::<Vec<_>>(), words, "stated");
    }
    let (effects, words) = dependence(&spec.dependence.value);
    let [multiarm, cluster, crossover, impute, corr, medians] = conversions(spec);
    let units = [&multiarm, &cluster, &crossover];
    let value = json!({ "effects": effects, "multiarm": multiarm.1, "cluster": cluster.1, "crossover": crossover.1 });
    let words = std::iter::once(words).chain(units.iter().filter(|c| c.1 != "as_given").map(|c| format!("{} {}", c.0, c.1)));
    let origin = units.iter().map(|c| c.2).find(|o| !matches!(o.root(), Origin::Edition(_))).unwrap_or(&spec.dependence.origin);
    fields.add(Key::UnitOfAnalysis, value, words.collect::<Vec<_>>().join("; "), origin);
    let missing = [&impute, &corr, &medians];
    let value = json!({ "impute": impute.1, "corr": corr.1, "medians": medians.1 });
    let words: Vec<String> = missing.iter().map(|c| format!("{} {}", c.0, c.1)).collect();
    let origin = missing.iter().map(|c| c.2).find(|o| !matches!(o.root(), Origin::Edition(_))).unwrap_or(impute.2);
    fields.add(Key::MissingData, value, words.join("; "), origin);
    let ranked: &[Preference] = match &spec.dependence.value {
        Dependence::Prefer(ranked) => ranked,
        _ => &[],
    };
    let words: Vec<String> = ranked.iter().map(|p| format!("{} {}", p.key, p.ranking.join(" > "))).collect();
    let value: Vec<Value> = ranked.iter().map(|p| json!({ "key": p.key, "ranking": p.ranking })).collect();
    let words = if words.is_empty() { "none".to_owned() } else { words.join("; ") };
    fields.add(Key::Hierarchy, value, words, &spec.dependence.origin);
}

/// Name, rule and origin of each conversion; the sources quoted for a number are no part of it.
fn conversions(spec: &AnalysisSpec) -> [(&'static str, String, &Origin); 6] {
    let mut bare = spec.conversions.clone();
    if let Cluster::Adjust { from, .. } = &mut bare.cluster.value {
        *from = None;
    }
    bare.corr.value.from = None;
    let words = bare.settings().map(|(_, words, _)| words);
    let mut words = words.into_iter();
    spec.conversions.settings().map(|(name, _, origin)| (name, words.next().unwrap_or_default(), origin))
}

fn studies_of(word: &str, studies: &[String]) -> (Value, String) {
    let mut studies = studies.to_vec();
    studies.sort();
    (json!({ word: studies }), format!("{word} {}", studies.join(", ")))
}

fn dependence(value: &Dependence) -> (Value, String) {
    match value {
        Dependence::Refuse => (json!("one effect for each trial"), "one effect for each trial".into()),
        Dependence::Prefer(_) => (json!("the preferred effect of each trial"), "the preferred effect of each trial".into()),
        Dependence::Combine { rho, equal } => {
            let rho = of_float(*rho);
            let words = format!("combine rho {rho}{}", if *equal { " equal" } else { "" });
            (json!({ "combine": { "rho": rho, "equal": equal } }), words)
        }
        Dependence::Multilevel { rho } => {
            let rho = rho.map(of_float);
            let words = rho.as_ref().map_or("multilevel".to_owned(), |r| format!("multilevel rho {r}"));
            (json!({ "multilevel": { "rho": rho } }), words)
        }
        Dependence::Keep { .. } => (json!("all effects, as if independent"), "keep dependent".into()),
    }
}

/// How effects are pooled, after a rule has spoken.
pub fn settled(spec: &AnalysisSpec, state: &State) -> Vec<Field> {
    let mut fields = Fields::default();
    method(&mut fields, &AnalysisSpec { by: Vec::new(), ..spec.clone() }, state);
    fields.0
}

fn method(fields: &mut Fields, spec: &AnalysisSpec, state: &State) {
    if has_zero_cells(spec.measure.value) {
        fields.add(Key::Zero, json!(spec.zero.value), spec.zero.value.words(spec.measure.value), &spec.zero.origin);
    }
    model(fields, spec, state);
    let rule = match &spec.model.value {
        ModelChoice::Rule(name) => state.rules.get(name).map(|r| &**r),
        _ => None,
    };
    let ci = ruled(rule, &spec.ci, |b| b.overrides.ci.map(|method| CiChoice { method, guarded: false }));
    add(fields, Key::Ci, ci, |ci| {
        let words = if ci.guarded { format!("{}, never narrower than wald", ci.method.name()) } else { ci.method.name().to_owned() };
        (json!({ "method": ci.method.name(), "never_narrower_than_wald": ci.guarded }), words)
    });
    let pi = ruled(rule, &spec.pi, |b| b.overrides.pi);
    add(fields, Key::Pi, pi, |pi| (pi.name().into(), pi.name().to_owned()));
    // Where nothing is pooled the level is that of the studies' own intervals.
    let sets_level = rule.filter(|r| r.branches.iter().all(|b| b.overrides.level.is_some()));
    add(fields, Key::Level, ruled(sets_level, &spec.level, |b| b.overrides.level), |level| {
        let level = of_float(*level);
        (level.clone().into(), format!("{level}%"))
    });
    add(fields, Key::I2, ruled(rule, &spec.i2, |b| b.overrides.i2), |i2| match i2 {
        I2Definition::ByModel => ("by_model".into(), "from tau2 for random effects, from Q for a common effect".to_owned()),
        I2Definition::Q => ("q".into(), "q".to_owned()),
        I2Definition::Tau2 => ("tau2".into(), "tau2".to_owned()),
    });
    let robust = spec.robust.value.map(RobustKind::name);
    fields.add(Key::Robust, json!(robust), robust.unwrap_or("none"), &spec.robust.origin);
    if !spec.by.is_empty() {
        let levels = |name: &String| match state.store.characteristics.get(name).map(|c| &c.levels) {
            Some(levels) if !levels.is_empty() => json!(sorted(levels)),
            _ => match state.column(name).as_deref() {
                Some(ColumnKind::Numeric) => json!("number"),
                _ => Value::Null,
            },
        };
        let shared = if spec.tau2_common.value { "common" } else { "separate" };
        let by: Vec<Value> = spec.by.iter().map(|b| json!({ "factor": b, "levels": levels(b) })).collect();
        fields.add(Key::Subgroups, json!({ "by": by, "tau2": shared }), format!("by {} tau2 {shared}", spec.by.join(", ")), "stated");
    }
}

/// A setting as a rule leaves it.
enum Ruled<T> {
    /// As it stands, with its origin.
    One(T, String),
    /// Each branch sets it, and not all alike.
    ByBranch(String),
}

/// A setting, or what a rule puts in its place: what every branch that pools sets is never read, unless it was stated.
fn ruled<T: Clone + PartialEq>(rule: Option<&Rule>, setting: &Setting<T>, of: impl Fn(&RuleBranch) -> Option<T>) -> Ruled<T> {
    let own = || Ruled::One(setting.value.clone(), setting.origin.to_string());
    let Some(rule) = rule.filter(|_| !matches!(setting.origin, Origin::Stated)) else { return own() };
    let mut set = rule.branches.iter().filter(|b| !b.not_pooled).map(of);
    let Some(Some(first)) = set.next() else { return own() };
    let origin = Origin::Rule(rule.name.clone()).to_string();
    let mut alike = true;
    for value in set {
        let Some(value) = value else { return own() };
        alike &= value == first;
    }
    if alike { Ruled::One(first, origin) } else { Ruled::ByBranch(origin) }
}

fn add<T>(fields: &mut Fields, key: Key, setting: Ruled<T>, of: impl Fn(&T) -> (Value, String)) {
    match setting {
        Ruled::One(value, origin) => {
            let (value, words) = of(&value);
            fields.add(key, value, words, origin);
        }
        Ruled::ByBranch(origin) => fields.add(key, "by the branch taken", "by the branch taken", origin),
    }
}

fn sorted(levels: &[String]) -> Vec<String> {
    let mut levels = levels.to_vec();
    levels.sort();
    levels
}

fn model(fields: &mut Fields, spec: &AnalysisSpec, state: &State) {
    let origin = &spec.model.origin;
    match &spec.model.value {
        ModelChoice::One(model) => {
            fields.add(Key::Model, family(*model), family(*model), origin);
            match model {
                PoolModel::Random(e) => fields.add(Key::Tau2Estimator, e.name(), e.name(), origin),
                PoolModel::Given(tau2) => fields.add(Key::Tau2Estimator, json!({ "given": of_float(*tau2) }), of_float(*tau2), origin),
                _ => {}
            }
        }
        ModelChoice::FirstOf(models) => {
            let names: Vec<String> = models.iter().map(|m| m.name()).collect();
            fields.add(Key::Model, json!({ "first_of": names }), format!("first of {}", names.join(", ")), origin);
        }
        ModelChoice::Rule(name) => {
            fields.add(Key::Model, "rule", format!("rule {name}"), origin);
            if let Some(rule) = state.rules.get(name) {
                fields.add(Key::Rule, of_rule(rule, state), super::rule::words(rule, state), origin);
            }
        }
    }
}

/// A model without its estimator.
fn family(model: PoolModel) -> &'static str {
    match model {
        PoolModel::Common => "common",
        PoolModel::Random(_) => "random",
        PoolModel::Given(_) => "given tau2",
        PoolModel::MantelHaenszel => "mh",
        PoolModel::Peto => "peto",
    }
}

/// Whether a measure is made of counts, so that what is done with zero cells can change it.
fn has_zero_cells(measure: Measure) -> bool {
    use Measure as M;
    !matches!(
        measure,
        M::Md
            | M::Smd
            | M::Smd1
            | M::Smdh
            | M::Rom
            | M::Hr
            | M::Cor
            | M::Zcor
            | M::Ucor
            | M::Mn
            | M::Mnln
            | M::Mc
            | M::Smcc
            | M::Smcr
            | M::Romc
            | M::Dppc
            | M::Generic
    )
}
