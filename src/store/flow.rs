//! The boxes of the PRISMA 2020 flow diagram: their names in data, in Weald's diagram and in the
//! files of the R package PRISMA2020.
//!
//! Sources: Page MJ et al. BMJ 2021;372:n71; Haddaway NR et al. Campbell Syst Rev 2022;18:e1230
//! (the package, whose columns the names in data are).

/// A box of the diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BoxId {
    PreviousStudies,
    PreviousReports,
    DatabaseResults,
    RegisterResults,
    Websites,
    Organisations,
    Citations,
    Duplicates,
    ExcludedAutomatic,
    ExcludedOther,
    Screened,
    RecordsExcluded,
    Sought,
    NotRetrieved,
    Assessed,
    Excluded,
    OtherScreenedOut,
    OtherSought,
    OtherNotRetrieved,
    OtherAssessed,
    OtherExcluded,
    /// Included, by the databases' column.
    Included,
    /// Included, by the column of other methods.
    OtherIncluded,
    NewStudies,
    NewReports,
    TotalStudies,
    TotalReports,
    StudiesPooled,
    ReportsPooled,
}

use BoxId as B;

/// A count of the diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowBox {
    /// The box it stands in.
    pub id: BoxId,
    /// Its name in data: the stage of a count of the store.
    pub data: &'static str,
    /// What Weald's diagram says of it.
    pub label: &'static str,
    /// How the package PRISMA2020 has it; it lacks some.
    pub package: Option<Package>,
}

/// A count in the files of the package PRISMA2020.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    /// The node of its box, for the first count of each.
    pub node: &'static str,
    /// Its box.
    pub box_name: &'static str,
    /// What stands in the box.
    pub text: &'static str,
    /// Whether it is a list of named counts (`Name1, n; Name2, n`).
    pub listed: bool,
}

const fn count(
    id: BoxId,
    data: &'static str,
    label: &'static str,
    node: &'static str,
    box_name: &'static str,
    text: &'static str,
) -> FlowBox {
    FlowBox { id, data, label, package: Some(Package { node, box_name, text, listed: false }) }
}

const fn list(
    id: BoxId,
    data: &'static str,
    label: &'static str,
    node: &'static str,
    box_name: &'static str,
    text: &'static str,
) -> FlowBox {
    FlowBox { id, data, label, package: Some(Package { node, box_name, text, listed: true }) }
}

const fn own(id: BoxId, data: &'static str, label: &'static str) -> FlowBox {
    FlowBox { id, data, label, package: None }
}

/// Every count, in the order of the diagram. The first of an id names its box.
pub const FLOW_BOXES: &[FlowBox] = &[
    count(
        B::PreviousStudies,
        "previous_studies",
        "Studies included in previous version of review",
        "node5",
        "box1",
        "Studies included in previous version of review",
    ),
    count(
        B::PreviousReports,
        "previous_reports",
        "Reports of studies included in previous version of review",
        "",
        "box1",
        "Reports of studies included in previous version of review",
    ),
    count(B::DatabaseResults, "database_results", "Records identified from databases", "node7", "box2", "Databases"),
    list(B::DatabaseResults, "database_specific_results", "Single databases", "", "box2", "Specific databases"),
    count(B::RegisterResults, "register_results", "Records identified from registers", "", "box2", "Registers"),
    list(B::RegisterResults, "register_specific_results", "Single registers", "", "box2", "Specific registers"),
    count(B::Websites, "website_results", "Records identified from websites", "node17", "box11", "Websites"),
    count(B::Organisations, "organisation_results", "Records identified from organisations", "", "box11", "Organisations"),
    count(B::Citations, "citations_results", "Records identified from citation searching", "", "box11", "Citation searching"),
    count(B::Duplicates, "duplicates", "Duplicate records removed", "node8", "box3", "Duplicate records removed"),
    count(
        B::ExcludedAutomatic,
        "excluded_automatic",
        "Records marked as ineligible by automation tools",
        "",
        "box3",
        "Records marked as ineligible by automation tools",
    ),
    count(B::ExcludedOther, "excluded_other", "Records removed for other reasons", "", "box3", "Records removed for other reasons"),
    count(B::Screened, "records_screened", "Records screened", "node9", "box4", "Records screened"),
    count(B::RecordsExcluded, "records_excluded", "Records excluded", "node10", "box5", "Records excluded"),
    count(B::Sought, "dbr_sought_reports", "Reports sought for retrieval", "node11", "box6", "Reports sought for retrieval"),
    count(B::NotRetrieved, "dbr_notretrieved_reports", "Reports not retrieved", "node12", "box7", "Reports not retrieved"),
    count(B::Assessed, "dbr_assessed", "Reports assessed for eligibility", "node13", "box8", "Reports assessed for eligibility"),
    list(B::Excluded, "dbr_excluded", "Reports excluded", "node14", "box9", "Reports excluded"),
    own(B::OtherScreenedOut, "other_screened_out", "Records of other methods excluded before retrieval"),
    count(
        B::OtherSought,
        "other_sought_reports",
        "Reports sought for retrieval (other methods)",
        "node18",
        "box12",
        "Reports sought for retrieval",
    ),
    count(
        B::OtherNotRetrieved,
        "other_notretrieved_reports",
        "Reports not retrieved (other methods)",
        "node19",
        "box13",
        "Reports not retrieved",
    ),
    count(
        B::OtherAssessed,
        "other_assessed",
        "Reports assessed for eligibility (other methods)",
        "node20",
        "box14",
        "Reports assessed for eligibility",
    ),
    list(B::OtherExcluded, "other_excluded", "Reports excluded (other methods)", "node21", "box15", "Reports excluded"),
    own(B::Included, "dbr_included", "Reports included from databases and registers"),
    own(B::OtherIncluded, "other_included", "Reports included from other methods"),
    count(B::NewStudies, "new_studies", "Studies included in review", "node15", "box10", "New studies included in review"),
    count(B::NewReports, "new_reports", "Reports of included studies", "", "box10", "Reports of new included studies"),
    count(B::TotalStudies, "total_studies", "Total studies included in review", "node22", "box16", "Total studies included in review"),
    count(B::TotalReports, "total_reports", "Total reports of included studies", "", "box16", "Reports of total included studies"),
    count(
        B::StudiesPooled,
        "total_studies_ma",
        "Studies included in meta-analysis",
        "node23",
        "box17",
        "Total studies included in meta-analysis",
    ),
    count(
        B::ReportsPooled,
        "total_reports_ma",
        "Reports of studies in meta-analysis",
        "",
        "box17",
        "Reports of total studies included in meta-analysis",
    ),
];
