//! `outcome recovery was personal_recovery`: a name of the script for one of the plan.

use crate::diagnostic::Problem;
use crate::eval::walk::{Step, Walk};
use crate::language::cursor::{Cursor, word_of};
use crate::language::suggest::{nearest, or_list};
use crate::source::Span;
use crate::store::Store;

impl Walk<'_, '_> {
    /// The plan's name of an outcome, after `was`: what the plan declares of it holds of the new name too.
    pub fn renamed(&mut self, id: &str, cursor: &mut Cursor, at: Span) -> Step {
        let Some(following) = self.state.follow.plan.clone() else {
            return self.fail(
                Problem::error("E520", "`was` names an outcome of the plan, and the script follows none")
                    .at(at, "of which plan?")
                    .help("write `follow \"NAME.plan.weald\"` above it"),
            );
        };
        let item = cursor.advance();
        let word = item.and_then(word_of).unwrap_or_default().to_owned();
        let declared = &following.plan.store.outcomes;
        if !declared.contains_key(&word) {
            let known: Vec<String> = declared.keys().cloned().collect();
            let problem =
                Problem::error("E524", format!("the plan has no outcome `{word}`")).at(item.map_or(at, |i| i.span), "not in the plan");
            return self.fail(match nearest(&word, known.iter().map(String::as_str)) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help(format!("its outcomes are {}", or_list(&known, 12))),
            });
        }
        let plan = following.plan.script_store().clone();
        let id = id.to_owned();
        self.state.follow.renamed.insert(id.clone(), word.clone());
        self.state.follow.locked_store = None;
        self.state.change_store(|store: &mut Store| {
            if let Some(was) = plan.outcomes.get(&word) {
                let own = store.ensure_outcome(&id);
                own.direction = own.direction.or(was.direction);
                own.role = own.role.take().or_else(|| was.role.clone());
                own.importance = own.importance.take().or_else(|| was.importance.clone());
                own.measure = own.measure.take().or_else(|| was.measure.clone());
                own.mid = own.mid.take().or_else(|| was.mid.clone());
            }
            for instrument in store.instruments.values_mut().filter(|i| i.outcome.as_deref() == Some(&word)) {
                instrument.outcome = Some(id.clone());
            }
        });
        Ok(())
    }
}
