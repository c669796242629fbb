//! Results in one table, and each in one sentence (item 20b).

use super::characteristics::outcome_label;
use super::roles::{self, Part};
use crate::eval::outcome::{Outcome, PoolResult, TableResult};
use crate::number;
use crate::report::compose::effect;
use crate::store::Store;

/// Every pooled result so far.
pub fn table(store: &Store, results: &[&Outcome]) -> TableResult {
    let mut pools: Vec<&PoolResult> = results.iter().filter_map(|o| if let Outcome::Pool(p) = o { Some(&**p) } else { None }).collect();
    // The primary analysis of a plan comes first, wherever the script runs it.
    pools.sort_by_key(|p| match p.role {
        Some("primary") => 0,
        Some("secondary") => 1,
        _ => 2,
    });
    let plan = pools.iter().any(|p| p.status != "unregistered");
    let mut columns: Vec<&str> = vec!["result", "outcome", "time", "set", "comparison", "for"];
    if plan {
        columns.insert(1, "status");
    }
    columns.extend(["k", "people", "measure", "estimate [CI]", "p", "prediction", "tau2", "I2", "Q (df), p", "model, CI", "certainty"]);
    let mut rows = Vec::new();
    for pool in pools {
        rows.push(row(store, pool, plan, None));
        for group in pool.groups.iter().flatten() {
            rows.push(row(store, group, plan, Some(pool)));
        }
    }
    // Columns that no result fills say nothing.
    let empty = |at: usize| matches!(columns[at], "time" | "set" | "comparison" | "prediction") && rows.iter().all(|r| r[at].is_empty());
    let kept: Vec<usize> = (0..columns.len()).filter(|at| !empty(*at)).collect();
    let rows = rows.iter().map(|r: &Vec<String>| kept.iter().map(|at| r[*at].clone()).collect()).collect();
    let columns = kept.iter().map(|at| columns[*at].to_owned()).collect();
    let notes = vec!["I2 names its definition: (t) from tau2, (q) from Q".to_owned()];
    TableResult { title: "Results of all syntheses".into(), columns, rows, notes }
}

fn row(store: &Store, pool: &PoolResult, plan: bool, whole: Option<&PoolResult>) -> Vec<String> {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let called = |pool: &PoolResult| called(store, pool);
    let name = match (whole, &pool.group) {
        (Some(whole), Some(group)) => format!("{}, {group}", called(whole)),
        _ => called(pool),
    };
    let purpose = whole.map_or_else(|| purpose(pool), |whole| format!("subgroup of {}", called(whole)));
    let mut cells =
        vec![name, outcome_label(store, &pool.outcome), text(&pool.timepoint), text(&pool.analysis), text(&pool.comparison), purpose];
    if plan {
        cells.insert(1, crate::protocol::role::status_words(pool.status));
    }
    cells.push(pool.k.to_string());
    cells.push(pool.participants.map(number::count).unwrap_or_default());
    cells.push(effect::label(pool));
    if let Some(reason) = &pool.not_pooled {
        cells.push(format!("not pooled: {}", reason.reason));
        cells.extend((0..7).map(|_| String::new()));
        return cells;
    }
    let d = effect::digits(pool);
    let shown = effect::shown(pool);
    cells.push(number::interval(shown.estimate, shown.ci, d).to_string());
    cells.push(pool.p.map(number::p_cell).unwrap_or_default());
    cells.push(shown.pi.map(|pi| number::interval(None, Some(pi), d).to_string()).unwrap_or_default());
    let h = pool.heterogeneity.as_ref();
    cells.push(h.and_then(|h| h.tau2).map(number::variance).unwrap_or_default());
    cells.push(h.map(|h| format!("{} ({})", number::percent(h.i2), if h.i2_definition == "q" { "q" } else { "t" })).unwrap_or_default());
    let q = |h: &crate::eval::outcome::HeterogeneityResult| {
        format!("{} ({}), {}", number::statistic(h.q), number::df(h.df), number::p_cell(h.p))
    };
    cells.push(h.map(q).unwrap_or_default());
    cells.push(match pool.model.as_deref().filter(|_| pool.k > 1) {
        Some(model) => format!("{model}, {}", pool.ci_method),
        None => format!("one study, {}", pool.ci_method),
    });
    cells.push(super::certainty::short(store, pool));
    cells
}

/// `synthesis`, `sensitivity of recovery`.
fn purpose(pool: &PoolResult) -> String {
    let of = pool.spec.parent.as_ref().map(|p| format!(" of {p}")).unwrap_or_default();
    match roles::of_pool(pool) {
        _ if pool.role.is_some() => format!("{}{of}", pool.role.unwrap_or_default().replace('_', " ")),
        Part::Heterogeneity => format!("subgroups by {}{of}", pool.spec.by.join(", ")),
        Part::Sensitivity => format!("sensitivity{of}"),
        _ if pool.k == 1 => "one study".into(),
        _ => "synthesis".into(),
    }
}

/// What a result is called in a text: its name, or without one what it is about.
pub fn called(store: &Store, pool: &PoolResult) -> String {
    match (&pool.id, &pool.spec.parent) {
        (Some(id), _) => id.clone(),
        (None, _) if in_place_of(pool).is_some() => in_place_of(pool).unwrap_or_default().to_owned(),
        (None, Some(parent)) if !pool.spec.by.is_empty() => format!("{parent} by {}", pool.spec.by.join(", ")),
        _ => about(store, pool),
    }
}

/// The planned analysis in whose place a result without a name stands.
fn in_place_of(pool: &PoolResult) -> Option<&str> {
    let stands = matches!(pool.status, "pre_specified" | "amended" | "clarified" | "deviation");
    pool.plan.as_deref().filter(|_| stands && pool.id.is_none())
}

/// What it is about: `Personal recovery at post-test, itt`.
pub fn about(store: &Store, pool: &PoolResult) -> String {
    let mut out = outcome_label(store, &pool.outcome);
    if let Some(t) = &pool.timepoint {
        // A label that explains the time would hide the name.
        let label = store.timepoints.get(t).and_then(|t| t.label.clone()).filter(|l| l.chars().count() <= 20);
        out.push_str(&format!(" at {}", label.unwrap_or_else(|| t.clone())));
    }
    for part in [&pool.analysis, &pool.comparison].into_iter().flatten() {
        out.push_str(&format!(", {part}"));
    }
    out
}

/// The same for several results, of which those of one name have their lines too.
pub fn names(store: &Store, pools: &[&PoolResult]) -> Vec<String> {
    let all: Vec<String> = pools.iter().map(|p| called(store, p)).collect();
    let twice = |name: &String| all.iter().filter(|n| *n == name).count() > 1;
    let one = |(pool, name): (&&PoolResult, &String)| if twice(name) { format!("{name} (line {})", pool.line) } else { name.clone() };
    pools.iter().zip(&all).map(one).collect()
}

/// How a result is called in a heading: its outcome and time, then its name.
pub fn title(store: &Store, pool: &PoolResult) -> String {
    let mut out = outcome_label(store, &pool.outcome);
    if let Some(t) = &pool.timepoint {
        out.push_str(&format!(", {}", store.timepoints.get(t).and_then(|t| t.label.clone()).unwrap_or_else(|| t.clone())));
    }
    if let Some(set) = &pool.analysis {
        out.push_str(&format!(", {set}"));
    }
    match (&pool.id, &pool.spec.parent) {
        (None, _) if in_place_of(pool).is_some() => format!("{out} ({})", called(store, pool)),
        (None, None) => out,
        (None, _) if pool.spec.by.is_empty() => out,
        _ => format!("{out} ({})", called(store, pool)),
    }
}

/// The result in words: how many studies, the effect, its precision, its direction, heterogeneity.
pub fn sentence(pool: &PoolResult) -> String {
    let studies = number::plural(pool.k, effect::unit(pool, true), effect::unit(pool, false));
    let people = pool.participants.map(|n| format!(" with {} people", number::count(n))).unwrap_or_default();
    if let Some(reason) = &pool.not_pooled {
        return format!("{studies}{people}: not pooled ({}).", reason.reason);
    }
    if !effect::has_estimate(pool) {
        return format!("{studies}{people}: no estimate.");
    }
    let what = if pool.k == 1 { "One study, not a synthesis" } else { "Pooled effect" };
    let mut out = format!("{what}: {} {}", effect::label(pool), effect::interval(pool));
    out.push_str(&format!(" ({} confidence interval)", number::level(pool.level)));
    if let Some(p) = pool.p.filter(|_| effect::null(pool).is_some()) {
        out.push_str(&format!(", {}", number::p_value(p)));
    }
    out.push_str(&if pool.k == 1 { format!("{people}.") } else { format!(", from {studies}{people}.") });
    out.push_str(&direction(pool));
    if let Some(pi) = effect::shown(pool).pi {
        let ends = number::interval(None, Some(pi), effect::digits(pool));
        out.push_str(&format!(" The {} prediction interval is {ends}.", number::level(pool.level)));
    }
    if let Some(h) = &pool.heterogeneity {
        out.push_str(&format!(" Heterogeneity: {}.", effect::heterogeneity(h)));
    }
    out
}

/// Which side the estimate favours, and whether the interval includes no effect.
fn direction(pool: &PoolResult) -> String {
    let (Some(null), Some(estimate)) = (effect::null(pool), effect::shown(pool).estimate) else { return String::new() };
    let includes = effect::shown(pool).ci.map(|[lo, hi]| lo <= null && null <= hi);
    let interval = match includes {
        Some(true) => format!("the interval includes {}", effect::no_effect(pool)),
        Some(false) => format!("the interval excludes {}", effect::no_effect(pool)),
        None => "there is no interval".to_owned(),
    };
    let side = pool.sides.as_ref().map(|[left, right]| if estimate < null { left } else { right }).filter(|_| estimate != null);
    match side {
        Some(side) => format!(" The estimate {side}; {interval}."),
        None => format!(" {}{}.", interval[..1].to_uppercase(), &interval[1..]),
    }
}
