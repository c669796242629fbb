//! What is typed at a prompt: a statement, or an expression alone.

use super::{Run, Session, statements};
use crate::language::vocabulary;
use crate::source::{Source, Span};
use crate::syntax::ast::{Statement, StatementKind};

/// What an expression alone stands for.
const PRINT: &str = "print ";

impl Session {
    /// Runs what was typed at a prompt: like [`run`](Self::run), but an expression alone is
    /// printed. Problems point into the text as typed.
    ///
    /// ```
    /// use weald::{Session, Source};
    /// let mut session = Session::default();
    /// let run = session.run_entry(&Source::new("entry", "2 * (3 + 4)"));
    /// assert!(matches!(&run.outcomes[..], [weald::Outcome::Text(t)] if t.text == "14"));
    /// ```
    pub fn run_entry(&mut self, source: &Source) -> Run {
        if !self.is_expression(source) {
            return self.run(source);
        }
        let printed = Source::new(source.name.clone(), format!("{PRINT}{}", source.text));
        let mut run = self.run(&printed);
        for located in &mut run.problems {
            if located.source == printed {
                located.source = source.clone();
                for (span, _) in &mut located.problem.labels {
                    let back = |at: u32| (at as usize).saturating_sub(PRINT.len());
                    *span = Span::new(back(span.start), back(span.end)).clamp(&source.text);
                }
            }
        }
        run
    }

    /// Whether a text is an expression, and no statement.
    fn is_expression(&self, source: &Source) -> bool {
        let text = source.text.trim_start();
        let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if vocabulary::verb(&word).is_some() || text.is_empty() || text.starts_with('#') {
            return false;
        }
        let parsed = crate::syntax::parse(source);
        let head = match statements(&parsed.script.lines).collect::<Vec<_>>().as_slice() {
            [Statement { kind: StatementKind::Command(c), .. }] => Some(c),
            [] => None,
            _ => return false,
        };
        // `exp(x)`, `not x` and `x in [1]` can be read as statements too.
        let value = ["not", "true", "false"].iter().any(|w| w.eq_ignore_ascii_case(&word));
        let statement = head.is_some_and(|c| {
            let operates = !c.items.is_empty() && self.state.variables.contains_key(&c.head.text);
            !value && !operates && !text[word.len()..].starts_with('(')
        });
        if parsed.problems.is_empty() && statement {
            return false;
        }
        let printed = crate::syntax::parse(&Source::new("", format!("{PRINT}{}", source.text)));
        let one =
            matches!(statements(&printed.script.lines).collect::<Vec<_>>().as_slice(), [Statement { kind: StatementKind::Print(_), .. }]);
        printed.problems.is_empty() && one
    }
}
