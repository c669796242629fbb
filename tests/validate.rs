//! The data checks: each rule with data that fail and data that pass, the arithmetic ones on
//! simulated data, a review in which the findings are known, and clean data.

#[path = "validate/clean.rs"]
mod clean;
#[path = "validate/imr.rs"]
mod imr;
#[path = "validate/properties.rs"]
mod properties;
#[path = "validate/rules.rs"]
mod rules;

use weald::store::{Memory, Store, open};
use weald::validate::{Finding, validate};

/// A CSV as a store.
fn csv(text: &str) -> Store {
    let loaded = open(&Memory::new().with("a.csv", text), "a.csv");
    loaded.store.unwrap_or_else(|| panic!("{:?}", loaded.problems))
}

/// A document as a store.
fn json(text: &str) -> Store {
    let loaded = open(&Memory::new().with("a.json", text), "a.json");
    loaded.store.unwrap_or_else(|| panic!("{:?}", loaded.problems))
}

/// The findings of one rule.
fn of(store: &Store, rule: u8) -> Vec<Finding> {
    validate(store).into_iter().filter(|f| f.rule == rule).collect()
}
