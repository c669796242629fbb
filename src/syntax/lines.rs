//! Logical lines to statements, each parsed alone, so that every broken one is reported.

use super::ast::{Block, Branch, Command, Entry, Expr, Item, Line, Statement, StatementKind};
use super::build::{Build, Built, fail};
use super::error::{Place, explain};
use super::rules::{Grammar, Rule};
use super::slips::{fault, slip};
use super::split::{Blocks, Braces, Chunk, Segment, Split};
use crate::diagnostic::Problem;
use crate::source::Span;
use pest::Parser;
use pest::iterators::Pairs;

/// `else if` after `else if`, at most.
const ARMS: usize = 50;

/// Reads chunks; collects problems.
pub(crate) struct Lines<'a, 's> {
    pub split: &'a Split<'s>,
    pub problems: Vec<Problem>,
}

/// An entry of a statement, as its first word and its colon show it.
enum Under {
    Entry(Entry),
    Branch(Branch),
    Otherwise(Vec<Item>, Segment),
}

impl Lines<'_, '_> {
    /// Reads lines one after the other.
    pub fn lines(&mut self, chunks: &[Chunk]) -> Vec<Line> {
        let mut lines = Vec::new();
        for chunk in chunks {
            lines.extend(match chunk {
                Chunk::Blank => Some(Line::Blank),
                Chunk::Comment(text) => Some(Line::Comment(text.clone())),
                Chunk::Statement(segments) => self.statement(segments),
                Chunk::Blocks(blocks) => self.blocks(blocks),
            });
        }
        lines
    }

    fn span(&self, segment: &Segment) -> Span {
        let tokens = &self.split.tokens;
        Span::new(tokens[segment.from].start, tokens[segment.to - 1].end.max(tokens[segment.from].start))
    }

    fn starts_with(&self, segment: &Segment, word: &str) -> bool {
        self.split.tokens[segment.from].is_word(self.split.source, word)
    }

    /// Parses a segment by a rule and builds it; a problem is collected.
    fn read<T>(&mut self, rule: Rule, segment: &Segment, build: impl FnOnce(&Build, &mut Pairs<'_, Rule>) -> Built<T>) -> Option<T> {
        if let Some(problem) = slip(self.split, segment) {
            self.problems.push(problem);
            return None;
        }
        self.parse(rule, segment, build)
    }

    fn parse<T>(&mut self, rule: Rule, segment: &Segment, build: impl FnOnce(&Build, &mut Pairs<'_, Rule>) -> Built<T>) -> Option<T> {
        let span = self.span(segment);
        let text = &self.split.source[span.start as usize..span.end as usize];
        let built = match Grammar::parse(rule, text) {
            Ok(mut nodes) => build(&Build { offset: span.start as usize }, &mut nodes),
            Err(error) => {
                let place = Place::new(self.split, segment, rule, &error);
                Err(Box::new(explain(&place)))
            }
        };
        built.map_err(|problem| self.problems.push(*problem)).ok()
    }

    fn statement(&mut self, segments: &[Segment]) -> Option<Line> {
        let head = segments.first()?;
        let before = self.problems.len();
        let kind = if self.starts_with(head, "if") || self.starts_with(head, "for") {
            self.without_braces(head);
            None
        } else {
            self.read(Rule::line_statement, head, |build, nodes| match nodes.next() {
                Some(node) => build.statement(node),
                None => fail(Problem::error("E100", "expected a statement")),
            })
        };
        let rule = self.starts_with(head, "rule");
        let under: Vec<(Under, &Segment)> =
            segments[1..].iter().filter_map(|segment| Some((self.under(segment, rule)?, segment))).collect();
        let kind = kind.and_then(|kind| self.attach(kind, under))?;
        if self.problems.len() > before {
            return None;
        }
        let span = segments.iter().map(|s| self.span(s)).reduce(Span::to).unwrap_or_default();
        Some(Line::Statement(Statement { kind, span }, head.comment.clone()))
    }

    /// Reads an indented line: `header: items`, or a branch of a rule.
    fn under(&mut self, segment: &Segment, rule: bool) -> Option<Under> {
        let (when, otherwise) = (self.starts_with(segment, "when"), self.starts_with(segment, "otherwise"));
        if segment.stray && rule {
            let text = self.split.tokens[segment.from].text(self.split.source);
            let help = match text.to_ascii_lowercase().as_str() {
                "else" => "the last line of a rule is `otherwise …`, such as `otherwise reml`",
                "if" | "elif" => "a branch is a line `when … then …`, such as `when k < 2 then not_pooled`",
                _ => "under `rule` stand lines `when … then …` and a last line `otherwise …`",
            };
            let problem = Problem::error("E113", "this line is not a branch of the rule")
                .at(self.split.tokens[segment.from].span(), "neither `when` nor `otherwise`")
                .help(help);
            self.problems.push(problem);
            None
        } else if segment.stray {
            let problem = Problem::error("E117", "this line follows entries, but holds no `:`")
                .at(self.split.tokens[segment.from].span(), "neither an entry nor a statement")
                .help(
                    "an entry is `header: values`; a clause of the statement goes before its entries, a new statement begins further left",
                );
            self.problems.push(problem);
            None
        } else if rule && when {
            let mut branch = self.read(Rule::line_when, segment, |build, nodes| match nodes.next() {
                Some(node) => build.when(node),
                None => fail(Problem::error("E113", "expected `when`")),
            })?;
            (branch.before, branch.comment) = (segment.before.clone(), segment.comment.clone());
            Some(Under::Branch(branch))
        } else if rule && otherwise {
            let items = self.read(Rule::line_otherwise, segment, |build, nodes| match nodes.next() {
                Some(node) => build.otherwise(node),
                None => fail(Problem::error("E113", "expected `otherwise`")),
            })?;
            Some(Under::Otherwise(items, segment.clone()))
        } else if rule || otherwise {
            let (message, help) = if rule {
                ("this line is not a branch of the rule", "under `rule` stand lines `when … then …` and a last line `otherwise …`")
            } else {
                ("`otherwise` belongs to a rule", "put it under a line `rule NAME`, after its `when … then …`")
            };
            let label = if rule { "neither `when` nor `otherwise`" } else { "not in a rule" };
            let problem = Problem::error("E113", message).at(self.split.tokens[segment.from].span(), label).help(help);
            self.problems.push(problem);
            None
        } else {
            let span = self.span(segment);
            let mut entry = self.read(Rule::line_entry, segment, |build, nodes| build.entry(nodes, span))?;
            (entry.before, entry.comment) = (segment.before.clone(), segment.comment.clone());
            Some(Under::Entry(entry))
        }
    }

    /// Gives a statement the lines under it.
    fn attach(&mut self, mut kind: StatementKind, under: Vec<(Under, &Segment)>) -> Option<StatementKind> {
        for (line, segment) in under {
            let label = self.span(segment);
            let label = Span { end: label.start + self.split.tokens[segment.from].text(self.split.source).len() as u32, ..label };
            match (&mut kind, line) {
                (StatementKind::Command(Command { entries, .. }), Under::Entry(entry)) => entries.push(entry),
                (StatementKind::Rule { otherwise: Some(_), .. }, Under::Branch(_) | Under::Otherwise(..)) => {
                    let again = self.starts_with(segment, "otherwise");
                    let message = if again { "a rule has one `otherwise`" } else { "nothing follows `otherwise`" };
                    let help = if again {
                        "remove one of them; conditions go into `when … then …`"
                    } else {
                        "branches are tried in order: move `otherwise` to the end"
                    };
                    self.problems.push(Problem::error("E113", message).at(label, "after `otherwise`").help(help));
                    return None;
                }
                (StatementKind::Rule { branches, .. }, Under::Branch(branch)) => branches.push(branch),
                (StatementKind::Rule { otherwise, otherwise_before, otherwise_comment, .. }, Under::Otherwise(items, segment)) => {
                    *otherwise = Some(items);
                    (*otherwise_before, *otherwise_comment) = (segment.before, segment.comment);
                }
                _ => {
                    let problem = Problem::error("E117", "this statement takes no indented lines with a `:`")
                        .at(label, "an entry of what?")
                        .help("write it as a statement of its own, further left, or without the `:` as a continuation");
                    self.problems.push(problem);
                    return None;
                }
            }
        }
        Some(kind)
    }

    /// `if` or `for` without `{ }`.
    fn without_braces(&mut self, head: &Segment) {
        if let Some(problem) = slip(self.split, head) {
            self.problems.push(problem);
            return;
        }
        let (word, rule, example) = if self.starts_with(head, "if") {
            ("if", Rule::line_if, "if main.k >= 10 { show main }")
        } else {
            ("for", Rule::line_for, "for m in [dl, reml] { main model m }")
        };
        let span = self.span(head);
        let text = &self.split.source[span.start as usize..span.end as usize];
        let error = Grammar::parse(rule, text).err();
        let place = error.as_ref().map(|error| Place::new(self.split, head, rule, error));
        // a broken head is said first; a whole one lacks only the braces
        if let Some(place) = place.filter(|place| !place.expects(Rule::EOI)) {
            self.problems.push(explain(&place));
            return;
        }
        let at = error
            .map_or(Span::new(span.end as usize, span.end as usize + 1), |error| Place::new(self.split, head, rule, &error).found_span());
        self.problems.push(
            Problem::error("E112", format!("`{word}` has its statements in braces"))
                .at(at, "expected `{`")
                .help(format!("write `{example}`")),
        );
    }

    fn blocks(&mut self, blocks: &Blocks) -> Option<Line> {
        let before = self.problems.len();
        let (first, _) = blocks.arms.first()?;
        let last = blocks.otherwise.as_ref().or(blocks.arms.last().map(|arm| &arm.1))?;
        let (start, end) = (first.from, last.close);
        if blocks.arms.len() > ARMS || self.split.brackets.is_deep(start, end) {
            let deep = fault(self.split, start, end).filter(|_| self.split.brackets.is_deep(start, end));
            self.problems.push(deep.unwrap_or_else(|| {
                Problem::error("E103", format!("more than {ARMS} `else if` in a row"))
                    .at(self.span(first), "begins here")
                    .help("a `rule`, or a loop over a list, says it shorter")
            }));
            return None;
        }
        let mut arms: Vec<(Option<StatementKind>, Span)> = Vec::new();
        for (head, braces) in &blocks.arms {
            let block = self.block(braces);
            let kind = self.arm(head, block);
            let whole = Span::new(self.split.tokens[head.from].start, self.split.tokens[end].end);
            arms.push((kind, whole));
        }
        let otherwise = blocks.otherwise.as_ref().map(|braces| self.block(braces));
        if let Some(surplus) = blocks.surplus {
            self.surplus(surplus);
        }
        // a head that is fine may still follow a broken block: only whole statements are handed on
        if self.problems.len() > before {
            return None;
        }
        let mut rest = otherwise;
        while let Some((kind, span)) = arms.pop() {
            let mut kind = kind?;
            if let StatementKind::If { otherwise, .. } = &mut kind {
                *otherwise = rest.take();
            }
            let statement = Line::Statement(Statement { kind, span }, None);
            rest = Some(Block { lines: vec![statement], span });
        }
        let Some(Line::Statement(statement, _)) = rest?.lines.pop() else { return None };
        Some(Line::Statement(statement, blocks.comment.clone()))
    }

    /// Lines in braces.
    fn block(&mut self, braces: &Braces) -> Block {
        let (open, close) = (self.split.tokens[braces.open], self.split.tokens[braces.close]);
        if braces.open == braces.close {
            self.problems.extend(fault(self.split, braces.open, braces.open + 1));
        }
        let mut lines = self.lines(&braces.lines);
        while lines.last() == Some(&Line::Blank) {
            lines.pop();
        }
        Block { lines, span: Span::new(open.start, close.end) }
    }

    /// A head with its block.
    fn arm(&mut self, head: &Segment, block: Block) -> Option<StatementKind> {
        if self.starts_with(head, "for") {
            self.read(Rule::line_for, head, |build, nodes| {
                let (mut name, mut list) = (None, None);
                for node in nodes {
                    match node.as_rule() {
                        Rule::name => name = Some(build.word(&node)),
                        Rule::expr => list = Some(build.expr(node)?.0),
                        _ => {}
                    }
                }
                Ok(name.zip(list).map(|(name, list)| StatementKind::For { name, list, body: block }))
            })?
        } else {
            let condition: Option<Expr> = self.read(Rule::line_if, head, |build, nodes| {
                nodes.find(|node| node.as_rule() == Rule::expr).map(|node| Ok(build.expr(node)?.0)).transpose()
            })?;
            condition.map(|condition| StatementKind::If { condition, then: block, otherwise: None })
        }
    }

    fn surplus(&mut self, at: usize) {
        let token = self.split.tokens[at];
        let text = token.text(self.split.source);
        self.problems.push(if token.is_word(self.split.source, "else") {
            Problem::error("E112", "`else` has its statements in braces")
                .at(token.span(), "expected `{` after it")
                .help("write `if a { … } else { … }`; `for` takes no `else`")
        } else if let Some(stray) = fault(self.split, at, at + 1) {
            stray
        } else {
            Problem::error("E112", format!("`{text}` follows the end of a block")).at(token.span(), "expected the end of the line").help(
                match text.to_ascii_lowercase().as_str() {
                    "elif" | "elsif" | "elseif" => "write `else if CONDITION { … }`",
                    _ => "begin a new line after `}`",
                },
            )
        });
    }
}
