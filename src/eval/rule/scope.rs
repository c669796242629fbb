//! What the conditions of a rule read, computed when first asked for.

use super::trigger::{self, Stat, Trigger};
use crate::diagnostic::Problem;
use crate::eval::pooling::{Included, participants, values};
use crate::eval::state::{Judgement, State};
use crate::language::expr::Scope;
use crate::language::spec::{ModelChoice, PoolModel};
use crate::language::suggest::{and_list, nearest};
use crate::language::value::{Kind, Value};
use crate::language::vocabulary::TRIGGERS;
use crate::source::Span;
use crate::stats::effect::Measure;
use crate::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Pooled, Tau2Estimator, pool};
use crate::syntax::ast::{Command, Expr, Word};
use std::cell::RefCell;

/// The effects a rule is asked about.
pub struct Material<'a> {
    /// The effects that would be pooled.
    pub included: &'a [Included<'a>],
    /// The analysis, for judgements made for it alone.
    pub analysis: Option<&'a str>,
    /// The model where the rule sets none.
    pub default: PoolModel,
}

/// What was read on the way to a decision.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// Statistics that are numbers.
    pub values: Vec<(String, f64)>,
    /// Judgements.
    pub judgements: Vec<Judgement>,
    /// Statistics that do not exist here.
    pub missing: Vec<String>,
}

/// Names mean statistics first, variables second.
pub struct RuleScope<'a> {
    state: &'a State,
    /// Absent in a check.
    material: Option<&'a Material<'a>>,
    fits: RefCell<Vec<(String, Option<Pooled>)>>,
    read: RefCell<Read>,
    failed: RefCell<Option<Problem>>,
}

impl<'a> RuleScope<'a> {
    /// Without data: kinds only.
    pub fn unread(state: &'a State) -> Self {
        Self { state, material: None, fits: RefCell::default(), read: RefCell::default(), failed: RefCell::default() }
    }

    /// On the effects at hand.
    pub fn on(state: &'a State, material: &'a Material<'a>) -> Self {
        Self { material: Some(material), ..Self::unread(state) }
    }

    /// What has been read so far.
    pub fn read(&self) -> Read {
        self.read.borrow().clone()
    }

    fn statistic(&self, trigger: &Trigger) -> Result<Value, Problem> {
        if let Stat::Share(condition) | Stat::Studies(condition) = &trigger.stat
            && self.material.is_none()
            && let Some(problem) = crate::eval::row_scope::check(condition, self.state).into_iter().find(Problem::is_error)
        {
            return Err(problem);
        }
        if trigger.stat == Stat::Judgement {
            return Ok(self.judgement(&trigger.name));
        }
        let kind = if trigger.is_percent() { Kind::Percent } else { Kind::Number };
        let Some(material) = self.material else { return Ok(Value::Unknown(kind)) };
        let value = self.value(trigger, material)?.filter(|x| !x.is_nan());
        let mut read = self.read.borrow_mut();
        let Some(value) = value else {
            if !read.missing.contains(&trigger.name) {
                read.missing.push(trigger.name.clone());
            }
            return Ok(Value::Missing);
        };
        if !read.values.iter().any(|(n, _)| *n == trigger.name) {
            read.values.push((trigger.name.clone(), value));
        }
        Ok(if kind == Kind::Percent { Value::Percent(value) } else { Value::Number(value) })
    }

    fn value(&self, trigger: &Trigger, material: &Material) -> Result<Option<f64>, Problem> {
        let k = material.included.len();
        let model = match (trigger.model, &trigger.stat) {
            (Some(model), _) => model,
            (None, Stat::I2Tau2 | Stat::Tau2 | Stat::Tau) if material.default.is_random() => material.default,
            (None, Stat::I2Tau2 | Stat::Tau2 | Stat::Tau) => PoolModel::Random(Tau2Estimator::Reml),
            _ => PoolModel::Common,
        };
        Ok(match &trigger.stat {
            Stat::K => Some(k as f64),
            Stat::People => participants(material.included).map(|n| n as f64),
            Stat::Share(condition) if k > 0 => Some(100.0 * self.count(condition, material)? / k as f64),
            Stat::Share(_) | Stat::Judgement => None,
            Stat::Studies(condition) => Some(self.count(condition, material)?),
            stat => self.fit(model, material, |f| read(f, stat)),
        })
    }

    /// How many of the effects stand on a row for which the condition holds.
    fn count(&self, condition: &Expr, material: &Material) -> Result<f64, Problem> {
        let mut n = 0.0;
        for (candidate, _) in material.included {
            let mut all = true;
            for row in candidate.rows().filter_map(|i| self.state.store.rows.get(i)) {
                all &= crate::eval::row_scope::holds(condition, row, self.state)? == Some(true);
            }
            n += f64::from(u8::from(all));
        }
        Ok(n)
    }

    fn fit(&self, model: PoolModel, material: &Material, get: impl Fn(&Pooled) -> Option<f64>) -> Option<f64> {
        let key = model.name();
        let mut fits = self.fits.borrow_mut();
        if let Some((_, fit)) = fits.iter().find(|(name, _)| *name == key) {
            return fit.as_ref().and_then(get);
        }
        let (y, v) = values(material.included);
        let fit = fitted(model, &y, &v);
        let value = fit.as_ref().and_then(get);
        fits.push((key, fit));
        value
    }

    fn judgement(&self, name: &str) -> Value {
        let analysis = self.material.and_then(|m| m.analysis);
        let all = self.state.judgements.iter().filter(|j| j.name == name);
        let for_it = |j: &&Judgement| j.of.is_some() && j.of.as_deref() == analysis;
        let answered = all.clone().filter(|j| j.answer.is_some());
        let found = answered.clone().rfind(for_it).or_else(|| answered.clone().rfind(|j| j.of.is_none()));
        let any = all.clone().next_back();
        if self.material.is_none() {
            return Value::Unknown(any.and_then(|j| j.answer.as_ref()).map_or(Kind::Any, Value::kind));
        }
        match found.and_then(|j| j.answer.clone().map(|a| (j, a))) {
            Some((judgement, answer)) => {
                let mut read = self.read.borrow_mut();
                if !read.judgements.contains(judgement) {
                    read.judgements.push(judgement.clone());
                }
                answer
            }
            None => {
                self.read.borrow_mut().missing.push(name.to_owned());
                Value::Missing
            }
        }
    }
}

/// What Q and tau2 are under a model, without an interval.
pub fn fitted(model: PoolModel, y: &[f64], v: &[f64]) -> Option<Pooled> {
    let model = match model {
        PoolModel::Random(estimator) => Model::Random(estimator),
        PoolModel::Given(tau2) => Model::Given(tau2),
        _ => Model::Common,
    };
    let options = PoolOptions { model, ci: CiMethod::Wald, guard: false, pi: PiMethod::None, tau2_ci: false, ..PoolOptions::default() };
    if y.len() < 2 { None } else { pool(y, v, &options).ok() }
}

fn read(fit: &Pooled, stat: &Stat) -> Option<f64> {
    let h = &fit.heterogeneity;
    match stat {
        Stat::Q => Some(h.q),
        Stat::PofQ => Some(h.p),
        Stat::I2Q => Some(h.i2_q),
        Stat::H2 => (h.df > 0.0).then(|| h.q / h.df),
        Stat::I2Tau2 => h.i2_tau2,
        Stat::Tau2 => Some(h.tau2),
        Stat::Tau => Some(libm::sqrt(h.tau2)),
        _ => None,
    }
}

/// The default model of an analysis whose rule sets none.
pub fn default_model(state: &State, measure: Measure) -> PoolModel {
    match state.settings.model(measure).value {
        ModelChoice::One(model) => model,
        ModelChoice::FirstOf(models) => models.first().copied().unwrap_or(PoolModel::Random(Tau2Estimator::Reml)),
        ModelChoice::Rule(_) => PoolModel::Random(Tau2Estimator::Reml),
    }
}

impl Scope for RuleScope<'_> {
    fn name(&self, name: &str) -> Option<Value> {
        if let Some(trigger) = trigger::bare(name, self.state) {
            return match self.statistic(&trigger) {
                Ok(value) => Some(value),
                Err(problem) => {
                    *self.failed.borrow_mut() = Some(problem);
                    None
                }
            };
        }
        // A planned result is known before there are data, and its fields are not.
        let planned = || self.state.plan.planned.contains_key(name).then_some(Value::Unknown(Kind::Any));
        self.state.value(name).or_else(planned)
    }

    fn call(&self, name: &Word, args: &[Expr], span: Span) -> Option<Result<Value, Problem>> {
        trigger::called(&name.text, args, span).map(|trigger| trigger.and_then(|t| self.statistic(&t)))
    }

    fn field(&self, of: &Value, name: &Word, args: Option<&[Expr]>, span: Span) -> Result<Value, Problem> {
        crate::eval::scope::field(self.state, of, name, args, span)
    }

    fn command(&mut self, command: &Command) -> Result<Value, Problem> {
        Err(Problem::error("E222", "a rule's condition holds no statements")
            .at(command.span, "a statement")
            .help("conditions read statistics of the effects at hand, such as `k`, `p(q)` and `i2(q)`"))
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = TRIGGERS.iter().map(|t| t.name.to_owned()).collect();
        names.push("participants".into());
        names.extend(self.state.judgements.iter().map(|j| j.name.clone()));
        names.extend(self.state.variables.keys().cloned());
        names.dedup();
        names
    }

    fn unknown(&self, name: &str, span: Span) -> Option<Problem> {
        if let Some(problem) = self.failed.borrow_mut().take() {
            return Some(problem);
        }
        Some(match name.to_ascii_lowercase().as_str() {
            "i2" => Problem::error("E227", "`i2` has two definitions, and they differ")
                .at(span, "which one?")
                .help("write `i2(q)` for (Q - df) / Q or `i2(tau2, reml)` for tau2 / (tau2 + typical variance)"),
            "p" => Problem::error("E228", "a rule is asked for the p of Q, which is written `p(q)`")
                .at(span, "p of what?")
                .help("write `p(q)`"),
            _ => {
                let names = self.names();
                let problem = Problem::error("E229", format!("rules know no statistic `{name}`")).at(span, "unknown statistic");
                match nearest(name, names.iter().map(String::as_str)) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem
                        .help(format!("conditions read {}; a human judgement is announced with `judge {name}`", and_list(&names, 20))),
                }
            }
        })
    }
}
