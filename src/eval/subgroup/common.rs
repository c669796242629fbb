//! Subgroups that share one tau2.

use super::{Groups, by_factors, name, tests};
use crate::diagnostic::Problem;
use crate::eval::outcome::{Between, Display, PoolResult};
use crate::eval::pooling::{Included, harmonic_n, included, inverse_variance, of_candidates, of_heterogeneity, options, refused, values};
use crate::eval::state::State;
use crate::language::spec::{AnalysisSpec, ModelChoice, PoolModel};
use crate::stats::error::StatsError;
use crate::stats::pool::Model;
use crate::stats::regression::{RegressOptions, Subgroup, Subgroups, subgroups};

/// Adds groups that share the tau2 of a regression with one mean per group.
pub fn add(result: &mut PoolResult, groups: &Groups, state: &State) -> Result<(), Problem> {
    let spec = result.spec.clone();
    let Some((model, core_model)) = inverse_variance(&spec, result) else {
        return Err(Problem::error("E411", "`tau2 common` needs a model by inverse variance: pooled counts have no tau2")
            .at(spec.span, "mh and peto pool counts")
            .help("leave `tau2 common` out, or write `model reml`"));
    };
    let mut effects: Vec<Included> = Vec::new();
    let mut levels: Vec<&Vec<String>> = Vec::new();
    for (of, members) in groups {
        let own = included(members);
        levels.extend(own.iter().map(|_| of));
        effects.extend(own);
    }
    let (y, v) = values(&effects);
    let names: Vec<String> = levels.iter().map(|l| name(l)).collect();
    let o = options(&spec, core_model);
    let asked = RegressOptions { model: o.model, ci: o.ci, guard: o.guard, level: o.level, ..RegressOptions::default() };
    let found = subgroups(&y, &v, &names, o.pi, &asked).map_err(|e| match e {
        StatsError::TooFewStudies { k, .. } => {
            Problem::error("E431", format!("{} in {} leave nothing to estimate a common tau2 from", studies(k), count(groups.len())))
                .at(spec.span, "as many groups as studies")
                .help("leave `tau2 common` out, or divide by a column with fewer levels")
        }
        other => refused(other, &effects, &spec),
    })?;
    let regression = &found.regression;
    let heterogeneity = (regression.k > regression.p).then(|| of_heterogeneity(&regression.heterogeneity, model, &spec));
    result.between = found.between.as_ref().map(|test| Between {
        q: test.qm,
        df: test.df,
        p: test.p,
        tau2: "common",
        factors: None,
        heterogeneity: heterogeneity.clone(),
        robust: None,
    });
    if let (Some(between), [first, second]) = (&mut result.between, spec.by.as_slice()) {
        let found = by_factors(&y, &v, &levels, [first, second], core_model);
        between.factors = tests(found, [first, second], &mut result.notes);
    }
    result.notes.extend(regression.notes.iter().filter_map(|n| match n {
        crate::stats::regression::RegressNote::Pool(n) if !matches!(n, crate::stats::pool::PoolNote::WaldForCommonEffect { .. }) => {
            Some(crate::eval::notes::of_pool(n))
        }
        _ => None,
    }));
    // At the common tau2 each group is a mean with a stated tau2.
    let at_tau2 = match core_model {
        Model::Common => PoolModel::Common,
        _ => PoolModel::Given(regression.heterogeneity.tau2),
    };
    let each = AnalysisSpec {
        by: Vec::new(),
        rule_branch: None,
        model: crate::language::spec::Setting { value: ModelChoice::One(at_tau2), origin: spec.model.origin.clone() },
        ..spec.clone()
    };
    let mut pooled = Vec::with_capacity(groups.len());
    for (of, members) in groups {
        let name = name(of);
        let Some(group) = found.groups.iter().find(|g| g.level == name) else { continue };
        let mut one = of_candidates(&each, members, state, result.line)?;
        fill(&mut one, group, &found, &effects, result.k);
        one.model = Some(model.name());
        one.spec.model = spec.model.clone();
        one.group = Some(name);
        one.id = None;
        pooled.push(one);
    }
    result.groups = Some(pooled);
    Ok(())
}

fn studies(k: usize) -> String {
    crate::language::suggest::count(k, "study", "studies")
}

fn count(groups: usize) -> String {
    crate::language::suggest::count(groups, "subgroup", "subgroups")
}

/// The group's numbers from the regression: interval and test use its residual degrees of freedom.
fn fill(one: &mut PoolResult, group: &Subgroup, found: &Subgroups, effects: &[Included], k: usize) {
    let (mean, regression) = (&group.mean, &found.regression);
    let finite = |x: f64| x.is_finite().then_some(x);
    one.estimate = finite(mean.estimate);
    one.se = finite(mean.se);
    one.statistic = finite(mean.statistic);
    one.df = mean.df;
    one.p = finite(mean.p);
    one.ci = Some(mean.ci);
    // Few studies in all, not in the group, leave a prediction interval without sense.
    one.pi = group.pi.filter(|_| k >= 3);
    one.ci_method = regression.ci_used.name();
    one.log_likelihood = None;
    one.certificate = None;
    one.notes = Vec::new();
    let members: Vec<Included> = group.studies.iter().filter_map(|i| effects.get(*i).copied()).collect();
    let harmonic = harmonic_n(&members);
    let measure = one.spec.measure.value;
    let back = |x: f64| measure.display(x, harmonic);
    one.display = Some(Display { estimate: finite(back(mean.estimate)), ci: Some(mean.ci.map(back)), pi: one.pi.map(|pi| pi.map(back)) });
    if let Some(h) = &mut one.heterogeneity {
        // Of the group itself: an interval of the common tau2 stands with the test between groups.
        h.tau2_se = None;
        h.tau2_ci = None;
    }
}
