//! Each study's own numbers, and why they are not those of the file.

use super::Audited;
use super::compare;
use super::left_out::Known;
use super::plan::Task;
use super::repool::{LineResult, Settings, repool};
use crate::diagnostic::Place;
use crate::store::{DataKind, StoredAnalysis, Totals};
use std::collections::BTreeMap;

/// A study whose stored effect is not what its row gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// The study.
    pub study: String,
    /// Its place in the file.
    pub place: Place,
    /// What was entered, such as `59/615 v 67/624`.
    pub entered: String,
    /// What it gives: effect and limits.
    pub computed: [f64; 3],
    /// The stored effect and limits, as texts.
    pub stored: [String; 3],
}

/// Compares each study's line.
pub(super) fn studies(task: &Task, stored: &StoredAnalysis, settings: &Settings, known: &[Known], out: &mut Audited) {
    let Ok(found) = repool(settings, &task.all) else {
        out.uncompared += known.iter().filter(|k| !k.stored.left_out).map(|k| k.stored.results.len()).sum::<usize>();
        return;
    };
    let weights: BTreeMap<usize, f64> = match &out.result {
        Ok(whole) if stored.totals == Totals::All => {
            task.lines.iter().zip(&whole.lines).filter_map(|(line, r)| Some((line.row, r.as_ref()?.weight?))).collect()
        }
        _ => BTreeMap::new(),
    };
    for (k, result) in known.iter().zip(&found.lines) {
        let Some(result) = result else {
            let weighs = k.stored.results.get("weight").is_none_or(|w| w.value > 0.0);
            if !k.stored.left_out && weighs && k.stored.results.contains_key("effect") {
                out.uncompared += k.stored.results.len();
            }
            continue;
        };
        one(k, result, weights.get(&k.line.row).copied(), stored.data, out);
    }
}

fn one(k: &Known, result: &LineResult, weight: Option<f64>, data: DataKind, out: &mut Audited) {
    let numbers = [
        ("effect", Some(result.effect)),
        ("ci_lower", Some(result.ci[0])),
        ("ci_upper", Some(result.ci[1])),
        ("se", Some(result.se)),
        ("weight", weight),
    ];
    let mut own = false;
    for (name, value) in numbers {
        let (Some(cell), Some(value)) = (k.stored.results.get(name), value) else { continue };
        let Some(compared) = compare::one(name, cell, value) else { continue };
        out.study_numbers += 1;
        if !compared.agrees {
            own |= name != "weight";
            out.study_differences.push((k.row.study.clone(), compared));
        }
    }
    if own {
        let text = |name: &str| k.stored.results.get(name).map_or_else(String::new, |c| c.text.clone());
        out.mismatches.push(Mismatch {
            study: k.row.study.clone(),
            place: k.row.origin.place(),
            entered: entered(k, data),
            computed: [result.effect, result.ci[0], result.ci[1]],
            stored: [text("effect"), text("ci_lower"), text("ci_upper")],
        });
    }
}

/// The numbers of a row, as they stand in the file.
fn entered(k: &Known, data: DataKind) -> String {
    let text = |name: &str| k.row.values.get(name).map_or("?", |c| c.text.as_str());
    match data {
        DataKind::Dichotomous => format!("{}/{} v {}/{}", text("events1"), text("n1"), text("events2"), text("n2")),
        DataKind::Continuous => {
            let group = |g: u8| format!("{} (SD {}) of {}", text(&format!("mean{g}")), text(&format!("sd{g}")), text(&format!("n{g}")));
            format!("{} v {}", group(1), group(2))
        }
        DataKind::OeVariance => format!("O-E {}, variance {}", text("oe"), text("v")),
        DataKind::GenericInverseVariance => format!("estimate {}, SE {}", text("yi"), text("sei")),
    }
}
