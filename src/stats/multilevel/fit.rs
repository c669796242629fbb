//! The multilevel model fitted: coefficients, variances, heterogeneity, prediction.

use super::clustered::Clustered;
use super::dense::form;
use super::infer::{Coefficient, JointTest, critical, quadratic, wald};
use super::maximise::{Restricted, VarianceCertificate, maximise};
use super::notes::MultilevelNote;
use super::options::{CoefficientTest, Component, Level, Likelihood, MultilevelOptions, Variances};
use crate::stats::dist::chi2_sf;
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use crate::stats::pool::tail;
use serde::Serialize;

/// Heterogeneity of a multilevel model. Percentages are 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MultilevelHeterogeneity {
    /// Q: e'V^-1 e about the fit without true variance, V the sampling covariance.
    pub q: f64,
    /// Its degrees of freedom, effects - coefficients.
    pub df: f64,
    /// P(chi2 with df > Q).
    pub p: f64,
    /// The variances of true effects.
    pub sigma2: Variances,
    /// Their standard errors, from the expected information; `None` where a variance is not
    /// estimated or is 0.
    pub sigma2_se: [Option<f64>; 2],
    /// The 'typical' sampling variance: (k - p) / tr P at V; `None` for k = p.
    pub typical_variance: Option<f64>,
    /// I2: 100 (sum of variances) / (sum of variances + typical sampling variance).
    pub i2: Option<f64>,
    /// The share between studies of the same total.
    pub i2_between: Option<f64>,
    /// The share within studies.
    pub i2_within: Option<f64>,
    /// sigma2 between / sum: the correlation of true effects of one study; `None` where the
    /// sum is 0.
    pub icc: Option<f64>,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Multilevel {
    /// Number of effects.
    pub k: usize,
    /// Number of studies.
    pub studies: usize,
    /// The fewest and the most effects of one study.
    pub effects_per_study: [usize; 2],
    /// What was asked.
    pub options: MultilevelOptions,
    /// The coefficients, one per column of the design.
    pub coefficients: Vec<Coefficient>,
    /// Their covariance matrix, by row.
    pub covariance: Vec<f64>,
    /// The test used, `T` unless there are no degrees of freedom for it.
    pub test_used: CoefficientTest,
    /// Degrees of freedom of t.
    pub df: Option<f64>,
    /// That all coefficients but that of the intercept are 0; `None` for an intercept alone.
    pub moderators: Option<JointTest>,
    /// Prediction interval of the true effect of a new effect in a new study (intercept only):
    /// estimate -/+ critical value * sqrt(se^2 + sum of the variances).
    pub pi: Option<[f64; 2]>,
    /// Heterogeneity.
    pub heterogeneity: MultilevelHeterogeneity,
    /// Log-likelihood (restricted under REML), all constants included.
    pub log_likelihood: f64,
    /// The maxima without one of the variances.
    pub edges: Restricted,
    /// Evidence for the variances.
    pub certificate: VarianceCertificate,
    /// Remarks.
    pub notes: Vec<MultilevelNote>,
}

/// A mean effect at given values of the moderators.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MultilevelPrediction {
    /// The mean with its test and interval.
    pub mean: Coefficient,
    /// Prediction interval of the true effect of a new effect in a new study.
    pub pi: [f64; 2],
}

/// The interval estimate -/+ critical value * sqrt(se^2 + sum of the variances): for a new
/// effect in a new study. `df` as that of the interval of the mean; `level` in percent.
pub fn prediction_interval(estimate: f64, se: f64, df: Option<f64>, sigma2: Variances, level: f64) -> Result<[f64; 2], StatsError> {
    let half = critical(tail(level)?, df) * sqrt(se * se + sigma2.total());
    Ok([estimate - half, estimate + half])
}

impl Clustered {
    /// Fits the multilevel model: y = Xb + study + effect + sampling error.
    ///
    /// The variances are the highest maximum of the (restricted) likelihood found from every
    /// local maximum of a coarse grid and from both edges; a variance whose best value is 0 is
    /// an exact 0. Coefficients by generalised least squares at these variances.
    ///
    /// Errors: a level not between 0 and 100, a fixed variance that is negative or not finite,
    /// fewer effects than coefficients (as many only for an intercept), numbers out of range.
    ///
    /// Sources: Konstantopoulos 2011, Res Synth Methods 2:61-76; Van den Noortgate et al.
    /// 2013, Behav Res Methods 45:576-594; Pustejovsky and Tipton 2022, Prev Sci 23:425-438
    /// (correlated and hierarchical effects); I2 per level: Nakagawa and Santos 2012, Evol Ecol
    /// 26:1253-1274.
    pub fn fit(&self, o: &MultilevelOptions) -> Result<Multilevel, StatsError> {
        let tail = tail(o.level)?;
        for component in [o.between, o.within] {
            if let Component::Fixed(value) = component
                && !(value.is_finite() && value >= 0.0)
            {
                return Err(StatsError::Tau2 { value });
            }
        }
        let (k, m, p) = (self.k, self.studies(), self.p);
        if k < p || (k == p && p > 1) {
            return Err(StatsError::TooFewStudies { model: "a multilevel model with these moderators", k, needed: p + 1 });
        }
        let found = maximise(self, o, None)?;
        let at = &found.best;
        let restricted = o.method == Likelihood::Reml;
        let estimates = self.coefficients_out(&at.b);
        let covariance: Vec<f64> = self.design.covariance(&at.c).iter().map(|x| self.square_out(*x)).collect();
        let mut notes = Vec::new();
        let df = match o.test {
            CoefficientTest::Wald => None,
            CoefficientTest::T if m > p => Some((m - p) as f64),
            CoefficientTest::T => {
                notes.push(MultilevelNote::NormalForT { studies: m, coefficients: p });
                None
            }
        };
        let se = |j: usize| sqrt(covariance[j * p + j]);
        let critical = critical(tail, df);
        let coefficients: Vec<Coefficient> = (0..p).map(|j| Coefficient::new(estimates[j], se(j), df, critical)).collect();
        if !coefficients.iter().all(|c| c.estimate.is_finite() && c.se.is_finite()) {
            return Err(StatsError::Range);
        }
        let sigma2 = Variances {
            between: settled(o.between, self.square_out(at.theta[0])),
            within: settled(o.within, self.square_out(at.theta[1])),
        };
        let tested = self.moderators();
        let moderators = (!tested.is_empty())
            .then(|| wald(&estimates, &covariance, p, &tested).map(|q| JointTest::new(tested.clone(), q, tested.len(), df)))
            .flatten();
        let half = critical * sqrt(covariance[0] + sigma2.total());
        let pi = (p == 1 && self.constant.is_some()).then(|| [estimates[0] - half, estimates[0] + half]);
        self.variance_notes(o, &found.certificate, found.estimated, &mut notes);
        let sizes = (0..m).map(|i| self.of(i).len());
        Ok(Multilevel {
            k,
            studies: m,
            effects_per_study: [sizes.clone().min().unwrap_or(0), sizes.max().unwrap_or(0)],
            options: *o,
            coefficients,
            covariance,
            test_used: if df.is_some() { CoefficientTest::T } else { CoefficientTest::Wald },
            df,
            moderators,
            pi,
            heterogeneity: self.heterogeneity(sigma2, self.standard_errors(at, found.estimated))?,
            log_likelihood: self.log_likelihood_out(at.ll, restricted),
            edges: found.edges,
            certificate: found.certificate,
            notes,
        })
    }

    /// Coefficients of the caller's design and units.
    pub(crate) fn coefficients_out(&self, b: &[f64]) -> Vec<f64> {
        let mut out: Vec<f64> = self.offset.iter().zip(b).map(|(o, b)| o + b).collect();
        self.design.solve(&mut out);
        out.iter_mut().for_each(|x| *x = libm::scalbn(*x, self.exponent));
        out
    }

    /// The columns of the omnibus test: all but the intercept.
    fn moderators(&self) -> Vec<usize> {
        (0..self.p).filter(|j| Some(*j) != self.constant).collect()
    }

    /// Standard errors of the estimated, positive variances from the expected information.
    fn standard_errors(&self, at: &super::likelihood::Point, estimated: [bool; 2]) -> [Option<f64>; 2] {
        let h = at.expected;
        let inner = [0, 1].map(|i| estimated[i] && at.theta[i] > 0.0);
        let variance =
            |i: usize| if inner == [true, true] { h[1 - i][1 - i] / (h[0][0] * h[1][1] - h[0][1] * h[0][1]) } else { 1.0 / h[i][i] };
        [0, 1].map(|i| inner[i].then(|| self.square_out(sqrt(variance(i)))))
    }

    fn heterogeneity(&self, sigma2: Variances, sigma2_se: [Option<f64>; 2]) -> Result<MultilevelHeterogeneity, StatsError> {
        let zero = self.point([0.0; 2], true).ok_or(StatsError::Range)?;
        let df = (self.k - self.p) as f64;
        let typical = (df > 0.0 && zero.trace_p > 0.0).then(|| self.square_out(df / zero.trace_p));
        let share = |x: f64| typical.map(|t| 100.0 * x / (sigma2.total() + t));
        Ok(MultilevelHeterogeneity {
            q: zero.q,
            df,
            p: if df > 0.0 { chi2_sf(zero.q, df) } else { 1.0 },
            sigma2,
            sigma2_se,
            typical_variance: typical,
            i2: share(sigma2.total()),
            i2_between: share(sigma2.between),
            i2_within: share(sigma2.within),
            icc: (sigma2.total() > 0.0).then(|| sigma2.between / sigma2.total()),
        })
    }

    fn variance_notes(
        &self,
        o: &MultilevelOptions,
        certificate: &VarianceCertificate,
        estimated: [bool; 2],
        notes: &mut Vec<MultilevelNote>,
    ) {
        let asked = [o.between, o.within].map(|c| c == Component::Estimated);
        if asked[1] && !estimated[1] && estimated[0] {
            notes.push(MultilevelNote::NotSeparable);
        } else {
            for level in [Level::Between, Level::Within] {
                if asked[level.index()] && !estimated[level.index()] {
                    notes.push(MultilevelNote::NotIdentified { level });
                }
            }
        }
        for level in [Level::Between, Level::Within] {
            if certificate.boundary[level.index()] {
                notes.push(MultilevelNote::AtZero { level });
            }
        }
        if certificate.maxima.len() > 1 {
            notes.push(MultilevelNote::SeveralMaxima { count: certificate.maxima.len() });
        }
        if estimated[0] && self.studies() < 5 {
            notes.push(MultilevelNote::FewStudies { studies: self.studies() });
        }
    }
}

/// A fixed variance to its last digit, an estimated one from its scaled value.
const fn settled(component: Component, found: f64) -> f64 {
    match component {
        Component::Fixed(x) => x,
        Component::Estimated => found,
    }
}

impl Multilevel {
    /// Tests that the combinations of the coefficients in `rows` are all 0: F with
    /// (rows, studies - coefficients) df under t, chi-squared under the normal; `None` where
    /// one of them follows from the others, or rows are not of one number per coefficient.
    #[must_use]
    pub fn joint(&self, rows: &[Vec<f64>]) -> Option<JointTest> {
        let (p, q) = (self.coefficients.len(), rows.len());
        if q == 0 || rows.iter().any(|r| r.len() != p) {
            return None;
        }
        let values: Vec<f64> = rows.iter().map(|r| r.iter().zip(&self.coefficients).map(|(x, c)| x * c.estimate).sum()).collect();
        let covariance: Vec<f64> = (0..q * q).map(|e| form(&self.covariance, p, &rows[e / q], &rows[e % q])).collect();
        quadratic(&values, &covariance).map(|w| JointTest::new(Vec::new(), w, q, self.df))
    }

    /// The mean effect at a row of the design, with the prediction interval there.
    ///
    /// Errors: a row that is not one finite number per coefficient.
    pub fn predict(&self, row: &[f64]) -> Result<MultilevelPrediction, StatsError> {
        let p = self.coefficients.len();
        if row.len() != p {
            return Err(StatsError::LengthMismatch { what: "values of a row and coefficients", left: row.len(), right: p });
        }
        if let Some(index) = row.iter().position(|x| !x.is_finite()) {
            return Err(StatsError::Count { what: "a value for the coefficient", index, value: row[index] });
        }
        let estimate = row.iter().zip(&self.coefficients).map(|(x, c)| x * c.estimate).sum();
        let se = sqrt(form(&self.covariance, p, row, row).max(0.0));
        let mean = Coefficient::new(estimate, se, self.df, critical(tail(self.options.level)?, self.df));
        let pi = prediction_interval(estimate, se, self.df, self.heterogeneity.sigma2, self.options.level)?;
        Ok(MultilevelPrediction { mean, pi })
    }
}
