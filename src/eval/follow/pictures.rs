//! Pictures of results whose standing to the plan is known when all of the script is: they are drawn again with it.

use super::state::Following;
use crate::diagnostic::Problem;
use crate::eval::outcome::{FileResult, Outcome, PictureRequest};
use crate::eval::walk::Walk;
use crate::protocol::Account;
use crate::source::Span;

/// A picture that was drawn, to be drawn again.
pub struct Drawing {
    /// What was asked.
    pub request: PictureRequest,
    /// Its file.
    pub path: String,
    /// Where the file stands among the results of the run.
    pub outcome: usize,
    /// Where the file is named.
    pub at: Span,
    /// Where what it shows stands among what was recorded of the session.
    executed: usize,
}

impl Walk<'_, '_> {
    /// Keeps a picture of the next result, if it shows one that is compared with a plan.
    pub fn keep_picture(&mut self, request: PictureRequest, path: &str, at: Span) {
        let executed = &self.state.follow.executed;
        let name = match &request.subject {
            Outcome::Pool(result) => result.id.clone(),
            other => other.clone().head_mut().and_then(|h| h.id.clone()),
        };
        // What has no name was made for the picture, and recorded last.
        let shown = match name {
            Some(name) => executed.iter().rposition(|e| e.name.as_ref() == Some(&name)),
            None => executed.len().checked_sub(1),
        };
        if let Some(executed) = shown {
            self.drawings.push(Drawing { request, path: path.to_owned(), outcome: self.outcomes.len(), at, executed });
        }
    }

    /// Draws the pictures of this run again, with the labels of what they show.
    pub(super) fn draw_again(&mut self, account: &Account, following: &Following) {
        for mut drawing in std::mem::take(&mut self.drawings) {
            let Some(label) = account.labels.get(drawing.executed) else { continue };
            drawing.request.subject.stand(label);
            drawing.request.fingerprint.clone_from(&following.fingerprint);
            // It has been drawn once, so that it can be drawn.
            let Ok(drawn) = (self.env.draw)(&drawing.request) else { continue };
            let written = self.env.files.write(&format!("{}.csv", drawing.path), &drawn.numbers);
            match written.and_then(|()| self.env.files.write(&drawing.path, &drawn.picture)) {
                Ok(()) => {
                    if let Some(slot) = self.outcomes.get_mut(drawing.outcome) {
                        *slot = Outcome::File(FileResult { path: drawing.path, figure: Some(drawn.figure) });
                    }
                }
                Err(problem) => self.report(problem.at_least(drawing.at, "not written")),
            }
        }
    }

    /// A planned analysis that is read before it is run.
    pub fn not_yet_run(&self, name: &str, span: Span) -> Problem {
        Problem::error("E201", format!("`{name}` is planned, and has not been run"))
            .at(span, "not run yet")
            .help(format!("write `run {name}`, or `run plan` for all that is planned, above this line"))
    }
}
