//! Codes of rules, of recorded judgements, and of the search for what was done in print.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code(
        "E280",
        "a rule goes round in a circle",
        "A rule that sets the model can't read a statistic that depends on the model. An estimator in parentheses fixes it: `tau2(reml)`, `i2(tau2, reml)`.",
    ),
    code(
        "E281",
        "a rule asks for what may not exist",
        "Q, I2 and tau2 do not exist for fewer than two effects, and `n` where a study does not say how many people it has. An earlier branch excludes the case, or `when undefined then …` says what holds.",
    ),
    code(
        "E282",
        "a branch of a rule leaves a choice open",
        "A branch does one thing. `A or B` would leave it to someone to choose after seeing the data.",
    ),
    code(
        "E283",
        "a branch of a rule asks for a judgement",
        "What people decide is announced and recorded with `judge`, and read in a condition, so that it can be seen who decided and when.",
    ),
    code(
        "E284",
        "an outlier loop lacks a part",
        "`drop_outliers` needs the order in which studies go, the condition for stopping, the limit, what it is a percentage of, and what holds if that does not suffice.",
    ),
    code(
        "E285",
        "a rule of another kind",
        "A rule either sets how effects are pooled, and is named after `model`, or says what is run on a result, and is run with `apply`.",
    ),
    code("E286", "a warning is not accepted like this", "`accept CODE because \"…\"` names the code of a warning and a reason."),
    code("E287", "a judgement without a person", "A judgement is somebody's: `by \"NAME\"` says whose."),
    code("E288", "there is no such rule", "A rule is declared with `rule NAME` and its branches below it."),
    code(
        "E289",
        "nothing to reproduce, or too much",
        "`reproduce` needs printed values, and goes through a bounded number of combinations.",
    ),
    code(
        "E290",
        "published decisions can't be read",
        "`infer rule` reads a CSV file with the columns `k` and `decision`, and `i2`, `p` where they are printed.",
    ),
    code(
        "E450",
        "a judgement is not recorded",
        "A rule reads what people decide. `judge NAME … answer …` records it before the statement that needs it.",
    ),
    code(
        "W301",
        "a model chosen by heterogeneity",
        "The Cochrane standard MECIR C63 advises against simple thresholds of heterogeneity, and the Handbook against choosing between common and random effects by a test or by I2. `accept W301 because \"…\"` says why it is done all the same; results of the rule carry the note.",
    ),
    code("W302", "a branch of a rule is never reached", "Wherever its condition holds, a branch before it decides."),
    code(
        "W303",
        "a condition says no more than a part of it",
        "I2 from Q and p(q) are both functions of Q and k. For a given k the one threshold lies beyond the other, so that of two conditions one decides alone.",
    ),
    code(
        "W304",
        "a branch decides at a single value only",
        "Two ranges leave out the value between them, which then falls to a branch that nobody meant for it. Say on which side the boundary lies.",
    ),
    code(
        "W305",
        "what an inferred rule means",
        "Several rules can fit the same decisions. One that fits is consistent with them, and no evidence that it was used.",
    ),
    code("W306", "rows that hold no decision between models", "Single studies, and rows without a published decision, are left out."),
    code(
        "W307",
        "a printed I2 and p that do not agree",
        "For a given k the one follows from the other if I2 is from Q. Within their rounding these do not, so that one may be from another definition or a slip.",
    ),
    code(
        "W309",
        "a judgement that is not as it was announced",
        "The plan names who judges. A judgement of others, or one dated before the plan was declared, is recorded all the same.",
    ),
    code(
        "W320",
        "studies left out by what they found",
        "A rule dropped studies until a statistic met a condition. Each step is logged. Exclusions driven by results bias the pooled effect and its interval.",
    ),
];
