//! Every case that a set of conditions can tell apart, for one k.
//!
//! Thresholds on Q, its p, I2 from Q and H2 are thresholds on Q: they cut the axis of Q into
//! points and the open intervals between them. Any other statistic is cut by its own
//! thresholds. What conditions say is the same everywhere within a cell, so that going through
//! the cells is a proof, not a sample.

use super::condition::{Atom, Cond};
use super::trigger::{Exists, Stat, Trigger};
use crate::stats::q_plane::QPlane;
use crate::syntax::ast::BinaryOp;
use std::cmp::Ordering;

/// A place where the axis of Q is cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// The value of Q.
    pub q: f64,
    /// The comparisons that cut here: statistic and threshold.
    pub of: Vec<(Stat, f64)>,
}

/// A statistic that does not follow from Q and k.
#[derive(Debug, Clone, PartialEq)]
pub struct Free {
    /// Its name, or the text of a condition that can't be taken apart.
    pub name: String,
    /// Its thresholds; empty for such a condition.
    pub thresholds: Vec<f64>,
    /// Whether it is such a condition.
    pub whole: bool,
    /// Whether its thresholds are percentages.
    pub percent: bool,
    /// Cells, the one where it does not exist last, if there is one.
    pub cells: usize,
    /// Whether the last cell is the one where it does not exist.
    pub may_be_missing: bool,
    /// Whether it exists for this k at all.
    pub exists: bool,
}

/// All cells for one k.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    /// How many effects.
    pub k: usize,
    /// Where the axis of Q is cut, in order; empty for k < 2.
    pub cuts: Vec<Cut>,
    /// The other statistics.
    pub free: Vec<Free>,
}

/// One cell: on the axis of Q (even: the open interval before cut `i / 2`; odd: that cut), and of each other statistic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellOf {
    /// On the axis of Q.
    pub q: usize,
    /// Of each other statistic.
    pub free: Vec<usize>,
}

/// More cells than this for one k are not gone through.
pub const MOST_CELLS: usize = 20_000;

fn on_q(stat: &Stat) -> bool {
    matches!(stat, Stat::Q | Stat::PofQ | Stat::I2Q | Stat::H2)
}

/// Where a threshold lies on the axis of Q; `None` where the comparison has one answer for every Q.
fn q_of(stat: &Stat, threshold: f64, plane: QPlane) -> Option<f64> {
    match stat {
        Stat::Q => (threshold >= 0.0).then_some(threshold),
        Stat::H2 => (threshold >= 0.0).then(|| threshold * plane.df()),
        Stat::I2Q => (0.0..100.0).contains(&threshold).then(|| plane.q_at_i2(threshold)),
        Stat::PofQ => (threshold > 0.0 && threshold <= 1.0).then(|| plane.q_at_p(threshold)),
        _ => None,
    }
}

impl Space {
    /// The space in which these conditions differ.
    pub fn of(k: usize, conditions: &[&Cond]) -> Space {
        let mut space = Space { k, cuts: Vec::new(), free: Vec::new() };
        let plane = QPlane::of(k);
        for condition in conditions {
            space.add(condition, plane);
        }
        space.cuts.sort_by(|a, b| a.q.total_cmp(&b.q));
        let mut cuts: Vec<Cut> = Vec::new();
        for cut in std::mem::take(&mut space.cuts) {
            match cuts.last_mut() {
                Some(last) if (cut.q - last.q).abs() <= 1e-12 * cut.q.max(1.0) => {
                    for one in cut.of {
                        if !last.of.contains(&one) {
                            last.of.push(one);
                        }
                    }
                }
                _ => cuts.push(cut),
            }
        }
        space.cuts = cuts;
        for free in &mut space.free {
            free.thresholds.sort_by(f64::total_cmp);
            free.thresholds.dedup();
            free.cells = if free.whole { 2 } else { 2 * free.thresholds.len() + 1 } + usize::from(free.may_be_missing);
        }
        space
    }

    fn add(&mut self, condition: &Cond, plane: Option<QPlane>) {
        match condition {
            Cond::Atom(Atom { trigger, threshold, .. }) if on_q(&trigger.stat) => {
                if let Some((plane, q)) = plane.and_then(|p| q_of(&trigger.stat, *threshold, p).map(|q| (p, q))) {
                    debug_assert!(plane.df() > 0.0);
                    self.cuts.push(Cut { q, of: vec![(trigger.stat.clone(), *threshold)] });
                }
            }
            Cond::Atom(Atom { trigger, .. }) if trigger.stat == Stat::K => {}
            Cond::Atom(Atom { trigger, threshold, .. }) => {
                let free = self.free(&trigger.name, false, trigger.exists(), trigger.is_percent());
                free.thresholds.push(*threshold);
            }
            Cond::Whole { text, exists, .. } => {
                self.free(text, true, *exists, false);
            }
            Cond::Not(inner) => self.add(inner, plane),
            Cond::And(parts) | Cond::Or(parts) => parts.iter().for_each(|(p, _)| self.add(p, plane)),
        }
    }

    fn free(&mut self, name: &str, whole: bool, exists: Exists, percent: bool) -> &mut Free {
        let at = self.free.iter().position(|f| f.name == name).unwrap_or(self.free.len());
        if at == self.free.len() {
            let there = match exists {
                Exists::From(least) => self.k >= least,
                _ => true,
            };
            let may_be_missing = exists == Exists::IfStated;
            self.free.push(Free { name: name.to_owned(), thresholds: Vec::new(), whole, percent, cells: 1, may_be_missing, exists: there });
        }
        &mut self.free[at]
    }

    /// How many cells the axis of Q has.
    pub fn q_cells(&self) -> usize {
        2 * self.cuts.len() + 1
    }

    /// How many combinations of cells of the other statistics there are.
    pub fn free_cells(&self) -> usize {
        self.free.iter().fold(1_usize, |n, f| n.saturating_mul(f.cells))
    }

    /// The cells of the other statistics in the `i`th combination.
    pub fn combination(&self, mut i: usize) -> Vec<usize> {
        self.free
            .iter()
            .map(|f| {
                let cell = i % f.cells;
                i /= f.cells;
                cell
            })
            .collect()
    }

    /// Whether a condition holds in a cell; `None` where it rests on what does not exist.
    pub fn holds(&self, condition: &Cond, cell: &CellOf) -> Option<bool> {
        match condition {
            Cond::Atom(atom) => self.sign(atom, cell).map(|sign| compared(atom.op, sign)),
            Cond::Whole { text, .. } => {
                let (at, free) = self.find(text)?;
                let value = *cell.free.get(at)?;
                (free.exists && value < 2).then_some(value == 1)
            }
            Cond::Not(inner) => self.holds(inner, cell).map(|b| !b),
            Cond::And(parts) => self.logical(parts, cell, false),
            Cond::Or(parts) => self.logical(parts, cell, true),
        }
    }

    fn logical(&self, parts: &[(Cond, String)], cell: &CellOf, decisive: bool) -> Option<bool> {
        let mut unknown = false;
        for (part, _) in parts {
            match self.holds(part, cell) {
                Some(b) if b == decisive => return Some(decisive),
                Some(_) => {}
                None => unknown = true,
            }
        }
        (!unknown).then_some(!decisive)
    }

    fn find(&self, name: &str) -> Option<(usize, &Free)> {
        self.free.iter().enumerate().find(|(_, f)| f.name == name)
    }

    /// How the statistic stands to its threshold in a cell.
    fn sign(&self, atom: &Atom, cell: &CellOf) -> Option<Ordering> {
        let Atom { trigger, threshold, .. } = atom;
        if trigger.stat == Stat::K {
            return (self.k as f64).partial_cmp(threshold);
        }
        if on_q(&trigger.stat) {
            return self.sign_on_q(trigger, *threshold, cell.q);
        }
        let (at, free) = self.find(&trigger.name)?;
        let value = *cell.free.get(at)?;
        if !free.exists || free.may_be_missing && value + 1 == free.cells {
            return None;
        }
        let own = 2 * free.thresholds.iter().position(|t| t == threshold)? + 1;
        Some(value.cmp(&own))
    }

    fn sign_on_q(&self, trigger: &Trigger, threshold: f64, cell: usize) -> Option<Ordering> {
        let plane = QPlane::of(self.k)?;
        let Some(q) = q_of(&trigger.stat, threshold, plane) else {
            // Beyond what the statistic can be.
            return Some(if threshold <= 0.0 { Ordering::Greater } else { Ordering::Less });
        };
        let own = 2 * self.cuts.iter().position(|c| (c.q - q).abs() <= 1e-12 * q.max(1.0))? + 1;
        let along = cell.cmp(&own);
        Some(match trigger.stat {
            Stat::PofQ => along.reverse(),
            // I2 is 0 for every Q up to its degrees of freedom.
            Stat::I2Q if threshold == 0.0 && along == Ordering::Less => Ordering::Equal,
            _ => along,
        })
    }
}

/// What a comparison says of a sign.
fn compared(op: BinaryOp, sign: Ordering) -> bool {
    match op {
        BinaryOp::Eq => sign.is_eq(),
        BinaryOp::Ne => sign.is_ne(),
        BinaryOp::Lt => sign.is_lt(),
        BinaryOp::Le => sign.is_le(),
        BinaryOp::Gt => sign.is_gt(),
        _ => sign.is_ge(),
    }
}
