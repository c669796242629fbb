//! The sentences about rows that were converted.

use super::paper::Cited;
use super::references;
use crate::language::conversions::{Borrowed, Cluster, Crossover, Impute, MultiArm};
use crate::language::spec::AnalysisSpec;
use crate::report::number::significant;
use crate::stats::effect::Medians;

/// One sentence for each rule that differs from the default.
pub(super) fn sentences(spec: &AnalysisSpec, cited: &mut Cited) -> Vec<String> {
    let rules = &spec.conversions;
    let mut out = Vec::new();
    match rules.multiarm.value {
        MultiArm::AsGiven => {}
        MultiArm::Combine => out.push("Several groups of a study that were compared with one were combined into one".to_owned()),
        MultiArm::Split => {
            out.push("Where several groups of a study were compared with one, its people were divided among them".to_owned())
        }
    }
    if let Cluster::Adjust { icc, inflate, from } = &rules.cluster.value {
        let how = if *inflate { "variances of cluster trials were multiplied" } else { "people of cluster trials were divided" };
        let icc = icc.map_or("an intracluster correlation where the trial stated one".to_owned(), |icc| {
            let from = from.as_ref().map(|f| format!(" ({f})")).unwrap_or_default();
            format!("the trial's own intracluster correlation or else {}{from}", significant(icc, 4))
        });
        out.push(format!("The {how} by the design effect, with {icc}"));
    }
    match rules.crossover.value {
        Crossover::AsGiven => {}
        Crossover::FirstPeriod => out.push("Of crossover trials the first period alone was used".to_owned()),
        Crossover::Paired { r } => {
            let else_r =
                r.map(|r| format!(", assuming a correlation of {} where none was reported", significant(r, 4))).unwrap_or_default();
            out.push(format!("Crossover trials were analysed as paired{else_r}"));
        }
    }
    if rules.impute.value != Impute::default() {
        let names: Vec<&str> = rules.impute.value.from.iter().map(|s| s.name()).collect();
        let last = match rules.impute.value.borrow {
            None => String::new(),
            Some(Borrowed::Median) => ", else taken as the median SD of other trials with the same instrument".to_owned(),
            Some(Borrowed::Largest) => ", else taken as the largest SD of other trials with the same instrument".to_owned(),
            Some(Borrowed::Pooled) => ", else taken as the pooled SD of other trials with the same instrument".to_owned(),
        };
        out.push(format!("Missing SDs were computed from {}, in this order{last}", names.join(", ")));
    }
    if let Some(r) = rules.corr.value.r {
        let from = rules.corr.value.from.as_ref().map(|f| format!(" ({f})")).unwrap_or_default();
        out.push(format!(
            "Scores before and after were taken to correlate at {}{from} where no correlation was reported",
            significant(r, 4)
        ));
    }
    match rules.medians.value {
        Medians::Luo => {}
        Medians::Wan => out.push("Medians were converted by the formulas of Wan et al. 2014".to_owned()),
        Medians::Unskewed => out.push("Medians were converted where a test of skewness did not reject".to_owned()),
        Medians::None => out.push("Results given as medians were left out".to_owned()),
    }
    let cite = if out.is_empty() { String::new() } else { cited.cite([references::HANDBOOK]) };
    let last = out.len().saturating_sub(1);
    out.into_iter().enumerate().map(|(i, s)| if i == last { format!("{s}{cite}.") } else { format!("{s}.") }).collect()
}
