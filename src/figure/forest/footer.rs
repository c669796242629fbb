//! The lines below a forest: heterogeneity, tests, how it was computed, whether it was planned.

use super::style::Style;
use crate::bias::Level;
use crate::eval::outcome::{Outcome, PictureRequest, Plot, PoolResult};
use crate::number;
use crate::report::words;

/// A line of the footer.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// How it was done, in grey; the others are results.
    pub aside: bool,
}

/// All lines, results first.
pub fn lines(result: &PoolResult, request: &PictureRequest, style: &Style) -> Vec<Line> {
    let mut out: Vec<String> = Vec::new();
    if let Some(why) = &result.not_pooled {
        out.push(format!("Not pooled: {}", why.reason));
    }
    out.extend(result.heterogeneity.as_ref().map(|h| style.heterogeneity(h, false)));
    if let Some(levels) = result.heterogeneity.as_ref().and_then(|h| h.levels.as_ref()) {
        out.push(format!(
            "Variance between trials {}, within {}",
            number::variance(levels.sigma2.between),
            number::variance(levels.sigma2.within)
        ));
    }
    out.extend(style.overall(result).filter(|_| result.not_pooled.is_none()));
    out.extend(style.between(result));
    let mut out: Vec<Line> = out.into_iter().map(|text| Line { text, aside: false }).collect();
    out.push(Line { text: method(result, request.plot), aside: true });
    out.extend(other_intervals(result, &request.subject).map(|text| Line { text, aside: true }));
    out.extend(corrected(result).map(|text| Line { text, aside: true }));
    out.extend(band(result, request).map(|text| Line { text, aside: true }));
    out.push(Line { text: status(result, request), aside: true });
    if !request.domains.is_empty() && request.columns.as_ref().is_none_or(|c| c.iter().any(|c| c == "rob")) {
        out.push(Line { text: domains(request), aside: true });
    }
    let mut left: Vec<(&str, Vec<&str>)> = Vec::new();
    for study in result.studies.iter().filter(|s| s.is_left_out()) {
        let reason = study.reason.as_deref().unwrap_or("no reason given");
        match left.iter_mut().find(|(r, _)| *r == reason) {
            Some((_, all)) => all.push(&study.study),
            None => left.push((reason, vec![&study.study])),
        }
    }
    if !left.is_empty() {
        let left: Vec<String> = left.into_iter().map(|(reason, all)| format!("{} ({reason})", all.join(", "))).collect();
        out.push(Line { text: format!("Left out: {}", left.join("; ")), aside: true });
    }
    out
}

/// Which studies have another effect than their counts give, since a cell of theirs is 0.
fn corrected(result: &PoolResult) -> Option<String> {
    let mut kinds: Vec<(&str, Vec<String>)> = Vec::new();
    for study in result.studies.iter().filter(|s| s.included) {
        for remark in study.remarks.iter().filter(|r| r.contains("added to every cell")) {
            match kinds.iter_mut().find(|k| k.0 == remark) {
                Some((_, all)) => all.push(study.name()),
                None => kinds.push((remark, vec![study.name()])),
            }
        }
    }
    let kinds: Vec<String> = kinds.into_iter().map(|(remark, all)| format!("{remark}: {}", all.join(", "))).collect();
    let counts = matches!(result.model.as_deref(), Some("mh" | "peto"));
    let where_to = if counts { "Zero cells (effects of single studies)" } else { "Zero cells" };
    (!kinds.is_empty()).then(|| format!("{where_to}: {}", kinds.join("; ")))
}

/// What the band around no effect shows.
fn band(result: &PoolResult, request: &PictureRequest) -> Option<String> {
    let mid = request.mid.filter(|m| m.is_finite() && *m > 0.0)?;
    let null = result.spec.measure.value.null_value()?;
    words::null(result)?;
    let [a, b] = [null - mid, null + mid].map(|x| words::back(result, x));
    let [a, b] = [a, b].map(|x| if words::on_log_axis(result) { number::fixed(x, 2) } else { number::significant(x, 3) });
    Some(format!("Yellow band: effects from {a} to {b}, smaller than the smallest difference that matters"))
}

/// `RR; random effects, τ² by restricted maximum likelihood; 95% CI by …; I² τ²-based`
pub fn method(result: &PoolResult, plot: Plot) -> String {
    // Only what the picture draws is said of it.
    let pi = matches!(plot, Plot::Forest | Plot::Orchard | Plot::Drapery);
    let i2 = matches!(plot, Plot::Forest | Plot::Gosh);
    let mut parts = vec![result.spec.measure.value.full_name().to_owned()];
    match words::used_model(result) {
        Some(model) if result.k > 1 => {
            parts.push(words::described(result, model));
            parts.push(format!("{} CI by {}", number::level(result.level), words::ci_of(result)));
            parts.extend(result.spec.robust.value.map(words::robust));
            if pi && result.pi.is_some() {
                parts.push(format!("prediction interval by {}", words::pi_of(result, result.spec.pi.value)));
            }
            parts.extend(result.heterogeneity.as_ref().filter(|_| i2).map(|h| format!("I2 {}", words::i2(h.i2_definition))));
        }
        Some(_) => parts.push("one study, as it stands".into()),
        None => {
            parts.push("nothing pooled".into());
            parts.extend(result.heterogeneity.as_ref().filter(|_| i2).map(|h| format!("I2 {}", words::i2(h.i2_definition))));
        }
    }
    parts.extend(words::dependence(&result.spec.dependence.value));
    let text = parts.join("; ").replace("tau2", "τ²").replace("I2", "I²");
    let text = if plot == Plot::Specification { format!("dashed: the analysis itself; {text}") } else { text };
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Rows of a leave-one-out or cumulative analysis, and subgroups, whose interval is of another kind than that of all studies.
pub fn other_intervals(base: &PoolResult, subject: &Outcome) -> Option<String> {
    let rows: Vec<(&PoolResult, String)> = match subject {
        Outcome::LeaveOneOut(rows) | Outcome::Cumulative(rows) => {
            rows.rows.iter().map(|r| (&r.pool, format!("k = {}", r.pool.k))).collect()
        }
        _ => {
            let name = |g: &PoolResult| g.group.clone().unwrap_or_else(|| number::MISSING.into());
            base.groups.iter().flatten().map(|g| (g, format!("{} (k = {})", name(g), g.k))).collect()
        }
    };
    let mut kinds: Vec<(String, Vec<String>)> = Vec::new();
    for (pool, name) in rows.into_iter().filter(|(pool, _)| pool.ci.is_some() && pool.ci_method != base.ci_method) {
        let how = if pool.k == 1 { "the study's own".to_owned() } else { format!("by {}", words::ci_of(pool)) };
        match kinds.iter_mut().find(|(h, _)| *h == how) {
            Some((_, all)) if all.contains(&name) => {}
            Some((_, all)) => all.push(name),
            None => kinds.push((how, vec![name])),
        }
    }
    let kinds: Vec<String> = kinds.into_iter().map(|(how, names)| format!("{}: {how}", names.join(", "))).collect();
    (!kinds.is_empty()).then(|| format!("Intervals of another kind: {}", kinds.join("; ")))
}

/// Whether the analysis was planned: its status, its plan, the lock.
pub fn status(result: &PoolResult, request: &PictureRequest) -> String {
    let mut subject = request.subject.clone();
    let (status, label) = match subject.head_mut() {
        Some(head) => (head.status, head.label.clone()),
        None => (result.status, result.label.clone()),
    };
    standing(status, label.as_deref(), request.fingerprint.as_deref())
}

/// The same in words: `Status: PRE-SPECIFIED · primary P1; plan 0169-c86d-004a-ee0b`.
pub fn standing(status: &str, label: Option<&str>, fingerprint: Option<&str>) -> String {
    let words = match label {
        Some(label) => unbracketed(label),
        None => status.replace('_', " "),
    };
    let lock = fingerprint.map(|f| format!("; plan {f}")).unwrap_or_default();
    format!("Status: {words}{lock}")
}

/// A label without the brackets around it; those of `L1[P1]` stay, and so does what follows the label.
fn unbracketed(label: &str) -> String {
    let mut depth = 0_usize;
    for (at, c) in label.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return format!("{}{}", label.get(1..at).unwrap_or_default(), label.get(at + 1..).unwrap_or_default());
        }
    }
    label.to_owned()
}

/// What the marks of the domains and the signs of the judgements drawn stand for.
fn domains(request: &PictureRequest) -> String {
    let lower = |text: &str| {
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
    };
    // "Bias due to …" says nothing that the line does not say.
    let short = |name: &str| {
        let starts = ["Bias due to ", "Bias arising from ", "Bias in "];
        lower(starts.iter().find_map(|s| name.strip_prefix(s)).unwrap_or(name))
    };
    let all: Vec<String> = request.domains.iter().map(|d| format!("{} {}", d.mark, short(d.name))).collect();
    let mut levels: Vec<Level> = request.facts.values().flat_map(|f| f.judgements.iter().copied().flatten()).collect();
    levels.sort_unstable();
    levels.dedup();
    let signs: Vec<String> = levels.into_iter().map(|l| format!("{} {}", l.symbol(), lower(l.word()))).collect();
    let tool = request.bias_tools.first().map(|t| format!(" by {t}")).unwrap_or_default();
    // A row without marks may be judged all the same, by a tool of other domains.
    let bare = request.facts.values().any(|f| f.judgements.iter().all(Option::is_none));
    let others = request.bias_tools.get(1..).filter(|o| bare && !o.is_empty());
    let others = others.map(|o| format!("; rows without marks are judged by {} or not at all", o.join(" or "))).unwrap_or_default();
    format!("Risk of bias{tool}: {}; {}{others}", all.join(", "), signs.join(", "))
}
