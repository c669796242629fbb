//! `outcome recovery was personal_recovery`: names of the script for those of the plan, of outcomes,
//! timepoints, instruments and arms.

use crate::diagnostic::Problem;
use crate::eval::walk::{Halt, Step, Walk};
use crate::language::cursor::{Cursor, word_of};
use crate::language::suggest::{nearest, or_list};
use crate::source::Span;
use crate::store::Store;

impl Walk<'_, '_> {
    /// The plan's name of an outcome, after `was`: what the plan declares of it holds of the new name too.
    pub fn renamed(&mut self, id: &str, cursor: &mut Cursor, at: Span) -> Step {
        let plan = self.followed_store("an outcome", at)?;
        let word = self.planned_name("outcome", &plan.outcomes.keys().cloned().collect::<Vec<_>>(), cursor, at)?;
        self.reason_of_name(id, cursor)?;
        let id = id.to_owned();
        self.rename(id.clone(), word.clone());
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

    /// The same of a timepoint: its window and what is picked within it are those of the plan.
    pub fn renamed_timepoint(&mut self, id: &str, cursor: &mut Cursor, at: Span) -> Step {
        let plan = self.followed_store("a timepoint", at)?;
        let word = self.planned_name("timepoint", &plan.timepoints.keys().cloned().collect::<Vec<_>>(), cursor, at)?;
        self.reason_of_name(id, cursor)?;
        self.rename(id.to_owned(), word.clone());
        self.state.change_store(|store: &mut Store| {
            if let Some(was) = plan.timepoints.get(&word) {
                let own = store.ensure_timepoint(id);
                own.from = own.from.take().or_else(|| was.from.clone());
                own.to = own.to.take().or_else(|| was.to.clone());
                own.target = own.target.take().or_else(|| was.target.clone());
                own.pick = own.pick.take().or_else(|| was.pick.clone());
            }
        });
        Ok(())
    }

    /// The same of an instrument: items, range and direction are those of the plan.
    pub fn renamed_instrument(&mut self, id: &str, cursor: &mut Cursor, at: Span) -> Step {
        let plan = self.followed_store("an instrument", at)?;
        let word = self.planned_name("instrument", &plan.instruments.keys().cloned().collect::<Vec<_>>(), cursor, at)?;
        self.reason_of_name(id, cursor)?;
        self.rename(id.to_owned(), word.clone());
        self.state.change_store(|store: &mut Store| {
            let Some(was) = store.instruments.shift_remove(&word).or_else(|| plan.instruments.get(&word).cloned()) else { return };
            let own = store.ensure_instrument(id);
            own.outcome = own.outcome.take().or(was.outcome);
            own.direction = own.direction.or(was.direction);
            own.items = own.items.take().or(was.items);
            own.min = own.min.take().or(was.min);
            own.max = own.max.take().or(was.max);
            own.reference_sd = own.reference_sd.take().or(was.reference_sd);
            own.mid = own.mid.take().or(was.mid);
        });
        Ok(())
    }

    /// The same of the arms of a comparison, `compare IMR vs TAU was imr vs tau`: each by its place.
    pub fn renamed_arms(&mut self, sides: [&[String]; 2], was: [&[String]; 2], at: Span) -> Step {
        let plan = self.followed_store("a comparison", at)?;
        let same = |a: &[String], b: &[String]| a.len() == b.len() && b.iter().all(|x| a.contains(x));
        if !plan.comparisons.values().any(|c| same(&c.arm1, was[0]) && same(&c.arm2, was[1])) {
            let said = format!("{} vs {}", was[0].join(", "), was[1].join(", "));
            let known: Vec<String> = plan.comparisons.keys().cloned().collect();
            let problem = Problem::error("E524", format!("the plan has no comparison `{said}`")).at(at, "not in the plan");
            return self.fail(match known.is_empty() {
                true => problem.help("it declares no comparison"),
                false => problem.help(format!("its comparisons are {}", or_list(&known, 12))),
            });
        }
        if sides[0].len() != was[0].len() || sides[1].len() != was[1].len() {
            return self.fail(
                Problem::error("E218", "each arm has one name in the plan")
                    .at(at, "not as many arms")
                    .help("write as many arms after `was` as before it, in the same order: `compare IMR vs TAU was imr vs tau`"),
            );
        }
        for (new, old) in sides.iter().zip(was).flat_map(|(new, old)| new.iter().zip(old)).filter(|(new, old)| new != old) {
            self.rename(new.clone(), old.clone());
        }
        Ok(())
    }

    /// `because [CODE] "…"` after a name of the plan: why two names that the data hold are taken for one.
    pub fn reason_of_name(&mut self, id: &str, cursor: &mut Cursor) -> Step {
        let Some(at) = cursor.take_word("because") else { return Ok(()) };
        let word = cursor.peek_word().map(str::to_owned);
        let code = word.as_deref().and_then(crate::protocol::ReasonCode::of);
        if code.is_some() {
            cursor.advance();
        }
        let text = crate::language::cursor::text_of(cursor.advance(), "because", at);
        let text = self.attempt(text)?;
        self.state.follow.reasons_of_names.insert(id.to_owned(), crate::protocol::Reason { code, text, when: None });
        Ok(())
    }

    fn rename(&mut self, new: String, planned: String) {
        self.state.follow.renamed.insert(new, planned);
        self.state.follow.locked_store = None;
    }

    /// The declarations of the plan that is followed.
    fn followed_store(&mut self, what: &str, at: Span) -> Result<std::sync::Arc<Store>, Halt> {
        match self.state.follow.plan.as_ref() {
            Some(following) => Ok(following.plan.script_store().clone()),
            None if self.state.follow.refused => Err(Halt::Error),
            None => {
                self.report(
                    Problem::error("E520", format!("`was` names {what} of the plan, and the script follows none"))
                        .at(at, "of which plan?")
                        .help("write `follow \"NAME.plan.weald\"` above it"),
                );
                Err(Halt::Error)
            }
        }
    }

    /// The name that follows `was`, which the plan knows.
    fn planned_name(&mut self, what: &str, known: &[String], cursor: &mut Cursor, at: Span) -> Result<String, Halt> {
        let item = cursor.advance();
        let word = item.and_then(word_of).unwrap_or_default().to_owned();
        if known.contains(&word) {
            return Ok(word);
        }
        let problem = Problem::error("E524", format!("the plan has no {what} `{word}`")).at(item.map_or(at, |i| i.span), "not in the plan");
        self.report(match nearest(&word, known.iter().map(String::as_str)) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => problem.help(format!("it declares no {what}")),
            None => problem.help(format!("its {what}s are {}", or_list(known, 12))),
        });
        Err(Halt::Error)
    }
}
