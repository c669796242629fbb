//! Rules 18 and 19: several results that could be taken, and times outside their windows.

use super::context::{Context, Quick};
use super::finding::{Sink, error, warning};
use super::words::num;
use crate::diagnostic::Severity;
use crate::store::{MANIFEST, Row, weeks};

/// Rule 18: several eligible rows of one study, and nothing that ranks them.
pub(crate) fn several(c: &Context, out: &mut Sink) {
    for rows in c.syntheses.values() {
        let mut eligible: Quick<(&str, Option<&str>, Option<&str>), Vec<usize>> = Quick::default();
        for index in rows {
            let Some(row) = c.get(*index).map(|f| f.row).filter(|r| !r.values.is_empty()) else { continue };
            eligible.entry((row.study.as_str(), row.analysis.as_deref(), row.subgroup.as_deref())).or_default().push(*index);
        }
        for same in eligible.values().map(|same| decided(c, same)).filter(|same| same.len() > 1) {
            let differs =
                |key: &str| same.iter().filter_map(|i| c.get(*i)).map(|f| f.row.key(key)).collect::<indexmap::IndexSet<_>>().len() > 1;
            let ranked = c.store.preferences.keys().any(|key| differs(key)) || picked(c, &same);
            // Several arms are rule 16, not a choice.
            if ranked || differs("arm1") {
                continue;
            }
            let keys: Vec<&str> = ["instrument", "rater", "arm2"].into_iter().filter(|k| differs(k)).collect();
            let by = if keys.is_empty() { "nothing tells them apart".to_owned() } else { format!("they differ in {}", keys.join(", ")) };
            let message = format!("{} rows of the study could enter this synthesis, and no ranking says which; {by}", same.len());
            let help = "rank them beforehand (`prefer instrument A > B`), or combine them (`combine rho 0.5`)";
            let severity = if c.bare { Severity::Note } else { Severity::Warning };
            if let [first, rest @ ..] = same.as_slice()
                && let Some(found) =
                    out.at(*first, keys.first().copied().unwrap_or("study"), warning(18, message, help).with_severity(severity))
            {
                found.with = rest.to_vec();
            }
        }
    }
}

/// The rows without those of single extractors where a consensus row of the same result decides.
fn decided(c: &Context, same: &[usize]) -> Vec<usize> {
    let row = |i: usize| c.get(i).map(|f| f.row);
    let agreed: Vec<_> = same.iter().filter_map(|i| row(*i)).filter(|r| r.is_consensus()).collect();
    let overruled = |i: usize| {
        let one = row(i).filter(|r| r.extractor.is_some() && !r.is_consensus());
        one.is_some_and(|r| agreed.iter().any(|a| Row::RESULT.iter().all(|key| r.key(key) == a.key(key))))
    };
    same.iter().copied().filter(|i| !overruled(*i)).collect()
}

/// Whether the rows are measurements of one time, of which the timepoint says which is taken.
fn picked(c: &Context, same: &[usize]) -> bool {
    let rows: Vec<_> = same.iter().filter_map(|i| c.get(*i)).map(|f| f.row).collect();
    let time = rows.first().and_then(|r| r.timepoint.as_deref()).and_then(|t| c.store.timepoints.get(t));
    let mut times: Vec<f64> = rows.iter().filter_map(|r| c.number(r, &["actual_weeks"])).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    time.is_some_and(|t| t.pick.is_some()) && times.len() == rows.len()
}

/// Rule 19: rows outside the window of their timepoint, and windows that overlap.
pub(crate) fn windows(c: &Context, out: &mut Sink) {
    let windows: Vec<(&str, f64, f64)> = c
        .store
        .timepoints
        .values()
        .filter_map(|t| Some((t.id.as_str(), t.from.as_deref().and_then(weeks)?, t.to.as_deref().and_then(weeks)?)))
        .collect();
    for (at, (name, _, end)) in windows.iter().enumerate() {
        for (other, start, stop) in windows.iter().skip(at + 1) {
            let first = windows.get(at).map_or(0.0, |w| w.1);
            if first < *stop && start < end {
                let message = format!(
                    "the windows of `{name}` ({} to {} weeks) and `{other}` ({} to {}) overlap",
                    num(first),
                    num(*end),
                    num(*start),
                    num(*stop)
                );
                out.in_file(
                    MANIFEST,
                    &format!("{name} {other}"),
                    error(19, message, "let one window end where the next begins: else one row belongs to two syntheses"),
                );
            }
        }
    }
    if windows.is_empty() {
        return;
    }
    for (index, facts) in c.rows.iter().enumerate() {
        let Some((name, from, to)) = facts.row.timepoint.as_deref().and_then(|t| windows.iter().find(|w| w.0 == t)) else { continue };
        let Some(actual) = c.said(facts.row, &["weeks", "time_weeks", "actual_weeks", "measured_at"]).and_then(|t| weeks(&t)) else {
            continue;
        };
        if actual < *from || actual > *to {
            let message = format!("it was measured at {} weeks, and `{name}` is {} to {}", num(actual), num(*from), num(*to));
            out.at(index, "timepoint", error(19, message, "give it the timepoint whose window holds it, or leave it out"));
        }
    }
}
