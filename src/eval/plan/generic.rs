//! Statements that stand for several: `leave-one-out of P*` is one analysis for each planned
//! analysis whose id begins with `P`, `P1..P8` those from the one to the other, `P1, P3` these two.

use super::statement::Head;
use crate::diagnostic::Problem;
use crate::language::cursor::word_of;
use crate::language::suggest::and_list;
use crate::source::Span;
use crate::syntax::ast::{Command, Item, ItemKind};
use std::collections::BTreeSet;

/// One analysis of a statement.
pub struct Instance {
    pub id: String,
    /// The statement's id, where it stands for several.
    pub generic: Option<String>,
    pub parent: Option<String>,
    pub body: Command,
}

/// A word that stands for several planned analyses.
#[derive(PartialEq, Eq)]
struct Pattern {
    text: String,
    span: Span,
}

impl Pattern {
    fn of(text: &str, span: Span) -> Option<Self> {
        stands_for_several(text).then(|| Pattern { text: text.to_owned(), span })
    }

    /// The planned analyses it stands for, instances of generic ones left out; in the order of the plan.
    fn of_planned(&self, planned: &[String]) -> Result<Vec<String>, Problem> {
        let whole: Vec<&String> = planned.iter().filter(|p| !p.contains('[')).collect();
        let known = || match planned {
            [] => "the analyses that others belong to are planned first".to_owned(),
            _ => format!("planned above: {}", and_list(planned, 20)),
        };
        let refused = |message: String| Err(Problem::error("E503", message).at(self.span, "stands for nothing").help(known()));
        let Some((from, to)) = self.text.split_once("..") else {
            let prefix = self.text.trim_end_matches('*');
            let found: Vec<String> = whole.iter().filter(|p| p.starts_with(prefix)).map(|p| (*p).clone()).collect();
            return match found.is_empty() {
                true => refused(format!("no planned analysis has an id that begins with `{prefix}`")),
                false => Ok(found),
            };
        };
        let place = |id: &str| whole.iter().position(|p| *p == id);
        match (place(from), place(to)) {
            (Some(from), Some(to)) if from <= to => Ok(whole[from..=to].iter().map(|p| (*p).clone()).collect()),
            (Some(_), Some(_)) => refused(format!("`{from}` is planned after `{to}`")),
            (None, _) => refused(format!("`{from}` is not planned above")),
            (_, None) => refused(format!("`{to}` is not planned above")),
        }
    }
}

/// Whether a word stands for several: `P*`, `P1..P8`.
pub fn stands_for_several(word: &str) -> bool {
    word.ends_with('*') || word.contains("..")
}

/// The pattern in an item, if it is one.
fn pattern(item: &Item) -> Option<Pattern> {
    word_of(item).and_then(|word| Pattern::of(word, item.span))
}

/// The analyses that a statement stands for.
pub fn instances(head: &Head, body: &Command, planned: &[String]) -> Result<Vec<Instance>, Problem> {
    let in_body = body.items.iter().find_map(pattern);
    let mut parents: Vec<String> = Vec::new();
    for of in &head.of {
        match Pattern::of(&of.text, of.span) {
            Some(several) => parents.extend(several.of_planned(planned)?),
            None if planned.contains(&of.text) => parents.push(of.text.clone()),
            None => {
                let problem = Problem::error("E503", format!("`{}` is not planned above", of.text)).at(of.span, "unknown analysis");
                return Err(match crate::language::suggest::nearest(&of.text, planned.iter().map(String::as_str)) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None if planned.is_empty() => problem.help("the analysis that others belong to is planned first"),
                    None => problem.help(format!("planned above: {}", and_list(planned, 20))),
                });
            }
        }
    }
    if let Some(in_body) = &in_body {
        let own = in_body.of_planned(planned)?;
        if !parents.is_empty() && own != parents {
            return Err(Problem::error("E503", format!("`{}` stands for other analyses than what follows `of`", in_body.text))
                .at(in_body.span, "another group")
                .help("write the same in both places"));
        }
        parents = own;
    }
    let generic = in_body.is_some() || head.of.len() > 1 || head.of.iter().any(|of| stands_for_several(&of.text));
    if !generic {
        return Ok(vec![Instance { id: head.id.text.clone(), generic: None, parent: parents.pop(), body: body.clone() }]);
    }
    let mut seen = BTreeSet::new();
    parents.retain(|p| seen.insert(p.clone()));
    let one = |parent: String| {
        let mut body = body.clone();
        for item in &mut body.items {
            if pattern(item).is_some() {
                item.kind = ItemKind::Word(parent.clone());
            }
        }
        let id = format!("{}[{parent}]", head.id.text);
        Instance { id, generic: Some(head.id.text.clone()), parent: Some(parent), body }
    };
    Ok(parents.into_iter().map(one).collect())
}
