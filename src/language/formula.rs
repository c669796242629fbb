//! Formulas of a meta-regression: `ablat + year`, `factor(grade)`, `ablat * alloc`.

use super::suggest::and_list;
use crate::diagnostic::Problem;
use crate::source::Span;
use crate::store::{ColumnKind, Store};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind};

/// A formula, expanded: `a * b` has become `a + b + a:b`.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// As written.
    pub text: String,
    /// Whether there is an intercept.
    pub intercept: bool,
    /// Terms, main effects before interactions, each once.
    pub terms: Vec<Term>,
}

/// A term: the product of its factors.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// One for a main effect, two or more for an interaction.
    pub factors: Vec<Factor>,
}

/// A column, as it enters.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// The column.
    pub column: String,
    /// How.
    pub form: Form,
}

/// How a column enters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// Its numbers.
    Numeric,
    /// Its numbers less their mean.
    Centred,
    /// A contrast for each level but the first.
    Levels,
    /// Powers up to this degree.
    Polynomial(usize),
    /// A natural cubic spline with this many degrees of freedom.
    Spline(usize),
}

/// Reads a formula.
pub fn read(expr: &Expr, no_intercept: bool, store: &Store, problems: &mut Vec<Problem>) -> Option<Formula> {
    let mut formula = Formula { text: expr.to_string(), intercept: !no_intercept, terms: Vec::new() };
    let before = problems.len();
    sum(expr, &mut formula, store, problems);
    if problems.len() > before {
        return None;
    }
    formula.terms.sort_by_key(|t| t.factors.len());
    if formula.terms.is_empty() && !formula.intercept {
        problems.push(Problem::error("E218", "the formula holds nothing").at(expr.span, "no moderator and no intercept"));
        return None;
    }
    Some(formula)
}

fn add(formula: &mut Formula, term: Term) {
    if !formula.terms.contains(&term) {
        formula.terms.push(term);
    }
}

fn sum(expr: &Expr, formula: &mut Formula, store: &Store, problems: &mut Vec<Problem>) {
    match &expr.kind {
        ExprKind::Binary(BinaryOp::Add, a, b) => {
            sum(a, formula, store, problems);
            sum(b, formula, store, problems);
        }
        ExprKind::Binary(BinaryOp::Sub, a, b) => {
            sum(a, formula, store, problems);
            match &b.kind {
                ExprKind::Number(q) if q.value == 1.0 && q.unit.is_none() => formula.intercept = false,
                _ => problems.push(
                    Problem::error("E218", "only `- 1` can be taken away, the intercept")
                        .at(b.span, "not 1")
                        .help("write `year - 1`, or `no intercept` after the formula"),
                ),
            }
        }
        ExprKind::Number(q) if q.value == 1.0 && q.unit.is_none() => {}
        ExprKind::Binary(BinaryOp::Mul, a, b) => {
            let (Some(a), Some(b)) = (product(a, store, problems), product(b, store, problems)) else { return };
            add(formula, a.clone());
            add(formula, b.clone());
            add(formula, Term { factors: a.factors.into_iter().chain(b.factors).collect() });
        }
        ExprKind::Call(name, args) if name.text.eq_ignore_ascii_case("interaction") => {
            let factors: Option<Vec<Factor>> = args.iter().map(|a| factor(a, store, problems)).collect();
            if let Some(factors) = factors {
                add(formula, Term { factors });
            }
        }
        _ => {
            if let Some(term) = product(expr, store, problems) {
                add(formula, term);
            }
        }
    }
}

fn product(expr: &Expr, store: &Store, problems: &mut Vec<Problem>) -> Option<Term> {
    match &expr.kind {
        ExprKind::Binary(BinaryOp::Mul, ..) => {
            problems.push(
                Problem::error("E218", "three columns do not interact in one term")
                    .at(expr.span, "more than two")
                    .help("write the interactions two by two"),
            );
            None
        }
        _ => factor(expr, store, problems).map(|f| Term { factors: vec![f] }),
    }
}

/// The column an expression names.
fn column<'e>(expr: &'e Expr) -> Option<(&'e str, Span)> {
    match &expr.kind {
        ExprKind::Name(name) => Some((name, expr.span)),
        _ => None,
    }
}

fn factor(expr: &Expr, store: &Store, problems: &mut Vec<Problem>) -> Option<Factor> {
    let (name, span, form) = match &expr.kind {
        ExprKind::Name(name) => (name.as_str(), expr.span, None),
        ExprKind::Call(function, args) => {
            let degree = |default: usize| match args.get(1).map(|a| &a.kind) {
                None => Some(default),
                Some(ExprKind::Number(q)) if q.unit.is_none() && q.value >= 1.0 && q.value <= 10.0 && q.value == libm::trunc(q.value) => {
                    Some(q.value as usize)
                }
                Some(_) => None,
            };
            let form = match function.text.to_ascii_lowercase().as_str() {
                "factor" => Some(Form::Levels),
                "center" | "centre" => Some(Form::Centred),
                "poly" => degree(2).map(Form::Polynomial),
                "spline" => degree(3).map(Form::Spline),
                _ => None,
            };
            match (args.first().and_then(column), form) {
                (Some((name, span)), Some(form)) => (name, span, Some(form)),
                _ => {
                    problems.push(Problem::error("E218", format!("`{expr}` is no term of a formula")).at(expr.span, "unknown term").help(
                        "terms are columns, `factor(x)`, `center(x)`, `poly(x, 2)`, `spline(x, 3)`, `interaction(x, z)` and `x * z`",
                    ));
                    return None;
                }
            }
        }
        _ => {
            problems
                .push(Problem::error("E218", "a formula is made of columns").at(expr.span, "not a column").help("write `on ablat + year`"));
            return None;
        }
    };
    let Some(kind) = store.column(name) else {
        problems.push(super::resolve::unknown_column(name, span, store));
        return None;
    };
    let form = match (form, &kind) {
        (None, ColumnKind::Numeric) => Form::Numeric,
        (None, ColumnKind::Categorical(_)) | (Some(Form::Levels), _) => Form::Levels,
        (Some(_), ColumnKind::Categorical(levels)) => {
            problems.push(
                Problem::error("E224", format!("`{name}` holds words, not numbers"))
                    .at(span, "categorical")
                    .help(format!("its values are {}; leave the function out", and_list(levels, 8))),
            );
            return None;
        }
        (Some(form), ColumnKind::Numeric) => form,
    };
    Some(Factor { column: name.to_owned(), form })
}
