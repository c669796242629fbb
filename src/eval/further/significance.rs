//! PET-PEESE, the test of excess significance, and the interval of Henmi and Copas.

use super::fit;
use super::small_study::{notes, refused};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{
    ExcessResult, Head, HenmiCopasResult, NoteResult, Outcome, PetPeeseDisplay, PetPeeseResult, Powered, Shown, Tested,
};
use crate::eval::pooling::{harmonic_n, values};
use crate::eval::state::State;
use crate::language::further::FurtherSpec;
use crate::stats::dist::two_sided_norm;
use crate::stats::effect::Groups;
use crate::stats::small_study::{
    self as core, Coefficient, ExcessAlternative, ExcessOptions, ExcessTest, Expected, PetOrPeese, PetPeeseOptions,
};

fn tested(c: &Coefficient) -> Tested {
    Tested { estimate: c.estimate, se: c.se, statistic: c.statistic, p: c.p, ci: c.ci }
}

/// PET-PEESE. The expected direction is the clause's, else the outcome's, else that of the effects.
pub fn pet_peese(spec: &FurtherSpec, expected: Option<&'static str>, analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    fit::null_of(spec, &base)?;
    let measure = base.spec.measure.value;
    let (y, v) = values(&analysed.included());
    // The better side of a correlation is not that of its outcome.
    let of_outcome = fit::larger_is_better(spec, state).filter(|_| measure.groups() != Groups::One);
    let (expected, alternative_from) = match (expected, of_outcome) {
        (Some("greater"), _) => (Expected::Positive, "clause"),
        (Some(_), _) => (Expected::Negative, "clause"),
        (None, Some(true)) => (Expected::Positive, "outcome"),
        (None, Some(false)) => (Expected::Negative, "outcome"),
        (None, None) => (Expected::Observed, "effects"),
    };
    let options = PetPeeseOptions { expected, level: base.spec.level.value, ..PetPeeseOptions::default() };
    let found = core::pet_peese(&y, &v, &options).map_err(|e| refused(spec, e))?;
    let harmonic = harmonic_n(&analysed.included());
    let shown = |c: &Coefficient| Shown { estimate: measure.display(c.estimate, harmonic), ci: c.ci.map(|x| measure.display(x, harmonic)) };
    let chosen = *found.estimate();
    let mut remarks = notes(&found.notes);
    let kind = crate::stats::small_study::PredictorKind::Se;
    remarks.extend(core::SmallStudyNote::for_measure(measure, kind).map(|_| NoteResult {
        code: "W451",
        text: "the effects are correlated with their own standard errors, which alone can tilt both lines".into(),
    }));
    Ok(Outcome::PetPeese(Box::new(PetPeeseResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        chosen: if found.chosen == PetOrPeese::Pet { "pet" } else { "peese" },
        estimate: chosen.estimate,
        se: chosen.se,
        ci: chosen.ci,
        p: chosen.p,
        df: found.k as f64 - 2.0,
        p_one_sided: found.p_one_sided,
        alpha: found.alpha,
        alternative: if found.expected_positive { "greater" } else { "less" },
        alternative_from,
        pet: tested(&found.pet),
        peese: tested(&found.peese),
        pet_slope: tested(&found.pet_slope),
        peese_slope: tested(&found.peese_slope),
        display: PetPeeseDisplay { chosen: shown(&chosen), pet: shown(&found.pet), peese: shown(&found.peese) },
        notes: remarks,
        base,
    })))
}

/// The test of excess significance, at the pooled effect and tau2 of the analysis.
pub fn excess(spec: &FurtherSpec, method: &'static str, alternative: &'static str, analysed: &Analysed) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let null = fit::null_of(spec, &base)?;
    let theta = fit::estimate_of(spec, &base)?;
    let tau2 = base.heterogeneity.as_ref().and_then(|h| h.tau2).unwrap_or(0.0);
    let included = analysed.included();
    let (y, v) = values(&included);
    let options = ExcessOptions {
        test: match method {
            "binomial" => ExcessTest::Binomial,
            "chi-squared" => ExcessTest::ChiSquared,
            _ => ExcessTest::Exact,
        },
        alternative: if alternative == "greater" { ExcessAlternative::Greater } else { ExcessAlternative::TwoSided },
        null,
        theta: Some(theta),
        tau2,
        ..ExcessOptions::default()
    };
    let found = core::excess_significance(&y, &v, &options).map_err(|e| refused(spec, e))?;
    let significant = |i: usize| two_sided_norm((y[i] - null) / crate::stats::math::sqrt(v[i])) <= options.alpha;
    Ok(Outcome::ExcessSignificance(Box::new(ExcessResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        method,
        alternative,
        observed: found.observed,
        expected: found.expected,
        statistic: found.statistic,
        p: found.p,
        theta,
        tau2,
        alpha: options.alpha,
        limit: found.limit,
        studies: included
            .iter()
            .zip(&found.power)
            .enumerate()
            .map(|(i, ((c, _), power))| Powered { study: c.study.clone(), power: *power, significant: significant(i) })
            .collect(),
        notes: notes(&found.notes),
        base,
    })))
}

/// The interval of Henmi and Copas about the common-effect mean.
pub fn henmi_copas(spec: &FurtherSpec, analysed: &Analysed) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let included = analysed.included();
    let (y, v) = values(&included);
    let found = core::henmi_copas(&y, &v, base.spec.level.value).map_err(|e| refused(spec, e))?;
    let harmonic = harmonic_n(&included);
    let back = |x: f64| base.spec.measure.value.display(x, harmonic);
    Ok(Outcome::HenmiCopas(Box::new(HenmiCopasResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        estimate: found.estimate,
        se: found.se,
        critical: found.critical,
        ci: found.ci,
        tau2: found.tau2,
        display: Shown { estimate: back(found.estimate), ci: found.ci.map(back) },
        notes: notes(&found.notes),
        base,
    })))
}
