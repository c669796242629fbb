//! `run plan`, `run P1`: planned analyses as they were locked, on the data at hand.

use super::recorded::Asking;
use super::state::Silent;
use crate::diagnostic::{Problem, Severity};
use crate::eval::outcome::{Outcome, PoolResult};
use crate::eval::plan::{Asked, PlannedStatement};
use crate::eval::state::{Analysis, State};
use crate::eval::walk::{Halt, Mode, Step, Walk};
use crate::language::catalogue::Catalogue;
use crate::language::cursor::word_of;
use crate::language::spec::{AnalysisSpec, Filter, ModelChoice};
use crate::language::suggest::{and_list, nearest};
use crate::language::vocabulary;
use crate::protocol::compare::same;
use crate::protocol::matching::{Known, Match, find};
use crate::protocol::{Obstacle, Record};
use crate::source::Span;
use crate::store::Store;
use crate::syntax::ast::{Command, ItemKind};
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Walk<'_, '_> {
    /// `run plan`, `run P1, S1`, `run L*`
    pub fn run_planned(&mut self, command: &Command) -> Step {
        let following = self.needs_a_plan(command)?;
        let planned = &following.plan.plan.planned;
        let mut ids: Vec<(String, Span)> = Vec::new();
        let mut end = Ok(());
        for item in command.items.iter().filter(|i| i.kind != ItemKind::Comma) {
            let word = word_of(item).unwrap_or_default();
            let found: Vec<String> = if word.eq_ignore_ascii_case("plan") {
                planned.keys().filter(|id| !self.state.follow.omitted.contains_key(*id)).cloned().collect()
            } else if let Some((from, to)) = word.split_once("..") {
                // From the one to the other, what stands for several of them included.
                let place = |id: &str| planned.values().position(|p| p.id == id || p.generic.as_deref() == Some(id));
                let last = planned.values().rposition(|p| p.id == to || p.generic.as_deref() == Some(to));
                match (place(from), last) {
                    (Some(from), Some(to)) if from <= to => planned.keys().skip(from).take(to - from + 1).cloned().collect(),
                    _ => Vec::new(),
                }
            } else {
                let prefix = word.strip_suffix('*');
                let is = |p: &PlannedStatement| match prefix {
                    Some(prefix) => p.id.starts_with(prefix),
                    None => p.id == word || p.generic.as_deref() == Some(word),
                };
                planned.values().filter(|p| is(p)).map(|p| p.id.clone()).collect()
            };
            if found.is_empty() && !word.eq_ignore_ascii_case("plan") {
                let known: Vec<&str> = planned.keys().map(String::as_str).collect();
                let problem = Problem::error("E524", format!("the plan has no analysis `{word}`")).at(item.span, "not planned");
                end = self.fail(match nearest(word, known.iter().copied()) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem.help(format!("it has {}; `run plan` runs them all", and_list(&known, 20))),
                });
            }
            ids.extend(found.into_iter().map(|id| (id, item.span)));
        }
        end?;
        if command.items.is_empty() {
            return self.fail(
                Problem::error("E211", "`run` lacks what is run")
                    .at(command.head.span, "nothing follows")
                    .help("write `run plan` for all that is planned, or `run P1, S1`"),
            );
        }
        for (id, span) in ids {
            self.run_one(&id, span)?;
        }
        Ok(())
    }

    /// One planned analysis. What stands in its way is told as a warning, and the rest of the plan is run.
    pub fn run_one(&mut self, id: &str, at: Span) -> Step {
        let Some(planned) = self.planned(id) else { return Ok(()) };
        // Named after all, it is no longer left out.
        self.state.follow.omitted.remove(id);
        if self.mode == Mode::Run
            && let Some((false, words)) = self.gate_of(&planned)?
        {
            self.outcomes.push(Outcome::Value(format!("{id} is not run: {words}")));
            return Ok(());
        }
        if let Some(why) = self.lacks_columns(&planned).filter(|_| self.mode == Mode::Run) {
            self.cannot_run(id, why, at);
            return Ok(());
        }
        let line = self.source.line_column(at.start).0;
        let asking = Asking { ran: Some(id.to_owned()), ..Asking::default() };
        let (first, ran) = (self.outcomes.len(), self.state.follow.executed.len());
        match self.in_the_plan(&planned, asking, true) {
            Ok(()) => {
                // A result stands where the script asks for it.
                for outcome in self.outcomes.iter_mut().skip(first) {
                    outcome.at_line(line);
                }
                for run in self.state.follow.executed.iter_mut().skip(ran) {
                    Arc::make_mut(run).line = line;
                }
                Ok(())
            }
            Err((Halt::Error, why)) => {
                let why = self.obstacle(&planned, why.as_ref());
                self.cannot_run(id, why, at);
                Ok(())
            }
            Err((halt, _)) => Err(halt),
        }
    }

    fn cannot_run(&mut self, id: &str, why: Obstacle, at: Span) {
        // Before the script is run nothing is known of what it settles.
        if self.mode == Mode::Check && !why.explains() {
            return;
        }
        let (message, help) = if why.explains() {
            (format!("`{id}` can't be run with these data: {}", why.words), "it is listed as not done, with this reason")
        } else {
            (
                format!("`{id}` was not run: {}", why.words),
                "settle it in the script, or write `omit ID because …`; until then it is not done",
            )
        };
        self.report(Problem::warning("W522", message).at(at, "run here").help(help));
        self.state.follow.impossible.insert(id.to_owned(), why);
    }

    /// Why a planned analysis of another can't select: no study has a value in a column of its criterion.
    pub fn lacks_columns(&self, planned: &PlannedStatement) -> Option<Obstacle> {
        let (Asked::Pool(spec), Some(parent)) = (&planned.asked, self.planned(planned.parent.as_deref()?)) else { return None };
        let own = spec.filters.iter().filter(|f| !parent.spec().filters.contains(f));
        let conditions = own.filter_map(|filter| match filter {
            Filter::Where { condition, .. } | Filter::ExcludeWhere { condition, .. } => Some(condition),
            _ => None,
        });
        let store = &self.state.store;
        let names: BTreeSet<String> = conditions.flat_map(|c| crate::protocol::matching::columns_of(&c.to_string())).collect();
        let declared = |name: &String| self.state.follow.plan.as_ref().is_some_and(|f| f.plan.store.characteristics.contains_key(name));
        let valued = |name: &String| store.rows.iter().any(|row| !store.row_value(row, name).is_missing());
        let lacking: Vec<String> = names.into_iter().filter(|n| declared(n) && !valued(n)).collect();
        (!lacking.is_empty() && !store.rows.is_empty()).then(|| {
            let words = format!("no study has a value of {}", and_list(&lacking, 6));
            Obstacle::new(words, crate::protocol::obstacle::Source::Data)
        })
    }

    /// A planned statement.
    pub fn planned(&self, id: &str) -> Option<Arc<PlannedStatement>> {
        self.state.follow.plan.as_ref()?.plan.plan.planned.get(id).cloned()
    }

    /// The result of a planned pool for comparisons and for what derives from it; nothing is printed or recorded.
    pub fn silently(&mut self, id: &str) -> Result<Option<PoolResult>, Obstacle> {
        let (store, judgements) = (self.state.store.clone(), self.state.judgements.len());
        let fresh = |s: &Silent| Arc::ptr_eq(&s.store, &store) && s.judgements == judgements;
        if let Some(known) = self.state.follow.silent.as_ref().filter(|s| fresh(s)).and_then(|s| s.results.get(id)) {
            return known.clone();
        }
        let result = self.computed_silently(id);
        if self.state.follow.silent.as_ref().is_none_or(|s| !fresh(s)) {
            self.state.follow.silent = Some(Silent { store, judgements, results: IndexMap::new() });
        }
        if let Some(silent) = &mut self.state.follow.silent {
            silent.results.insert(id.to_owned(), result.clone());
        }
        result
    }

    /// The estimate by which a planned analysis of a result is known, computed for a comparison; nothing is printed or recorded.
    pub fn headline_silently(&mut self, id: &str) -> Option<[f64; 3]> {
        let planned = self.planned(id).filter(|p| matches!(p.asked, Asked::Further(_)))?;
        let first = self.outcomes.len();
        let (analyses, findings, last) = (self.state.analyses.clone(), self.state.findings.clone(), self.state.last.clone());
        let _ = self.in_the_plan(&planned, Asking { silent: true, ..Asking::default() }, false);
        let found = self.outcomes.get(first).and_then(super::recorded::headline);
        self.outcomes.truncate(first);
        (self.state.analyses, self.state.findings, self.state.last) = (analyses, findings, last);
        found
    }

    fn computed_silently(&mut self, id: &str) -> Result<Option<PoolResult>, Obstacle> {
        let Some(planned) = self.planned(id) else { return Ok(None) };
        let asking = Asking { silent: true, ..Asking::default() };
        let first = self.outcomes.len();
        let before = self.state.analyses.get(id).cloned();
        let end = self.in_the_plan(&planned, asking, false);
        self.outcomes.truncate(first);
        let result = self.state.analyses.get(id).and_then(|a| a.result.clone());
        match before {
            Some(before) => self.state.analyses.insert(id.to_owned(), before),
            None => self.state.analyses.shift_remove(id),
        };
        match end {
            Ok(()) => Ok(result),
            Err((_, why)) => Err(self.obstacle(&planned, why.as_ref())),
        }
    }

    /// Runs a statement of the plan under its own settings, rules and declarations. Problems stay apart: of an
    /// error its message comes back, warnings are kept where `tell` says so.
    fn in_the_plan(&mut self, planned: &PlannedStatement, asking: Asking, tell: bool) -> Result<(), (Halt, Option<Problem>)> {
        let Some(following) = self.state.follow.plan.clone() else { return Ok(()) };
        let world = self.world(&following.plan, planned);
        let own = std::mem::replace(self.state, world);
        let source = std::mem::replace(&mut self.source, planned.source.clone());
        let asked = std::mem::replace(&mut self.asking, asking);
        let problems = std::mem::take(&mut self.problems);
        let told = self.problems_told();
        self.including.push(source.name.to_string());
        let end = self.planned_statement(planned);
        self.including.pop();
        self.set_problems_told(told);
        let found = std::mem::replace(&mut self.problems, problems);
        self.asking = asked;
        self.source = source;
        let world = std::mem::replace(self.state, own);
        self.come_back(world, &following.plan);
        if tell && end.is_ok() {
            for located in found.iter().filter(|l| !l.problem.is_error()) {
                self.report_located(located.clone());
            }
        }
        let why = found.into_iter().find(|l| l.problem.severity == Severity::Error).map(|l| l.problem);
        end.map_err(|halt| (halt, why))
    }

    fn planned_statement(&mut self, planned: &PlannedStatement) -> Step {
        let command = &planned.command;
        let name = &command.head.text;
        self.parents_of(planned)?;
        match &planned.asked {
            Asked::Pool(_) => {
                let analysis = self.analyse(command, Some(&planned.id))?;
                self.state.analyses.insert(planned.id.clone(), analysis);
                Ok(())
            }
            Asked::Further(_) => match vocabulary::verb(name) {
                Some(verb) => self.further(verb, command, Some(&planned.id)).map(|_| ()),
                None => self.regress_again(command, Some(&planned.id)).map(|_| ()),
            },
            Asked::Apply { .. } => self.apply_rule(command),
        }
    }

    /// The pool of the script that is a planned one, with what the plan left open settled, as it was first, or a registered
    /// criterion applied, the last time: what belongs to the planned one is run on it, where that one was not run itself.
    pub fn settled(&self, id: &str) -> Option<Arc<Analysis>> {
        let (follow, plan) = (&self.state.follow, self.state.follow.plan.as_ref()?);
        let stands = |(at, analysis): &(usize, Arc<Analysis>)| {
            follow.executed.get(*at).filter(|run| run.declared.is_none()).and_then(|run| {
                let before = follow.executed.iter().take(*at).map(|e| &**e);
                let bare = run.without_criterion(run.base_among(before), &plan.criteria);
                let found = find(bare.as_ref().unwrap_or(run), &plan.versions, &Known::new());
                let form = if let (Match::Exact { form, .. }, true) = (&found, bare.is_some()) { Some(*form) } else { found.settled() };
                form.filter(|form| form.planned.id == id)?;
                Some((bare.as_ref().unwrap_or(run).record.clone(), analysis.clone()))
            })
        };
        // Where the planned one itself stands in the script, whole, it is the one.
        let whole = |run: &&Arc<crate::protocol::Executed>| {
            let found = find(run, &plan.versions, &Known::new());
            run.cites.is_none() && matches!(found, Match::Exact { form, .. } if form.planned.id == id)
        };
        if follow.executed.iter().any(|run| whole(&run)) {
            return None;
        }
        let all: Vec<(Record, Arc<Analysis>)> = follow.pools.iter().filter_map(stands).collect();
        let first = &all.first()?.0;
        all.iter().rev().find(|(record, _)| same(record, first)).map(|(_, analysis)| analysis.clone())
    }

    /// Makes sure that what a planned statement works on is there.
    fn parents_of(&mut self, planned: &PlannedStatement) -> Step {
        let Some(parent) = planned.parent.clone() else { return Ok(()) };
        let has = self.state.analyses.get(&parent).is_some_and(|a| a.result.is_some() || self.mode == Mode::Check)
            || self.state.findings.contains_key(&parent);
        // What was computed for a name alone, and not run, gives way to what the script made of it.
        if has && (self.state.follow.has_run(&parent) || self.settled(&parent).is_none()) {
            return Ok(());
        }
        let Some(above) = self.planned(&parent) else { return Ok(()) };
        if let Some(settled) = self.settled(&parent) {
            let spec = AnalysisSpec { name: Some(parent.clone()), ..settled.spec.clone() };
            self.state.analyses.insert(parent, Arc::new(Analysis { spec, result: settled.result.clone() }));
            return Ok(());
        }
        let before = std::mem::replace(&mut self.asking, Asking { silent: true, ..Asking::default() });
        let first = self.outcomes.len();
        let end = self.planned_statement(&above);
        self.outcomes.truncate(first);
        self.asking = before;
        end
    }

    /// The state in which a planned statement is run: the data of the session, all else as it was locked.
    fn world(&mut self, plan: &State, planned: &PlannedStatement) -> State {
        let store = self.locked_store(plan);
        let of_plan = |id: &String| plan.plan.planned.contains_key(id);
        let mut world = self.state.clone();
        world.settings = planned.settings.clone();
        world.rules = plan.rules.clone();
        world.variables = planned.variables.clone();
        world.analyses.retain(|id, _| of_plan(id));
        world.findings.retain(|id, _| of_plan(id));
        world.last = None;
        world.declare_as(plan);
        if !Arc::ptr_eq(&world.store, &store) {
            world.catalogue = Arc::new(Catalogue::of(&store));
            world.store = store;
        }
        world
    }

    /// Takes over what a planned statement has left.
    fn come_back(&mut self, world: State, plan: &State) {
        self.state.follow = world.follow;
        for (id, analysis) in world.analyses.into_iter().filter(|(id, _)| plan.plan.planned.contains_key(id)) {
            self.state.last = Some(analysis.clone());
            self.state.analyses.insert(id, analysis);
        }
        for (id, finding) in world.findings.into_iter().filter(|(id, _)| plan.plan.planned.contains_key(id)) {
            self.state.findings.insert(id, finding);
        }
    }

    /// The data under the names and declarations of the plan.
    pub fn planned_store(&mut self) -> Option<Arc<Store>> {
        let following = self.state.follow.plan.clone()?;
        Some(self.locked_store(&following.plan))
    }

    /// The data with the declarations of the plan, where the script or the data say otherwise.
    fn locked_store(&mut self, plan: &State) -> Arc<Store> {
        let store = self.state.store.clone();
        if let Some((of, locked)) = &self.state.follow.locked_store
            && Arc::ptr_eq(of, &store)
        {
            return locked.clone();
        }
        let locked = super::overlay::locked(&store, plan.script_store(), self.state.script_store(), &self.state.follow.renamed);
        self.state.follow.locked_store = Some((store, locked.clone()));
        locked
    }

    /// Whether the condition holds under which a planned analysis is run, in words.
    pub fn gate_of(&mut self, planned: &PlannedStatement) -> Result<Option<(bool, String)>, Halt> {
        let (Some(gate), Some(following)) = (&planned.gate, self.state.follow.plan.clone()) else { return Ok(None) };
        let parent = planned.parent.clone().unwrap_or_default();
        let known = self.state.analyses.get(&parent).and_then(|a| a.result.clone());
        let base = match known {
            Some(result) => Some(result),
            None => self.silently(&parent).ok().flatten(),
        };
        let Some(base) = base else { return Ok(None) };
        let world = self.world(&following.plan, planned);
        let mut spec = base.spec.clone();
        if let (ModelChoice::Rule(_), Some(rule)) = (&spec.model.value, &base.rule) {
            spec.rule_branch = Some(rule.clone());
        }
        let holds = crate::eval::rule::holds(gate, &spec, &world);
        // Under seal a condition that reads anything but numbers of studies is left open: what it found stays hidden.
        let counts = |value: &String| matches!(value.split(" = ").next().and_then(|name| name.rsplit('.').next()), Some("k" | "n"));
        let hidden = self.state.follow.sealed(&base.spec).is_some();
        Ok(match holds {
            Ok((_, values)) if hidden && !values.iter().all(counts) => None,
            Err(_) if hidden => None,
            Ok((holds, values)) => {
                let values = if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) };
                let words = format!("its condition `{gate}` does not hold{values}");
                Some((holds == Some(true), words))
            }
            Err(problem) => Some((false, problem.message)),
        })
    }

    /// Binds the planned pools and analyses that a statement may name before they are run.
    pub fn name_planned(&mut self, name: &str) {
        if !self.state.is_planned(name) {
            return;
        }
        let bound = self.state.analyses.get(name).is_some_and(|a| a.result.is_some() || self.mode == Mode::Check)
            || self.state.findings.contains_key(name);
        let Some(planned) = self.planned(name).filter(|_| !bound) else { return };
        let first = self.outcomes.len();
        let last = self.state.last.clone();
        let _ = self.in_the_plan(&planned, Asking { silent: true, ..Asking::default() }, false);
        self.outcomes.truncate(first);
        self.state.last = last;
    }
}

impl Outcome {
    /// Puts a result on a line of the script.
    fn at_line(&mut self, line: usize) {
        match self {
            Outcome::Pool(result) => result.line = line,
            Outcome::RuleRun(result) => result.line = line,
            other => {
                if let Some(head) = other.head_mut() {
                    head.line = line;
                }
            }
        }
    }
}
