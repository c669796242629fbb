//! Fields of a result, as expressions, rules and `expect` read them.

use super::Field;

/// A row of the table.
const fn field(name: &'static str, expectable: bool, in_rules: bool, summary: &'static str) -> Field {
    Field { name, summary, expectable, in_rules }
}

/// All fields.
pub const FIELDS: &[Field] = &[
    field("estimate", true, false, "The pooled effect, on the analysis scale (logs for ratios)"),
    field("se", true, false, "Its standard error"),
    field("statistic", true, false, "The test statistic, z or t"),
    field("df", true, false, "Degrees of freedom of t"),
    field("p", true, false, "Two-sided p of the pooled effect"),
    field("ci", true, false, "The confidence interval, a list of two"),
    field("pi", true, false, "The prediction interval, a list of two"),
    field("display", true, false, "The pooled effect back-transformed (a ratio, a proportion)"),
    field("display_ci", true, false, "The confidence interval back-transformed"),
    field("display_pi", true, false, "The prediction interval back-transformed"),
    field("k", true, true, "How many effects were pooled"),
    field("trials", true, false, "How many trials they come from, where they are kept apart (`multilevel`, `robust`)"),
    field("participants", true, true, "How many people, where every study says; those of one trial count once"),
    field("q", true, true, "Cochran's Q"),
    field("p(q)", true, true, "Its p"),
    field("i2(q)", true, true, "I2 from Q, a percentage"),
    field("i2(tau2)", true, true, "I2 from tau2, a percentage"),
    field("q(between)", true, false, "The test statistic between subgroups"),
    field("p(between)", true, false, "Its p"),
    field("cmh", true, false, "The Cochran-Mantel-Haenszel chi-squared, under Mantel-Haenszel"),
    field("p(cmh)", true, false, "Its p"),
    field("tarone", true, false, "Tarone's chi-squared of equal odds ratios, under Mantel-Haenszel"),
    field("p(tarone)", true, false, "Its p"),
    field("tau2", true, true, "The between-study variance; of a multilevel analysis the sum of its variances"),
    field("tau2_se", true, false, "Its standard error"),
    field("tau2_ci", true, false, "Its Q-profile interval, a list of two"),
    field("tau", true, true, "The between-study standard deviation"),
    field("h2", true, true, "H2"),
    field("sigma2(between)", true, false, "The variance of true effects between trials, of a multilevel analysis"),
    field("sigma2(within)", true, false, "That within trials"),
    field("i2(between)", true, false, "The share of the total variance that is between trials, a percentage"),
    field("i2(within)", true, false, "The share that is within trials, a percentage"),
    field("se(robust)", true, false, "The cluster-robust standard error"),
    field("df(robust)", true, false, "Its Satterthwaite degrees of freedom"),
    field("p(robust)", true, false, "The two-sided p with them"),
    field("ci(robust)", true, false, "The confidence interval with them, a list of two"),
    field("log_likelihood", true, false, "The log-likelihood, under ML and REML"),
    field("level", false, false, "The confidence level, a percentage"),
    field("measure", false, false, "The measure's word"),
    field("model", false, false, "The model's word"),
    field("ci_method", false, false, "The interval's word"),
    field("pooled", false, false, "Whether an estimate exists"),
    field("studies", false, false, "The names of the studies pooled, a list"),
];
