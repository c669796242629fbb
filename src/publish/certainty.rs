//! Ratings of certainty: only those that a person made.

use crate::eval::outcome::PoolResult;
use crate::store::{Grade, Store};

/// The ratings of an analysis that count, in the order of the domains: the last of each domain.
pub fn ratings<'a>(store: &'a Store, name: &str) -> Vec<&'a Grade> {
    let order = |g: &Grade| crate::eval::GRADE_DOMAINS.iter().position(|d| *d == g.domain).unwrap_or(usize::MAX);
    let mut found: Vec<&Grade> = Vec::new();
    for grade in store.grades.iter().filter(|g| g.analysis == name) {
        found.retain(|g| g.domain != grade.domain);
        found.push(grade);
    }
    found.sort_by_key(|g| order(g));
    found
}

/// The level that ratings give, 1 (very low) to 4 (high); `None` until all five domains that
/// lower it are rated and somebody has said where the rating starts.
pub fn level(store: &Store, name: &str) -> Option<i64> {
    let ratings = ratings(store, name);
    let of = |domain: &str| ratings.iter().find(|g| g.domain == domain).and_then(|g| g.level.parse::<i64>().ok());
    let start = of("start")?;
    let lowering: Option<i64> = crate::eval::GRADE_DOMAINS.iter().take(5).map(|d| of(d)).sum();
    let raising: i64 = crate::eval::GRADE_DOMAINS.iter().skip(5).filter_map(|d| of(d)).sum();
    Some((start + lowering? + raising).clamp(1, 4))
}

/// `⊕⊕⊖⊖ low`.
pub fn shown(level: i64) -> String {
    let (marks, word) = match level {
        4 => ("⊕⊕⊕⊕", "high"),
        3 => ("⊕⊕⊕⊖", "moderate"),
        2 => ("⊕⊕⊖⊖", "low"),
        _ => ("⊕⊖⊖⊖", "very low"),
    };
    format!("{marks} {word}")
}

/// The certainty of a result, for a cell.
pub fn short(store: &Store, pool: &PoolResult) -> String {
    match &pool.id {
        Some(id) => level(store, id).map_or_else(|| "not rated".into(), shown),
        None => "not rated".into(),
    }
}
