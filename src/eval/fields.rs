//! Fields of a result: what expressions, rules and `expect` read.

use super::outcome::PoolResult;
use crate::diagnostic::Problem;
use crate::language::suggest::nearest;
use crate::language::value::{Kind, Value};
use crate::language::vocabulary::FIELDS;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Word};

/// The canonical name of a field as written, `i2` with `(q)` becoming `i2(q)`.
pub fn canonical(name: &Word, args: Option<&[Expr]>, span: Span) -> Result<&'static str, Problem> {
    let argument = match args {
        None | Some([]) => None,
        Some([Expr { kind: ExprKind::Name(a), .. }]) => Some(a.to_ascii_lowercase()),
        Some(_) => {
            return Err(Problem::error("E228", format!("`{}` takes one word in parentheses", name.text))
                .at(span, "not one word")
                .help("write `i2(q)`, `i2(tau2)` or `p(q)`"));
        }
    };
    let written = match &argument {
        Some(a) => format!("{}({a})", name.text.to_ascii_lowercase()),
        None => name.text.to_ascii_lowercase(),
    };
    if written == "i2" {
        return Err(Problem::error("E227", "`i2` has two definitions, and they differ")
            .at(span, "which one?")
            .help("write `i2(q)` for (Q - df) / Q or `i2(tau2)` for tau2 / (tau2 + typical variance)"));
    }
    if let Some(field) = FIELDS.iter().find(|f| f.name == written) {
        return Ok(field.name);
    }
    let problem = Problem::error("E229", format!("a result has no field `{written}`")).at(name.span, "unknown field");
    let bare = name.text.to_ascii_lowercase();
    if argument.is_some() && !["i2", "se", "p", "df", "ci"].contains(&bare.as_str()) && FIELDS.iter().any(|f| f.name == bare) {
        return Err(problem.help(format!("`{bare}` takes nothing in parentheses: write `{bare}`")));
    }
    let names: Vec<&str> = FIELDS.iter().map(|f| f.name).collect();
    Err(match nearest(&written, names.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("the fields are {}", crate::language::suggest::and_list(&names, 40))),
    })
}

/// The kind of a field, before there is a result.
pub fn kind_of(field: &str) -> Kind {
    match field {
        "ci" | "pi" | "display_ci" | "display_pi" | "tau2_ci" | "studies" => Kind::List,
        "ci(robust)" => Kind::List,
        "i2(q)" | "i2(tau2)" | "i2(between)" | "i2(within)" | "level" => Kind::Percent,
        "measure" | "model" | "ci_method" => Kind::Word,
        "pooled" => Kind::Bool,
        _ => Kind::Number,
    }
}

/// The value of a field.
pub fn value_of(result: &PoolResult, field: &str) -> Value {
    let h = result.heterogeneity.as_ref();
    let d = result.display.as_ref();
    let tests = result.tests.as_ref();
    let levels = h.and_then(|h| h.levels.as_ref());
    let robust = result.robust.as_ref();
    let number = |x: Option<f64>| x.map_or(Value::Missing, Value::from_f64);
    let percent = |x: Option<f64>| x.map_or(Value::Missing, Value::Percent);
    let pair = |x: Option<[f64; 2]>| x.map_or(Value::Missing, |[a, b]| Value::List(vec![Value::from_f64(a), Value::from_f64(b)]));
    match field {
        "estimate" => number(result.estimate),
        "se" => number(result.se),
        "statistic" => number(result.statistic),
        "df" => number(result.df),
        "p" => number(result.p),
        "ci" => pair(result.ci),
        "pi" => pair(result.pi),
        "display" => number(d.and_then(|d| d.estimate)),
        "display_ci" => pair(d.and_then(|d| d.ci)),
        "display_pi" => pair(d.and_then(|d| d.pi)),
        "k" => Value::Number(result.k as f64),
        "participants" => number(result.participants.map(|n| n as f64)),
        "q" => number(h.map(|h| h.q)),
        "p(q)" => number(h.map(|h| h.p)),
        "q(between)" => number(result.between.as_ref().map(|b| b.q)),
        "p(between)" => number(result.between.as_ref().map(|b| b.p)),
        "i2(q)" => percent(h.map(|h| h.i2_q)),
        "i2(tau2)" => percent(h.and_then(|h| h.i2_tau2)),
        "cmh" => number(tests.and_then(|t| t.cmh).map(|t| t.statistic)),
        "p(cmh)" => number(tests.and_then(|t| t.cmh).map(|t| t.p)),
        "tarone" => number(tests.and_then(|t| t.tarone).map(|t| t.statistic)),
        "p(tarone)" => number(tests.and_then(|t| t.tarone).map(|t| t.p)),
        "tau2" => number(h.and_then(|h| h.tau2)),
        "tau2_se" => number(h.and_then(|h| h.tau2_se)),
        "tau2_ci" => h.and_then(|h| h.tau2_ci).map_or(Value::Missing, |[a, b]| Value::List(vec![number(a), number(b)])),
        "tau" => number(h.and_then(|h| h.tau2).map(f64::sqrt)),
        "h2" => number(h.map(|h| h.h2)),
        "trials" => number(result.trials.map(|n| n as f64)),
        "sigma2(between)" => number(levels.map(|l| l.sigma2.between)),
        "sigma2(within)" => number(levels.map(|l| l.sigma2.within)),
        "i2(between)" => percent(levels.and_then(|l| l.i2_between)),
        "i2(within)" => percent(levels.and_then(|l| l.i2_within)),
        "se(robust)" => number(robust.and_then(|r| r.se)),
        "df(robust)" => number(robust.and_then(|r| r.df)),
        "p(robust)" => number(robust.and_then(|r| r.p)),
        "ci(robust)" => pair(robust.and_then(|r| r.ci)),
        "log_likelihood" => number(result.log_likelihood),
        "level" => Value::Percent(result.level),
        "measure" => Value::Word(result.measure.to_owned()),
        "model" => result.model.clone().map_or(Value::Missing, Value::Word),
        "ci_method" => Value::Word(result.ci_method.to_owned()),
        "pooled" => Value::Bool(result.estimate.is_some()),
        "studies" => Value::List(result.studies.iter().filter(|s| s.included).map(|s| Value::Text(s.study.clone())).collect()),
        _ => Value::Missing,
    }
}
