//! A condition of a rule as a tree of comparisons, so that it can be analysed without data.

use super::trigger::{Exists, Trigger, trigger_of};
use crate::eval::state::State;
use crate::language::value::Value;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Cond {
    /// A statistic beside a number.
    Atom(Atom),
    /// What can't be taken apart: it holds or not.
    Whole {
        /// As written.
        text: String,
        /// When it can be decided.
        exists: Exists,
        /// The statistics it reads.
        reads: Vec<Trigger>,
    },
    /// `not`
    Not(Box<Cond>),
    /// `and`, with the text of each part.
    And(Vec<(Cond, String)>),
    /// `or`, likewise.
    Or(Vec<(Cond, String)>),
}

/// A comparison of a statistic with a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Atom {
    /// The statistic.
    pub trigger: Trigger,
    /// How it is compared, the statistic on the left.
    pub op: BinaryOp,
    /// With what.
    pub threshold: f64,
}

impl Cond {
    /// Takes an expression apart.
    pub fn of(expr: &Expr, state: &State) -> Cond {
        match &expr.kind {
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), ..) => {
                let mut parts = Vec::new();
                flatten(*op, expr, state, &mut parts);
                if *op == BinaryOp::And { Cond::And(parts) } else { Cond::Or(parts) }
            }
            ExprKind::Unary(UnaryOp::Not, inner) => Cond::Not(Box::new(Cond::of(inner, state))),
            ExprKind::Binary(op, left, right) => {
                let atom = atom(*op, left, right, state).or_else(|| atom(turned(*op)?, right, left, state));
                atom.map_or_else(|| whole(expr, state), Cond::Atom)
            }
            _ => whole(expr, state),
        }
    }

    /// The statistics it reads, each once.
    pub fn triggers(&self) -> Vec<Trigger> {
        let mut out = Vec::new();
        self.collect(&mut out);
        out
    }

    fn collect(&self, out: &mut Vec<Trigger>) {
        let mut add = |t: &Trigger| {
            if !out.contains(t) {
                out.push(t.clone());
            }
        };
        match self {
            Cond::Atom(atom) => add(&atom.trigger),
            Cond::Whole { reads, .. } => reads.iter().for_each(add),
            Cond::Not(inner) => inner.collect(out),
            Cond::And(parts) | Cond::Or(parts) => parts.iter().for_each(|(p, _)| p.collect(out)),
        }
    }
}

fn flatten(op: BinaryOp, expr: &Expr, state: &State, out: &mut Vec<(Cond, String)>) {
    match &expr.kind {
        ExprKind::Binary(own, left, right) if *own == op => {
            flatten(op, left, state, out);
            flatten(op, right, state, out);
        }
        _ => out.push((Cond::of(expr, state), expr.to_string())),
    }
}

fn atom(op: BinaryOp, left: &Expr, right: &Expr, state: &State) -> Option<Atom> {
    let ordered = matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge);
    let trigger = trigger_of(left, state)?.ok().filter(|_| ordered)?;
    Some(Atom { trigger, op, threshold: constant(right, state)? })
}

/// The same comparison with its sides exchanged.
fn turned(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Eq | BinaryOp::Ne => op,
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        _ => return None,
    })
}

/// The number an expression stands for, without any data.
fn constant(expr: &Expr, state: &State) -> Option<f64> {
    if !reads(expr, state).is_empty() {
        return None;
    }
    match crate::language::expr::eval(expr, &mut super::scope::RuleScope::unread(state)) {
        Ok(Value::Number(x) | Value::Percent(x)) => Some(x),
        _ => None,
    }
}

fn whole(expr: &Expr, state: &State) -> Cond {
    let reads = reads(expr, state);
    let exists = reads.iter().map(Trigger::exists).max().unwrap_or(Exists::Always);
    Cond::Whole { text: expr.to_string(), exists, reads }
}

/// The statistics anywhere in an expression.
fn reads(expr: &Expr, state: &State) -> Vec<Trigger> {
    if let Some(Ok(trigger)) = trigger_of(expr, state) {
        return vec![trigger];
    }
    let of = |parts: &[&Expr]| parts.iter().flat_map(|e| reads(e, state)).collect();
    match &expr.kind {
        ExprKind::List(items) | ExprKind::Call(_, items) => of(&items.iter().collect::<Vec<_>>()),
        ExprKind::Index(a, b) | ExprKind::Binary(_, a, b) => of(&[a, b]),
        ExprKind::Unary(_, a) => of(&[a]),
        _ => Vec::new(),
    }
}
