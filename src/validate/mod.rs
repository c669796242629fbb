//! Checks of the data: what can't be, what is counted twice, and what is worth a look.
//!
//! Each check is a rule of one table ([`RULES`]), with its severity, explanation and source;
//! `docs/data-checks.md` is made from it. Errors are what is impossible or counted twice;
//! warnings ask for a decision, which is stored with a name and a reason; notes tell what is
//! missing in data that declare too little to call it an error.

mod choice;
mod context;
mod copies;
mod design;
mod direction;
mod finding;
mod input;
mod overlap;
mod people;
mod recomputed;
mod record;
mod reported;
mod rules;
mod scale;
mod size;
mod spread;
mod words;

pub use finding::{Finding, Repair};
pub use input::input_of;
pub use rules::{RULES, Rule, markdown, rule};

use crate::diagnostic::Severity;
use crate::store::Store;
use context::Context;
use finding::{Sink, first_rows};
use rayon::prelude::*;

/// Everything that the rules find, errors first, then by place; decisions are attached.
///
/// ```
/// use weald::store::{Memory, open};
/// let csv = "study,instrument,n1,mean1,sd1,n2,mean2,sd2,scale_min,scale_max\nA,GAF,20,104,9,20,61,8,1,100\n";
/// let store = open(&Memory::new().with("a.csv", csv), "a.csv").store.unwrap();
/// let found = weald::validate::validate(&store);
/// assert_eq!((found[0].rule, found[0].place.row, found[0].code().as_str()), (1, Some(2), "E351"));
/// ```
pub fn validate(store: &Store) -> Vec<Finding> {
    let context = Context::new(store);
    let first = first_rows(store);
    // Rules know nothing of each other: they run on all threads, and their findings keep their order.
    let checked = RULES.par_iter().map(|rule| {
        let mut sink = Sink::new(store, &first);
        if let Some(check) = rule.check {
            check(&context, &mut sink);
        }
        sink.found
    });
    let mut found: Vec<Finding> = checked.collect::<Vec<_>>().into_iter().flatten().collect();
    finding::tell_apart(&mut found);
    for finding in found.iter_mut().filter(|_| !store.dispositions.is_empty()) {
        finding.disposition = store.dispositions.iter().rev().find(|d| d.finding == finding.id).cloned();
    }
    let rank = |s: Severity| match s {
        Severity::Error => 0u8,
        Severity::Warning => 1,
        Severity::Note => 2,
    };
    found.sort_by(|a, b| {
        fn key(f: &Finding, rank: u8) -> (u8, &str, usize, u8) {
            (rank, &f.place.file, f.place.row.unwrap_or(0), f.rule)
        }
        key(a, rank(a.severity)).cmp(&key(b, rank(b.severity)))
    });
    found
}
