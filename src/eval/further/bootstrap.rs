//! Bootstrap intervals.

use super::material::{Material, lacking};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{BootstrapResult, BootstrapRow, Head, Intervals, NoteResult, Outcome};
use crate::eval::pooling::harmonic_n;
use crate::eval::work::Work;
use crate::language::further::{Draws, FurtherSpec};
use crate::stats::sensitivity::{BootstrapOptions, Replicates, Resampling, bootstrap};

/// Draws where the statement has no number.
const DRAWS: usize = 10_000;

/// Intervals of the pooled effect and of tau2.
pub fn run(spec: &FurtherSpec, draws: Draws, parametric: bool, analysed: &Analysed, work: &Work) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let options = BootstrapOptions {
        resampling: if parametric { Resampling::Model } else { Resampling::Studies },
        draws: draws.draws.unwrap_or(DRAWS),
        seed: draws.seed.unwrap_or(work.seed),
        level: base.level,
    };
    let mut result = BootstrapResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        method: if parametric { "parametric" } else { "nonparametric" },
        draws: options.draws,
        seed: options.seed,
        rows: Vec::new(),
        notes: Vec::new(),
        base,
    };
    if let Some(note) = lacking(spec, analysed, 2) {
        result.notes.push(note);
        return Ok(Outcome::Bootstrap(Box::new(result)));
    }
    let material = Material::of(spec, analysed)?;
    let least = (2.0 / (1.0 - options.level / 100.0) - 1.0 - 1e-9).ceil();
    if (options.draws as f64) < least {
        return Err(Problem::error("E207", format!("{} draws are too few for an interval of this level", options.draws))
            .at(spec.base.span, "too few draws")
            .help(format!("at {}% it takes at least {least}, and a thousand to be of use", crate::number::plain(options.level))));
    }
    let found = bootstrap(&material.y, &material.v, material.model(), &options, work.watch).map_err(|e| material.refused(e, spec))?;
    let (measure, harmonic) = (result.base.spec.measure.value, harmonic_n(&material.included));
    let back = |x: f64| measure.display(x, harmonic);
    let shown = |i: &Intervals| Intervals { percentile: i.percentile.map(back), basic: i.basic.map(back), bca: i.bca.map(|b| b.map(back)) };
    let mut estimate = row("estimate", &found.estimate);
    estimate.display = Some(shown(&estimate.intervals));
    result.rows.push(estimate);
    result.rows.extend(found.tau2.as_ref().map(|tau2| row("tau2", tau2)));
    if analysed.result.k < 10 && !parametric {
        let text =
            format!("{} studies show little of the variety there may be: bootstrap intervals tend to be too narrow", analysed.result.k);
        result.notes.push(NoteResult { code: "W446", text });
    }
    let without: Vec<&str> = result.rows.iter().filter(|r| r.intervals.bca.is_none()).map(|r| r.parameter).collect();
    if !without.is_empty() && !parametric {
        let text = format!("no bias-corrected and accelerated interval of {} can be computed", without.join(" and "));
        result.notes.push(NoteResult { code: "W443", text });
    }
    Ok(Outcome::Bootstrap(Box::new(result)))
}

fn row(parameter: &'static str, found: &Replicates) -> BootstrapRow {
    BootstrapRow {
        parameter,
        observed: found.observed,
        bias: found.bias,
        se: found.se,
        share_at_smallest: found.share_at_smallest,
        intervals: Intervals { percentile: found.percentile, basic: found.basic, bca: found.bca },
        display: None,
    }
}
