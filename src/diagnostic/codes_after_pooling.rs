//! Codes of the verbs that ask a pooled result further: tests from counts, decisions.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code("E239", "there is no such instrument", "Instruments come from the column `instrument`, or from the statement `instrument`."),
    code(
        "E414",
        "a statement does not fit the measure",
        "Some questions have an answer for some measures only: Harbord's test is for odds ratios and risk ratios, a number needed to treat needs risks. The help line names a statement that fits.",
    ),
    code(
        "E416",
        "a test from counts has none",
        "The tests of Harbord, Peters, Macaskill and Ruecker need the events and the people of both groups of every study, one row a study.",
    ),
    code(
        "E417",
        "a threshold does not fit the effect",
        "`beyond` is further from no effect, and so needs a side; a ratio is above 0; a declared minimal important difference holds in its own unit. `above` and `below` name the side.",
    ),
    code(
        "E418",
        "an effect can't be re-expressed without its unit",
        "Units of an instrument need the standard deviation of its scores: stated with `sd`, declared of the instrument, or found in rows that were measured with it.",
    ),
    code(
        "W480",
        "what a probability of an effect rests on",
        "It reads the t distribution behind an interval as what is known of the effect, which is what a flat prior would give; with few studies the spread of effects is known badly.",
    ),
    code(
        "W481",
        "no probability in a new setting",
        "Effects have a distribution of their own under random effects, and a prediction interval from three studies on.",
    ),
    code(
        "W482",
        "what an absolute effect supposes",
        "A relative effect is taken to hold at the risk stated, and that risk to be known. Risks of several kinds of people show how much depends on it.",
    ),
    code(
        "W483",
        "a risk is held within 0% and 100%",
        "A risk ratio or a risk difference can lead beyond them at a high or a low risk. An odds ratio can't.",
    ),
    code(
        "W484",
        "what an effect in other units supposes",
        "The standard deviation is a choice, logistic distributions are an approximation, and a mean says nothing of single people.",
    ),
    code(
        "W485",
        "an effect in units of an instrument that runs the other way",
        "Its sign was turned, so that the numbers read as scores of that instrument.",
    ),
    code(
        "W486",
        "a number of null results where there is no null",
        "A fail-safe number counts studies of no effect. A proportion, a rate or a mean has no value of no effect, so that 0 on the analysis scale stands for it: a logit of 0 is 50%.",
    ),
    code(
        "W490",
        "cluster trials without their design effect",
        "The data state an intracluster correlation and the size of clusters, and no rule uses them. `cluster icc own` divides people by the design effect; `cluster icc 0.05` does so also where a trial states none.",
    ),
    code(
        "W491",
        "there is nothing to choose",
        "Every trial has one eligible result, so that no choice was made. `across analysis` or `across timepoint` count results of other sets or times as eligible.",
    ),
    code(
        "W492",
        "an outcome without a direction",
        "Ranks count from the most favourable result. Without `higher better` or `lower better` larger effects count as more favourable.",
    ),
    code(
        "W493",
        "some trials have no chosen result",
        "Where the results of a trial were combined, or several of them kept, none was chosen: the Potential Bias Index is that of the other trials, and does not exist where there are none.",
    ),
];
