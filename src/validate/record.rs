//! Rules 23, 24, 26, 27, 29 and 30: what the review keeps of its sources and of itself.

use super::context::Context;
use super::finding::{Sink, error, warning};
use super::words::list;
use crate::diagnostic::Severity;
use crate::store::MANIFEST;
use indexmap::{IndexMap, IndexSet};

/// Rule 23: every row says where its numbers were found.
pub(crate) fn provenance(c: &Context, out: &mut Sink) {
    let without: Vec<usize> =
        (0..c.rows.len()).filter(|i| c.get(*i).is_some_and(|f| !has_source(f.row) && !f.row.values.is_empty())).collect();
    let declared = without.len() < c.rows.iter().filter(|f| !f.row.values.is_empty()).count();
    if !declared {
        if !without.is_empty() {
            let message = "no row says where its numbers were found";
            let help = "a column `from` with report and page or table lets others find them again";
            out.whole("provenance", warning(23, message, help).with_severity(Severity::Note));
        }
        return;
    }
    let severity = if c.bare { Severity::Note } else { Severity::Error };
    for index in without {
        let draft =
            error(23, "the row does not say where its numbers were found, and others do", "name report and page or table in `from`");
        out.at(index, "from", draft.with_severity(severity));
    }
}

/// Whether a row says where its numbers were found.
fn has_source(row: &crate::store::Row) -> bool {
    row.from.is_some() || row.report.is_some() || row.page.is_some() || row.quote.is_some()
}

/// Rule 24: two extractors who disagree, and nobody who decided.
pub(crate) fn extractors(c: &Context, out: &mut Sink) {
    if c.rows.iter().all(|f| f.row.extractor.is_none()) {
        return;
    }
    let mut same: IndexMap<String, Vec<usize>> = IndexMap::new();
    for (index, facts) in c.rows.iter().enumerate() {
        let keys = ["study", "outcome", "timepoint", "analysis", "instrument", "rater", "comparison", "arm1", "arm2", "subgroup"];
        same.entry(keys.map(|k| facts.row.key(k).unwrap_or("")).join("|")).or_default().push(index);
    }
    for rows in same.values().filter(|rows| rows.len() > 1) {
        let who: IndexSet<String> = rows.iter().filter_map(|i| c.said(c.get(*i)?.row, &["extractor"])).map(|t| t.to_lowercase()).collect();
        let decided = rows.iter().filter_map(|i| c.get(*i)).any(|f| f.row.is_consensus());
        if who.len() < 2 || decided {
            continue;
        }
        let [first, rest @ ..] = rows.as_slice() else { continue };
        let Some(row) = c.get(*first).map(|f| f.row) else { continue };
        for other in rest {
            let Some(theirs) = c.get(*other).map(|f| f.row) else { continue };
            let differ: Vec<String> = row
                .values
                .iter()
                .filter(|(name, cell)| theirs.values.get(name).is_some_and(|t| t.value != cell.value))
                .map(|(name, cell)| format!("`{name}` {} and {}", cell.text, theirs.values.get(name).map_or("", |t| t.text.as_str())))
                .collect();
            if !differ.is_empty() {
                let message = format!("two extractors disagree: {}", list(&differ, 4));
                let draft = warning(24, message, "decide, and keep one row, or add one whose extractor is `consensus`");
                if let Some(found) = out.at(*other, "extractor", draft) {
                    found.with.push(*first);
                }
            }
        }
    }
}

/// Rule 26: a study without judgement where risk of bias is judged.
pub(crate) fn risk_of_bias(c: &Context, out: &mut Sink) {
    if c.store.risk_of_bias.is_empty() {
        return;
    }
    let judged: IndexSet<&str> = c.store.risk_of_bias.iter().map(|j| j.study.as_str()).collect();
    for study in c.studies.keys().filter(|s| !judged.contains(**s)) {
        let draft = error(
            26,
            "it has results and no judgement of its risk of bias, and others have",
            "judge it, or say in `judgements` why it has none",
        );
        let place = out.file("risk_of_bias.csv");
        if let Some(found) = out.study(study, "study", draft) {
            found.place = place.unwrap_or_else(|| found.place.clone());
        }
    }
}

/// Rule 27: retracted reports, and expressions of concern.
pub(crate) fn retracted(c: &Context, out: &mut Sink) {
    for study in c.studies.keys() {
        if let Some(text) =
            c.of_study(study, &["retraction"]).filter(|t| !matches!(t.trim().to_lowercase().as_str(), "no" | "none" | "0" | "false"))
        {
            let draft = warning(
                27,
                format!("its record says `{text}`"),
                "decide and say whether it stays in; a sensitivity analysis without it shows what hangs on it",
            );
            out.study(study, "retraction", draft);
        }
    }
}

/// Rule 29: a review registered after its search had ended.
pub(crate) fn registration(c: &Context, out: &mut Sink) {
    let Some(review) = &c.store.review else { return };
    let ended = review.searches.iter().filter_map(|s| date(s.date.as_deref()?)).max();
    for registration in &review.registrations {
        let registered = registration.date.as_deref().and_then(date).or_else(|| registration.id.as_deref().and_then(date_in_number));
        let (Some(ended), Some(registered)) = (&ended, &registered) else { continue };
        if later(registered, ended) {
            let name = registration.id.as_deref().unwrap_or("the registration");
            let message = format!("{name} dates from {}, after the last search of {}", show(registered), show(ended));
            let help =
                "a plan that was fixed after the search could know its results: give the dates, and where an earlier protocol stands";
            out.in_file(MANIFEST, name, warning(29, message, help));
        }
    }
}

/// Year, month and day, as far as they are said.
fn date(text: &str) -> Option<Vec<u32>> {
    let parts: Vec<u32> = text.trim().split(['-', '/', '.']).map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
    let fits = matches!(parts.as_slice(), [year, rest @ ..] if (1900..2200).contains(year) && rest.len() <= 2 && rest.iter().all(|x| (1..=31).contains(x)));
    fits.then_some(parts)
}

/// An INPLASY number begins with year and month of registration.
fn date_in_number(id: &str) -> Option<Vec<u32>> {
    let digits = id.trim().to_uppercase();
    let digits = digits.strip_prefix("INPLASY")?;
    let (year, month) = (digits.get(..4)?.parse().ok()?, digits.get(4..6)?.parse().ok()?);
    ((2000..2200).contains(&year) && (1..=12).contains(&month)).then(|| vec![year, month])
}

/// Certainly later, as far as both dates go.
fn later(a: &[u32], b: &[u32]) -> bool {
    a.iter().zip(b).find(|(x, y)| x != y).is_some_and(|(x, y)| x > y)
}

fn show(date: &[u32]) -> String {
    let parts: Vec<String> = date.iter().enumerate().map(|(i, x)| if i == 0 { format!("{x}") } else { format!("{x:02}") }).collect();
    parts.join("-")
}

/// Rule 30: one fact with two values.
pub(crate) fn statements(c: &Context, out: &mut Sink) {
    let Some(review) = &c.store.review else { return };
    let mut facts: IndexMap<String, Vec<&crate::store::Statement>> = IndexMap::new();
    for statement in &review.statements {
        facts.entry(statement.fact.trim().to_lowercase()).or_default().push(statement);
    }
    for (fact, said) in facts {
        let Some(first) = said.first() else { continue };
        let plain = |s: &crate::store::Statement| s.value.trim().to_lowercase();
        if let Some(other) = said.iter().find(|s| plain(s) != plain(first)) {
            let at = |s: &crate::store::Statement| s.from.as_ref().map_or_else(String::new, |f| format!(" ({f})"));
            let message = format!("{fact} is stated as `{}`{} and as `{}`{}", first.value, at(first), other.value, at(other));
            out.in_file(MANIFEST, &fact, warning(30, message, "find out which is right, and correct the other"));
        }
    }
}
