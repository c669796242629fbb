//! `explain RULE`, `describe RULE`.

use crate::eval::outcome::Outcome;
use crate::eval::walk::{Mode, Walk};
use crate::syntax::ast::{Command, Item, ItemKind};

impl Walk<'_, '_> {
    /// Explains a rule, if the statement names one and no result of that name.
    pub fn explain_rule(&mut self, command: &Command) -> bool {
        let [Item { kind: ItemKind::Word(name), .. }] = command.items.as_slice() else { return false };
        if self.state.analysis(name).is_some() {
            return false;
        }
        let Some(rule) = self.state.rules.get(name).cloned() else { return false };
        if self.mode == Mode::Run {
            self.outcomes.push(Outcome::ExplainRule(Box::new(super::analyse(&rule, self.state))));
        }
        true
    }

    /// Describes a rule, if there is one of that name: the same as a result.
    pub fn describe_rule(&mut self, name: &str) -> bool {
        let Some(rule) = self.state.rules.get(name).cloned() else { return false };
        if self.mode == Mode::Run {
            self.outcomes.push(Outcome::RuleAnalysis(Box::new(super::analyse(&rule, self.state))));
        }
        true
    }
}
