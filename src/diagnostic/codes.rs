//! The index of diagnostic codes. `docs/diagnostics.md` is generated from it, and a
//! debug assertion holds every [`super::Problem`] to a code listed here.

use super::codes_after_pooling::CODES as AFTER_POOLING;
use super::codes_of_data::CODES as DATA;
use super::codes_of_following::CODES as OF_FOLLOWING;
use super::codes_of_formats::CODES as OF_FORMATS;
use super::codes_of_keeping::CODES as OF_KEEPING;
use super::codes_of_pictures::CODES as OF_PICTURES;
use super::codes_of_plans::CODES as OF_PLANS;
use super::codes_of_proof::CODES as OF_PROOF;
use super::codes_of_reports::CODES as OF_REPORTS;
use super::codes_of_rules::CODES as OF_RULES;
use super::codes_of_syntax::CODES as SYNTAX;

/// One row of the index.
#[derive(Clone, Copy)]
pub struct Code {
    /// `E203`.
    pub code: &'static str,
    /// What it means, one line.
    pub summary: &'static str,
    /// What a user should know or do, a few sentences.
    pub explanation: &'static str,
}

/// Shorthand for a row.
pub(super) const fn code(code: &'static str, summary: &'static str, explanation: &'static str) -> Code {
    Code { code, summary, explanation }
}

/// All codes, in order.
pub const CODES: &[Code] = &merged();

/// The lists the index is put together from.
#[rustfmt::skip]
const LISTS: &[&[Code]] = &[
    SYNTAX,
    DATA,
    OWN,
    AFTER_POOLING,
    OF_RULES,
    OF_KEEPING,
    OF_PLANS,
    OF_PROOF,
    OF_FORMATS,
    OF_PICTURES,
    OF_REPORTS,
    OF_FOLLOWING,
];

const fn total() -> usize {
    let (mut n, mut list) = (0, 0);
    while list < LISTS.len() {
        n += LISTS[list].len();
        list += 1;
    }
    n
}

/// The codes of all lists, put in order.
const fn merged() -> [Code; total()] {
    let lists = LISTS;
    let mut out = [OWN[0]; total()];
    let (mut list, mut i, mut filled) = (0, 0, 0);
    while list < lists.len() {
        if i == lists[list].len() {
            (list, i) = (list + 1, 0);
            continue;
        }
        let mut at = filled;
        while at > 0 && stands_before(lists[list][i].code, out[at - 1].code) {
            out[at] = out[at - 1];
            at -= 1;
        }
        out[at] = lists[list][i];
        (i, filled) = (i + 1, filled + 1);
    }
    out
}

const fn stands_before(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return a[i] < b[i];
        }
        i += 1;
    }
    a.len() < b.len()
}

/// Those of [`CODES`] that stand here.
const OWN: &[Code] = &[
    code(
        "E200",
        "a line begins with no statement word",
        "A statement begins with a verb such as `use`, `pool` or `show`, or with the name of a result. `help` lists the verbs; the help line names the nearest one.",
    ),
    code(
        "E201",
        "a name means nothing here",
        "In an expression a bare word is the name of a value, a result or a column. A text stands in quotes.",
    ),
    code("E202", "there is no such function", "The help line names the nearest function or lists them all."),
    code("E203", "a function is called with too few or too many values", "The message shows how the function is called."),
    code(
        "E205",
        "a word is not among the choices of its clause",
        "Each clause takes words of its own, such as `model reml` or `measure smd`. The help line lists them.",
    ),
    code(
        "E206",
        "a percentage is written without `%`",
        "Levels, I2 and shares are percentages and carry their unit: `95%`, not `0.95` and not `95`.",
    ),
    code(
        "E207",
        "a number lies outside its range",
        "The message states the range. Two limits in brackets stand in order, the lower first.",
    ),
    code("E208", "a number is expected, or a number without a unit", "The label shows what stands there instead."),
    code(
        "E209",
        "a text in quotes is expected",
        "Reasons, sources, labels and file names are texts in straight quotes, without values in braces.",
    ),
    code("E210", "something is stated twice", "A statement takes each clause once. Keep one of them."),
    code("E211", "a word lacks what belongs after it", "The help line shows the whole clause or statement."),
    code(
        "E212",
        "two parts of a statement exclude each other",
        "For example `model reml` beside `tau2 0.1`, which already states the between-study variance.",
    ),
    code("E214", "a clause does not fit its statement", "The help line lists the clauses that fit there."),
    code(
        "E215",
        "a value stands where a clause or a field name begins",
        "Clauses are a word and what it takes. A comma separates values of one clause and never clauses.",
    ),
    code(
        "E216",
        "a word is known, but not in this place",
        "For example a study without `exclude`, a timepoint without `at`, or a model that does not pool the measure.",
    ),
    code("E217", "a word fits nothing here", "The help line names the nearest word that would fit, or lists those that do."),
    code("E218", "a clause or statement has another shape", "The help line shows how it is written."),
    code(
        "E219",
        "a reason is missing, or gives no reason for anything",
        "`because` follows what it explains: `exclude STUDY because \"…\"`, `keep dependent because \"…\"`.",
    ),
    code("E220", "a percentage meets a bare number", "A percentage is compared with a percentage: `i2(q) >= 50%`."),
    code("E221", "a unit that expressions do not know", "Numbers in an expression are bare or percentages."),
    code(
        "E222",
        "a condition is not true or false, or a statement stands where it can't",
        "A condition compares something: `k >= 10`, `alloc == \"random\"`. Conditions on rows and in rules hold no statements.",
    ),
    code("E223", "a list has no such element", "Elements are numbered from 1."),
    code("E224", "a value is of another kind than expected", "The message says which kind was expected and which was found."),
    code("E225", "two values can't be compared", "Numbers are compared with numbers, percentages with percentages, texts with texts."),
    code("E226", "a list would be too long", "`range` makes lists of up to a million numbers, so that every script ends."),
    code("E227", "`i2` alone is ambiguous", "I2 from Q and I2 from tau2 differ for random effects. Write `i2(q)` or `i2(tau2)`."),
    code("E228", "a field of a result takes a word in parentheses", "For example `i2(q)`, `i2(tau2)` and `p(q)`."),
    code("E229", "a result has no such field", "The help line names the nearest field or lists them."),
    code("E230", "the name of a result or an outcome is missing", "The statement needs to know what it is about."),
    code(
        "E231",
        "there is no such outcome",
        "The help line names the nearest outcome, or lists those of the data. Data without a column `outcome` have one, called `outcome`.",
    ),
    code(
        "E232",
        "a timepoint or an analysis set is left open",
        "The data have results for several, so the statement states which, as in `pool recovery at posttest itt`.",
    ),
    code(
        "E233",
        "no effect measure is stated",
        "The outcome states it, `set measure` does, or the clause `measure`. The help line lists what the data allow.",
    ),
    code(
        "E234",
        "there are no rows of this analysis set",
        "`itt`, `mitt`, `cc` and `pp` are known words, and the data do not hold this one for this outcome.",
    ),
    code("E235", "there is no such comparison", "Comparisons come from the columns `comparison`, or `arm1` and `arm2`, or from `compare`."),
    code("E236", "there is no such timepoint", "The help line lists the timepoints of this outcome."),
    code(
        "E237",
        "there is no such study",
        "The help line names the nearest study. A name with spaces stands in quotes; `P*` stands for all that begin with P.",
    ),
    code("E238", "there is no such column", "The help line names the nearest column or lists them."),
    code("E240", "there are no data yet", "`use \"FILE.csv\"` takes a data file, and `study NAME` writes data into the script."),
    code(
        "E241",
        "a statement takes no indented lines, or nothing after a colon",
        "Only `study` and `rule` have lines of their own below them.",
    ),
    code(
        "E242",
        "a statement of sessions in a script",
        "`undo` and `save session` look back at what was typed. A script is changed by writing it anew, and is saved already.",
    ),
    code("E243", "there is no such result", "A result gets its name with `let NAME = pool …`."),
    code(
        "E244",
        "a name is taken by the language",
        "Statement words, `it` and the words of expressions can't name values, results or rules.",
    ),
    code("E245", "a statement has no result to name", "`let` names a value, or the result of `pool …` or `NAME clauses…`."),
    code("E246", "a rule lacks `otherwise`", "A rule decides every case, so its last line is `otherwise …`."),
    code("E247", "an unknown edition", "An edition fixes every default. This version knows 2026."),
    code("E248", "`set` does not know this setting", "The help line lists the settings."),
    code("E249", "a script includes itself", "Directly, or through other scripts it includes."),
    code("E250", "there is no help on this word", "`help` alone lists the topics."),
    code(
        "E260",
        "a formula can't be read",
        "After `on` stand columns joined by `+`, `x * z` for two columns and their interaction, and `factor(x)`, `center(x)`, `powers(x, 2)`, `poly(x, 2)`, `spline(x, 3)`, `interaction(x, z)`; `- 1` or `no intercept` takes the intercept away.",
    ),
    code(
        "E261",
        "a regression has no such moderator or coefficient",
        "Questions to a regression name its moderators (`ablat`) or its coefficients (`alloc[random]`, `\"ablat:alloc[random]\"`). The help line lists them.",
    ),
    code(
        "E262",
        "a moderator has no such value",
        "Numbers for columns of numbers, one of its words for a column of words. Several values stand in a list: `ablat [13, 33, 55]`.",
    ),
    code(
        "E263",
        "a statement asks another kind of result",
        "`predict`, `contrast`, `test` and `vif` ask a regression, the other statements a pooled effect.",
    ),
    code(
        "E346",
        "a finding is not there",
        "`weald validate` prints eight characters with each finding. They stand for the rule, the keys of the row and its values, so that a changed value raises the finding anew.",
    ),
    code(
        "E351",
        "a value lies outside its scale",
        "Rule 1 of the data checks: a mean lies within the scale, and no scores within it have so large a standard deviation. `pool` refuses such a row until it is corrected, left out, or the finding settled with a reason.",
    ),
    code(
        "E357",
        "more people are analysed than there are",
        "Rule 7 of the data checks: no more people are analysed than were randomised, and the groups make the total. `pool` refuses such a row until it is corrected, left out, or the finding settled with a reason.",
    ),
    code("E401", "the effects can't be pooled", "The message names the study or the model and the reason."),
    code("E402", "a script runs too many statements", "Loops inside loops multiply. A script runs up to a million statements."),
    code("E403", "the time limit is reached", "`--time-limit SECONDS` sets it. The results before it stand."),
    code(
        "E410",
        "a rule can't decide",
        "A condition asks for a statistic that does not exist for these effects, such as Q of one study. An earlier branch can catch that case.",
    ),
    code(
        "E411",
        "a statement does not fit the model",
        "Some questions have no answer under some models: a study has no effect of its own under a common effect, and tau2 has a likelihood under ml and reml only. A clause on the statement changes the model: `blup of NAME model reml`.",
    ),
    code(
        "E412",
        "a model that pools counts has none",
        "Mantel-Haenszel and Peto pool the counts of both groups, so each study needs them, one row a trial.",
    ),
    code(
        "E413",
        "a further analysis has no result here",
        "The analysis it works on has too few studies, lacks what the method needs, or pools counts where the method needs effects. The message says which.",
    ),
    code(
        "E420",
        "one trial has several effects",
        "They are dependent, and pooling them as they stand would count people twice. The details list the rows, the help line the ways out.",
    ),
    code("E421", "dependent effects can't have this correlation", "The covariance matrix would not be positive definite."),
    code(
        "E422",
        "the sampling errors of a trial can't go together as its arms say",
        "Their covariance matrix is not positive definite. Of three comparisons among three arms, one follows from the other two: leave it out.",
    ),
    code(
        "E423",
        "a verb has no answer for a multilevel analysis",
        "It would take the effects of one trial for independent. The help line names what answers the question instead.",
    ),
    code(
        "E430",
        "the moderators give no regression",
        "A column follows from others, a factor has one level only, or no study has a value of every moderator. The message names them.",
    ),
    code(
        "E431",
        "too few studies for a regression or a common tau2",
        "Random effects need more studies than coefficients, and more studies than subgroups where these share tau2.",
    ),
    code(
        "W204",
        "a text is compared that no row holds",
        "The comparison is never true. The help line names the nearest value of the column.",
    ),
    code("W205", "a name is also a word of a clause", "After that clause it is the word. Another name avoids the doubt."),
    code(
        "W206",
        "a condition rests on a value that does not exist",
        "Neither branch of the `if` runs. `missing(x)` asks whether a value is missing.",
    ),
    code(
        "W207",
        "a result is written twice",
        "The data already hold a result of this study for the same outcome, timepoint, set, instrument and comparison. Both are kept, and pooling them asks what to do with dependent effects.",
    ),
    code(
        "W208",
        "`estimate` is on the analysis scale",
        "For ratios, proportions and correlations the printed number is on the natural scale: `display` and `display_ci`.",
    ),
    code(
        "W209",
        "the outcome's own measure goes before `set measure`",
        "An outcome declared with a measure keeps it: a setting for all outcomes does not change what one of them says of itself. A `measure` clause on the statement goes before both.",
    ),
    code(
        "W210",
        "a measure that the data do not allow",
        "No row of the outcome holds the numbers that the measure is computed from, so that nothing is pooled.",
    ),
    code(
        "W211",
        "an instrument of an outcome that is not known",
        "Its direction would never be used. The outcome may be misspelt, or declared only later.",
    ),
    code("W401", "a single study", "The result is the study's own. Nothing was pooled."),
    code(
        "W402",
        "two studies",
        "Heterogeneity rests on one difference, and t with 1 degree of freedom would be too wide to be of use, so that the edition gives Wald's interval (Gonnermann 2015).",
    ),
    code("W403", "Wald's interval under a common effect", "The interval set before belongs to random effects."),
    code(
        "W404",
        "an interval narrower than Wald's",
        "The edition keeps Wald's interval where the Knapp-Hartung interval would be narrower; one that is asked for by name is given as it is, with this note (Jackson 2017).",
    ),
    code("W405", "all effects are equal", "tau2 is 0."),
    code("W406", "tau2 is estimated as 0", "That does not show that there is no heterogeneity (Viechtbauer 2005)."),
    code("W407", "the likelihood of tau2 has several maxima", "The highest was taken."),
    code("W408", "a prediction interval from few studies", "None below three studies; from three and four it is imprecise (Riley 2011)."),
    code(
        "W409",
        "the Q-profile interval of tau2 is unusual",
        "It is empty, has no upper bound, or excludes the estimate, which rests on another principle (Viechtbauer 2007).",
    ),
    code(
        "W410",
        "a derived analysis keeps the branch of its rule",
        "Applied anew, the rule would choose another model. `model RULE` applies it anew.",
    ),
    code("W411", "a model of the list does not apply", "The next of the list was tried."),
    code(
        "W412",
        "sampling variances are very far apart",
        "The largest is at least ten million times the smallest. A variance in another unit is a common cause.",
    ),
    code(
        "W413",
        "a test without an estimate",
        "One group has no event in any study: there is no pooled ratio, but the Cochran-Mantel-Haenszel test exists.",
    ),
    code("W420", "studies in no subgroup", "The column that divides the studies has no value for them. They are in the overall result."),
    code("W421", "no test between subgroups", "Fewer than two subgroups have an estimate of their own with a tau2."),
    code("W422", "a subgroup of one study", "It has no tau2 of its own, so it is not in the test between subgroups."),
    code(
        "W423",
        "studies of equal order in a cumulative analysis",
        "They are added one at a time in the order of the file, which says nothing about time. `ties together` adds them at once.",
    ),
    code(
        "W424",
        "two factors that can't be told apart",
        "Each level of one goes with one level of the other in these studies, so that neither can be tested given the other.",
    ),
    code(
        "W430",
        "dependent effects are pooled as if independent",
        "As asked by `keep dependent because …`. The interval is too narrow where the effects agree.",
    ),
    code("W431", "an excluded study is not there", "`exclude` names a study that has no row in this analysis."),
    code("W432", "an effect rests on a p-value that is a bound", "A p printed as `<0.001` gives the smallest effect compatible with it."),
    code("W433", "the sign of an effect is assumed", "`F` and `p` have no direction. A column `favours` (1 or 2) states it."),
    code(
        "W434",
        "a reported test does not fit the data of its row",
        "The effect comes from the data; the test printed beside them says something else.",
    ),
    code("W435", "medians that look skewed were converted", "The conversion to means assumes no strong skewness (Shi 2023)."),
    code("W436", "effects were turned", "Their instruments run against the outcome, so that their signs were changed, once."),
    code(
        "W437",
        "the Freeman-Tukey scale can mislead",
        "Its values turn back into proportions or rates only through a sample size, and one for all studies can give results outside those of every study (Schwarzer et al. 2019; Röver & Friede 2022). Logits, or logs of rates, need none.",
    ),
    code(
        "W438",
        "the data checks found something in the rows that are pooled",
        "The note names the rules and studies. `check data`, or `weald validate` on the data, shows each finding with its row and column, what to do, and how to settle it.",
    ),
    code(
        "W439",
        "impossible values are pooled as they are",
        "A finding that stops `pool` was settled, by the name and for the reason the note gives. The result rests on values that can't be right as they stand.",
    ),
    code(
        "W440",
        "no answer in these data",
        "The statement has a result without numbers or rows: nothing was pooled, too few studies are left, or what is asked for does not exist for these effects.",
    ),
    code(
        "W441",
        "subsets without an estimate",
        "Some subsets of the studies can't be pooled by this model. They are left out of the distribution.",
    ),
    code(
        "W442",
        "too many points for a file",
        "JSON holds the points of up to 131,071 subsets, which are all of 17 studies. Beyond, it holds their distribution; `draws N` asks for a sample.",
    ),
    code(
        "W443",
        "an interval that can't be computed",
        "The bootstrap has no bias-corrected and accelerated interval where all replicates lie on one side of the estimate or the acceleration does not exist.",
    ),
    code(
        "W444",
        "analyses of a grid without a result",
        "Some combinations of the choices don't go together, or leave nothing to pool. They are listed with the reason and counted nowhere.",
    ),
    code(
        "W445",
        "the minimal important difference is in another unit",
        "It belongs to the measure that its outcome states. Intervals in other measures are not held against it.",
    ),
    code(
        "W446",
        "few studies for a bootstrap",
        "Resampled studies can't show more variety than the studies there are. Below ten, bootstrap intervals tend to be too narrow.",
    ),
    code("W447", "nothing is drawn", "`gosh` pools every subset of up to 20 studies, so that `draws` and `seed` change nothing."),
    code(
        "W450",
        "what to know of a test of small-study effects",
        "With fewer than ten studies such tests say little; ties change how a rank test is computed; the text says what applies.",
    ),
    code(
        "W451",
        "another test suits this measure better",
        "The standard error of a standardised mean difference or of a ratio depends on the effect itself, so that a plain regression on it finds asymmetry where there is none.",
    ),
    code(
        "W460",
        "studies without a moderator",
        "They lack a value, or their combined effects differ in it, and are not in the regression. Its k counts those that are.",
    ),
    code(
        "W461",
        "few studies for the number of moderators",
        "Fewer than ten studies per coefficient seldom suffice (Cochrane Handbook, section 10.11.4), and a moderator found in them may not be found again.",
    ),
    code(
        "W462",
        "what to know of a regression",
        "One study alone may decide a coefficient, the effects may lie on the model exactly, or there may be no heterogeneity to explain. The text says which.",
    ),
    code(
        "W463",
        "a prediction beyond the studies",
        "No study has a moderator's value so low or so high: what is said there rests on the shape of the model alone.",
    ),
    code("W464", "nothing can be inflated", "Variance inflation compares a term with the others. A single term has none beside it."),
    code(
        "W465",
        "what a permutation test can show",
        "With few arrangements no small p is possible; where all are tried, nothing is drawn.",
    ),
    code(
        "W470",
        "a variance of a multilevel model is 0, not separable or not identified",
        "An estimate of 0 does not show that there is none. With one effect per trial the two variances only add up; with one trial there is nothing between trials.",
    ),
    code("W471", "few trials", "The variance between trials, and t without degrees of freedom, rest on too little."),
    code(
        "W472",
        "a robust standard error that is weak or does not exist",
        "Below 4 Satterthwaite degrees of freedom neither p nor interval can be trusted (Tipton 2015). With one trial, or a coefficient that one trial decides, there is none.",
    ),
    code(
        "W473",
        "effects of a trial share an arm",
        "Their sampling errors correlate through that arm, from its own numbers, else from sizes (Gleser & Olkin 2009).",
    ),
    code(
        "W474",
        "t stands in place of hksj",
        "Hartung-Knapp's interval belongs to a model without levels; a multilevel one has t with trials - coefficients degrees of freedom.",
    ),
    code(
        "W475",
        "negative weights",
        "Among correlated effects of unequal precision the best estimate can subtract the imprecise ones. A lower `rho` makes them positive.",
    ),
    code(
        "W476",
        "the model takes dependent effects for independent",
        "`robust` corrects the standard error, the test and the interval, not the weights. `multilevel robust` models the dependence as well.",
    ),
    code(
        "W477",
        "a verb takes dependent effects for independent",
        "The analysis is robust in its standard error alone, and this verb does not use it.",
    ),
    code(
        "W478",
        "all sign patterns were used",
        "With few trials a wild bootstrap goes through all sign patterns, so that `draws` and `seed` change nothing and p can't be small.",
    ),
    code(
        "W479",
        "trials with effects in several subgroups",
        "Estimates of separate subgroups are then dependent. `multilevel … by COLUMN tau2 common` compares them in one model.",
    ),
];

/// Families of codes, by their first letters.
const FAMILIES: &[(&str, &str, &str)] = &[
    ("E1", "Syntax", "A line can't be read. The others are read all the same, so that one run tells of all broken lines."),
    ("E2", "Names and clauses", "A line can be read, and says something that does not exist or does not fit."),
    ("E3", "Data", "A data file or store holds something impossible, or can't be read. Messages show the row and the column."),
    ("E4", "Statistics", "An analysis can't be computed as asked."),
    ("E5", "Plans", "A registered plan does not hold."),
    ("W2", "Warnings: names and clauses", "The statement runs, and may not mean what was meant."),
    ("W3", "Warnings: rules and data", "The data are used as they are, and look odd."),
    ("W4", "Notes on results", "What a reader of the result should know."),
    ("W5", "Warnings: plans", "The plan holds, and something about it should be known."),
];

/// `docs/diagnostics.md`.
pub fn markdown() -> String {
    let mut out = String::from(
        "# Diagnostics\n\n\
         <!-- Made from src/diagnostic/codes.rs by `UPDATE=1 cargo test --test diagnostics`; do not edit. -->\n\n\
         Every error, warning and note has a code that stays the same from version to version: `E` stops the statement, `W` does not.\n\
         A message says what is wrong, marks the words it is about, and says what to do.\n\
         One run tells of all independent errors, in the order of the script; `weald check SCRIPT` does so without computing anything.\n\
         In JSON the code stands in `diagnostics` and, for notes on a result, in its `notes`.\n",
    );
    for (start, title, about) in FAMILIES {
        let mut codes = CODES.iter().filter(|c| c.code.starts_with(start)).peekable();
        if codes.peek().is_none() {
            continue;
        }
        out.push_str(&format!("\n## {start}xx: {title}\n\n{about}\n"));
        for code in codes {
            out.push_str(&format!("\n### {}: {}\n\n{}\n", code.code, code.summary, code.explanation));
        }
    }
    out
}
