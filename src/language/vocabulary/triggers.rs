//! What conditions of rules read.

/// A statistic that a rule can ask for.
pub struct Trigger {
    /// As it is written, its words in parentheses included.
    pub name: &'static str,
    /// One sentence, without its final stop.
    pub summary: &'static str,
    /// When it exists.
    pub exists: &'static str,
}

const fn trigger(name: &'static str, exists: &'static str, summary: &'static str) -> Trigger {
    Trigger { name, summary, exists }
}

/// All of them.
pub const TRIGGERS: &[Trigger] = &[
    trigger("k", "always", "How many effects would be pooled, one a trial where effects are combined"),
    trigger("n", "where every study says it", "How many people, those of one trial once; also written `participants`"),
    trigger("q", "k >= 2", "Cochran's Q, with the weights of the common-effect model"),
    trigger("p(q)", "k >= 2", "Its p, chi-squared with k - 1 degrees of freedom"),
    trigger("i2(q)", "k >= 2", "I2 from Q, a percentage; `i2(q, common)` is the same with its weights spelt out"),
    trigger("h2", "k >= 2", "Q over its degrees of freedom"),
    trigger("i2(tau2, reml)", "k >= 2", "I2 from tau2 under this estimator, a percentage"),
    trigger("tau2", "k >= 2", "The between-study variance under the default model, in rules that set no model"),
    trigger("tau2(reml)", "k >= 2", "The between-study variance by this estimator"),
    trigger("tau", "k >= 2", "Its square root, with an estimator in parentheses or not, as `tau2`"),
    trigger("share(rob == \"high\")", "k >= 1", "The percentage of the effects for whose rows the condition holds"),
    trigger("studies(control == \"active\")", "always", "How many effects stand on rows for which the condition holds"),
];
