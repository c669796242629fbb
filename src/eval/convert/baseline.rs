//! Changes from baseline, and correlations that reports leave out.

use super::{Candidate, Measure, State, is_of_means, num};
use crate::language::conversions::Corr;
use crate::stats::arms::sd_of_change;
use crate::stats::effect::Groups;

/// The scores of one group: mean before and after, SDs, the SD of the change, r.
struct Scores {
    means: [f64; 2],
    before: Option<f64>,
    after: Option<f64>,
    change: Option<f64>,
    r: Option<f64>,
}

/// Fills in the correlation, or makes changes of scores before and after (Handbook 6.5.2.8).
pub(super) fn changes(corr: &Corr, measure: Measure, candidates: &mut [Candidate], state: &State) {
    let Some(assumed) = corr.r else { return };
    let from = corr.from.as_ref().map(|f| format!(", {f}")).unwrap_or_default();
    for candidate in candidates {
        let input = candidate.input(state);
        if measure.groups() == Groups::Paired {
            if input.r.is_none() && input.sd_change.is_none() && input.mean_pre.is_some() {
                let text = format!("correlation of before and after {} (set{from})", num(assumed));
                candidate.converting(state).step("corr", text, |i| i.r = Some(assumed));
            }
        } else if measure == Measure::Dppc {
            let open = |r: Option<f64>, change: Option<f64>| r.or(input.r).is_none() && change.is_none();
            if input.mean_pre1.is_some() && (open(input.r1, input.sd_change1) || open(input.r2, input.sd_change2)) {
                let text = format!("correlation of before and after {} (set{from})", num(assumed));
                candidate.converting(state).step("corr", text, |i| i.r = Some(assumed));
            }
        } else if is_of_means(measure) && input.mean1.is_none() && input.mean2.is_none() {
            let scores = |pre: Option<f64>, post: Option<f64>, before, after, change, r: Option<f64>| {
                Some(Scores { means: [pre?, post?], before, after, change, r: r.or(input.r) })
            };
            let one = scores(input.mean_pre1, input.mean_post1, input.sd_pre1, input.sd_post1, input.sd_change1, input.r1);
            let two = scores(input.mean_pre2, input.mean_post2, input.sd_pre2, input.sd_post2, input.sd_change2, input.r2);
            let (Some(one), Some(two)) = (one, two) else { continue };
            let (Some((sd1, how1)), Some((sd2, how2))) = (spread(&one, assumed, &from), spread(&two, assumed, &from)) else { continue };
            let text = format!("change from baseline, SDs {} and {} ({how1}; {how2})", num(sd1), num(sd2));
            candidate.converting(state).step("corr", text, |i| {
                (i.mean1, i.sd1) = (Some(one.means[1] - one.means[0]), Some(sd1));
                (i.mean2, i.sd2) = (Some(two.means[1] - two.means[0]), Some(sd2));
            });
        }
    }
}

/// The SD of the change: reported, else by the reported or the assumed correlation.
fn spread(scores: &Scores, assumed: f64, from: &str) -> Option<(f64, String)> {
    if let Some(sd) = scores.change {
        return Some((sd, "reported".into()));
    }
    let (before, after) = (scores.before?, scores.after?);
    let (r, source) = scores.r.map_or((assumed, format!("set{from}")), |r| (r, "reported".to_owned()));
    let sd = sd_of_change(before, after, r);
    (sd > 0.0).then(|| (sd, format!("{} before, {} after, r {} {source}", num(before), num(after), num(r))))
}
