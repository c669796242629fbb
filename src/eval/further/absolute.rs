//! Absolute effects at a risk without the intervention.

use super::fit;
use super::refusal::Refusal;
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{AbsoluteResult, AbsoluteRow, Ends, Head, Nnt, NntEnd, NoteResult, Outcome};
use crate::eval::state::State;
use crate::language::further::FurtherSpec;
use crate::stats::decision::{OverRisk, absolute, needed_to_treat, smd_to_log_odds};
use crate::stats::effect::Measure;

/// Risks, differences and numbers needed to treat.
pub fn run(spec: &FurtherSpec, risks: &[f64], analysed: &Analysed, state: &State) -> Result<Outcome, Refusal> {
    let base = analysed.result.clone();
    let measure = base.spec.measure.value;
    let Some((over, standardised)) = OverRisk::of(measure) else {
        let why = match measure {
            Measure::Irr | Measure::Ird | Measure::Irsd => {
                "rates are not risks: how many have the event depends on how long they are followed"
            }
            Measure::Md | Measure::Rom => "a difference of means becomes a risk through its standardised form only",
            Measure::Generic => "a generic effect has no known scale",
            _ => "it does not compare the risks of two groups",
        };
        let help = match measure {
            Measure::Md => "write `absolute of NAME measure smd risk 20%`",
            _ => "it works on `or`, `rr`, `rd`, `hr`, `as`, `peto` and, through an odds ratio, on `smd`",
        };
        return Err(Problem::error("E414", format!("`absolute` has no answer for measure `{}`: {why}", measure.name()))
            .at(spec.base.span, "another measure")
            .help(help.replace("NAME", super::material::short(&spec.of)))
            .into());
    };
    let effect = Ends { estimate: fit::estimate_of(&base)?, ci: base.ci, pi: base.pi };
    let better = fit::larger_is_better(spec, state);
    // The event of a score is being on the better side of a cut-off, where one side is better.
    let (effect, odds_ratio, more_is_better) = if standardised {
        let sign = if better == Some(false) { -1.0 } else { 1.0 };
        let log_odds = effect.map(|d| smd_to_log_odds(sign * d));
        (log_odds, Some(log_odds.map(crate::stats::math::exp)), better.map(|_| true))
    } else {
        (effect, None, better)
    };
    let mut held = Vec::new();
    let rows = risks
        .iter()
        .map(|&risk| {
            let at = |y: f64| absolute(over, y, risk);
            let mut ends = std::iter::once(effect.estimate).chain([effect.ci, effect.pi].into_iter().flatten().flatten());
            if ends.any(|y| at(y).held) {
                held.push(crate::number::percent(100.0 * risk));
            }
            let difference = effect.map(|y| at(y).difference);
            AbsoluteRow { risk, with: effect.map(|y| at(y).risk), difference, nnt: nnt(&difference, more_is_better) }
        })
        .collect();
    let mut notes = vec![NoteResult { code: "W482", text: supposed(over, standardised, better) }];
    if !held.is_empty() {
        let text =
            format!("the effect or an end of an interval would lead beyond 0% or 100% at a risk of {}, and is held there", held.join(", "));
        notes.push(NoteResult { code: "W483", text });
    }
    Ok(Outcome::Absolute(Box::new(AbsoluteResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        more_is_better,
        rows,
        odds_ratio,
        notes,
        base,
    })))
}

/// What has to hold for the numbers to mean something.
fn supposed(over: OverRisk, standardised: bool, better: Option<bool>) -> String {
    let same = match over {
        _ if standardised => {
            let side = if better.is_some() { "on the better side of" } else { "above" };
            return format!(
                "a risk here is the share of people {side} some cut-off of the score; scores are supposed to follow logistic distributions of equal spread, and the risk without the intervention is taken as known"
            );
        }
        OverRisk::OddsRatio => "odds ratio",
        OverRisk::RiskRatio => "risk ratio",
        OverRisk::RiskDifference => "risk difference",
        OverRisk::HazardRatio => "hazard ratio",
        OverRisk::Arcsine => "arcsine difference",
    };
    let time = if over == OverRisk::HazardRatio { ", hazards are supposed proportional over the time that the risk refers to" } else { "" };
    format!("the same {same} is supposed at every risk without the intervention{time}, and that risk is taken as known")
}

/// A number needed to treat with its interval.
fn nnt(difference: &Ends, more_is_better: Option<bool>) -> Nnt {
    let estimate = difference.estimate;
    let found = needed_to_treat(estimate, difference.ci.unwrap_or([estimate; 2]));
    let end = |(number, more): (f64, bool)| NntEnd {
        number: number.is_finite().then_some(number),
        events: if more { "more" } else { "fewer" },
        is: more_is_better.map(|better| if better == more { "benefit" } else { "harm" }),
    };
    Nnt {
        number: end((found.number, found.more)),
        ci: difference.ci.map(|_| found.ends.map(end)),
        through_infinity: found.through_infinity,
    }
}
