//! The columns that metafor's `escalc` takes as arguments.

use super::{mapped, position};
use crate::store::cell::number;
use crate::store::columns::find;
use crate::store::problems::Problems;
use crate::store::table::Table;

/// Names that say by themselves that a table is metafor's.
const SIGNS: &[&str] = &[
    "ai", "bi", "ci", "di", "n1i", "n2i", "x1i", "x2i", "t1i", "t2i", "m1i", "m2i", "sd1i", "sd2i", "xi", "mi", "sdi", "ri", "ni", "slab",
];

/// Arguments and columns that mean the same whatever stands beside them.
const SAME: &[(&str, &str)] = &[
    ("ai", "events1"),
    ("n1i", "n1"),
    ("n2i", "n2"),
    ("x1i", "events1"),
    ("x2i", "events2"),
    ("t1i", "time1"),
    ("t2i", "time2"),
    ("xi", "events"),
    ("mi", "mean"),
    ("sdi", "sd"),
    ("ni", "n"),
    ("ri", "r"),
    ("yi", "yi"),
    ("vi", "vi"),
    ("sei", "sei"),
];

/// Whether a table is metafor's: its labels stand in `slab`, or it has metafor's columns and none of
/// Weald's own numbers.
pub(super) fn fits(table: &Table) -> bool {
    let has = |name: &str| position(table, name).is_some();
    if !has("study") && has("slab") {
        return true;
    }
    let signs = SIGNS.iter().filter(|s| table.header.iter().any(|h| h == *s)).count();
    let own = table.header.iter().any(|h| find(h).is_some_and(|c| c.is_number() && !matches!(c.name, "yi" | "vi" | "sei")));
    // As `escalc` leaves its effects beside the columns of a data set.
    let effects = has("yi") && (has("vi") || has("sei")) && !has("study") && labelled(table).is_some();
    !own && (signs >= 2 || effects || (has("yi") && has("slab")))
}

/// The columns of author and year, where no column is a label.
fn labelled(table: &Table) -> Option<(usize, usize)> {
    let author = ["author", "authors"].iter().find_map(|name| position(table, name))?;
    Some((author, position(table, "year")?))
}

/// What the columns of a header are read as, where it is read as metafor's at all.
pub(super) fn names(header: &[String]) -> Vec<String> {
    let mut table = Table::new(header.to_vec(), 1);
    if super::recognise(&table, &super::ReadAs::default()) == super::Format::Metafor {
        rename(&mut table);
    }
    table.header
}

/// Gives the columns Weald's names, and says which.
pub(super) fn read(table: &mut Table, problems: &mut Problems) {
    let pairs = rename(table);
    mapped("metafor's columns", &pairs, problems);
}

/// Gives the columns Weald's names; what became what.
fn rename(table: &mut Table) -> Vec<(String, String)> {
    let has = |table: &Table, name: &str| position(table, name).is_some();
    let mut pairs: Vec<(String, String)> = Vec::new();
    label(table, &mut pairs);
    // Cells of a 2x2 table give the group's size.
    for (events, others, size, n) in [("ai", "bi", "n1i", "n1"), ("ci", "di", "n2i", "n2")] {
        if let (Some(a), Some(b), false) = (position(table, events), position(table, others), has(table, size) || has(table, n)) {
            let sums: Vec<String> = table.rows.iter().map(|row| total(row.cell(a), row.cell(b))).collect();
            table.add_column(n, sums);
            pairs.push((format!("{events} + {others}"), n.to_owned()));
        }
    }
    let two_by_two = has(table, "ai");
    let two_groups = has(table, "n1i") || has(table, "n1");
    // With `ni` and no sizes of groups, `m1i` and `m2i` are of one group at two times.
    let paired = has(table, "m1i") && has(table, "ni") && !two_groups;
    let test = two_groups && !has(table, "xi");
    let mut wanted: Vec<(&str, &str)> = SAME.to_vec();
    if two_by_two {
        wanted.push(("ci", "events2"));
    }
    if paired {
        wanted.extend([("m1i", "mean_post"), ("m2i", "mean_pre"), ("sd1i", "sd_post"), ("sd2i", "sd_pre")]);
    } else {
        wanted.extend([("m1i", "mean1"), ("sd1i", "sd1"), ("m2i", "mean2"), ("sd2i", "sd2")]);
    }
    wanted.push(if test { ("ti", "t") } else { ("ti", "time") });
    if two_groups {
        wanted.extend([("pi", "p"), ("fi", "F")]);
        // In a 2x2 table `di` is a cell.
        wanted.extend((!two_by_two).then_some(("di", "d")));
    }
    for (from, to) in wanted {
        let Some(column) = position(table, from).filter(|_| from == to || !has(table, to)) else { continue };
        if let Some(name) = table.header.get_mut(column) {
            if name != to {
                pairs.push((name.clone(), to.to_owned()));
            }
            to.clone_into(name);
        }
    }
    pairs
}

/// The studies' labels: `slab`, or author and year, where no column is called `study`.
fn label(table: &mut Table, pairs: &mut Vec<(String, String)>) {
    if position(table, "study").is_some() {
        return;
    }
    if let Some(slab) = position(table, "slab") {
        if let Some(name) = table.header.get_mut(slab) {
            pairs.push((std::mem::replace(name, "study".to_owned()), "study".to_owned()));
        }
    } else if let Some((author, year)) = labelled(table) {
        let labels = table.rows.iter().map(|row| format!("{} {}", row.cell(author), row.cell(year)).trim().to_owned()).collect();
        table.add_column("study", labels);
        pairs.push(("author year".to_owned(), "study".to_owned()));
    }
}

/// The sum of two whole numbers as text; empty if one is missing, the faulty text if one is none.
fn total(a: &str, b: &str) -> String {
    match (number(a, false), number(b, false)) {
        (Some((_, a)), Some((_, b))) => crate::store::Cell::exact(a + b).text,
        _ if a.is_empty() || b.is_empty() => String::new(),
        (None, _) => a.to_owned(),
        (_, None) => b.to_owned(),
    }
}
