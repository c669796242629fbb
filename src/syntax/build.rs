//! Parse trees of statements and arguments to the syntax tree. With `expr` the only file
//! that matches on [`Rule`] (besides `rules` and `error`).

use super::ast::{Bound, Branch, Command, Entry, Expr, Item, ItemKind, StatementKind, Word};
use super::expr::Deep;
use super::rules::Rule;
use crate::diagnostic::Problem;
use crate::source::Span;
use pest::iterators::Pair;

/// A node of the parse tree.
pub(crate) type Node<'i> = Pair<'i, Rule>;
/// Part of the tree, or what is wrong with it.
pub(crate) type Built<T> = Result<T, Box<Problem>>;

pub(crate) fn fail<T>(problem: Problem) -> Built<T> {
    Err(Box::new(problem))
}

/// The parts of a node without its keywords and marks.
pub(crate) fn parts(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    use Rule as R;
    node.into_inner().filter(|part| {
        !matches!(
            part.as_rule(),
            R::kw_let
                | R::kw_where
                | R::kw_when
                | R::kw_until
                | R::kw_then
                | R::kw_otherwise
                | R::kw_on
                | R::kw_if
                | R::kw_for
                | R::kw_in
                | R::kw_rule
                | R::kw_print
                | R::assign
                | R::colon
                | R::comma
                | R::dot
                | R::dots
                | R::gt
                | R::open
                | R::close
                | R::open_list
                | R::close_list
                | R::open_value
                | R::close_value
                | R::EOI
        )
    })
}

/// Builds the tree of one logical line.
pub(crate) struct Build {
    /// Where the line begins in the source.
    pub offset: usize,
}

impl Build {
    pub fn span(&self, node: &Node<'_>) -> Span {
        let span = node.as_span();
        Span::new(span.start(), span.end()).shift(self.offset)
    }

    pub fn word(&self, node: &Node<'_>) -> Word {
        Word { text: node.as_str().to_owned(), span: self.span(node) }
    }

    /// `binding`, `printing`, `helping`, `sentence` or `rule_head`.
    pub fn statement(&self, node: Node<'_>) -> Built<StatementKind> {
        let rule = node.as_rule();
        let span = self.span(&node);
        if rule == Rule::helping {
            return Ok(StatementKind::Command(self.helping(node, span)));
        }
        let mut parts = parts(node);
        let Some(first) = parts.next() else {
            return fail(Problem::error("E100", "expected a statement").at(span, "empty"));
        };
        Ok(match rule {
            Rule::printing => StatementKind::Print(self.expr(first)?.0),
            Rule::rule_head => self.rule(self.word(&first), parts)?,
            Rule::binding => {
                let name = self.word(&first);
                let value = match parts.next() {
                    Some(command) if command.as_rule() == Rule::command => Bound::Command(self.command(command)?.0),
                    Some(expr) => Bound::Expr(self.expr(expr)?.0),
                    None => return fail(Problem::error("E100", "expected a value").at(span, "empty")),
                };
                StatementKind::Let { name, value }
            }
            _ => {
                let mut command = self.command(first)?.0;
                if let Some(body) = parts.next() {
                    command.body = Some(Box::new(self.command(body)?.0));
                    command.span = span;
                }
                StatementKind::Command(command)
            }
        })
    }

    /// `help where`: its words are topics, whatever they mean elsewhere.
    fn helping(&self, node: Node<'_>, span: Span) -> Command {
        let mut words = node.into_inner();
        let head = words.next().map_or(Word { text: "help".into(), span }, |head| self.word(&head));
        let items = words.map(|topic| Item { kind: ItemKind::Word(topic.as_str().to_owned()), span: self.span(&topic) }).collect();
        Command { head, items, body: None, entries: Vec::new(), span }
    }

    /// The head line of a rule, with the branches that stand on it.
    fn rule<'i>(&self, name: Word, parts: impl Iterator<Item = Node<'i>>) -> Built<StatementKind> {
        let (mut items, mut branches, mut otherwise) = (Vec::new(), Vec::new(), None);
        for part in parts {
            match part.as_rule() {
                Rule::when => branches.push(self.when(part)?),
                Rule::otherwise => otherwise = Some(self.otherwise(part)?),
                _ => items = self.items(part)?.0,
            }
        }
        Ok(StatementKind::Rule { name, branches, otherwise, otherwise_before: Vec::new(), otherwise_comment: None, items })
    }

    /// `when … then …`
    pub fn when(&self, node: Node<'_>) -> Built<Branch> {
        let span = self.span(&node);
        let (mut condition, mut then) = (None, Vec::new());
        for part in parts(node) {
            match part.as_rule() {
                Rule::expr => condition = Some(self.expr(part)?.0),
                _ => then = self.items(part)?.0,
            }
        }
        match condition {
            Some(condition) => Ok(Branch { condition, then, before: Vec::new(), comment: None, span }),
            None => fail(Problem::error("E113", "expected a condition").at(span, "empty")),
        }
    }

    /// `otherwise …`
    pub fn otherwise(&self, node: Node<'_>) -> Built<Vec<Item>> {
        parts(node).next().map_or(Ok(Vec::new()), |items| Ok(self.items(items)?.0))
    }

    /// `header: items`
    pub fn entry<'i>(&self, nodes: impl Iterator<Item = Node<'i>>, span: Span) -> Built<Entry> {
        let (mut header, mut items) = (Vec::new(), Vec::new());
        for part in nodes {
            match part.as_rule() {
                Rule::header => header = self.items(part)?.0,
                Rule::items => items = self.items(part)?.0,
                _ => {}
            }
        }
        Ok(Entry { header, items, before: Vec::new(), comment: None, span })
    }

    /// The items of `items` and its like.
    pub fn items(&self, node: Node<'_>) -> Built<Deep<Vec<Item>>> {
        let (mut items, mut deepest) = (Vec::new(), 0);
        for part in node.into_inner() {
            let (item, depth) = self.item(part)?;
            deepest = deepest.max(depth);
            items.push(item);
        }
        Ok((items, deepest))
    }

    /// `head item*`; the head of `where CONDITION item*` is empty: it is named before the colon.
    pub fn command(&self, node: Node<'_>) -> Built<Deep<Command>> {
        let span = self.span(&node);
        let mut head = Word { text: String::new(), span };
        let (mut items, mut deepest) = (Vec::new(), 0);
        for part in node.into_inner() {
            if part.as_rule() == Rule::head {
                head = self.word(&part);
            } else {
                let (item, depth) = self.item(part)?;
                deepest = deepest.max(depth);
                items.push(item);
            }
        }
        Ok((Command { head, items, body: None, entries: Vec::new(), span }, deepest))
    }

    /// A text that stands for a name.
    fn name_in_quotes(&self, node: Node<'_>) -> Built<Word> {
        let span = self.span(&node);
        match self.text(node)?.0.plain() {
            Some(text) => Ok(Word { text, span }),
            None => fail(
                Problem::error("E100", "a name holds no {value}").at(span, "its text is not known before the run").help("write it out"),
            ),
        }
    }

    fn item(&self, node: Node<'_>) -> Built<Deep<Item>> {
        let span = self.span(&node);
        let rule = node.as_rule();
        let (kind, depth) = match rule {
            Rule::comma => (ItemKind::Comma, 0),
            Rule::text => {
                let (text, depth) = self.text(node)?;
                (ItemKind::Text(text), depth)
            }
            Rule::quantity => (ItemKind::Quantity(self.quantity(node)?), 0),
            Rule::range => {
                let mut ends = parts(node).map(|end| self.quantity(end));
                match (ends.next(), ends.next()) {
                    (Some(low), Some(high)) => (ItemKind::Range(low?, high?), 0),
                    _ => return fail(Problem::error("E100", "expected a range").at(span, "incomplete")),
                }
            }
            Rule::ranking => {
                let ranked = parts(node).map(|part| match part.as_rule() {
                    Rule::text => self.name_in_quotes(part),
                    _ => Ok(self.word(&part)),
                });
                (ItemKind::Ranking(ranked.collect::<Built<_>>()?), 0)
            }
            Rule::list => {
                let (list, depth) = self.exprs(node)?;
                (ItemKind::List(list), depth)
            }
            Rule::call => {
                let ((name, args), depth) = self.call(node)?;
                (ItemKind::Call(name, args), depth)
            }
            Rule::paren => {
                let (inner, depth) = self.paren(node)?;
                (ItemKind::Paren(Box::new(Expr { span, ..inner })), depth)
            }
            Rule::where_item | Rule::when_item | Rule::until_item | Rule::on_item | Rule::assign_item => {
                let Some(inner) = parts(node).next() else {
                    return fail(Problem::error("E100", "expected an expression").at(span, "empty"));
                };
                let (expr, depth) = self.expr(inner)?;
                let expr = Box::new(expr);
                let kind = match rule {
                    Rule::where_item => ItemKind::Where(expr),
                    Rule::when_item => ItemKind::When(expr),
                    Rule::until_item => ItemKind::Until(expr),
                    Rule::on_item => ItemKind::On(expr),
                    _ => ItemKind::Assign(expr),
                };
                (kind, depth)
            }
            _ => (ItemKind::Word(node.as_str().to_owned()), 0),
        };
        Ok((Item { kind, span }, depth))
    }
}
