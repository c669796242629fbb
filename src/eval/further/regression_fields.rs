//! What expressions read of a regression and of the answers to questions about it.

use crate::diagnostic::Problem;
use crate::eval::outcome::{Outcome, PredictRow, RegressResult};
use crate::eval::state::Finding;
use crate::language::further::Further;
use crate::language::resolve::coefficient;
use crate::language::suggest::{and_list, nearest};
use crate::language::value::{Kind, Value};
use crate::source::Span;
use crate::stats::regression::{Coefficient, WaldTest};
use crate::syntax::ast::{Expr, Word};

/// Fields of a regression as a whole.
const WHOLE: &[&str] = &[
    "k",
    "terms",
    "estimates",
    "ses",
    "lower",
    "upper",
    "qm",
    "df",
    "df2",
    "p",
    "r2",
    "tau2",
    "tau2_se",
    "tau2_ci",
    "tau2_without",
    "tau",
    "q",
    "p(q)",
    "i2(q)",
    "i2(tau2)",
    "h2",
    "log_likelihood",
    "level",
    "studies",
    "trials",
    "sigma2(between)",
    "sigma2(within)",
    "p(robust)",
];

/// Fields of one coefficient, with its name in parentheses.
const OF_TERM: &[&str] =
    &["estimate", "coefficient", "se", "statistic", "df", "p", "ci", "robust_se", "robust_df", "robust_p", "robust_ci"];

/// What can be read of the result of a verb, for completion.
pub fn fields_of(finding: &Finding) -> Vec<String> {
    let Further::Regress(_) = &finding.spec.what else {
        return super::fields::names_of(finding.verb).iter().map(|n| (*n).to_owned()).collect();
    };
    let terms = match &finding.outcome {
        Some(Outcome::Regress(result)) => names(result),
        _ => Vec::new(),
    };
    let simple = terms.iter().filter(|t| t.chars().all(|c| c.is_alphanumeric() || c == '_')).cloned();
    WHOLE.iter().map(|n| (*n).to_owned()).chain(simple).chain(OF_TERM.iter().map(|n| format!("{n}("))).collect()
}

/// A field of a regression; `None` for the result of another verb.
///
/// `r.r2` is of the whole, `r.p(ablat)` and `r.p("alloc[random]")` of a coefficient, and
/// `r.ablat` the coefficient itself.
pub fn of_regression(finding: &Finding, name: &Word, args: Option<&[Expr]>, span: Span) -> Option<Result<Value, Problem>> {
    let Further::Regress(formula) = &finding.spec.what else { return None };
    let field = name.text.to_ascii_lowercase();
    let result = match &finding.outcome {
        Some(Outcome::Regress(result)) => Some(result),
        _ => None,
    };
    let wrong = |problem: Problem| Some(Err(problem));
    let whole = |field: &str| Some(Ok(result.map_or_else(|| Value::Unknown(kind(field)), |r| of_whole(r, field))));
    let argument = match args {
        None | Some([]) => None,
        Some([one]) => Some(one),
        Some([_, second, ..]) => {
            return wrong(Problem::error("E228", format!("`{field}` takes the name of one coefficient")).at(second.span, "a second one"));
        }
    };
    let Some(argument) = argument else {
        if field == "i2" {
            let problem = Problem::error("E227", "`i2` has two definitions, and they differ").at(span, "which one?");
            return wrong(problem.help("write `i2(q)` or `i2(tau2)`, of the residual heterogeneity"));
        }
        if WHOLE.contains(&field.as_str()) {
            return whole(&field);
        }
        let known = result.map(|r| names(r)).unwrap_or_default();
        let is_term = known.contains(&name.text) || result.is_none() && formula.columns().contains(&name.text.as_str());
        if is_term || result.is_none() && name.text == "intercept" {
            return Some(Ok(result.map_or(Value::Unknown(Kind::Number), |r| of_term(r, &name.text, "estimate").unwrap_or(Value::Missing))));
        }
        let problem = Problem::error("E229", format!("a regression has no field `{}`", name.text)).at(span, "unknown field");
        if OF_TERM.contains(&field.as_str()) {
            return wrong(problem.help(format!("name a coefficient: `{field}(intercept)`; the test of all moderators is `p`")));
        }
        let all: Vec<&str> = WHOLE.iter().copied().chain(known.iter().map(String::as_str)).collect();
        return wrong(match nearest(&name.text, all.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("it has {}, and of a coefficient {}", and_list(WHOLE, 40), and_list(&of_a_term(), 10))),
        });
    };
    let term = coefficient(argument);
    let joined = term.as_deref().map(|t| format!("{field}({})", t.to_ascii_lowercase())).unwrap_or_default();
    // A moderator called `q` is meant where it stands in quotes.
    let quoted = matches!(argument.kind, crate::syntax::ast::ExprKind::Text(_));
    if WHOLE.contains(&joined.as_str()) && !quoted {
        return whole(&joined);
    }
    if !OF_TERM.contains(&field.as_str()) {
        let problem = Problem::error("E229", format!("a coefficient has no field `{field}`")).at(span, "unknown field");
        return wrong(problem.help(format!("it has {}", and_list(&of_a_term(), 10))));
    }
    let Some(term) = term else {
        let problem = Problem::error("E228", format!("`{field}` takes the name of a coefficient")).at(argument.span, "not a name");
        return wrong(problem.help(format!("write `{field}(ablat)`, `{field}(alloc[random])` or `{field}(\"ablat:alloc[random]\")`")));
    };
    let columns = formula.columns();
    if result.is_none() && term != "intercept" && !columns.iter().any(|c| term.contains(c)) {
        let problem = Problem::error("E261", format!("the regression has no coefficient `{term}`")).at(argument.span, "not in its formula");
        return wrong(problem.help(format!("its moderators are {}", and_list(&columns, 12))));
    }
    let Some(result) = result else { return Some(Ok(Value::Unknown(if field == "ci" { Kind::List } else { Kind::Number }))) };
    Some(of_term(result, &term, &field).ok_or_else(|| {
        let names = names(result);
        let problem =
            Problem::error("E261", format!("the regression has no coefficient `{term}`")).at(argument.span, "unknown coefficient");
        match nearest(&term, names.iter().map(String::as_str)) {
            Some(near) => problem.help(format!("did you mean `{near}`? It has {}", and_list(&names, 20))),
            None => problem.help(format!("it has {}", and_list(&names, 20))),
        }
    }))
}

/// The fields of a coefficient, for messages.
fn of_a_term() -> Vec<String> {
    OF_TERM.iter().map(|n| format!("{n}(TERM)")).collect()
}

fn names(result: &RegressResult) -> Vec<String> {
    result.coefficients.iter().map(|c| c.term.clone()).collect()
}

fn kind(field: &str) -> Kind {
    match field {
        "terms" | "estimates" | "ses" | "lower" | "upper" | "tau2_ci" | "studies" => Kind::List,
        "r2" | "i2(q)" | "i2(tau2)" | "level" => Kind::Percent,
        _ => Kind::Number,
    }
}

fn number(x: Option<f64>) -> Value {
    x.map_or(Value::Missing, Value::from_f64)
}

fn pair(ends: [f64; 2]) -> Value {
    Value::List(ends.map(Value::from_f64).to_vec())
}

fn percent(x: Option<f64>) -> Value {
    x.map_or(Value::Missing, Value::Percent)
}

/// A list over coefficients.
fn each(coefficients: &[Coefficient], get: impl Fn(&Coefficient) -> f64) -> Value {
    Value::List(coefficients.iter().map(|c| Value::from_f64(get(c))).collect())
}

fn of_whole(result: &RegressResult, field: &str) -> Value {
    let h = result.heterogeneity.as_ref();
    match field {
        "k" => Value::Number(result.head.k as f64),
        "terms" => Value::List(names(result).into_iter().map(Value::Text).collect()),
        "estimates" => each(&result.coefficients, |c| c.estimate),
        "ses" => each(&result.coefficients, |c| c.se),
        "lower" => each(&result.coefficients, |c| c.ci[0]),
        "upper" => each(&result.coefficients, |c| c.ci[1]),
        "qm" | "df" | "df2" | "p" => of_test(result.moderators.as_ref(), field),
        "r2" => percent(result.r2),
        "tau2" => number(h.and_then(|h| h.tau2)),
        "tau2_se" => number(h.and_then(|h| h.tau2_se)),
        "tau2_ci" => h.and_then(|h| h.tau2_ci).map_or(Value::Missing, |[a, b]| Value::List(vec![number(a), number(b)])),
        "tau2_without" => number(result.tau2_without),
        "tau" => number(h.and_then(|h| h.tau2).map(f64::sqrt)),
        "q" => number(h.map(|h| h.q)),
        "p(q)" => number(h.map(|h| h.p)),
        "i2(q)" => percent(h.map(|h| h.i2_q)),
        "i2(tau2)" => percent(h.and_then(|h| h.i2_tau2)),
        "h2" => number(h.map(|h| h.h2)),
        "log_likelihood" => number(result.log_likelihood),
        "trials" => number(result.trials.map(|n| n as f64)),
        "sigma2(between)" => number(h.and_then(|h| h.levels).map(|l| l.sigma2.between)),
        "sigma2(within)" => number(h.and_then(|h| h.levels).map(|l| l.sigma2.within)),
        "p(robust)" => of_test(result.robust.as_ref().and_then(|r| r.moderators.as_ref()), "p"),
        "level" => Value::Percent(result.head.level),
        "studies" => Value::List(result.studies.iter().filter(|s| s.study.included).map(|s| Value::Text(s.study.study.clone())).collect()),
        _ => Value::Missing,
    }
}

fn of_test(test: Option<&WaldTest>, field: &str) -> Value {
    number(test.and_then(|t| match field {
        "qm" => Some(t.qm),
        "df" => Some(t.df),
        "df2" => t.df2,
        _ => Some(t.p),
    }))
}

fn of_term(result: &RegressResult, term: &str, field: &str) -> Option<Value> {
    if let Some(own) = field.strip_prefix("robust_") {
        result.coefficients.iter().find(|c| c.term == term)?;
        let robust = result.robust.as_ref().and_then(|r| r.coefficients.iter().find(|c| c.term == term));
        return Some(robust.map_or(Value::Missing, |c| of_coefficient(c, own)));
    }
    result.coefficients.iter().find(|c| c.term == term).map(|c| of_coefficient(c, field))
}

fn of_coefficient(c: &Coefficient, field: &str) -> Value {
    match field {
        "se" => Value::from_f64(c.se),
        "statistic" => Value::from_f64(c.statistic),
        "df" => number(c.df),
        "p" => Value::from_f64(c.p),
        "ci" => pair(c.ci),
        _ => Value::from_f64(c.estimate),
    }
}

/// The fields of the answers to questions.
pub fn names_of(verb: &str) -> &'static [&'static str] {
    match verb {
        "predict" => &[
            "k",
            "estimate",
            "se",
            "ci",
            "pi",
            "display",
            "display_ci",
            "display_pi",
            "estimates",
            "ses",
            "lower",
            "upper",
            "pi_lower",
            "pi_upper",
        ],
        "contrast" => &["k", "estimate", "se", "statistic", "df", "p", "ci", "estimates", "ses", "lower", "upper", "ps", "p_joint"],
        "test" => &["k", "qm", "df", "df2", "p"],
        "vif" => &["k", "terms", "vifs", "largest"],
        "permute" => &["k", "p", "terms", "ps", "draws", "exact"],
        _ => &[],
    }
}

/// The kind of a field of theirs that is no number.
pub fn kind_of(field: &str) -> Option<Kind> {
    match field {
        "exact" => Some(Kind::Bool),
        "pi" | "display_ci" | "display_pi" | "pi_lower" | "pi_upper" | "ps" | "terms" | "vifs" => Some(Kind::List),
        _ => None,
    }
}

/// The value of a field of theirs; `None` for other results.
pub fn value_of(outcome: &Outcome, field: &str) -> Option<Value> {
    Some(match outcome {
        Outcome::Predict(r) => {
            let first = r.rows.first();
            let all = |get: &dyn Fn(&PredictRow) -> Option<f64>| Value::List(r.rows.iter().map(|row| number(get(row))).collect());
            let ends = |ends: Option<[f64; 2]>| ends.map_or(Value::Missing, pair);
            match field {
                "estimate" => number(first.map(|f| f.estimate)),
                "se" => number(first.map(|f| f.se)),
                "ci" => ends(first.map(|f| f.ci)),
                "pi" => ends(first.and_then(|f| f.pi)),
                "display" => number(first.and_then(|f| f.display.estimate)),
                "display_ci" => ends(first.and_then(|f| f.display.ci)),
                "display_pi" => ends(first.and_then(|f| f.display.pi)),
                "estimates" => all(&|f| Some(f.estimate)),
                "ses" => all(&|f| Some(f.se)),
                "lower" => all(&|f| Some(f.ci[0])),
                "upper" => all(&|f| Some(f.ci[1])),
                "pi_lower" => all(&|f| f.pi.map(|p| p[0])),
                "pi_upper" => all(&|f| f.pi.map(|p| p[1])),
                _ => Value::Number(r.head.k as f64),
            }
        }
        Outcome::Contrast(r) => match field {
            "estimate" | "se" | "statistic" | "df" | "p" | "ci" => r.rows.first().map_or(Value::Missing, |c| of_coefficient(c, field)),
            "estimates" => each(&r.rows, |c| c.estimate),
            "ses" => each(&r.rows, |c| c.se),
            "lower" => each(&r.rows, |c| c.ci[0]),
            "upper" => each(&r.rows, |c| c.ci[1]),
            "ps" => each(&r.rows, |c| c.p),
            "p_joint" => of_test(r.joint.as_ref(), "p"),
            _ => Value::Number(r.head.k as f64),
        },
        Outcome::Test(r) => match field {
            "qm" | "df" | "df2" | "p" => of_test(Some(&r.test), field),
            _ => Value::Number(r.head.k as f64),
        },
        Outcome::Vif(r) => match field {
            "terms" => Value::List(r.rows.iter().map(|i| Value::Text(i.term.clone())).collect()),
            "vifs" => Value::List(r.rows.iter().map(|i| Value::from_f64(i.vif)).collect()),
            "largest" => number(r.rows.iter().map(|i| i.vif).reduce(f64::max)),
            _ => Value::Number(r.head.k as f64),
        },
        Outcome::Permute(r) => match field {
            // Of the moderators together, or of the pooled effect.
            "p" => number(r.moderators.as_ref().or(r.coefficients.first()).map(|row| row.p)),
            "terms" => Value::List(r.coefficients.iter().map(|c| Value::Text(c.term.clone())).collect()),
            "ps" => Value::List(r.coefficients.iter().map(|c| Value::from_f64(c.p)).collect()),
            "draws" => Value::Number(r.draws as f64),
            "exact" => Value::Bool(r.exact),
            _ => Value::Number(r.head.k as f64),
        },
        _ => return None,
    })
}
