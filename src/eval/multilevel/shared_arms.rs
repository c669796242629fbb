//! Multi-arm trials: sampling covariances through an arm that several rows of a trial name.
//!
//! Two effects of one trial have the correlation
//!
//! - `rho` (0 without one) where both compare the same arms, or where the arms are not named;
//! - that of the arm they share, where they share one: its part in both variances, times `rho`
//!   where they are of different instruments, raters or times;
//! - 0 where they share none, or are of disjoint people (`subgroup`).

use super::material::Dependent;
use crate::eval::outcome::NoteResult;
use crate::eval::pooling::Included;
use crate::eval::state::State;
use crate::language::spec::AnalysisSpec;
use crate::language::suggest::{and_list, count};
use crate::stats::effect::{Effect, Input, Measure};
use crate::stats::multilevel::{CovarianceBlock, SharedControl, Standardiser};
use crate::store::Row;

/// Covariances of the trials that have several effects.
pub struct Shared {
    /// One block for each of them.
    pub blocks: Vec<CovarianceBlock>,
    /// What there is to say.
    pub notes: Vec<NoteResult>,
}

/// How well the covariance through an arm is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    /// From the arm's own numbers.
    Arm,
    /// From the sizes of the arms.
    Sizes,
    /// Arms of equal size are assumed.
    Assumed,
}

/// One effect with its row.
struct One<'a> {
    unit: &'a str,
    row: Option<&'a Row>,
    arms: Option<(&'a str, &'a str)>,
    input: Input,
    effect: &'a Effect,
}

/// Blocks, where any two effects of a trial correlate otherwise than by `rho`; else nothing.
pub fn blocks(spec: &AnalysisSpec, included: &[Included], effects: &Dependent, rho: Option<f64>, state: &State) -> Option<Shared> {
    if !effects.is_dependent() {
        return None;
    }
    let several: Vec<Vec<usize>> = effects.members().into_iter().filter(|m| m.len() > 1).collect();
    let by_arm = |members: &Vec<usize>| {
        let row = |i: &usize| state.store.rows.get(included[*i].0.row);
        let first = members.first().and_then(row).and_then(arms);
        let unit = members.first().map(|i| included[*i].0.unit.as_str());
        members.iter().any(|i| Some(included[*i].0.unit.as_str()) != unit || row(i).and_then(arms) != first)
    };
    // Everywhere the same arms or none: one correlation says it all.
    if !several.iter().any(by_arm) {
        return None;
    }
    let measure = spec.measure.value;
    let mut found: Vec<(usize, Known)> = Vec::new();
    let mut blocks = Vec::new();
    for members in several {
        let ones: Vec<One> = members
            .iter()
            .map(|i| {
                let (candidate, effect) = included[*i];
                let row = state.store.rows.get(candidate.row);
                One { unit: &candidate.unit, row, arms: row.and_then(arms), input: candidate.input(state), effect }
            })
            .collect();
        let n = ones.len();
        let mut covariance = vec![0.0; n * n];
        let mut known: Option<Known> = None;
        let mut any = false;
        for i in 0..n {
            covariance[i * n + i] = ones[i].effect.vi;
            for j in 0..i {
                let (value, how) = pair(&ones[i], &ones[j], measure, rho.unwrap_or(0.0));
                covariance[i * n + j] = value;
                covariance[j * n + i] = value;
                known = known.max(how);
                any |= value != 0.0;
            }
        }
        found.extend(known.and_then(|how| members.first().map(|i| (effects.trial[*i], how))));
        if any {
            blocks.push(CovarianceBlock { effects: members, covariance });
        }
    }
    Some(Shared { blocks, notes: notes(&found, &effects.trials) })
}

/// The covariance of two effects of one trial.
fn pair(a: &One, b: &One, measure: Measure, rho: f64) -> (f64, Option<Known>) {
    let scale = a.effect.vi.sqrt() * b.effect.vi.sqrt();
    if a.unit != b.unit {
        return (0.0, None);
    }
    let (Some((a1, a2)), Some((b1, b2))) = (a.arms, b.arms) else { return (rho * scale, None) };
    // The group of each effect that is the shared arm, 1 or 2.
    let (of_a, of_b) = match (a1 == b1, a2 == b2, a1 == b2, a2 == b1) {
        (true, true, ..) => return (rho * scale, None),
        (_, _, true, true) => return (-rho * scale, None),
        (_, true, ..) => (2, 2),
        (true, ..) => (1, 1),
        (_, _, true, _) => (1, 2),
        (_, _, _, true) => (2, 1),
        _ => return (0.0, None),
    };
    let same = ["instrument", "rater", "timepoint", "analysis"].iter().all(|key| key_of(a.row, key) == key_of(b.row, key));
    let times = if same { 1.0 } else { rho };
    if times == 0.0 {
        return (0.0, None);
    }
    let (value, how) = through_arm(a, of_a, b, of_b, measure, scale);
    (times * value, Some(how))
}

fn key_of<'a>(row: Option<&'a Row>, key: &str) -> Option<&'a str> {
    row.and_then(|r| r.key(key))
}

/// The covariance through a shared arm: from its own numbers, else from sizes.
fn through_arm(a: &One, of_a: u8, b: &One, of_b: u8, measure: Measure, scale: f64) -> (f64, Known) {
    let sign = if of_a == of_b { 1.0 } else { -1.0 };
    if let Some(value) = from_arm(a, of_a, b, of_b, measure).filter(|v| v.is_finite() && v.abs() < scale) {
        return (value, Known::Arm);
    }
    let sizes = |one: &One, group: u8| {
        let (own, other) = if group == 1 { (one.effect.n1, one.effect.n2) } else { (one.effect.n2, one.effect.n1) };
        own.zip(other).filter(|(own, other)| *own > 0.0 && *other > 0.0)
    };
    match (sizes(a, of_a), sizes(b, of_b)) {
        (Some((shared, other)), Some((again, another))) => {
            let part = |own: f64, other: f64| other / (own + other);
            // 1/n of the shared arm over 1/n + 1/m of each pair of arms.
            (sign * (part(shared, other) * part(again, another)).sqrt() * scale, Known::Sizes)
        }
        _ => (sign * 0.5 * scale, Known::Assumed),
    }
}

/// The covariance from the shared arm's own numbers; `None` where the measure or the row has none.
fn from_arm(a: &One, of_a: u8, b: &One, of_b: u8, measure: Measure) -> Option<f64> {
    // The arm as both rows give it; where they differ (people analysed), the first.
    let number = |name: &str| a.input.get(&format!("{name}{of_a}")).or_else(|| b.input.get(&format!("{name}{of_b}")));
    let size = number("n");
    let corrected = a.effect.zero_adjusted || b.effect.zero_adjusted;
    let events = || number("events").map(|x| if corrected { x + 0.5 } else { x });
    // Half an event added to every cell makes one person more.
    let people = || size.map(|n| if corrected { n + 1.0 } else { n });
    let spread = || number("sd").or_else(|| Some(number("se")? * size?.sqrt()));
    let sign = if of_a == of_b { 1.0 } else { -1.0 };
    let control = match measure {
        Measure::Md => SharedControl::MeanDifference { sd: spread()?, n: size? },
        Measure::Rom => SharedControl::RatioOfMeans { mean: number("mean")?, sd: spread()?, n: size? },
        Measure::Smd => return standardised(a, of_a, b, of_b, Standardiser::Pairwise),
        // Standardised by group 2: shared where that is the arm in common.
        Measure::Smd1 if of_a == 2 && of_b == 2 => return standardised(a, of_a, b, of_b, Standardiser::Control),
        Measure::Or => SharedControl::OddsRatio { events: events()?, n: people()? },
        Measure::Rr => SharedControl::RiskRatio { events: events()?, n: people()? },
        Measure::Rd => SharedControl::RiskDifference { events: number("events")?, n: size? },
        Measure::As => SharedControl::Arcsine { n: size? },
        Measure::Irr => SharedControl::RateRatio { events: events()? },
        Measure::Ird => SharedControl::RateDifference { events: number("events")?, time: number("time")? },
        _ => return None,
    };
    control.covariance(0, 1).ok().map(|c| sign * c)
}

/// Of standardised mean differences, which share (part of) the SD as well: computed with the
/// shared arm as the control of both, then turned back.
fn standardised(a: &One, of_a: u8, b: &One, of_b: u8, standardiser: Standardiser) -> Option<f64> {
    let turned = |one: &One, group: u8| if group == 2 { one.effect.yi } else { -one.effect.yi };
    let treated = |one: &One, group: u8| if group == 2 { one.effect.n1 } else { one.effect.n2 };
    let n = if of_a == 2 { a.effect.n2 } else { a.effect.n1 }?;
    let control = SharedControl::StandardisedMeanDifference {
        effects: &[turned(a, of_a), turned(b, of_b)],
        treated: &[treated(a, of_a)?, treated(b, of_b)?],
        n,
        standardiser,
    };
    let sign = if of_a == of_b { 1.0 } else { -1.0 };
    control.covariance(0, 1).ok().map(|c| sign * c)
}

/// The two arms a row compares.
fn arms(row: &Row) -> Option<(&str, &str)> {
    match (&row.arm1, &row.arm2, &row.comparison) {
        (Some(a), Some(b), _) => Some((a, b)),
        (_, _, Some(comparison)) => comparison.split_once(" vs ").map(|(a, b)| (a.trim(), b.trim())),
        _ => None,
    }
}

fn notes(found: &[(usize, Known)], trials: &[String]) -> Vec<NoteResult> {
    let named = |wanted: &dyn Fn(Known) -> bool| -> Vec<&str> {
        found.iter().filter(|(_, how)| wanted(*how)).filter_map(|(t, _)| trials.get(*t)).map(String::as_str).collect()
    };
    let all = named(&|_| true);
    if all.is_empty() {
        return Vec::new();
    }
    let mut text = format!(
        "in {} effects share an arm, and their sampling errors correlate through it (Gleser & Olkin 2009): {}",
        count(all.len(), "trial", "trials"),
        and_list(&all, 20)
    );
    for (how, words) in [(Known::Sizes, "by the sizes of the arms"), (Known::Assumed, "at 0.5, as if arms were of equal size")] {
        let some = named(&|h| h == how);
        if !some.is_empty() {
            text.push_str(&format!("; {words}, for want of the arm's own numbers: {}", and_list(&some, 20)));
        }
    }
    vec![NoteResult { code: "W473", text }]
}
