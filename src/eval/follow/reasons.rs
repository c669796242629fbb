//! `because CODE "…"`, `because criterion S2 "…" by "NAME"`: taken out of a statement before it is resolved.

use crate::diagnostic::Problem;
use crate::language::cursor::word_of;
use crate::language::suggest::nearest;
use crate::protocol::{Reason, ReasonCode, Timing};
use crate::syntax::ast::{Command, Item, ItemKind};

/// What a statement says of itself.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The statement's reason.
    pub because: Option<Reason>,
    /// Reasons of single steps of its selection.
    pub steps: Vec<Reason>,
    /// The planned criterion cited.
    pub cites: Option<String>,
    /// Who judged that it applies.
    pub judged_by: Option<String>,
    /// Whether a code, a time or a criterion was given: they mean something only beside a plan.
    pub needs_a_plan: bool,
}

/// Takes the reasons out. A reason with a code, or one that follows no `exclude`, `only` or `where`, is the
/// statement's and explains every difference; one without a code after them is of that step, and stays.
/// Without a plan (`follows` is false) a reason without a code stays where it is.
pub fn take(command: &Command, follows: bool) -> Result<(Command, Said), Problem> {
    let mut said = Said::default();
    let mut kept: Vec<Item> = Vec::new();
    let mut selecting = false;
    let mut items = command.items.iter().peekable();
    while let Some(item) = items.next() {
        let word = word_of(item).map(str::to_ascii_lowercase);
        match word.as_deref() {
            Some("exclude" | "only" | "dependent") => selecting = true,
            _ if matches!(item.kind, ItemKind::Where(_)) => selecting = true,
            _ => {}
        }
        if word.as_deref() != Some("because") {
            kept.push(item.clone());
            continue;
        }
        let mut code = None;
        let mut criterion = false;
        if let Some(next) = items.peek().copied()
            && let Some(word) = word_of(next)
        {
            if word.eq_ignore_ascii_case("criterion") {
                items.next();
                let id = items.next();
                let Some(id) = id.and_then(word_of) else {
                    return Err(Problem::error("E521", "`because criterion` lacks the id of the criterion")
                        .at(id.map_or(next.span, |i| i.span), "which one?")
                        .help("write `because criterion S2 \"…\"`: the id of the planned analysis, or of the criterion"));
                };
                said.cites = Some(id.to_owned());
                criterion = true;
            } else if let Some(known) = ReasonCode::of(word) {
                items.next();
                code = Some(known);
            } else {
                let problem = Problem::error("E521", format!("`{word}` is no reason code")).at(next.span, "unknown code");
                let names = ReasonCode::ALL.map(ReasonCode::name);
                return Err(match nearest(word, names) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem.help(format!("the codes are {}; a reason without one is a text in quotes", names.join(", "))),
                });
            }
        }
        let text = items.peek().and_then(|i| if let ItemKind::Text(text) = &i.kind { text.plain() } else { None });
        let Some(text) = text else {
            if code.is_some() || criterion {
                return Err(Problem::error("E521", "a reason lacks its words")
                    .at(items.peek().map_or(item.span, |i| i.span), "a text in quotes stands here")
                    .help("write `because better_method \"the protocol's estimator is biased\"`"));
            }
            // What stands here is for the resolver to judge.
            kept.push(item.clone());
            continue;
        };
        let quoted = items.next().cloned();
        if text.trim().is_empty() {
            let problem = Problem::error("E521", "the reason is empty").at(quoted.map_or(item.span, |q| q.span), "no words");
            return Err(problem.help("say why in a few words; the table of differences prints them"));
        }
        let mut when = timing(&mut items);
        if criterion {
            said.judged_by = judged_by(&mut items);
            when = when.or_else(|| timing(&mut items));
        }
        let reason = Reason { code, text, when };
        said.needs_a_plan |= code.is_some() || when.is_some() || criterion;
        let of_step = code.is_none() && (selecting || criterion);
        if of_step || !follows && code.is_none() && when.is_none() {
            if selecting || !criterion {
                kept.push(item.clone());
                kept.extend(quoted);
            }
            said.steps.push(reason);
        } else if said.because.is_some() {
            return Err(Problem::error("E210", "the statement has two reasons").at(item.span, "again").help("keep one of them"));
        } else {
            said.because = Some(reason);
        }
    }
    Ok((Command { items: kept, ..command.clone() }, said))
}

/// `by "NAME"` after the words of a reason that cites a criterion.
fn judged_by<'a>(items: &mut std::iter::Peekable<impl Iterator<Item = &'a Item> + Clone>) -> Option<String> {
    let mut ahead = items.clone();
    let by = ahead.next().and_then(word_of).is_some_and(|word| word.eq_ignore_ascii_case("by"));
    let name = ahead.next().filter(|_| by).and_then(|i| if let ItemKind::Text(text) = &i.kind { text.plain() } else { None });
    name.filter(|name| !name.trim().is_empty()).inspect(|_| {
        items.next();
        items.next();
    })
}

/// `before results`, `after results`, … after the words of a reason.
fn timing<'a>(items: &mut std::iter::Peekable<impl Iterator<Item = &'a Item> + Clone>) -> Option<Timing> {
    let mut ahead = items.clone();
    let (first, second) = (ahead.next().and_then(word_of)?, ahead.next().and_then(word_of)?);
    let found = Timing::ALL.into_iter().find(|t| t.words().eq_ignore_ascii_case(&format!("{first} {second}")))?;
    items.next();
    items.next();
    Some(found)
}
