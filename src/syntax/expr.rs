//! Parse trees of expressions, texts and lists to the syntax tree; precedence.
//!
//! Everything is returned with its depth, and refused when too deep: whatever walks the
//! tree later (the checker, the evaluator, the printer, `drop`) is recursive.

use super::ast::{BinaryOp, Expr, ExprKind, Quantity, Text, TextPart, UnaryOp, Word};
use super::build::{Build, Built, Node, fail, parts};
use super::rules::Rule;
use crate::diagnostic::Problem;
use crate::source::Span;
use pest::pratt_parser::{Assoc, ConstPrattParser, Op, pratt_precedence};

/// How deep a tree may be, and how many signs, `not`s and powers one expression may hold.
const DEPTH: usize = 250;

/// From loosest to tightest.
static PRECEDENCE: ConstPrattParser<Rule, 17> = ConstPrattParser::new_const(pratt_precedence![
    Op::infix(Rule::kw_or, Assoc::Left),
    Op::infix(Rule::kw_and, Assoc::Left),
    Op::prefix(Rule::kw_not),
    Op::infix(Rule::eq, Assoc::Left)
        | Op::infix(Rule::ne, Assoc::Left)
        | Op::infix(Rule::lt, Assoc::Left)
        | Op::infix(Rule::le, Assoc::Left)
        | Op::infix(Rule::gt, Assoc::Left)
        | Op::infix(Rule::ge, Assoc::Left)
        | Op::infix(Rule::kw_in, Assoc::Left)
        | Op::infix(Rule::not_in, Assoc::Left),
    Op::infix(Rule::plus, Assoc::Left) | Op::infix(Rule::minus, Assoc::Left),
    Op::infix(Rule::star, Assoc::Left) | Op::infix(Rule::slash, Assoc::Left),
    Op::prefix(Rule::neg),
    Op::infix(Rule::caret, Assoc::Right),
]);

fn binary(rule: Rule) -> Option<BinaryOp> {
    Some(match rule {
        Rule::kw_or => BinaryOp::Or,
        Rule::kw_and => BinaryOp::And,
        Rule::eq => BinaryOp::Eq,
        Rule::ne => BinaryOp::Ne,
        Rule::lt => BinaryOp::Lt,
        Rule::le => BinaryOp::Le,
        Rule::gt => BinaryOp::Gt,
        Rule::ge => BinaryOp::Ge,
        Rule::kw_in => BinaryOp::In,
        Rule::not_in => BinaryOp::NotIn,
        Rule::plus => BinaryOp::Add,
        Rule::minus => BinaryOp::Sub,
        Rule::star => BinaryOp::Mul,
        Rule::slash => BinaryOp::Div,
        Rule::caret => BinaryOp::Pow,
        _ => return None,
    })
}

/// A part of the tree, and how deep it is.
pub(crate) type Deep<T> = (T, usize);

fn deepen<T>(part: T, span: Span, depth: usize) -> Built<Deep<T>> {
    if depth < DEPTH {
        return Ok((part, depth + 1));
    }
    drop(part);
    fail(
        Problem::error("E103", "the expression is too long")
            .at(Span { end: span.start + 1, ..span }, "begins here")
            .help("use `let` to name its parts; many alternatives are written `x in [\"a\", \"b\"]`"),
    )
}

impl Build {
    /// `expr`
    pub fn expr(&self, node: Node<'_>) -> Built<Deep<Expr>> {
        self.shape(&node)?;
        PRECEDENCE
            .map_primary(|operand| self.operand(operand))
            .map_prefix(|op, inner| {
                let (inner, depth) = inner?;
                let span = self.span(&op).to(inner.span);
                let op = if op.as_rule() == Rule::neg { UnaryOp::Neg } else { UnaryOp::Not };
                deepen(Expr { kind: ExprKind::Unary(op, Box::new(inner)), span }, span, depth)
            })
            .map_infix(|left, op, right| {
                let ((left, left_depth), (right, right_depth)) = (left?, right?);
                let span = left.span.to(right.span);
                let op = binary(op.as_rule()).unwrap_or(BinaryOp::Or);
                let kind = ExprKind::Binary(op, Box::new(left), Box::new(right));
                deepen(Expr { kind, span }, span, left_depth.max(right_depth))
            })
            .parse(node.into_inner())
    }

    /// Refuses what the precedence parser would read, but nobody means.
    fn shape(&self, node: &Node<'_>) -> Built<()> {
        let (mut recursive, mut compared) = (0, false);
        for part in node.clone().into_inner() {
            match part.as_rule() {
                Rule::neg | Rule::kw_not | Rule::caret => recursive += 1,
                Rule::kw_and | Rule::kw_or => compared = false,
                Rule::eq | Rule::ne | Rule::lt | Rule::le | Rule::gt | Rule::ge | Rule::kw_in | Rule::not_in => {
                    if compared {
                        return fail(
                            Problem::error("E115", "comparisons can't be chained")
                                .at(self.span(&part), "second comparison")
                                .help("join two comparisons with `and`: `1 < x and x < 5`"),
                        );
                    }
                    compared = true;
                }
                _ => {}
            }
        }
        if recursive > DEPTH {
            deepen((), self.span(node), recursive)?;
        }
        Ok(())
    }

    fn operand(&self, node: Node<'_>) -> Built<Deep<Expr>> {
        let mut inner = node.into_inner();
        let Some(first) = inner.next() else { return fail(Problem::error("E100", "expected an expression")) };
        let mut expr = self.primary(first)?;
        for part in inner {
            let span = expr.0.span.to(self.span(&part));
            let rule = part.as_rule();
            let mut inner = parts(part);
            let Some(first) = inner.next() else { continue };
            let (of, mut depth) = (Box::new(expr.0), expr.1);
            let kind = if rule == Rule::index {
                let (index, index_depth) = self.expr(first)?;
                depth = depth.max(index_depth);
                ExprKind::Index(of, Box::new(index))
            } else {
                let name = self.word(&first);
                let args = match inner.next().map(|arguments| self.exprs(arguments)).transpose()? {
                    Some((args, args_depth)) => {
                        depth = depth.max(args_depth);
                        Some(args)
                    }
                    None => None,
                };
                ExprKind::Field { of, name, args }
            };
            expr = deepen(Expr { kind, span }, span, depth)?;
        }
        Ok(expr)
    }

    fn primary(&self, node: Node<'_>) -> Built<Deep<Expr>> {
        let span = self.span(&node);
        let (kind, depth) = match node.as_rule() {
            Rule::measured => (ExprKind::Number(self.quantity(node)?), 0),
            Rule::text => {
                let (text, depth) = self.text(node)?;
                (ExprKind::Text(text), depth)
            }
            Rule::list => {
                let (list, depth) = self.exprs(node)?;
                (ExprKind::List(list), depth)
            }
            Rule::paren => {
                let (inner, depth) = self.paren(node)?;
                return Ok((Expr { span, ..inner }, depth));
            }
            Rule::call => {
                let ((name, args), depth) = self.call(node)?;
                (ExprKind::Call(name, args), depth)
            }
            _ => (ExprKind::Name(node.as_str().to_owned()), 0),
        };
        deepen(Expr { kind, span }, span, depth)
    }

    /// `( expr )` or `( command )`
    pub fn paren(&self, node: Node<'_>) -> Built<Deep<Expr>> {
        let span = self.span(&node);
        match parts(node).next() {
            Some(inner) if inner.as_rule() == Rule::command => {
                let (command, depth) = self.command(inner)?;
                deepen(Expr { kind: ExprKind::Command(Box::new(command)), span }, span, depth)
            }
            Some(inner) => self.expr(inner),
            None => fail(Problem::error("E100", "expected an expression").at(span, "nothing here")),
        }
    }

    /// `name( … )`
    pub fn call(&self, node: Node<'_>) -> Built<Deep<(Word, Vec<Expr>)>> {
        let span = self.span(&node);
        let mut name = Word { text: String::new(), span };
        let (mut args, mut depth) = (Vec::new(), 0);
        for part in node.into_inner() {
            if part.as_rule() == Rule::name_called {
                name = self.word(&part);
            } else {
                (args, depth) = self.exprs(part)?;
            }
        }
        Ok(((name, args), depth))
    }

    /// The expressions of a list or of arguments.
    pub fn exprs(&self, node: Node<'_>) -> Built<Deep<Vec<Expr>>> {
        let (mut exprs, mut deepest) = (Vec::new(), 0);
        for part in parts(node) {
            let (expr, depth) = if part.as_rule() == Rule::word_alone {
                (Expr { kind: ExprKind::Name(part.as_str().to_owned()), span: self.span(&part) }, 1)
            } else {
                self.expr(part)?
            };
            deepest = deepest.max(depth);
            exprs.push(expr);
        }
        Ok((exprs, deepest))
    }

    /// `-0.03`, `95%`, `4w`
    pub fn quantity(&self, node: Node<'_>) -> Built<Quantity> {
        let span = self.span(&node);
        let (mut text, mut unit) = (String::new(), None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::unit => unit = Some(part.as_str().to_owned()),
                _ => text.push_str(part.as_str()),
            }
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Quantity { value, text, unit, span }),
            _ => fail(
                Problem::error("E108", "the number is too large")
                    .at(span, "more than 1.8e308")
                    .help("check the exponent; numbers are double precision"),
            ),
        }
    }

    /// A quoted text.
    pub fn text(&self, node: Node<'_>) -> Built<Deep<Text>> {
        let (mut parts, mut deepest) = (Vec::new(), 0);
        let mut literal = String::new();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::characters => literal.push_str(part.as_str()),
                Rule::escape => literal.push(match part.as_str() {
                    "\\n" => '\n',
                    "\\t" => '\t',
                    other => other.chars().last().unwrap_or_default(),
                }),
                Rule::value => {
                    if !literal.is_empty() {
                        parts.push(TextPart::Literal(std::mem::take(&mut literal)));
                    }
                    let (value, depth) = self.value(part)?;
                    deepest = deepest.max(depth);
                    parts.push(value);
                }
                _ => {}
            }
        }
        if !literal.is_empty() {
            parts.push(TextPart::Literal(literal));
        }
        Ok((Text { parts }, deepest))
    }

    /// `{ratio:.2}`
    fn value(&self, node: Node<'_>) -> Built<Deep<TextPart>> {
        let span = self.span(&node);
        if node.as_str().contains('"') {
            return fail(
                Problem::error("E107", "a text can't stand inside the `{ }` of a text")
                    .at(span, "holds quotes")
                    .help("name the value first: `let x = …`, then \"… {x} …\""),
            );
        }
        let (mut expr, mut width, mut digits) = (None, None, None);
        for part in parts(node) {
            match part.as_rule() {
                Rule::digits => {
                    let (before, after) = part.as_str().trim_start_matches(':').split_once('.').unwrap_or((&part.as_str()[1..], ""));
                    (width, digits) = (before.parse().ok(), after.parse().ok());
                }
                _ => expr = Some(self.expr(part)?),
            }
        }
        match expr {
            Some((expr, depth)) => Ok((TextPart::Value { expr, width, digits }, depth)),
            None => fail(Problem::error("E107", "nothing in `{ }`").at(span, "empty")),
        }
    }
}
