//! What is asked of a regression: `at ablat 33, year 1970`, `alloc random vs systematic`,
//! `test r ablat, alloc`.

use super::Context;
use super::clauses::word_or_text;
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, word_of};
use crate::language::formula::Formula;
use crate::language::further::{ContrastRow, Point};
use crate::language::suggest::{and_list, nearest};
use crate::language::value::Value as Held;
use crate::source::Span;
use crate::stats::regression::{Part, Value};
use crate::store::ColumnKind;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Item, ItemKind, UnaryOp};
use std::collections::BTreeMap;

/// Reads questions to a regression with this formula.
pub(super) struct Questions<'q, 'c> {
    pub formula: &'q Formula,
    pub context: &'q Context<'c>,
}

impl Questions<'_, '_> {
    fn moderators(&self) -> String {
        and_list(&self.formula.columns(), 12)
    }

    fn no_moderator(&self, name: &str, span: Span) -> Problem {
        let columns = self.formula.columns();
        let problem = Problem::error("E261", format!("`{name}` is no moderator of this regression")).at(span, "not in its formula");
        match nearest(name, columns.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if columns.is_empty() => problem.help("the regression has no moderators"),
            None => problem.help(format!("it has {}", self.moderators())),
        }
    }

    /// The moderator an item names.
    fn column(&self, item: &Item) -> Result<String, Problem> {
        let Some(name) = word_or_text(item) else {
            return Err(Problem::error("E218", "the name of a moderator is expected")
                .at(item.span, "not a name")
                .help(format!("the moderators are {}", self.moderators())));
        };
        let known = |name: &str| self.formula.columns().iter().find(|c| **c == name).map(|c| (*c).to_owned());
        if let Some(column) = known(&name) {
            return Ok(column);
        }
        match (self.context.lookup)(&name) {
            Some(Held::Text(held) | Held::Word(held)) => known(&held).ok_or_else(|| self.no_moderator(&held, item.span)),
            _ => Err(self.no_moderator(&name, item.span)),
        }
    }

    fn is_column(&self, item: Option<&Item>) -> bool {
        item.and_then(word_or_text).is_some_and(|name| self.formula.columns().contains(&name.as_str()))
    }

    /// Whether a column enters as a factor, and its levels where the data name them.
    fn levels(&self, column: &str) -> Option<Vec<String>> {
        let kind = self.context.catalogue.column(self.context.store, column);
        match kind.as_deref() {
            Some(ColumnKind::Categorical(levels)) => Some(levels.clone()),
            _ if self.formula.terms.iter().flatten().any(|p| matches!(p, Part::Factor(c, _) if c == column)) => Some(Vec::new()),
            _ => None,
        }
    }

    /// A value of a column, checked against what the column holds; `None` where it waits for the data.
    fn value(&self, column: &str, held: &Held, span: Span) -> Result<Option<Value>, Problem> {
        let levels = self.levels(column);
        let wrong = |what: &str| {
            let problem = Problem::error("E262", format!("{what} is no value of `{column}`")).at(span, "does not fit the column");
            match &levels {
                Some(known) if !known.is_empty() => problem.help(format!("its values are {}", and_list(known, 12))),
                _ => problem.help(format!("`{column}` holds numbers, as in `at {column} 33`")),
            }
        };
        match (held, &levels) {
            (Held::Unknown(_), _) => Ok(None),
            (Held::Number(x), None) => Ok(Some(Value::Number(*x))),
            (Held::Number(x), Some(known)) if known.is_empty() => Ok(Some(Value::Number(*x))),
            (Held::Number(x), Some(known)) => {
                let level = crate::number::plain(*x);
                if known.contains(&level) { Ok(Some(Value::Level(level))) } else { Err(wrong(&format!("`{level}`"))) }
            }
            (Held::Text(level) | Held::Word(level), Some(known)) if known.is_empty() || known.contains(level) => {
                Ok(Some(Value::Level(level.clone())))
            }
            (Held::Text(level) | Held::Word(level), _) => Err(wrong(&format!("`{level}`"))),
            (other, _) => Err(wrong(other.kind().noun())),
        }
    }

    /// The values an item stands for: one, or those of a list.
    fn values(&self, column: &str, item: &Item) -> Result<Vec<Value>, Problem> {
        let word = |name: &str| {
            let is_level = self.levels(column).is_some_and(|levels| levels.iter().any(|l| l == name));
            if is_level { Held::Text(name.to_owned()) } else { (self.context.lookup)(name).unwrap_or_else(|| Held::Word(name.to_owned())) }
        };
        let held = match &item.kind {
            ItemKind::Quantity(q) if q.unit.is_none() => Held::Number(q.value),
            ItemKind::Text(text) => Held::Text(text.plain().unwrap_or_default()),
            ItemKind::Word(name) => word(name),
            ItemKind::List(elements) => {
                let mut out = Vec::new();
                for element in elements {
                    let held = match &element.kind {
                        ExprKind::Name(name) => word(name),
                        ExprKind::Text(text) => Held::Text(text.plain().unwrap_or_default()),
                        _ => number(element, self.context)
                            .map(Held::Number)
                            .ok_or_else(|| Problem::error("E262", "a value is a number or a word").at(element.span, "neither"))?,
                    };
                    out.extend(self.value(column, &held, element.span)?);
                }
                return Ok(out);
            }
            _ => {
                return Err(Problem::error("E262", format!("a value of `{column}` is expected"))
                    .at(item.span, "no value")
                    .help("write the column and its value, as in `at ablat 33, year 1970`"));
            }
        };
        if let Held::List(elements) = &held {
            let mut out = Vec::new();
            for element in elements {
                out.extend(self.value(column, element, item.span)?);
            }
            return Ok(out);
        }
        Ok(self.value(column, &held, item.span)?.into_iter().collect())
    }

    /// `ablat 33, year 1970`: every combination of the values, the last column varying fastest.
    pub fn points(&self, cursor: &mut Cursor, word: Span) -> Result<Vec<Point>, Problem> {
        let mut points: Vec<Point> = vec![Point::new()];
        loop {
            let Some(item) = cursor.advance() else {
                return Err(Problem::error("E211", "`at` lacks a moderator and its value")
                    .at(word, "nothing follows")
                    .help(format!("write `at COLUMN VALUE`; the moderators are {}", self.moderators())));
            };
            let column = self.column(item)?;
            let Some(value) = cursor.advance() else {
                return Err(Problem::error("E211", format!("`{column}` lacks its value"))
                    .at(item.span, "nothing follows")
                    .help(format!("write `at {column} VALUE`")));
            };
            if points.iter().any(|p| p.contains_key(&column)) {
                return Err(Problem::error("E210", format!("`{column}` stands twice"))
                    .at(item.span, "again")
                    .help(format!("several values stand in a list: `{column} [1, 2]`; or write `at` once more")));
            }
            let values = self.values(&column, value)?;
            points = points
                .iter()
                .flat_map(|p| {
                    values.iter().map(|v| {
                        let mut point = p.clone();
                        point.insert(column.clone(), v.clone());
                        point
                    })
                })
                .collect();
            let comma = matches!(cursor.peek().map(|i| &i.kind), Some(ItemKind::Comma));
            if comma {
                cursor.advance();
            } else if !self.is_column(cursor.peek()) {
                return Ok(points);
            }
        }
    }

    /// `alloc random vs systematic, ablat 44 vs 33`.
    pub fn differences(&self, cursor: &mut Cursor, head: Span) -> Result<Vec<ContrastRow>, Problem> {
        let mut rows = Vec::new();
        loop {
            let Some(item) = cursor.advance() else {
                return Err(Problem::error("E211", "`contrast` lacks what it compares").at(head, "nothing follows").help(
                    "write a moderator and two of its values, as in `contrast r alloc random vs systematic`, or `contrast r on ablat * 10`",
                ));
            };
            let column = self.column(item)?;
            let first = self.side(&column, item.span, cursor)?;
            if cursor.take_word("vs").is_none() {
                return Err(Problem::error("E211", "between the two values stands `vs`")
                    .at(cursor.peek().map_or(item.span, |i| i.span), "no `vs`")
                    .help(format!("write `{column} A vs B`")));
            }
            let second = self.side(&column, item.span, cursor)?;
            let name = format!("{column} {} vs {}", shown(&first), shown(&second));
            let point = |value: Value| Point::from([(column.clone(), value)]);
            rows.push(ContrastRow::Difference { name, points: [point(first), point(second)] });
            if !matches!(cursor.peek().map(|i| &i.kind), Some(ItemKind::Comma)) {
                return Ok(rows);
            }
            cursor.advance();
        }
    }

    /// One value on one side of `vs`.
    fn side(&self, column: &str, after: Span, cursor: &mut Cursor) -> Result<Value, Problem> {
        let Some(item) = cursor.advance() else {
            return Err(Problem::error("E211", format!("`contrast` takes two values of `{column}`"))
                .at(after, "too few follow")
                .help(format!("write `{column} A vs B`")));
        };
        let mut values = self.values(column, item)?;
        match (values.len(), values.pop()) {
            (1, Some(value)) => Ok(value),
            _ => Err(Problem::error("E262", "a contrast takes one value on each side of `vs`").at(item.span, "not one value")),
        }
    }

    /// `ablat, alloc[random], "ablat:alloc[random]"`.
    pub fn names(&self, cursor: &mut Cursor) -> Result<Vec<String>, Problem> {
        let mut names = Vec::new();
        while self.is_named(cursor.peek()) {
            let Some(item) = cursor.advance() else { break };
            let name = match (&item.kind, cursor.peek().map(|i| &i.kind)) {
                (ItemKind::Word(column), Some(ItemKind::List(level))) => {
                    cursor.advance();
                    let level: Vec<String> = level.iter().map(|e| label(e).unwrap_or_else(|| e.to_string())).collect();
                    format!("{column}[{}]", level.join(", "))
                }
                _ => word_or_text(item).unwrap_or_default(),
            };
            self.known(&name, item.span)?;
            names.push(name);
            if !matches!(cursor.peek().map(|i| &i.kind), Some(ItemKind::Comma)) {
                break;
            }
            cursor.advance();
        }
        Ok(names)
    }

    /// Whether an item can name a term: a text, or a word that begins no clause.
    fn is_named(&self, item: Option<&Item>) -> bool {
        match item.map(|i| &i.kind) {
            Some(ItemKind::Text(_)) => true,
            Some(ItemKind::Word(word)) => self.is_column(item) || crate::language::vocabulary::clause(word).is_none(),
            _ => false,
        }
    }

    /// Whether every column in the name of a term or coefficient is a moderator.
    fn known(&self, name: &str, span: Span) -> Result<(), Problem> {
        if name == "intercept" {
            return Ok(());
        }
        let columns = self.formula.columns();
        let in_data = |piece: &str| {
            columns.iter().any(|c| {
                piece == *c
                    || piece.starts_with(&format!("{c}["))
                    || piece.starts_with(&format!("{c}^"))
                    || piece.contains(&format!("({c},"))
            })
        };
        match name.split(':').find(|piece| !in_data(piece)) {
            Some(piece) if !columns.iter().any(|c| name.starts_with(c)) => Err(self.no_moderator(piece, span)),
            _ => Ok(()),
        }
    }

    /// `on alloc[random] - alloc[systematic]`: a sum of multiples of coefficients.
    pub fn combination(&self, expr: &Expr) -> Result<ContrastRow, Problem> {
        let (of, constant) = self.linear(expr)?;
        if constant != 0.0 || of.is_empty() {
            return Err(Problem::error("E260", "a contrast is a sum of multiples of coefficients")
                .at(expr.span, if of.is_empty() { "names no coefficient" } else { "holds a number of its own" })
                .help("write `contrast r on ablat * 10`, or `on alloc[random] - alloc[systematic]`"));
        }
        Ok(ContrastRow::Combination { name: expr.to_string(), of })
    }

    /// Multiples of coefficients, and a number of its own.
    fn linear(&self, expr: &Expr) -> Result<(BTreeMap<String, f64>, f64), Problem> {
        let named = |name: String| (BTreeMap::from([(name, 1.0)]), 0.0);
        let scaled =
            |(of, constant): (BTreeMap<String, f64>, f64), by: f64| (of.into_iter().map(|(n, x)| (n, x * by)).collect(), constant * by);
        if let Some(x) = number(expr, self.context) {
            return Ok((BTreeMap::new(), x));
        }
        match &expr.kind {
            ExprKind::Name(_) | ExprKind::Index(..) | ExprKind::Text(_) => {
                let name = coefficient(expr).unwrap_or_default();
                self.known(&name, expr.span)?;
                return Ok(named(name));
            }
            ExprKind::Unary(UnaryOp::Neg, of) => return Ok(scaled(self.linear(of)?, -1.0)),
            ExprKind::Binary(op @ (BinaryOp::Add | BinaryOp::Sub), a, b) => {
                let (mut of, constant) = self.linear(a)?;
                let (more, other) = scaled(self.linear(b)?, if *op == BinaryOp::Sub { -1.0 } else { 1.0 });
                for (name, x) in more {
                    *of.entry(name).or_insert(0.0) += x;
                }
                return Ok((of, constant + other));
            }
            ExprKind::Binary(BinaryOp::Mul, a, b) => {
                let (a, b) = (self.linear(a)?, self.linear(b)?);
                match (a.0.is_empty(), b.0.is_empty()) {
                    (true, _) => return Ok(scaled(b, a.1)),
                    (_, true) => return Ok(scaled(a, b.1)),
                    _ => {}
                }
            }
            ExprKind::Binary(BinaryOp::Div, a, b) => {
                let (a, b) = (self.linear(a)?, self.linear(b)?);
                if b.0.is_empty() && b.1 != 0.0 {
                    return Ok(scaled(a, 1.0 / b.1));
                }
            }
            _ => {}
        }
        Err(Problem::error("E260", "a contrast is a sum of multiples of coefficients")
            .at(expr.span, "no multiple of a coefficient")
            .help("write `contrast r on ablat * 10`, or `on alloc[random] - alloc[systematic]`"))
    }
}

/// The name of a coefficient as an expression writes it: `ablat`, `alloc[random]`, a text.
pub fn coefficient(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Index(of, level) => Some(format!("{}[{}]", label(of)?, label(level)?)),
        _ => label(expr),
    }
}

fn label(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Text(text) => text.plain(),
        ExprKind::Number(q) if q.unit.is_none() => Some(crate::number::plain(q.value)),
        _ => None,
    }
}

fn number(expr: &Expr, context: &Context) -> Option<f64> {
    match &expr.kind {
        ExprKind::Number(q) if q.unit.is_none() => Some(q.value),
        ExprKind::Unary(UnaryOp::Neg, of) => number(of, context).map(|x| -x),
        ExprKind::Name(name) if context.catalogue.column(context.store, name).is_none() => {
            if let Some(Held::Number(x)) = (context.lookup)(name) { Some(x) } else { None }
        }
        _ => None,
    }
}

/// A value as a result names it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Number(x) => crate::number::plain(*x),
        Value::Level(level) => level.clone(),
    }
}

/// The words of `no intercept`.
pub(super) fn no_intercept(cursor: &mut Cursor, span: Span) -> Result<(), Problem> {
    match cursor.peek().and_then(word_of) {
        Some(word) if word.eq_ignore_ascii_case("intercept") => {
            cursor.advance();
            Ok(())
        }
        _ => Err(Problem::error("E217", "`no` is written `no intercept`").at(span, "no `intercept`").help("write `no intercept`")),
    }
}
