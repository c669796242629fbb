//! Rules, judgements and accepted warnings as a session keeps them.

use crate::language::settings::Overrides;
use crate::language::spec::PoolModel;
use crate::language::value::Value;
use crate::syntax::ast::Expr;

/// A rule: branches of which the first that holds decides.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// In order; the last has no condition.
    pub branches: Vec<RuleBranch>,
    /// Whether it chooses the model by a heterogeneity statistic.
    pub by_heterogeneity: bool,
}

/// One branch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleBranch {
    /// `None` for `otherwise` and `when undefined`.
    pub condition: Option<Expr>,
    /// Whether it is `when undefined`.
    pub undefined: bool,
    /// As written.
    pub condition_text: String,
    /// Whether it says not to pool.
    pub not_pooled: bool,
    /// Whether it says to count the directions of effects where nothing is pooled.
    pub swim: bool,
    /// What it sets.
    pub overrides: Overrides,
    /// Whether it leaves studies out one after another.
    pub outliers: Option<OutlierLoop>,
    /// The verbs it runs on the result; empty for `none`. Absent in rules of the model.
    pub runs: Option<Vec<&'static str>>,
    /// What it says for itself.
    pub saying: Option<String>,
    /// As written.
    pub then_text: String,
}

/// `drop_outliers by ORDER until CONDITION at_most N% of n else …`
#[derive(Debug, Clone, PartialEq)]
pub struct OutlierLoop {
    /// Which study goes first.
    pub order: OutlierOrder,
    /// When to stop.
    pub until: Expr,
    /// As written.
    pub until_text: String,
    /// The largest percentage that may go.
    pub at_most: f64,
    /// Of what.
    pub of: Share,
    /// Whether the effects stay unpooled if that does not suffice; else all are pooled.
    pub else_not_pooled: bool,
}

/// Which study an outlier loop leaves out next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutlierOrder {
    /// The largest Cook's distance.
    Influence,
    /// The largest externally standardised residual.
    Residual,
    /// The largest contribution to Q.
    Q,
}

impl OutlierOrder {
    /// Its words in rules.
    pub const WORDS: [(&str, OutlierOrder); 3] =
        [("max_influence", OutlierOrder::Influence), ("max_residual", OutlierOrder::Residual), ("max_q", OutlierOrder::Q)];

    /// What it looks at.
    pub fn statistic(self) -> &'static str {
        match self {
            OutlierOrder::Influence => "Cook's distance",
            OutlierOrder::Residual => "externally standardised residual",
            OutlierOrder::Q => "contribution to Q",
        }
    }
}

/// What a percentage of left-out data is a percentage of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// People.
    People,
    /// Effects.
    Effects,
}

impl RuleBranch {
    /// Whether two branches have the same effect.
    pub fn does_the_same(&self, other: &Self) -> bool {
        let action = |b: &Self| RuleBranch {
            condition: None,
            condition_text: String::new(),
            then_text: String::new(),
            undefined: false,
            saying: None,
            ..b.clone()
        };
        action(self) == action(other)
    }

    /// The model it names, if it names one.
    pub fn model(&self) -> Option<PoolModel> {
        match &self.overrides.model {
            Some(crate::language::spec::ModelChoice::One(model)) => Some(*model),
            _ => None,
        }
    }
}

impl Rule {
    /// Whether it runs verbs on a result in place of setting how it is pooled.
    pub fn runs_tests(&self) -> bool {
        self.branches.iter().any(|b| b.runs.is_some())
    }

    /// What its branches set.
    pub fn sets(&self) -> Vec<&'static str> {
        let any = |test: &dyn Fn(&RuleBranch) -> bool| self.branches.iter().any(test);
        let mut out = Vec::new();
        for (name, does) in [
            ("whether to pool", any(&|b| b.not_pooled)),
            ("the model", any(&|b| b.overrides.model.is_some())),
            ("the confidence interval", any(&|b| b.overrides.ci.is_some())),
            ("the prediction interval", any(&|b| b.overrides.pi.is_some())),
            ("the confidence level", any(&|b| b.overrides.level.is_some())),
            ("the definition of I2", any(&|b| b.overrides.i2.is_some())),
            ("which studies stay in", any(&|b| b.outliers.is_some())),
            ("which analyses of the result are run", any(&|b| b.runs.is_some())),
        ] {
            if does {
                out.push(name);
            }
        }
        out
    }
}

/// A human judgement: announced, and later recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// What was judged.
    pub name: String,
    /// The analysis it was judged for; any if none is named.
    pub of: Option<String>,
    /// Who judges or judged.
    pub by: Vec<String>,
    /// The answer; none while it is only announced.
    pub answer: Option<Value>,
    /// When.
    pub on: Option<String>,
    /// Why.
    pub because: Option<String>,
}

/// A warning accepted with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The code.
    pub code: String,
    /// The rule or result it is accepted for; all if none is named.
    pub of: Option<String>,
    /// Why.
    pub because: String,
    /// By whom.
    pub by: Option<String>,
}

impl Accepted {
    /// `because "…", by …` in words.
    pub fn words(&self) -> String {
        let by = self.by.as_ref().map(|b| format!(" by {b}")).unwrap_or_default();
        format!("accepted{by}: {}", self.because)
    }
}
