//! Mixed-effects meta-regression.

use super::design::{Design, Term};
use super::evidence::{Factored, MixedEvidence};
use super::notes::{OwnNote, RegressNote};
use super::options::RegressOptions;
use super::small::{dot, norm};
use super::space::{Coefficient, Space, WaldTest};
use crate::stats::error::StatsError;
use crate::stats::heterogeneity::{Heterogeneity, Tau2Interval};
use crate::stats::math::sqrt;
use crate::stats::pool::{
    Certificate, CiMethod, Evidence, Model, Moments, PoolNote, Sums, Tau2Estimate, Tau2Estimator, critical, inference, interval_out,
    log_likelihood, profile_notes, scaled, scaled_q_profile, tail,
};
use serde::Serialize;

/// A fitted meta-regression, in the units of the effects and the moderators.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Regression {
    /// Number of studies.
    pub k: usize,
    /// Number of coefficients.
    pub p: usize,
    /// The model, as asked.
    pub model: Model,
    /// The method of tests and intervals, as asked.
    pub ci_requested: CiMethod,
    /// The method used, which the guard can make another.
    pub ci_used: CiMethod,
    /// Of all intervals, in percent.
    pub level: f64,
    /// The coefficients, in the order of the columns.
    pub coefficients: Vec<Coefficient>,
    /// Their covariance matrix, by the method used.
    pub covariance: Vec<Vec<f64>>,
    /// The terms of the design, by columns.
    pub terms: Vec<Term>,
    /// The columns of the omnibus test.
    pub test_columns: Vec<usize>,
    /// The omnibus test; `None` where the model has no moderator.
    pub moderators: Option<WaldTest>,
    /// Residual heterogeneity.
    pub heterogeneity: Heterogeneity,
    /// tau2 by the same estimator without moderators.
    pub tau2_mean: Option<f64>,
    /// Share of heterogeneity that the moderators account for, in percent, at least 0:
    /// by tau2 for random effects (Raudenbush 1994), the adjusted R2 of weighted least
    /// squares for a common effect. `None` for a stated tau2, without a constant among
    /// the columns, or where there is nothing to account for.
    pub r2: Option<f64>,
    /// Log-likelihood with all constants (ML, REML).
    pub log_likelihood: Option<f64>,
    /// How tau2 was found (ML, REML, EB, PM, PMM).
    pub certificate: Option<Certificate>,
    /// Fitted value of each study.
    pub fitted: Vec<f64>,
    /// Effect minus fitted value.
    pub residuals: Vec<f64>,
    /// Leverage of each study, 0 to 1.
    pub hat: Vec<f64>,
    /// Weight of each study, 1 / (v + tau2), in percent of their sum.
    pub weights: Vec<f64>,
    /// Remarks.
    pub notes: Vec<RegressNote>,
    #[serde(skip)]
    pub(super) space: Space,
}

/// tau2 in scaled units, with the sums at 0 and there.
pub(super) struct Fitted {
    pub zero: Moments,
    pub tau2: f64,
    pub at: Moments,
    pub estimated: Option<Tau2Estimate>,
}

/// The residual tau2 of a model. Errors: too few studies, a stated tau2 that is none.
pub(super) fn fit_tau2(evidence: &MixedEvidence<'_>, model: Model) -> Result<Fitted, StatsError> {
    let (k, p) = (evidence.k(), evidence.p());
    let needed = if model == Model::Common { p } else { p + 1 };
    if k < needed {
        return Err(StatsError::TooFewStudies { model: "a regression with these moderators", k, needed });
    }
    let zero = evidence.moments(0.0, 0.0);
    let (tau2, estimated) = match model {
        Model::Common => (0.0, None),
        Model::Given(value) if value.is_finite() && value >= 0.0 => (evidence.mean.square_in(value), None),
        Model::Given(value) => return Err(StatsError::Tau2 { value }),
        Model::Random(estimator) => {
            let estimate = scaled(evidence, &zero, estimator);
            (estimate.value, Some(estimate))
        }
    };
    let at = if tau2 == 0.0 { zero } else { evidence.moments(tau2, 0.0) };
    Ok(Fitted { zero, tau2, at, estimated })
}

/// The coefficients at a tau2, by a method taken literally.
pub(super) fn space(
    evidence: &MixedEvidence<'_>,
    design: &Factored,
    fitted: &Fitted,
    method: CiMethod,
    level: f64,
) -> (Space, Vec<f64>, Vec<f64>) {
    let solution = evidence.solve(fitted.tau2);
    let out = |x: &f64| evidence.mean.length_out(*x);
    let space = Space {
        factor: design.x.without_q(),
        constant: design.constant,
        centre: evidence.centre(),
        coordinates: solution.coordinates.iter().map(out).collect(),
        root: solution.root.iter().map(out).collect(),
        q: if evidence.fits_exactly() { 0.0 } else { fitted.at.q },
        df: evidence.k() - evidence.p(),
        method,
        level,
    };
    (space, solution.residuals.iter().map(out).collect(), solution.hat)
}

/// Regresses effects `y` with sampling variances `v` on the columns of a design.
///
/// Model: y = X b + u + e with var u = tau2 and var e = v. b = (X'WX)^-1 X'Wy with
/// w = 1 / (v + tau2), its covariance (X'WX)^-1; HKSJ multiplies the covariance by
/// y'Py / (k - p) and takes t with k - p df (Knapp and Hartung 2003), MHKSJ by at least 1.
/// Omnibus test: chi-squared with as many df as columns under Wald, F with (columns, k - p)
/// otherwise. All estimators of tau2 with p coefficients: see `pool::Tau2Estimator`.
/// O(k p^2); one column of ones gives the digits of `pool::pool`.
///
/// Errors: those of `pool::pool`; rows and effects that differ in number; a moderator that is
/// not finite; a redundant column ([`StatsError::Redundant`], [`Design::redundancy`]); fewer
/// studies than coefficients + 1 (for a common effect: than coefficients).
///
/// Sources: Raudenbush 1994 and 2009 (Handbook of Research Synthesis); Viechtbauer et al.
/// 2015, Psychol Methods 20:360-374; Knapp and Hartung 2003, Stat Med 22:2693-2710.
pub fn regress(y: &[f64], v: &[f64], design: &Design, o: &RegressOptions) -> Result<Regression, StatsError> {
    let tail = tail(o.level)?;
    if design.rows() != y.len() {
        return Err(StatsError::LengthMismatch { what: "rows of the design and effects", left: design.rows(), right: y.len() });
    }
    let (k, p) = (y.len(), design.columns());
    if k < p {
        return Err(StatsError::TooFewStudies { model: "a regression with these moderators", k, needed: p + 1 });
    }
    let factored = Factored::new(design)?;
    let order: Vec<usize> = (0..k).collect();
    let mean = Evidence::new(y, v)?;
    let evidence = MixedEvidence::new(&mean, &factored, &order)?;
    let fitted = fit_tau2(&evidence, o.model)?;
    let mut notes = Vec::new();
    let (mut space, residuals, hat) = space(&evidence, &factored, &fitted, o.ci, o.level);
    space.method = guarded(o, &space, tail, &mut notes);

    let unit = |j: usize| (0..p).map(|i| if i == j { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
    let combinations: Vec<(f64, Vec<f64>)> = (0..p).map(|j| space.combination(&unit(j))).collect();
    let factor = space.variance_factor();
    let covariance = combinations.iter().map(|(_, a)| combinations.iter().map(|(_, b)| factor * dot(a, b)).collect()).collect();
    let coefficients: Vec<Coefficient> = combinations
        .iter()
        .zip(design.names())
        .map(|((estimate, root), name)| {
            let i = space.inference(*estimate, norm(root));
            Coefficient { term: name.clone(), estimate: *estimate, se: i.se, statistic: i.statistic, df: i.df, p: i.p, ci: i.ci }
        })
        .collect();
    if !coefficients.iter().all(|c| c.estimate.is_finite() && c.se.is_finite()) {
        return Err(StatsError::Range);
    }
    let test_columns = columns_tested(o, &factored, p)?;
    let moderators = if test_columns.is_empty() {
        None
    } else {
        Some(space.test(&test_columns.iter().map(|j| combinations[*j].clone()).collect::<Vec<_>>())?)
    };
    let out = fitted.estimated.map(|e| e.out(evidence.mean));
    let heterogeneity = heterogeneity(&evidence, o, &fitted, out, tail);
    let (tau2_mean, r2) = explained(&evidence, &factored, o.model, &fitted);
    data_notes(&evidence, &factored, &hat, out, &heterogeneity, tau2_mean, &mut notes);
    let restricted = match o.model {
        Model::Random(Tau2Estimator::Ml) => Some(false),
        Model::Random(Tau2Estimator::Reml) => Some(true),
        _ => None,
    };
    Ok(Regression {
        k,
        p,
        model: o.model,
        ci_requested: o.ci,
        ci_used: space.method,
        level: o.level,
        coefficients,
        covariance,
        terms: design.terms().to_vec(),
        test_columns,
        moderators,
        heterogeneity,
        tau2_mean: tau2_mean.map(|t| evidence.mean.square_out(t)),
        r2,
        log_likelihood: restricted.map(|r| log_likelihood(&evidence, r, fitted.tau2, &fitted.at)),
        certificate: out.and_then(|e| e.certificate),
        fitted: y.iter().zip(&residuals).map(|(y, r)| y - r).collect(),
        residuals,
        hat,
        weights: evidence.mean.weights(fitted.tau2, fitted.at.s1),
        notes,
        space,
    })
}

/// The method asked for, or Wald's where the guard of edition 2026 puts it in its place.
fn guarded(o: &RegressOptions, space: &Space, tail: f64, notes: &mut Vec<RegressNote>) -> CiMethod {
    if space.df == 0 {
        return CiMethod::Wald;
    }
    if !matches!(o.ci, CiMethod::Hksj | CiMethod::Mhksj) {
        return o.ci;
    }
    // The same factor widens or narrows every interval.
    let half = |method| {
        let i = inference(method, 0.0, 1.0, space.q, space.df + 1, tail);
        critical(tail, i.df) * i.se
    };
    let narrower = half(o.ci) < half(CiMethod::Wald);
    let widths = || {
        let (_, root) = space.combination(&{
            let mut last = vec![0.0; space.factor.p];
            if let Some(x) = last.last_mut() {
                *x = 1.0;
            }
            last
        });
        let se = norm(&root);
        (half(o.ci) * se, half(CiMethod::Wald) * se)
    };
    if !o.guard {
        if narrower {
            let (half_width, wald_half_width) = widths();
            notes.push(PoolNote::LiteralHksjNarrower { half_width, wald_half_width }.into());
        }
        return o.ci;
    }
    if o.model == Model::Common {
        notes.push(PoolNote::WaldForCommonEffect { asked: o.ci }.into());
    } else if space.df == 1 {
        notes.push(OwnNote::WaldForOneDegree.into());
    } else if narrower {
        let (half_width, wald_half_width) = widths();
        notes.push(PoolNote::NarrowerThanWald { asked: o.ci, half_width, wald_half_width }.into());
    } else {
        return o.ci;
    }
    CiMethod::Wald
}

/// The columns of the omnibus test: those asked for, or all but the constant.
pub(super) fn columns_tested(o: &RegressOptions, design: &Factored, p: usize) -> Result<Vec<usize>, StatsError> {
    match &o.test_columns {
        Some(columns) => match columns.iter().find(|j| **j >= p) {
            Some(&bad) => Err(StatsError::LengthMismatch { what: "a column to test and the columns", left: bad, right: p }),
            None => Ok(columns.clone()),
        },
        None => Ok((0..p).filter(|j| design.constant.is_none_or(|(c, _)| c != *j)).collect()),
    }
}

fn heterogeneity(evidence: &MixedEvidence<'_>, o: &RegressOptions, fitted: &Fitted, out: Option<Tau2Estimate>, tail: f64) -> Heterogeneity {
    let df = evidence.k() - evidence.p();
    if df == 0 {
        return Heterogeneity::single();
    }
    let tau2_ci = if o.tau2_ci { interval_out(evidence.mean, scaled_q_profile(evidence, tail, 0.0)) } else { Tau2Interval::NotComputed };
    let typical = evidence.mean.square_out(df as f64 / fitted.zero.tr_p);
    let tau2 = match o.model {
        Model::Given(value) => value,
        _ => evidence.mean.square_out(fitted.tau2),
    };
    let of_tau2 = (o.model != Model::Common).then_some((tau2, out.map(|e| e.se)));
    Heterogeneity::new(df + 1, fitted.zero.q, typical, of_tau2, tau2_ci, o.level)
}

/// tau2 without moderators (scaled) and R2 in percent.
fn explained(evidence: &MixedEvidence<'_>, design: &Factored, model: Model, fitted: &Fitted) -> (Option<f64>, Option<f64>) {
    let (k, p) = (evidence.k() as f64, evidence.p() as f64);
    if !design.spans_constant || evidence.p() == 1 {
        return (None, None);
    }
    let zero = evidence.mean.moments(0.0, 0.0);
    match model {
        Model::Given(_) => (None, None),
        Model::Common => {
            let r2 = 1.0 - (fitted.zero.q / (k - p)) / (zero.q / (k - 1.0));
            (None, (k > p && zero.q > 0.0).then_some(100.0 * r2.max(0.0)))
        }
        Model::Random(estimator) => {
            let mean = scaled(evidence.mean, &zero, estimator).value;
            let r2 = (mean > 0.0).then(|| 100.0 * ((mean - fitted.tau2) / mean).max(0.0));
            (Some(mean), r2)
        }
    }
}

fn data_notes(
    evidence: &MixedEvidence<'_>,
    design: &Factored,
    hat: &[f64],
    out: Option<Tau2Estimate>,
    h: &Heterogeneity,
    tau2_mean: Option<f64>,
    notes: &mut Vec<RegressNote>,
) {
    let (k, p) = (evidence.k(), evidence.p());
    let moderators = p - usize::from(design.spans_constant);
    if moderators > 0 && k < 10 * moderators {
        notes.push(OwnNote::FewStudies { k, coefficients: moderators }.into());
    }
    let ratio = evidence.vmax() / evidence.vmin();
    if ratio >= 1e7 {
        notes.push(PoolNote::VariancesFarApart { ratio }.into());
    }
    if k > p {
        if evidence.fits_exactly() {
            notes.push(OwnNote::ExactFit.into());
        }
        for (study, _) in hat.iter().enumerate().filter(|(_, h)| **h > 1.0 - 1e-12) {
            notes.push(OwnNote::DecidedByOne { study }.into());
        }
    }
    if let Some(e) = out {
        if e.value == 0.0 && !evidence.fits_exactly() {
            notes.push(PoolNote::Tau2AtZero.into());
        }
        if let Some(c) = e.certificate.filter(|c| c.roots_found > 1) {
            notes.push(PoolNote::SeveralMaxima { count: c.roots_found }.into());
        }
    }
    if tau2_mean == Some(0.0) {
        notes.push(OwnNote::NothingToExplain.into());
    }
    let mut of_profile = Vec::new();
    profile_notes(h, out.is_some(), &mut of_profile);
    notes.extend(of_profile.into_iter().map(RegressNote::from));
}

impl Regression {
    /// sqrt of a diagonal entry of the covariance matrix is the standard error; this is the
    /// correlation of two coefficients, 0 where one of them is exact.
    pub fn correlation(&self, i: usize, j: usize) -> f64 {
        let scale = sqrt(self.covariance[i][i]) * sqrt(self.covariance[j][j]);
        if scale > 0.0 { self.covariance[i][j] / scale } else { 0.0 }
    }
}
