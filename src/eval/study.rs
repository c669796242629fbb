//! `study NAME …`: data written in a script.

use super::walk::{Halt, Mode, Step, Walk};
use super::words::{new_id, take_text};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::source::Span;
use crate::store::{Row, STUDY_FIELDS, Study, Value};
use crate::syntax::ast::{Command, Entry, Item, ItemKind};

/// A pair of column and text, with its place.
type Pair = (String, String, Span);

impl Walk<'_, '_> {
    /// `study ID "LABEL" KEY VALUE …` with indented results.
    pub fn study(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let id = self.attempt(new_id(&mut cursor, command))?;
        let mut study = Study::new(id.clone());
        study.label = take_text(&mut cursor);
        while let Some(item) = cursor.advance() {
            if let Some(problem) = no_colon(item, &cursor, self) {
                return self.fail(problem);
            }
            let Some(key) = word_of(item) else {
                return self.fail(
                    Problem::error("E218", "a characteristic is a word and its value")
                        .at(item.span, "not a word")
                        .help("write `country Denmark`, or `country \"The Netherlands\"`"),
                );
            };
            let Some(value) = cursor.advance() else {
                return self.fail(
                    Problem::error("E211", format!("`{key}` lacks its value"))
                        .at(item.span, "nothing follows")
                        .help(format!("write `{key} VALUE`")),
                );
            };
            let Some(text) = plain(value) else {
                return self.fail(
                    Problem::error("E218", format!("the value of `{key}` is a word, a number or a text"))
                        .at(value.span, "none of these")
                        .help(format!("write `{key} VALUE`, a value of several words in quotes")),
                );
            };
            match study.field_mut(key).filter(|_| STUDY_FIELDS.contains(&key)) {
                Some(field) => *field = Some(text),
                None => {
                    study.characteristics.insert(key.to_owned(), Value::infer(&text));
                }
            }
        }
        let mut end: Step = Ok(());
        let mut rows = Vec::new();
        for entry in &command.entries {
            match self.row(&id, entry) {
                Ok(mut row) => {
                    row.settle();
                    rows.push(row);
                }
                Err(halt) => {
                    // What stands on the faulty result is not blamed.
                    self.state.no_data |= self.mode == Mode::Check;
                    end = Err(halt);
                }
            }
        }
        let written_before =
            self.state.store.studies.get(&id).is_some_and(|s| s.label.is_some() || self.state.store.rows.iter().any(|r| r.study == s.id));
        if written_before && self.state.store.rows.iter().any(|r| r.study == id && rows.iter().any(|n: &Row| same_result(n, r))) {
            self.report(
                Problem::warning("W207", format!("the data already hold this result of study `{id}`"))
                    .at(command.head.span.to(command.span), "written again")
                    .help("several results of one study are dependent; leave one of them out if they are the same"),
            );
        }
        self.state.write_study(|store| {
            let known = store.ensure_study(&id);
            known.label = study.label.clone().or(known.label.take());
            known.trial = study.trial.clone().or(known.trial.take());
            known.citation = study.citation.clone().or(known.citation.take());
            known.registrations = study.registrations.clone().or(known.registrations.take());
            known.characteristics.extend(study.characteristics.clone());
            store.rows.extend(rows.iter().cloned());
        });
        end
    }

    /// `OUTCOME at TIMEPOINT SET KEY VALUE from "…": n 59 mean 69.5 sd 12.2 vs n 57 …`
    fn row(&mut self, study: &str, entry: &Entry) -> Result<Row, Halt> {
        let mut cursor = Cursor::new(&entry.header, entry.span);
        let Some(outcome) = cursor.advance().and_then(plain) else {
            self.report(
                Problem::error("E218", "a result begins with its outcome")
                    .at(entry.span, "no outcome")
                    .help("write `recovery at posttest cc: n 59 mean 69.5 sd 12.2 vs n 57 mean 69.2 sd 18.0`"),
            );
            return Err(Halt::Error);
        };
        let mut keys: Vec<Pair> = Vec::new();
        while let Some(item) = cursor.advance() {
            let word = word_of(item).map(str::to_owned);
            match word.as_deref().map(str::to_ascii_lowercase).as_deref() {
                Some("at") => match cursor.advance().and_then(plain) {
                    Some(t) => keys.push(("timepoint".into(), t, item.span)),
                    None => self.fail(
                        Problem::error("E211", "`at` lacks its timepoint").at(item.span, "nothing follows").help("write `at posttest`"),
                    )?,
                },
                Some("from") => {
                    let text = text_of(cursor.advance(), "from", item.span);
                    let text = self.attempt(text)?;
                    keys.push(("from".into(), text, item.span));
                }
                Some(set) if self.state.store.is_analysis(set) => keys.push(("analysis".into(), set.to_owned(), item.span)),
                Some(_) if cursor.peek_word().is_some_and(|w| w.eq_ignore_ascii_case("vs")) => {
                    cursor.advance();
                    let (a, b) = (plain(item), cursor.advance().and_then(plain));
                    match (a, b) {
                        (Some(a), Some(b)) => {
                            keys.push(("arm1".into(), a, item.span));
                            keys.push(("arm2".into(), b, item.span));
                        }
                        _ => self.fail(
                            Problem::error("E218", "a comparison is two arms").at(item.span, "not two arms").help("write `imr vs tau`"),
                        )?,
                    }
                }
                Some(_) => {
                    let key = word.unwrap_or_default();
                    match cursor.advance().and_then(plain) {
                        Some(value) => keys.push((key, value, item.span)),
                        None => {
                            let problem = Problem::error("E211", format!("`{key}` lacks its value")).at(item.span, "nothing follows");
                            self.fail(problem.help(format!(
                                "an analysis set is one of `itt`, `mitt`, `cc`, `pp`; other keys take a value, as in `{key} VALUE`"
                            )))?;
                        }
                    }
                }
                None => self.fail(
                    Problem::error("E218", "before the colon stand the outcome and keys with their values")
                        .at(item.span, "not a word")
                        .help("write `recovery at posttest cc instrument RAS: …`"),
                )?,
            }
        }
        let pairs = self.attempt(groups(&entry.items))?;
        let all: Vec<&Pair> = keys.iter().chain(&pairs).collect();
        let (row, problems) = Row::from_pairs(study, &outcome, all.iter().map(|(k, v, _)| (k.as_str(), v.as_str())));
        let mut failed = false;
        for (index, problem) in problems {
            let span = all.get(index).map_or(entry.span, |p| p.2);
            failed |= problem.is_error();
            // The words for a data file speak of cells.
            let help =
                problem.help.as_deref().map(|h| h.replace("a missing value is an empty cell, `NA` or `.`", "leave out what is not known"));
            let help = help.map(|h| {
                h.replace("leave it empty", "leave it out")
                    .replace("leave the cell empty", "leave it out")
                    .replace("check the cell", "check it")
            });
            self.report(Problem { place: None, help, ..problem }.at_least(span, "in this result"));
        }
        if pairs.is_empty() {
            failed = true;
            self.report(
                Problem::error("E218", "a result holds no numbers")
                    .at(entry.span, "nothing after the colon")
                    .help("write `n 59 mean 69.5 sd 12.2 vs n 57 mean 69.2 sd 18.0`"),
            );
        }
        if failed { Err(Halt::Error) } else { Ok(row) }
    }
}

/// A result that lacks its colon reads on as characteristics of the study: `recovery at …`, `n 59 …`.
fn no_colon(item: &Item, rest: &Cursor, walk: &Walk) -> Option<Problem> {
    let word = word_of(item)?;
    let next = rest.peek_word();
    let is_outcome = walk.state.catalogue.outcomes.contains_key(word);
    let at = next.is_some_and(|w| w.eq_ignore_ascii_case("at"));
    let number = ["n", "mean", "sd", "events", "yi"].contains(&word) && matches!(rest.peek().map(|i| &i.kind), Some(ItemKind::Quantity(_)));
    (is_outcome || at || number || word.eq_ignore_ascii_case("vs")).then(|| {
        Problem::error("E218", "a result lacks its colon")
            .at(item.span, "read as a characteristic of the study")
            .help("a result is a line of its own, its numbers after a colon: `recovery at posttest cc: n 59 mean 69.5 sd 12.2 vs n 57 mean 69.2 sd 18.0`")
    })
}

/// Two rows with the same keys.
fn same_result(a: &Row, b: &Row) -> bool {
    let key = |r: &Row| {
        ["outcome", "timepoint", "analysis", "instrument", "rater", "comparison", "arm1", "arm2", "subgroup"]
            .map(|k| r.key(k).map(str::to_owned))
    };
    key(a) == key(b)
}

/// The numbers of an entry. With `vs`, those before it are group 1's and those after it group 2's;
/// a test statistic may stand on either side.
fn groups(items: &[Item]) -> Result<Vec<Pair>, Problem> {
    let two = items.iter().any(|i| word_of(i).is_some_and(|w| w.eq_ignore_ascii_case("vs")));
    let mut out: Vec<Pair> = Vec::new();
    let mut group = 1;
    let mut cursor = Cursor::new(items, items.first().map_or(Span::default(), |i| i.span));
    while let Some(item) = cursor.advance() {
        if matches!(item.kind, ItemKind::Comma) {
            continue;
        }
        let Some(word) = word_of(item) else {
            return Err(Problem::error("E218", "a number follows its name")
                .at(item.span, "no name before it")
                .help("write `n 59 mean 69.5 sd 12.2`"));
        };
        if word.eq_ignore_ascii_case("vs") {
            if group == 2 {
                return Err(Problem::error("E210", "`vs` stands twice")
                    .at(item.span, "again")
                    .help("a result compares two groups: write one line for each comparison"));
            }
            group = 2;
            continue;
        }
        let name = column(word, two, group);
        let known = |w: &str| crate::store::find_column(&column(w, two, group)).is_some();
        let has_limits = matches!(cursor.peek().map(|i| &i.kind), Some(ItemKind::List(_)));
        if !has_limits && !known(word) {
            let problem = Problem::error("E217", format!("`{word}` is none of the numbers of a result")).at(item.span, "unknown");
            const WORDS: &[&str] = &[
                "n", "mean", "sd", "se", "median", "lq", "uq", "min", "max", "events", "time", "yi", "vi", "sei", "effect", "md", "t", "z",
                "F", "p", "p_sides", "d", "g", "r", "favours",
            ];
            return Err(match crate::language::suggest::nearest(word, WORDS.iter().copied()) {
                Some(near) => problem.help(format!("did you mean `{near}`? Anything else about a result stands before the colon")),
                None => problem.help(format!(
                    "after the colon stand {}; anything else about a result stands before it",
                    crate::language::suggest::and_list(WORDS, 40)
                )),
            });
        }
        if let Some(ItemKind::List(limits)) = cursor.peek().map(|i| &i.kind) {
            let span = cursor.advance().map_or(item.span, |i| i.span);
            let texts: Vec<String> = limits.iter().map(ToString::to_string).collect();
            let [lower, upper] = texts.as_slice() else {
                return Err(Problem::error("E218", format!("`{word}` in brackets is a lower and an upper limit"))
                    .at(span, "not two numbers")
                    .help("write `ci [-4.7, 3.0]`"));
            };
            let (a, b) = limits_of(word, two, group);
            out.push((a, lower.clone(), span));
            out.push((b, upper.clone(), span));
            continue;
        }
        let bound = match cursor.peek().map(|i| &i.kind) {
            Some(ItemKind::Word(w)) if known(w) || w.eq_ignore_ascii_case("vs") => None,
            Some(ItemKind::Text(_) | ItemKind::Quantity(_) | ItemKind::Word(_)) => cursor.advance(),
            _ => None,
        };
        match bound.and_then(plain) {
            Some(text) => out.push((name, text, item.span.to(bound.map_or(item.span, |b| b.span)))),
            None => {
                return Err(Problem::error("E211", format!("`{word}` lacks its number"))
                    .at(item.span, "no number follows")
                    .help(format!("write `{word} NUMBER`")));
            }
        }
    }
    Ok(out)
}

/// The CSV column a word means within a group.
fn column(word: &str, two: bool, group: u8) -> String {
    const PER_GROUP: &[&str] = &["n", "mean", "sd", "se", "median", "lq", "uq", "min", "max", "events", "time"];
    let lower = word.to_ascii_lowercase();
    if two && PER_GROUP.contains(&lower.as_str()) {
        format!("{lower}{group}")
    } else if word == "F" {
        "F".into()
    } else {
        lower
    }
}

/// The columns of two limits.
fn limits_of(word: &str, two: bool, group: u8) -> (String, String) {
    match word.to_ascii_lowercase().as_str() {
        "effect_ci" => ("effect_lower".into(), "effect_upper".into()),
        "md_ci" => ("md_ci_lower".into(), "md_ci_upper".into()),
        "mean_ci" if two => (format!("ci_lower{group}"), format!("ci_upper{group}")),
        _ => ("ci_lower".into(), "ci_upper".into()),
    }
}

/// A word, text or number as typed.
fn plain(item: &Item) -> Option<String> {
    match &item.kind {
        ItemKind::Word(w) => Some(w.clone()),
        ItemKind::Text(t) => t.plain(),
        ItemKind::Quantity(q) => Some(format!("{}{}", q.text, q.unit.as_deref().unwrap_or(""))),
        _ => None,
    }
}
