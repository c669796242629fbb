//! Values that cannot be, among the columns that a measure may use.

use super::input::Input;
use super::measure::Measure;
use super::outcome::NoEffect;

/// Columns of effects that come with their precision: any measure may use them.
const SUPPLIED: &[&str] = &["yi", "vi", "sei", "ci_lower", "ci_upper", "effect", "effect_lower", "effect_upper", "ci_level"];
const MEANS: &[&str] = &[
    "n1",
    "mean1",
    "sd1",
    "se1",
    "ci_lower1",
    "ci_upper1",
    "median1",
    "lq1",
    "uq1",
    "min1",
    "max1",
    "n2",
    "mean2",
    "sd2",
    "se2",
    "ci_lower2",
    "ci_upper2",
    "median2",
    "lq2",
    "uq2",
    "min2",
    "max2",
    "md",
    "md_se",
    "md_ci_lower",
    "md_ci_upper",
    "t",
    "z",
    "f",
    "df",
    "d",
    "g",
];
const COUNTS: &[&str] = &["events1", "n1", "events2", "n2", "oe", "v", "t", "z", "f", "df"];
/// Without n1 and n2: one person may have several events.
const PERSON_TIME: &[&str] = &["events1", "time1", "events2", "time2", "t", "z", "f", "df"];
const PRE_POST_CONTROL: &[&str] = &[
    "n1",
    "mean_pre1",
    "sd_pre1",
    "mean_post1",
    "sd_post1",
    "r1",
    "sd_change1",
    "n2",
    "mean_pre2",
    "sd_pre2",
    "mean_post2",
    "sd_post2",
    "r2",
    "sd_change2",
    "r",
];
const PAIRED: &[&str] = &["n", "mean_pre", "sd_pre", "mean_post", "sd_post", "sd_change", "r"];

/// The columns that the effect of a measure may come from, [`SUPPLIED`] apart. What a row
/// has besides may be a moderator of that name, and is not looked at.
fn own_columns(measure: Measure) -> &'static [&'static str] {
    use Measure as M;
    match measure {
        M::Md | M::Smd | M::Smd1 | M::Smdh | M::Rom => MEANS,
        M::Or | M::Rr | M::Rd | M::As | M::Peto => COUNTS,
        M::Irr | M::Ird | M::Irsd => PERSON_TIME,
        M::Cor | M::Zcor | M::Ucor => &["r", "n"],
        M::Pr | M::Pln | M::Plo | M::Pas | M::Pft => &["events", "n"],
        M::Ir | M::Irln | M::Irs | M::Irft => &["events", "time"],
        M::Mn | M::Mnln => &["n", "mean", "sd"],
        M::Mc | M::Smcc | M::Smcr | M::Romc => PAIRED,
        M::Dppc => PRE_POST_CONTROL,
        M::Hr | M::Generic => &["oe", "v"],
    }
}

const POSITIVE: &[&str] = &["n1", "n2", "n", "time1", "time2", "time", "vi", "sei", "md_se", "v"];
const NOT_NEGATIVE: &[&str] = &[
    "sd1",
    "sd2",
    "sd",
    "se1",
    "se2",
    "sd_pre",
    "sd_post",
    "sd_change",
    "sd_pre1",
    "sd_post1",
    "sd_change1",
    "sd_pre2",
    "sd_post2",
    "sd_change2",
    "events1",
    "events2",
    "events",
    "df",
];
/// Lower, estimate, upper.
const ORDERED: &[[&str; 3]] = &[
    ["ci_lower1", "mean1", "ci_upper1"],
    ["ci_lower2", "mean2", "ci_upper2"],
    ["ci_lower", "yi", "ci_upper"],
    ["effect_lower", "effect", "effect_upper"],
    ["md_ci_lower", "md", "md_ci_upper"],
    ["lq1", "median1", "uq1"],
    ["lq2", "median2", "uq2"],
    ["min1", "median1", "max1"],
    ["min2", "median2", "max2"],
];
const ORDERED_PAIRS: &[[&str; 2]] =
    &[["min1", "lq1"], ["min2", "lq2"], ["uq1", "max1"], ["uq2", "max2"], ["events1", "n1"], ["events2", "n2"], ["events", "n"]];

/// The first value of the row that cannot be, among those that the measure may use.
pub(super) fn check(measure: Measure, whole: &Input) -> Result<(), NoEffect> {
    let own = own_columns(measure);
    let row: Vec<(&str, f64)> = whole.present().filter(|(c, _)| SUPPLIED.contains(c) || own.contains(c)).collect();
    let get = |column: &str| row.iter().find(|(c, _)| *c == column).map(|(_, x)| *x);
    for (column, x) in &row {
        if !x.is_finite() {
            return Err(NoEffect::invalid(column, "is not a finite number"));
        }
        if *x <= 0.0 && POSITIVE.contains(column) {
            return Err(NoEffect::invalid(column, format!("is {x}: it must be above 0")));
        }
        if *x < 0.0 && NOT_NEGATIVE.contains(column) {
            return Err(NoEffect::invalid(column, format!("is {x}: it cannot be negative")));
        }
    }
    for [low, middle, high] in ORDERED {
        let (l, m, h) = (get(low), get(middle), get(high));
        if let (Some(l), Some(h)) = (l, h)
            && l > h
        {
            return Err(NoEffect::invalid(low, format!("is {l}, above `{high}` {h}")));
        }
        if let Some(m) = m
            && (l.is_some_and(|l| m < l) || h.is_some_and(|h| m > h))
        {
            let (l, h) = (l.unwrap_or(f64::NEG_INFINITY), h.unwrap_or(f64::INFINITY));
            return Err(NoEffect::invalid(middle, format!("is {m}, outside `{low}` {l} to `{high}` {h}")));
        }
    }
    for [small, large] in ORDERED_PAIRS {
        if let (Some(s), Some(l)) = (get(small), get(large))
            && s > l
        {
            return Err(NoEffect::invalid(small, format!("is {s}, above `{large}` {l}")));
        }
    }
    for column in ["r", "r1", "r2"] {
        if let Some(r) = get(column).filter(|r| r.abs() > 1.0) {
            return Err(NoEffect::invalid(column, format!("is {r}: a correlation is within -1 and 1")));
        }
    }
    if let Some(level) = get("ci_level").filter(|l| *l <= 1.0 || *l >= 100.0) {
        return Err(NoEffect::invalid("ci_level", format!("is {level}: a percentage between 1 and 100 (95) is needed")));
    }
    // A reported test counts where two groups are compared.
    let tested = own.contains(&"t");
    if let Some(p) = whole.p.filter(|_| tested) {
        if !p.value.is_finite() || p.value.abs() > 1.0 {
            return Err(NoEffect::invalid("p", format!("is {}: not a probability", p.value)));
        }
        if p.value == 0.0 {
            return Err(NoEffect::invalid("p", "is 0: give a bound such as <0.001"));
        }
    }
    if let Some(g) = whole.favours.filter(|g| tested && *g != 1 && *g != 2) {
        return Err(NoEffect::invalid("favours", format!("is {g}: 1 or 2 is needed")));
    }
    if let Some(f) = get("df").filter(|df| *df <= 0.0) {
        return Err(NoEffect::invalid("df", format!("is {f}: it must be above 0")));
    }
    Ok(())
}
