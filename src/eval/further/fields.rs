//! What expressions read of such a result.

use crate::eval::fields;
use crate::eval::outcome::{Outcome, RowsResult};
use crate::language::value::{Kind, Value};

/// The fields of a verb's result.
pub fn names_of(verb: &str) -> &'static [&'static str] {
    match verb {
        "leave-one-out" | "cumulative" => &["k", "studies", "estimates", "lower", "upper", "tau2s", "smallest", "largest"],
        "egger" => &["statistic", "df", "p", "slope", "limit", "limit_ci", "k"],
        "begg" => &["tau", "p", "k"],
        "trim-and-fill" => &["k0", "side", "estimate", "ci", "k"],
        "fail-safe" => &["n", "k"],
        _ => &[],
    }
}

/// The kind of a field, before there is a result.
pub fn kind_of(field: &str) -> Kind {
    match field {
        "side" => Kind::Word,
        "ci" | "limit_ci" | "studies" | "estimates" | "lower" | "upper" | "tau2s" => Kind::List,
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
            "limit_ci" => e.limit.as_ref().map_or(Value::Missing, |l| pair(l.ci)),
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
        _ => Value::Missing,
    }
}

fn pair([a, b]: [f64; 2]) -> Value {
    Value::List(vec![Value::from_f64(a), Value::from_f64(b)])
}

fn of_rows(result: &RowsResult, field: &str) -> Value {
    let list = |get: &dyn Fn(&crate::eval::outcome::PoolResult) -> Option<f64>| {
        Value::List(result.rows.iter().map(|r| get(&r.pool).map_or(Value::Missing, Value::from_f64)).collect())
    };
    let estimates = || result.rows.iter().filter_map(|r| r.pool.estimate);
    match field {
        "k" => Value::Number(result.head.k as f64),
        "studies" => Value::List(result.rows.iter().map(|r| Value::Text(r.study.clone())).collect()),
        "estimates" => list(&|p| p.estimate),
        "lower" => list(&|p| p.ci.map(|c| c[0])),
        "upper" => list(&|p| p.ci.map(|c| c[1])),
        "tau2s" => list(&|p| p.heterogeneity.as_ref().and_then(|h| h.tau2)),
        "smallest" => estimates().reduce(f64::min).map_or(Value::Missing, Value::Number),
        "largest" => estimates().reduce(f64::max).map_or(Value::Missing, Value::Number),
        _ => fields::value_of(&result.base, field),
    }
}
