//! What a difference comes to, study by study: signs that turned, results that were chosen otherwise.

use super::executed::{ChosenPlace, Facts};
use super::record::Code;
use crate::number::{fixed, full};

/// Studies named one by one; of more the number is said.
const NAMED: usize = 8;

/// For an orientation that changed, the effect of each study as registered and as run; for another choice among
/// results, the rank of the chosen one (1 the most favourable) and the Potential Bias Index (Page et al. 2016).
pub(super) fn details(code: Code, studies: &[String], registered: &Facts, executed: &Facts) -> Vec<String> {
    let mut out = match code {
        Code::Sign => studies.iter().filter_map(|study| turned(study, registered, executed)).collect(),
        Code::I2d => i2(registered, executed).into_iter().collect(),
        Code::Sel => chosen(&registered.places, &executed.places),
        _ => Vec::new(),
    };
    if out.len() > NAMED {
        let more = out.len() - NAMED;
        out.truncate(NAMED);
        out.push(format!("and {more} more"));
    }
    if code == Code::Sel
        && let Some((before, after)) = index(&registered.places).zip(index(&executed.places))
    {
        out.push(format!("Potential Bias Index {} → {}", fixed(before, 2), fixed(after, 2)));
    }
    out
}

fn i2(registered: &Facts, executed: &Facts) -> Option<String> {
    let (before, after) = (registered.i2?, executed.i2?);
    Some(format!("I2 {}% → {}%", fixed(before, 1), fixed(after, 1)))
}

/// `most favourable`, `least favourable`, `rank 2`: of the eligible results of one trial.
fn favour(place: &ChosenPlace) -> String {
    if place.rank <= 1.0 {
        "most favourable".to_owned()
    } else if place.rank >= place.eligible as f64 {
        "least favourable".to_owned()
    } else {
        format!("rank {} by favourableness", full(place.rank))
    }
}

fn turned(study: &str, registered: &Facts, executed: &Facts) -> Option<String> {
    let of = |facts: &Facts| -> Vec<f64> { facts.effects.iter().flatten().filter(|e| e.study == study).map(|e| e.yi).collect() };
    let (before, after) = (of(registered), of(executed));
    if before.is_empty() || before.len() != after.len() {
        return None;
    }
    let show = |effects: &[f64]| effects.iter().map(|x| fixed(*x, 2)).collect::<Vec<_>>().join(", ");
    Some(format!("{study}: {} → {}", show(&before), show(&after)))
}

/// Trials of which another result was taken.
fn chosen(registered: &[ChosenPlace], executed: &[ChosenPlace]) -> Vec<String> {
    let of = |after: &ChosenPlace| {
        let before = registered.iter().find(|p| p.trial == after.trial && p.eligible == after.eligible)?;
        let moved = before.rank.total_cmp(&after.rank).is_ne();
        moved.then(|| format!("{}: {} → {} of {} results", after.trial, favour(before), favour(after), after.eligible))
    };
    executed.iter().filter_map(of).collect()
}

/// The mean place of the chosen results, from 0, the least favourable, to 1.
fn index(places: &[ChosenPlace]) -> Option<f64> {
    (!places.is_empty()).then(|| places.iter().map(|p| p.position).sum::<f64>() / places.len() as f64)
}
