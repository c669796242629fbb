//! Values that cannot be, whatever the measure.

use super::input::Input;
use super::outcome::NoEffect;

const POSITIVE: &[&str] = &[
    "n1", "n2", "n", "time1", "time2", "time", "vi", "sei", "md_se", "v",
];
const NOT_NEGATIVE: &[&str] = &[
    "sd1",
    "sd2",
    "sd",
    "se1",
    "se2",
    "sd_pre",
    "sd_post",
    "sd_change",
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
const ORDERED_PAIRS: &[[&str; 2]] = &[
    ["min1", "lq1"],
    ["min2", "lq2"],
    ["uq1", "max1"],
    ["uq2", "max2"],
    ["events1", "n1"],
    ["events2", "n2"],
    ["events", "n"],
];

/// The first value of the row that cannot be.
pub(super) fn check(row: &Input) -> Result<(), NoEffect> {
    for column in Input::COLUMNS {
        if row.get(column).is_some_and(|x| !x.is_finite()) {
            return Err(NoEffect::invalid(column, "is not a finite number"));
        }
    }
    for column in POSITIVE {
        if let Some(x) = row.get(column).filter(|x| *x <= 0.0) {
            return Err(NoEffect::invalid(
                column,
                format!("is {x}: it must be above 0"),
            ));
        }
    }
    for column in NOT_NEGATIVE {
        if let Some(x) = row.get(column).filter(|x| *x < 0.0) {
            return Err(NoEffect::invalid(
                column,
                format!("is {x}: it cannot be negative"),
            ));
        }
    }
    for [low, middle, high] in ORDERED {
        let (l, m, h) = (row.get(low), row.get(middle), row.get(high));
        if let (Some(l), Some(h)) = (l, h)
            && l > h
        {
            return Err(NoEffect::invalid(
                low,
                format!("is {l}, above `{high}` {h}"),
            ));
        }
        if let Some(m) = m
            && (l.is_some_and(|l| m < l) || h.is_some_and(|h| m > h))
        {
            let (l, h) = (l.unwrap_or(f64::NEG_INFINITY), h.unwrap_or(f64::INFINITY));
            return Err(NoEffect::invalid(
                middle,
                format!("is {m}, outside `{low}` {l} to `{high}` {h}"),
            ));
        }
    }
    for [small, large] in ORDERED_PAIRS {
        if let (Some(s), Some(l)) = (row.get(small), row.get(large))
            && s > l
        {
            return Err(NoEffect::invalid(
                small,
                format!("is {s}, above `{large}` {l}"),
            ));
        }
    }
    if let Some(r) = row.r.filter(|r| r.abs() > 1.0) {
        return Err(NoEffect::invalid(
            "r",
            format!("is {r}: a correlation is within -1 and 1"),
        ));
    }
    if let Some(level) = row.ci_level.filter(|l| *l <= 1.0 || *l >= 100.0) {
        return Err(NoEffect::invalid(
            "ci_level",
            format!("is {level}: a percentage between 1 and 100 (95) is needed"),
        ));
    }
    if let Some(p) = row.p {
        if !p.value.is_finite() || p.value.abs() > 1.0 {
            return Err(NoEffect::invalid(
                "p",
                format!("is {}: not a probability", p.value),
            ));
        }
        if p.value == 0.0 {
            return Err(NoEffect::invalid("p", "is 0: give a bound such as <0.001"));
        }
    }
    if let Some(g) = row.favours.filter(|g| *g != 1 && *g != 2) {
        return Err(NoEffect::invalid(
            "favours",
            format!("is {g}: 1 or 2 is needed"),
        ));
    }
    if let Some(f) = row.df.filter(|df| *df <= 0.0) {
        return Err(NoEffect::invalid(
            "df",
            format!("is {f}: it must be above 0"),
        ));
    }
    Ok(())
}
