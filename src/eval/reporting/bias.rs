//! `rob`: judgements of risk of bias as tables and figures.

use super::PICTURES;
use crate::diagnostic::Problem;
use crate::eval::outcome::{Composed, RobRequest};
use crate::eval::walk::{Halt, Step, Walk};
use crate::eval::words::{unexpected, usage};
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::suggest::{and_list, nearest};
use crate::syntax::ast::{Command, Item};

impl Walk<'_, '_> {
    /// `rob traffic-light | summary …`
    pub fn rob(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let summary = match item.and_then(word_of).map(str::to_ascii_lowercase).as_deref() {
            Some("traffic-light") => false,
            Some("summary") => true,
            _ => {
                return self.fail(
                    Problem::error("E218", "`rob` is followed by `traffic-light` or `summary`")
                        .at(item.map_or(command.head.span, |i| i.span), "which figure?")
                        .help(format!("write `{}`", usage(command))),
                );
            }
        };
        let (mut request, mut to, mut font) = (RobRequest::default(), None, None);
        while let Some(item) = cursor.advance() {
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("to") => {
                    to = Some(self.target_file(&mut cursor, item.span, PICTURES)?);
                    font = self.font_after(&mut cursor)?;
                }
                Some("tool") => {
                    let text = text_of(cursor.advance(), "tool", item.span);
                    request.tool = Some(self.attempt(text)?);
                }
                Some("for") => request.outcome = Some(self.known_word(&mut cursor, item, "outcome", command)?),
                Some("at") => request.timepoint = Some(self.known_word(&mut cursor, item, "timepoint", command)?),
                Some("palette") => match cursor.advance().and_then(word_of).map(str::to_ascii_lowercase).as_deref() {
                    Some("cochrane") => request.colour_blind = false,
                    Some("colour-blind") => request.colour_blind = true,
                    _ => {
                        return self
                            .fail(Problem::error("E218", "`palette` takes `cochrane` or `colour-blind`").at(item.span, "which colours?"));
                    }
                },
                Some("weights") => {
                    let _ = cursor.take_word("of");
                    request.weights = self.pooled(&mut cursor, "weights of", command)?.1.result.clone().map(Box::new);
                }
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        self.compose_with(if summary { Composed::RobSummary(request) } else { Composed::TrafficLight(request) }, to, font, command)
    }

    /// The outcome or timepoint that follows a word, which the data have.
    fn known_word(&mut self, cursor: &mut Cursor, after: &Item, what: &str, command: &Command) -> Result<String, Halt> {
        let item = cursor.advance();
        let Some(word) = item.and_then(word_of) else {
            self.report(
                Problem::error(
                    "E218",
                    format!(
                        "`{}` takes the name of {} {what} of the data",
                        word_of(after).unwrap_or_default(),
                        if what == "outcome" { "an" } else { "a" }
                    ),
                )
                .at(item.map_or(after.span, |i| i.span), "which one?")
                .help(format!("write `{}`", usage(command))),
            );
            return Err(Halt::Error);
        };
        let store = &self.state.store;
        let known = if what == "outcome" { store.outcome_names() } else { store.timepoint_names() };
        if known.contains(&word) || self.state.no_data {
            return Ok(word.to_owned());
        }
        let problem =
            Problem::error("E201", format!("the data have no {what} `{word}`")).at(item.map_or(after.span, |i| i.span), "unknown");
        self.report(match nearest(word, known.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => problem,
            None => problem.help(format!("there are {}", and_list(&known, 12))),
        });
        Err(Halt::Error)
    }
}
