//! Statements that set up: data, defaults, declarations.

use super::walk::{Halt, Mode, Step, Walk};
use super::words::{arms, cell_of, new_id, take_text, unexpected, usage};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, Lookup, choice_of, text_of, word_of};
use crate::language::resolve::read_preference;
use crate::language::settings::{EDITION, Overrides, Reading};
use crate::language::suggest::{nearest, or_list, the_names};
use crate::language::vocabulary::{self, CONVENTIONS, ChoiceValue, ClauseId, MEASURES, clause_of};
use crate::source::{Source, Span};
use crate::store::{self, Cell, Characteristic, Comparison, Direction, Mid, ReadAs, Registration, Store};
use crate::syntax::ast::{Command, ItemKind};
use std::sync::Arc;

/// Stages of a review, in order.
const STAGES: &[&str] = &["protocol", "search", "screening", "extraction", "analysis", "complete"];

/// Scripts that include scripts, at most this deep.
const DEEPEST_INCLUDE: usize = 32;

impl Walk<'_, '_> {
    /// The variables, for clauses that read one.
    pub fn lookup(&self) -> impl Fn(&str) -> Option<crate::language::value::Value> + use<> {
        let variables = self.state.variables.clone();
        move |name: &str| variables.get(name).cloned()
    }

    /// Turns a refusal into a reported failure.
    pub fn attempt<T>(&mut self, result: Result<T, Problem>) -> Result<T, Halt> {
        result.map_err(|problem| {
            self.report(problem);
            Halt::Error
        })
    }

    /// Nothing may follow.
    pub fn finish(&mut self, cursor: &mut Cursor, command: &Command) -> Step {
        match cursor.advance() {
            Some(item) => self.fail(unexpected(item, usage(command))),
            None => Ok(()),
        }
    }

    /// `edition 2026`
    pub fn edition(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        match cursor.advance().map(|i| (&i.kind, i.span)) {
            Some((ItemKind::Quantity(q), _)) if q.unit.is_none() && q.value == f64::from(EDITION) => {}
            Some((_, span)) => {
                return self.fail(Problem::error("E247", "this version of Weald knows the edition 2026").at(span, "unknown edition").help(
                    "write `edition 2026`; an edition fixes every default, so that a script gives the same numbers in later versions",
                ));
            }
            None => {
                return self.fail(
                    Problem::error("E211", "`edition` lacks its year")
                        .at(command.head.span, "nothing follows")
                        .help("write `edition 2026`"),
                );
            }
        }
        self.finish(&mut cursor, command)
    }

    /// `use "FILE"`
    pub fn use_data(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        if cursor.peek_word().is_some_and(|w| w.eq_ignore_ascii_case("rob")) && command.items.len() > 1 {
            return self.use_rob(command);
        }
        let item = cursor.advance();
        let found = item.and_then(word_of).and_then(|word| {
            let with = |extension: &str| format!("{word}{extension}");
            ["", ".csv", ".json", ".tsv"].into_iter().map(with).find(|path| self.env.files.exists(path))
        });
        let path = text_of(item, "use", command.head.span)
            .map_err(|p| p.help(format!("write `use \"{}\"`", found.as_deref().unwrap_or("data.csv"))));
        let path = self.attempt(path)?;
        let how = self.read_as(&mut cursor, command)?;
        self.finish(&mut cursor, command)?;
        let at = item.map_or(command.span, |i| i.span);
        if path.trim().is_empty() {
            return self
                .fail(Problem::error("E209", "`use` takes the name of a file").at(at, "an empty text").help("write `use \"data.csv\"`"));
        }
        // One file read in two ways is two sets of data.
        let key = if how == ReadAs::default() { path.clone() } else { format!("{path}\0{how:?}") };
        let by_itself = (how == ReadAs::default()).then(|| path.clone());
        if let Some(store) = self.env.loaded.get(&key).cloned() {
            self.take_data(store, at);
            self.state.data_path = by_itself;
            return Ok(());
        }
        let loaded = store::open_as(self.env.files, &path, &how);
        for problem in loaded.problems {
            self.report_data(problem, at, "read here");
        }
        match (loaded.store, loaded.draft, self.mode) {
            (Some(store), ..) => {
                let store = Arc::new(store);
                self.env.loaded.insert(key, store.clone());
                self.take_data(store, at);
                self.state.data_path = by_itself;
                Ok(())
            }
            (None, Some(draft), Mode::Check) => {
                // The names of faulty data still serve to check the statements that follow.
                self.take_data(Arc::new(draft), at);
                Err(Halt::Error)
            }
            _ => {
                self.state.no_data = true;
                Err(Halt::Error)
            }
        }
    }

    fn take_data(&mut self, store: Arc<Store>, at: Span) {
        let conflicts = self.state.take_store(store);
        if self.state.follow.plan.is_some() {
            return self.differ_from_plan(conflicts, at);
        }
        for problem in conflicts {
            self.report(problem.at_least(at, "differs from what the script says"));
        }
    }

    /// `set CLAUSE VALUE …`
    pub fn set(&mut self, command: &Command) -> Step {
        let settable: Vec<ClauseId> = vocabulary::CLAUSES.iter().filter(|c| c.settable).map(|c| c.id).collect();
        let names: Vec<&str> = settable.iter().map(|id| clause_of(*id).name).collect();
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let lookup = self.lookup();
        let rules: Vec<String> = self.state.rules.keys().cloned().collect();
        let mut overrides = Overrides::default();
        let mut conventions = None;
        let mut end = Ok(());
        if cursor.is_done() {
            return self.fail(
                Problem::error("E211", "`set` lacks what it sets")
                    .at(command.head.span, "nothing follows")
                    .help(format!("it sets {}", or_list(&names, 20))),
            );
        }
        while let Some(item) = cursor.advance() {
            let reading = Reading { lookup: &lookup as &Lookup, rules: &|name| rules.iter().any(|r| r == name), rule_names: rules.clone() };
            let clause = word_of(item).and_then(vocabulary::clause).filter(|c| c.settable);
            let step = match clause {
                Some(c) if c.id == ClauseId::Conventions => match cursor.advance() {
                    Some(value) => choice_of(value, c, CONVENTIONS, &lookup).map(|choice| {
                        if let Some(ChoiceValue::Conventions(x)) = choice.map(|c| c.value) {
                            conventions = Some(x);
                        }
                    }),
                    None => Err(crate::language::settings::nothing_follows(c, item.span)),
                },
                Some(c) => overrides.read(c.id, item.span, &mut cursor, &reading).map(|_| ()),
                None => {
                    let word = word_of(item).unwrap_or("this");
                    let problem = Problem::error("E248", format!("`{word}` is no setting")).at(item.span, "unknown setting");
                    let of = vocabulary::CLAUSES
                        .iter()
                        .filter(|c| c.settable)
                        .find(|c| matches!(c.takes, vocabulary::Takes::Choice(list) if vocabulary::choice(list, word).is_some()));
                    Err(if let Some(clause) = of {
                        problem.help(format!("`{word}` is a value of `{0}`: write `set {0} {word}`", clause.name))
                    } else {
                        match nearest(word, names.iter().copied()) {
                            Some(near) => problem.help(format!("did you mean `{near}`? `set` takes {}", or_list(&names, 20))),
                            None => problem.help(format!("`set` takes {}", or_list(&names, 20))),
                        }
                    })
                }
            };
            if let Err(problem) = step {
                end = self.fail(problem);
                cursor.recover(&settable, |_| false);
            }
        }
        end?;
        let settings = &mut self.state.settings;
        settings.set = settings.set.and_then(&overrides);
        if let Some(conventions) = conventions {
            settings.conventions = conventions;
        }
        Ok(())
    }

    /// `multiarm combine`: a setting whose word is a statement of its own.
    pub fn set_by_verb(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let lookup = self.lookup();
        let mut overrides = Overrides::default();
        let read = match vocabulary::clause(&command.head.text) {
            Some(clause) => overrides.conversions.read(clause.id, command.head.span, &mut cursor, &lookup),
            None => Ok(false),
        };
        self.attempt(read)?;
        self.finish(&mut cursor, command)?;
        let settings = &mut self.state.settings;
        settings.set = settings.set.and_then(&overrides);
        Ok(())
    }

    /// `include "FILE"`
    pub fn include(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let path = text_of(item, "include", command.head.span).map_err(|p| p.help("write `include \"definitions.weald\"`"));
        let path = self.attempt(path)?;
        self.finish(&mut cursor, command)?;
        let at = item.map_or(command.span, |i| i.span);
        let lower = path.to_ascii_lowercase();
        if [".csv", ".tsv", ".json", ".xlsx", ".xls", ".rm5"].iter().any(|e| lower.ends_with(e)) {
            return self.fail(
                Problem::error("E301", format!("`{path}` holds data, and `include` runs scripts"))
                    .at(at, "not a script")
                    .help(format!("data are taken with `use \"{path}\"`")),
            );
        }
        let own = &*self.source.name;
        let same = |a: &str, b: &str| a.rsplit('/').next() == b.rsplit('/').next() && (a.ends_with(b) || b.ends_with(a));
        if same(own, &path) || self.including.iter().any(|p| same(p, &path)) {
            return self.fail(
                Problem::error("E249", format!("`{path}` includes itself"))
                    .at(at, if self.including.is_empty() { "this very script" } else { "the script that led here" })
                    .help("take the statement out of one of the scripts"),
            );
        }
        if self.including.len() >= DEEPEST_INCLUDE {
            return self.fail(
                Problem::error("E249", "scripts include scripts too deeply")
                    .at(at, format!("{DEEPEST_INCLUDE} deep"))
                    .help("include the inner ones from the first script"),
            );
        }
        let bytes = self.env.files.read(&path).map_err(|p| p.at_least(at, "read here"));
        let bytes = self.attempt(bytes)?;
        let Ok(text) = String::from_utf8(bytes) else {
            return self.fail(
                Problem::error("E302", format!("`{path}` is not UTF-8 text")).at(at, "read here").help("save it as UTF-8 in the editor"),
            );
        };
        let source = Source::new(path.clone(), text);
        if !self.included.contains(&source) {
            self.included.push(source.clone());
        }
        let parsed = crate::syntax::parse(&source);
        let outer = std::mem::replace(&mut self.source, source);
        self.including.push(outer.name.to_string());
        let broken = parsed.problems.iter().any(Problem::is_error);
        for problem in parsed.problems {
            self.report(problem);
        }
        let end = self.lines(&parsed.script.lines);
        self.including.pop();
        self.source = outer;
        if broken { Err(Halt::Error) } else { end }
    }

    /// `review ID "TITLE" …`
    pub fn review(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let id = self.attempt(new_id(&mut cursor, command))?;
        let title = take_text(&mut cursor);
        let mut question = None;
        let mut registration = None;
        loop {
            if let Some(at) = cursor.take_word("question") {
                let text = text_of(cursor.advance(), "question", at);
                question = Some(self.attempt(text)?);
            } else if let Some(at) = cursor.take_word("registration") {
                let text = text_of(cursor.advance(), "registration", at);
                registration = Some(self.attempt(text)?);
            } else {
                break;
            }
        }
        self.finish(&mut cursor, command)?;
        self.state.change_store(|store| {
            let review = store.review.get_or_insert_with(Default::default);
            review.id = Some(id.clone());
            review.title = title.clone().or(review.title.take());
            review.question = question.clone().or(review.question.take());
            review.registrations.extend(registration.clone().map(|r| Registration { id: Some(r), ..Registration::default() }));
        });
        Ok(())
    }

    /// `stage extraction`
    pub fn stage(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let word = item.and_then(word_of).map(str::to_ascii_lowercase);
        let Some(stage) = word.as_deref().and_then(|w| STAGES.iter().find(|s| **s == w)) else {
            let problem = match item {
                Some(item) => Problem::error("E205", "`stage` takes a stage of the review").at(item.span, "not a stage"),
                None => Problem::error("E211", "`stage` lacks the stage of the review").at(command.head.span, "nothing follows"),
            };
            return self.fail(match word.as_deref().and_then(|w| nearest(w, STAGES.iter().copied())) {
                Some(near) => problem.help(format!("did you mean `{near}`? The stages are {}", or_list(STAGES, 10))),
                None => problem.help(format!("the stages are {}", or_list(STAGES, 10))),
            });
        };
        self.finish(&mut cursor, command)?;
        self.state.change_store(|store| store.review.get_or_insert_with(Default::default).stage = Some((*stage).to_owned()));
        Ok(())
    }

    /// `outcome ID …`
    pub fn outcome(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let id = self.attempt(new_id(&mut cursor, command))?;
        let label = take_text(&mut cursor);
        let (mut direction, mut role, mut measure, mut mid, mut importance) = (None, None, None, None, None);
        if let Some(at) = cursor.take_word("was") {
            self.renamed(&id, &mut cursor, at)?;
        }
        let lookup = self.lookup();
        while let Some(item) = cursor.advance() {
            let word = word_of(item).map(str::to_ascii_lowercase).unwrap_or_default();
            match word.as_str() {
                "higher" | "lower" => direction = Some(self.direction(&word, &mut cursor, item.span)?),
                "primary" | "secondary" => role = Some(word),
                "critical" | "important" => importance = Some(word),
                "measure" => {
                    let clause = clause_of(ClauseId::Measure);
                    let choice = match cursor.advance() {
                        Some(value) => choice_of(value, clause, MEASURES, &lookup),
                        None => Err(crate::language::settings::nothing_follows(clause, item.span)),
                    };
                    measure = self.attempt(choice)?.map(|c| c.name.to_owned());
                }
                "mid" => mid = Some(self.mid(&mut cursor, item.span)?),
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        self.state.change_store(|store| {
            let outcome = store.ensure_outcome(&id);
            outcome.label = label.clone().or(outcome.label.take());
            outcome.direction = direction.or(outcome.direction);
            outcome.role = role.clone().or(outcome.role.take());
            outcome.importance = importance.clone().or(outcome.importance.take());
            outcome.measure = measure.clone().or(outcome.measure.take());
            outcome.mid = mid.clone().or(outcome.mid.take());
        });
        Ok(())
    }

    /// `instrument ID for OUTCOME …`
    pub fn instrument(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let id = self.attempt(new_id(&mut cursor, command))?;
        let label = take_text(&mut cursor);
        let (mut outcome, mut direction, mut items, mut range, mut sd, mut mid) = (None, None, None, None, None, None);
        if let Some(at) = cursor.take_word("was") {
            self.renamed_instrument(&id, &mut cursor, at)?;
        }
        while let Some(item) = cursor.advance() {
            let word = word_of(item).map(str::to_ascii_lowercase).unwrap_or_default();
            match word.as_str() {
                "for" => {
                    let name = cursor.advance().and_then(|i| word_of(i).map(str::to_owned));
                    let Some(name) = name else {
                        return self.fail(
                            Problem::error("E211", "`for` lacks the outcome")
                                .at(item.span, "nothing follows")
                                .help(format!("write `{}`", usage(command))),
                        );
                    };
                    outcome = Some(name);
                }
                "higher" | "lower" => direction = Some(self.direction(&word, &mut cursor, item.span)?),
                "items" => items = Some(self.cell(&mut cursor, "items", item.span)?),
                "mid" => mid = Some(self.mid(&mut cursor, item.span)?),
                "sd" => sd = Some(self.cell(&mut cursor, "sd", item.span)?),
                "range" => {
                    let value = cursor.advance();
                    match value.map(|i| &i.kind) {
                        Some(ItemKind::Range(a, b)) if a.value < b.value => range = Some((cell_of(&a.text), cell_of(&b.text))),
                        other => {
                            let help = match other {
                                Some(ItemKind::Range(a, b)) => format!("the lowest comes first: `range {}..{}`", b.text, a.text),
                                _ => "write `range 24..120`".to_owned(),
                            };
                            return self.fail(
                                Problem::error("E218", "`range` takes the lowest and the highest score")
                                    .at(value.map_or(item.span, |i| i.span), "not from low to high")
                                    .help(help),
                            );
                        }
                    }
                }
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        let known_before = self.state.store.instruments.get(&id).and_then(|i| i.outcome.clone());
        let Some(of) = outcome.clone().or(known_before) else {
            return self.fail(
                Problem::error("E211", format!("instrument `{id}` lacks its outcome"))
                    .at(command.span, "no `for OUTCOME`")
                    .help(format!("write `instrument {id} for OUTCOME`")),
            );
        };
        let outcomes: Vec<&str> = self.state.catalogue.outcomes.keys().map(String::as_str).collect();
        if !outcomes.is_empty() && self.state.catalogue.outcome(&self.state.store, &of).is_none() {
            let problem = Problem::warning("W211", format!("instrument `{id}` belongs to an outcome that is not known: `{of}`"))
                .at(command.span, "unknown outcome");
            let problem = match nearest(&of, outcomes.iter().copied()) {
                Some(near) => problem.help(format!("did you mean `for {near}`?")),
                None => problem.help(the_names("outcome", "outcomes", &outcomes, 20)),
            };
            self.report(problem);
        }
        self.state.change_store(|store| {
            let instrument = store.ensure_instrument(&id);
            instrument.label = label.clone().or(instrument.label.take());
            instrument.outcome = outcome.clone().or(instrument.outcome.take());
            instrument.direction = direction.or(instrument.direction);
            instrument.items = items.clone().or(instrument.items.take());
            instrument.mid = mid.clone().or(instrument.mid.take());
            instrument.reference_sd = sd.clone().or(instrument.reference_sd.take());
            if let Some((min, max)) = &range {
                instrument.min = Some(min.clone());
                instrument.max = Some(max.clone());
            }
        });
        Ok(())
    }

    /// `characteristic ID LEVEL, …`
    pub fn characteristic(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let id = self.attempt(new_id(&mut cursor, command))?;
        let label = take_text(&mut cursor);
        let mut levels = Vec::new();
        for item in cursor.values() {
            match &item.kind {
                ItemKind::Word(w) => levels.push(w.clone()),
                ItemKind::Text(t) => levels.extend(t.plain()),
                ItemKind::Quantity(q) => levels.push(q.text.clone()),
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        self.finish(&mut cursor, command)?;
        self.state.change_store(|store| {
            let entry =
                store.characteristics.entry(id.clone()).or_insert_with(|| Characteristic { id: id.clone(), ..Characteristic::default() });
            entry.label = label.clone().or(entry.label.take());
            entry.levels.clone_from(&levels);
            store.settle();
        });
        Ok(())
    }

    /// `compare a vs b, c as control`
    pub fn compare(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let first = arms(&mut cursor);
        let vs = cursor.take_word("vs");
        let second = arms(&mut cursor);
        let was = cursor.take_word("was");
        let planned = was.map(|at| {
            let first = arms(&mut cursor);
            cursor.take_word("vs");
            (first, arms(&mut cursor), at)
        });
        if was.is_some() {
            let name = second.first().or(first.first()).cloned().unwrap_or_default();
            self.reason_of_name(&name, &mut cursor)?;
        }
        let control = cursor.take_word("as").map(|_| cursor.take_word("control").is_some());
        if control == Some(false) {
            return self.fail(
                Problem::error("E217", "`as` is followed by `control`")
                    .at(cursor.end(), "not `control`")
                    .help(format!("write `{}`", usage(command))),
            );
        }
        self.finish(&mut cursor, command)?;
        if first.is_empty() || second.is_empty() || vs.is_none() {
            return self.fail(
                Problem::error("E218", "`compare` takes two sides")
                    .at(command.span, "expected `A vs B`")
                    .help(format!("write `{}`", usage(command))),
            );
        }
        if let Some((was1, was2, at)) = &planned {
            self.renamed_arms([&first, &second], [was1, was2], *at)?;
        }
        let id = format!("{} vs {}", first.join(", "), second.join(", "));
        let label = control.map(|_| format!("{} vs control", first.join(", ")));
        self.state.change_store(|store| {
            store
                .comparisons
                .insert(id.clone(), Comparison { id: id.clone(), label: label.clone(), arm1: first.clone(), arm2: second.clone() });
        });
        Ok(())
    }

    /// `prefer KEY A > B`
    pub fn prefer(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let at = cursor.peek().map_or(command.head.span, |i| i.span);
        let preference = read_preference(&mut cursor, command.head.span);
        let (key, ranking) = self.attempt(preference)?;
        self.finish(&mut cursor, command)?;
        let store = &self.state.store;
        if !store.rows.is_empty() && store::find_column(&key).is_none() && store.column(&key).is_none() {
            let problem = crate::language::resolve::unknown_column(&key, at, store);
            return self.fail(problem);
        }
        self.state.change_store(|store| {
            store.preferences.insert(key.clone(), ranking.clone());
        });
        Ok(())
    }

    fn direction(&mut self, word: &str, cursor: &mut Cursor, span: Span) -> Result<Direction, Halt> {
        if cursor.take_word("better").is_none() {
            self.fail(
                Problem::error("E217", format!("`{word}` is followed by `better`"))
                    .at(span, "no `better`")
                    .help(format!("write `{word} better`")),
            )?;
        }
        Ok(if word == "higher" { Direction::HigherBetter } else { Direction::LowerBetter })
    }

    fn cell(&mut self, cursor: &mut Cursor, what: &str, span: Span) -> Result<Cell, Halt> {
        let item = cursor.advance();
        match item.map(|i| &i.kind) {
            Some(ItemKind::Quantity(q)) if q.unit.is_none() && q.value > 0.0 => Ok(cell_of(&q.text)),
            _ => {
                let label = if item.is_some() { "not a number above 0" } else { "nothing follows" };
                self.report(
                    Problem::error("E208", format!("`{what}` takes a number above 0"))
                        .at(item.map_or(span, |i| i.span), label)
                        .help(format!("write `{what} 24`")),
                );
                Err(Halt::Error)
            }
        }
    }

    fn mid(&mut self, cursor: &mut Cursor, span: Span) -> Result<Mid, Halt> {
        let value = self.cell(cursor, "mid", span)?;
        let unit = cursor.take_word("sd").map(|_| "sd".to_owned());
        Ok(Mid { value: Some(value), unit, source: None })
    }
}
