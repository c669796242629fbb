//! Tables with a row per arm: the arms of a study become comparisons with its control.

use super::position;
use crate::diagnostic::Problem;
use crate::store::columns::{COLUMNS, Kind, find};
use crate::store::problems::Problems;
use crate::store::table::{Record, Table};
use indexmap::IndexMap;

/// What the column of arms may be called.
const ARM: &[&str] = &["arm", "group", "treatment", "condition"];
/// Columns that say which arm is the comparator.
const ROLE: &[&str] = &["role", "arm_role"];
/// What such a column says of a comparator.
const COMPARATOR: &[&str] = &["control", "comparator", "reference", "2"];
/// Arms that are comparators by their name.
const CONTROLS: &[&str] = &[
    "control",
    "controls",
    "placebo",
    "comparator",
    "usual care",
    "tau",
    "treatment as usual",
    "waitlist",
    "waiting list",
    "wait-list",
    "wlc",
    "no treatment",
    "standard care",
    "care as usual",
];

fn arm_column(table: &Table) -> Option<usize> {
    ARM.iter().find_map(|name| position(table, name))
}

/// The name that a one-group column has for group 1 of two, without the digit.
fn of_group(name: &str) -> Option<&'static str> {
    let column = COLUMNS.iter().find(|c| c.is_number() && c.name.strip_suffix('1').is_some_and(|base| base.eq_ignore_ascii_case(name)))?;
    column.name.strip_suffix('1')
}

/// Whether a row is an arm: a column of arms, numbers of one group, and several arms in most studies.
pub(super) fn fits(table: &Table) -> bool {
    let (Some(arm), Some(study)) = (arm_column(table), position(table, "study")) else { return false };
    let two = table.header.iter().any(|h| find(h).is_some_and(|c| c.is_number() && c.name.ends_with(['1', '2'])));
    let one = ["n", "events"].iter().any(|n| position(table, n).is_some());
    let mut arms: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for row in &table.rows {
        arms.entry(row.cell(study)).or_default().push(row.cell(arm));
    }
    let several = |names: &Vec<&str>| names.iter().any(|n| *n != names[0]);
    !two && one && 2 * arms.values().filter(|names| several(names)).count() > arms.len()
}

/// One row per comparison of an arm with its study's control.
pub(super) fn read(table: Table, control: Option<&str>, problems: &mut Problems) -> Table {
    let Some(arm) = arm_column(&table) else {
        let problem = Problem::error("E390", "no column names the arms");
        let help = format!("name it `{}`; one row per comparison needs no such column, and is read `as tidy`", ARM.join("`, `"));
        problems.push(Some(table.header_line), None, problem.help(help));
        return table;
    };
    let role = ROLE.iter().find_map(|name| position(&table, name));
    let keys: Vec<usize> = key_columns(&table, arm);
    let mut groups: IndexMap<Vec<String>, Vec<&Record>> = IndexMap::new();
    for row in &table.rows {
        groups.entry(keys.iter().map(|k| row.cell(*k).to_owned()).collect()).or_default().push(row);
    }
    let layout = Layout::of(&table, arm, role, groups.values());
    let mut out = Table::new(layout.header(), table.header_line);
    let mut chosen: IndexMap<String, usize> = IndexMap::new();
    for rows in groups.values() {
        let Some(second) = comparator(rows, arm, role, control, problems) else { continue };
        *chosen.entry(second.cell(arm).to_owned()).or_default() += 1;
        for first in rows.iter().filter(|r| !std::ptr::eq(**r, second)) {
            out.rows.push(Record { line: first.line, cells: layout.cells(first, second) });
        }
    }
    if !chosen.is_empty() {
        let list: Vec<String> = chosen.iter().map(|(name, n)| format!("`{name}` ({n})")).collect();
        let note = format!("{} rows, one an arm, make {} comparisons; group 2 is {}", table.rows.len(), out.rows.len(), list.join(", "));
        problems.whole(
            Problem::note("W390", note).help("name another with `control \"NAME\"`; rows of one study share their control's people"),
        );
    }
    out
}

/// The columns within which arms are compared: the keys of a row but for the arm.
fn key_columns(table: &Table, arm: usize) -> Vec<usize> {
    let is_key = |name: &str| find(name).is_some_and(|c| c.kind == Kind::Key && !matches!(c.name, "from" | "note" | "arm1" | "arm2"));
    (0..table.header.len()).filter(|c| *c != arm && table.header.get(*c).is_some_and(|h| is_key(h))).collect()
}

/// The comparator among the arms of one study; what stands in the way goes to the problems.
fn comparator<'a>(
    rows: &[&'a Record],
    arm: usize,
    role: Option<usize>,
    control: Option<&str>,
    problems: &mut Problems,
) -> Option<&'a Record> {
    let names: Vec<String> = rows.iter().map(|r| format!("`{}`", r.cell(arm))).collect();
    let line = rows.first().map(|r| r.line);
    let fail = |problems: &mut Problems, what: String, help: &str| {
        problems.push(line, Some("arm"), Problem::error("E391", what).help(help));
        None
    };
    if rows.len() < 2 {
        return fail(
            problems,
            format!("there is one arm ({}) where two are compared", names.join("")),
            "add the row of the other arm, or correct the study, outcome or time, by which arms are put together; rows that are single groups are read `as tidy`",
        );
    }
    let says = |row: &&&Record, words: &[&str], column: usize| words.iter().any(|w| w.eq_ignore_ascii_case(row.cell(column)));
    let found: Vec<&&Record> = match (control, role) {
        (Some(control), _) => rows.iter().filter(|r| says(r, &[control], arm)).collect(),
        (None, Some(role)) => rows.iter().filter(|r| says(r, COMPARATOR, role)).collect(),
        (None, None) => rows.iter().filter(|r| says(r, CONTROLS, arm)).collect(),
    };
    match found.as_slice() {
        [one] => Some(one),
        [] => fail(
            problems,
            format!("none of the arms {} is known as the comparator", names.join(", ")),
            "say which with `control \"NAME\"` (`--control NAME` at the command line), or add a column `role` that says `control`",
        ),
        _ => fail(
            problems,
            format!("several of the arms {} may be the comparator", names.join(", ")),
            "keep one comparator for each study, outcome and time: say which with `control \"NAME\"`, or in a column `role`",
        ),
    }
}

/// Where the columns of a comparison come from.
struct Layout {
    /// Columns of both arms: from where, and the name without the group's digit.
    groups: Vec<(usize, &'static str)>,
    /// Columns that the two arms share, or join where they are remarks.
    shared: Vec<(usize, String)>,
    /// Other columns in which the arms of some study differ: one for each arm.
    apart: Vec<(usize, String)>,
    arm: usize,
}

impl Layout {
    fn of<'a>(table: &Table, arm: usize, role: Option<usize>, studies: impl Iterator<Item = &'a Vec<&'a Record>> + Clone) -> Self {
        let (mut groups, mut shared, mut apart) = (Vec::new(), Vec::new(), Vec::new());
        let differ = |column: usize| studies.clone().any(|rows| rows.iter().any(|r| r.cell(column) != rows[0].cell(column)));
        for (column, name) in table.header.iter().enumerate().filter(|(c, _)| *c != arm && Some(*c) != role) {
            match of_group(name) {
                Some(base) => groups.push((column, base)),
                None if find(name).is_none() && differ(column) => apart.push((column, name.clone())),
                None => shared.push((column, name.clone())),
            }
        }
        Layout { groups, shared, apart, arm }
    }

    fn header(&self) -> Vec<String> {
        let mut header: Vec<String> = self.shared.iter().map(|(_, name)| name.clone()).collect();
        header.extend(["arm1".to_owned(), "arm2".to_owned()]);
        for group in ["1", "2"] {
            header.extend(self.groups.iter().map(|(_, base)| format!("{base}{group}")));
            header.extend(self.apart.iter().map(|(_, name)| format!("{name}_arm{group}")));
        }
        header
    }

    fn cells(&self, first: &Record, second: &Record) -> Vec<String> {
        let join = |column: usize| match (first.cell(column), second.cell(column)) {
            (a, b) if a == b || b.is_empty() => a.to_owned(),
            ("", b) => b.to_owned(),
            (a, b) => format!("{a}; {b}"),
        };
        let mut cells: Vec<String> = self.shared.iter().map(|(column, _)| join(*column)).collect();
        cells.extend([first.cell(self.arm).to_owned(), second.cell(self.arm).to_owned()]);
        for row in [first, second] {
            cells.extend(self.groups.iter().map(|(column, _)| row.cell(*column).to_owned()));
            cells.extend(self.apart.iter().map(|(column, _)| row.cell(*column).to_owned()));
        }
        cells
    }
}
