//! An effect in the units of an instrument, in minimal important differences, as an odds ratio.

use super::fit;
use super::material::short;
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{Ends, Head, NoteResult, Outcome, PoolResult, ReExpressResult, ReExpressed};
use crate::eval::state::State;
use crate::language::further::{FurtherSpec, Units};
use crate::stats::decision::{log_odds_to_smd, smd_to_log_odds};
use crate::stats::effect::Measure;
use crate::store::Mid;

/// A number with where it is from.
type Known = (f64, String);

/// The effect in other units.
pub fn run(spec: &FurtherSpec, units: &Units, analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    use Measure::{Dppc, Md, Or, Peto, Smd, Smd1, Smdh};
    let base = analysed.result.clone();
    let measure = base.spec.measure.value;
    let why = "turns standardised mean differences, mean differences and odds ratios into one another";
    fit::one_of(
        spec,
        &base,
        &[Smd, Smd1, Smdh, Dppc, Md, Or, Peto],
        why,
        "state a measure that it works on, such as `re-express of NAME measure smd`",
    )?;
    let effect = Ends { estimate: fit::estimate_of(spec, &base)?, ci: base.ci, pi: base.pi };
    let raw = measure == Md;
    let odds = matches!(measure, Or | Peto);
    let sd = sd(units, analysed, state);
    if units.instrument.is_some() && sd.is_none() && !raw {
        let name = units.instrument.as_deref().unwrap_or_default();
        return Err(Problem::error("E418", format!("no standard deviation of `{name}` is known"))
            .at(spec.base.span, "needs a standard deviation")
            .help(format!(
                "write `re-express of {} instrument {name} sd 12`, or declare it: `instrument {name} for OUTCOME sd 12`",
                short(&spec.of)
            )));
    }
    let standardised = match (&sd, raw, odds) {
        (Some((sd, _)), true, _) => Some(effect.map(|y| y / sd)),
        (None, true, _) => None,
        (_, _, true) => Some(effect.map(log_odds_to_smd)),
        _ => Some(effect),
    };
    let turned = units.instrument.as_ref().and_then(|i| state.store.instruments.get(i)).and_then(|i| i.direction).is_some_and(|theirs| {
        let ours = state.store.outcomes.get(&spec.base.estimand.outcome).and_then(|o| o.direction);
        ours.is_some_and(|ours| ours != theirs)
    });
    let mut rows = Vec::new();
    if (raw || odds)
        && let Some(ends) = standardised
    {
        rows.push(ReExpressed { unit: "smd", ends });
    }
    let in_units = if raw { Some(effect) } else { standardised.zip(sd.as_ref()).map(|(d, (sd, _))| d.map(|x| x * sd)) };
    let in_units = in_units.map(|ends| if turned { ends.map(|x| -x) } else { ends });
    if let Some(ends) = in_units.filter(|_| !raw) {
        rows.push(ReExpressed { unit: "units", ends });
    }
    let mid = mid(units, in_units.is_some(), &base, state);
    let mids = match &mid {
        Some((size, "units", _)) => in_units.map(|e| e.map(|x| x / size)),
        Some((size, _, _)) => standardised.map(|e| e.map(|x| x / size)),
        None => None,
    };
    rows.extend(mids.map(|ends| ReExpressed { unit: "mid", ends }));
    if !odds && let Some(d) = standardised {
        rows.push(ReExpressed { unit: "odds_ratio", ends: d.map(|x| crate::stats::math::exp(smd_to_log_odds(x))) });
    }
    if rows.is_empty() {
        return Err(Problem::error("E418", "there is nothing to re-express a mean difference by")
            .at(spec.base.span, "no `mid`, no `sd`")
            .help(format!("write `re-express of {} mid 5`, with `sd 12` in standard deviations too", short(&spec.of))));
    }
    let mut notes = vec![NoteResult { code: "W484", text: supposed(&rows) }];
    let of_instrument = |r: &ReExpressed| r.unit == "units" || r.unit == "mid" && mid.as_ref().is_some_and(|m| m.1 == "units");
    if turned && rows.iter().any(of_instrument) {
        let name = units.instrument.as_deref().unwrap_or_default();
        let text = format!("{name} runs against the outcome, so that in its units and its important differences the sign is the other one");
        notes.push(NoteResult { code: "W485", text });
    }
    let kept = mid.filter(|_| mids.is_some());
    Ok(Outcome::ReExpress(Box::new(ReExpressResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        instrument: units.instrument.clone(),
        sd: sd.as_ref().map(|s| s.0),
        sd_from: sd.map(|s| s.1),
        mid: kept.as_ref().map(|m| m.0),
        mid_unit: kept.as_ref().map(|m| m.1),
        mid_from: kept.map(|m| m.2),
        rows,
        notes,
        base,
    })))
}

/// What has to hold for the numbers to mean something.
fn supposed(rows: &[ReExpressed]) -> String {
    let has = |unit: &str| rows.iter().any(|r| r.unit == unit);
    let mut parts = Vec::new();
    if has("units") {
        parts.push("the standard deviation is taken as known, and as that of the people in question");
    }
    if has("odds_ratio") || rows.first().is_some_and(|r| r.unit == "smd") {
        parts.push("odds ratios and standardised differences become one another on the supposition of logistic distributions of equal spread; the odds are those of a score above a cut-off");
    }
    if has("mid") {
        parts.push("a mean of so many minimal important differences does not say how many people reach one");
    }
    parts.join("; ")
}

/// The standard deviation: as stated, as declared of the instrument, or pooled over the
/// comparators that were measured with it.
fn sd(units: &Units, analysed: &Analysed, state: &State) -> Option<Known> {
    if let Some(sd) = units.sd {
        return Some((sd, "as stated".to_owned()));
    }
    let name = units.instrument.as_ref()?;
    let declared = state.store.instruments.get(name);
    if let Some(sd) = declared.and_then(|i| i.reference_sd.as_ref()).map(|c| c.value).filter(|x| *x > 0.0) {
        let source = declared.and_then(|i| i.reference_source.clone()).map(|s| format!(" ({s})")).unwrap_or_default();
        return Some((sd, format!("declared of {name}{source}")));
    }
    let (mut squares, mut df, mut studies) = (0.0, 0.0, Vec::new());
    for (candidate, _) in analysed.included() {
        let Some(row) = state.store.rows.get(candidate.row).filter(|r| r.instrument.as_ref() == Some(name)) else { continue };
        let Some((sd, n)) = row.number("sd2").zip(row.number("n2")).filter(|(sd, n)| *sd > 0.0 && *n > 1.0) else { continue };
        squares += (n - 1.0) * sd * sd;
        df += n - 1.0;
        studies.push(candidate.study.as_str());
    }
    (df > 0.0).then(|| (crate::stats::math::sqrt(squares / df), format!("pooled over the comparators of {}", studies.join(", "))))
}

/// The minimal important difference with its unit, `units` or `sd`: as stated, of the
/// instrument, or of the outcome.
fn mid(units: &Units, in_units: bool, base: &PoolResult, state: &State) -> Option<(f64, &'static str, String)> {
    let unit = if in_units { "units" } else { "sd" };
    if let Some(mid) = units.mid {
        return Some((mid, unit, "as stated".to_owned()));
    }
    let size = |mid: &Mid| mid.value.as_ref().map(|c| c.value.abs()).filter(|x| *x > 0.0);
    let in_sd = |mid: &Mid| mid.unit.as_deref() == Some("sd");
    if let Some(name) = &units.instrument
        && let Some(mid) = state.store.instruments.get(name).and_then(|i| i.mid.as_ref())
        && let Some(x) = size(mid)
    {
        return Some((x, if in_sd(mid) { "sd" } else { "units" }, format!("declared of {name}")));
    }
    let outcome = state.store.outcomes.get(&base.spec.estimand.outcome)?;
    let mid = outcome.mid.as_ref()?;
    let own = outcome.measure.as_deref().unwrap_or(base.measure);
    let unit = match own {
        _ if in_sd(mid) => "sd",
        "smd" | "smd1" | "smdh" | "dppc" => "sd",
        "md" if in_units => "units",
        _ => return None,
    };
    Some((size(mid)?, unit, "declared of the outcome".to_owned()))
}
