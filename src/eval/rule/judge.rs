//! `judge NAME for RESULT by "PERSON" answer yes …`: what people decide, for rules to read.

use super::state::Judgement;
use crate::diagnostic::Problem;
use crate::eval::walk::{Step, Walk};
use crate::eval::words::{unexpected, usage};
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::value::Value;
use crate::language::vocabulary::TRIGGERS;
use crate::syntax::ast::{Command, ItemKind};

/// An answer as it is shown.
pub fn answer_words(answer: &Value) -> String {
    match answer {
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        other => other.to_string(),
    }
}

impl Walk<'_, '_> {
    /// `judge NAME [for RESULT] by "PERSON", … [answer yes | no | "TEXT" | NUMBER] [date "DATE"] [because "REASON"]`
    pub fn judge(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let example = "write `judge similar_pico for P1 by \"A. Reviewer\", \"B. Reviewer\" answer yes date \"2024-05-01\" because \"…\"`";
        let item = cursor.advance();
        let Some(name) = item.and_then(word_of).map(str::to_owned) else {
            return self.fail(
                Problem::error("E211", "`judge` lacks the name of what is judged")
                    .at(item.map_or(command.head.span, |i| i.span), "a name stands here")
                    .help(example),
            );
        };
        let at = item.map_or(command.head.span, |i| i.span);
        let is_statistic = TRIGGERS.iter().any(|t| t.name.split('(').next().is_some_and(|n| n.eq_ignore_ascii_case(&name)));
        if is_statistic || matches!(name.to_ascii_lowercase().as_str(), "undefined" | "participants" | "i2" | "p") {
            return self.fail(
                Problem::error("E244", format!("`{name}` is a statistic that rules read, and can't name a judgement"))
                    .at(at, "means something else")
                    .help(format!("choose another name, such as `{name}_judged`")),
            );
        }
        let mut judgement = Judgement { name, of: None, by: Vec::new(), answer: None, on: None, because: None };
        while let Some(item) = cursor.advance() {
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("for") => match cursor.advance().and_then(word_of) {
                    Some(of) => judgement.of = Some(of.to_owned()),
                    None => {
                        return self.fail(
                            Problem::error("E211", "`for` lacks the name of a result").at(item.span, "nothing it can name").help(example),
                        );
                    }
                },
                Some("by") => {
                    for person in cursor.values() {
                        match &person.kind {
                            ItemKind::Text(t) => judgement.by.extend(t.plain()),
                            ItemKind::Word(w) => judgement.by.push(w.clone()),
                            _ => {
                                return self.fail(
                                    Problem::error("E218", "`by` takes names of people").at(person.span, "not a name").help(example),
                                );
                            }
                        }
                    }
                }
                Some("answer") => match cursor.advance().map(|i| &i.kind) {
                    Some(ItemKind::Word(w)) if w.eq_ignore_ascii_case("yes") => judgement.answer = Some(Value::Bool(true)),
                    Some(ItemKind::Word(w)) if w.eq_ignore_ascii_case("no") => judgement.answer = Some(Value::Bool(false)),
                    Some(ItemKind::Word(w)) => judgement.answer = Some(Value::Text(w.clone())),
                    Some(ItemKind::Text(t)) => judgement.answer = t.plain().map(Value::Text),
                    Some(ItemKind::Quantity(q)) if q.unit.is_none() => judgement.answer = Some(Value::Number(q.value)),
                    Some(ItemKind::Quantity(q)) if q.unit.as_deref() == Some("%") => judgement.answer = Some(Value::Percent(q.value)),
                    _ => {
                        return self
                            .fail(Problem::error("E211", "`answer` lacks the answer").at(item.span, "nothing follows").help(example));
                    }
                },
                Some("date") => {
                    let date = text_of(cursor.advance(), "date", item.span);
                    let date = self.attempt(date)?;
                    if !crate::eval::plan::is_date(&date) {
                        return self.fail(
                            Problem::error("E505", format!("\"{date}\" is no date"))
                                .at(item.span, "year, month and day")
                                .help("write `date \"2024-05-01\"`"),
                        );
                    }
                    judgement.on = Some(date);
                }
                Some("because") => {
                    let why = text_of(cursor.advance(), "because", item.span);
                    judgement.because = Some(self.attempt(why)?);
                }
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        if judgement.by.is_empty() {
            return self.fail(
                Problem::error("E287", format!("nobody is named who judges `{}`", judgement.name))
                    .at(command.span, "no `by`")
                    .help("a judgement is a person's: write `by \"NAME\"`, with commas between several"),
            );
        }
        for odd in self.odd_judgement(&judgement) {
            let help = "the judgement stands as recorded; readers see who made it, and when";
            self.report(Problem::warning("W309", odd).at(command.span, "not as announced").help(help));
        }
        self.state.judgements.push(judgement);
        Ok(())
    }

    /// Where a judgement is not as it was announced.
    fn odd_judgement(&self, judgement: &Judgement) -> Vec<String> {
        if judgement.answer.is_none() {
            return Vec::new();
        }
        let mut odd = Vec::new();
        let same = |j: &&Judgement| j.name == judgement.name && j.answer.is_none() && (j.of.is_none() || j.of == judgement.of);
        let sorted = |names: &[String]| {
            let mut names = names.to_vec();
            names.sort();
            names
        };
        if let Some(announced) = self.state.judgements.iter().rfind(same)
            && sorted(&announced.by) != sorted(&judgement.by)
        {
            let (by, announced) = (judgement.by.join(", "), announced.by.join(", "));
            odd.push(format!("judgement `{}` is recorded by {by}, and was announced for {announced}", judgement.name));
        }
        let of_plan = self.state.follow.plan.as_ref().and_then(|p| p.plan.plan.declaration.as_ref());
        let declared = of_plan.or(self.state.plan.declaration.as_ref()).and_then(|d| d.on.as_deref());
        if let (Some(on), Some(declared)) = (judgement.on.as_deref(), declared)
            && on < declared
        {
            odd.push(format!("judgement `{}` is dated {on}, before the plan was declared ({declared})", judgement.name));
        }
        odd
    }
}
