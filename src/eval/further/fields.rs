//! What expressions read of such a result.

use super::further_fields;
use crate::eval::fields;
use crate::eval::outcome::{
    BootstrapResult, BootstrapRow, GoshResult, LevelProfileResult, OfStudy, Outcome, PoolResult, RobustnessResult, RowsResult,
    SelectionResult, WildResult,
};
use crate::language::value::{Kind, Value};

/// The fields of a verb's result.
pub fn names_of(verb: &str) -> &'static [&'static str] {
    match verb {
        "baujat" => &["k", "studies", "heterogeneity", "influence"],
        "blup" => &["k", "studies", "estimates", "ses", "lower", "upper"],
        "bootstrap" => &[
            "k",
            "draws",
            "seed",
            "estimate",
            "bias",
            "se",
            "percentile",
            "basic",
            "bca",
            "tau2",
            "tau2_percentile",
            "tau2_basic",
            "tau2_bca",
            "statistic",
            "p",
        ],
        "gosh" => &["k", "subsets", "seed", "smallest", "median", "largest", "other_side"],
        "selection" => &[
            "k",
            "pbi",
            "pbi_weighted",
            "eligible",
            "with_a_choice",
            "selections",
            "smallest",
            "median",
            "largest",
            "less_favourable",
            "other_side",
        ],
        "influence" => {
            &["k", "studies", "influential", "rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "q_del", "hat", "weight", "dfbetas"]
        }
        "leave-one-out" | "cumulative" => &["k", "studies", "estimates", "lower", "upper", "tau2s", "smallest", "largest"],
        "egger" => &["statistic", "df", "p", "slope", "limit", "limit_ci", "robust_se", "robust_df", "robust_p", "k"],
        "begg" => &["tau", "p", "k"],
        "trim-and-fill" => &["k0", "side", "estimate", "ci", "k"],
        "fail-safe" => &["n", "k"],
        "profile" => &["k", "tau2", "tau2_ci", "log_likelihood", "estimate", "between", "between_ci", "within", "within_ci"],
        "harbord" | "peters" | "macaskill" | "deeks" => &["statistic", "df", "p", "slope", "limit", "limit_ci", "left_out", "k"],
        "ruecker" => &["statistic", "df", "p", "slope", "tau", "k"],
        "pet-peese" => {
            &["estimate", "se", "ci", "p", "chosen", "p_one_sided", "pet", "pet_ci", "peese", "peese_ci", "display", "display_ci", "k"]
        }
        "excess-significance" => &["observed", "expected", "p", "theta", "tau2", "limit", "power", "k"],
        "henmi-copas" => &["estimate", "se", "ci", "tau2", "display", "display_ci", "k"],
        "probability" => &["effect", "mean", "threshold", "k"],
        "absolute" => &[
            "risks",
            "with",
            "lower",
            "upper",
            "differences",
            "difference_lower",
            "difference_upper",
            "nnts",
            "risk",
            "difference",
            "nnt",
            "k",
        ],
        "re-express" => &["smd", "smd_ci", "units", "units_ci", "mids", "mids_ci", "odds_ratio", "odds_ratio_ci", "sd", "mid", "k"],
        "robustness" => &[
            "k",
            "analyses",
            "computed",
            "names",
            "estimates",
            "lower",
            "upper",
            "smallest",
            "largest",
            "sign_changes",
            "null_included",
            "null_share",
            "mid_included",
            "mid_share",
        ],
        _ => super::regression_fields::names_of(verb),
    }
}

/// The kind of a field, before there is a result.
pub fn kind_of(field: &str) -> Kind {
    if let Some(kind) = super::regression_fields::kind_of(field) {
        return kind;
    }
    match field {
        "side" | "chosen" => Kind::Word,
        "ci" | "limit_ci" | "pet_ci" | "peese_ci" | "display_ci" | "left_out" | "power" => Kind::List,
        "smd_ci" | "units_ci" | "mids_ci" | "odds_ratio_ci" => Kind::List,
        "risks" | "with" | "differences" | "difference_lower" | "difference_upper" | "nnts" => Kind::List,
        "studies" | "estimates" | "ses" | "lower" | "upper" | "tau2s" | "names" => Kind::List,
        "influential" | "rstudent" | "dffits" | "cook_d" | "cov_r" | "tau2_del" | "q_del" | "hat" | "weight" | "dfbetas" => Kind::List,
        "heterogeneity" | "influence" | "percentile" | "basic" | "bca" => Kind::List,
        "tau2_percentile" | "tau2_basic" | "tau2_bca" | "tau2_ci" | "between_ci" | "within_ci" => Kind::List,
        _ => Kind::Number,
    }
}

/// The value of a field.
pub fn values_of(outcome: &Outcome, field: &str) -> Value {
    match outcome {
        Outcome::LeaveOneOut(rows) | Outcome::Cumulative(rows) => of_rows(rows, field),
        Outcome::Egger(e) => match field {
            "statistic" => Value::from_f64(e.statistic),
            "df" => e.df.map_or(Value::Missing, Value::Number),
            "p" => Value::from_f64(e.p),
            "slope" => Value::from_f64(e.slope.estimate),
            "limit" => e.limit.as_ref().map_or(Value::Missing, |l| Value::from_f64(l.estimate)),
            "robust_se" => number(e.robust.as_ref().and_then(|r| r.se)),
            "robust_df" => number(e.robust.as_ref().and_then(|r| r.df)),
            "robust_p" => number(e.robust.as_ref().and_then(|r| r.p)),
            "limit_ci" => e.limit.as_ref().map_or(Value::Missing, |l| pair(Some(l.ci))),
            _ => Value::Number(e.head.k as f64),
        },
        Outcome::Begg(b) => match field {
            "tau" => Value::from_f64(b.tau),
            "p" => Value::from_f64(b.p),
            _ => Value::Number(b.head.k as f64),
        },
        Outcome::TrimAndFill(t) => match field {
            "k0" => Value::Number(t.k0 as f64),
            "side" => Value::Word(t.side.to_owned()),
            "estimate" | "ci" => fields::value_of(&t.filled.0, field),
            _ => Value::Number(t.head.k as f64),
        },
        Outcome::FailSafe(f) => match field {
            "n" => Value::Number(f.n as f64),
            _ => Value::Number(f.head.k as f64),
        },
        Outcome::Baujat(result) => match field {
            "heterogeneity" => list(&result.rows, |r| r.heterogeneity),
            "influence" => list(&result.rows, |r| r.influence),
            _ => of_studies(&result.rows, &result.base, field),
        },
        Outcome::Blup(result) => match field {
            "estimates" => list(&result.rows, |r| r.blup.estimate),
            "ses" => list(&result.rows, |r| r.blup.se),
            "lower" => list(&result.rows, |r| r.blup.ci[0]),
            "upper" => list(&result.rows, |r| r.blup.ci[1]),
            _ => of_studies(&result.rows, &result.base, field),
        },
        Outcome::Bootstrap(result) => of_bootstrap(result, field),
        Outcome::Gosh(result) => of_gosh(result, field),
        Outcome::Selection(result) => of_selection(result, field),
        Outcome::Wild(result) => of_wild(result, field),
        Outcome::LevelProfile(result) => of_levels(result, field),
        Outcome::Influence(result) => match field {
            "influential" => {
                Value::List(result.rows.iter().filter(|r| r.values.influential).map(|r| Value::Text(r.study.clone())).collect())
            }
            "rstudent" => list(&result.rows, |r| r.rstudent),
            "dffits" => list(&result.rows, |r| r.dffits),
            "cook_d" => list(&result.rows, |r| r.cook_d),
            "cov_r" => list(&result.rows, |r| r.cov_r),
            "tau2_del" => list(&result.rows, |r| r.tau2_del),
            "q_del" => list(&result.rows, |r| r.q_del),
            "hat" => list(&result.rows, |r| r.hat),
            "weight" => list(&result.rows, |r| r.weight),
            "dfbetas" => list(&result.rows, |r| r.dfbetas),
            _ => of_studies(&result.rows, &result.base, field),
        },
        Outcome::Profile(result) => match field {
            "tau2" => number(result.best.map(|b| b.tau2)),
            "log_likelihood" => number(result.best.map(|b| b.log_likelihood)),
            "estimate" => number(result.best.map(|b| b.estimate)),
            "tau2_ci" => result.tau2_ci.map_or(Value::Missing, |[a, b]| Value::List(vec![number(a), number(b)])),
            _ => fields::value_of(&result.base, field),
        },
        Outcome::Robustness(result) => of_robustness(result, field),
        Outcome::Unanswered(result) if field == "k" => Value::Number(result.head.k as f64),
        Outcome::Unanswered(_) => Value::Missing,
        other => super::regression_fields::value_of(other, field).unwrap_or_else(|| further_fields::values_of(other, field)),
    }
}

pub(super) fn number(x: Option<f64>) -> Value {
    x.map_or(Value::Missing, Value::from_f64)
}

pub(super) fn pair(ends: Option<[f64; 2]>) -> Value {
    ends.map_or(Value::Missing, |ends| Value::List(ends.map(Value::from_f64).to_vec()))
}

fn list<T>(rows: &[OfStudy<T>], get: impl Fn(&T) -> f64) -> Value {
    Value::List(rows.iter().map(|r| Value::from_f64(get(&r.values))).collect())
}

/// The names of the studies, and what the analysis itself has.
fn of_studies<T>(rows: &[OfStudy<T>], base: &PoolResult, field: &str) -> Value {
    match field {
        "studies" => Value::List(rows.iter().map(|r| Value::Text(r.study.clone())).collect()),
        _ => fields::value_of(base, field),
    }
}

/// Estimates, intervals and their extremes over several pools.
fn of_pools<'a>(pools: impl Iterator<Item = &'a PoolResult> + Clone, field: &str) -> Option<Value> {
    let all = |get: &dyn Fn(&PoolResult) -> Option<f64>| Some(Value::List(pools.clone().map(|p| number(get(p))).collect()));
    let estimates = || pools.clone().filter_map(|p| p.estimate);
    match field {
        "estimates" => all(&|p| p.estimate),
        "lower" => all(&|p| p.ci.map(|c| c[0])),
        "upper" => all(&|p| p.ci.map(|c| c[1])),
        "tau2s" => all(&|p| p.heterogeneity.as_ref().and_then(|h| h.tau2)),
        "smallest" => Some(number(estimates().reduce(f64::min))),
        "largest" => Some(number(estimates().reduce(f64::max))),
        _ => None,
    }
}

fn of_rows(result: &RowsResult, field: &str) -> Value {
    match field {
        "k" => Value::Number(result.head.k as f64),
        "studies" => Value::List(result.rows.iter().map(|r| Value::Text(r.study.clone())).collect()),
        _ => of_pools(result.rows.iter().map(|r| &r.pool), field).unwrap_or_else(|| fields::value_of(&result.base, field)),
    }
}

fn of_bootstrap(result: &BootstrapResult, field: &str) -> Value {
    let row = |name: &str| result.rows.iter().find(|r| r.parameter == name);
    let interval = |row: Option<&BootstrapRow>, kind: &str| {
        pair(row.and_then(|r| match kind {
            "percentile" => Some(r.intervals.percentile),
            "basic" => Some(r.intervals.basic),
            _ => r.intervals.bca,
        }))
    };
    let estimate = row("estimate");
    match field {
        "draws" => Value::Number(result.draws as f64),
        "seed" => Value::Number(result.seed as f64),
        "estimate" => number(estimate.map(|r| r.observed)),
        "bias" => number(estimate.map(|r| r.bias)),
        "se" => number(estimate.map(|r| r.se)),
        "percentile" | "basic" | "bca" => interval(estimate, field),
        "tau2" => number(row("tau2").map(|r| r.observed)),
        "tau2_percentile" | "tau2_basic" | "tau2_bca" => interval(row("tau2"), field.trim_start_matches("tau2_")),
        _ => fields::value_of(&result.base, field),
    }
}

/// Of the pooled effect, or of all moderators together.
fn of_wild(result: &WildResult, field: &str) -> Value {
    let row = result.rows.last();
    match field {
        "draws" => Value::Number(result.draws as f64),
        "seed" => number(result.seed.map(|s| s as f64)),
        "statistic" => number(row.map(|r| r.statistic)),
        "p" => number(row.map(|r| r.p)),
        "estimate" | "se" | "k" => fields::value_of(&result.base, field),
        _ => Value::Missing,
    }
}

fn of_levels(result: &LevelProfileResult, field: &str) -> Value {
    let component = |level: &str| result.components.iter().find(|c| c.level == level);
    let interval = |level: &str| component(level).map_or(Value::Missing, |c| Value::List(c.ci.map(number).to_vec()));
    match field {
        "between" | "within" => number(component(field).map(|c| c.estimate)),
        "between_ci" => interval("between"),
        "within_ci" => interval("within"),
        "log_likelihood" => number(Some(result.log_likelihood)),
        _ => fields::value_of(&result.base, field),
    }
}

fn of_gosh(result: &GoshResult, field: &str) -> Value {
    let estimate = result.distribution.get("estimate");
    match field {
        "subsets" => Value::Number(result.subsets as f64),
        "seed" => number(result.seed.map(|s| s as f64)),
        "smallest" => number(estimate.map(|d| d.smallest)),
        "median" => number(estimate.map(|d| d.median)),
        "largest" => number(estimate.map(|d| d.largest)),
        "other_side" => number(result.other_side),
        _ => fields::value_of(&result.base, field),
    }
}

fn of_selection(result: &SelectionResult, field: &str) -> Value {
    match field {
        "pbi" => number(result.pbi),
        "pbi_weighted" => number(result.pbi_weighted),
        "eligible" => Value::Number(result.eligible as f64),
        "with_a_choice" => Value::Number(result.with_a_choice as f64),
        "selections" => Value::Number(result.selections),
        "smallest" => number(result.smallest),
        "median" => number(result.median),
        "largest" => number(result.largest),
        "less_favourable" => number(result.less_favourable),
        "other_side" => number(result.other_side),
        _ => fields::value_of(&result.base, field),
    }
}

fn of_robustness(result: &RobustnessResult, field: &str) -> Value {
    let count = |n: Option<usize>| number(n.map(|n| n as f64));
    // Extremes are of the analysis' own measure; those of others are on another scale.
    let own = result.ranges.iter().find(|r| r.measure == result.base.measure);
    match field {
        "analyses" => count(Some(result.rows.len())),
        "computed" => count(Some(result.computed)),
        "names" => Value::List(result.rows.iter().map(|r| Value::Text(r.name())).collect()),
        "smallest" => number(own.map(|r| r.lowest)),
        "largest" => number(own.map(|r| r.highest)),
        "sign_changes" => count(result.sign_changes),
        "null_included" => count(result.null_included),
        "null_share" => number(result.null_share),
        "mid_included" => count(result.mid.as_ref().map(|m| m.included)),
        "mid_share" => number(result.mid.as_ref().and_then(|m| m.share)),
        _ => of_pools(result.rows.iter().map(|r| &r.pool), field).unwrap_or_else(|| fields::value_of(&result.base, field)),
    }
}
