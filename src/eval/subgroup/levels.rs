//! Subgroups of a multilevel analysis that share its variances: the group as a moderator.

use super::{Groups, name};
use crate::diagnostic::Problem;
use crate::eval::multilevel::{Dependent, asked, heterogeneity, robust_of};
use crate::eval::outcome::{Between, Display, PoolResult};
use crate::eval::pooling::{Included, harmonic_n, included, of_candidates};
use crate::eval::state::State;
use crate::language::spec::AnalysisSpec;
use crate::stats::dist::chi2_sf;
use crate::stats::multilevel::prediction_interval;
use crate::stats::pool::PiMethod;
use crate::stats::regression::WaldTest;

/// Adds groups that share the variances of one model with a mean per group.
pub fn add(result: &mut PoolResult, groups: &Groups, state: &State) -> Result<(), Problem> {
    let spec = result.spec.clone();
    let mut effects: Vec<Included> = Vec::new();
    let mut of: Vec<usize> = Vec::new();
    for (number, members) in groups.values().enumerate() {
        let own = included(members);
        of.extend(own.iter().map(|_| number));
        effects.extend(own);
    }
    let p = groups.len();
    if effects.len() <= p {
        return Err(Problem::error("E431", "as many subgroups as effects leave nothing to estimate common variances from")
            .at(spec.span, "too many groups")
            .help("leave `tau2 common` out, or divide by a column with fewer levels"));
    }
    let mut notes = Vec::new();
    let (options, model) = asked(&spec, &mut notes)?;
    let data = Dependent::of(&spec, &effects, state);
    // One column a group, and, for the test, an intercept with differences from the first.
    let means: Vec<f64> = of.iter().flat_map(|g| (0..p).map(move |j| f64::from(u8::from(*g == j)))).collect();
    let clustered = data.clustered(Some(&means), &spec, &effects)?;
    let refused = |e| data.refused(e, &spec, &effects);
    let fit = clustered.fit(&options).map_err(refused)?;
    let sigma2 = fit.heterogeneity.sigma2;
    let difference = |j: usize| (0..p).map(|i| f64::from(i8::from(i == j) - i8::from(i == 0))).collect::<Vec<f64>>();
    let differences: Vec<Vec<f64>> = (1..p).map(difference).collect();
    let common = heterogeneity(&fit, &spec);
    let between =
        |q: f64, df: f64, p: f64| Between { q, df, p, tau2: "common", factors: None, heterogeneity: Some(common.clone()), robust: None };
    result.between = fit.joint(&differences).map(|test| {
        // As everywhere between subgroups: chi-squared.
        let q = if test.df2.is_some() { test.statistic * test.df } else { test.statistic };
        between(q, test.df, chi2_sf(q, test.df))
    });
    if let (Some(kind), Some(between)) = (spec.robust.value, &mut result.between) {
        let test = clustered.robust_test(sigma2, kind, &differences).ok();
        between.robust = test.and_then(|t| Some(WaldTest { qm: t.f?, df: t.q as f64, df2: t.df2, p: t.p? }));
    }
    let robust = match spec.robust.value {
        Some(kind) => Some(clustered.robust(sigma2, kind, spec.level.value).map_err(refused)?),
        None => None,
    };
    let each = AnalysisSpec { by: Vec::new(), rule_branch: None, ..spec.clone() };
    let mut pooled = Vec::with_capacity(p);
    for (j, (levels, members)) in groups.iter().enumerate() {
        let own = included(members);
        let mut one = of_candidates(&each, members, state, result.line)?;
        let mean = fit.coefficients[j];
        let finite = |x: f64| x.is_finite().then_some(x);
        one.structure = Some("multilevel");
        one.model = Some(model.name());
        one.ci_method = result.ci_method;
        one.ci_requested = result.ci_requested;
        one.estimate = finite(mean.estimate);
        one.se = finite(mean.se);
        one.statistic = finite(mean.statistic);
        one.df = mean.df;
        one.p = finite(mean.p);
        one.ci = Some(mean.ci);
        one.pi = (spec.pi.value != PiMethod::None && result.pi.is_some())
            .then(|| prediction_interval(mean.estimate, mean.se, mean.df, sigma2, spec.level.value).ok())
            .flatten();
        let harmonic = harmonic_n(&own);
        let back = |x: f64| spec.measure.value.display(x, harmonic);
        one.display =
            Some(Display { estimate: finite(back(mean.estimate)), ci: Some(mean.ci.map(back)), pi: one.pi.map(|pi| pi.map(back)) });
        one.robust = robust.as_ref().map(|r| robust_of(&r.coefficients[j], r, back));
        // Of the group itself; the common variances stand with the test between groups.
        one.log_likelihood = None;
        one.multilevel = None;
        one.notes = Vec::new();
        one.group = Some(name(levels));
        one.id = None;
        pooled.push(one);
    }
    result.notes.extend(notes);
    result.groups = Some(pooled);
    Ok(())
}
