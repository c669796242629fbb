//! What a verb gives back where its question has no answer in these data.

use super::{Head, NoteResult, PoolResult};
use indexmap::IndexMap;
use serde::Serialize;

/// A verb without a result: too few studies, nothing pooled, a statistic that does not exist here.
/// Its numbers are null, the reason stands beside them, and the script goes on.
#[derive(Debug, Clone, Serialize)]
pub struct UnansweredResult {
    /// The kind that its result would have.
    pub kind: &'static str,
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// The numbers that do not exist, all null.
    #[serde(flatten)]
    pub numbers: IndexMap<&'static str, Option<f64>>,
    /// Why there are none.
    pub no_result: NoResult,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis it works on.
    #[serde(skip)]
    pub base: PoolResult,
}

/// Why there is no result.
#[derive(Debug, Clone, Serialize)]
pub struct NoResult {
    /// `no_studies`, `too_few_studies`, `undefined`.
    pub code: &'static str,
    /// In words.
    pub reason: String,
}

impl UnansweredResult {
    /// The result of `verb`, without its numbers.
    pub fn new(verb: &str, head: Head, why: NoResult, base: PoolResult) -> Self {
        let (kind, numbers) = kind_of(verb);
        let notes = vec![NoteResult { code: "W440", text: format!("`{verb}` has no result here: {}", why.reason) }];
        Self { kind, head, numbers: numbers.iter().map(|n| (*n, None)).collect(), no_result: why, notes, base }
    }
}

/// The kind of a verb's result in the JSON, and the numbers that it has at least.
fn kind_of(verb: &str) -> (&'static str, &'static [&'static str]) {
    match verb {
        "egger" => ("egger", &["statistic", "df", "p", "slope", "limit"]),
        "begg" => ("begg", &["tau", "p"]),
        "trim-and-fill" => ("trim_and_fill", &["k0", "side", "observed", "filled"]),
        "fail-safe" => ("fail_safe", &["n"]),
        "harbord" => ("harbord", &["statistic", "df", "p", "slope", "limit"]),
        "peters" => ("peters", &["statistic", "df", "p", "slope", "limit"]),
        "macaskill" => ("macaskill", &["statistic", "df", "p", "slope", "limit"]),
        "deeks" => ("deeks", &["statistic", "df", "p", "slope", "limit"]),
        "ruecker" => ("ruecker", &["statistic", "df", "p", "slope", "limit"]),
        "pet-peese" => ("pet_peese", &["estimate", "se", "p", "ci"]),
        "excess-significance" => ("excess_significance", &["observed", "expected", "p"]),
        "henmi-copas" => ("henmi_copas", &["estimate", "se", "ci"]),
        "probability" => ("probability", &["effect", "mean"]),
        "absolute" => ("absolute", &["rows"]),
        "re-express" => ("re_express", &["rows"]),
        "bootstrap" => ("bootstrap", &["rows"]),
        "leave-one-out" => ("leave_one_out", &["rows"]),
        "cumulative" => ("cumulative", &["rows"]),
        "influence" => ("influence", &["rows"]),
        "blup" => ("blup", &["rows"]),
        "baujat" => ("baujat", &["rows"]),
        "gosh" => ("gosh", &["rows"]),
        "robustness" => ("robustness", &["rows"]),
        "selection" => ("selection", &["rows"]),
        "profile" => ("profile", &["points"]),
        "predict" => ("predict", &["rows"]),
        "contrast" => ("contrast", &["rows"]),
        "vif" => ("vif", &["rows"]),
        "test" => ("test", &["qm", "df", "p"]),
        "regress" => ("regress", &["coefficients"]),
        _ => ("permute", &["coefficients"]),
    }
}
