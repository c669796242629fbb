//! Meta-regression with effects within trials, and cluster-robust inference about any regression.

use super::fit::{asked, heterogeneity};
use super::material::{Dependent, notes_of};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::further::design::{Designed, design};
use crate::eval::further::regress::left_out;
use crate::eval::outcome::{Head, NoteResult, Outcome, RegressResult, RegressStudy, RobustRegression};
use crate::eval::pooling::participants;
use crate::eval::state::State;
use crate::language::formula::Formula;
use crate::language::further::FurtherSpec;
use crate::language::spec::AnalysisSpec;
use crate::stats::error::StatsError;
use crate::stats::multilevel::{
    Clustered, Coefficient, CoefficientTest, JointTest, Multilevel, RobustKind, Variances, prediction_interval,
};
use crate::stats::pool::{CiMethod, PiMethod};
use crate::stats::regression::{self, Regression, WaldTest};

/// A regression whose effects are kept apart by trial.
pub struct Levelled<'a> {
    /// The design, and who is in it.
    pub designed: Designed<'a>,
    /// Its effects by trial.
    pub effects: Dependent,
    /// The design as the core takes it, by row.
    x: Vec<f64>,
    /// Checked and prepared.
    clustered: Clustered,
    /// The variances of the model.
    sigma2: Variances,
    /// Of a multilevel analysis.
    fit: Option<Multilevel>,
    /// The correction asked for.
    kind: Option<RobustKind>,
    level: f64,
    pi: PiMethod,
    /// What there is to say.
    pub notes: Vec<NoteResult>,
}

fn matrix(designed: &Designed) -> Vec<f64> {
    let d = &designed.built.design;
    (0..d.rows()).flat_map(|i| d.row(i).iter().copied()).collect()
}

impl<'a> Levelled<'a> {
    /// Fits a formula to the effects of a multilevel analysis.
    pub fn fit(spec: &FurtherSpec, formula: &Formula, analysed: &'a Analysed, state: &State) -> Result<Self, Problem> {
        let settled = &analysed.result.spec;
        if let Some(why) = &analysed.result.not_pooled {
            return Err(Problem::error("E431", format!("nothing was pooled: {}", why.reason)).at(spec.base.span, "nothing to regress"));
        }
        let designed = design(&analysed.included(), formula, state, spec.base.span)?;
        let mut notes = left_out(&designed);
        let (options, _) = asked(settled, &mut notes)?;
        let effects = Dependent::of(settled, &designed.included, state);
        let x = matrix(&designed);
        let clustered = effects.clustered(Some(&x), settled, &designed.included)?;
        let fit = clustered.fit(&options).map_err(|e| refused(e, &designed, spec))?;
        notes.extend(effects.notes.iter().cloned());
        notes.extend(notes_of(&fit.notes, |j| quoted(&designed, j)));
        let sigma2 = fit.heterogeneity.sigma2;
        let (kind, level, pi) = (settled.robust.value, settled.level.value, settled.pi.value);
        Ok(Self { designed, effects, x, clustered, sigma2, fit: Some(fit), kind, level, pi, notes })
    }

    /// Robust inference about a regression that was fitted without levels.
    pub fn of(
        spec: &FurtherSpec,
        designed: Designed<'a>,
        regression: &Regression,
        settled: &AnalysisSpec,
        state: &State,
    ) -> Result<Self, Problem> {
        let effects = Dependent::of(settled, &designed.included, state);
        let x = matrix(&designed);
        let clustered = effects.clustered(Some(&x), &spec.base, &designed.included)?;
        let sigma2 = Variances { between: 0.0, within: regression.heterogeneity.tau2 };
        let (kind, level, pi) = (settled.robust.value, settled.level.value, settled.pi.value);
        Ok(Self { designed, effects, x, clustered, sigma2, fit: None, kind, level, pi, notes: Vec::new() })
    }

    /// The word for tests and intervals.
    pub fn method(&self) -> &'static str {
        match (self.kind, &self.fit) {
            (Some(kind), _) => kind.name(),
            (None, Some(fit)) if fit.test_used == CoefficientTest::T => "t",
            _ => "wald",
        }
    }

    /// Combinations of the coefficients: robust where that is asked for.
    pub fn combinations(&self, rows: &[Vec<f64>]) -> Result<Vec<Coefficient>, StatsError> {
        match (self.kind, &self.fit) {
            (Some(kind), _) => self.clustered.robust_combinations(self.sigma2, kind, rows, self.level),
            (None, Some(fit)) => rows.iter().map(|row| fit.predict(row).map(|p| p.mean)).collect(),
            (None, None) => {
                Err(StatsError::Undefined { model: "a combination", reason: "the regression has neither levels nor robust errors" })
            }
        }
    }

    /// That combinations are all 0; nothing where one follows from others or the trials are too few.
    pub fn joint(&self, rows: &[Vec<f64>]) -> Option<WaldTest> {
        match (self.kind, &self.fit) {
            (Some(kind), _) => {
                let test = self.clustered.robust_test(self.sigma2, kind, rows).ok()?;
                Some(WaldTest { qm: test.f?, df: test.q as f64, df2: test.df2, p: test.p? })
            }
            (None, Some(fit)) => fit.joint(rows).map(wald),
            (None, None) => None,
        }
    }

    /// The prediction interval about a mean.
    pub fn prediction(&self, mean: &Coefficient) -> Option<[f64; 2]> {
        let residual = self.effects.trials.len() as f64 - self.designed.built.design.columns() as f64;
        let df = match self.pi {
            PiMethod::None => return None,
            PiMethod::T => Some(residual).filter(|df| *df > 0.0),
            PiMethod::Riley => Some((residual - 1.0).max(1.0)),
            PiMethod::Matches => mean.df,
            PiMethod::Normal => None,
        };
        let pi = prediction_interval(mean.estimate, mean.se, df, self.sigma2, self.level).ok()?;
        pi.iter().all(|x| x.is_finite()).then_some(pi)
    }

    /// The columns of the omnibus test.
    pub fn tested(&self) -> Vec<usize> {
        let design = &self.designed.built.design;
        (0..design.columns()).filter(|j| Some(*j) != design.constant()).collect()
    }

    /// Rows that pick single coefficients.
    pub fn unit_rows(&self, columns: &[usize]) -> Vec<Vec<f64>> {
        let p = self.designed.built.design.columns();
        columns.iter().map(|j| (0..p).map(|i| f64::from(u8::from(i == *j))).collect()).collect()
    }

    /// Robust inference about every coefficient, with its notes.
    pub fn robust(&self, notes: &mut Vec<NoteResult>) -> Option<RobustRegression> {
        let kind = self.kind?;
        let found = match self.clustered.robust(self.sigma2, kind, self.level) {
            Ok(found) => found,
            Err(e) => {
                notes.push(NoteResult { code: "W472", text: format!("no robust standard errors: {}", worded(&e)) });
                return None;
            }
        };
        notes.extend(notes_of(&found.notes, |j| quoted(&self.designed, j)));
        let tested = self.tested();
        let moderators = (!tested.is_empty()).then(|| self.joint(&self.unit_rows(&tested))).flatten();
        if moderators.is_none() && tested.len() > 1 {
            notes.push(NoteResult { code: "W472", text: "the trials are too few for a robust test of all moderators together".into() });
        }
        Some(RobustRegression {
            kind: kind.name(),
            trials: found.studies,
            coefficients: named(&self.designed, &found.coefficients),
            moderators,
        })
    }
}

fn worded(e: &StatsError) -> String {
    match e {
        StatsError::TooFewStudies { k, needed, .. } => format!("they need {needed} trials, and there are {k}"),
        other => other.to_string(),
    }
}

fn quoted(designed: &Designed, j: usize) -> String {
    designed.built.design.names().get(j).map_or_else(|| format!("coefficient {}", j + 1), |n| format!("`{n}`"))
}

/// A coefficient of the core by its name.
pub fn coefficient(term: &str, c: &Coefficient) -> regression::Coefficient {
    regression::Coefficient { term: term.to_owned(), estimate: c.estimate, se: c.se, statistic: c.statistic, df: c.df, p: c.p, ci: c.ci }
}

fn named(designed: &Designed, coefficients: &[Coefficient]) -> Vec<regression::Coefficient> {
    designed.built.design.names().iter().zip(coefficients).map(|(name, c)| coefficient(name, c)).collect()
}

fn wald(test: JointTest) -> WaldTest {
    WaldTest { qm: test.statistic, df: test.df, df2: test.df2, p: test.p }
}

fn refused(error: StatsError, designed: &Designed, spec: &FurtherSpec) -> Problem {
    crate::eval::further::regress::refused(error, designed, spec)
}

/// `regress` of a multilevel result.
pub fn regress(spec: &FurtherSpec, formula: &Formula, analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let levelled = Levelled::fit(spec, formula, analysed, state)?;
    let base = analysed.result.clone();
    let settled = &base.spec;
    let Some(fit) = &levelled.fit else {
        return Err(Problem::error("E431", "there is no model to regress in").at(spec.base.span, "this regression"));
    };
    let mut notes = levelled.notes.clone();
    let robust = levelled.robust(&mut notes);
    // The same effects without moderators.
    let without = levelled
        .effects
        .clustered(None, settled, &levelled.designed.included)
        .ok()
        .and_then(|c| c.fit(&fit.options).ok())
        .map(|f| f.heterogeneity.sigma2.total());
    let total = fit.heterogeneity.sigma2.total();
    let r2 = without.filter(|w| *w > 0.0 && formula.intercept).map(|w| (100.0 * (1.0 - total / w)).max(0.0));
    let mut head = Head::of(&base, &spec.of, spec.name.clone());
    head.k = fit.k;
    let ci = settled.ci.value;
    let method = if fit.test_used == CoefficientTest::T { "t" } else { "wald" };
    let result = RegressResult {
        formula: formula.text.clone(),
        intercept: formula.intercept,
        ci_method: method,
        ci_requested: if ci.guarded && ci.method != CiMethod::Wald { "t" } else { ci.method.name() },
        pi_method: settled.pi.value.name(),
        participants: participants(&levelled.designed.included),
        coefficients: named(&levelled.designed, &fit.coefficients),
        moderators: fit.moderators.clone().map(wald),
        structure: Some("multilevel"),
        trials: Some(fit.studies),
        robust,
        r2,
        heterogeneity: (fit.k > fit.coefficients.len()).then(|| heterogeneity(fit, settled)),
        tau2_without: without,
        log_likelihood: Some(fit.log_likelihood).filter(|x| x.is_finite()),
        studies: studies(&levelled, fit, analysed),
        notes,
        terms: formula.clone(),
        head,
        base,
    };
    Ok(Outcome::Regress(Box::new(result)))
}

fn studies(levelled: &Levelled, fit: &Multilevel, analysed: &Analysed) -> Vec<RegressStudy> {
    let p = fit.coefficients.len();
    let mut left = levelled.designed.left_out.iter().peekable();
    let mut out = Vec::with_capacity(analysed.result.studies.len());
    let (mut effect, mut place) = (0, 0);
    for study in &analysed.result.studies {
        let mut one = RegressStudy { study: study.clone(), fitted: None, residual: None, hat: None };
        if study.included {
            one.study.weight = None;
            if let Some(without) = left.next_if(|l| l.effect == effect) {
                one.study.included = false;
                one.study.reason = Some(without.reason.clone());
            } else {
                let row = levelled.x.get(place * p..(place + 1) * p).unwrap_or(&[]);
                let fitted: f64 = row.iter().zip(&fit.coefficients).map(|(x, c)| x * c.estimate).sum();
                one.fitted = Some(fitted);
                one.residual = study.yi.map(|y| y - fitted);
                place += 1;
            }
            effect += 1;
        }
        out.push(one);
    }
    out
}
