//! The counts of a flow diagram, as the R package PRISMA2020 reads and writes them.

use super::position;
use crate::diagnostic::Problem;
use crate::store::flow::{FLOW_BOXES, FlowBox, Package};
use crate::store::model::Store;
use crate::store::problems::Problems;
use crate::store::review::FlowCount;
use crate::store::table::Table;

/// The counts that the package has, in its order.
pub(super) fn in_package() -> impl Iterator<Item = (&'static FlowBox, &'static Package)> {
    FLOW_BOXES.iter().filter_map(|b| Some((b, b.package.as_ref()?)))
}

/// Whether a table is one of a flow diagram.
pub(super) fn fits(table: &Table) -> bool {
    let Some(data) = position(table, "data") else { return false };
    position(table, "n").is_some() && table.rows.iter().any(|row| in_package().any(|(b, _)| b.data == row.cell(data)))
}

/// Adds the counts to the store.
pub(super) fn read(table: &Table, store: &mut Store, problems: &mut Problems) {
    let (Some(data), Some(n)) = (position(table, "data"), position(table, "n")) else {
        let problem = Problem::error("E304", "the file has no columns `data` and `n`");
        problems.push(Some(table.header_line), None, problem.help("PRISMA2020 writes `data,node,box,description,boxtext,tooltips,url,n`"));
        return;
    };
    let mut read = 0;
    for row in &table.rows {
        let (name, text) = (row.cell(data), row.cell(n));
        if text.is_empty() {
            continue;
        }
        let Some((_, package)) = in_package().find(|(b, _)| b.data == name) else {
            if !name.is_empty() {
                let problem = Problem::warning("W392", format!("`{name}` is no count of the flow diagram and is not read"));
                problems.push(Some(row.line), Some("data"), problem.help(format!("the file gives it {text}")));
            }
            continue;
        };
        read += 1;
        for part in text.split(';').map(str::trim).filter(|p| !p.is_empty()) {
            // The last comma parts a reason from its number.
            let (reason, number) = match part.rsplit_once(',') {
                Some((reason, number)) if package.listed => (Some(reason.trim().to_owned()), number.trim()),
                _ => (None, part),
            };
            match number.parse::<u64>() {
                Ok(count) => store.flow.push(FlowCount { stage: name.to_owned(), count, reason, stream: None }),
                Err(_) => {
                    // The package's template holds `xxx` where a number belongs.
                    let problem = Problem::error("E308", format!("`{part}` is no count"));
                    let help =
                        if package.listed { "write `Reason, number; Reason, number`" } else { "write a whole number, or leave it empty" };
                    problems.push(Some(row.line), Some("n"), problem.help(help));
                }
            }
        }
    }
    problems.whole(
        Problem::note("W390", format!("read as counts of a flow diagram: {read} of {}", in_package().count()))
            .help("texts, tooltips and links of the boxes are PRISMA2020's own, and are written anew by `export data as prisma`"),
    );
}
