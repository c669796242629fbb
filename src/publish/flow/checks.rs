//! The arithmetic of the flow diagram, E1 to E9: a number that does not follow from those
//! before it is named with both sides.

use super::boxes::Diagram;
use crate::number::count;
use crate::store::BoxId as B;

/// What the store and the analyses say for themselves, to hold the counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// Trials among the included studies; reports of one trial count once.
    pub trials: u64,
    /// Included reports.
    pub reports: u64,
    /// Trials in pooled analyses of the script; `None` where it pools nothing.
    pub pooled_trials: Option<u64>,
    /// Reports in them.
    pub pooled_reports: Option<u64>,
}

/// What does not add up, each beginning with the check's name.
pub fn faults(d: &Diagram, known: &Known) -> Vec<String> {
    let mut out = Vec::new();
    sums(d, &mut out);
    screening(d, &mut out);
    retrieval(d, &mut out);
    inclusion(d, &mut out);
    ends(d, known, &mut out);
    out
}

/// One side against the other, where both are known.
fn equal(out: &mut Vec<String>, check: &str, what: &str, given: Option<u64>, from: &str, sum: Option<i128>) {
    if let (Some(given), Some(sum)) = (given, sum)
        && i128::from(given) != sum
    {
        let difference = (i128::from(given) - sum).unsigned_abs();
        let sum = if sum < 0 { format!("-{}", count(sum.unsigned_abs() as u64)) } else { count(sum as u64) };
        out.push(format!("{check}: {what} is {}, but {from} is {sum} (difference {})", count(given), count(difference as u64)));
    }
}

fn n(d: &Diagram, id: B) -> Option<i128> {
    d.value(id).map(i128::from)
}

/// A box that may be missing stands for none.
fn or_none(d: &Diagram, id: B) -> i128 {
    n(d, id).unwrap_or(0)
}

/// E1: what is listed sums to the total.
fn sums(d: &Diagram, out: &mut Vec<String>) {
    for (id, what, from) in [
        (B::DatabaseResults, "records from databases", "the sum over the databases listed"),
        (B::RegisterResults, "records from registers", "the sum over the registers listed"),
    ] {
        if let Some(c) = d.count(id).filter(|c| !c.parts.is_empty()) {
            equal(out, "E1", what, c.total, from, Some(i128::from(c.sum())));
        }
    }
}

/// E2 and E3.
fn screening(d: &Diagram, out: &mut Vec<String>) {
    let identified = n(d, B::DatabaseResults).map(|db| db + or_none(d, B::RegisterResults));
    let left = identified.map(|all| all - or_none(d, B::Duplicates) - or_none(d, B::ExcludedAutomatic) - or_none(d, B::ExcludedOther));
    equal(out, "E2", "records screened", d.value(B::Screened), "records identified less those removed before screening", left);
    let sought = n(d, B::Screened).zip(n(d, B::RecordsExcluded)).map(|(s, e)| s - e);
    // Records and reports may be many to many: a remark on the number says so.
    if d.count(B::Sought).is_none_or(|c| c.note.is_none()) {
        equal(out, "E3", "reports sought for retrieval", d.value(B::Sought), "records screened less records excluded", sought);
    }
    if d.value(B::Sought).is_none() && d.count(B::Assessed).is_none_or(|c| c.note.is_none()) {
        let assessed = sought.map(|s| s - or_none(d, B::NotRetrieved));
        equal(
            out,
            "E3",
            "reports assessed",
            d.value(B::Assessed),
            "records screened less records excluded and reports not retrieved",
            assessed,
        );
    }
}

/// E4 and E5.
fn retrieval(d: &Diagram, out: &mut Vec<String>) {
    for (sought, not, assessed, of) in
        [(B::Sought, B::NotRetrieved, B::Assessed, ""), (B::OtherSought, B::OtherNotRetrieved, B::OtherAssessed, " (other methods)")]
    {
        let left = n(d, sought).map(|s| s - or_none(d, not));
        equal(out, "E4", &format!("reports assessed{of}"), d.value(assessed), "reports sought less reports not retrieved", left);
    }
    let sources = [B::Websites, B::Organisations, B::Citations];
    let identified: i128 = sources.iter().map(|id| or_none(d, *id)).sum();
    if !d.any(&sources) {
        return;
    }
    let sought = n(d, B::OtherSought).or_else(|| n(d, B::OtherAssessed).map(|a| a + or_none(d, B::OtherNotRetrieved)));
    let Some(sought) = sought else { return };
    if sought > identified {
        out.push(format!(
            "E5: {} reports are sought from other methods, but only {} records were identified there",
            count(sought as u64),
            count(identified as u64)
        ));
    } else if let Some(out_) = n(d, B::OtherScreenedOut) {
        equal(
            out,
            "E5",
            "records of other methods excluded before retrieval",
            u64::try_from(out_).ok(),
            "records identified there less reports sought",
            Some(identified - sought),
        );
    } else if sought < identified {
        out.push(format!(
            "E5: {} records were identified by other methods and {} reports sought; how many were excluded before retrieval ({}) is not given",
            count(identified as u64),
            count(sought as u64),
            count((identified - sought) as u64)
        ));
    }
}

/// E6.
fn inclusion(d: &Diagram, out: &mut Vec<String>) {
    for (id, of) in [(B::Excluded, ""), (B::OtherExcluded, " (other methods)")] {
        if let Some(c) = d.count(id).filter(|c| !c.parts.is_empty()) {
            equal(out, "E6", &format!("reports excluded{of}"), c.total, "the sum over the reasons", Some(i128::from(c.sum())));
        }
    }
    let of = |assessed: B, excluded: B| n(d, assessed).zip(n(d, excluded)).map(|(a, e)| a - e);
    let (dbr, other) = (of(B::Assessed, B::Excluded), of(B::OtherAssessed, B::OtherExcluded));
    equal(out, "E6", "reports included from databases and registers", d.value(B::Included), "reports assessed less reports excluded", dbr);
    equal(
        out,
        "E6",
        "reports included from other methods",
        d.value(B::OtherIncluded),
        "reports assessed less reports excluded (other methods)",
        other,
    );
    let waits = d.any(&[B::OtherAssessed, B::OtherExcluded]) && other.is_none();
    if !waits {
        let all = dbr.map(|dbr| dbr + other.unwrap_or(0));
        equal(
            out,
            "E6",
            "reports of included studies",
            d.value(B::NewReports),
            "reports assessed less reports excluded, over both columns",
            all,
        );
    }
}

/// E7, E8 and E9.
fn ends(d: &Diagram, known: &Known, out: &mut Vec<String>) {
    if let (Some(studies), Some(reports)) = (d.value(B::NewStudies), d.value(B::NewReports))
        && studies > reports
    {
        out.push(format!("E7: {} studies are included, but only {} reports of them", count(studies), count(reports)));
    }
    for (total, before, new, what) in
        [(B::TotalStudies, B::PreviousStudies, B::NewStudies, "studies"), (B::TotalReports, B::PreviousReports, B::NewReports, "reports")]
    {
        let sum = n(d, before).zip(n(d, new)).map(|(p, new)| p + new);
        equal(out, "E7", &format!("total {what}"), d.value(total), &format!("previous {what} and new {what}"), sum);
    }
    if let (Some(given), Some(trials), Some(reports)) = (d.value(B::StudiesPooled), known.pooled_trials, known.pooled_reports)
        && given != trials
        && given != reports
    {
        out.push(format!(
            "E8: {} studies are said to be in a meta-analysis, but the pooled analyses of this script use {} ({})",
            count(given),
            count(trials),
            if reports == trials { "each with one report".to_owned() } else { format!("{} reports", count(reports)) }
        ));
    }
    if let (Some(given), Some(reports)) = (d.value(B::ReportsPooled), known.pooled_reports)
        && given != reports
    {
        out.push(format!(
            "E8: {} reports are said to be in a meta-analysis, but the pooled analyses of this script use {}",
            count(given),
            count(reports)
        ));
    }
    for (id, what, here) in [(B::NewStudies, "studies", known.trials), (B::NewReports, "reports", known.reports)] {
        if let Some(given) = d.value(id).filter(|g| *g != here && here > 0) {
            out.push(format!(
                "E9: {} {what} are said to be included, but the data hold {}{}",
                count(given),
                count(here),
                if what == "studies" { " (reports of one trial count once)" } else { "" }
            ));
        }
    }
}
