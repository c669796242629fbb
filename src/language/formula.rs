//! Formulas of a meta-regression: `ablat + year`, `factor(grade)`, `ablat * alloc`.

use super::resolve::{Context, unknown_column};
use super::suggest::and_list;
use super::value::Value;
use crate::diagnostic::Problem;
use crate::source::Span;
use crate::stats::regression::{Centre, Part};
use crate::store::ColumnKind;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};

/// A formula, expanded: `a * b` has become a, b and their interaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// As written.
    pub text: String,
    /// Whether there is an intercept.
    pub intercept: bool,
    /// Terms, each the product of its variables; main effects before interactions, each once.
    pub terms: Vec<Vec<Part>>,
}

impl Formula {
    /// The columns it reads, each once, in order.
    pub fn columns(&self) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        for part in self.terms.iter().flatten() {
            if !out.contains(&part.column()) {
                out.push(part.column());
            }
        }
        out
    }

    /// The names of its terms, as results have them: `ablat`, `ablat:alloc`.
    pub fn names(&self) -> Vec<String> {
        self.terms.iter().map(|term| name(term)).collect()
    }
}

fn name(term: &[Part]) -> String {
    term.iter().map(Part::column).collect::<Vec<_>>().join(":")
}

/// What a term may be, for help lines.
const TERMS: &str =
    "terms are columns, `factor(x)`, `center(x)`, `powers(x, 2)`, `poly(x, 2)`, `spline(x, 3)`, `interaction(x, z)` and `x * z`";

/// Reads the expression after `on`.
pub fn read(expr: &Expr, no_intercept: bool, context: &Context, problems: &mut Vec<Problem>) -> Option<Formula> {
    let before = problems.len();
    let mut reader = Reader { context, problems, intercept: !no_intercept };
    let terms = reader.terms(expr);
    let intercept = reader.intercept;
    if problems[before..].iter().any(Problem::is_error) {
        return None;
    }
    let mut terms = terms?;
    terms.sort_by_key(Vec::len);
    if terms.is_empty() && !intercept {
        problems.push(Problem::error("E260", "the formula holds nothing").at(expr.span, "no moderator and no intercept"));
        return None;
    }
    Some(Formula { text: super::resolve::formula_as_run(expr, context), intercept, terms })
}

struct Reader<'r, 'c> {
    context: &'r Context<'c>,
    problems: &'r mut Vec<Problem>,
    intercept: bool,
}

impl Reader<'_, '_> {
    fn refuse(&mut self, message: impl Into<String>, span: Span, label: &str, help: impl Into<String>) {
        self.problems.push(Problem::error("E260", message.into()).at(span, label).help(help.into()));
    }

    /// The terms of an expression; `None` after a mistake.
    fn terms(&mut self, expr: &Expr) -> Option<Vec<Vec<Part>>> {
        match &expr.kind {
            ExprKind::Number(q) if q.unit.is_none() && (q.value == 1.0 || q.value == 0.0) => {
                self.intercept &= q.value == 1.0;
                Some(Vec::new())
            }
            ExprKind::Unary(UnaryOp::Neg, of) if is_one(of) => {
                self.intercept = false;
                Some(Vec::new())
            }
            ExprKind::Binary(BinaryOp::Add, a, b) => {
                let (a, b) = (self.terms(a), self.terms(b));
                Some(union(a?, b?))
            }
            ExprKind::Binary(BinaryOp::Sub, a, b) => {
                let a = self.terms(a);
                if is_one(b) {
                    self.intercept = false;
                } else {
                    self.refuse(
                        "only `- 1` can be taken away, the intercept",
                        b.span,
                        "not 1",
                        "write `year - 1`, or `no intercept` after the formula",
                    );
                }
                a
            }
            ExprKind::Binary(BinaryOp::Mul, a, b) => {
                let (first, second) = (self.terms(a), self.terms(b));
                let (first, second) = (first?, second?);
                let mut out = union(first.clone(), second.clone());
                for x in &first {
                    for z in &second {
                        out = union(out, vec![self.product(x, z, expr.span)?]);
                    }
                }
                Some(out)
            }
            ExprKind::Call(name, args) if name.text.eq_ignore_ascii_case("interaction") => {
                if args.len() < 2 {
                    self.refuse("`interaction` takes two columns or more", expr.span, "too few", "write `interaction(ablat, alloc)`");
                    return None;
                }
                let mut out: Vec<Part> = Vec::new();
                for arg in args {
                    let part = self.part(arg)?;
                    out = self.product(&out, &[part], expr.span)?;
                }
                Some(vec![out])
            }
            ExprKind::Binary(BinaryOp::Pow, a, b) => {
                self.refuse(
                    "a formula has no `^`",
                    expr.span,
                    "a power",
                    format!("write `powers({a}, {b})` for the column and its powers, `poly({a}, {b})` for orthogonal ones"),
                );
                None
            }
            ExprKind::Binary(..) | ExprKind::Unary(..) | ExprKind::Number(_) | ExprKind::Text(_) => {
                self.refuse("a formula is made of columns, `+` and `*`", expr.span, "no term", TERMS);
                None
            }
            _ => self.part(expr).map(|part| vec![vec![part]]),
        }
    }

    /// The interaction of two terms; a variable that is in both stands once, unless it is a number.
    fn product(&mut self, a: &[Part], b: &[Part], span: Span) -> Option<Vec<Part>> {
        let mut out = a.to_vec();
        for part in b {
            if out.iter().any(|p| p.column() == part.column()) {
                let column = part.column();
                self.refuse(
                    format!("`{column}` does not interact with itself"),
                    span,
                    "the same column twice",
                    format!("write `powers({column}, 2)` for the column and its square"),
                );
                return None;
            }
            out.push(part.clone());
        }
        Some(out)
    }

    fn part(&mut self, expr: &Expr) -> Option<Part> {
        match &expr.kind {
            ExprKind::Name(_) | ExprKind::Text(_) => {
                let (name, kind) = self.column(expr)?;
                let _ = kind;
                Some(Part::Plain(name))
            }
            ExprKind::Call(function, args) => {
                let Some(first) = args.first() else {
                    self.refuse(format!("`{}` lacks its column", function.text), expr.span, "nothing in parentheses", TERMS);
                    return None;
                };
                let form = function.text.to_ascii_lowercase();
                let most = match form.as_str() {
                    "factor" | "center" | "centre" | "powers" | "poly" | "spline" => 2,
                    _ => {
                        self.refuse(format!("`{expr}` is no term of a formula"), expr.span, "unknown term", TERMS);
                        return None;
                    }
                };
                if let Some(extra) = args.get(most) {
                    self.refuse(format!("`{form}` takes a column and one more value"), extra.span, "too many", TERMS);
                    return None;
                }
                let (column, kind) = self.column(first)?;
                if form == "factor" {
                    return Some(Part::Factor(column, self.baseline(args.get(1), &kind)?));
                }
                if let ColumnKind::Categorical(levels) = &kind {
                    self.problems.push(
                        Problem::error("E224", format!("`{column}` holds words, not numbers"))
                            .at(first.span, "categorical")
                            .help(format!("its values are {}; leave `{form}` out", and_list(levels, 8))),
                    );
                    return None;
                }
                Some(match form.as_str() {
                    "center" | "centre" => Part::Centred(column, self.centre(args.get(1))?),
                    "powers" => Part::Powers { column, degree: self.degree(args.get(1), 2, &form)?, centre: None },
                    "poly" => Part::Orthogonal { column, degree: self.degree(args.get(1), 2, &form)? },
                    _ => Part::Spline { column, df: self.degree(args.get(1), 3, &form)? },
                })
            }
            _ => {
                self.refuse("a formula is made of columns", expr.span, "not a column", "write `on ablat + year`");
                None
            }
        }
    }

    /// A column, or a variable that holds the name of one.
    fn column(&mut self, expr: &Expr) -> Option<(String, ColumnKind)> {
        let name = match &expr.kind {
            ExprKind::Name(name) => name.clone(),
            ExprKind::Text(text) => text.plain()?,
            _ => {
                self.refuse("a formula is made of columns", expr.span, "not a column", TERMS);
                return None;
            }
        };
        let context = self.context;
        let found = |name: &str| context.catalogue.column(context.store, name).map(|kind| (name.to_owned(), (*kind).clone()));
        if let Some(column) = found(&name) {
            return Some(column);
        }
        let held = match (context.lookup)(&name) {
            Some(Value::Text(held) | Value::Word(held)) => found(&held),
            Some(Value::Unknown(_)) => return Some((name, ColumnKind::Numeric)),
            _ => None,
        };
        if held.is_none() {
            self.problems.push(unknown_column(&name, expr.span, context.store));
        }
        held
    }

    /// The level against which the others stand.
    fn baseline(&mut self, expr: Option<&Expr>, kind: &ColumnKind) -> Option<Option<String>> {
        let Some(expr) = expr else { return Some(None) };
        let level = match &expr.kind {
            ExprKind::Name(name) => name.clone(),
            ExprKind::Text(text) => text.plain()?,
            ExprKind::Number(q) if q.unit.is_none() => crate::number::plain(q.value),
            _ => {
                self.refuse("the baseline of a factor is one of its levels", expr.span, "no level", "write `factor(alloc, \"random\")`");
                return None;
            }
        };
        if let ColumnKind::Categorical(levels) = kind
            && !levels.contains(&level)
        {
            self.refuse(format!("`{level}` is no level"), expr.span, "unknown level", format!("the levels are {}", and_list(levels, 12)));
            return None;
        }
        Some(Some(level))
    }

    fn centre(&mut self, expr: Option<&Expr>) -> Option<Centre> {
        let at = match expr.map(|e| &e.kind) {
            None => return Some(Centre::Mean),
            Some(ExprKind::Number(q)) if q.unit.is_none() => Some(q.value),
            Some(ExprKind::Unary(UnaryOp::Neg, of)) => {
                if let ExprKind::Number(q) = &of.kind {
                    Some(-q.value)
                } else {
                    None
                }
            }
            Some(ExprKind::Name(name)) => {
                if let Some(Value::Number(x)) = (self.context.lookup)(name) {
                    Some(x)
                } else {
                    None
                }
            }
            Some(_) => None,
        };
        if at.is_none() {
            let span = expr.map_or(Span::default(), |e| e.span);
            self.refuse(
                "a column is centred at a number",
                span,
                "not a number",
                "write `center(year)` for its mean, or `center(year, 1960)`",
            );
        }
        at.map(Centre::At)
    }

    /// A whole number of at least 1.
    fn degree(&mut self, expr: Option<&Expr>, default: usize, form: &str) -> Option<usize> {
        let Some(expr) = expr else { return Some(default) };
        let value = match &expr.kind {
            ExprKind::Number(q) if q.unit.is_none() => Some(q.value),
            ExprKind::Name(name) => {
                if let Some(Value::Number(x)) = (self.context.lookup)(name) {
                    Some(x)
                } else {
                    None
                }
            }
            _ => None,
        };
        match value {
            Some(x) if (1.0..=10.0).contains(&x) && x == libm::trunc(x) => Some(x as usize),
            _ => {
                self.refuse(
                    format!("`{form}` takes a whole number from 1 to 10 after the column"),
                    expr.span,
                    "not such a number",
                    format!("write `{form}(year, {default})`"),
                );
                None
            }
        }
    }
}

fn is_one(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Number(q) if q.unit.is_none() && q.value == 1.0)
}

/// The terms of both, each once; a term holds the same variables in any order.
fn union(mut a: Vec<Vec<Part>>, b: Vec<Vec<Part>>) -> Vec<Vec<Part>> {
    for term in b {
        if !a.iter().any(|known| known.len() == term.len() && term.iter().all(|part| known.contains(part))) {
            a.push(term);
        }
    }
    a
}
