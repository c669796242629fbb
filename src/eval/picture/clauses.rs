//! What stands after the subject of a picture.

use super::{format_of, knows_column};
use crate::bias::{self, TOOLS, Tool};
use crate::diagnostic::Problem;
use crate::eval::outcome::{Format, Layout};
use crate::eval::walk::{Halt, Walk};
use crate::eval::words::unexpected;
use crate::language::cursor::{Cursor, choice_of, text_of, word_of};
use crate::language::suggest::nearest;
use crate::language::value::Value;
use crate::language::vocabulary::{self, ChoiceValue, Clause, ClauseId, Takes, Verb};
use crate::source::Span;
use crate::syntax::ast::{Command, Expr, ExprKind, Item, ItemKind};

/// Columns of a forest that are no columns of the data.
pub const OWN_COLUMNS: &[&str] = &["study", "plot", "effect", "weight", "se", "rob"];

/// What a statement asks of a picture.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Where to write.
    pub path: String,
    /// Where the path stands.
    pub at: Span,
    /// The kind of file.
    pub format: Option<Format>,
    /// The layout of a forest.
    pub layout: Layout,
    /// Its columns.
    pub columns: Option<Vec<String>>,
    /// The column that orders its rows.
    pub order: Option<(String, bool)>,
    /// The tool whose judgements of risk of bias it shows, with its place.
    pub tool: Option<(&'static Tool, Span)>,
    /// A heading.
    pub title: Option<String>,
    /// The file of a font, with its place.
    pub font: Option<(String, Span)>,
    /// Names beside points.
    pub labels: bool,
    /// The moderator along a bubble plot.
    pub on: Option<String>,
}

impl Walk<'_, '_> {
    /// `to "FILE"` and the clauses of the verb, in any order.
    pub(super) fn picture_clauses(&mut self, verb: &Verb, cursor: &mut Cursor, command: &Command) -> Result<Asked, Halt> {
        let mut asked = Asked::default();
        let mut seen: Vec<String> = Vec::new();
        let mut failed = false;
        while let Some(item) = cursor.advance() {
            if let ItemKind::On(expr) = &item.kind
                && verb.clauses.contains(&ClauseId::On)
            {
                let ExprKind::Name(name) = &expr.kind else {
                    self.report(Problem::error("E218", "`on` takes one moderator of the regression").at(expr.span, "not a name"));
                    failed = true;
                    continue;
                };
                asked.on = Some(name.clone());
                continue;
            }
            let word = word_of(item).map(str::to_ascii_lowercase).unwrap_or_default();
            if seen.contains(&word) && !word.is_empty() {
                self.report(Problem::error("E210", format!("`{word}` stands twice")).at(item.span, "again").help("keep one of them"));
                failed = true;
            }
            seen.push(word.clone());
            if word == "to" {
                failed |= self.picture_path(&mut asked, cursor, command).is_err();
                continue;
            }
            match vocabulary::clause(&word).filter(|c| verb.clauses.contains(&c.id)) {
                Some(clause) => failed |= self.picture_clause(&mut asked, clause, item, cursor).is_err(),
                None => {
                    self.report(unexpected(item, verb.usage));
                    return Err(Halt::Error);
                }
            }
        }
        if !failed && asked.path.is_empty() {
            let name = verb.name;
            self.report(
                Problem::error("E211", format!("`{name}` lacks its file"))
                    .at(command.span, "no `to`")
                    .help(format!("write `to \"{name}.svg\"`, or a name that ends in .png or .pdf")),
            );
            return Err(Halt::Error);
        }
        if failed { Err(Halt::Error) } else { Ok(asked) }
    }

    fn picture_path(&mut self, asked: &mut Asked, cursor: &mut Cursor, command: &Command) -> Result<(), Halt> {
        let item = cursor.advance();
        asked.at = item.map_or(command.span, |i| i.span);
        asked.path = self.picture_text(item, "to", command.span)?;
        asked.format = format_of(&asked.path);
        if asked.format.is_none() {
            let shown = &asked.path;
            let stem = shown.rsplit_once('.').map_or(shown.as_str(), |(stem, _)| stem);
            let problem = Problem::error("E481", format!("`{shown}` does not end like a picture"))
                .at(asked.at, "neither .svg, .png nor .pdf")
                .help(format!("write `to \"{stem}.svg\"`, or a name that ends in .png or .pdf"));
            self.report(problem);
            return Err(Halt::Error);
        }
        Ok(())
    }

    /// A text in quotes, in which values may stand.
    fn picture_text(&mut self, item: Option<&Item>, clause: &str, end: Span) -> Result<String, Halt> {
        if let Some(Item { kind: ItemKind::Text(text), span }) = item
            && text.plain().is_none()
        {
            return match self.value(&Expr { kind: ExprKind::Text(text.clone()), span: *span })? {
                Value::Text(text) => Ok(text),
                // A value that waits for the data: the name is known in the run.
                _ => Ok("picture.svg".into()),
            };
        }
        let text = text_of(item, clause, end);
        self.attempt(text)
    }

    fn picture_clause(&mut self, asked: &mut Asked, clause: &Clause, item: &Item, cursor: &mut Cursor) -> Result<(), Halt> {
        match clause.id {
            ClauseId::Layout => {
                let Takes::Choice(list) = clause.takes else { return Ok(()) };
                let chosen = match cursor.advance() {
                    Some(word) => choice_of(word, clause, list, &|name| self.state.variables.get(name).cloned()),
                    None => Err(missing("layout", item.span, "layout revman")),
                };
                if let Some(choice) = self.attempt(chosen)?
                    && let ChoiceValue::Word(word) = choice.value
                {
                    asked.layout = match word {
                        "revman" => Layout::Revman,
                        "jama" => Layout::Jama,
                        "bmj" => Layout::Bmj,
                        _ => Layout::Weald,
                    };
                }
            }
            ClauseId::Columns => {
                let items = cursor.values();
                if items.is_empty() {
                    self.report(missing("columns", item.span, "columns study, plot, effect, weight"));
                    return Err(Halt::Error);
                }
                let mut names = Vec::new();
                for item in items {
                    names.push(self.picture_column(item)?);
                }
                asked.columns = Some(names);
            }
            ClauseId::Order => {
                let Some(column) = cursor.advance() else {
                    self.report(missing("order", item.span, "order effect"));
                    return Err(Halt::Error);
                };
                let name = self.picture_column(column)?;
                if matches!(name.as_str(), "plot" | "rob") {
                    self.report(Problem::error("E218", format!("`{name}` has no order")).at(column.span, "no values"));
                    return Err(Halt::Error);
                }
                asked.order = Some((name, cursor.take_word("descending").is_some()));
            }
            ClauseId::Title => asked.title = Some(self.picture_text(cursor.advance(), "title", item.span)?),
            ClauseId::Font => {
                let file = cursor.advance();
                let at = file.map_or(item.span, |i| i.span);
                asked.font = Some((self.picture_text(file, "font", item.span)?, at));
            }
            ClauseId::Labels => asked.labels = true,
            ClauseId::Tool => {
                let value = cursor.advance();
                let at = value.map_or(item.span, |i| i.span);
                let name = self.picture_text(value, "tool", item.span)?;
                let Some(tool) = bias::tool(&name) else {
                    let known: Vec<&str> = TOOLS.iter().map(|t| t.name).collect();
                    self.report(
                        Problem::error("E201", format!("`{name}` is no tool of risk of bias that is known"))
                            .at(at, "unknown")
                            .help(format!("the tools are {}", known.join(", "))),
                    );
                    return Err(Halt::Error);
                };
                asked.tool = Some((tool, at));
            }
            _ => {}
        }
        Ok(())
    }

    /// A column of a forest: one of its own, or one of the data.
    fn picture_column(&mut self, item: &Item) -> Result<String, Halt> {
        let name = match &item.kind {
            ItemKind::Word(word) => word.clone(),
            ItemKind::Text(text) => text.plain().unwrap_or_default(),
            _ => {
                self.report(Problem::error("E218", "a column is a name").at(item.span, "not a name"));
                return Err(Halt::Error);
            }
        };
        let lower = name.to_ascii_lowercase();
        if OWN_COLUMNS.contains(&lower.as_str()) {
            return Ok(lower);
        }
        if knows_column(self.state, &name) || (self.state.no_data && self.mode == super::Mode::Check) {
            return Ok(name);
        }
        let moderators = self.state.store.moderator_names();
        let known = OWN_COLUMNS.iter().copied().chain(moderators.iter().copied());
        let problem = Problem::error("E201", format!("there is no column `{name}`")).at(item.span, "unknown column");
        let problem = match nearest(&name, known) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("a forest has the columns study, plot, effect, weight, se and rob, and those of the data: `list columns`"),
        };
        self.report(problem);
        Err(Halt::Error)
    }
}

fn missing(clause: &str, at: Span, example: &str) -> Problem {
    Problem::error("E211", format!("`{clause}` lacks its value")).at(at, "nothing follows").help(format!("write `{example}`"))
}
