//! Walking the items of a statement.

use super::suggest::nearest;
use super::value::{Kind, Value};
use super::vocabulary::{self, Choice, Clause, ClauseId, Takes};
use crate::diagnostic::Problem;
use crate::source::Span;
use crate::syntax::ast::{Item, ItemKind, Quantity};

/// Items from left to right.
#[derive(Clone)]
pub struct Cursor<'a> {
    items: &'a [Item],
    at: usize,
    /// Where the statement ends, for what is missing there.
    end: Span,
}

impl<'a> Cursor<'a> {
    /// At the first item; `after` is what stands before it.
    pub fn new(items: &'a [Item], after: Span) -> Self {
        Self { items, at: 0, end: items.last().map_or(after, |i| i.span) }
    }

    /// The item here.
    pub fn peek(&self) -> Option<&'a Item> {
        self.items.get(self.at)
    }

    /// The item after this one.
    pub fn peek_next(&self) -> Option<&'a Item> {
        self.items.get(self.at + 1)
    }

    /// The item before this one.
    pub fn previous(&self) -> Option<&'a Item> {
        self.at.checked_sub(1).and_then(|i| self.items.get(i))
    }

    /// Takes the item here.
    pub fn advance(&mut self) -> Option<&'a Item> {
        let item = self.items.get(self.at);
        self.at += usize::from(item.is_some());
        item
    }

    /// The word here, if it is one.
    pub fn peek_word(&self) -> Option<&'a str> {
        word_of(self.peek()?)
    }

    /// Takes the next item if it is this word.
    pub fn take_word(&mut self, word: &str) -> Option<Span> {
        let item = self.peek()?;
        if word_of(item)?.eq_ignore_ascii_case(word) {
            self.at += 1;
            return Some(item.span);
        }
        None
    }

    /// The last item's place.
    pub fn end(&self) -> Span {
        self.end
    }

    /// Nothing left.
    pub fn is_done(&self) -> bool {
        self.at >= self.items.len()
    }

    /// Skips to the next clause word of those given, or other word to go on with (after an error in a clause).
    pub fn recover(&mut self, clauses: &[ClauseId], other: impl Fn(&str) -> bool) {
        while let Some(item) = self.peek() {
            let clause = matches!(item.kind, ItemKind::Where(_))
                || word_of(item).is_some_and(|w| other(w) || vocabulary::clause(w).is_some_and(|c| clauses.contains(&c.id)));
            if clause {
                return;
            }
            self.at += 1;
        }
    }

    /// Values separated by commas: the first, then as long as a comma follows.
    pub fn values(&mut self) -> Vec<&'a Item> {
        let mut out = Vec::new();
        while let Some(item) = self.peek() {
            if matches!(item.kind, ItemKind::Comma | ItemKind::Where(_)) {
                break;
            }
            self.at += 1;
            out.push(item);
            if matches!(self.peek().map(|i| &i.kind), Some(ItemKind::Comma)) {
                self.at += 1;
            } else {
                break;
            }
        }
        out
    }
}

/// The text of a word item.
pub fn word_of(item: &Item) -> Option<&str> {
    if let ItemKind::Word(w) = &item.kind { Some(w) } else { None }
}

/// What looks up variables.
pub type Lookup<'a> = dyn Fn(&str) -> Option<Value> + 'a;

/// The choice an item names: one of the words first, else a variable that holds one.
/// `None` where the variable's value waits for the data.
pub fn choice_of(item: &Item, clause: &Clause, list: &'static [Choice], lookup: &Lookup) -> Result<Option<&'static Choice>, Problem> {
    let ItemKind::Word(word) = &item.kind else {
        return Err(takes_word(item, clause, list));
    };
    if let Some(choice) = vocabulary::choice(list, word) {
        return Ok(Some(choice));
    }
    match lookup(word) {
        Some(Value::Word(w) | Value::Text(w)) => match vocabulary::choice(list, &w) {
            Some(choice) => Ok(Some(choice)),
            None => Err(unknown_choice(&w, item.span, clause, list)),
        },
        Some(Value::Unknown(Kind::Any | Kind::Word | Kind::Text)) => Ok(None),
        _ => Err(unknown_choice(word, item.span, clause, list)),
    }
}

/// The choice whose description holds these words: `"risk ratio"`, `DerSimonian-Laird`.
pub fn described<'c>(words: &str, list: &'c [Choice]) -> Option<&'c Choice> {
    let plain = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let words = plain(words);
    if words.chars().count() < 5 {
        return None;
    }
    let exact = list.iter().find(|c| plain(c.summary) == words);
    exact.or_else(|| list.iter().find(|c| plain(c.summary).contains(&words)))
}

/// `level = 90%`, `set measure = rr`
fn not_assigned(item: &Item, clause: &str) -> Option<Problem> {
    let ItemKind::Assign(value) = &item.kind else { return None };
    Some(
        Problem::error("E109", format!("`{clause}` takes its value without `=`"))
            .at(item.span, "not needed")
            .help(format!("write `{clause} {value}`")),
    )
}

fn takes_word(item: &Item, clause: &Clause, list: &'static [Choice]) -> Problem {
    if let Some(problem) = not_assigned(item, clause.name) {
        return problem;
    }
    if let ItemKind::Text(text) = &item.kind
        && let Some(choice) = text.plain().as_deref().and_then(|t| vocabulary::choice(list, t).or_else(|| described(t, list)))
    {
        return Problem::error("E205", format!("`{}` takes a word without quotes", clause.name))
            .at(item.span, "a text")
            .help(format!("write `{} {}`", clause.name, choice.name));
    }
    let names: Vec<&str> = list.iter().map(|c| c.name).collect();
    Problem::error("E205", format!("`{}` takes a word", clause.name)).at(item.span, "not a word").help(format!(
        "`{}` takes {}",
        clause.name,
        super::suggest::or_list(&names, 40)
    ))
}

/// An unknown word where a clause has its own.
pub fn unknown_choice(word: &str, span: Span, clause: &Clause, list: &'static [Choice]) -> Problem {
    let names: Vec<&str> = list.iter().map(|c| c.name).collect();
    let problem = Problem::error("E205", format!("`{word}` is not a {}", noun(clause))).at(span, format!("unknown {}", noun(clause)));
    let all = list.iter().flat_map(|c| std::iter::once(c.name).chain(c.aliases.iter().copied()));
    if let Some(choice) = described(word, list) {
        return problem.help(format!("did you mean `{}`? ({})", choice.name, choice.summary));
    }
    match nearest(word, all) {
        Some(near) if names.len() > 16 => problem.help(format!("did you mean `{near}`? `help {}` lists them all", clause.name)),
        Some(near) => problem.help(format!("did you mean `{near}`? `{}` takes {}", clause.name, super::suggest::or_list(&names, 40))),
        None => problem.help(format!("`{}` takes {}", clause.name, super::suggest::or_list(&names, 40))),
    }
}

fn noun(clause: &Clause) -> &'static str {
    match clause.id {
        ClauseId::Measure => "measure",
        ClauseId::Model => "model",
        ClauseId::Ci => "confidence interval",
        ClauseId::Pi => "prediction interval",
        ClauseId::Variance => "variance",
        ClauseId::I2 => "definition of I2",
        ClauseId::Zero => "zero-cell policy",
        ClauseId::Conventions => "set of conventions",
        _ => "choice",
    }
}

/// A percentage, bounded by the clause. `None` where it waits for the data.
pub fn percent_of(item: &Item, clause: &Clause, lookup: &Lookup) -> Result<Option<f64>, Problem> {
    let (min, max) = if let Takes::Percent { min, max } = clause.takes { (min, max) } else { (0.0, 100.0) };
    let value = match &item.kind {
        ItemKind::Quantity(q) if q.unit.as_deref() == Some("%") => q.value,
        ItemKind::Quantity(q) => return Err(bare_percent(q, clause)),
        ItemKind::Assign(_) => return Err(not_assigned(item, clause.name).unwrap_or_else(|| not_percent(item.span, clause))),
        ItemKind::Word(w) => match lookup(w) {
            Some(Value::Percent(x)) => x,
            Some(Value::Unknown(_)) => return Ok(None),
            Some(Value::Number(_)) => {
                return Err(Problem::error("E206", format!("`{}` takes a percentage", clause.name))
                    .at(item.span, format!("`{w}` is a bare number"))
                    .help(format!("write the percentage with its unit where `{w}` is bound, such as `95%`")));
            }
            _ => return Err(not_percent(item.span, clause)),
        },
        _ => return Err(not_percent(item.span, clause)),
    };
    if value < min || value > max {
        return Err(Problem::error("E207", format!("`{}` lies between {}% and {}%", clause.name, crate::number::plain(min), max))
            .at(item.span, "outside")
            .help(format!("write `{} 95%`, or another of that range", clause.name)));
    }
    Ok(Some(value))
}

fn bare_percent(q: &Quantity, clause: &Clause) -> Problem {
    let suggestion = if q.value > 0.0 && q.value < 1.0 { q.value * 100.0 } else { q.value };
    Problem::error("E206", format!("`{}` takes a percentage", clause.name)).at(q.span, "a number without `%`").help(format!(
        "write `{} {}%`",
        clause.name,
        crate::number::plain(suggestion)
    ))
}

fn not_percent(span: Span, clause: &Clause) -> Problem {
    Problem::error("E206", format!("`{}` takes a percentage", clause.name))
        .at(span, "not a percentage")
        .help(format!("write `{} 95%`", clause.name))
}

/// A bare number within bounds. `None` where it waits for the data.
pub fn number_of(item: &Item, what: &str, min: f64, max: f64, lookup: &Lookup) -> Result<Option<f64>, Problem> {
    let value = match &item.kind {
        ItemKind::Quantity(q) if q.unit.is_none() => q.value,
        ItemKind::Quantity(_) => {
            return Err(Problem::error("E208", format!("{what} is a number without a unit")).at(item.span, "has a unit"));
        }
        ItemKind::Word(w) => match lookup(w) {
            Some(Value::Number(x)) => x,
            Some(Value::Unknown(_)) => return Ok(None),
            _ => return Err(Problem::error("E208", format!("{what} is a number")).at(item.span, "not a number")),
        },
        _ => {
            let problem = Problem::error("E208", format!("{what} is a number")).at(item.span, "not a number");
            return Err(not_assigned(item, what.trim_matches('`')).unwrap_or(problem));
        }
    };
    if value < min || value > max {
        let range = if max == f64::MAX {
            format!("at least {}", crate::number::plain(min))
        } else {
            format!("between {} and {}", crate::number::plain(min), crate::number::plain(max))
        };
        return Err(Problem::error("E207", format!("{what} is {range}")).at(item.span, "outside"));
    }
    Ok(Some(value))
}

/// Plain text of an item that takes quoted text.
pub fn text_of(item: Option<&Item>, clause: &str, end: Span) -> Result<String, Problem> {
    let Some(item) = item else {
        return Err(Problem::error("E209", format!("`{clause}` takes a text in quotes"))
            .at(end, "nothing follows")
            .help(format!("write `{clause} \"…\"`")));
    };
    match &item.kind {
        ItemKind::Text(text) => match text.plain() {
            Some(s) => Ok(s),
            None => Err(Problem::error("E209", format!("the text of `{clause}` can't hold `{{values}}`"))
                .at(item.span, "an interpolation")
                .help("write the brace as `\\{` if it is meant as a brace")),
        },
        _ => Err(Problem::error("E209", format!("`{clause}` takes a text in quotes"))
            .at(item.span, "not in quotes")
            .help(format!("write `{clause} \"…\"`"))),
    }
}
