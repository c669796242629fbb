//! The design of a trial, as its study or row tells it.

use super::{Row, Store};

/// What was randomised, and how often a person is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Design {
    /// People, each in one group.
    Parallel,
    /// Whole clusters; the unit, where it is named.
    Cluster {
        /// Such as `team`.
        unit: Option<String>,
    },
    /// People, each in both groups.
    Crossover,
}

const PEOPLE: &[&str] = &["", "person", "people", "patient", "patients", "participant", "participants", "individual", "individuals"];

impl Store {
    /// What is said of a row, under the first of these names that says anything, in lower case.
    pub fn said_of(&self, row: &Row, names: &[&str]) -> Option<String> {
        names.iter().filter_map(|name| self.row_value(row, name).text().map(|t| t.trim().to_lowercase())).find(|t| !t.is_empty())
    }

    /// A number said of a row.
    pub fn number_of(&self, row: &Row, names: &[&str]) -> Option<f64> {
        self.said_of(row, names)?.parse::<f64>().ok().filter(|x| x.is_finite())
    }

    /// The design of a row's trial: `design` or `study_design`, `allocation_unit`.
    pub fn design_of(&self, row: &Row) -> Design {
        let design = self.said_of(row, &["design", "study_design"]).unwrap_or_default();
        let unit = self.said_of(row, &["allocation_unit", "unit_of_allocation", "randomised_unit", "unit_of_randomisation"]);
        let unit = unit.filter(|u| !PEOPLE.contains(&u.as_str()));
        if design.contains("cluster") || design.contains("group-randomi") || unit.is_some() {
            Design::Cluster { unit }
        } else if design.contains("cross") {
            Design::Crossover
        } else {
            Design::Parallel
        }
    }

    /// Whether a row's numbers allow for clusters already.
    pub fn allows_for_clusters(&self, row: &Row) -> bool {
        let said = self.said_of(row, &["cluster_adjusted", "adjusted_for_clusters"]);
        said.is_some_and(|t| matches!(t.as_str(), "yes" | "true" | "1" | "adjusted"))
    }

    /// The mean size of the clusters: stated, or people over the number of clusters.
    pub fn cluster_size(&self, row: &Row) -> Option<f64> {
        if let Some(size) = self.number_of(row, &["cluster_size", "mean_cluster_size"]) {
            return Some(size).filter(|x| *x >= 1.0);
        }
        let both = || Some(self.number_of(row, &["clusters1"])? + self.number_of(row, &["clusters2"])?);
        let clusters = self.number_of(row, &["clusters", "n_clusters"]).or_else(both)?;
        let people = row.number("n1").zip(row.number("n2")).map(|(a, b)| a + b).or(row.number("n"))?;
        (clusters >= 1.0).then(|| (people / clusters).max(1.0))
    }
}
