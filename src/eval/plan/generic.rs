//! Statements that stand for several: `leave-one-out of P*` is one analysis for each planned
//! analysis whose id begins with `P`.

use super::statement::{Head, glob};
use crate::diagnostic::Problem;
use crate::language::suggest::and_list;
use crate::syntax::ast::{Command, ItemKind};

/// One analysis of a statement.
pub struct Instance {
    pub id: String,
    /// The statement's id, where it stands for several.
    pub generic: Option<String>,
    pub parent: Option<String>,
    pub body: Command,
}

/// The analyses that a statement stands for.
pub fn instances(head: &Head, body: &Command, planned: &[String]) -> Result<Vec<Instance>, Problem> {
    let in_body = body.items.iter().find_map(|i| glob(&i.kind).map(|prefix| (prefix.to_owned(), i.span)));
    let in_head = head.of.as_ref().and_then(|of| of.text.strip_suffix('*').map(|prefix| (prefix.to_owned(), of.span)));
    if let Some(of) = head.of.as_ref().filter(|_| in_head.is_none())
        && !planned.contains(&of.text)
    {
        let problem = Problem::error("E503", format!("`{}` is not planned above", of.text)).at(of.span, "unknown analysis");
        return Err(match crate::language::suggest::nearest(&of.text, planned.iter().map(String::as_str)) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if planned.is_empty() => problem.help("the analysis that others belong to is planned first"),
            None => problem.help(format!("planned above: {}", and_list(planned, 20))),
        });
    }
    let Some((prefix, span)) = in_head.clone().or(in_body.clone()) else {
        let parent = head.of.as_ref().map(|of| of.text.clone());
        return Ok(vec![Instance { id: head.id.text.clone(), generic: None, parent, body: body.clone() }]);
    };
    if let (Some((a, _)), Some((b, span))) = (&in_head, &in_body)
        && a != b
    {
        return Err(Problem::error("E503", format!("`{a}*` and `{b}*` stand for different analyses"))
            .at(*span, "another group")
            .help("write the same in both places"));
    }
    let parents: Vec<&String> = planned.iter().filter(|p| p.starts_with(&prefix) && !p.contains('[')).collect();
    if parents.is_empty() {
        return Err(Problem::error("E503", format!("no planned analysis has an id that begins with `{prefix}`"))
            .at(span, "stands for nothing")
            .help(if planned.is_empty() {
                "the analyses that others belong to are planned first".to_owned()
            } else {
                format!("planned above: {}", and_list(planned, 20))
            }));
    }
    let one = |parent: &String| {
        let mut body = body.clone();
        for item in &mut body.items {
            if glob(&item.kind).is_some() {
                item.kind = ItemKind::Word(parent.clone());
            }
        }
        let id = format!("{}[{parent}]", head.id.text);
        Instance { id, generic: Some(head.id.text.clone()), parent: Some(parent.clone()), body }
    };
    Ok(parents.into_iter().map(one).collect())
}
