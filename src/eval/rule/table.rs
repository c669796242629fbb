//! P(Q) and I2 from Q against each other, k by k.

use super::condition::Cond;
use super::trigger::Stat;
use crate::eval::outcome::{PlaneRow, PlaneTable};
use crate::stats::q_plane::QPlane;

/// The numbers of effects shown.
const SHOWN: [usize; 6] = [2, 3, 4, 5, 10, 20];

/// The table of a rule that has one threshold on I2 from Q and one on p(q).
pub fn of(conditions: &[&Cond]) -> Option<PlaneTable> {
    fn thresholds(condition: &Cond, stat: &Stat, out: &mut Vec<f64>) {
        match condition {
            Cond::Atom(a) if a.trigger.stat == *stat && !out.contains(&a.threshold) => out.push(a.threshold),
            Cond::Not(inner) => thresholds(inner, stat, out),
            Cond::And(parts) | Cond::Or(parts) => parts.iter().for_each(|(p, _)| thresholds(p, stat, out)),
            _ => {}
        }
    }
    let (mut i2, mut p) = (Vec::new(), Vec::new());
    for condition in conditions {
        thresholds(condition, &Stat::I2Q, &mut i2);
        thresholds(condition, &Stat::PofQ, &mut p);
    }
    match (i2.as_slice(), p.as_slice()) {
        ([i2], [p]) if *i2 > 0.0 && *i2 < 100.0 && *p > 0.0 && *p < 1.0 => Some(plane(*i2, *p)),
        _ => None,
    }
}

/// P(Q) when I2 is at its threshold, and I2 when P(Q) is.
pub fn plane(i2: f64, p: f64) -> PlaneTable {
    let rows = SHOWN
        .iter()
        .filter_map(|&k| {
            let plane = QPlane::of(k)?;
            let (p_at_i2, i2_at_p) = (plane.p(plane.q_at_i2(i2)), plane.i2(plane.q_at_p(p)));
            let between = if i2_at_p < i2 { [i2_at_p, i2] } else { [i2, i2_at_p] };
            // In between, the statistic whose threshold comes first has crossed it.
            let disagree = if i2_at_p < i2 { "p" } else { "i2" };
            Some(PlaneRow { k, p_at_i2, i2_at_p, between, disagree })
        })
        .collect();
    PlaneTable { i2, p, rows }
}
