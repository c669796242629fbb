//! The columns of the tidy CSV, in one table. Readers, writers, checks, suggestions
//! and `docs/store.md` derive from it.

use std::collections::HashMap;
use std::sync::LazyLock;

/// One column of the tidy CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its canonical name.
    pub name: &'static str,
    /// Other names it goes by.
    pub aliases: &'static [&'static str],
    /// What it holds.
    pub kind: Kind,
    /// What it means, one line.
    pub summary: &'static str,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text that says what the row is about.
    Key,
    /// A number within a range.
    Number(Range),
}

/// Which numbers are possible in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Every number.
    Any,
    /// Whole and at least 1: people.
    Count,
    /// Whole and at least 0: events.
    Events,
    /// Above 0: person-time, standard errors, variances.
    Positive,
    /// At least 0: standard deviations.
    Spread,
    /// From -1 to 1: correlations.
    Correlation,
    /// A p-value; a minus says that the effect is negative.
    Probability,
    /// 1 or 2: the group an effect favours.
    Group,
    /// 1 or 2: the sides of a test.
    Sides,
    /// Above 0 and below 100: a confidence level.
    Level,
}

impl Column {
    /// Whether the column holds a number.
    pub fn is_number(&self) -> bool {
        matches!(self.kind, Kind::Number(_))
    }
}

const fn key(name: &'static str, aliases: &'static [&'static str], summary: &'static str) -> Column {
    Column { name, aliases, kind: Kind::Key, summary }
}

const fn number(name: &'static str, range: Range, summary: &'static str) -> Column {
    Column { name, aliases: &[], kind: Kind::Number(range), summary }
}

use Range::{Any, Correlation, Count, Events, Group, Level, Positive, Probability, Sides, Spread};

/// Every column that has a meaning of its own. All others are moderators.
pub const COLUMNS: &[Column] = &[
    key("study", &[], "the study; rows with the same label are one study (required)"),
    key("outcome", &[], "the outcome; without this column the file holds one, named `outcome`"),
    key("timepoint", &[], "when it was measured"),
    key("analysis", &["analysis_set"], "the analysis set: `itt`, `mitt`, `cc`, `pp` or a name of your own"),
    key("instrument", &[], "what it was measured with"),
    key("rater", &[], "who rated it"),
    key("comparison", &[], "which comparison the row belongs to"),
    key("arm1", &[], "the intervention's arm; rows of one study that name the same arm share its people"),
    key("arm2", &[], "the comparator's arm"),
    key("trial", &[], "the trial; rows that share it are reports of one trial"),
    key("subgroup", &[], "disjoint people of one study, which are independent"),
    number("n1", Count, "people analysed in group 1, the intervention"),
    number("mean1", Any, "mean in group 1"),
    number("sd1", Spread, "standard deviation in group 1"),
    number("se1", Positive, "standard error of the mean in group 1, in place of the SD"),
    number("ci_lower1", Any, "lower confidence limit of the mean in group 1, in place of the SD"),
    number("ci_upper1", Any, "upper confidence limit of the mean in group 1"),
    number("median1", Any, "median in group 1, in place of mean and SD"),
    number("lq1", Any, "lower quartile in group 1"),
    number("uq1", Any, "upper quartile in group 1"),
    number("min1", Any, "smallest value in group 1"),
    number("max1", Any, "largest value in group 1"),
    number("events1", Events, "people with the event, or events, in group 1"),
    number("time1", Positive, "person-time in group 1"),
    number("n2", Count, "people analysed in group 2, the comparator"),
    number("mean2", Any, "mean in group 2"),
    number("sd2", Spread, "standard deviation in group 2"),
    number("se2", Positive, "standard error of the mean in group 2, in place of the SD"),
    number("ci_lower2", Any, "lower confidence limit of the mean in group 2, in place of the SD"),
    number("ci_upper2", Any, "upper confidence limit of the mean in group 2"),
    number("median2", Any, "median in group 2, in place of mean and SD"),
    number("lq2", Any, "lower quartile in group 2"),
    number("uq2", Any, "upper quartile in group 2"),
    number("min2", Any, "smallest value in group 2"),
    number("max2", Any, "largest value in group 2"),
    number("events2", Events, "people with the event, or events, in group 2"),
    number("time2", Positive, "person-time in group 2"),
    number("n", Count, "people, in a one-group measure or a correlation"),
    number("mean", Any, "mean of one group"),
    number("sd", Spread, "standard deviation of one group"),
    number("events", Events, "people with the event, or events, in one group"),
    number("time", Positive, "person-time of one group"),
    number("r", Correlation, "correlation; with `mean_pre` and `mean_post`, that between before and after"),
    number("mean_pre", Any, "mean before"),
    number("sd_pre", Spread, "standard deviation before"),
    number("mean_post", Any, "mean after"),
    number("sd_post", Spread, "standard deviation after"),
    number("sd_change", Spread, "standard deviation of the change, or of the differences in a crossover trial, in place of `r`"),
    number("mean_pre1", Any, "mean before in group 1, for `dppc`"),
    number("sd_pre1", Spread, "standard deviation before in group 1"),
    number("mean_post1", Any, "mean after in group 1"),
    number("sd_post1", Spread, "standard deviation after in group 1, where `r1` is to follow from `sd_change1`"),
    number("r1", Correlation, "correlation between before and after in group 1; `r` is that of both groups"),
    number("sd_change1", Spread, "standard deviation of the change in group 1, in place of `r1`"),
    number("mean_pre2", Any, "mean before in group 2"),
    number("sd_pre2", Spread, "standard deviation before in group 2"),
    number("mean_post2", Any, "mean after in group 2"),
    number("sd_post2", Spread, "standard deviation after in group 2"),
    number("r2", Correlation, "correlation between before and after in group 2"),
    number("sd_change2", Spread, "standard deviation of the change in group 2, in place of `r2`"),
    number("yi", Any, "an effect on the analysis scale (log for ratios)"),
    number("vi", Positive, "its variance"),
    number("sei", Positive, "its standard error"),
    number("ci_lower", Any, "its lower confidence limit"),
    number("ci_upper", Any, "its upper confidence limit"),
    number("effect", Any, "an effect as printed, on the natural scale; ratios are logged"),
    number("effect_lower", Any, "its lower confidence limit as printed"),
    number("effect_upper", Any, "its upper confidence limit as printed"),
    number("md", Any, "a raw mean difference; with `n1` and `n2` it can become standardised"),
    number("md_se", Positive, "its standard error"),
    number("md_ci_lower", Any, "its lower confidence limit"),
    number("md_ci_upper", Any, "its upper confidence limit"),
    number("t", Any, "a t statistic of two groups"),
    number("z", Any, "a z statistic of two groups"),
    number("F", Any, "an F statistic with 1 numerator degree of freedom"),
    number("p", Probability, "a p-value, two-sided unless `p_sides` says otherwise; `<0.001` is a bound"),
    number("p_sides", Sides, "1 for a one-sided `p`, which is doubled; 2 unless given"),
    number("d", Any, "a standardised mean difference without small-sample correction"),
    number("g", Any, "a standardised mean difference with it"),
    number("favours", Group, "the group, 1 or 2, that `F` or `p` favours"),
    number("oe", Any, "observed minus expected events"),
    number("v", Positive, "its variance"),
    number("ci_level", Level, "level of the confidence limits in percent, 95 unless given"),
    number("items", Count, "items of the instrument, 1 for sum scores (checks)"),
    number("scale_min", Any, "smallest possible score (checks)"),
    number("scale_max", Any, "largest possible score (checks)"),
    number("randomised1", Count, "people randomised to group 1 (checks)"),
    number("randomised2", Count, "people randomised to group 2 (checks)"),
    number("actual_weeks", Any, "when it was measured, in weeks after the anchor of its timepoint"),
    key("reported", &[], "what is known where no number is: `direction only`, `not significant`"),
    key("unit", &[], "the unit of the numbers, such as mmHg"),
    key("adjusted", &[], "whether they are adjusted, `yes` or `no` (checks)"),
    key("covariates", &[], "for what"),
    key("extractor", &[], "who extracted the row; several are separated by `;` (checks)"),
    key(
        "consensus",
        &[],
        "who decided where extractors differed; of rows of one result that one is pooled, or the one whose `extractor` is `consensus`",
    ),
    key("conversion", &[], "how the numbers were made from those of the report"),
    key("report", &[], "the report the numbers were taken from"),
    key("page", &[], "the page of that report"),
    key("quote", &[], "its words"),
    key("from", &[], "where the numbers were found, such as `Table 3`"),
    key("note", &[], "a remark"),
];

/// Columns that describe a row and are usual words: as a characteristic of studies they keep
/// their own sense, and a moderator of this name becomes the column.
pub(crate) const DESCRIPTIVE: &[&str] =
    &["reported", "unit", "adjusted", "covariates", "extractor", "consensus", "conversion", "report", "page", "quote"];

/// The analysis sets every store knows.
pub const ANALYSIS_SETS: &[&str] = &["itt", "mitt", "cc", "pp"];

/// Where the column of exactly this name stands in the table. Every cell of every file asks.
pub fn position(name: &str) -> Option<usize> {
    static PLACES: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| COLUMNS.iter().enumerate().map(|(at, c)| (c.name, at)).collect());
    PLACES.get(name).copied()
}

/// The column of a name, whatever its case.
pub fn find(name: &str) -> Option<&'static Column> {
    static OTHERS: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
        let mut places = HashMap::new();
        for (at, column) in COLUMNS.iter().enumerate() {
            for name in std::iter::once(&column.name).chain(column.aliases) {
                // Of names that differ in case only, the first column has it.
                places.entry(name.to_ascii_lowercase()).or_insert(at);
            }
        }
        places
    });
    let name = name.trim();
    position(name).or_else(|| OTHERS.get(&name.to_ascii_lowercase()).copied()).and_then(|at| COLUMNS.get(at))
}

/// The table of columns as Markdown, for `docs/store.md`.
pub fn markdown() -> String {
    let mut text = String::from("| column | holds | meaning |\n| --- | --- | --- |\n");
    for column in COLUMNS {
        let names = column.aliases.iter().fold(format!("`{}`", column.name), |all, alias| format!("{all} or `{alias}`"));
        let holds = match column.kind {
            Kind::Key => "text",
            Kind::Number(range) => match range {
                Any => "number",
                Count => "whole number, at least 1",
                Events => "whole number, at least 0",
                Positive => "number above 0",
                Spread => "number, at least 0",
                Correlation => "-1 to 1",
                Probability => "0 to 1, or a bound",
                Group | Sides => "1 or 2",
                Level => "percent",
            },
        };
        text.push_str(&format!("| {names} | {holds} | {} |\n", column.summary));
    }
    text
}
