//! What amendments added to a plan and took out of it.

use super::plan::Planned;
use super::record::{Code, Key};
use super::version::{Amendment, Version, Versions};

/// A planned analysis that an amendment added or took out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amended<'a> {
    /// The analysis.
    pub planned: &'a Planned,
    /// The amendment.
    pub amendment: &'a Amendment,
    /// Whether it was added; else it was taken out.
    pub added: bool,
    /// `SEN+`, `OUT-`, …
    pub code: Code,
}

impl Versions {
    /// All of them, amendment by amendment.
    pub fn amended(&self) -> Vec<Amended<'_>> {
        let pairs = self.all.iter().zip(self.all.iter().skip(1));
        pairs.flat_map(|(before, after)| between(before, after)).collect()
    }
}

fn between<'a>(before: &'a Version, after: &'a Version) -> Vec<Amended<'a>> {
    let Some(amendment) = &after.amendment else { return Vec::new() };
    let not_in = |v: &Version, p: &Planned| v.plan.planned(&p.id).is_none();
    let added = after.plan.analyses.iter().filter(|p| not_in(before, p)).map(|planned| Amended {
        planned,
        amendment,
        added: true,
        code: Code::added(planned.role, new_question(planned, before)),
    });
    let dropped = before.plan.analyses.iter().filter(|p| not_in(after, p)).map(|planned| Amended {
        planned,
        amendment,
        added: false,
        code: Code::dropped(planned.role, new_question(planned, after).unwrap_or(Key::Outcome)),
    });
    added.chain(dropped).collect()
}

/// The part of the question that stands in none of the analyses of a version: its outcome, the timepoint of an outcome, …
fn new_question(planned: &Planned, version: &Version) -> Option<Key> {
    let own = |p: &Planned, key: Key| p.record.root().field(key).map(|f| f.value.clone());
    [Key::Outcome, Key::Timepoint, Key::Comparison].into_iter().find(|key| {
        let value = own(planned, *key);
        value.is_some() && version.plan.analyses.iter().all(|p| own(p, *key) != value)
    })
}
