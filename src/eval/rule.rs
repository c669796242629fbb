//! Rules: which branch holds for the effects at hand.

use super::state::{Rule, RuleBranch, State};
use crate::diagnostic::Problem;
use crate::language::expr::{self, Scope};
use crate::language::spec::RuleTaken;
use crate::language::value::{Kind, Value};
use crate::language::vocabulary::FIELDS;
use crate::source::Span;
use crate::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Pooled, Tau2Estimator, pool};
use crate::syntax::ast::{Command, Expr, Word};
use std::cell::RefCell;

/// The statistics that conditions read, computed when first asked for.
struct RuleScope<'a> {
    state: &'a State,
    /// Absent in a check.
    data: Option<(&'a [f64], &'a [f64])>,
    participants: Option<u64>,
    fitted: RefCell<Option<Option<Pooled>>>,
    read: RefCell<Vec<(String, f64)>>,
}

impl RuleScope<'_> {
    fn statistic(&self, name: &str) -> Value {
        let kind = super::fields::kind_of(name);
        let Some((y, v)) = self.data else { return Value::Unknown(kind) };
        let value = match name {
            "k" => Some(y.len() as f64),
            "participants" => self.participants.map(|n| n as f64),
            _ => {
                let mut slot = self.fitted.borrow_mut();
                let fit = slot.get_or_insert_with(|| fit(y, v));
                fit.as_ref().and_then(|f| read(f, name))
            }
        };
        let Some(value) = value else { return Value::Missing };
        let mut seen = self.read.borrow_mut();
        if !seen.iter().any(|(n, _)| n == name) {
            seen.push((name.to_owned(), value));
        }
        if kind == Kind::Percent { Value::Percent(value) } else { Value::Number(value) }
    }
}

/// The fit that conditions on heterogeneity read: REML, whose Q and I2(Q) are those of any model.
fn fit(y: &[f64], v: &[f64]) -> Option<Pooled> {
    let options = PoolOptions {
        model: Model::Random(Tau2Estimator::Reml),
        ci: CiMethod::Wald,
        guard: false,
        pi: PiMethod::None,
        tau2_ci: false,
        ..PoolOptions::default()
    };
    if y.len() < 2 { None } else { pool(y, v, &options).ok() }
}

fn read(fit: &Pooled, name: &str) -> Option<f64> {
    let h = &fit.heterogeneity;
    match name {
        "q" => Some(h.q),
        "p(q)" => Some(h.p),
        "i2(q)" => Some(h.i2_q),
        "i2(tau2)" => h.i2_tau2,
        "tau2" => Some(h.tau2),
        "tau" => Some(libm::sqrt(h.tau2)),
        "h2" => Some(if h.df > 0.0 { h.q / h.df } else { f64::NAN }),
        _ => None,
    }
}

impl Scope for RuleScope<'_> {
    fn name(&self, name: &str) -> Option<Value> {
        let lower = name.to_ascii_lowercase();
        if FIELDS.iter().any(|f| f.in_rules && f.name == lower) {
            return Some(self.statistic(&lower));
        }
        self.state.variables.get(name).cloned()
    }

    fn call(&self, name: &Word, args: &[Expr], span: Span) -> Option<Result<Value, Problem>> {
        if !matches!(name.text.to_ascii_lowercase().as_str(), "p" | "i2") {
            return None;
        }
        Some(super::fields::canonical(name, Some(args), span).map(|field| self.statistic(field)))
    }

    fn field(&self, of: &Value, name: &Word, args: Option<&[Expr]>, span: Span) -> Result<Value, Problem> {
        super::scope::field(self.state, of, name, args, span)
    }

    fn command(&mut self, command: &Command) -> Result<Value, Problem> {
        Err(Problem::error("E222", "a rule's condition holds no statements")
            .at(command.span, "a statement")
            .help("conditions read statistics of the effects at hand, such as `k`, `p(q)` and `i2(q)`"))
    }

    fn names(&self) -> Vec<String> {
        FIELDS.iter().filter(|f| f.in_rules).map(|f| f.name.to_owned()).chain(self.state.variables.keys().cloned()).collect()
    }

    fn unknown(&self, name: &str, span: Span) -> Option<Problem> {
        let word = Word { text: name.to_owned(), span };
        match name.to_ascii_lowercase().as_str() {
            "i2" => super::fields::canonical(&word, None, span).err(),
            "p" => Some(
                Problem::error("E228", "a rule is asked for the p of Q, which is written `p(q)`")
                    .at(span, "p of what?")
                    .help("write `p(q)`"),
            ),
            _ => {
                let names = self.names();
                let problem = Problem::error("E229", format!("rules know no statistic `{name}`")).at(span, "unknown statistic");
                Some(match crate::language::suggest::nearest(name, names.iter().map(String::as_str)) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem.help(format!("conditions read {}", crate::language::suggest::and_list(&names, 20))),
                })
            }
        }
    }
}

/// What is wrong with a rule's condition.
pub fn check(condition: &Expr, state: &State) -> Option<Problem> {
    let mut scope = RuleScope { state, data: None, participants: None, fitted: RefCell::new(None), read: RefCell::new(Vec::new()) };
    expr::condition(condition, &mut scope).err()
}

/// The first branch that holds, and what was read on the way.
pub fn decide<'r>(
    rule: &'r Rule,
    y: &[f64],
    v: &[f64],
    participants: Option<u64>,
    state: &State,
) -> Result<(&'r RuleBranch, RuleTaken), Problem> {
    let mut scope = RuleScope { state, data: Some((y, v)), participants, fitted: RefCell::new(None), read: RefCell::new(Vec::new()) };
    for (i, branch) in rule.branches.iter().enumerate() {
        let holds = match &branch.condition {
            None => Some(true),
            Some(condition) => expr::condition(condition, &mut scope)?,
        };
        match holds {
            Some(true) => {
                let taken = RuleTaken {
                    rule: rule.name.clone(),
                    branch: i + 1,
                    condition: branch.condition_text.clone(),
                    then: branch.then_text.clone(),
                    values: scope.read.take(),
                    inherited: false,
                };
                return Ok((branch, taken));
            }
            Some(false) => {}
            None => {
                let at = branch.condition.as_ref().map_or(Span::default(), |c| c.span);
                return Err(Problem::error("E410", format!("rule `{}` asks for a statistic that does not exist here", rule.name))
                    .at(at, format!("undefined for k = {}", y.len()))
                    .help("put a branch before it that catches the case, such as `when k < 2 then not_pooled`"));
            }
        }
    }
    Err(Problem::error("E410", format!("no branch of rule `{}` holds", rule.name)).help("end the rule with `otherwise …`"))
}
