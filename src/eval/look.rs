//! Statements that look: results, data, words.

use super::columns::{column_row, columns};
use super::outcome::{FileResult, Outcome, TableResult, TextResult};
use super::row_scope;
use super::walk::{Halt, Mode, Step, Walk};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::suggest::{count, nearest, or_list};
use crate::store::Store;
use crate::syntax::ast::{Command, Expr, ItemKind};

/// What `list` lists.
const LISTS: &[&str] = &["studies", "outcomes", "rows", "columns", "analyses", "rules", "results", "exclusions", "dispositions", "changes"];

impl Walk<'_, '_> {
    fn target(&mut self, command: &Command, after_of: bool) -> Result<std::sync::Arc<super::state::Analysis>, Halt> {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        if after_of && cursor.take_word("of").is_none() {
            let verb = &command.head.text;
            self.fail(
                Problem::error("E218", format!("`{verb}` is followed by `of` and the name of a result"))
                    .at(command.span, "no `of`")
                    .help(format!("write `{verb} of NAME`")),
            )?;
        }
        let word = cursor.advance();
        let name = word.and_then(|i| word_of(i).map(|w| (w.to_owned(), i.span)));
        if word.is_some() && name.is_none() {
            self.fail(
                Problem::error("E218", format!("`{}` takes the name of a result", command.head.text))
                    .at(word.map_or(command.span, |i| i.span), "not a name")
                    .help("a result gets its name with `let NAME = pool …`"),
            )?;
        }
        let analysis = self.named_analysis(name.as_ref().map(|(n, s)| (n.as_str(), *s)), &command.head.text, command.head.span)?;
        if let Some(item) = cursor.advance() {
            let shown = name.map_or_else(|| "NAME".to_owned(), |(n, _)| n);
            self.fail(
                Problem::error("E217", format!("`{}` takes the name of a result alone", command.head.text))
                    .at(item.span, "unexpected")
                    .help(format!("write `{shown} …` with these clauses as a statement of its own")),
            )?;
        }
        Ok(analysis)
    }

    /// The result of a verb on a result, where the statement names one and nothing more.
    fn finding(&self, command: &Command, after_of: bool) -> Option<std::sync::Arc<super::state::Finding>> {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        if after_of {
            cursor.take_word("of")?;
        }
        let name = cursor.advance().and_then(word_of)?;
        if cursor.is_done() { self.state.findings.get(name).cloned() } else { None }
    }

    /// A result's name alone.
    pub fn show_command(&mut self, command: &Command) -> Step {
        if let Some(result) = self.state.analysis(&command.head.text).and_then(|a| a.result.clone()) {
            self.outcomes.push(Outcome::Show(Box::new(result)));
        }
        Ok(())
    }

    /// `show NAME`
    pub fn show(&mut self, command: &Command) -> Step {
        if let Some(finding) = self.finding(command, false) {
            self.outcomes.extend(finding.outcome.clone().map(|o| Outcome::ShowFinding(Box::new(o))));
            return Ok(());
        }
        let analysis = self.target(command, false)?;
        self.outcomes.extend(analysis.result.clone().map(|r| Outcome::Show(Box::new(r))));
        Ok(())
    }

    /// `explain NAME`: a result, or a rule.
    pub fn explain(&mut self, command: &Command) -> Step {
        if self.explain_rule(command) {
            return Ok(());
        }
        if let Some(finding) = self.finding(command, false) {
            self.outcomes.extend(finding.outcome.clone().map(|o| Outcome::ExplainFinding(Box::new(o))));
            return Ok(());
        }
        let analysis = self.target(command, false)?;
        if let Some(mut result) = analysis.result.clone() {
            result.alternatives = super::rule::alternatives(&result, &analysis.spec, self.state);
            self.outcomes.push(Outcome::Explain(Box::new(result)));
        }
        Ok(())
    }

    /// `methods of NAME`
    pub fn methods(&mut self, command: &Command) -> Step {
        if let Some(finding) = self.finding(command, true).filter(|f| f.verb == "regress") {
            if let Some(Outcome::Regress(result)) = &finding.outcome {
                self.outcomes.push(Outcome::MethodsFinding(result.clone()));
            }
            return Ok(());
        }
        let analysis = self.target(command, true)?;
        if analysis.result.as_ref().is_some_and(|r| self.stays_sealed(r, "methods", command.span)) {
            return Ok(());
        }
        self.outcomes.extend(analysis.result.as_ref().map(|r| Outcome::Methods(Box::new(r.clone()))));
        Ok(())
    }

    /// `help …`
    pub fn help(&mut self, command: &Command) -> Step {
        let words: Vec<String> = command
            .items
            .iter()
            .filter_map(|i| match &i.kind {
                ItemKind::Word(w) => Some(w.clone()),
                ItemKind::Text(t) => t.plain(),
                ItemKind::Call(name, args) => {
                    Some(format!("{}({})", name.text, args.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
                }
                _ => None,
            })
            .collect();
        match crate::language::help::topic(&words) {
            Ok(text) => {
                if self.mode == Mode::Run {
                    self.outcomes.push(Outcome::Text(TextResult { text, prose: false }));
                }
                Ok(())
            }
            Err(near) => {
                let problem =
                    Problem::error("E250", format!("there is no help on `{}`", words.join(" "))).at(command.span, "unknown topic");
                self.fail(match near {
                    Some(near) => problem.help(format!("did you mean `help {near}`? `help` alone lists the topics")),
                    None => problem.help("`help` alone lists the topics"),
                })
            }
        }
    }

    pub(super) fn table(&mut self, title: String, columns: &[&str], rows: Vec<Vec<String>>, notes: Vec<String>) {
        if self.mode == Mode::Run {
            self.outcomes.push(Outcome::Table(TableResult {
                title,
                columns: columns.iter().map(|c| (*c).to_owned()).collect(),
                rows,
                notes,
            }));
        }
    }

    /// `list studies where …`
    pub fn list(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let word = item.and_then(word_of).map(str::to_ascii_lowercase).unwrap_or_default();
        let Some(what) = LISTS.iter().find(|l| **l == word) else {
            let problem = match item {
                Some(item) => Problem::error("E205", "`list` takes what it lists").at(item.span, "unknown list"),
                None => Problem::error("E211", "`list` lacks what it lists").at(command.head.span, "nothing follows"),
            };
            return self.fail(match nearest(&word, LISTS.iter().copied()) {
                Some(near) => problem.help(format!("did you mean `list {near}`? It lists {}", or_list(LISTS, 10))),
                None => problem.help(format!("it lists {}", or_list(LISTS, 10))),
            });
        };
        if cursor.is_done()
            && let Some(step) = self.list_composed(what, command)
        {
            return step;
        }
        let mut condition: Option<Expr> = None;
        if let Some(ItemKind::Where(expr)) = cursor.peek().map(|i| &i.kind) {
            cursor.advance();
            if !matches!(*what, "studies" | "rows") {
                return self.fail(
                    Problem::error("E214", format!("`where` does not fit `list {what}`"))
                        .at(expr.span, "not here")
                        .help("`list studies where …` and `list rows where …` take a condition"),
                );
            }
            let mut failed = false;
            for problem in row_scope::check(expr, self.state) {
                failed |= problem.is_error();
                self.report(problem);
            }
            if failed {
                return Err(Halt::Error);
            }
            condition = Some((**expr).clone());
        }
        self.finish(&mut cursor, command)?;
        if self.mode == Mode::Check {
            return Ok(());
        }
        match *what {
            "studies" => self.list_studies(condition.as_ref()),
            "rows" => self.list_rows(condition.as_ref()),
            "changes" => self.list_changes(command),
            "outcomes" => {
                let rows = outcomes(&self.state.store, &self.state.catalogue);
                self.table(count(rows.len(), "outcome", "outcomes"), OUTCOME_HEAD, rows, Vec::new());
                Ok(())
            }
            "columns" => {
                let rows = columns(&self.state.store);
                self.table(count(rows.len(), "column", "columns"), &["column", "kind", "values"], rows, Vec::new());
                Ok(())
            }
            "analyses" => {
                let rows: Vec<Vec<String>> = self
                    .state
                    .analyses
                    .iter()
                    .filter(|(name, _)| !name.starts_with('#'))
                    .map(|(name, a)| {
                        vec![
                            name.clone(),
                            a.spec.estimand.to_string(),
                            a.result.as_ref().map_or_else(String::new, |r| r.k.to_string()),
                            a.spec.statement.clone(),
                        ]
                    })
                    .collect();
                self.table(count(rows.len(), "result", "results"), &["name", "of", "k", "statement"], rows, Vec::new());
                Ok(())
            }
            _ => {
                let rows: Vec<Vec<String>> = self
                    .state
                    .rules
                    .values()
                    .flat_map(|r| {
                        r.branches.iter().map(|b| vec![r.name.clone(), b.condition_text.clone(), b.then_text.clone()]).collect::<Vec<_>>()
                    })
                    .collect();
                self.table(count(self.state.rules.len(), "rule", "rules"), &["rule", "when", "then"], rows, Vec::new());
                Ok(())
            }
        }
    }

    fn holding(&mut self, condition: Option<&Expr>) -> Result<Vec<usize>, Halt> {
        let state = &*self.state;
        let kept: Result<Vec<usize>, Problem> = state
            .store
            .rows
            .iter()
            .enumerate()
            .filter_map(|(i, row)| match condition {
                None => Some(Ok(i)),
                Some(c) => match row_scope::holds(c, row, state) {
                    Ok(Some(true)) => Some(Ok(i)),
                    Ok(_) => None,
                    Err(p) => Some(Err(p)),
                },
            })
            .collect();
        self.attempt(kept)
    }

    fn list_studies(&mut self, condition: Option<&Expr>) -> Step {
        let kept = self.holding(condition)?;
        let store = self.state.store.clone();
        let mut names: Vec<&str> = Vec::new();
        for i in &kept {
            let study = store.rows[*i].study.as_str();
            if !names.contains(&study) {
                names.push(study);
            }
        }
        let extra: Vec<&str> = store
            .moderator_names()
            .into_iter()
            .filter(|m| store.studies.values().any(|s| s.characteristics.contains_key(*m)))
            .take(6)
            .collect();
        let trials = names.iter().any(|n| store.studies.get(*n).is_some_and(|s| s.trial.is_some()));
        let mut head = vec!["study", "rows"];
        if trials {
            head.push("trial");
        }
        head.extend(extra.iter().copied());
        let rows: Vec<Vec<String>> = names
            .iter()
            .map(|name| {
                let study = store.studies.get(*name);
                let mut cells = vec![(*name).to_owned(), kept.iter().filter(|i| store.rows[**i].study == *name).count().to_string()];
                if trials {
                    cells.push(study.and_then(|s| s.trial.clone()).unwrap_or_default());
                }
                cells.extend(extra.iter().map(|m| {
                    study.and_then(|s| s.characteristics.get(*m)).map_or_else(String::new, |v| row_scope::value_of(v).to_string())
                }));
                cells
            })
            .collect();
        self.table(count(rows.len(), "study", "studies"), &head, rows, Vec::new());
        Ok(())
    }

    fn list_rows(&mut self, condition: Option<&Expr>) -> Step {
        let kept = self.holding(condition)?;
        let store = self.state.store.clone();
        let rows: Vec<Vec<String>> = kept
            .iter()
            .filter_map(|i| store.rows.get(*i))
            .map(|row| {
                let text = |key: &str| row.key(key).unwrap_or_default().to_owned();
                let numbers: Vec<String> = row.values.iter().map(|(k, c)| format!("{k} {}", c.text)).collect();
                vec![
                    text("study"),
                    text("outcome"),
                    text("timepoint"),
                    text("analysis"),
                    text("instrument"),
                    numbers.join(" "),
                    text("from"),
                ]
            })
            .collect();
        self.table(
            count(rows.len(), "row", "rows"),
            &["study", "outcome", "timepoint", "set", "instrument", "numbers", "from"],
            rows,
            Vec::new(),
        );
        Ok(())
    }

    /// `describe [NAME]`
    pub fn describe(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let Some(item) = cursor.advance() else {
            self.describe_all();
            return Ok(());
        };
        let name = match &item.kind {
            ItemKind::Word(w) => w.clone(),
            ItemKind::Text(t) => t.plain().unwrap_or_default(),
            _ => {
                return self.fail(
                    Problem::error("E218", "`describe` takes a name")
                        .at(item.span, "not a name")
                        .help("write `describe`, or `describe NAME`"),
                );
            }
        };
        self.finish(&mut cursor, command)?;
        let (store, catalogue) = (self.state.store.clone(), self.state.catalogue.clone());
        if let Some(id) = catalogue.outcome(&store, &name) {
            return self.describe_outcome(&id);
        }
        if let [study] = catalogue.studies(&store, &name).as_slice() {
            return self.describe_study(study);
        }
        if let Some(kind) = store.column(&name) {
            let rows = vec![column_row(&store, &name, &kind)];
            self.table(format!("column {name}"), &["column", "kind", "values"], rows, Vec::new());
            return Ok(());
        }
        if self.state.analysis(&name).is_some() {
            return self.show_command(&Command {
                head: crate::syntax::ast::Word { text: name, span: item.span },
                items: Vec::new(),
                body: None,
                entries: Vec::new(),
                span: item.span,
            });
        }
        if self.describe_rule(&name) {
            return Ok(());
        }
        let names = crate::language::resolve::column_names(&store);
        let known = catalogue.outcomes.keys().chain(catalogue.studies.iter()).map(String::as_str).chain(names.iter().map(String::as_str));
        let problem = Problem::error("E201", format!("nothing in the data is called `{name}`")).at(item.span, "unknown name");
        self.fail(match nearest(&name, known) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("`list outcomes`, `list studies` and `list columns` show the names"),
        })
    }

    fn describe_all(&mut self) {
        let (store, catalogue) = (self.state.store.clone(), self.state.catalogue.clone());
        let trials: std::collections::BTreeSet<&str> = store.rows.iter().map(|r| store.trial_of(r)).collect();
        let mut notes = Vec::new();
        if let Some(title) = store.review.as_ref().and_then(|r| r.title.clone()) {
            notes.push(title);
        }
        notes.push(format!(
            "{}, {}, {}",
            count(store.rows.len(), "result row", "result rows"),
            count(catalogue.studies.len(), "study", "studies"),
            count(trials.len(), "trial", "trials")
        ));
        let rows = outcomes(&store, &catalogue);
        self.table("the data".into(), OUTCOME_HEAD, rows, notes);
    }

    fn describe_outcome(&mut self, id: &str) -> Step {
        let (store, catalogue) = (self.state.store.clone(), self.state.catalogue.clone());
        let Some(entry) = catalogue.outcomes.get(id) else { return Ok(()) };
        let mut rows = Vec::new();
        for timepoint in &entry.timepoints {
            for analysis in &entry.analyses {
                let here: Vec<usize> = entry
                    .rows
                    .iter()
                    .copied()
                    .filter(|i| store.rows.get(*i).is_some_and(|r| &r.timepoint == timepoint && &r.analysis == analysis))
                    .collect();
                if here.is_empty() {
                    continue;
                }
                let mut studies: Vec<&str> = here.iter().filter_map(|i| store.rows.get(*i)).map(|r| r.study.as_str()).collect();
                studies.dedup();
                let measures: Vec<&str> = super::input::measures_allowed(&store, &here).iter().map(|m| m.name()).collect();
                rows.push(vec![
                    timepoint.clone().unwrap_or_default(),
                    analysis.clone().unwrap_or_default(),
                    here.len().to_string(),
                    studies.join(", "),
                    measures.join(" "),
                ]);
            }
        }
        let outcome = store.outcomes.get(id);
        let mut notes = Vec::new();
        if let Some(o) = outcome {
            let words = [
                o.label.clone(),
                o.role.clone(),
                o.direction.map(|d| d.words().to_owned()),
                o.measure.as_ref().map(|m| format!("measure {m}")),
            ];
            notes.push(words.into_iter().flatten().collect::<Vec<_>>().join(", "));
            notes.retain(|n| !n.is_empty());
        }
        self.table(format!("outcome {id}"), &["timepoint", "set", "rows", "studies", "measures"], rows, notes);
        Ok(())
    }

    fn describe_study(&mut self, id: &str) -> Step {
        let store = self.state.store.clone();
        let rows: Vec<Vec<String>> = store
            .rows
            .iter()
            .filter(|r| r.study == id)
            .map(|row| {
                let text = |key: &str| row.key(key).unwrap_or_default().to_owned();
                let numbers: Vec<String> = row.values.iter().map(|(k, c)| format!("{k} {}", c.text)).collect();
                vec![text("outcome"), text("timepoint"), text("analysis"), text("instrument"), numbers.join(" "), text("from")]
            })
            .collect();
        let mut notes = Vec::new();
        if let Some(study) = store.studies.get(id) {
            let mut facts: Vec<String> = study.label.iter().cloned().collect();
            facts.extend(study.trial.iter().map(|t| format!("trial {t}")));
            facts.extend(study.characteristics.iter().map(|(k, v)| format!("{k} {}", row_scope::value_of(v))));
            notes.push(facts.join("; "));
            notes.retain(|n| !n.is_empty());
        }
        self.table(format!("study {id}"), &["outcome", "timepoint", "set", "instrument", "numbers", "from"], rows, notes);
        Ok(())
    }

    /// `check data`
    pub fn check_data(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        if cursor.take_word("data").is_none() {
            return self.fail(
                Problem::error("E218", "`check` is written `check data`")
                    .at(command.span, "no `data`")
                    .help("write `check data`; `weald check SCRIPT` checks a script"),
            );
        }
        self.finish(&mut cursor, command)?;
        if self.mode == Mode::Check {
            return Ok(());
        }
        let store = self.state.store.clone();
        let checked = self.state.checked().iter().filter(|f| f.is_open()).map(|f| {
            let severity = format!("{:?}", f.severity).to_lowercase();
            vec![severity, f.code(), f.place.to_string(), format!("{}. {}", f.message, f.help)]
        });
        let mut rows: Vec<Vec<String>> = store
            .validate_links()
            .into_iter()
            .map(|p| {
                vec![
                    format!("{:?}", p.severity).to_lowercase(),
                    p.code.to_owned(),
                    p.place.map(|p| p.to_string()).unwrap_or_default(),
                    p.message,
                ]
            })
            .chain(checked)
            .collect();
        for row in &store.rows {
            if crate::stats::effect::measures_for(&super::input::input_of(row)).is_empty() {
                let held: Vec<&str> = row.values.keys().collect();
                let what = if held.is_empty() { "no numbers".to_owned() } else { format!("only {}", held.join(", ")) };
                rows.push(vec![
                    "note".into(),
                    "W315".into(),
                    row.origin.to_string(),
                    format!("study {}, {}: no effect can be computed ({what})", row.study, row.outcome),
                ]);
            }
        }
        let title = if rows.is_empty() { "nothing odd in the data".to_owned() } else { count(rows.len(), "finding", "findings") };
        let notes = vec![format!("{} looked at", count(store.rows.len(), "row", "rows"))];
        self.table(title, &["severity", "code", "where", "what"], rows, notes);
        Ok(())
    }

    /// `save session to "FILE"`, `save data to "FILE"`
    pub fn save(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let session = cursor.take_word("session").is_some();
        let data = !session && cursor.take_word("data").is_some();
        if !(session || data) || cursor.take_word("to").is_none() {
            return self.fail(
                Problem::error("E218", "`save` lacks what it saves, or where")
                    .at(command.span, "incomplete")
                    .help("write `save session to \"session.weald\"` or `save data to \"data.json\"`"),
            );
        }
        let item = cursor.advance();
        let at = item.map_or(command.span, |i| i.span);
        let text = text_of(item, "to", command.span);
        let path = self.attempt(text)?;
        self.finish(&mut cursor, command)?;
        if session && self.env.history.is_empty() {
            return self.fail(
                Problem::error("E242", "there is no session to save")
                    .at(command.span, "nothing was typed before")
                    .help("a script is saved already; `save data to \"FILE\"` writes the data"),
            );
        }
        if self.mode == Mode::Check {
            return Ok(());
        }
        let written = if session {
            let mut text = self.env.history.join("\n");
            text.push('\n');
            self.env.files.write(&path, text.as_bytes())
        } else {
            crate::store::save(self.env.files, &self.state.store, &path)
        };
        let written = written.map_err(|p| p.at_least(at, "not written"));
        self.attempt(written)?;
        self.outcomes.push(Outcome::File(FileResult { path, figure: None }));
        Ok(())
    }
}

const OUTCOME_HEAD: &[&str] = &["outcome", "label", "rows", "studies", "timepoints", "sets", "measures"];

fn outcomes(store: &Store, catalogue: &crate::language::catalogue::Catalogue) -> Vec<Vec<String>> {
    let join = |keys: &indexmap::IndexSet<Option<String>>| keys.iter().flatten().cloned().collect::<Vec<_>>().join(", ");
    catalogue
        .outcomes
        .iter()
        .map(|(id, entry)| {
            let studies: std::collections::BTreeSet<&str> =
                entry.rows.iter().filter_map(|i| store.rows.get(*i)).map(|r| r.study.as_str()).collect();
            let measures: Vec<&str> = super::input::measures_allowed(store, &entry.rows).iter().map(|m| m.name()).collect();
            let label = store.outcomes.get(id).and_then(|o| o.label.clone()).unwrap_or_default();
            vec![
                id.clone(),
                label,
                entry.rows.len().to_string(),
                studies.len().to_string(),
                join(&entry.timepoints),
                join(&entry.analyses),
                measures.join(" "),
            ]
        })
        .collect()
}
