//! Fields of a result, as expressions and `expect` read them.

use super::Field;

/// A row of the table.
const fn field(name: &'static str, expectable: bool, summary: &'static str) -> Field {
    Field { name, summary, expectable }
}

/// All fields.
pub const FIELDS: &[Field] = &[
    field("estimate", true, "The pooled effect, on the analysis scale (logs for ratios)"),
    field("se", true, "Its standard error"),
    field("statistic", true, "The test statistic, z or t"),
    field("df", true, "Degrees of freedom of t"),
    field("p", true, "Two-sided p of the pooled effect"),
    field("ci", true, "The confidence interval, a list of two"),
    field("pi", true, "The prediction interval, a list of two"),
    field("display", true, "The pooled effect back-transformed (a ratio, a proportion)"),
    field("display_ci", true, "The confidence interval back-transformed"),
    field("display_pi", true, "The prediction interval back-transformed"),
    field("k", true, "How many effects were pooled"),
    field("trials", true, "How many trials they come from, where they are kept apart (`multilevel`, `robust`)"),
    field("participants", true, "How many people, where every study says; those of one trial count once"),
    field("q", true, "Cochran's Q"),
    field("p(q)", true, "Its p"),
    field("i2(q)", true, "I2 from Q, a percentage"),
    field("i2(tau2)", true, "I2 from tau2, a percentage"),
    field("q(between)", true, "The test statistic between subgroups"),
    field("p(between)", true, "Its p"),
    field("cmh", true, "The Cochran-Mantel-Haenszel chi-squared, under Mantel-Haenszel"),
    field("p(cmh)", true, "Its p"),
    field("tarone", true, "Tarone's chi-squared of equal odds ratios, under Mantel-Haenszel"),
    field("p(tarone)", true, "Its p"),
    field("tau2", true, "The between-study variance; of a multilevel analysis the sum of its variances"),
    field("tau2_se", true, "Its standard error"),
    field("tau2_ci", true, "Its Q-profile interval, a list of two"),
    field("tau", true, "The between-study standard deviation"),
    field("h2", true, "H2"),
    field("sigma2(between)", true, "The variance of true effects between trials, of a multilevel analysis"),
    field("sigma2(within)", true, "That within trials"),
    field("i2(between)", true, "The share of the total variance that is between trials, a percentage"),
    field("i2(within)", true, "The share that is within trials, a percentage"),
    field("se(robust)", true, "The cluster-robust standard error"),
    field("df(robust)", true, "Its Satterthwaite degrees of freedom"),
    field("p(robust)", true, "The two-sided p with them"),
    field("ci(robust)", true, "The confidence interval with them, a list of two"),
    field("log_likelihood", true, "The log-likelihood, under ML and REML"),
    field("level", false, "The confidence level, a percentage"),
    field("measure", false, "The measure's word"),
    field("model", false, "The model's word"),
    field("ci_method", false, "The interval's word"),
    field("pooled", false, "Whether an estimate exists"),
    field("studies", false, "The names of the studies pooled, a list"),
];
