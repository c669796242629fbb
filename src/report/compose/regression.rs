//! Meta-regressions, and the answers to questions about them.

use super::effect::head as effect_head;
use super::facts::heterogeneity;
use super::frame::{fact, open};
use super::{Hints, explain as explained};
use crate::eval::outcome::{
    ContrastResult, Head, NoteResult, Outcome, PermuteResult, PermuteRow, PoolResult, PredictResult, RegressResult, RobustRegression,
    TestResult, VifResult,
};
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::methods;
use crate::report::number;
use crate::stats::regression::{Coefficient, Value, WaldTest};

type Fact = (String, String);

/// Facts, notes, and how it was done. In a regression the residual degrees of freedom are k - p.
fn close(mut out: Document, facts: Vec<Fact>, notes: &[NoteResult], base: &PoolResult, how: &str) -> Document {
    if !facts.is_empty() {
        out.push(Block::Facts(facts));
    }
    for note in notes {
        out.push(Block::Note { code: note.code.into(), text: note.text.clone() });
    }
    let of_studies = methods::line(base).replace("k - 2", "k - p - 1").replace("k - 1", "k - p");
    // A regression gives no pooled effect, whose prediction interval could be missing; `predict` and the bubble plot have their own.
    let of_studies = of_studies.replace("; no prediction interval", "");
    let line = of_studies.replace("trials - 2 df", "trials - coefficients - 1 df").replace("trials - 1 df", "trials - coefficients df");
    out.push(Block::Paragraph(format!("{line} {how}").trim_end().to_owned()));
    out
}

const HOW: &str = "Meta-regression: weighted least squares, weights 1 / (v + residual tau2) (Raudenbush 2009; Knapp & Hartung 2003).";

const LEVELS: &str =
    "Meta-regression: generalised least squares, effects within trials, variances estimated with these moderators (Konstantopoulos 2011).";

/// Each with degrees of freedom of its own.
fn robust_coefficients(result: &RegressResult, robust: &RobustRegression) -> Table {
    let level = number::level(result.base.level);
    let columns = vec![
        Column::new("coefficient", Align::Left),
        Column::new(format!("estimate [{level} CI]"), Align::Left),
        Column::new("SE", Align::Decimal),
        Column::dispensable("t", Align::Decimal, 2),
        Column::new("df", Align::Decimal),
        Column::new("p", Align::Decimal),
    ];
    let rows = robust.coefficients.iter().map(|c| {
        let exists = c.se.is_finite();
        let some = |text: String| if exists { Cell::text(text) } else { Cell::text(number::MISSING) };
        vec![
            Cell::text(&c.term),
            Cell::Interval(number::interval(Some(c.estimate), exists.then_some(c.ci), places(c.se))),
            some(number::significant(c.se, 3)),
            some(number::statistic(c.statistic)),
            Cell::maybe(c.df.map(|df| number::fixed(df, 1))),
            some(number::p_cell(c.p)),
        ]
    });
    Table { columns, rows: rows.collect() }
}

/// The analysis as the regression used it, for the line of methods.
fn as_used(base: &PoolResult, ci_method: &'static str) -> PoolResult {
    PoolResult { ci_method, ci_requested: ci_method, pi: None, ..base.clone() }
}

/// The line of methods of a regression: its intervals, who is left out, its residual heterogeneity.
fn of_regression(result: &RegressResult) -> PoolResult {
    PoolResult {
        ci_method: result.ci_method,
        ci_requested: result.ci_requested,
        pi: None,
        k: result.head.k,
        heterogeneity: result.heterogeneity.clone(),
        studies: result.studies.iter().map(|s| s.study.clone()).collect(),
        ..result.base.clone()
    }
}

/// `F(2, 10) = 5.91, p = 0.020`
fn wald(test: &WaldTest) -> String {
    let name = match test.df2 {
        Some(df2) => format!("F({}, {})", number::df(test.df), number::df(df2)),
        None => format!("chi2({})", number::df(test.df)),
    };
    format!("{name} = {}, {}", number::statistic(test.qm), number::p_value(test.p))
}

/// `13 studies`, or `56 effects of 11 trials` where trials are kept apart.
fn studies(k: usize, trials: Option<usize>) -> String {
    match trials {
        Some(trials) => format!("{} of {}", number::plural(k, "effect", "effects"), number::plural(trials, "trial", "trials")),
        None => number::plural(k, "study", "studies"),
    }
}

/// `t(10)`, the head of the column of statistics.
fn statistic(rows: &[Coefficient]) -> String {
    rows.first().and_then(|c| c.df).map_or_else(|| "z".to_owned(), |df| format!("t({})", number::df(df)))
}

/// Estimates on the analysis scale, with the ratio they stand for where that is a log.
fn coefficients(base: &PoolResult, first: &str, rows: &[Coefficient]) -> Table {
    let level = number::level(base.level);
    let ratios = base.scale == "log";
    let mut columns = vec![
        Column::new(first, Align::Left),
        Column::new(format!("estimate [{level} CI]"), Align::Left),
        Column::dispensable("SE", Align::Decimal, 2),
        Column::dispensable(statistic(rows), Align::Decimal, 3),
        Column::new("p", Align::Decimal),
    ];
    if ratios {
        columns.push(Column::dispensable("exp(estimate)", Align::Left, 1));
    }
    let rows = rows.iter().map(|c| {
        let mut cells = vec![
            Cell::text(&c.term),
            Cell::Interval(number::interval(Some(c.estimate), Some(c.ci), places(c.se))),
            Cell::text(number::significant(c.se, 3)),
            Cell::text(number::statistic(c.statistic)),
            Cell::text(number::p_cell(c.p)),
        ];
        if ratios {
            let back = c.ci.map(libm::exp);
            let estimate = libm::exp(c.estimate);
            // An intercept far from the studies, at year 0, has no ratio worth reading.
            if back.into_iter().chain([estimate]).all(|x| (1e-3..1e4).contains(&x)) {
                cells.push(Cell::Interval(number::interval(Some(estimate), Some(back), number::Digits::Ratios)));
            } else {
                cells.push(Cell::Empty);
            }
        }
        cells
    });
    Table { columns, rows: rows.collect() }
}

/// Decimals that show two digits of a standard error, so that a slope per year is not all zeros.
fn places(se: f64) -> usize {
    if !se.is_finite() || se <= 0.0 {
        return 2;
    }
    let digits = 1.0 - libm::floor(libm::log10(se));
    digits.clamp(2.0, 8.0) as usize
}

/// A regression.
pub fn regress(result: &RegressResult) -> Document {
    let mut out = open(&result.head, &result.base);
    out.push(Block::Table(coefficients(&result.base, "coefficient", &result.coefficients)));
    if let Some(robust) = &result.robust {
        out.push(Block::Heading(2, format!("Robust ({}), by trial", robust.kind)));
        out.push(Block::Table(robust_coefficients(result, robust)));
    }
    let how = if result.structure.is_some() { LEVELS } else { HOW };
    close(out, findings(result), &result.notes, &of_regression(result), how)
}

fn findings(result: &RegressResult) -> Vec<Fact> {
    let mut facts = Vec::new();
    let k = studies(result.head.k, result.trials);
    if let Some(test) = &result.moderators {
        facts.push(fact("moderators", format!("{}, k = {k}", wald(test))));
    } else {
        facts.push(fact(if result.trials.is_some() { "effects" } else { "studies" }, k));
    }
    if let Some(test) = result.robust.as_ref().and_then(|r| r.moderators.as_ref()) {
        let df2 = test.df2.map_or_else(String::new, |df2| format!(", {}", number::fixed(df2, 1)));
        let f = format!("F({}{df2}) = {}, {}", number::df(test.df), number::statistic(test.qm), number::p_value(test.p));
        facts.push(fact("robust", format!("{f} (HTZ)")));
    }
    if let Some(r2) = result.r2 {
        let from = match (result.tau2_without, result.heterogeneity.as_ref().and_then(|h| h.tau2)) {
            (Some(without), Some(with)) => {
                format!(", tau2 {} without moderators and {} with them", number::variance(without), number::variance(with))
            }
            _ => String::new(),
        };
        facts.push(fact("R2", format!("{}{from}", number::percent(r2))));
    }
    if let Some(h) = &result.heterogeneity {
        facts.push(fact("residual", heterogeneity(h)));
        facts.extend(h.levels.as_ref().map(|l| fact("variances", super::facts::levels(l))));
    }
    let left = result.studies.iter().filter(|s| s.study.is_left_out()).count();
    if left > 0 {
        facts.push(fact(
            "left out",
            format!("{} of {}", number::count(left as u64), number::plural(result.studies.len(), "effect", "effects")),
        ));
    }
    facts
}

/// `ablat 33, year 1970`
fn place(at: &std::collections::BTreeMap<String, Value>) -> String {
    at.iter().map(|(column, value)| format!("{column} {}", shown(value))).collect::<Vec<_>>().join(", ")
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(x) => number::plain(*x),
        Value::Level(level) => level.clone(),
    }
}

/// Predictions.
pub fn predict(result: &PredictResult) -> Document {
    let base = &result.base;
    let mut out = open(&result.head, base);
    let by_study = result.rows.iter().any(|r| r.study.is_some());
    let mut columns = Vec::new();
    if by_study {
        columns.push(Column::new("study", Align::Left));
    }
    columns.push(Column::new("at", Align::Left));
    columns.push(Column::new(effect_head(base), Align::Left));
    let any_pi = result.rows.iter().any(|r| r.pi.is_some());
    if any_pi {
        columns.push(Column::new(format!("{} prediction", number::level(base.level)), Align::Left));
    }
    columns.push(Column::dispensable("SE", Align::Decimal, 1));
    let all = result.rows.iter().flat_map(|r| r.display.ci.into_iter().flatten().chain(r.display.estimate)).filter(|x| x.abs() < 1e6);
    let d = if crate::report::words::on_log_axis(base) { number::Digits::Ratios } else { number::decimals(all).into() };
    let rows = result.rows.iter().map(|r| {
        let mut cells = Vec::new();
        if by_study {
            cells.push(Cell::text(r.study.clone().unwrap_or_default()));
        }
        cells.push(Cell::text(if r.at.is_empty() { "all studies".to_owned() } else { place(&r.at) }));
        cells.push(Cell::Interval(number::interval(r.display.estimate, r.display.ci, d)));
        if any_pi {
            cells.push(r.display.pi.map_or(Cell::Empty, |pi| Cell::Interval(number::interval(None, Some(pi), d))));
        }
        cells.push(Cell::text(number::significant(r.se, 3)));
        cells
    });
    out.push(Block::Table(Table { columns, rows: rows.collect() }));
    let used = PoolResult { pi: result.rows.first().and_then(|r| r.pi), ..as_used(base, result.ci_method) };
    close(
        out,
        question(&result.head, &result.formula),
        &result.notes,
        &used,
        "The mean effect at these values of the moderators; the prediction interval is that of the true effect of a new study there.",
    )
}

/// The regression that was asked.
fn question(head: &Head, formula: &str) -> Vec<Fact> {
    vec![fact("regression", format!("on {formula}, k = {}", studies(head.k, head.trials)))]
}

/// Contrasts.
pub fn contrast(result: &ContrastResult) -> Document {
    let mut out = open(&result.head, &result.base);
    out.push(Block::Table(coefficients(&result.base, "contrast", &result.rows)));
    let mut facts = question(&result.head, &result.formula);
    facts.extend(result.joint.as_ref().map(|test| fact("together", wald(test))));
    close(
        out,
        facts,
        &result.notes,
        &as_used(&result.base, result.ci_method),
        "Contrasts: differences between mean effects of the regression, on the analysis scale.",
    )
}

/// A joint test.
pub fn test(result: &TestResult) -> Document {
    let out = open(&result.head, &result.base);
    let mut facts = vec![fact("test", format!("{}: {} all 0", wald(&result.test), result.coefficients.join(", ")))];
    facts.extend(question(&result.head, &result.formula));
    close(out, facts, &result.notes, &as_used(&result.base, result.ci_method), "Joint test of coefficients.")
}

/// Variance inflation.
pub fn vif(result: &VifResult) -> Document {
    let mut out = open(&result.head, &result.base);
    let columns = vec![
        Column::new("term", Align::Left),
        Column::dispensable("columns", Align::Right, 1),
        Column::new("VIF", Align::Decimal),
        Column::new("on the SE", Align::Decimal),
    ];
    let rows = result.rows.iter().map(|r| {
        vec![
            Cell::text(&r.term),
            Cell::text(r.columns.to_string()),
            Cell::text(number::fixed(r.vif, 2)),
            Cell::text(number::fixed(r.sif, 2)),
        ]
    });
    if !result.rows.is_empty() {
        out.push(Block::Table(Table { columns, rows: rows.collect() }));
    }
    let how = "Variance inflation: how much larger the variance of a term's coefficients is than without correlation with the other terms (generalised for several columns: Fox & Monette 1992); the last column is the factor on a standard error.";
    close(out, question(&result.head, &result.formula), &result.notes, &result.base, how)
}

/// Permutation tests.
pub fn permute(result: &PermuteResult) -> Document {
    let mut out = open(&result.head, &result.base);
    let columns = vec![
        Column::new(if result.formula.is_some() { "coefficient" } else { "effect" }, Align::Left),
        Column::new("statistic", Align::Decimal),
        Column::new("p by permutation", Align::Decimal),
        Column::dispensable("p of the model", Align::Decimal, 1),
    ];
    let row = |r: &PermuteRow| {
        let name = if result.formula.is_none() { "pooled" } else { r.term.as_str() };
        vec![
            Cell::text(name),
            Cell::text(number::statistic(r.statistic)),
            Cell::text(number::p_cell(r.p)),
            Cell::text(number::p_cell(r.p_model)),
        ]
    };
    let rows = result.coefficients.iter().chain(&result.moderators).map(row).collect();
    out.push(Block::Table(Table { columns, rows }));
    let of = result.possible.map_or_else(|| "more than 2^64".to_owned(), number::count);
    let how_many = match (result.exact, result.seed) {
        (true, _) => format!("all {}", number::count(result.draws)),
        (false, seed) => format!("{} of {of}, seed {}", number::count(result.draws), seed.map_or_else(String::new, |s| s.to_string())),
    };
    let mut facts = vec![fact("arrangements", how_many)];
    facts.extend(result.formula.iter().flat_map(|f| question(&result.head, f)));
    let how = match &result.formula {
        Some(_) => {
            "Permutation test: the moderators change places among the studies, and everything is estimated anew (Higgins & Thompson 2004)."
        }
        None => "Permutation test: the effects change their signs, and everything is estimated anew (Follmann & Proschan 1999).",
    };
    // Statistics are taken literally, without the guard of the edition.
    let mut used = as_used(&result.base, result.ci_method);
    used.spec.ci.value.guarded = false;
    close(out, facts, &result.notes, &used, how)
}

/// `explain` of a regression: the settings, the way of each study, the design.
pub fn explain(outcome: &Outcome, hints: &Hints) -> Document {
    let Outcome::Regress(result) = outcome else { return super::document(outcome, hints) };
    let base = PoolResult { id: result.head.id.clone(), statement: result.head.statement.clone(), ..of_regression(result) };
    let mut out = explained::head(&base);
    out.push(Block::Heading(2, "Regression".into()));
    let mut lines = vec![format!("on {}, {}", result.formula, if result.intercept { "with an intercept" } else { "without intercept" })];
    for term in &result.terms.terms {
        lines.push(term_in_words(term, result));
    }
    lines.push(format!("{} coefficients, {}", result.coefficients.len(), studies(result.head.k, None)));
    lines.push(if result.structure.is_some() {
        "b = (X'WX)^-1 X'Wy, W the inverse of the effects' marginal covariance, its variances estimated with these moderators".to_owned()
    } else {
        "b = (X'WX)^-1 X'Wy, W = 1 / (v + tau2), tau2 estimated with these moderators".to_owned()
    });
    out.push_list(lines);
    let columns = vec![
        Column::new("study", Align::Left),
        Column::new("effect", Align::Decimal),
        Column::new("fitted", Align::Decimal),
        Column::new("residual", Align::Decimal),
        Column::dispensable("leverage", Align::Decimal, 1),
        Column::dispensable("weight", Align::Decimal, 2),
        Column::new("remarks", Align::Left),
    ];
    let five = |x: Option<f64>| Cell::maybe(x.map(|x| number::significant(x, 5)));
    let rows = result.studies.iter().map(|s| {
        let remark = s.study.reason.as_ref().filter(|_| !s.study.included).map(|r| format!("left out: {r}")).unwrap_or_default();
        vec![
            Cell::text(&s.study.study),
            five(s.study.yi),
            five(s.fitted),
            five(s.residual),
            Cell::maybe(s.hat.map(|h| number::fixed(h, 3))),
            Cell::maybe(s.study.weight.map(number::percent)),
            Cell::text(remark),
        ]
    });
    out.push(Block::Table(Table { columns, rows: rows.collect() }));
    out.push(Block::Table(coefficients(&result.base, "coefficient", &result.coefficients)));
    out.push(Block::Facts(findings(result)));
    for note in &result.notes {
        out.push(Block::Note { code: note.code.into(), text: note.text.clone() });
    }
    out
}

/// What a term does, in words.
fn term_in_words(term: &[crate::stats::regression::Part], result: &RegressResult) -> String {
    use crate::stats::regression::{Centre, Part};
    let one = |part: &Part| match part {
        Part::Plain(c) if result.coefficients.iter().any(|r| r.term.split(':').any(|t| t == c)) => format!("`{c}`, its numbers"),
        Part::Plain(c) => format!("`{c}` as a factor, its first level in code-point order the baseline"),
        Part::Centred(c, Centre::Mean) => format!("`{c}` less its mean over the studies"),
        Part::Centred(c, Centre::At(x)) => format!("`{c}` less {}", number::plain(*x)),
        Part::Factor(c, None) => format!("`{c}` as a factor, its first level in code-point order the baseline"),
        Part::Factor(c, Some(level)) => format!("`{c}` as a factor against `{level}`"),
        Part::Powers { column, degree, .. } => format!("`{column}` and its powers up to {degree}"),
        Part::Orthogonal { column, degree } => format!("`{column}` as orthogonal polynomials up to degree {degree}"),
        Part::Spline { column, df } => format!("`{column}` as a natural cubic spline with {df} columns"),
        Part::SplineAt { column, .. } => format!("`{column}` as a natural cubic spline"),
    };
    match term {
        [only] => one(only),
        several => format!("the interaction of {}", several.iter().map(one).collect::<Vec<_>>().join(" and ")),
    }
}
