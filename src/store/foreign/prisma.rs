//! The counts of a flow diagram, as the R package PRISMA2020 reads and writes them.

use super::position;
use crate::diagnostic::Problem;
use crate::store::model::Store;
use crate::store::problems::Problems;
use crate::store::review::FlowCount;
use crate::store::table::Table;

/// One count of the diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowBox {
    /// Its name in the column `data`; as the stage of a count of the store.
    pub data: &'static str,
    /// The node of its box, for the first count of each.
    pub node: &'static str,
    /// Its box.
    pub box_name: &'static str,
    /// What stands in the box.
    pub text: &'static str,
    /// Whether it is a list of named counts (`Name1, n; Name2, n`).
    pub listed: bool,
}

const fn one(data: &'static str, node: &'static str, box_name: &'static str, text: &'static str) -> FlowBox {
    FlowBox { data, node, box_name, text, listed: false }
}

const fn list(data: &'static str, node: &'static str, box_name: &'static str, text: &'static str) -> FlowBox {
    FlowBox { data, node, box_name, text, listed: true }
}

/// All counts, in the order of the diagram. They are also the stages that a store's flow
/// should use, so that figures and checks find them.
pub const BOXES: &[FlowBox] = &[
    one("previous_studies", "node5", "box1", "Studies included in previous version of review"),
    one("previous_reports", "", "box1", "Reports of studies included in previous version of review"),
    one("database_results", "node7", "box2", "Databases"),
    list("database_specific_results", "", "box2", "Specific databases"),
    one("register_results", "", "box2", "Registers"),
    list("register_specific_results", "", "box2", "Specific registers"),
    one("website_results", "node17", "box11", "Websites"),
    one("organisation_results", "", "box11", "Organisations"),
    one("citations_results", "", "box11", "Citation searching"),
    one("duplicates", "node8", "box3", "Duplicate records removed"),
    one("excluded_automatic", "", "box3", "Records marked as ineligible by automation tools"),
    one("excluded_other", "", "box3", "Records removed for other reasons"),
    one("records_screened", "node9", "box4", "Records screened"),
    one("records_excluded", "node10", "box5", "Records excluded"),
    one("dbr_sought_reports", "node11", "box6", "Reports sought for retrieval"),
    one("dbr_notretrieved_reports", "node12", "box7", "Reports not retrieved"),
    one("other_sought_reports", "node18", "box12", "Reports sought for retrieval"),
    one("other_notretrieved_reports", "node19", "box13", "Reports not retrieved"),
    one("dbr_assessed", "node13", "box8", "Reports assessed for eligibility"),
    list("dbr_excluded", "node14", "box9", "Reports excluded"),
    one("other_assessed", "node20", "box14", "Reports assessed for eligibility"),
    list("other_excluded", "node21", "box15", "Reports excluded"),
    one("new_studies", "node15", "box10", "New studies included in review"),
    one("new_reports", "", "box10", "Reports of new included studies"),
    one("total_studies", "node22", "box16", "Total studies included in review"),
    one("total_reports", "", "box16", "Reports of total included studies"),
    one("total_studies_ma", "node23", "box17", "Total studies included in meta-analysis"),
    one("total_reports_ma", "", "box17", "Reports of total studies included in meta-analysis"),
];

/// Whether a table is one of a flow diagram.
pub(super) fn fits(table: &Table) -> bool {
    let Some(data) = position(table, "data") else { return false };
    position(table, "n").is_some() && table.rows.iter().any(|row| BOXES.iter().any(|b| b.data == row.cell(data)))
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
        let Some(flow_box) = BOXES.iter().find(|b| b.data == name) else {
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
                Some((reason, number)) if flow_box.listed => (Some(reason.trim().to_owned()), number.trim()),
                _ => (None, part),
            };
            match number.parse::<u64>() {
                Ok(count) => store.flow.push(FlowCount { stage: name.to_owned(), count, reason, stream: None }),
                Err(_) => {
                    // The package's template holds `xxx` where a number belongs.
                    let problem = Problem::error("E308", format!("`{part}` is no count"));
                    let help =
                        if flow_box.listed { "write `Reason, number; Reason, number`" } else { "write a whole number, or leave it empty" };
                    problems.push(Some(row.line), Some("n"), problem.help(help));
                }
            }
        }
    }
    problems.whole(
        Problem::note("W390", format!("read as counts of a flow diagram: {read} of {}", BOXES.len()))
            .help("texts, tooltips and links of the boxes are PRISMA2020's own, and are written anew by `export data as prisma`"),
    );
}
