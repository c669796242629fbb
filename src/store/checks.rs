//! Values that no study can have: found when a row is read, before anything is computed.

use super::cell::{Bound, Cell};
use super::columns::{COLUMNS, Kind, Range, position};
use super::row::Row;
use crate::diagnostic::Problem;

/// Pairs of columns of which the first can't be above the second.
const ORDERED: &[(&str, &str)] = &[
    ("ci_lower", "ci_upper"),
    ("ci_lower1", "ci_upper1"),
    ("ci_lower2", "ci_upper2"),
    ("effect_lower", "effect_upper"),
    ("md_ci_lower", "md_ci_upper"),
    ("min1", "lq1"),
    ("lq1", "median1"),
    ("median1", "uq1"),
    ("lq1", "uq1"),
    ("uq1", "max1"),
    ("min1", "median1"),
    ("median1", "max1"),
    ("min1", "max1"),
    ("min2", "lq2"),
    ("lq2", "median2"),
    ("median2", "uq2"),
    ("lq2", "uq2"),
    ("uq2", "max2"),
    ("min2", "median2"),
    ("median2", "max2"),
    ("min2", "max2"),
    ("scale_min", "scale_max"),
];

/// Columns that count events, and the people among whom they are counted.
const EVENTS: &[(&str, &str)] = &[("events1", "n1"), ("events2", "n2"), ("events", "n")];

/// Every impossible value of a row, with the column it stands in. Places are left to the caller.
pub(crate) fn impossible(row: &Row) -> Vec<(&str, Problem)> {
    let mut found = Vec::new();
    // A row holds a handful of the many columns.
    let mut places: Vec<(usize, &Cell)> = row.values.iter().filter_map(|(name, cell)| Some((position(name)?, cell))).collect();
    places.sort_unstable_by_key(|(place, _)| *place);
    let value = |name: &str| row.values.iter().find(|(n, _)| *n == name).map(|(_, cell)| cell);
    for (place, cell) in places {
        let column = &COLUMNS[place];
        let Kind::Number(range) = column.kind else { continue };
        if let Some(problem) = out_of_range(column.name, range, cell) {
            found.push((column.name, problem));
        }
    }
    let wrong = |name: &str| found.iter().any(|(column, problem)| *column == name && problem.is_error());
    let mut related = Vec::new();
    for (events, people) in EVENTS {
        if let (Some(e), Some(n)) = (value(events), value(people))
            && e.value > n.value
            && !wrong(events)
            && !wrong(people)
        {
            let problem =
                Problem::error("E310", format!("more events than people: `{events}` is {}, `{people}` {}", e.text, n.text)).help(format!(
                    "check both; for events that can happen twice to a person give `{}` (person-time) instead of `{people}`",
                    events.replace("events", "time")
                ));
            related.push((*events, problem));
        }
    }
    for (lower, upper) in ORDERED {
        if let (Some(l), Some(u)) = (value(lower), value(upper))
            && l.value > u.value
            && !related.iter().any(|(column, _)| column == lower || column == upper)
        {
            let problem = Problem::error("E312", format!("`{lower}` ({}) is above `{upper}` ({})", l.text, u.text))
                .help("the two may be swapped, or a minus may be missing");
            related.push((*lower, problem));
        }
    }
    found.extend(related);
    found
}

/// What is wrong with one number by itself.
fn out_of_range(name: &str, range: Range, cell: &Cell) -> Option<Problem> {
    let (x, text) = (cell.value, cell.text.as_str());
    let error = |code, what: &str, help: &str| Some(Problem::error(code, format!("`{name}` is {text}: {what}")).help(help));
    if cell.bound != Bound::Exact && name != "p" {
        return error("E308", "only `p` may be a bound", "leave the cell empty and say so in `note`");
    }
    match range {
        Range::Count if x <= 0.0 => error("E310", "a number of people or items is at least 1", "leave it empty if it is not known"),
        Range::Count if x.fract() != 0.0 => {
            error("E310", "a number of people or items is whole", "round an effective sample size to a whole number")
        }
        Range::Events if x < 0.0 => error("E310", "events can't be negative", "check the cell against the report"),
        Range::Events if x.fract() != 0.0 => error("E310", "events are whole", "a percentage of people must be turned into their number"),
        Range::Positive if x <= 0.0 => {
            let what = match name {
                "vi" | "v" => "a variance is above 0",
                n if n.starts_with("time") => "person-time is above 0",
                _ => "a standard error is above 0",
            };
            error("E311", what, "check the cell against the report; leave it empty if it is not known")
        }
        Range::Spread if x < 0.0 => error("E311", "a standard deviation can't be negative", "check the cell against the report"),
        Range::Spread if x == 0.0 => Some(
            Problem::warning("W312", format!("`{name}` is {text}: nobody differed from anybody"))
                .help("leave it empty if it was not reported"),
        ),
        Range::Correlation if x.abs() > 1.0 => error("E313", "a correlation lies between -1 and 1", "check the cell against the report"),
        Range::Probability if x.abs() > 1.0 => error("E313", "a p-value lies between 0 and 1", "check the cell; `<0.001` is a bound"),
        Range::Probability if x == 0.0 && cell.bound == Bound::Exact => Some(
            Problem::warning("W313", format!("`{name}` is {text}: no test gives exactly 0"))
                .help("printed zeros are rounded: write a bound, such as `<0.001` for 0.000"),
        ),
        Range::Group if x != 1.0 && x != 2.0 => {
            error("E313", "it names group 1 or group 2", "write 1 if the effect favours the intervention, 2 if the comparator")
        }
        Range::Sides if x != 1.0 && x != 2.0 => {
            error("E313", "a p-value is one-sided or two-sided", "write 1 or 2; an empty cell is two-sided")
        }
        Range::Level if x > 0.0 && x < 1.0 => {
            error("E313", "it is a percentage", &format!("write {} for {text}", Cell::exact((x * 1e6).round() / 1e4).text))
        }
        Range::Level if x <= 0.0 || x >= 100.0 => error("E313", "a level lies between 0 and 100 percent", "usual are 90, 95 and 99"),
        _ => None,
    }
}
