//! A rule in canonical form: its branches in order, without its name.

use super::condition;
use super::number::of_float;
use crate::eval::state::{OutlierLoop, OutlierOrder, Rule, RuleBranch, Share, State};
use crate::language::conversions::StatedConversions;
use crate::language::settings::Overrides;
use crate::language::spec::{I2Definition, ModelChoice};
use serde_json::{Map, Value, json};

/// What a rule says. Names and remarks are not part of it.
pub fn of_rule(rule: &Rule, state: &State) -> Value {
    Value::Array(rule.branches.iter().map(|b| branch(b, state)).collect())
}

/// The same for people, branches in order.
pub fn words(rule: &Rule, state: &State) -> String {
    let one = |b: &RuleBranch| match &b.condition {
        Some(c) => format!("when {} then {}", condition(c, state), b.then_text),
        None if b.undefined => format!("when undefined then {}", b.then_text),
        None => format!("otherwise {}", b.then_text),
    };
    rule.branches.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn branch(branch: &RuleBranch, state: &State) -> Value {
    let mut out = Map::new();
    let when = match &branch.condition {
        Some(c) => json!(condition(c, state)),
        None if branch.undefined => json!("undefined"),
        None => json!("otherwise"),
    };
    out.insert("when".into(), when);
    if branch.not_pooled {
        out.insert("not_pooled".into(), json!(true));
    }
    if branch.swim {
        out.insert("swim".into(), json!("effect_direction"));
    }
    let set = settings(&branch.overrides);
    if !set.is_empty() {
        out.insert("sets".into(), Value::Object(set));
    }
    if let Some(outliers) = &branch.outliers {
        out.insert("drop_outliers".into(), outlier_loop(outliers, state));
    }
    if let Some(runs) = &branch.runs {
        let mut runs = runs.clone();
        runs.sort_unstable();
        out.insert("runs".into(), json!(runs));
    }
    Value::Object(out)
}

fn outlier_loop(outliers: &OutlierLoop, state: &State) -> Value {
    let order = OutlierOrder::WORDS.iter().find(|w| w.1 == outliers.order).map(|w| w.0);
    json!({
        "by": order,
        "until": condition(&outliers.until, state),
        "at_most": of_float(outliers.at_most),
        "of": match outliers.of { Share::People => "people", Share::Effects => "effects" },
        "else_not_pooled": outliers.else_not_pooled,
    })
}

/// Settings by their words.
fn settings(set: &Overrides) -> Map<String, Value> {
    let Overrides { measure, variance, model, ci, pi, level, i2, zero, conversions } = set;
    let mut out = Map::new();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(name.to_owned(), value);
        }
    };
    add("measure", measure.map(|m| json!(m.name())));
    add("variance", variance.map(|v| json!(v)));
    add("model", model.as_ref().map(model_value));
    add("ci", ci.map(|c| json!(c.name())));
    add("pi", pi.map(|p| json!(p.name())));
    add("level", level.map(|l| json!(of_float(l))));
    add(
        "i2",
        i2.map(|i| {
            json!(match i {
                I2Definition::ByModel => "by_model",
                I2Definition::Q => "q",
                I2Definition::Tau2 => "tau2",
            })
        }),
    );
    add("zero", zero.map(|z| json!(z)));
    let StatedConversions { multiarm, cluster, crossover, impute, corr, medians } = conversions;
    add("multiarm", multiarm.as_ref().map(|x| json!(x.to_string())));
    add("cluster", cluster.as_ref().map(|x| json!(x.to_string())));
    add("crossover", crossover.as_ref().map(|x| json!(x.to_string())));
    add("impute", impute.as_ref().map(|x| json!(x.to_string())));
    add("corr", corr.as_ref().map(|x| json!(x.to_string())));
    add("medians", medians.as_ref().map(|x| json!(x.name())));
    out
}

fn model_value(model: &ModelChoice) -> Value {
    let one = |m: &crate::language::spec::PoolModel| match m {
        crate::language::spec::PoolModel::Given(tau2) => json!({ "tau2": of_float(*tau2) }),
        other => json!(other.name()),
    };
    match model {
        ModelChoice::One(m) => one(m),
        ModelChoice::FirstOf(models) => json!(models.iter().map(one).collect::<Vec<_>>()),
        ModelChoice::Rule(name) => json!({ "rule": name }),
    }
}
