//! Conditions on Q that say no more than a part of them does, for a given k.

use super::condition::Cond;
use super::region::k_words;
use super::space::{CellOf, Space};
use super::trigger::Stat;
use crate::eval::outcome::CollapseFact;

/// All of them.
pub fn collapses<'c>(conditions: impl Iterator<Item = (usize, &'c Cond)>, spaces: &[Space], last: usize) -> Vec<CollapseFact> {
    let mut out = Vec::new();
    for (branch, condition) in conditions {
        nodes(condition, &mut |node, parts| of_node(branch, node, parts, spaces, last, &mut out));
    }
    out
}

/// Goes through every `and` and `or` of a condition.
fn nodes(condition: &Cond, each: &mut dyn FnMut(&Cond, &[(Cond, String)])) {
    match condition {
        Cond::Not(inner) => nodes(inner, each),
        Cond::And(parts) | Cond::Or(parts) => {
            each(condition, parts);
            parts.iter().for_each(|(p, _)| nodes(p, each));
        }
        _ => {}
    }
}

/// Whether it rests on Q alone.
fn on_q_alone(condition: &Cond) -> bool {
    let on_q = |stat: &Stat| matches!(stat, Stat::Q | Stat::PofQ | Stat::I2Q | Stat::H2);
    match condition {
        Cond::Atom(a) => on_q(&a.trigger.stat),
        Cond::Not(inner) => on_q_alone(inner),
        Cond::And(parts) | Cond::Or(parts) => parts.iter().all(|(p, _)| on_q_alone(p)),
        Cond::Whole { .. } => false,
    }
}

/// What a node says for one k: as much as one of its parts, or nothing at all.
#[derive(Clone, PartialEq, Eq)]
enum Says {
    More,
    Part(usize),
    Never,
}

fn of_node(branch: usize, node: &Cond, parts: &[(Cond, String)], spaces: &[Space], last: usize, out: &mut Vec<CollapseFact>) {
    // Beside conditions on Q may stand others, such as `k >= 2`: those on Q are looked at.
    let here: Vec<&(Cond, String)> = parts.iter().filter(|(p, _)| on_q_alone(p)).collect();
    if here.len() < 2 {
        return;
    }
    let joined = if matches!(node, Cond::And(_)) { " and " } else { " or " };
    let text = here.iter().map(|(_, t)| t.as_str()).collect::<Vec<_>>().join(joined);
    let both = |space: &Space, cell: &CellOf| {
        let mut values = here.iter().map(|(p, _)| space.holds(p, cell) == Some(true));
        if matches!(node, Cond::And(_)) { values.all(|v| v) } else { values.any(|v| v) }
    };
    let mut found: Vec<([usize; 2], Says)> = Vec::new();
    for space in spaces.iter().filter(|s| s.k >= 2) {
        let cells: Vec<CellOf> = (0..space.q_cells()).map(|q| CellOf { q, free: vec![0; space.free.len()] }).collect();
        let whole: Vec<bool> = cells.iter().map(|c| both(space, c)).collect();
        let part = here.iter().position(|(p, _)| cells.iter().zip(&whole).all(|(c, w)| (space.holds(p, c) == Some(true)) == *w));
        let says = match part {
            _ if !whole.contains(&true) => Says::Never,
            Some(part) => Says::Part(part),
            None => Says::More,
        };
        match found.last_mut() {
            Some((k, same)) if *same == says && k[1] + 1 == space.k => k[1] = space.k,
            _ => found.push(([space.k; 2], says)),
        }
    }
    for (k, says) in found {
        let same_as = match says {
            Says::More => continue,
            Says::Part(i) => Some(here[i].1.clone()),
            Says::Never => None,
        };
        let when = k_words(k, last);
        let text_of = match &same_as {
            Some(part) => format!("for {when} the same as `{part}`"),
            None => format!("for {when} it never holds"),
        };
        out.push(CollapseFact { branch, condition: text.clone(), k, same_as, text: text_of });
    }
}
